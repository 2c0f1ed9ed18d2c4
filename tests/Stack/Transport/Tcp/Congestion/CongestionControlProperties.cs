using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.Congestion;

/// <summary>What holds for each algorithm, whatever happens to it.</summary>
public sealed class CongestionControlProperties
{
    private const int Segment = 1448;

    public static TheoryData<string> Algorithms => [.. CongestionControls.Standard.Names];

    [Theory, MemberData(nameof(Algorithms))]
    public void Windows_stay_within_bounds_whatever_comes(string name) => Prop.ForAll<ulong>(seed =>
    {
        Script script = new(CongestionControls.Standard.Create(name), seed);
        for (int i = 0; i < 400; i++)
        {
            script.Step();
            ICongestionControl control = script.Control;
            Assert.InRange(control.Window, Segment, 1L << 31);
            Assert.True(control.SlowStartThreshold >= Segment, $"ssthresh is {control.SlowStartThreshold}.");
            Assert.True(control.PacingRate >= 0, $"The pacing rate is {control.PacingRate}.");
        }
    }).QuickCheckThrowOnFailure();

    [Theory, MemberData(nameof(Algorithms))]
    public void A_loss_taken_back_at_once_was_never_there(string name) => Prop.ForAll<ulong>(seed =>
    {
        Script script = new(CongestionControls.Standard.Create(name), seed);
        for (int i = 0; i < 100; i++)
        {
            script.Step();
            script.Recover();
            (long Window, long, long) before = (script.Control.Window, script.Control.SlowStartThreshold, script.Control.PacingRate);
            if (script.Random.Below(2) == 0) script.Control.OnLoss(new LossEvent(script.Control.Window, Segment, script.Now));
            else script.Control.OnTimeout(script.Control.Window, isFirst: true, script.Now);
            script.Control.OnSpuriousLoss(script.Now);
            // BBR goes back to the best window it had since an earlier loss, if that is still being repaired.
            if (script.Control is Bbr) Assert.True(script.Control.Window >= before.Window);
            else Assert.Equal(before, (script.Control.Window, script.Control.SlowStartThreshold, script.Control.PacingRate));
        }
    }).QuickCheckThrowOnFailure();

    [Theory, MemberData(nameof(Algorithms))]
    public void No_event_allocates(string name)
    {
        Script script = new(CongestionControls.Standard.Create(name), seed: 1);
        long least = long.MaxValue;
        for (int run = 0; run < 5 && least > 0; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20_000; i++) script.Step();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }

    // In segments and doubles, as RFC 9438 writes it.
    [Fact, Covers("TCP-CUBIC-1", "TCP-CUBIC-2", "TCP-CUBIC-3")]
    public void Cubic_follows_the_rfcs_formulas() => Prop.ForAll<ulong>(seed =>
    {
        SeededRandomSource random = new(seed);
        long window = (20L + random.Below(5000)) * Segment;
        TimeSpan roundTrip = TimeSpan.FromMilliseconds(1 + random.Below(300));
        Cubic cubic = new();
        Instant now = Instant.FromMilliseconds(5);
        cubic.Start(new CongestionStart { SegmentBytes = Segment, WindowBytes = window, Random = random, Now = now });
        cubic.OnLoss(new LossEvent(window, Segment, now));
        cubic.OnRecovered(0, now);
        double maximum = (double)window / Segment, cwnd = 0.7 * maximum, estimate = cwnd, t = 0;
        double k = Math.Cbrt((maximum - cwnd) / 0.4);
        for (int i = 0; i < 300; i++)
        {
            long octets = Math.Max(Segment, cubic.Window / (1 + random.Below(4)));
            TimeSpan gap = i == 0 ? TimeSpan.Zero : roundTrip / 2;
            now += gap;
            t += gap.TotalSeconds;
            double acknowledged = (double)octets / Segment;
            estimate += (estimate < maximum ? 0.9 / 1.7 : 1) * acknowledged / cwnd;
            double Curve(double at) => 0.4 * Math.Pow(at - k, 3) + maximum;
            double target = Math.Clamp(Curve(t + roundTrip.TotalSeconds), cwnd, 1.5 * cwnd);
            cwnd = Curve(t) < estimate ? Math.Max(cwnd, estimate) : cwnd + (target - cwnd) / cwnd * acknowledged;
            cubic.OnAcknowledged(new CongestionSample { Now = now, AcknowledgedBytes = octets, WasWindowLimited = true, SmoothedRoundTrip = roundTrip });
            Assert.InRange(cubic.Window / (double)Segment, cwnd * 0.995 - 0.1, cwnd * 1.005 + 0.1);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_windowed_maximum_is_never_below_the_latest_third_nor_above_the_window() => Prop.ForAll<ulong>(seed =>
    {
        SeededRandomSource random = new(seed);
        WindowedMaximum maximum = default;
        List<(long Value, int At)> values = [];
        int at = 0;
        for (int i = 0; i < 200; i++)
        {
            at += (int)random.Below(3);
            long value = random.Below(1000);
            values.Add((value, at));
            maximum.Update(value, at, 10);
            Assert.True(maximum.Value <= values.Where(v => v.At >= at - 10).Max(v => v.Value), "A value outlived its window.");
            Assert.True(maximum.Value >= values.Where(v => v.At > at - 4).Max(v => v.Value), "A value of late is forgotten.");
        }
    }).QuickCheckThrowOnFailure();

    /// <summary>Events at random, in an order that a connection might bring.</summary>
    private sealed class Script
    {
        private long _acknowledged;
        private long _next;
        private CongestionPhase _phase;

        public Script(ICongestionControl control, ulong seed)
        {
            Control = control;
            Random = new SeededRandomSource(seed);
            Control.Start(new CongestionStart
            {
                SegmentBytes = Segment,
                WindowBytes = 10 * Segment,
                HasSelectiveAcknowledgment = Random.Below(2) == 0,
                SmoothedRoundTrip = TimeSpan.FromMilliseconds(Random.Below(50)),
                Random = Random,
                Now = Now,
            });
        }

        public ICongestionControl Control { get; }

        public SeededRandomSource Random { get; }

        public Instant Now { get; private set; } = Instant.FromMilliseconds(1);

        public void Step()
        {
            Now += TimeSpan.FromMicroseconds(Random.Below(Random.Below(50) == 0 ? 3_000_000u : 20_000u));
            switch (Random.Below(40))
            {
                case 0 when _phase == CongestionPhase.Open:
                    Lose();
                    Control.OnLoss(new LossEvent(Random.Below(4_000_000), Segment, Now));
                    _phase = CongestionPhase.Recovery;
                    break;
                case 1:
                    Control.OnTimeout(Random.Below(4_000_000), isFirst: Random.Below(2) == 0, Now);
                    _phase = CongestionPhase.TimeoutRecovery;
                    break;
                case 2:
                    Control.OnCongestionExperienced(Random.Below(4_000_000), Now);
                    break;
                case 3:
                    Control.OnSpuriousLoss(Now);
                    _phase = CongestionPhase.Open;
                    break;
                case 4:
                    Control.OnIdle(Segment * (1 + (long)Random.Below(10)), Now);
                    break;
                case 5:
                    Recover();
                    break;
                case 6:
                    Lose();
                    break;
                case < 20:
                    Control.OnSent(Segment, Random.Below(3) * (long)Segment, Random.Below(2) == 0, Now);
                    break;
                default:
                    Acknowledge();
                    break;
            }
        }

        public void Recover()
        {
            if (_phase == CongestionPhase.Recovery) Control.OnRecovered(Random.Below(100_000), Now);
            _phase = CongestionPhase.Open;
        }

        private void Lose()
        {
            Control.OnSegmentLost(new LostSegment
            {
                Now = Now,
                Offset = Random.Below(1_000_000),
                Bytes = Segment,
                InFlightWhenSent = Segment + Random.Below(1_000_000),
                LostSinceSent = Segment * (1 + (long)Random.Below(100)),
                Delivered = _acknowledged,
                WasApplicationLimited = Random.Below(2) == 0,
            });
        }

        private void Acknowledge()
        {
            long octets = 1 + Random.Below(Random.Below(20) == 0 ? 1_000_000_000u : 64_000u);
            _acknowledged += octets;
            _next = Math.Max(_next, _acknowledged + Random.Below(1_000_000));
            long before = Math.Max(0, _acknowledged - Random.Below(200_000));
            Control.OnAcknowledged(new CongestionSample
            {
                Now = Now,
                AcknowledgedBytes = octets,
                DeliveredBytes = octets,
                LostBytes = Random.Below(2) * (long)Segment,
                InFlightBytes = Random.Below(1_000_000),
                WasWindowLimited = Random.Below(3) > 0,
                RoundTrip = TimeSpan.FromMicroseconds(Random.Below(100_000)),
                SmoothedRoundTrip = TimeSpan.FromMicroseconds(1 + Random.Below(100_000)),
                Phase = _phase,
                MarkedBytes = Control.NeedsExactMarks && Random.Below(4) == 0 ? octets / 2 : 0,
                UnacknowledgedOffset = _acknowledged,
                NextOffset = _next,
                Rate = new RateSample
                {
                    Delivered = _acknowledged,
                    PriorDelivered = before,
                    DeliveredInInterval = _acknowledged - before,
                    Interval = TimeSpan.FromMicroseconds(Random.Below(200_000)),
                    LostInInterval = Random.Below(100_000),
                    InFlightWhenSent = Random.Below(2_000_000),
                    IsApplicationLimited = Random.Below(3) == 0,
                },
            });
        }
    }
}
