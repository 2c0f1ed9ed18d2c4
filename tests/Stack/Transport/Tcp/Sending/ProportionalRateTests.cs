using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.Sending;

public sealed class ProportionalRateTests
{
    private const int Segment = 1000;

    [Fact, Covers("TCP-PRR-3", "TCP-PRR-7")]
    public void An_acknowledgment_that_delivers_nothing_changes_nothing()
    {
        ProportionalRate rate = Begun();
        rate.OnAcknowledged(1000, 18_000, 10_000, isSafe: false, Segment);
        Assert.Equal(19_000, rate.Window);
        rate.OnAcknowledged(0, 15_000, 10_000, isSafe: false, Segment);
        Assert.Equal(19_000, rate.Window);
    }

    [Theory, Covers("TCP-PRR-5", "TCP-PRR-6")]
    [InlineData(false, 6_000), InlineData(true, 7_000)]
    public void Below_the_threshold_a_safe_acknowledgment_lets_one_more_segment_go(bool isSafe, long window)
    {
        ProportionalRate rate = Begun();
        rate.OnSent(3000);
        rate.OnAcknowledged(1000, 5_000, 10_000, isSafe, Segment);
        Assert.Equal(window, rate.Window);
    }

    [Fact, Covers("TCP-PRR-4")]
    public void Above_the_threshold_a_share_of_what_arrives_may_leave()
    {
        ProportionalRate rate = Begun();
        long inFlight = 20_000;
        long sent = 0;
        for (int i = 0; i < 18 && inFlight > 10_000; i++)
        {
            inFlight -= Segment;
            rate.OnAcknowledged(Segment, inFlight, 10_000, isSafe: false, Segment);
            while (rate.Window - inFlight >= Segment)
            {
                rate.OnSent(Segment);
                inFlight += Segment;
                sent += Segment;
            }
        }
        Assert.InRange(sent, 8_000, 10_000);
    }

    [Fact, Covers("TCP-PRR-5")]
    public void The_window_does_not_pass_the_threshold()
    {
        ProportionalRate rate = Begun();
        rate.OnSent(Segment);
        rate.OnAcknowledged(9_000, 9_500, 10_000, isSafe: true, Segment);
        Assert.Equal(10_000, rate.Window);
    }

    private static ProportionalRate Begun()
    {
        ProportionalRate rate = default;
        rate.Begin(20_000);
        return rate;
    }
}
