using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>ACKs that wait for what the program sends in answer: RFC 9293 §3.8.6.3, where a FIN is the last of what is answered.</summary>
public sealed class AnswerScenarios
{
    [Fact, Covers("TCP-9293-40", "TCP-SM-14")]
    public void A_program_that_closes_at_the_end_acknowledges_the_peers_fin_with_its_own()
    {
        using TcpScenario tcp = Asked();
        tcp.Inject("+.01 < F. 101:101(0) ack 1 win 65535");
        tcp.ExpectSilence();
        Assert.Equal(TcpState.CloseWait, tcp.State);
        tcp.App.Close();
        tcp.Expect("+0 > F. 1:1(0) ack 102");
        tcp.Inject("+.01 < . 102:102(0) ack 2 win 65535");
        tcp.ExpectSilence(TimeSpan.FromSeconds(1));
        Assert.Empty(tcp.Layer.Connections);
    }

    [Fact, Covers("TCP-9293-40", "TCP-SM-14")]
    public void Text_and_fin_in_one_segment_are_acknowledged_with_our_fin_too()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.Inject("+.01 < PF. 1:501(500) ack 1 win 65535");
        tcp.App.Receive(500);
        tcp.ExpectSilence();
        tcp.App.Close();
        tcp.Expect("+0 > F. 1:1(0) ack 502");
    }

    [Fact, Covers("TCP-9293-40", "TCP-SM-14")]
    public void A_program_that_does_not_close_has_the_fin_acknowledged_after_40_ms()
    {
        using TcpScenario tcp = Asked();
        tcp.Inject("+.01 < F. 101:101(0) ack 1 win 65535");
        tcp.Expect("+.04 > . 1:1(0) ack 102");
        tcp.ExpectSilence(TimeSpan.FromHours(1));
    }

    [Fact, Covers("TCP-9293-40", "TCP-SM-14")]
    public void A_fin_that_comes_again_is_acknowledged_at_once()
    {
        using TcpScenario tcp = Asked();
        tcp.Inject("+.01 < F. 101:101(0) ack 1 win 65535");
        tcp.ExpectSilence();
        tcp.Inject("+.01 < F. 101:101(0) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 102");
        tcp.ExpectSilence(TimeSpan.FromSeconds(1));
    }

    [Fact, Covers("TCP-9293-40", "TCP-CC-9")]
    public void A_fin_behind_two_full_segments_is_acknowledged_at_once()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, options: new() { QuickAckSegments = 0 });
        tcp.InjectBatch("+0 < . 1:1001(1000) ack 1 win 65535", "+0 < PF. 1001:2001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 2002");
    }

    [Fact, Covers("TCP-CC-11", "TCP-SM-14")]
    public void A_fin_behind_a_hole_is_acknowledged_when_the_hole_is_filled()
    {
        using TcpScenario tcp = Asked();
        tcp.Inject("+.01 < PF. 201:301(100) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 101");
        tcp.Inject("+.01 < . 101:201(100) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 302");
    }

    [Fact, Covers("TCP-SM-14")]
    public void A_peer_that_said_nothing_has_its_fin_acknowledged_at_once()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.Inject("+.01 < F. 1:1(0) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 2");
    }

    [Fact, Covers("TCP-9293-40")]
    public void Quick_acknowledgment_holds_for_a_fin_as_well()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: new() { QuickAck = true });
        tcp.Inject("+0 < PF. 1:101(100) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 102");
    }

    [Fact, Covers("TCP-DSACK-1")]
    public void The_acknowledgment_of_a_fin_reports_no_repetition()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: "nop,nop,sackOK");
        tcp.Inject("+0 < . 1:1001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1001");
        // Octets that come again are answered at once, with a FIN behind them or not.
        tcp.Inject("+0 < F. 1:1001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1002");
    }

    [Fact, Covers("TCP-9293-40")]
    public void Once_the_program_has_answered_its_next_answer_carries_the_acknowledgment()
    {
        using TcpScenario tcp = Asked();
        tcp.App.Send(50);
        tcp.Expect("+0 > P. 1:51(50) ack 101");
        tcp.Inject("+.01 < P. 101:201(100) ack 51 win 65535");
        tcp.ExpectSilence();
        tcp.App.Receive(100);
        tcp.ExpectSilence();
        tcp.App.Send(50);
        tcp.Expect("+0 > P. 51:101(50) ack 201");
        // No answer comes to this one, and the next does not wait for one.
        tcp.Inject("+.01 < P. 201:301(100) ack 101 win 65535");
        tcp.Expect("+.04 > . 101:101(0) ack 301");
        tcp.Inject("+.01 < P. 301:401(100) ack 101 win 65535");
        tcp.Expect("+0 > . 101:101(0) ack 401");
    }

    [Fact, Covers("TCP-9293-40", "TCP-CC-9")]
    public void Two_full_segments_do_not_wait_for_an_answer()
    {
        using TcpScenario tcp = Asked();
        tcp.App.Send(50);
        tcp.Expect("+0 > P. 1:51(50) ack 101");
        tcp.InjectBatch("+0 < . 101:1101(1000) ack 51 win 65535", "+0 < P. 1101:2101(1000) ack 51 win 65535");
        tcp.Expect("+0 > . 51:51(0) ack 2101");
    }

    [Fact, Covers("TCP-9293-40")]
    public void What_is_sent_later_than_40_ms_after_text_is_no_answer()
    {
        using TcpScenario tcp = Asked();
        tcp.Advance(TimeSpan.FromMilliseconds(41));
        tcp.App.Send(50);
        tcp.Expect("+0 > P. 1:51(50) ack 101");
        tcp.Inject("+.01 < P. 101:201(100) ack 51 win 65535");
        tcp.Expect("+0 > . 51:51(0) ack 201");
    }

    [Fact, Covers("TCP-CC-11")]
    public void Text_out_of_order_ends_the_waiting_for_answers()
    {
        using TcpScenario tcp = Asked();
        tcp.App.Send(50);
        tcp.Expect("+0 > P. 1:51(50) ack 101");
        tcp.Inject("+.01 < P. 201:301(100) ack 51 win 65535");
        tcp.Expect("+0 > . 51:51(0) ack 101");
        tcp.Inject("+.01 < P. 101:201(100) ack 51 win 65535");
        tcp.Expect("+0 > . 51:51(0) ack 301");
        tcp.Inject("+.01 < P. 301:401(100) ack 51 win 65535");
        tcp.Expect("+0 > . 51:51(0) ack 401");
    }

    [Theory, Covers("TCP-9293-40")]
    [InlineData(true, "+.04")]
    [InlineData(false, "+0")]
    public void Who_waits_for_the_handshake_to_send_answers_it(bool waits, string acknowledged)
    {
        using TcpScenario tcp = TcpScenario.Connecting(new() { Timestamps = false, SelectiveAcknowledgment = false, WindowScaling = false });
        tcp.Expect("+0 > S 0:0(0) win 65535 <mss 1460>");
        if (waits) Assert.Equal(TransportError.WouldBlock, tcp.Connection!.Send(new byte[1], TcpSendFlags.None, tcp.Now, out _));
        tcp.Inject("+.01 < S. 0:0(0) ack 1 win 65535 <mss 1000>");
        tcp.Expect("+0 > . 1:1(0) ack 1");
        tcp.App.Send(50);
        tcp.Expect("+0 > P. 1:51(50) ack 1");
        tcp.Inject("+.01 < P. 1:101(100) ack 51 win 65535");
        tcp.Expect($"{acknowledged} > . 51:51(0) ack 101");
    }

    [Fact, Covers("TCP-9293-40")]
    public void Reading_does_not_tell_what_the_syn_had_no_scale_to_say()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: "nop,wscale 7", options: new() { QuickAckSegments = 0 });
        tcp.Inject("+.01 < P. 1:101(100) ack 1 win 512");
        tcp.App.Receive(100);
        tcp.ExpectSilence();
        tcp.Expect("+.04 > . 1:1(0) ack 101 win 2048");
        Assert.Equal(1 << 20, tcp.Info.ReceiveWindow);
    }

    [Fact, Covers("TCP-TS-5")]
    public void How_long_our_fin_waited_for_the_other_program_is_no_round_trip()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: "nop,nop,TS val 100 ecr 0");
        TimeSpan before = tcp.Info.SmoothedRoundTripTime;
        tcp.App.ShutdownSend();
        tcp.Expect("+0 > F. 1:1(0) ack 1 <...>");
        uint stamp = tcp.Last.Options!.OfType<TestKit.Packets.PacketOption.Timestamps>().Single().Value;
        tcp.Inject($"+.04 < . 1:1(0) ack 2 win 65535 <nop,nop,TS val 150 ecr {stamp}>");
        Assert.Equal((TcpState.FinWait2, before), (tcp.State, tcp.Info.SmoothedRoundTripTime));
    }

    // The peer has sent 100 octets, which the program has read.
    private static TcpScenario Asked()
    {
        TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.Inject("+0 < P. 1:101(100) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 101");
        tcp.App.Receive(100);
        return tcp;
    }
}
