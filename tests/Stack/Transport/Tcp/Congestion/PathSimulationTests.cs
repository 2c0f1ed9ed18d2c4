using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.Congestion;

/// <summary>What the algorithms make of a bottleneck: 100 Mbit/s, 40 ms and a queue of a bandwidth-delay product, if nothing else is said.</summary>
public sealed class PathSimulationTests
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(20);

    [Theory, Covers("TCP-CUBIC-2", "TCP-CUBIC-9")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(44)]
    public void Cubic_fills_the_bottleneck_however_it_is_acknowledged(int every)
    {
        SimulatedPath path = Started(new Cubic(), every);
        path.Run(WarmUp);
        (double share, double queue) = path.Run(Measured);
        Assert.InRange(share, 0.98, 1.01);
        Assert.InRange(queue / path.BandwidthDelayProduct, 0.3, 0.95);
        Assert.Equal(0, path.Timeouts);
    }

    [Fact, Covers("TCP-HSPP-3", "TCP-HSPP-4")]
    public void Cubic_leaves_slow_start_before_a_deep_queue_overflows_and_reno_does_not()
    {
        const double Deep = 12 * 500_000;
        Cubic cubic = new();
        SimulatedPath path = new(cubic) { QueueLimit = Deep };
        path.Start();
        path.RunUntil(() => cubic.SlowStartThreshold != long.MaxValue, WarmUp);
        Assert.Equal(0, path.Losses);
        // Five rounds of a quarter each came on top of the window that made round trips longer.
        Assert.InRange(cubic.Window, path.BandwidthDelayProduct, 12 * path.BandwidthDelayProduct);
        NewReno reno = new();
        SimulatedPath same = new(reno) { QueueLimit = Deep };
        same.Start();
        same.RunUntil(() => reno.SlowStartThreshold != long.MaxValue, WarmUp);
        Assert.NotEqual(0, same.Losses);
    }

    [Theory, Covers("TCP-BBR-1")]
    [InlineData(1)]
    [InlineData(8)]
    public void Bbr_keeps_the_queue_short_at_nearly_the_full_rate(int every)
    {
        SimulatedPath path = Started(new Bbr(), every);
        path.Run(WarmUp);
        (double share, double queue) = path.Run(Measured);
        // 1 % of pacing margin and 2 % of probing the round trip are the draft's.
        Assert.InRange(share, 0.94, 1);
        Assert.True(queue < 0.2 * path.BandwidthDelayProduct, $"A queue of {queue / path.BandwidthDelayProduct} times the product.");
    }

    [Theory, Covers("TCP-BBR-1")]
    [InlineData(40, 0.70)]
    [InlineData(100, 0.80)]
    public void Bbr_gets_through_where_packets_are_lost_by_chance(int milliseconds, double least)
    {
        double[] shares = new double[2];
        foreach ((int i, ICongestionControl control) in new ICongestionControl[] { new Bbr(), new Cubic() }.Index())
        {
            TimeSpan roundTrip = TimeSpan.FromMilliseconds(milliseconds);
            SimulatedPath path = new(control) { LossShare = 0.01, RoundTrip = roundTrip, QueueLimit = 12_500_000 * roundTrip.TotalSeconds };
            path.Start();
            path.Run(WarmUp);
            (shares[i], double queue) = path.Run(Measured);
            Assert.True(queue < path.BandwidthDelayProduct / 2);
        }
        // Between two probes the draft gives up some of the rate for each round trip with a loss: sooner on short paths.
        Assert.True(shares[0] > least && shares[0] > 10 * shares[1], $"BBR {shares[0]}, CUBIC {shares[1]}.");
    }

    [Fact, Covers("TCP-DCTCP-1")]
    public void Dctcp_keeps_the_queue_at_the_marking_threshold()
    {
        const double Threshold = 65 * SimulatedPath.SegmentBytes;
        Dctcp dctcp = new();
        SimulatedPath path = new(dctcp) { Rate = 125_000_000, RoundTrip = TimeSpan.FromMilliseconds(1), MarkAbove = Threshold, QueueLimit = 1_000_000 };
        path.Start();
        path.Run(TimeSpan.FromMilliseconds(500));
        (double share, double queue) = path.Run(TimeSpan.FromSeconds(1));
        Assert.InRange(share, 0.98, 1.01);
        Assert.InRange(queue / Threshold, 0.6, 1.2);
        Assert.Equal(0, path.Losses);
        Assert.InRange(dctcp.Alpha, 0.01, 0.3);
    }

    [Fact, Covers("TCP-CC-5")]
    public void Reno_fills_the_bottleneck()
    {
        SimulatedPath path = Started(new NewReno(), 1);
        path.Run(WarmUp);
        (double share, _) = path.Run(Measured);
        Assert.InRange(share, 0.85, 1.01);
    }

    private static SimulatedPath Started(ICongestionControl control, int every)
    {
        SimulatedPath path = new(control) { AcknowledgeEvery = every };
        path.Start();
        return path;
    }
}
