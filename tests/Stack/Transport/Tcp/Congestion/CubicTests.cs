using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.Congestion;

/// <summary>RFC 9438, with segments of 1000 octets.</summary>
public sealed class CubicTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(100);
    private Instant _now = Instant.FromMilliseconds(1000);
    private long _offset;

    [Fact, Covers("TCP-CUBIC-1")]
    public void The_curve_passes_from_the_reduced_window_over_the_last_maximum()
    {
        CubicCurve curve = CubicCurve.Between(70_000, 100_000, 1000);
        Assert.Equal(Math.Cbrt(30 / 0.4), curve.ToMaximum.TotalSeconds, 5);
        Assert.Equal(70_000, curve.At(TimeSpan.Zero, 1000), 0);
        Assert.Equal(100_000, curve.At(curve.ToMaximum, 1000), 0);
        Assert.Equal(130_000, curve.At(2 * curve.ToMaximum, 1000), 0);
        Cubic cubic = AfterLoss(100_000);
        Acknowledge(cubic, 1000);
        Assert.Equal(100_000, cubic.LastMaximum);
        Assert.Equal((curve.ToMaximum, TimeSpan.Zero), cubic.Epoch);
    }

    [Fact, Covers("TCP-CUBIC-1", "TCP-CUBIC-2")]
    public void The_window_is_at_the_last_maximum_after_K()
    {
        Cubic cubic = AfterLoss(1_000_000);
        TimeSpan k = TimeSpan.FromSeconds(Math.Cbrt(300 / 0.4));
        for (Instant end = _now + k; _now < end;) AcknowledgeWindow(cubic);
        Assert.InRange(cubic.Window, 985_000, 1_005_000);
        // As far behind the plateau as in front of it, convex now.
        for (Instant end = _now + k; _now < end;) AcknowledgeWindow(cubic);
        Assert.InRange(cubic.Window, 1_270_000, 1_330_000);
    }

    [Theory, Covers("TCP-CUBIC-2")]
    [InlineData(20)]
    [InlineData(44)]
    public void One_acknowledgment_of_many_segments_adds_what_many_would(int segments)
    {
        Cubic one = AfterLoss(1_000_000);
        Cubic many = AfterLoss(1_000_000);
        foreach (Cubic cubic in (Cubic[])[one, many]) Acknowledge(cubic, 1000);
        _now += TimeSpan.FromSeconds(14);
        long before = one.Window;
        Acknowledge(one, segments * 1000);
        for (int i = 0; i < segments; i++) Acknowledge(many, 1000);
        Assert.InRange(one.Window - before, 5_000, 25_000);
        Assert.InRange(many.Window, one.Window * 0.998, one.Window);
    }

    [Fact, Covers("TCP-CUBIC-2")]
    public void A_round_trip_adds_half_a_window_at_most()
    {
        Cubic cubic = AfterLoss(100_000);
        Acknowledge(cubic, 1000);
        long before = cubic.Window;
        // The window alone limited the sender all the while, and nothing came: the curve is far above.
        _now += TimeSpan.FromMinutes(10);
        Acknowledge(cubic, before);
        Assert.Equal(before * 3 / 2, cubic.Window);
    }

    [Fact, Covers("TCP-CUBIC-3")]
    public void Where_reno_would_be_faster_the_window_is_what_reno_has_on_average()
    {
        Cubic cubic = AfterLoss(20_000);
        TimeSpan fast = TimeSpan.FromMilliseconds(1);
        double alpha = 3 * 0.3 / 1.7;
        double expected = 14_000;
        for (int i = 0; i < 40; i++)
        {
            double share = expected < 20_000 ? alpha : 1;
            expected += share * 1000;
            AcknowledgeWindow(cubic, fast);
            Assert.InRange(cubic.Window, expected - 150, expected + 50);
        }
        Assert.True(cubic.Window > 30_000);
    }

    [Fact, Covers("TCP-CUBIC-4")]
    public void A_loss_leaves_seven_tenths_of_the_flight()
    {
        Cubic cubic = Started(100_000);
        cubic.OnLoss(new LossEvent(80_000, 1000, _now));
        Assert.Equal((56_000, 56_000), (cubic.Window, cubic.SlowStartThreshold));
        // What is in flight beyond the window says nothing.
        cubic.OnLoss(new LossEvent(100_000, 1000, _now));
        Assert.Equal(39_200, cubic.SlowStartThreshold);
        cubic.OnLoss(new LossEvent(1_000, 1000, _now));
        Assert.Equal(2_000, cubic.SlowStartThreshold);
    }

    [Fact, Covers("TCP-CUBIC-4", "TCP-ABE-1")]
    public void A_mark_costs_less_than_a_loss_but_in_slow_start()
    {
        Cubic cubic = Started(100_000);
        cubic.OnCongestionExperienced(100_000, _now);
        Assert.Equal((70_000, 70_000), (cubic.Window, cubic.SlowStartThreshold));
        cubic.OnCongestionExperienced(70_000, _now);
        Assert.Equal((59_500, 59_500), (cubic.Window, cubic.SlowStartThreshold));
    }

    [Fact, Covers("TCP-CUBIC-5")]
    public void A_flow_that_lost_ground_gives_more_way()
    {
        Cubic cubic = AfterLoss(100_000);
        Assert.Equal(100_000, cubic.LastMaximum);
        cubic.OnLoss(new LossEvent(70_000, 1000, _now));
        Assert.Equal(59_500, cubic.LastMaximum);
        cubic.OnRecovered(0, _now);
        Assert.Equal(49_000, cubic.Window);
    }

    [Fact, Covers("TCP-CUBIC-6")]
    public void A_timeout_starts_slowly_and_the_curve_begins_at_its_middle()
    {
        Cubic cubic = Started(100_000);
        cubic.OnTimeout(100_000, isFirst: true, _now);
        Assert.Equal((1_000, 70_000), (cubic.Window, cubic.SlowStartThreshold));
        cubic.OnTimeout(1_000, isFirst: false, _now);
        Assert.Equal((1_000, 70_000), (cubic.Window, cubic.SlowStartThreshold));
        // While the timeout is repaired an acknowledgment counts for a segment at most.
        Acknowledge(cubic, 40_000, phase: CongestionPhase.TimeoutRecovery);
        Assert.Equal(2_000, cubic.Window);
        for (int i = 0; i < 7; i++) AcknowledgeWindow(cubic);
        Assert.True(cubic.Window >= 70_000);
        Assert.Equal(TimeSpan.Zero, cubic.Epoch!.Value.ToMaximum);
        Assert.InRange(cubic.LastMaximum, 70_000, 71_000);
    }

    [Fact, Covers("TCP-CUBIC-7")]
    public void A_loss_that_was_none_is_forgotten()
    {
        Cubic cubic = AfterLoss(100_000);
        for (int i = 0; i < 10; i++) AcknowledgeWindow(cubic);
        (long, long, long, double) before = (cubic.Window, cubic.SlowStartThreshold, cubic.LastMaximum, cubic.RenoEstimate);
        (TimeSpan, TimeSpan)? epoch = cubic.Epoch;
        cubic.OnLoss(new LossEvent(cubic.Window, 1000, _now));
        Assert.NotEqual(before.Item1, cubic.Window);
        AcknowledgeWindow(cubic, phase: CongestionPhase.Recovery);
        cubic.OnSpuriousLoss(_now);
        Assert.Equal(before, (cubic.Window, cubic.SlowStartThreshold, cubic.LastMaximum, cubic.RenoEstimate));
        Assert.Equal(epoch, cubic.Epoch);
        cubic.OnTimeout(cubic.Window, isFirst: true, _now);
        cubic.OnTimeout(cubic.Window, isFirst: false, _now);
        cubic.OnSpuriousLoss(_now);
        Assert.Equal(before, (cubic.Window, cubic.SlowStartThreshold, cubic.LastMaximum, cubic.RenoEstimate));
        // There is no second time, and none for marks.
        cubic.OnCongestionExperienced(cubic.Window, _now);
        long marked = cubic.Window;
        cubic.OnSpuriousLoss(_now);
        Assert.Equal(marked, cubic.Window);
    }

    [Fact, Covers("TCP-CUBIC-7", "TCP-HSPP-5")]
    public void In_the_first_slow_start_a_spurious_loss_does_not_end_it()
    {
        Cubic cubic = Started(10_000);
        cubic.OnLoss(new LossEvent(10_000, 1000, _now));
        Assert.False(cubic.SlowStart.IsRunning);
        cubic.OnSpuriousLoss(_now);
        Assert.Equal((10_000, long.MaxValue, true), (cubic.Window, cubic.SlowStartThreshold, cubic.SlowStart.IsRunning));
    }

    [Fact, Covers("TCP-CUBIC-8", "TCP-CC-19")]
    public void Time_in_which_the_window_is_not_used_is_none()
    {
        Cubic cubic = AfterLoss(100_000);
        for (int i = 0; i < 5; i++) AcknowledgeWindow(cubic);
        TimeSpan elapsed = cubic.Epoch!.Value.Elapsed;
        Assert.Equal(4 * RoundTrip, elapsed);
        // The application has little to send.
        long before = cubic.Window;
        for (int i = 0; i < 50; i++)
        {
            _now += RoundTrip;
            Acknowledge(cubic, 1000, isLimited: false);
        }
        Assert.Equal((before, elapsed), (cubic.Window, cubic.Epoch!.Value.Elapsed));
        AcknowledgeWindow(cubic);
        Assert.Equal(elapsed + RoundTrip, cubic.Epoch!.Value.Elapsed);
        // It is silent.
        _now += TimeSpan.FromSeconds(3);
        cubic.OnSent(1000, 0, isApplicationLimited: true, _now);
        AcknowledgeWindow(cubic);
        Assert.Equal(elapsed + 2 * RoundTrip, cubic.Epoch!.Value.Elapsed);
    }

    [Fact, Covers("TCP-CUBIC-9")]
    public void Longer_round_trips_end_the_first_slow_start_without_a_loss()
    {
        Cubic cubic = Started(10_000);
        TimeSpan delay = RoundTrip;
        for (int i = 0; i < 20 && cubic.SlowStartThreshold == long.MaxValue; i++)
        {
            if (i > 2) delay += TimeSpan.FromMilliseconds(20);
            AcknowledgeRound(cubic, delay);
        }
        // What is acknowledged after that is for avoidance.
        Assert.InRange(cubic.Window - cubic.SlowStartThreshold, 0, 2000);
        Assert.False(cubic.SlowStart.IsRunning);
        cubic.OnTimeout(cubic.Window, isFirst: true, _now);
        Assert.False(cubic.SlowStart.IsRunning);
    }

    [Fact, Covers("TCP-CC-18")]
    public void Idling_takes_the_window_back()
    {
        Cubic cubic = AfterLoss(100_000);
        cubic.OnIdle(10_000, _now);
        Assert.Equal((10_000, 70_000), (cubic.Window, cubic.SlowStartThreshold));
        cubic.OnIdle(20_000, _now);
        Assert.Equal(10_000, cubic.Window);
    }

    [Fact]
    public void What_is_left_of_an_acknowledgment_that_ends_slow_start_counts_in_avoidance()
    {
        Cubic cubic = Started(100_000);
        cubic.OnTimeout(100_000, isFirst: true, _now);
        cubic.OnIdle(1_000, _now);
        AcknowledgeTo(cubic, 69_500);
        Acknowledge(cubic, 60_000);
        Assert.InRange(cubic.Window, 70_001, 70_600);
    }

    private Cubic Started(long window)
    {
        Cubic cubic = new();
        cubic.Start(new CongestionStart { SegmentBytes = 1000, WindowBytes = window, Random = new SeededRandomSource(1), Now = _now });
        return cubic;
    }

    private Cubic AfterLoss(long window)
    {
        Cubic cubic = Started(window);
        cubic.OnLoss(new LossEvent(window, 1000, _now));
        cubic.OnRecovered(0, _now);
        return cubic;
    }

    private void Acknowledge(Cubic cubic, long octets, bool isLimited = true, TimeSpan? roundTrip = null, CongestionPhase phase = CongestionPhase.Open)
    {
        _offset += octets;
        cubic.OnAcknowledged(new CongestionSample
        {
            Now = _now,
            AcknowledgedBytes = octets,
            DeliveredBytes = octets,
            WasWindowLimited = isLimited,
            RoundTrip = roundTrip ?? RoundTrip,
            SmoothedRoundTrip = roundTrip ?? RoundTrip,
            Phase = phase,
            UnacknowledgedOffset = _offset,
            NextOffset = _offset + cubic.Window,
        });
    }

    private void AcknowledgeWindow(Cubic cubic, TimeSpan? roundTrip = null, CongestionPhase phase = CongestionPhase.Open)
    {
        _now += roundTrip ?? RoundTrip;
        Acknowledge(cubic, cubic.Window, isLimited: true, roundTrip, phase);
    }

    // A round trip, acknowledged segment by segment.
    private void AcknowledgeRound(Cubic cubic, TimeSpan roundTrip)
    {
        _now += roundTrip;
        for (long left = cubic.Window; left > 0; left -= 1000) Acknowledge(cubic, 1000, isLimited: true, roundTrip);
    }

    private void AcknowledgeTo(Cubic cubic, long window)
    {
        while (cubic.Window < window) Acknowledge(cubic, Math.Min(cubic.Window, window - cubic.Window));
    }
}
