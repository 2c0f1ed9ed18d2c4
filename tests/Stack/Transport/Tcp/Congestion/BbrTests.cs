using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Tests.TestKit;
using Xunit;
using static StackSharp.Tests.Stack.Transport.Tcp.Congestion.SimulatedPath;

namespace StackSharp.Tests.Stack.Transport.Tcp.Congestion;

/// <summary>The cases of draft-ietf-ccwg-bbr, appendix A: a path of 100 Mbit/s and 40 ms, with a queue of a bandwidth-delay product.</summary>
public sealed class BbrTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private readonly Bbr _bbr = new();

    [Fact, Covers("TCP-BBR-1")]
    public void It_starts_at_2_77_initial_windows_per_round_trip_with_a_window_of_its_own()
    {
        SimulatedPath path = Started();
        Assert.Equal((BbrState.Startup, 2.77, 10L * SegmentBytes), (_bbr.State, _bbr.PacingGain, _bbr.Window));
        Assert.InRange(_bbr.PacingRate, 2.77 * 10 * SegmentBytes / 0.04 - 1, 2.77 * 10 * SegmentBytes / 0.04);
        Assert.True(_bbr.OwnsRecoveryWindow);
        Assert.Equal(long.MaxValue, _bbr.SlowStartThreshold);
        Assert.Equal(40, path.RoundTrip.TotalMilliseconds);
    }

    [Fact, Covers("TCP-BBR-1")]
    public void Startup_ends_on_a_plateau_and_drain_with_the_queue()
    {
        SimulatedPath path = Started();
        path.QueueLimit = 10 * path.BandwidthDelayProduct;
        Assert.True(path.RunUntil(() => _bbr.State == BbrState.Drain, Long));
        Assert.InRange(_bbr.MaximumBandwidth, path.Rate * 0.98, path.Rate * 1.02);
        Assert.Equal((true, 0.5), (_bbr.IsFullBandwidthReached, _bbr.PacingGain));
        Assert.True(path.Queue > path.BandwidthDelayProduct / 2);
        Assert.True(path.RunUntil(() => _bbr.State != BbrState.Drain, Long));
        // Nothing is left for ProbeBW_DOWN to drain.
        Assert.Equal((BbrState.ProbeCruise, 1), (_bbr.State, _bbr.PacingGain));
        Assert.True(path.InFlight <= path.BandwidthDelayProduct * 1.01);
        Assert.Equal(0, path.Losses);
    }

    [Fact, Covers("TCP-BBR-1")]
    public void Startup_ends_on_loss_even_of_a_slow_application()
    {
        SimulatedPath path = Started();
        path.ApplicationRate = path.Rate / 10;
        path.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(BbrState.Startup, _bbr.State);
        path.LossShare = 0.3;
        Assert.True(path.RunUntil(() => _bbr.State != BbrState.Startup, Long));
        Assert.True(_bbr.IsFullBandwidthReached);
        Assert.NotEqual(long.MaxValue, _bbr.InFlightLongTerm);
    }

    [Fact, Covers("TCP-BBR-1")]
    public void Without_selective_acknowledgment_one_loss_in_recovery_ends_startup()
    {
        SimulatedPath path = new(_bbr) { HasSelectiveAcknowledgment = false, ApplicationRate = 1_250_000 };
        path.Start();
        path.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(BbrState.Startup, _bbr.State);
        path.LossShare = 0.05;
        Assert.True(path.RunUntil(() => _bbr.State != BbrState.Startup, Long));
    }

    [Fact, Covers("TCP-BBR-1")]
    public void A_slow_application_without_loss_never_ends_startup()
    {
        SimulatedPath path = Started();
        path.ApplicationRate = path.Rate / 10;
        Assert.False(path.RunUntil(() => _bbr.State is not (BbrState.Startup or BbrState.ProbeRoundTrip), Long));
    }

    [Fact, Covers("TCP-BBR-1")]
    public void Probing_goes_round_with_its_gains()
    {
        SimulatedPath path = Started();
        List<(BbrState State, double Gain)> seen = [];
        path.OnTick = () =>
        {
            if (seen.Count == 0 || seen[^1].State != _bbr.State) seen.Add((_bbr.State, _bbr.PacingGain));
        };
        path.Run(TimeSpan.FromSeconds(4.5));
        Assert.Equal([(BbrState.Startup, 2.77), (BbrState.Drain, 0.5), (BbrState.ProbeCruise, 1)], seen[..3]);
        List<(BbrState, double)> cycle = [(BbrState.ProbeRefill, 1), (BbrState.ProbeUp, 1.25), (BbrState.ProbeDown, 0.9), (BbrState.ProbeCruise, 1)];
        int refill = seen.IndexOf(cycle[0]);
        Assert.Equal(cycle, seen[refill..(refill + 4)]);
    }

    [Fact, Covers("TCP-BBR-1")]
    public void Each_five_seconds_half_a_window_for_200_milliseconds_measures_the_round_trip()
    {
        SimulatedPath path = Started();
        Assert.True(path.RunUntil(() => _bbr.State == BbrState.ProbeRoundTrip, Long));
        Assert.InRange(path.Now.Milliseconds, 5_000, 5_500);
        Assert.True(_bbr.IsHoldingBack);
        long entered = path.Now.Milliseconds;
        path.Run(TimeSpan.FromMilliseconds(150));
        Assert.InRange(_bbr.Window, path.BandwidthDelayProduct * 0.45, path.BandwidthDelayProduct * 0.55);
        Assert.Equal(0, path.Queue, 1448.0);
        Assert.True(path.RunUntil(() => _bbr.State != BbrState.ProbeRoundTrip, Long));
        Assert.Equal(BbrState.ProbeCruise, _bbr.State);
        Assert.InRange(path.Now.Milliseconds - entered, 200, 400);
        Assert.InRange(_bbr.MinimumRoundTrip.TotalMilliseconds, 40, 41);
        Assert.True(path.RunUntil(() => _bbr.State == BbrState.ProbeRoundTrip, Long));
        Assert.InRange(path.Now.Milliseconds - entered, 5_000, 5_500);
    }

    [Fact, Covers("TCP-BBR-1")]
    public void A_silence_is_measurement_enough_and_leaves_the_window()
    {
        SimulatedPath path = Started();
        path.Run(TimeSpan.FromSeconds(4));
        path.ApplicationRate = 0;
        path.Run(TimeSpan.FromSeconds(6));
        long window = _bbr.Window;
        Assert.Equal(0, path.InFlight);
        path.ApplicationRate = double.PositiveInfinity;
        path.RunUntil(() => path.InFlight > 0, Long);
        Assert.InRange(_bbr.PacingRate, path.Rate * 0.95, path.Rate * 1.0);
        Assert.Equal(window, _bbr.Window);
        Assert.False(path.RunUntil(() => _bbr.State == BbrState.ProbeRoundTrip, TimeSpan.FromSeconds(3)));
    }

    [Fact, Covers("TCP-BBR-1")]
    public void Probing_the_round_trip_during_startup_goes_back_to_startup()
    {
        SimulatedPath path = Started();
        path.ApplicationRate = path.Rate / 10;
        // The path has grown longer: nothing refreshes what the shortest round trip was.
        Assert.True(path.RunUntil(() => _bbr.State == BbrState.ProbeRoundTrip, Long) || _bbr.State == BbrState.Startup);
        path.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(BbrState.Startup, _bbr.State);
    }

    [Fact, Covers("TCP-BBR-1")]
    public void Less_than_a_packet_per_round_trip_leaves_four_segments()
    {
        SimulatedPath path = new(_bbr) { Rate = 12_500, RoundTrip = TimeSpan.FromMilliseconds(20), QueueLimit = 30 * SegmentBytes };
        path.Start();
        path.Run(TimeSpan.FromSeconds(30));
        Assert.True(_bbr.IsFullBandwidthReached);
        Assert.True(_bbr.Window >= 4 * SegmentBytes);
        (double share, _) = path.Run(Long);
        Assert.True(share > 0.95, $"{share}");
    }

    [Fact, Covers("TCP-BBR-1")]
    public void Ten_times_the_bandwidth_is_found()
    {
        SimulatedPath path = Started();
        path.Run(TimeSpan.FromSeconds(4));
        path.Rate *= 10;
        path.QueueLimit *= 10;
        Assert.True(path.RunUntil(() => _bbr.MaximumBandwidth > path.Rate * 0.9, TimeSpan.FromSeconds(12)), $"{_bbr.MaximumBandwidth / path.Rate} of the rate after {path.Now}.");
    }

    [Fact, Covers("TCP-BBR-1")]
    public void A_tenth_of_the_bandwidth_is_believed()
    {
        SimulatedPath path = Started();
        path.Run(TimeSpan.FromSeconds(4));
        path.Rate /= 10;
        path.QueueLimit /= 10;
        Assert.True(path.RunUntil(() => _bbr.ShortTerm.Bandwidth < path.Rate * 3, TimeSpan.FromSeconds(5)), $"{_bbr.ShortTerm}");
        Assert.True(path.RunUntil(() => _bbr.MaximumBandwidth < path.Rate * 1.1, TimeSpan.FromSeconds(15)), $"{_bbr.MaximumBandwidth / path.Rate} of the rate.");
    }

    [Fact, Covers("TCP-BBR-1")]
    public void Much_loss_while_probing_sets_a_bound_and_ends_the_probe()
    {
        SimulatedPath path = Started();
        path.QueueLimit = 10 * path.BandwidthDelayProduct;
        Assert.True(path.RunUntil(() => _bbr.State == BbrState.ProbeUp, Long));
        Assert.Equal(long.MaxValue, _bbr.InFlightLongTerm);
        path.LossShare = 0.2;
        Assert.True(path.RunUntil(() => _bbr.State == BbrState.ProbeDown, TimeSpan.FromMilliseconds(100)));
        Assert.InRange(_bbr.InFlightLongTerm, path.BandwidthDelayProduct * 0.6, path.BandwidthDelayProduct * 1.4);
        path.LossShare = 0;
        path.RunUntil(() => _bbr.State == BbrState.ProbeCruise, Long);
        // Cruising leaves room for others.
        Assert.True(_bbr.Window <= _bbr.InFlightLongTerm * 0.86);
    }

    [Fact, Covers("TCP-BBR-1")]
    public void A_probe_that_ended_for_a_loss_that_was_none_is_taken_up_again()
    {
        SimulatedPath path = Started();
        path.QueueLimit = 10 * path.BandwidthDelayProduct;
        Assert.True(path.RunUntil(() => _bbr.State == BbrState.ProbeUp, Long));
        long window = _bbr.Window;
        path.LossShare = 0.2;
        Assert.True(path.RunUntil(() => _bbr.State == BbrState.ProbeDown, TimeSpan.FromMilliseconds(100)));
        _bbr.OnSpuriousLoss(path.Now);
        Assert.Equal((BbrState.ProbeRefill, long.MaxValue, (long.MaxValue, long.MaxValue)), (_bbr.State, _bbr.InFlightLongTerm, _bbr.ShortTerm));
        Assert.True(_bbr.Window >= window);
    }

    [Fact, Covers("TCP-BBR-1")]
    public void Startup_that_ended_for_losses_that_were_none_goes_on()
    {
        SimulatedPath path = Started();
        path.ApplicationRate = path.Rate / 10;
        path.Run(TimeSpan.FromSeconds(2));
        path.LossShare = 0.3;
        Assert.True(path.RunUntil(() => _bbr.State == BbrState.Drain || _bbr.IsFullBandwidthReached, Long));
        _bbr.OnSpuriousLoss(path.Now);
        Assert.Equal((BbrState.Startup, false, long.MaxValue), (_bbr.State, _bbr.IsFullBandwidthReached, _bbr.InFlightLongTerm));
    }

    [Fact, Covers("TCP-BBR-1")]
    public void A_timeout_leaves_a_segment_and_recovery_restores_the_window()
    {
        SimulatedPath path = Started();
        path.Run(TimeSpan.FromSeconds(3));
        long window = _bbr.Window;
        _bbr.OnTimeout(window, isFirst: true, path.Now);
        Assert.Equal(SegmentBytes, _bbr.Window);
        path.Run(TimeSpan.FromSeconds(1));
        Assert.InRange(_bbr.Window, window * 0.8, window * 1.2);
    }

    [Fact, Covers("TCP-BBR-1")]
    public void A_mark_counts_as_congestion()
    {
        SimulatedPath path = Started();
        path.Run(TimeSpan.FromMilliseconds(150));
        Assert.Equal(BbrState.Startup, _bbr.State);
        _bbr.OnCongestionExperienced(path.InFlight, path.Now);
        Assert.NotEqual(long.MaxValue, _bbr.InFlightLongTerm);
        path.Run(TimeSpan.FromMilliseconds(50));
        Assert.NotEqual(BbrState.Startup, _bbr.State);
    }

    [Fact, Covers("TCP-BBR-1")]
    public void Acknowledgments_that_come_in_heaps_widen_the_window()
    {
        SimulatedPath path = new(_bbr) { AcknowledgeEvery = 100, QueueLimit = 5_000_000 };
        path.Start();
        path.Run(TimeSpan.FromSeconds(3));
        (double share, _) = path.Run(TimeSpan.FromSeconds(1.5));
        Assert.True(_bbr.ExtraAcked > 50 * SegmentBytes, $"{_bbr.ExtraAcked / SegmentBytes} segments.");
        Assert.True(_bbr.Window > 2 * path.BandwidthDelayProduct);
        Assert.True(share > 0.95, $"{share}");
    }

    private SimulatedPath Started()
    {
        SimulatedPath path = new(_bbr);
        path.Start();
        return path;
    }
}
