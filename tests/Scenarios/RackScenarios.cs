using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Packets;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>Loss judged by time, tail-loss probes, the pace of repair, and what is taken back: RFC 8985, 9937, 5682, 3522, 4015, 2883.</summary>
public sealed class RackScenarios
{
    private const string Permitted = "nop,nop,sackOK";
    private const string Stamped = "sackOK,TS val 100 ecr 0";

    [Fact, Covers("TCP-RACK-6", "TCP-RACK-4")]
    public void A_hole_is_repaired_at_once_when_three_segments_above_it_are_reported()
    {
        using TcpScenario tcp = Sending(10_000);
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:4001>");
        tcp.Expect("+0 > . 1:1001(1000) ack 1");
        Assert.True(tcp.Info.InRecovery);
        tcp.Inject("+.1 < . 1:1(0) ack 10001 win 65535");
        Assert.False(tcp.Info.InRecovery);
    }

    [Fact, Covers("TCP-RACK-4", "TCP-RACK-6", "TCP-TLP-5")]
    public void A_single_report_waits_a_quarter_of_the_round_trip_for_what_may_be_late()
    {
        using TcpScenario tcp = Sending(10_000);
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:2001>");
        tcp.Expect("+.025 > . 1:1001(1000) ack 1");
    }

    [Fact, Covers("TCP-RACK-3", "TCP-RACK-4")]
    public void On_a_path_that_reorders_what_comes_late_is_waited_for()
    {
        using TcpScenario tcp = Sending(5_000);
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:2001>", "+.005 < . 1:1(0) ack 5001 win 65535");
        Assert.True(tcp.Info.HasSeenReordering);
        tcp.App.Send(10_000);
        tcp.DropSent();
        // Five above the hole would mean loss; on this path they do not for a quarter of a round trip.
        tcp.Inject("+.1 < . 1:1(0) ack 5001 win 65535 <nop,nop,sack 6001:11001>");
        Assert.False(tcp.Info.InRecovery);
        tcp.Inject("+.01 < . 1:1(0) ack 15001 win 65535");
        Assert.Equal((0, 0), (tcp.Info.FastRecoveries, tcp.Info.Timeouts));
    }

    [Fact, Covers("TCP-RACK-7", "TCP-CC-20")]
    public void A_retransmission_that_is_lost_too_is_sent_again_without_a_timeout_and_counts_as_congestion_again()
    {
        using TcpScenario tcp = Sending(10_000);
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:9001>");
        tcp.Expect("+0 > . 1:1001(1000) ack 1");
        long threshold = tcp.Info.SlowStartThreshold;
        tcp.App.Send(3_000);
        tcp.DropSent();
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:12001>");
        tcp.Expect("+0~+.03 > . 1:1001(1000) ack 1");
        Assert.True(tcp.Info.SlowStartThreshold < threshold);
        Assert.Equal((2, 0), (tcp.Info.FastRecoveries, tcp.Info.Timeouts));
    }

    [Fact, Covers("TCP-TLP-1", "TCP-TLP-2", "TCP-TLP-3b")]
    public void After_two_round_trips_of_silence_the_last_segment_is_sent_again()
    {
        using TcpScenario tcp = Sending(10_000);
        tcp.Inject("+.1 < . 1:1(0) ack 8001 win 65535");
        tcp.Expect("+.202 > P. 9001:10001(1000) ack 1");
        // The probe's answer shows the hole, which is repaired without a timeout.
        tcp.Inject("+.1 < . 1:1(0) ack 8001 win 65535 <nop,nop,sack 9001:10001>");
        tcp.Expect("+0~+.03 > . 8001:9001(1000) ack 1");
        tcp.Inject("+.1 < . 1:1(0) ack 10001 win 65535");
        Assert.Equal(0, tcp.Info.Timeouts);
    }

    [Fact, Covers("TCP-TLP-3b")]
    public void A_probe_carries_new_octets_where_there_are_some()
    {
        using TcpScenario tcp = Sending(20_000);
        tcp.Expect("+.202 > . 10001:11001(1000) ack 1");
        tcp.Inject("+.05 < . 1:1(0) ack 11001 win 65535");
        tcp.DropSent();
        Assert.Equal((0, 0L), (tcp.Info.FastRecoveries, tcp.Info.BytesRetransmitted));
    }

    [Fact, Covers("TCP-TLP-1", "TCP-TLP-3b")]
    public void A_probe_comes_in_the_place_of_an_earlier_timeout()
    {
        // Two round trips and what a single segment's ACK may be held back are 0.4 s, the timeout is 0.3 s.
        using TcpScenario tcp = Sending(1_000);
        tcp.Expect("+.3 > P. 1:1001(1000) ack 1");
        Assert.Equal((1, 0), (tcp.Info.LossProbes, tcp.Info.Timeouts));
        tcp.Expect("+.3 > P. 1:1001(1000) ack 1", "+.6 > P. 1:1001(1000) ack 1");
        Assert.Equal((1, 2), (tcp.Info.LossProbes, tcp.Info.Timeouts));
    }

    [Fact, Covers("TCP-TLP-2", "TCP-TLP-3b")]
    public void A_fin_is_probed_for_like_text()
    {
        using TcpScenario tcp = Sending(1_000);
        tcp.Inject("+.1 < . 1:1(0) ack 1001 win 65535");
        tcp.App.ShutdownSend();
        tcp.Expect("+0 > F. 1001:1001(0) ack 1", "+.3 > F. 1001:1001(0) ack 1");
        Assert.Equal((1, 0), (tcp.Info.LossProbes, tcp.Info.Timeouts));
        tcp.Expect("+.3 > F. 1001:1001(0) ack 1");
        tcp.Inject("+.1 < . 1:1(0) ack 1002 win 65535");
        Assert.Equal(TcpState.FinWait2, tcp.State);
        tcp.ExpectSilence(TimeSpan.FromSeconds(10));
    }

    [Fact, Covers("TCP-TLP-3b")]
    public void A_probe_of_the_last_text_takes_the_fin_along()
    {
        using TcpScenario tcp = Sending(3_000);
        tcp.App.ShutdownSend();
        tcp.Expect("+0 > F. 3001:3001(0) ack 1", "+.202 > FP. 2001:3001(1000) ack 1");
        tcp.Inject("+.1 < . 1:1(0) ack 3002 win 65535");
        Assert.Equal((TcpState.FinWait2, 0), (tcp.State, tcp.Info.Timeouts));
    }

    [Fact, Covers("TCP-TLP-1")]
    public void There_is_no_probe_when_the_user_timeout_is_over()
    {
        using TcpScenario tcp = Sending(3_000);
        tcp.App.SetOptions(options => options with { UserTimeout = TimeSpan.FromMilliseconds(150) });
        tcp.Inject("+.1 < . 1:1(0) ack 1001 win 65535");
        tcp.Expect("+.15 > R. 3001:3001(0) ack 1");
        Assert.Equal(0, tcp.Info.LossProbes);
    }

    [Fact, Covers("TCP-TLP-3")]
    public void There_is_one_probe_until_something_was_heard()
    {
        using TcpScenario tcp = Sending(3_000);
        tcp.Expect("+.202 > P. 2001:3001(1000) ack 1");
        tcp.Expect("+.2~+.4 > . 1:1001(1000) ack 1");
        Assert.Equal(1, tcp.Info.Timeouts);
    }

    [Fact, Covers("TCP-TLP-4")]
    public void A_probe_that_repaired_a_loss_costs_the_window_once()
    {
        using TcpScenario tcp = Sending(5_000);
        long before = tcp.Info.CongestionWindow;
        tcp.Expect("+.202 > P. 4001:5001(1000) ack 1");
        tcp.Inject("+.1 < . 1:1(0) ack 5001 win 65535");
        Assert.Equal(before, tcp.Info.CongestionWindow);
        tcp.App.Send(1000);
        tcp.DropSent();
        tcp.Inject("+.1 < . 1:1(0) ack 6001 win 65535");
        Assert.True(tcp.Info.SlowStartThreshold < before);
        long after = tcp.Info.SlowStartThreshold;
        tcp.App.Send(1000);
        tcp.DropSent();
        tcp.Inject("+.1 < . 1:1(0) ack 7001 win 65535");
        Assert.Equal(after, tcp.Info.SlowStartThreshold);
    }

    [Theory, Covers("TCP-TLP-4", "TCP-TLP-6")]
    [InlineData("ack 5001 win 65535 <nop,nop,sack 4001:5001>"), InlineData("ack 5001 win 65535")]
    public void A_probe_whose_both_copies_arrived_costs_nothing(string second)
    {
        using TcpScenario tcp = Sending(5_000);
        tcp.Expect("+.202 > P. 4001:5001(1000) ack 1");
        tcp.Inject("+.1 < . 1:1(0) ack 5001 win 65535");
        // With nothing outstanding the plain ACK would be no duplicate.
        tcp.App.Send(1000);
        tcp.DropSent();
        tcp.Inject($"+.01 < . 1:1(0) {second}", "+.1 < . 1:1(0) ack 6001 win 65535");
        Assert.Equal(long.MaxValue, tcp.Info.SlowStartThreshold);
    }

    [Fact, Covers("TCP-PRR-2", "TCP-PRR-4", "TCP-PRR-5", "TCP-PRR-7", "TCP-PRR-8")]
    public void In_recovery_what_leaves_is_in_proportion_to_what_arrives()
    {
        using TcpScenario tcp = Sending(10_000, initial: 20, more: 40_000);
        tcp.DropSent();
        long sentBefore = tcp.Info.BytesSent + tcp.Info.BytesRetransmitted;
        // The first of twenty is lost: ssthresh is 14, and of 19 that arrive about 0.7 of each leave again.
        for (uint end = 4001; end <= 20_001; end += 1000) tcp.Inject($"+.001 < . 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:{end}>");
        Assert.Equal(14_000, tcp.Info.SlowStartThreshold);
        long sent = tcp.Info.BytesSent + tcp.Info.BytesRetransmitted - sentBefore;
        Assert.InRange(sent, 13_000, 14_000);
        tcp.DropSent();
        tcp.Inject("+.1 < . 1:1(0) ack 20001 win 65535");
        Assert.Equal((false, 14_000L), (tcp.Info.InRecovery, tcp.Info.CongestionWindow));
    }

    [Fact, Covers("TCP-EIFEL-1", "TCP-EIFEL-2")]
    public void An_echo_from_before_the_retransmission_takes_the_reduction_back()
    {
        using TcpScenario tcp = Sending(10_000, options: Stamped);
        long before = tcp.Info.CongestionWindow;
        uint clock = tcp.Connection!.TimestampClock(tcp.Now);
        tcp.Inject($"+.1 < . 1:1(0) ack 1 win 65535 <nop,nop,TS val 300 ecr {clock},nop,nop,sack 989:4941>");
        tcp.Expect("+0 > . 1:989(988) ack 1 <...>");
        Assert.True(tcp.Info.SlowStartThreshold < before);
        tcp.Inject($"+.02 < . 1:1(0) ack 4941 win 65535 <nop,nop,TS val 320 ecr {clock}>");
        Assert.Equal((false, long.MaxValue, 1), (tcp.Info.InRecovery, tcp.Info.SlowStartThreshold, tcp.Info.SpuriousRecoveries));
        Assert.True(tcp.Info.CongestionWindow >= before);
    }

    [Fact, Covers("TCP-UNDO-1", "TCP-DSACK-2", "TCP-RACK-5")]
    public void A_peer_that_reports_every_retransmission_as_a_duplicate_takes_the_reduction_back()
    {
        using TcpScenario tcp = Sending(10_000);
        long before = tcp.Info.CongestionWindow;
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:5001>");
        tcp.Expect("+0 > . 1:1001(1000) ack 1");
        tcp.Inject("+.02 < . 1:1(0) ack 10001 win 65535");
        Assert.True(tcp.Info.CongestionWindow < before);
        tcp.Inject("+.08 < . 1:1(0) ack 10001 win 65535 <nop,nop,sack 1:1001>");
        Assert.Equal((before, long.MaxValue), (tcp.Info.CongestionWindow, tcp.Info.SlowStartThreshold));
        Assert.Equal((1, 1, true), (tcp.Info.SpuriousRecoveries, tcp.Info.DuplicatesReported, tcp.Info.HasSeenReordering));
        Assert.Equal(0, tcp.Info.BytesSacked);
    }

    [Fact, Covers("TCP-FRTO-1", "TCP-FRTO-3", "TCP-FRTO-4")]
    public void A_timeout_that_was_only_a_delay_is_found_out_by_new_data_and_taken_back()
    {
        using TcpScenario tcp = Sending(20_000);
        long before = tcp.Info.CongestionWindow;
        tcp.Expect("+.202 > . 10001:11001(1000) ack 1");
        tcp.Expect("+.2~+.4 > . 1:1001(1000) ack 1");
        // What was delayed arrives: first the first segment alone...
        tcp.Inject("+.1 < . 1:1(0) ack 1001 win 65535");
        tcp.Expect("+0 > . 11001:12001(1000) ack 1", "+0 > . 12001:13001(1000) ack 1");
        tcp.ExpectSilence();
        // ...and then what was never sent again.
        tcp.Inject("+.01 < . 1:1(0) ack 3001 win 65535");
        Assert.Equal((1, false, long.MaxValue), (tcp.Info.SpuriousTimeouts, tcp.Info.InRecovery, tcp.Info.SlowStartThreshold));
        Assert.True(tcp.Info.CongestionWindow >= before);
        Assert.Equal(1000, tcp.Info.BytesRetransmitted);
    }

    [Fact, Covers("TCP-FRTO-2", "TCP-RACK-8")]
    public void A_timeout_by_loss_goes_on_as_usual()
    {
        using TcpScenario tcp = Sending(20_000);
        tcp.Expect("+.202 > . 10001:11001(1000) ack 1");
        tcp.Expect("+.2~+.4 > . 1:1001(1000) ack 1");
        tcp.Inject("+.1 < . 1:1(0) ack 1001 win 65535");
        tcp.Expect("+0 > . 11001:12001(1000) ack 1", "+0 > . 12001:13001(1000) ack 1");
        // The new octets arrive above the hole: it is one.
        tcp.Inject("+.1 < . 1:1(0) ack 1001 win 65535 <nop,nop,sack 11001:12001>");
        tcp.Expect("+0 > . 1001:2001(1000) ack 1");
        Assert.Equal((0, true), (tcp.Info.SpuriousTimeouts, tcp.Info.InRecovery));
    }

    [Theory, Covers("TCP-DSACK-1")]
    [InlineData("1:1001", "1:1001"), InlineData("501:1001", "501:1001")]
    public void What_comes_twice_below_the_acknowledgment_is_reported_once(string segment, string block)
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: Permitted);
        tcp.Inject("+0 < . 1:1001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1001");
        int length = int.Parse(segment.Split(':')[1], null) - int.Parse(segment.Split(':')[0], null);
        tcp.Inject($"+0 < . {segment}({length}) ack 1 win 65535");
        tcp.Expect($"+0 > . 1:1(0) ack 1001 <nop,nop,sack {block}>");
        tcp.Inject("+0 < . 1001:2001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 2001");
    }

    [Fact, Covers("TCP-DSACK-1", "TCP-SACK-4")]
    public void What_comes_twice_above_a_hole_is_reported_first_and_its_block_second()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: Permitted);
        tcp.Inject("+0 < . 1001:3001(2000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1 <nop,nop,sack 1001:3001>");
        tcp.Inject("+0 < . 2001:3001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1 <nop,nop,sack 2001:3001 1001:3001>");
    }

    [Theory, Covers("TCP-EIFEL-1")]
    [InlineData(true, 0), InlineData(false, 1)]
    public void Where_segments_overtake_one_another_a_retransmission_bears_the_timestamp_of_what_may_still_come(bool isNeeded, int spurious)
    {
        using TcpScenario tcp = Sending(3 * 988, options: Stamped);
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535 <nop,nop,TS val 300 ecr 0,nop,nop,sack 989:1977>", "+.005 < . 1:1(0) ack 2965 win 65535 <nop,nop,TS val 305 ecr 0>");
        Assert.True(tcp.Info.HasSeenReordering);
        tcp.App.Send(10 * 988);
        tcp.Expect("+0 > . 2965:3953(988) ack 1 <...>");
        uint first = Stamp(tcp);
        tcp.DropSent();
        tcp.Inject("+.1 < . 1:1(0) ack 2965 win 65535 <nop,nop,TS val 405 ecr 0,nop,nop,sack 3953:12845>");
        tcp.Expect("+.025 > . 2965:3953(988) ack 1 <...>");
        uint repair = Stamp(tcp);
        // Sent 125 ms later, but what left a quarter of the round trip before it may yet arrive after it.
        Assert.InRange(repair - first, 99u, 103u);
        tcp.Inject($"+.1 < . 1:1(0) ack 12845 win 65535 <nop,nop,TS val 530 ecr {(isNeeded ? repair : first)}>");
        Assert.Equal(spurious, tcp.Info.SpuriousRecoveries);
    }

    private static uint Stamp(TcpScenario tcp) => tcp.Last.Options!.OfType<PacketOption.Timestamps>().Single().Value;

    // A connection over a round trip of 100 ms that has just sent as much as its window lets out.
    private static TcpScenario Sending(int octets, int initial = 10, int more = 0, string options = Permitted)
    {
        TcpScenario tcp = TcpScenario.Listening(options: new TcpLayerOptions { InitialWindowSegments = initial });
        tcp.Inject($"+0 < S 0:0(0) win 65535 <mss 1000,{options}>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        string stamp = options == Stamped ? " <nop,nop,TS val 200 ecr 0>" : "";
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535" + stamp);
        tcp.App.Accept();
        tcp.App.Send(octets + more);
        tcp.DropSent();
        return tcp;
    }
}
