using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.Congestion;

/// <summary>RFC 9406.</summary>
public sealed class HyStartTests
{
    private HyStart _hyStart = HyStart.Begin();
    private long _sent;

    [Theory, Covers("TCP-HSPP-1", "TCP-HSPP-3")]
    [InlineData(10, 13.9, false)]    // 4 ms at least.
    [InlineData(10, 14, true)]
    [InlineData(80, 89.9, false)]    // An eighth.
    [InlineData(80, 90, true)]
    [InlineData(400, 415.9, false)]  // 16 ms at most.
    [InlineData(400, 416, true)]
    public void Round_trips_longer_by_the_threshold_mean_caution(double before, double after, bool cautious)
    {
        Round(before, 8);
        Round(after, 8);
        Assert.Equal(cautious, _hyStart.IsConservative);
    }

    [Fact, Covers("TCP-HSPP-1", "TCP-HSPP-3")]
    public void Fewer_than_eight_samples_say_nothing()
    {
        Round(100, 8);
        Round(200, 7);
        Assert.False(_hyStart.IsConservative);
        Round(200, 8);
        Assert.False(_hyStart.IsConservative);
        Round(300, 8);
        Assert.True(_hyStart.IsConservative);
    }

    [Fact, Covers("TCP-HSPP-2")]
    public void The_least_sample_of_a_round_counts_and_rounds_end_with_what_was_sent_before_them()
    {
        Round(100, 8);
        // A round's first samples are long, but not the last.
        for (int i = 0; i < 7; i++) Sample(150, isEnd: false);
        Sample(100, isEnd: true);
        Assert.False(_hyStart.IsConservative);
        for (int i = 0; i < 7; i++) Sample(150, isEnd: false);
        Assert.False(_hyStart.IsConservative);
        Sample(150, isEnd: false);
        Assert.True(_hyStart.IsConservative);
    }

    [Fact, Covers("TCP-HSPP-2", "TCP-HSPP-4")]
    public void Caution_grows_a_quarter_as_fast()
    {
        Assert.Equal(44_000, _hyStart.Growth(44_000));
        Round(100, 8);
        Round(150, 8);
        Assert.Equal(11_000, _hyStart.Growth(44_000));
        long grown = 0;
        for (int i = 0; i < 1000; i++) grown += _hyStart.Growth(3);
        Assert.Equal(750, grown);
    }

    [Fact, Covers("TCP-HSPP-4")]
    public void A_spike_that_passes_brings_full_speed_back()
    {
        Round(100, 8);
        Round(150, 8);
        Assert.True(_hyStart.IsConservative);
        Round(149, 8);
        Assert.False(_hyStart.IsConservative);
        Assert.True(_hyStart.IsRunning);
    }

    [Fact, Covers("TCP-HSPP-1", "TCP-HSPP-4")]
    public void Five_rounds_of_caution_end_slow_start()
    {
        Round(100, 8);
        // The round in which caution begins is the first of the five.
        for (int i = 0; i < 4; i++) Assert.False(Round(150 + i, 8));
        Assert.True(Round(160, 8));
        Assert.False(_hyStart.IsRunning);
    }

    [Fact, Covers("TCP-HSPP-5")]
    public void Congestion_ends_it()
    {
        Round(100, 8);
        Round(150, 8);
        _hyStart.Stop();
        Assert.Equal((false, false), (_hyStart.IsRunning, _hyStart.IsConservative));
        Assert.Equal(4_000, _hyStart.Growth(4_000));
        Cubic cubic = new();
        cubic.Start(new CongestionStart { SegmentBytes = 1000, WindowBytes = 10_000, Random = new StackSharp.Stack.Time.SeededRandomSource(1), Now = default });
        Assert.True(cubic.SlowStart.IsRunning);
        cubic.OnCongestionExperienced(10_000, default);
        Assert.False(cubic.SlowStart.IsRunning);
        // Taking over where another algorithm has met congestion, too.
        cubic.Start(new CongestionStart { SegmentBytes = 1000, WindowBytes = 10_000, SlowStartThreshold = 20_000, Random = new StackSharp.Stack.Time.SeededRandomSource(1), Now = default });
        Assert.False(cubic.SlowStart.IsRunning);
    }

    [Theory]
    [InlineData(30, true, 1, false), InlineData(31, true, 1, true), InlineData(31, false, 1, false), InlineData(35, true, 5, false)]
    public void A_row_of_acknowledgments_that_pacing_does_not_explain_means_caution(int milliseconds, bool isPaced, int gap, bool isCautious)
    {
        Round(50, 8);
        Row(milliseconds, isPaced, gap);
        Assert.Equal(isCautious, _hyStart.IsConservative);
    }

    [Theory]
    [InlineData(57, true), InlineData(55, false)]
    public void Delays_in_that_round_and_the_next_say_whether_the_row_was_the_path(double roundTrip, bool ends)
    {
        Round(50, 8);
        Row(31, isPaced: true, gap: 1);
        bool isOver = Round(roundTrip, 8);
        Assert.False(isOver);
        Assert.Equal(ends, _hyStart.IsConservative);
        isOver = Round(roundTrip, 8);
        Assert.Equal((ends, !ends), (isOver, _hyStart.IsRunning));
    }

    // Acknowledgments so far apart, that say nothing of delays.
    private void Row(int milliseconds, bool isPaced, int gap)
    {
        for (int i = gap; i <= milliseconds; i += gap)
        {
            _hyStart.Update(new CongestionSample
            {
                Now = Instant.FromMilliseconds(i),
                IsPaced = isPaced,
                MinimumRoundTrip = TimeSpan.FromMilliseconds(50),
                UnacknowledgedOffset = _sent - 1,
                NextOffset = _sent,
            });
        }
    }

    // So many samples, the last of which ends the round.
    private bool Round(double milliseconds, int samples)
    {
        bool isOver = false;
        for (int i = 1; i <= samples; i++) isOver |= Sample(milliseconds, isEnd: i == samples);
        return isOver;
    }

    private bool Sample(double milliseconds, bool isEnd)
    {
        long acknowledged = isEnd ? _sent : Math.Max(0, _sent - 1);
        if (isEnd) _sent += 10_000;
        else if (_sent == 0) acknowledged = -1;
        return _hyStart.Update(new CongestionSample
        {
            Now = default,
            RoundTrip = TimeSpan.FromMilliseconds(milliseconds),
            UnacknowledgedOffset = acknowledged,
            NextOffset = _sent,
        });
    }
}
