using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>Paths that lose large segments and do not say so (RFC 4821, 8899, 2923).</summary>
public sealed class PathMtuSearchScenarios
{
    private static readonly TcpSocketOptions Always = new() { PathMtuProbing = PathMtuProbing.Always };

    [Fact, Covers("PLPMTU-4", "PLPMTU-6")]
    public void The_third_timeout_of_a_large_segment_leads_to_the_base_size()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1460);
        tcp.App.Send(3000);
        tcp.Expect("+0 > . 1:1461(1460) ack 1", "+0 > . 1461:2921(1460) ack 1", "+0 > P. 2921:3001(80) ack 1");
        tcp.Expect("+.2 > . 1:1461(1460) ack 1", "+.4 > . 1:1461(1460) ack 1", "+.8 > . 1:1025(1024) ack 1");
        tcp.Inject("+.05 < . 1:1(0) ack 1025 win 65535");
        tcp.Expect("+0 > . 1025:1461(436) ack 1", "+0 > . 1461:2485(1024) ack 1");
        Assert.Equal((1024, 1064, 1), (tcp.Info.SendMss, tcp.Info.PathMtu, tcp.Layer.Statistics.PathMtuBlackHoles));
    }

    [Fact, Covers("PLPMTU-3", "PLPMTU-6")]
    public void What_times_out_still_is_halved_down_to_a_floor()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1460);
        tcp.App.Send(1460);
        tcp.Expect("+0 > P. 1:1461(1460) ack 1");
        foreach (int size in new[] { 1460, 1460, 1024, 512, 256, 128, 64, 48, 48 }) tcp.Expect($"* > {(size == 1460 ? "P." : ".")} 1:{1 + size}({size}) ack 1");
        Assert.Equal(1, tcp.Layer.Statistics.PathMtuBlackHoles);
    }

    [Fact, Covers("PLPMTU-6")]
    public void Small_segments_that_time_out_say_nothing_of_size()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1460);
        tcp.App.Send(1024);
        for (int i = 0; i < 6; i++) tcp.Expect("* > P. 1:1025(1024) ack 1");
        Assert.Equal((1460, 0), (tcp.Info.SendMss, tcp.Layer.Statistics.PathMtuBlackHoles));
    }

    [Fact, Covers("PLPMTU-6")]
    public void A_path_that_takes_no_more_than_the_base_size_is_not_suspected()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(1000);
        for (int i = 0; i < 6; i++) tcp.Expect("* > P. 1:1001(1000) ack 1");
    }

    [Fact]
    public void Without_probing_large_segments_time_out_to_the_end()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1460, socket: new() { PathMtuProbing = PathMtuProbing.Disabled });
        tcp.App.Send(1460);
        for (int i = 0; i < 10; i++) tcp.Expect("* > P. 1:1461(1460) ack 1");
        Assert.Equal(1460, tcp.Info.SendMss);
    }

    [Fact, Covers("PLPMTU-1", "PLPMTU-6")]
    public void Probes_are_text_of_one_segment_with_others_behind_and_what_arrives_is_used()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1460, socket: Always);
        tcp.Network.Path.Segmentation = 65_535;
        tcp.App.Send(900_000);
        tcp.Expect("+0 > . 1:1243(1242) ack 1");
        Assert.True(tcp.Network.Sent.Peek().Options.DontFragment);
        tcp.Expect("+0 > P. 1243:6363(5120) ack 1", "+0 > P. 6363:9435(3072) ack 1");
        // One at a time.
        Assert.Equal((1024, 1282, 1064), (tcp.Info.SendMss, tcp.Info.PathMtuProbe, tcp.Info.PathMtu));
        tcp.Inject("+.02 < . 1:1(0) ack 9435 win 65535");
        Assert.Equal((1242, 1, 0), (tcp.Info.SendMss, tcp.Info.PathMtuProbesSucceeded, tcp.Info.PathMtuProbesFailed));
        tcp.Expect("+0 > . 9435:10786(1351) ack 1");
        uint sent = Drain(tcp);
        for (int i = 0; i < 6; i++)
        {
            tcp.Inject($"+.02 < . 1:1(0) ack {sent} win 65535");
            sent = Drain(tcp);
        }
        Assert.Equal((1460, 1500, 0), (tcp.Info.SendMss, tcp.Info.PathMtu, tcp.Info.PathMtuProbesFailed));
        Assert.Equal(tcp.Info.PathMtuProbesSucceeded, tcp.Layer.Statistics.PathMtuProbesSucceeded);
    }

    [Fact, Covers("PLPMTU-6")]
    public void Nothing_is_probed_with_little_to_send_or_a_small_window()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1460, socket: Always);
        tcp.App.Send(4000);
        tcp.Expect("+0 > . 1:1025(1024) ack 1", "+0 > . 1025:2049(1024) ack 1", "+0 > . 2049:3073(1024) ack 1", "+0 > P. 3073:4001(928) ack 1");
        tcp.Inject("+.02 < . 1:1(0) ack 4001 win 5000");
        tcp.App.Send(50_000);
        tcp.Expect("+0 > . 4001:5025(1024) ack 1");
        Assert.Equal(0, tcp.Info.PathMtuProbe);
    }

    [Theory, Covers("PLPMTU-1")]
    [InlineData("nop,nop,sackOK", true)]
    [InlineData("nop,nop,sackOK", false)]
    [InlineData("", true)]
    public void A_probe_that_is_lost_alone_is_sent_again_in_pieces_and_is_no_congestion(string peerOptions, bool rackTlp)
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1460, peerOptions: peerOptions, socket: Always with { RackTlp = rackTlp, CongestionControl = "reno" });
        tcp.App.Send(100_000);
        tcp.Expect("+0 > . 1:1243(1242) ack 1");
        uint sent = Drain(tcp);
        long window = tcp.Info.CongestionWindow;
        for (uint reported = 2267; reported <= 1243 + 4 * 1024; reported += 1024)
            tcp.Inject("+.02 < . 1:1(0) ack 1 win 65535" + (peerOptions.Length == 0 ? "" : $" <nop,nop,sack 1243:{reported}>"));
        (uint, uint) first = tcp.TakeText();
        // Limited transmit may come before.
        while (first.Item1 != 1) first = tcp.TakeText();
        Assert.Equal((1u, 1025u), first);
        Assert.Equal((1025u, 1243u), tcp.TakeText());
        Assert.Equal((false, window, 0, 1), (tcp.Info.InRecovery, tcp.Info.CongestionWindow, tcp.Info.FastRecoveries, tcp.Info.PathMtuProbesFailed));
        Assert.Equal((1024, 1), (tcp.Info.SendMss, tcp.Layer.Statistics.PathMtuProbesFailed));
        uint last = Math.Max(sent, Drain(tcp));
        tcp.Inject($"+.02 < . 1:1(0) ack {last} win 65535");
        Assert.Equal((0, 0), (tcp.Info.Timeouts, tcp.Info.BytesLost));
        // The size has two more chances.
        tcp.Expect($"+0 > . {last}:{last + 1242}(1242) ack 1");
    }

    [Fact, Covers("PLPMTU-1")]
    public void A_probe_that_is_lost_among_others_is_congestion_and_says_nothing_of_its_size()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1460, peerOptions: "nop,nop,sackOK", socket: Always with { RackTlp = false });
        tcp.App.Send(100_000);
        tcp.Expect("+0 > . 1:1243(1242) ack 1");
        Drain(tcp);
        for (uint reported = 3291; reported <= 2267 + 4 * 1024; reported += 1024) tcp.Inject($"+.02 < . 1:1(0) ack 1 win 65535 <nop,nop,sack 2267:{reported}>");
        Assert.Equal((true, 1, 0), (tcp.Info.InRecovery, tcp.Info.FastRecoveries, tcp.Info.PathMtuProbesFailed));
    }

    [Fact, Covers("PLPMTU-5")]
    public void What_ICMP_says_during_a_search_only_lowers()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1460, socket: Always);
        tcp.App.Send(100_000);
        tcp.Expect("+0 > . 1:1243(1242) ack 1");
        Drain(tcp);
        tcp.Report(NetworkProblemKind.PacketTooBig, quotedSequence: 1, mtu: 1400);
        Assert.Equal((1024, 1064), (tcp.Info.SendMss, tcp.Info.PathMtu));
        tcp.Report(NetworkProblemKind.PacketTooBig, quotedSequence: 1, mtu: 600);
        Assert.Equal((560, 600), (tcp.Info.SendMss, tcp.Info.PathMtu));
    }

    [Fact, Covers("PLPMTU-2", "PLPMTU-4")]
    public void After_a_black_hole_the_search_finds_what_gets_through()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1460, peerOptions: "nop,nop,sackOK");
        tcp.App.Send(900_000);
        BlackHole path = new(tcp, 1400 - 40);
        for (int i = 0; i < 4000 && path.Acknowledged < 900_001; i++) path.Step();
        Assert.Equal(900_001u, path.Acknowledged);
        Assert.InRange(tcp.Info.PathMtu, 1393, 1400);
        Assert.Equal(3, tcp.Info.Timeouts);
        // Ten minutes on, the path has become wider.
        tcp.Advance(TimeSpan.FromMinutes(10));
        tcp.App.Send(300_000);
        path.LargestText = 1460;
        for (int i = 0; i < 4000 && path.Acknowledged < 1_200_001; i++) path.Step();
        Assert.Equal((1_200_001u, 1500, 3), (path.Acknowledged, tcp.Info.PathMtu, tcp.Info.Timeouts));
    }

    [Fact]
    public void A_value_out_of_range_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TcpScenario.New(new TcpLayerOptions { PathMtuBaseSegmentBytes = 47 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => TcpScenario.New(new TcpLayerOptions { PathMtuBlackHoleTimeouts = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => TcpScenario.New(new TcpLayerOptions { PathMtuProbeInterval = TimeSpan.Zero }));
        Assert.False(new TcpSocketOptions { PathMtuProbing = (PathMtuProbing)7 }.AreValid);
    }

    // Takes all that was sent; the end of it.
    private static uint Drain(TcpScenario tcp)
    {
        uint end = 0;
        while (tcp.Network.Sent.Count > 0) end = Math.Max(end, tcp.TakeText().End);
        return end;
    }

    /// <summary>A peer that gets segments up to a size, and acknowledges by SACK.</summary>
    private sealed class BlackHole(TcpScenario tcp, int largestText)
    {
        private readonly SortedSet<(uint Start, uint End)> _outOfOrder = [];

        public uint Acknowledged { get; private set; } = 1;

        public int LargestText { get; set; } = largestText;

        // 10 ms pass, and what was sent in them arrives.
        public void Step()
        {
            List<string> acknowledgments = [];
            while (tcp.Network.Sent.Count > 0)
            {
                (uint start, uint end) = tcp.TakeText();
                if (end - start > LargestText || end <= Acknowledged) continue;
                if (start > Acknowledged) _outOfOrder.Add((start, end));
                else Acknowledged = end;
                while (_outOfOrder.Count > 0 && _outOfOrder.Min.Start <= Acknowledged)
                {
                    Acknowledged = Math.Max(Acknowledged, _outOfOrder.Min.End);
                    _outOfOrder.Remove(_outOfOrder.Min);
                }
                string sack = start > Acknowledged ? $" <nop,nop,sack {start}:{end}>" : "";
                acknowledgments.Add($"+0 < . 1:1(0) ack {Acknowledged} win 65535{sack}");
            }
            tcp.Advance(TimeSpan.FromMilliseconds(10));
            tcp.Inject([.. acknowledgments]);
        }
    }
}
