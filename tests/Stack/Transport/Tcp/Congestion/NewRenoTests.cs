using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.Congestion;

public sealed class NewRenoTests
{
    [Fact, Covers("TCP-CC-4", "TCP-CC-5")]
    public void Slow_start_doubles_in_a_round_trip()
    {
        NewReno reno = Started();
        Assert.Equal((10_000, long.MaxValue), (reno.Window, reno.SlowStartThreshold));
        for (int i = 0; i < 10; i++) Acknowledge(reno, 1000);
        Assert.Equal(20_000, reno.Window);
    }

    [Fact, Covers("TCP-CC-5", "TCP-CC-6")]
    public void Avoidance_adds_a_segment_in_a_round_trip_however_it_is_acknowledged()
    {
        foreach (int piece in (int[])[1, 10, 500, 1000, 2000, 10_000])
        {
            NewReno reno = Started();
            reno.OnLoss(new LossEvent(20_000, 0, default));
            Assert.Equal(10_000, reno.Window);
            for (int i = 0; i < 10_000; i += piece) Acknowledge(reno, piece);
            Assert.Equal(11_000, reno.Window);
        }
    }

    [Fact, Covers("TCP-CC-5")]
    public void Slow_start_ends_at_the_threshold()
    {
        NewReno reno = Started();
        reno.OnTimeout(10_000, isFirst: true, default);
        for (int i = 0; i < 4; i++) Acknowledge(reno, 1000);
        Assert.Equal(5_000, reno.Window);
        Acknowledge(reno, 1000);
        Assert.Equal(5_000, reno.Window);
    }

    [Fact, Covers("TCP-CC-6")]
    public void After_a_timeout_one_acknowledgment_adds_at_most_a_segment()
    {
        NewReno reno = Started();
        reno.OnTimeout(100_000, isFirst: true, default);
        Acknowledge(reno, 30_000);
        Assert.Equal(2_000, reno.Window);
    }

    [Fact, Covers("TCP-CC-7", "TCP-CC-8")]
    public void A_timeout_takes_half_the_flight_as_threshold_once()
    {
        NewReno reno = Started();
        reno.OnTimeout(8_000, isFirst: true, default);
        Assert.Equal((1_000, 4_000), (reno.Window, reno.SlowStartThreshold));
        reno.OnTimeout(1_000, isFirst: false, default);
        Assert.Equal((1_000, 4_000), (reno.Window, reno.SlowStartThreshold));
        reno.OnTimeout(1_000, isFirst: true, default);
        Assert.Equal((1_000, 2_000), (reno.Window, reno.SlowStartThreshold));
    }

    [Fact, Covers("TCP-CC-13", "TCP-CC-16")]
    public void Recovery_ends_without_a_burst()
    {
        NewReno reno = Started();
        reno.OnLoss(new LossEvent(20_000, 0, default));
        Assert.Equal((10_000, 10_000), (reno.Window, reno.SlowStartThreshold));
        reno.OnRecovered(500, default);
        Assert.Equal(2_000, reno.Window);
        reno.OnLoss(new LossEvent(20_000, 0, default));
        reno.OnRecovered(15_000, default);
        Assert.Equal(10_000, reno.Window);
        reno.OnLoss(new LossEvent(1_000, 0, default));
        Assert.Equal(2_000, reno.SlowStartThreshold);
    }

    [Fact, Covers("TCP-CC-18", "TCP-CC-19")]
    public void Idling_takes_the_window_back_and_unused_windows_do_not_grow()
    {
        NewReno reno = Started();
        reno.OnAcknowledged(new CongestionSample { Now = default, AcknowledgedBytes = 10_000, WasWindowLimited = false });
        Assert.Equal(10_000, reno.Window);
        reno.OnIdle(3_000, default);
        Assert.Equal(3_000, reno.Window);
        reno.OnIdle(9_000, default);
        Assert.Equal(3_000, reno.Window);
    }

    [Fact, Covers("TCP-ABE-1")]
    public void A_mark_costs_less_than_a_loss_but_in_slow_start()
    {
        NewReno reno = Started();
        reno.OnCongestionExperienced(10_000, default);
        Assert.Equal((5_000, 5_000), (reno.Window, reno.SlowStartThreshold));
        reno.OnCongestionExperienced(5_000, default);
        Assert.Equal((4_000, 4_000), (reno.Window, reno.SlowStartThreshold));
        reno.OnTimeout(4_000, isFirst: true, default);
        reno.OnCongestionExperienced(1_000, default);
        Assert.Equal((1_000, 2_000), (reno.Window, reno.SlowStartThreshold));
    }

    [Fact]
    public void In_recovery_nothing_grows_and_a_spurious_loss_is_forgotten()
    {
        NewReno reno = Started();
        reno.OnLoss(new LossEvent(10_000, 1000, default));
        reno.OnAcknowledged(new CongestionSample { Now = default, AcknowledgedBytes = 50_000, WasWindowLimited = true, Phase = CongestionPhase.Recovery });
        Assert.Equal(5_000, reno.Window);
        reno.OnSpuriousLoss(default);
        Assert.Equal((10_000, long.MaxValue), (reno.Window, reno.SlowStartThreshold));
        reno.OnTimeout(10_000, isFirst: true, default);
        reno.OnTimeout(10_000, isFirst: false, default);
        reno.OnSpuriousLoss(default);
        Assert.Equal((10_000, long.MaxValue), (reno.Window, reno.SlowStartThreshold));
    }

    [Fact]
    public void A_changed_segment_size_keeps_the_window()
    {
        NewReno reno = Started();
        reno.OnSegmentSize(500);
        Assert.Equal(10_000, reno.Window);
        reno.OnTimeout(10_000, isFirst: true, default);
        Assert.Equal(500, reno.Window);
        Assert.Equal("reno", reno.Name);
    }

    private static NewReno Started()
    {
        NewReno reno = new();
        reno.Start(new CongestionStart { SegmentBytes = 1000, WindowBytes = 10_000, Random = new SeededRandomSource(1), Now = default });
        return reno;
    }

    private static void Acknowledge(NewReno reno, int octets) =>
        reno.OnAcknowledged(new CongestionSample { Now = default, AcknowledgedBytes = octets, WasWindowLimited = true });
}
