using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.Sending;

public sealed class RackTests
{
    [Fact, Covers("TCP-RACK-2")]
    public void The_latest_sent_counts_whatever_the_order_of_arrival()
    {
        Rack rack = default;
        Report(ref rack, sentAt: 5, end: 60, now: 105);
        Report(ref rack, sentAt: 3, end: 40, now: 110);
        Assert.Equal((At(5), new SequenceNumber(60)), (rack.SentAt, rack.End));
        Assert.Equal(107, rack.RoundTrip.TotalMilliseconds);
    }

    [Theory, Covers("TCP-RACK-2")]
    [InlineData(95, true), InlineData(85, false)]
    public void A_retransmission_that_cannot_have_been_answered_so_soon_tells_nothing(int sentAt, bool isIgnored)
    {
        Rack rack = default;
        Report(ref rack, sentAt: 0, end: 10, now: 20);
        // The least round trip is ten milliseconds, and the answer comes at a hundred.
        Report(ref rack, sentAt, end: 30, now: 100, again: true);
        Assert.Equal(isIgnored ? At(0) : At(sentAt), rack.SentAt);
    }

    [Fact, Covers("TCP-RACK-2")]
    public void An_echo_older_than_a_retransmission_is_the_first_copys()
    {
        Rack rack = default;
        AckOutcome outcome = new() { Now = At(100), LeastRoundTrip = TimeSpan.FromMilliseconds(1), EchoedUntil = At(49) };
        outcome.Add(new SentSegment { Length = 10, SentAt = At(50), State = SentState.Ambiguous });
        rack.Update(outcome, At(100));
        Assert.False(rack.HasSample);
    }

    [Fact, Covers("TCP-RACK-1", "TCP-RACK-3")]
    public void What_arrives_below_something_that_has_arrived_is_reordering_unless_it_was_sent_again()
    {
        Rack rack = default;
        Report(ref rack, sentAt: 2, end: 30, now: 50);
        Report(ref rack, sentAt: 40, end: 20, now: 60, again: true);
        Assert.False(rack.HasSeenReordering);
        Assert.Equal(0, rack.MostOvertaken);
        Report(ref rack, sentAt: 1, end: 10, now: 61);
        Assert.True(rack.HasSeenReordering);
        Assert.Equal(20, rack.MostOvertaken);
        Report(ref rack, sentAt: 1, end: 20, now: 62);
        Assert.Equal((20, 2), (rack.MostOvertaken, rack.Reorderings));
    }

    [Fact, Covers("TCP-RACK-4", "TCP-RACK-5")]
    public void Patience_grows_with_each_round_of_needless_repairs_and_is_forgotten_after_sixteen_good_recoveries()
    {
        Rack rack = default;
        TimeSpan least = TimeSpan.FromMilliseconds(40);
        TimeSpan smoothed = TimeSpan.FromMilliseconds(100);
        Assert.Equal(TimeSpan.Zero, rack.Window(least, smoothed, isUrgent: true));
        Assert.Equal(10, rack.Window(least, smoothed, isUrgent: false).TotalMilliseconds);
        rack.OnDuplicateReported(new SequenceNumber(0), new SequenceNumber(100));
        rack.OnDuplicateReported(new SequenceNumber(50), new SequenceNumber(120));
        Assert.Equal(20, rack.Window(least, smoothed, isUrgent: true).TotalMilliseconds);
        rack.OnDuplicateReported(new SequenceNumber(100), new SequenceNumber(200));
        Assert.Equal(30, rack.Window(least, smoothed, isUrgent: true).TotalMilliseconds);
        for (int i = 0; i < 16; i++) rack.OnRecovered();
        Assert.Equal(10, rack.Window(least, smoothed, isUrgent: true).TotalMilliseconds);
        for (uint i = 2; i < 40; i++) rack.OnDuplicateReported(new SequenceNumber(i * 100), new SequenceNumber(i * 100 + 100));
        Assert.Equal(smoothed, rack.Window(least, smoothed, isUrgent: true));
    }

    private static Instant At(int milliseconds) => Instant.FromMilliseconds(milliseconds);

    private static void Report(ref Rack rack, int sentAt, uint end, int now, bool again = false)
    {
        AckOutcome outcome = new() { Now = At(now), LeastRoundTrip = TimeSpan.FromMilliseconds(10) };
        outcome.Add(new SentSegment { Start = new SequenceNumber(end - 10), Length = 10, SentAt = At(sentAt), State = again ? SentState.Ambiguous : SentState.None });
        rack.Update(outcome, At(now));
    }
}
