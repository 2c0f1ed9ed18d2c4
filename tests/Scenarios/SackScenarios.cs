using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Packets;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>Selective acknowledgment, both sides, and loss judged by counting: RFC 2018, 2883, 6675.</summary>
public sealed class SackScenarios
{
    private const string Permitted = "nop,nop,sackOK";

    [Fact, Covers("TCP-6675-4", "TCP-6675-2", "TCP-6675-5")]
    public void Recovery_starts_with_the_third_report_and_fills_the_hole()
    {
        using TcpScenario tcp = Sending(12_000);
        Report(tcp, "1001:2001");
        tcp.Expect("+0 > . 10001:11001(1000) ack 1");
        Report(tcp, "1001:3001");
        tcp.Expect("+0 > P. 11001:12001(1000) ack 1");
        Report(tcp, "1001:4001");
        tcp.Expect("+0 > . 1:1001(1000) ack 1");
        // Eight are in flight besides: the window comes down to ssthresh as they arrive.
        Assert.Equal((9_000, 5_000), (tcp.Info.CongestionWindow, tcp.Info.SlowStartThreshold));
        tcp.ExpectSilence();
        tcp.Inject("+.05 < . 1:1(0) ack 12001 win 65535");
        Assert.False(tcp.Info.InRecovery);
        Assert.Equal(0, tcp.Info.BytesSacked);
    }

    [Fact, Covers("TCP-6675-1", "TCP-6675-5")]
    public void Several_holes_are_filled_in_one_round_trip()
    {
        using TcpScenario tcp = Sending(10_000);
        // 1, 3 and 5 of ten are lost.
        Report(tcp, "1001:2001");
        Report(tcp, "3001:4001 1001:2001");
        tcp.ExpectSilence();
        Report(tcp, "5001:6001 3001:4001 1001:2001");
        tcp.Expect("+0 > . 1:1001(1000) ack 1");
        for (uint end = 7001; end <= 9001; end += 1000) Report(tcp, $"5001:{end} 3001:4001 1001:2001");
        // pipe = 10 - 6 reported - 3 lost + 1 sent again; ssthresh = 5: room for both other holes.
        tcp.Expect("+0 > . 2001:3001(1000) ack 1", "+0 > . 4001:5001(1000) ack 1");
        tcp.ExpectSilence();
        tcp.Inject("+.05 < . 1:1(0) ack 2001 win 65535 <nop,nop,sack 3001:4001 5001:9001>");
        tcp.ExpectSilence();
        Assert.Equal(3_000, tcp.Info.BytesRetransmitted);
        tcp.Inject("+0 < . 1:1(0) ack 10001 win 65535");
        Assert.Equal(1, tcp.Info.FastRecoveries);
    }

    [Fact, Covers("TCP-6675-1")]
    public void Three_small_reports_that_do_not_touch_are_enough()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: Permitted, socket: new() { RackTlp = false, NoDelay = true });
        for (int i = 0; i < 7; i++) tcp.App.Send(10);
        tcp.DropSent();
        Report(tcp, "11:21");
        Report(tcp, "31:41 11:21");
        tcp.ExpectSilence();
        Report(tcp, "51:61 31:41 11:21");
        tcp.Expect("+0 > . 1:11(10) ack 1");
    }

    [Fact, Covers("TCP-SACK-9", "TCP-DSACK-2")]
    public void Blocks_that_cannot_be_true_are_ignored()
    {
        using TcpScenario tcp = Sending(10_000);
        tcp.Inject("+0 < . 1:1(0) ack 3001 win 65535");
        tcp.DropSent();
        tcp.Inject(
            "+0 < . 1:1(0) ack 3001 win 65535 <nop,nop,sack 5001:5001>",
            "+0 < . 1:1(0) ack 3001 win 65535 <nop,nop,sack 6001:5001>",
            "+0 < . 1:1(0) ack 3001 win 65535 <nop,nop,sack 1001:2001>",
            "+0 < . 1:1(0) ack 3001 win 65535 <nop,nop,sack 2001:4001>",
            "+0 < . 1:1(0) ack 3001 win 65535 <nop,nop,sack 20001:30001>",
            "+0 < . 1:1(0) ack 3001 win 65535 <nop,nop,sack 2147490000:2147491000>");
        tcp.ExpectSilence();
        Assert.Equal((0, 0), (tcp.Info.BytesSacked, tcp.Info.BytesLost));
    }

    [Fact, Covers("TCP-DSACK-1")]
    public void A_segment_that_fills_a_hole_and_repeats_what_lay_behind_it_is_reported()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: Permitted);
        tcp.Inject("+0 < . 1001:2001(1000) ack 1 win 65535", "+0 < . 2001:3001(1000) ack 1 win 65535", "+0 < . 4001:5001(1000) ack 1 win 65535", "+0 < . 7001:8001(1000) ack 1 win 65535");
        tcp.DropSent();
        // Two rows are repeated: of them the first.
        tcp.Inject("+0 < P. 1:6001(6000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 6001 <nop,nop,sack 1001:3001 7001:8001>");
        tcp.Inject("+0 < P. 6001:8001(2000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 8001 <nop,nop,sack 7001:8001>");
        tcp.Inject("+0 < P. 1:1001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 8001 <nop,nop,sack 1:1001>");
        Assert.Equal(8000, tcp.App.Detach());
    }

    [Fact, Covers("TCP-DSACK-2")]
    public void A_report_of_duplicates_is_no_news()
    {
        using TcpScenario tcp = Sending(10_000);
        Report(tcp, "1001:2001");
        for (int i = 0; i < 5; i++) Report(tcp, "1001:2001 1001:2001");
        tcp.ExpectSilence();
        Assert.Equal(1_000, tcp.Info.BytesSacked);
        Assert.False(tcp.Info.InRecovery);
    }

    [Fact, Covers("TCP-SACK-8", "TCP-CC-17")]
    public void After_a_timeout_what_was_reported_is_not_sent_again()
    {
        using TcpScenario tcp = Sending(4_000);
        Report(tcp, "1001:3001");
        tcp.Expect("+.2 > . 1:1001(1000) ack 1");
        tcp.Inject("+.01 < . 1:1(0) ack 3001 win 65535");
        tcp.Expect("+0 > P. 3001:4001(1000) ack 1");
    }

    [Fact, Covers("TCP-SACK-6", "TCP-SACK-8")]
    public void A_peer_that_drops_what_it_reported_gets_it_again()
    {
        using TcpScenario tcp = Sending(4_000);
        Report(tcp, "1001:2001");
        Report(tcp, "1001:3001");
        Report(tcp, "1001:4001");
        tcp.Expect("+0 > . 1:1001(1000) ack 1");
        tcp.Inject("+.01 < . 1:1(0) ack 1001 win 65535");
        Assert.Equal(3_000, tcp.Info.BytesSacked);
        tcp.Expect("+.2 > . 1001:2001(1000) ack 1");
        Assert.Equal(0, tcp.Info.BytesSacked);
        tcp.Inject("+.01 < . 1:1(0) ack 2001 win 65535");
        tcp.Expect("+0 > . 2001:3001(1000) ack 1", "+0 > P. 3001:4001(1000) ack 1");
    }

    [Fact, Covers("TCP-6675-6")]
    public void A_peer_that_reports_every_other_octet_gains_no_memory()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1460, peerWindow: 65535, peerOptions: Permitted + ",nop,wscale 7", socket: new() { RackTlp = false });
        tcp.App.Send(1_000_000);
        uint acknowledged = 1;
        while (tcp.Info.BytesInFlight < 200_000)
        {
            uint sent = (uint)tcp.Info.BytesSent + 1;
            tcp.DropSent();
            for (; acknowledged < sent; acknowledged += Math.Min(2920, sent - acknowledged)) tcp.Inject($"+0 < . 1:1(0) ack {acknowledged} win 65535");
        }
        tcp.DropSent();
        for (uint at = acknowledged + 1; at < acknowledged + 100_000; at += 8)
            Report(tcp, $"{at}:{at + 1} {at + 2}:{at + 3} {at + 4}:{at + 5} {at + 6}:{at + 7}", acknowledged);
        Assert.InRange(tcp.Info.BytesSacked, 1, 8192);
    }

    [Fact, Covers("TCP-SACK-3", "TCP-SACK-4", "TCP-SACK-5", "TCP-CC-11")]
    public void A_receiver_reports_the_latest_block_first_and_then_those_before_it()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: Permitted, socket: new() { RackTlp = false });
        tcp.Inject("+0 < . 1001:2001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1 <nop,nop,sack 1001:2001>");
        tcp.Inject("+0 < . 3001:4001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1 <nop,nop,sack 3001:4001 1001:2001>");
        tcp.Inject("+0 < . 5001:6001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1 <nop,nop,sack 5001:6001 3001:4001 1001:2001>");
        tcp.Inject("+0 < . 7001:8001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1 <nop,nop,sack 7001:8001 5001:6001 3001:4001 1001:2001>");
        tcp.Inject("+0 < . 9001:10001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1 <nop,nop,sack 9001:10001 7001:8001 5001:6001 3001:4001>");
        tcp.Inject("+0 < . 6001:7001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1 <nop,nop,sack 5001:8001 9001:10001 3001:4001>");
        tcp.Inject("+0 < . 1:1001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 2001 <nop,nop,sack 5001:8001 9001:10001 3001:4001>");
        tcp.Inject("+0 < . 2001:3001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 4001 <nop,nop,sack 5001:8001 9001:10001>");
        tcp.Inject("+0 < . 4001:5001(1000) ack 1 win 65535", "+0 < . 8001:9001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 8001 <nop,nop,sack 9001:10001>", "+0 > . 1:1(0) ack 10001");
        tcp.App.Receive(10_000);
    }

    [Fact, Covers("TCP-SACK-1")]
    public void Beside_timestamps_three_blocks_fit()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: "sackOK,TS val 100 ecr 0", socket: new() { RackTlp = false });
        for (int i = 0; i < 4; i++)
        {
            tcp.Inject($"+0 < . {1001 + i * 2000}:{1501 + i * 2000}(500) ack 1 win 65535 <nop,nop,TS val 101 ecr 0>");
            tcp.Expect("+0 > . 1:1(0) ack 1 <...>");
        }
        Assert.Equal([new(7001, 7501), new(5001, 5501), new(3001, 3501)], tcp.Last.Options!.OfType<PacketOption.Sack>().Single().Ranges);
    }

    [Fact, Covers("TCP-SACK-2")]
    public void Without_permission_nothing_is_reported_nor_believed()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: new() { RackTlp = false });
        tcp.Inject("+0 < . 1001:2001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1");
        tcp.App.Send(5000);
        tcp.DropSent();
        Report(tcp, "1001:5001");
        Assert.Equal(0, tcp.Info.BytesSacked);
    }

    [Fact, Covers("TCP-SACK-7")]
    public void What_was_reported_is_kept()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: Permitted, socket: new() { RackTlp = false });
        for (uint at = 1001; at < 60_001; at += 1000) tcp.Inject($"+0 < . {at}:{at + 1000}(1000) ack 1 win 65535");
        Assert.Equal(59_000, tcp.Info.BytesOutOfOrder);
        tcp.Network.IsOutOfBuffers = true;
        tcp.Inject("+0 < . 62001:63001(1000) ack 1 win 65535");
        Assert.Equal(59_000, tcp.Info.BytesOutOfOrder);
        Assert.Equal(1, tcp.Layer.Statistics.Drops(TcpDropReason.MemoryPressure));
        tcp.Network.IsOutOfBuffers = false;
        tcp.DropSent();
        tcp.Inject("+0 < . 1:1001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 60001");
        tcp.App.Receive(60_000);
    }

    [Fact, Covers("TCP-BUF-1")]
    public void Every_octet_inside_the_window_is_taken_in_any_order()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: Permitted, socket: new() { RackTlp = false });
        for (uint at = 64_001; at > 1; at -= 500) tcp.Inject($"+0 < . {at}:{at + 500}(500) ack 1 win 65535");
        Assert.Equal(64_000 + 500 - 500, tcp.Info.BytesOutOfOrder);
        tcp.DropSent();
        tcp.Inject("+0 < . 1:501(500) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 64501");
        tcp.App.Receive(64_500);
    }

    private static TcpScenario Sending(int octets)
    {
        TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: Permitted, socket: new() { RackTlp = false, CongestionControl = "reno" });
        tcp.App.Send(octets);
        tcp.DropSent();
        return tcp;
    }

    private static void Report(TcpScenario tcp, string blocks, uint acknowledged = 1) =>
        tcp.Inject($"+0 < . 1:1(0) ack {acknowledged} win 65535 <nop,nop,sack {blocks}>");
}
