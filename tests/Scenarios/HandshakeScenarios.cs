using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

public sealed class HandshakeScenarios
{
    [Fact, Covers("TCP-SM-3", "TCP-SM-9", "TCP-9293-14", "TCP-WS-1", "TCP-TS-1", "TCP-SACK-1")]
    public void A_listener_answers_a_syn_with_the_options_that_it_offered()
    {
        using TcpScenario tcp = TcpScenario.Listening();
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 7>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 win 65535 <...>");
        tcp.Inject("+.01 < . 1:1(0) ack 1 win 512 <nop,nop,TS val 110 ecr 0>");
        tcp.App.Accept();
        Assert.Equal(TcpState.Established, tcp.Connection!.State);
        TcpInfo info = tcp.Connection.GetInfo(tcp.Now);
        Assert.True(info is { Timestamps: true, SelectiveAcknowledgment: true, WindowScaling: true, SendWindowScale: 7 });
        Assert.Equal(512 << 7, info.SendWindow);
        Assert.Equal(1448, info.SendMss);
    }

    [Fact, Covers("TCP-9293-14", "TCP-SACK-2")]
    public void A_syn_without_options_gets_an_mss_only()
    {
        using TcpScenario tcp = TcpScenario.Listening();
        tcp.Inject("+0 < S 0:0(0) win 8000");
        tcp.Expect("+0 > S. 0:0(0) ack 1 win 65535 <mss 1460>");
        tcp.Inject("+.01 < . 1:1(0) ack 1 win 8000");
        tcp.App.Accept();
        Assert.Equal(536, tcp.Connection!.GetInfo(tcp.Now).SendMss);
    }

    [Fact, Covers("TCP-RTO-1", "TCP-RTO-10", "TCP-9293-22")]
    public void A_syn_is_sent_again_after_1_2_and_4_seconds()
    {
        using TcpScenario tcp = TcpScenario.Connecting();
        tcp.Expect("+0 > S 0:0(0) win 65535 <...>", "+1 > S 0:0(0) <...>", "+2 > S 0:0(0) <...>", "+4 > S 0:0(0) <...>");
        tcp.Inject("+.1 < S. 0:0(0) ack 1 win 8000 <mss 1000>");
        tcp.Expect("+0 > . 1:1(0) ack 1");
        Assert.Equal(TcpState.Established, tcp.Connection!.State);
        Assert.Equal(1000, tcp.Connection.GetInfo(tcp.Now).CongestionWindow);
    }

    [Fact, Covers("TCP-9293-22")]
    public void A_syn_that_nobody_answers_times_out()
    {
        using TcpScenario tcp = TcpScenario.Connecting();
        for (int i = 0; i < 8; i++) tcp.Expect("* > S 0:0(0) <...>");
        tcp.ExpectSilence(TimeSpan.FromSeconds(119));
        Assert.Equal(TcpState.SynSent, tcp.Connection!.State);
        tcp.ExpectSilence(TimeSpan.FromSeconds(10));
        Assert.Equal(TransportError.TimedOut, tcp.Connection!.Error);
        Assert.Equal(TcpState.Closed, tcp.Connection.State);
    }

    [Fact, Covers("TCP-SM-4")]
    public void A_reset_that_acknowledges_the_syn_refuses_the_connection()
    {
        using TcpScenario tcp = TcpScenario.Connecting();
        tcp.Expect("+0 > S 0:0(0) <...>");
        tcp.Inject("+0 < R 0:0(0) win 0", "+0 < R. 0:0(0) ack 2 win 0");
        Assert.Equal(TcpState.SynSent, tcp.Connection!.State);
        tcp.Inject("+0 < R. 0:0(0) ack 1 win 0");
        Assert.Equal(TransportError.ConnectionRefused, tcp.Connection.Error);
        tcp.ExpectSilence(TimeSpan.FromSeconds(10));
    }

    [Fact, Covers("TCP-SM-4")]
    public void An_acknowledgment_of_something_never_sent_is_reset_in_syn_sent()
    {
        using TcpScenario tcp = TcpScenario.Connecting();
        tcp.Expect("+0 > S 0:0(0) <...>");
        tcp.Inject("+0 < S. 0:0(0) ack 700 win 8000");
        tcp.Expect("+0 > R 700:700(0) win 0");
        Assert.Equal(TcpState.SynSent, tcp.Connection!.State);
    }

    [Fact, Covers("TCP-SM-4", "TCP-9293-10")]
    public void Both_sides_may_open_at_once()
    {
        using TcpScenario tcp = TcpScenario.Connecting();
        tcp.Expect("+0 > S 0:0(0) <...>");
        tcp.Inject("+.1 < S 0:0(0) win 8000 <mss 1000>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 win 65535 <mss 1460>");
        Assert.Equal(TcpState.SynReceived, tcp.Connection!.State);
        tcp.Inject("+.1 < S. 0:0(0) ack 1 win 8000 <mss 1000>");
        tcp.Expect("+0 > . 1:1(0) ack 1");
        Assert.Equal(TcpState.Established, tcp.Connection.State);
    }

    [Fact, Covers("TCP-SM-2")]
    public void Segments_for_no_connection_are_reset()
    {
        using TcpScenario tcp = TcpScenario.New();
        tcp.Inject("+0 < . 10:110(100) ack 77 win 100");
        tcp.Expect("+0 > R 77:77(0) win 0");
        tcp.Inject("+0 < S 10:10(0) win 100");
        tcp.Expect("+0 > R. 0:0(0) ack 11 win 0");
        tcp.Inject("+0 < R. 10:10(0) ack 77 win 100");
        tcp.ExpectSilence();
    }

    [Fact, Covers("TCP-SM-3")]
    public void A_listener_ignores_resets_and_resets_acknowledgments()
    {
        using TcpScenario tcp = TcpScenario.Listening();
        tcp.Inject("+0 < R 1:1(0) win 100");
        tcp.ExpectSilence();
        tcp.Inject("+0 < . 1:1(0) ack 5 win 100");
        tcp.Expect("+0 > R 5:5(0) win 0");
        Assert.Equal(0, tcp.Listener!.HalfOpenCount);
    }

    [Fact, Covers("TCP-SM-6")]
    public void A_reset_in_syn_received_returns_to_listen_in_silence()
    {
        using TcpScenario tcp = TcpScenario.Listening();
        tcp.Inject("+0 < S 0:0(0) win 8000 <mss 1000>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <mss 1460>");
        tcp.Inject("+0 < R 1:1(0) win 0");
        tcp.ExpectSilence(TimeSpan.FromSeconds(30));
        Assert.Equal(0, tcp.Listener!.HalfOpenCount);
    }

    [Fact, Covers("TCP-SYN-3")]
    public void A_syn_ack_is_sent_five_times_more_and_then_forgotten()
    {
        using TcpScenario tcp = TcpScenario.Listening();
        tcp.Inject("+0 < S 0:0(0) win 8000 <mss 1000>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <mss 1460>");
        foreach (int seconds in (int[])[1, 2, 4, 8, 16]) tcp.Expect($"+{seconds} > S. 0:0(0) ack 1 <mss 1460>");
        tcp.ExpectSilence(TimeSpan.FromSeconds(60));
        Assert.Equal(0, tcp.Listener!.HalfOpenCount);
    }

    [Fact, Covers("TCP-SYN-3")]
    public void With_the_accept_queue_full_the_last_ack_counts_as_lost()
    {
        using TcpScenario tcp = TcpScenario.Listening(backlog: 1);
        tcp.Inject("+0 < S 0:0(0) win 8000 <mss 1000>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <mss 1460>");
        tcp.Listener!.Backlog = 1;
        tcp.Inject("+0 < . 1:1(0) ack 1 win 8000");
        Assert.Equal(1, tcp.Listener.AcceptableCount);
        Assert.False(tcp.Listener.HasRoom);
    }

    [Fact, Covers("TCP-SM-19", "TCP-SM-21")]
    public void Nonsense_is_dropped_in_silence()
    {
        using TcpScenario tcp = TcpScenario.Listening();
        tcp.Inject("+0 < SF 0:0(0) win 8000", "+0 < SR 0:0(0) win 8000", "+0 < P 0:0(0) win 8000");
        tcp.ExpectSilence();
        Assert.Equal(3, tcp.Layer.Statistics.Drops(TcpDropReason.IllegalFlagsOrPort));
    }
}
