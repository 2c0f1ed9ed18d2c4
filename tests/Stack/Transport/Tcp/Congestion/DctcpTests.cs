using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.Congestion;

/// <summary>RFC 8257 §3.3, with segments of 1000 octets.</summary>
public sealed class DctcpTests
{
    private readonly Dctcp _dctcp = new();
    private long _acknowledged;

    public DctcpTests() =>
        _dctcp.Start(new CongestionStart { SegmentBytes = 1000, WindowBytes = 100_000, SlowStartThreshold = 50_000, Random = new SeededRandomSource(1), Now = default });

    [Fact, Covers("TCP-DCTCP-1")]
    public void Alpha_follows_the_share_of_marked_octets()
    {
        Assert.True(_dctcp.NeedsExactMarks);
        Assert.Equal(1, _dctcp.Alpha);
        double alpha = 1;
        foreach (double share in (double[])[0, 0, 0.5, 1, 0.25, 0])
        {
            Round(share);
            alpha = (1 - 1.0 / 16) * alpha + share / 16;
            Assert.Equal(alpha, _dctcp.Alpha, 9);
        }
    }

    [Fact, Covers("TCP-DCTCP-1")]
    public void Marks_take_half_of_alpha_off_the_window_once_in_a_round_trip()
    {
        for (int i = 0; i < 30; i++) Round(0);
        long before = _dctcp.Window;
        double alpha = _dctcp.Alpha;
        Assert.InRange(alpha, 0.1, 0.2);
        Acknowledge(1000, marked: 1000, nextOffset: _acknowledged + 1000 + before);
        Assert.InRange(_dctcp.Window, before * (1 - _dctcp.Alpha / 2) - 1, before * (1 - _dctcp.Alpha / 2) + 1);
        Assert.Equal(_dctcp.Window, _dctcp.SlowStartThreshold);
        // The rest of what was in flight may be marked as much as it wants.
        long reduced = _dctcp.Window;
        for (int i = 1; i < before / 1000; i++) Acknowledge(1000, marked: 1000, nextOffset: _acknowledged + before);
        Assert.Equal(reduced, _dctcp.Window);
        Acknowledge(1000, marked: 1000, nextOffset: _acknowledged + before);
        Assert.True(_dctcp.Window < reduced);
    }

    [Fact, Covers("TCP-DCTCP-1")]
    public void The_first_mark_halves_and_no_marks_grow_as_reno_does()
    {
        Acknowledge(1000, marked: 1000, nextOffset: 101_000);
        Assert.InRange(_dctcp.Window, 50_000, 53_200);
        Dctcp fresh = new();
        fresh.Start(new CongestionStart { SegmentBytes = 1000, WindowBytes = 10_000, Random = new SeededRandomSource(1), Now = default });
        fresh.OnAcknowledged(new CongestionSample { Now = default, AcknowledgedBytes = 10_000, DeliveredBytes = 10_000, WasWindowLimited = true });
        Assert.Equal(20_000, fresh.Window);
    }

    [Fact, Covers("TCP-DCTCP-1")]
    public void Losses_count_as_for_reno_and_so_do_marks_that_nobody_can_count()
    {
        _dctcp.OnLoss(new LossEvent(100_000, 1000, default));
        Assert.Equal((50_000, 50_000), (_dctcp.Window, _dctcp.SlowStartThreshold));
        _dctcp.OnSpuriousLoss(default);
        Assert.Equal((100_000, 50_000), (_dctcp.Window, _dctcp.SlowStartThreshold));
        _dctcp.OnCongestionExperienced(100_000, default);
        Assert.Equal((80_000, 80_000), (_dctcp.Window, _dctcp.SlowStartThreshold));
        _dctcp.OnTimeout(80_000, isFirst: true, default);
        Assert.Equal((1_000, 40_000), (_dctcp.Window, _dctcp.SlowStartThreshold));
    }

    private void Round(double share)
    {
        const long Octets = 64_000;
        long marked = (long)(Octets * share);
        // In recovery marks count, but are not answered again.
        Acknowledge(Octets, marked, nextOffset: _acknowledged + Octets, isLimited: false, CongestionPhase.Recovery);
    }

    private void Acknowledge(long octets, long marked, long nextOffset, bool isLimited = true, CongestionPhase phase = CongestionPhase.Open)
    {
        _acknowledged += octets;
        _dctcp.OnAcknowledged(new CongestionSample
        {
            Now = default,
            AcknowledgedBytes = octets,
            DeliveredBytes = octets,
            MarkedBytes = marked,
            WasWindowLimited = isLimited,
            Phase = phase,
            UnacknowledgedOffset = _acknowledged,
            NextOffset = nextOffset,
        });
    }
}
