using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>Explicit congestion notification with one signal a round trip (RFC 3168).</summary>
public sealed class ClassicEcnScenarios
{
    private static readonly TcpSocketOptions Asking = new() { Ecn = EcnUse.RequestClassic, CongestionControl = "reno" };
    private static readonly TcpSocketOptions Reno = new() { CongestionControl = "reno" };

    [Fact, Covers("ECN-1", "TCP-9293-19")]
    public void A_server_agrees_and_its_data_is_ecn_capable()
    {
        using TcpScenario tcp = Answering();
        Assert.Equal(EcnFeedback.Classic, tcp.Info.Ecn);
        Assert.Equal(1, tcp.Layer.Statistics.EcnClassic);
        tcp.App.Send(500);
        tcp.Expect("+0 > [ect0] P. 1:501(500) ack 1");
    }

    [Theory, Covers("ECN-1", "ACC-3")]
    [InlineData("SE.", EcnFeedback.Classic)]
    [InlineData("S.", EcnFeedback.None)]
    [InlineData("SEW.", EcnFeedback.None)]
    [InlineData("SW.", EcnFeedback.None)]
    [InlineData("SEWA.", EcnFeedback.None)]
    public void A_client_asks_and_only_ECE_alone_agrees(string answer, EcnFeedback expected)
    {
        using TcpScenario tcp = TcpScenario.Connecting(Asking);
        tcp.Expect("+0 > [noecn] SEW 0:0(0) <...>");
        tcp.Inject($"+.01 < {answer} 0:0(0) ack 1 win 65535 <mss 1000>");
        tcp.Expect("+0 > [noecn] . 1:1(0) ack 1");
        Assert.Equal(expected, tcp.Info.Ecn);
        tcp.App.Send(10);
        tcp.Expect($"+0 > [{(expected == EcnFeedback.None ? "noecn" : "ect0")}] P. 1:11(10) ack 1");
    }

    [Theory, Covers("ECN-1", "ACC-4")]
    [InlineData(EcnUse.Never, "SEW", "S.")]
    [InlineData(EcnUse.Answer, "S", "S.")]
    [InlineData(EcnUse.Answer, "SE", "SW.")]
    [InlineData(EcnUse.RequestClassic, "SE", "S.")]
    [InlineData(EcnUse.RequestClassic, "SEWA", "SE.")]
    [InlineData(EcnUse.RequestClassic, "SEW", "SE.")]
    public void What_a_listener_agrees_to_is_its_owners_choice(EcnUse use, string syn, string synAck)
    {
        using TcpScenario tcp = TcpScenario.Listening(new() { Ecn = use });
        tcp.Inject($"+0 < {syn} 0:0(0) win 65535 <mss 1000>");
        tcp.Expect($"+0 > {synAck} 0:0(0) ack 1 <...>");
    }

    [Fact, Covers("ECN-1")]
    public void Nobody_asks_who_was_not_told_to()
    {
        using TcpScenario tcp = TcpScenario.Connecting();
        tcp.Expect("+0 > [noecn] S 0:0(0) <...>");
        using TcpScenario exact = TcpScenario.Connecting(new() { CongestionControl = "dctcp" });
        exact.Expect("+0 > [noecn] SEWA 0:0(0) <...>");
    }

    [Fact, Covers("ECN-2")]
    public void Only_new_data_is_ecn_capable()
    {
        using TcpScenario tcp = TcpScenario.Listening(Reno);
        tcp.Inject("+0 < SEW 0:0(0) win 65535 <mss 1000>");
        tcp.Expect("+0 > [noecn] SE. 0:0(0) ack 1 <mss 1460>");
        tcp.Inject("+0 < . 1:1(0) ack 1 win 65535", "+0 < P. 1:2(1) ack 1 win 65535");
        tcp.App.Accept();
        tcp.App.Receive(1);
        tcp.Expect("+0 > [noecn] . 1:1(0) ack 2");
        tcp.App.Send(1000);
        tcp.Expect("+0 > [ect0] P. 1:1001(1000) ack 2", "+.2 > [noecn] P. 1:1001(1000) ack 2");
        tcp.Inject("+0 < . 2:2(0) ack 1001 win 0");
        tcp.App.Send(1000);
        tcp.Expect("+0~+5 > [noecn] . 1000:1000(0) ack 2");
        tcp.Inject("+0 < . 2:2(0) ack 1001 win 65535");
        // The timeout has reduced the window: CWR.
        tcp.Expect("+0 > [ect0] PW. 1001:2001(1000) ack 2");
        tcp.Inject("+0 < . 2:2(0) ack 2001 win 65535");
        tcp.App.Close();
        tcp.Expect("+0 > [noecn] F. 2001:2001(0) ack 2");
    }

    [Fact, Covers("ECN-3")]
    public void A_mark_is_echoed_until_CWR_comes()
    {
        using TcpScenario tcp = Answering();
        tcp.Inject("+0 < [ect0] . 1:1001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1001");
        tcp.Inject("+0 < [ce] . 1001:2001(1000) ack 1 win 65535");
        tcp.Expect("+0 > E. 1:1(0) ack 2001");
        tcp.Inject("+0 < [ect0] . 2001:3001(1000) ack 1 win 65535");
        tcp.Expect("+0 > E. 1:1(0) ack 3001");
        tcp.App.Send(100);
        tcp.Expect("+0 > [ect0] PE. 1:101(100) ack 3001");
        tcp.Inject("+0 < [ect0] W. 3001:4001(1000) ack 101 win 65535");
        tcp.Expect("+0 > . 101:101(0) ack 4001");
        // Answered and marked again in one.
        tcp.Inject("+0 < [ce] . 4001:5001(1000) ack 101 win 65535");
        tcp.Expect("+0 > E. 101:101(0) ack 5001");
        tcp.Inject("+0 < [ce] W. 5001:6001(1000) ack 101 win 65535");
        tcp.Expect("+0 > E. 101:101(0) ack 6001");
        Assert.Equal(3, tcp.Info.CeReceived);
    }

    [Fact, Covers("ECN-3")]
    public void A_mark_is_acknowledged_at_once_when_acks_are_delayed()
    {
        using TcpScenario tcp = Answering(new() { QuickAckSegments = 0 });
        tcp.Inject("+0 < [ect0] . 1:1001(1000) ack 1 win 65535");
        tcp.ExpectSilence();
        tcp.Expect("+.04 > . 1:1(0) ack 1001");
        tcp.Inject("+0 < [ce] . 1001:2001(1000) ack 1 win 65535");
        tcp.Expect("+0 > E. 1:1(0) ack 2001");
    }

    [Fact, Covers("ECN-4", "TCP-9293-19")]
    public void An_echo_reduces_the_window_once_for_a_window_of_data_and_CWR_says_so()
    {
        using TcpScenario tcp = Answering();
        tcp.App.Send(40_000);
        for (uint at = 1; at < 10_001; at += 1000) tcp.Expect($"+0 > [ect0] . {at}:{at + 1000}(1000) ack 1");
        tcp.Inject("+.05 < E. 1:1(0) ack 1001 win 65535");
        // In slow start as much as a loss (RFC 8511 §3.1), and nothing is sent again.
        Assert.Equal((5000, 5000), (tcp.Info.SlowStartThreshold, tcp.Info.CongestionWindow));
        tcp.Inject("+0 < E. 1:1(0) ack 5001 win 65535");
        tcp.ExpectSilence();
        tcp.Inject("+0 < E. 1:1(0) ack 6001 win 65535");
        tcp.Expect("+0 > [ect0] W. 10001:11001(1000) ack 1");
        tcp.Inject("+0 < E. 1:1(0) ack 10001 win 65535");
        Assert.Equal(5000, tcp.Info.SlowStartThreshold);
        tcp.Expect("+0 > [ect0] . 11001:12001(1000) ack 1");
        tcp.DropSent();
        Assert.Equal((0, false), (tcp.Info.SegmentsRetransmitted, tcp.Info.InRecovery));
        // What was sent after that was marked too: in avoidance it costs a fifth of what was in flight.
        long flight = tcp.Info.BytesInFlight;
        tcp.Inject("+.05 < E. 1:1(0) ack 11001 win 65535");
        Assert.Equal((long)(flight * 0.8), tcp.Info.SlowStartThreshold);
    }

    [Fact, Covers("ECN-4")]
    public void CWR_follows_a_loss_as_well()
    {
        using TcpScenario tcp = Answering();
        tcp.App.Send(40_000);
        tcp.DropSent();
        tcp.Inject("+.05 < . 1:1(0) ack 1 win 65535", "+0 < . 1:1(0) ack 1 win 65535", "+0 < . 1:1(0) ack 1 win 65535");
        // Limited transmit, and then the repair.
        tcp.Expect("+0 > [ect0] . 10001:11001(1000) ack 1", "+0 > [ect0] . 11001:12001(1000) ack 1", "+0 > [noecn] . 1:1001(1000) ack 1");
        long threshold = tcp.Info.SlowStartThreshold;
        // A mark on what was in flight when the loss was found is no further congestion.
        tcp.Inject("+.05 < E. 1:1(0) ack 12001 win 65535");
        Assert.Equal(threshold, tcp.Info.SlowStartThreshold);
        tcp.Expect("+0 > [ect0] W. 12001:13001(1000) ack 1");
    }

    [Fact, Covers("ECN-5")]
    public void At_a_window_of_one_segment_an_echo_holds_new_data_back_for_a_timeout()
    {
        using TcpScenario tcp = TcpScenario.Listening(Reno);
        tcp.Inject("+0 < SEW 0:0(0) win 65535 <mss 1000>");
        tcp.Expect("+0 > SE. 0:0(0) ack 1 <mss 1460>", "+1 > SE. 0:0(0) ack 1 <mss 1460>");
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        Assert.Equal(1000, tcp.Info.CongestionWindow);
        tcp.App.Send(900);
        tcp.Expect("+0 > [ect0] P. 1:901(900) ack 1");
        tcp.App.Send(900);
        tcp.ExpectSilence();
        tcp.Inject("+.1 < E. 1:1(0) ack 901 win 65535");
        TimeSpan timeout = tcp.Info.RetransmissionTimeout;
        tcp.ExpectSilence(timeout - TimeSpan.FromMilliseconds(10));
        tcp.Expect("+0~+1 > [ect0] PW. 901:1801(900) ack 1");
        tcp.ExpectSilence();
    }

    [Fact, Covers("TCP-EIFEL-3")]
    public void A_recovery_that_was_needless_does_not_restore_the_window_when_a_mark_was_echoed()
    {
        using TcpScenario tcp = TcpScenario.Listening(Reno);
        tcp.Inject("+0 < SEW 0:0(0) win 65535 <mss 1000,sackOK,nop,nop>");
        tcp.Expect("+0 > SE. 0:0(0) ack 1 <...>");
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        tcp.App.Send(10_000);
        tcp.DropSent();
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:5001>");
        tcp.Expect("+0 > [noecn] . 1:1001(1000) ack 1");
        long reduced = tcp.Info.SlowStartThreshold;
        tcp.Inject("+.02 < E. 1:1(0) ack 10001 win 65535");
        tcp.Inject("+.08 < . 1:1(0) ack 10001 win 65535 <nop,nop,sack 1:1001>");
        Assert.Equal((1, reduced), (tcp.Info.SpuriousRecoveries, tcp.Info.SlowStartThreshold));
        Assert.True(tcp.Info.CongestionWindow <= reduced);
    }

    [Fact, Covers("ECN-6")]
    public void A_SYN_that_is_not_answered_goes_without_ECN()
    {
        using TcpScenario tcp = TcpScenario.Connecting(Asking);
        tcp.Expect("+0 > SEW 0:0(0) <...>", "+1 > S 0:0(0) <...>");
        // The answer may be one to the first.
        tcp.Inject("+.1 < SE. 0:0(0) ack 1 win 65535 <mss 1000>");
        Assert.Equal(EcnFeedback.Classic, tcp.Info.Ecn);
    }

    [Theory, Covers("ECN-6")]
    [InlineData(EcnUse.RequestClassic, "SEW")]
    [InlineData(EcnUse.Request, "SEWA")]
    public void A_reset_of_the_SYN_is_believed_only_once_it_comes_without_ECN(EcnUse use, string syn)
    {
        using TcpScenario open = TcpScenario.Connecting(new() { Ecn = use });
        open.Expect($"+0 > {syn} 0:0(0) <...>");
        open.Inject("+.1 < R. 0:0(0) ack 1 win 0");
        open.Expect("+0 > [noecn] S 0:0(0) <...>");
        open.Inject("+.1 < S. 0:0(0) ack 1 win 65535 <mss 1000>");
        open.Expect("+0 > [noecn] . 1:1(0) ack 1");
        Assert.Equal((TcpState.Established, EcnFeedback.None), (open.State, open.Info.Ecn));
        using TcpScenario closed = TcpScenario.Connecting(new() { Ecn = use });
        closed.Expect($"+0 > {syn} 0:0(0) <...>");
        closed.Inject("+.1 < R. 0:0(0) ack 1 win 0");
        closed.Expect("+0 > S 0:0(0) <...>");
        closed.Inject("+.1 < R. 0:0(0) ack 1 win 0");
        Assert.Equal((TcpState.Closed, TransportError.ConnectionRefused), (closed.State, closed.Connection!.Error));
        closed.ExpectSilence(TimeSpan.FromSeconds(10));
    }

    [Fact, Covers("ECN-4")]
    public void CWR_on_a_large_segment_is_for_the_first_one_it_is_cut_into()
    {
        using TcpScenario tcp = Answering();
        tcp.Network.Path.Segmentation = 65_535;
        tcp.App.Send(60_000);
        tcp.Expect("+0 > [ect0] P. 1:5001(5000) ack 1", "+0 > [ect0] P. 5001:10001(5000) ack 1");
        tcp.Inject("+.05 < E. 1:1(0) ack 10001 win 65535");
        tcp.Expect("+0 > [ect0] PW. 10001:12001(2000) ack 1", "+0 > [ect0] P. 12001:14001(2000) ack 1");
    }

    [Fact, Covers("TCP-DCTCP-2")]
    public void Under_DCTCP_each_ack_says_what_the_segments_it_is_for_had()
    {
        TcpLayerOptions delayed = new() { QuickAckSegments = 0 };
        using TcpScenario tcp = TcpScenario.Listening(new() { CongestionControl = "dctcp" }, delayed);
        tcp.Inject("+0 < SEW 0:0(0) win 65535 <mss 1000>");
        tcp.Expect("+0 > SE. 0:0(0) ack 1 <mss 1460>");
        tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        tcp.Inject("+0 < [ect0] . 1:1001(1000) ack 1 win 65535");
        tcp.ExpectSilence();
        tcp.Inject("+0 < [ce] . 1001:2001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1001");
        tcp.Expect("+.04 > E. 1:1(0) ack 2001");
        tcp.Inject("+0 < [ce] . 2001:3001(1000) ack 1 win 65535", "+0 < [ect0] W. 3001:4001(1000) ack 1 win 65535");
        tcp.Expect("+0 > E. 1:1(0) ack 3001", "+.04 > . 1:1(0) ack 4001");
        // And as a sender it counts: with alpha at 1, half the window for the first mark.
        tcp.App.Send(20_000);
        tcp.DropSent();
        tcp.Inject("+.05 < E. 4001:4001(0) ack 1001 win 65535");
        Assert.Equal(5_000, tcp.Info.CongestionWindow);
        tcp.Inject("+0 < . 4001:4001(0) ack 10001 win 65535");
        tcp.Expect("+0 > [ect0] W. 10001:11001(1000) ack 4001");
    }

    private static TcpScenario Answering(TcpLayerOptions? options = null)
    {
        TcpScenario tcp = TcpScenario.Listening(Reno, options);
        tcp.Inject("+0 < SEW 0:0(0) win 65535 <mss 1000>");
        tcp.Expect("+0 > [noecn] SE. 0:0(0) ack 1 <mss 1460>");
        tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        return tcp;
    }
}
