using StackSharp.Stack.Buffers;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>The ways in which a connection ends: RFC 9293 §3.6, keepalive (§3.8.4), TIME-WAIT (§3.6.1, RFC 6191).</summary>
public sealed class ClosingScenarios
{
    [Fact, Covers("TCP-SM-13", "TCP-SM-14", "TCP-SM-16", "TCP-9293-13")]
    public void After_our_fin_the_peer_may_send_on()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.ShutdownSend();
        tcp.Expect("+0 > F. 1:1(0) ack 1");
        tcp.Inject("+.01 < . 1:1(0) ack 2 win 65535", "+.01 < . 1:1001(1000) ack 2 win 65535");
        tcp.Expect("+0 > . 2:2(0) ack 1001");
        tcp.ExpectSilence(TimeSpan.FromHours(3));
        tcp.Inject("+0 < PF. 1001:2001(1000) ack 2 win 65535");
        tcp.Expect("+0 > . 2:2(0) ack 2002");
        tcp.App.Receive(2000);
        tcp.App.ExpectReceive(TransportError.None);
        Assert.Equal(TcpState.TimeWait, tcp.State);
        tcp.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(TcpState.TimeWait, tcp.State);
        tcp.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TcpState.Closed, tcp.State);
        Assert.Equal(TransportError.None, tcp.Connection!.Error);
    }

    [Fact, Covers("TCP-SM-14", "TCP-SM-16", "TCP-SM-17")]
    public void After_the_peers_fin_we_may_send_on()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.Inject("+0 < F. 1:1(0) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 2");
        Assert.True(tcp.App.TakeEvents().HasFlag(EndpointEvents.PeerFinished));
        tcp.ExpectSilence(TimeSpan.FromHours(3));
        tcp.App.Send(1000);
        tcp.App.ShutdownSend();
        tcp.Expect("+0 > P. 1:1001(1000) ack 2", "+0 > F. 1001:1001(0) ack 2");
        tcp.Inject("+0 < . 2:2(0) ack 1002 win 65535");
        Assert.Equal(TcpState.Closed, tcp.State);
        Assert.True(tcp.App.TakeEvents().HasFlag(EndpointEvents.SendFinished));
        Assert.Empty(tcp.Layer.Connections);
    }

    [Fact, Covers("TCP-SM-14")]
    public void A_fin_leaves_with_the_last_octets_if_they_wait()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, options: new() { InitialWindowSegments = 1 });
        tcp.App.Send(1500);
        tcp.App.ShutdownSend();
        tcp.Expect("+0 > . 1:1001(1000) ack 1");
        tcp.Inject("+.01 < . 1:1(0) ack 1001 win 65535");
        tcp.Expect("+0 > FP. 1001:1501(500) ack 1");
        tcp.Inject("+.01 < . 1:1(0) ack 1502 win 65535");
        Assert.Equal(TcpState.FinWait2, tcp.State);
        tcp.ExpectSilence(TimeSpan.FromSeconds(10));
    }

    [Fact, Covers("TCP-SM-14")]
    public void A_fin_for_which_the_window_has_no_room_leaves_alone()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerWindow: 1000);
        tcp.App.Send(100);
        tcp.App.Send(900);
        tcp.Expect("+0 > P. 1:101(100) ack 1");
        tcp.App.ShutdownSend();
        tcp.Expect("+0 > P. 101:1001(900) ack 1", "+0 > F. 1001:1001(0) ack 1");
    }

    [Fact, Covers("TCP-SM-14")]
    public void A_burst_that_had_no_room_for_all_octets_leaves_the_fin_to_the_next()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1024, peerWindow: 0, options: new() { InitialWindowSegments = 100 });
        tcp.Network.Path.Segmentation = 65_535;
        // Each write is a piece of memory of its own, and a frame has places for so many.
        for (int i = 0; i < TransmitFrame.MaximumSlices + 1; i++) tcp.App.Send(2048);
        tcp.App.ShutdownSend();
        tcp.Inject("+.01 < . 1:1(0) ack 1 win 65535");
        int end = 1 + TransmitFrame.MaximumSlices * 2048;
        tcp.Expect($"+0 > P. 1:{end}({end - 1}) ack 1", $"+0 > FP. {end}:{end + 2048}(2048) ack 1");
    }

    [Fact, Covers("TCP-9293-13")]
    public void After_timeouts_text_for_nobody_is_answered_where_the_peer_expects_it()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Close();
        tcp.Expect("+0 > F. 1:1(0) ack 1", "+.2 > F. 1:1(0) ack 1");
        tcp.Inject("+0 < . 1:2(1) ack 1 win 65535");
        tcp.Expect("+0 > R 1:1(0)");
        Assert.Empty(tcp.Layer.Connections);
    }

    /// <summary>RFC 4022: tcpAttemptFails and tcpEstabResets count what goes straight to CLOSED, whichever side wants it.</summary>
    [Theory]
    [InlineData("SynSent", 1, 0)]
    [InlineData("SynReceivedActive", 1, 0)]
    [InlineData("Established", 0, 1)]
    [InlineData("CloseWait", 0, 1)]
    [InlineData("FinWait1", 0, 0)]
    [InlineData("FinWait2", 0, 0)]
    [InlineData("LastAck", 0, 0)]
    [InlineData("TimeWait", 0, 0)]
    public void An_abort_of_ours_is_counted_by_its_state(string state, int attempts, int resets)
    {
        using TcpScenario tcp = StateScenario.Enter(state);
        TcpStatistics counted = tcp.Layer.Statistics;
        Assert.Equal((0, 0), (counted.AttemptFails, counted.EstabResets));
        tcp.Connection!.Abort(tcp.Now);
        Assert.Equal(TcpState.Closed, tcp.State);
        Assert.Equal((attempts, resets), (counted.AttemptFails, counted.EstabResets));
    }

    [Theory, Covers("TCP-SM-11", "INV-2")]
    [InlineData("LastAck")]
    [InlineData("TimeWait")]
    public void What_was_not_read_yet_outlives_the_connection(string state)
    {
        using TcpScenario tcp = StateScenario.Enter(state, reads: false);
        if (state == "LastAck") tcp.Inject("+0 < . 102:102(0) ack 2 win 65535");
        else tcp.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(TcpState.Closed, tcp.State);
        Assert.Empty(tcp.Layer.Connections);
        tcp.App.Receive(60);
        tcp.App.Receive(40);
        tcp.App.ExpectReceive(TransportError.None);
        tcp.ExpectSilence();
    }

    [Fact, Covers("TCP-SM-11")]
    public void What_is_never_read_goes_with_close()
    {
        using TcpScenario tcp = StateScenario.Enter("TimeWait", reads: false);
        tcp.Advance(TimeSpan.FromMinutes(2));
        tcp.App.Close();
        Assert.Equal(0, tcp.Network.Outstanding);
    }

    [Fact, Covers("TCP-SM-17")]
    public void An_orphan_leaves_fin_wait_2_after_a_minute()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Close();
        tcp.Expect("+0 > F. 1:1(0) ack 1");
        tcp.Inject("+0 < . 1:1(0) ack 2 win 65535");
        tcp.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(TcpState.FinWait2, tcp.State);
        tcp.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(tcp.Layer.Connections);
        tcp.Inject("+0 < F. 1:1(0) ack 2 win 65535");
        tcp.Expect("+0 > R 2:2(0) win 0");
    }

    [Fact, Covers("TCP-SM-17")]
    public void Orphans_beyond_the_limit_are_reset()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, options: new() { MaximumOrphans = 0 });
        tcp.App.Close();
        tcp.Expect("+0 > R. 1:1(0) ack 1");
        Assert.Empty(tcp.Layer.Connections);
    }

    [Fact, Covers("TCP-SM-17")]
    public void A_connection_in_time_wait_is_no_orphan_any_more()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, options: new() { MaximumOrphans = 1 });
        tcp.App.Close();
        tcp.Expect("+0 > F. 1:1(0) ack 1");
        tcp.Inject("+0 < F. 1:1(0) ack 2 win 65535");
        tcp.Expect("+0 > . 2:2(0) ack 2");
        tcp.OpenFromElsewhere(41_000);
        tcp.OpenFromElsewhere(41_001);
        TcpConnection[] others = [tcp.Listener!.TryAccept()!, tcp.Listener.TryAccept()!];
        others[0].Close(tcp.Now);
        Assert.Equal(TcpState.FinWait1, others[0].State);
        others[1].Close(tcp.Now);   // One orphan is enough: this one is reset.
        Assert.Equal(TcpState.Closed, others[1].State);
        tcp.DropSent();
    }

    [Theory, Covers("TCP-SM-13")]
    [InlineData("Close")]
    [InlineData("ShutdownReceive")]
    public void Text_for_a_reader_that_is_gone_is_answered_by_a_reset(string call)
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        if (call == "Close") tcp.App.Close();
        else tcp.App.ShutdownReceive();
        if (call == "Close") tcp.Expect("+0 > F. 1:1(0) ack 1");
        uint next = call == "Close" ? 2u : 1u;
        tcp.Inject($"+0 < P. 1:101(100) ack {next} win 65535");
        tcp.Expect($"+0 > R. {next}:{next}(0) ack 1");
        Assert.Empty(tcp.Layer.Connections);
    }

    [Fact, Covers("TCP-9293-12")]
    public void A_reset_with_text_is_a_reset_and_the_user_learns_of_it()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.Inject("+0 < P. 1:101(100) ack 1 win 65535");
        tcp.DropSent();
        tcp.App.TakeEvents();
        tcp.Inject("+0 < R 101:121(20) win 0");
        tcp.ExpectSilence();
        Assert.True(tcp.App.TakeEvents().HasFlag(EndpointEvents.Failed));
        Assert.Equal(TransportError.ConnectionReset, tcp.Connection!.Error);
        tcp.App.ExpectReceive(TransportError.ConnectionReset);
    }

    [Fact, Covers("TCP-SM-11", "TCP-SM-14")]
    public void A_fin_behind_a_gap_waits_for_it()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.Inject("+0 < PF. 1001:2001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1");
        Assert.Equal(TcpState.Established, tcp.State);
        tcp.Inject("+0 < . 1:1001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 2002");
        Assert.Equal(TcpState.CloseWait, tcp.State);
        tcp.App.Receive(2000);
    }

    [Fact, Covers("TCP-SM-11", "TCP-9293-13")]
    public void In_time_wait_a_repeated_fin_is_acknowledged_and_starts_the_wait_again()
    {
        using TcpScenario tcp = StateScenario.Enter("TimeWait");
        tcp.Inject("+50 < F. 101:101(0) ack 2 win 65535");
        tcp.Expect("+0 > . 2:2(0) ack 102");
        tcp.Advance(TimeSpan.FromSeconds(55));
        Assert.Equal(TcpState.TimeWait, tcp.State);
        tcp.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(TcpState.Closed, tcp.State);
    }

    [Fact, Covers("TCP-SM-6", "TCP-SM-11")]
    public void In_time_wait_strays_do_not_make_two_ends_talk_for_ever()
    {
        using TcpScenario tcp = StateScenario.Enter("TimeWait");
        for (int i = 0; i < 20; i++) tcp.Inject("+.01 < . 50:50(0) ack 2 win 65535");
        Assert.Single(tcp.Network.Sent);
    }

    // RFC 1337 §3.
    [Theory, Covers("TCP-SM-6")]
    [InlineData("R")]
    [InlineData("R.")]
    public void A_reset_does_not_end_time_wait(string flags)
    {
        using TcpScenario tcp = StateScenario.Enter("TimeWait");
        tcp.Inject($"+.01 < {flags} 102:102(0) {(flags == "R" ? "" : "ack 2 ")}win 0");
        Assert.Equal((TcpState.TimeWait, 1), (tcp.State, tcp.Layer.Statistics.Drops(TcpDropReason.ResetIgnored)));
        tcp.ExpectSilence();
    }

    [Fact, Covers("TCP-TW-1", "TCP-9293-13")]
    public void A_new_syn_takes_the_place_of_time_wait_if_it_lies_above()
    {
        using TcpScenario tcp = StateScenario.Enter("TimeWait");
        tcp.Inject("+1 < S 100:100(0) win 65535 <mss 1000>");
        tcp.Expect("+0 > . 2:2(0) ack 102");
        tcp.Inject("+1 < S 102:102(0) win 65535 <mss 1000>");
        Assert.Equal(TcpState.Closed, tcp.State);
        Assert.Equal(TcpState.SynReceived, tcp.Layer.Connections.Single().State);
        tcp.DropSent();
    }

    [Theory, Covers("TCP-TW-1")]
    [InlineData(200, 50, true)]
    [InlineData(101, 500, true)]
    [InlineData(101, 50, false)]
    [InlineData(100, 500, false)]
    public void With_timestamps_a_later_one_decides(uint timestamp, uint sequence, bool yields)
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: "nop,nop,TS val 100 ecr 0");
        tcp.App.ShutdownSend();
        tcp.Inject(
            "+0 < . 1:1(0) ack 2 win 65535 <nop,nop,TS val 101 ecr 0>", "+0 < F. 1:1(0) ack 2 win 65535 <nop,nop,TS val 101 ecr 0>");
        Assert.Equal(TcpState.TimeWait, tcp.State);
        tcp.DropSent();
        uint place = sequence == 50 ? unchecked((uint)-50) : sequence;
        tcp.Inject($"+1 < S {place}:{place}(0) win 65535 <mss 1000,nop,nop,TS val {timestamp} ecr 0>");
        Assert.Equal(yields ? TcpState.Closed : TcpState.TimeWait, tcp.State);
        Assert.Equal(yields ? TcpState.SynReceived : TcpState.TimeWait, tcp.Layer.Connections.Single().State);
        tcp.DropSent();
    }

    [Fact, Covers("TCP-TW-1")]
    public void Without_a_listener_time_wait_stays()
    {
        using TcpScenario tcp = StateScenario.Enter("TimeWait");
        tcp.Listener!.Close(tcp.Now);
        tcp.Inject("+1 < S 200:200(0) win 65535 <mss 1000>");
        Assert.Equal(TcpState.TimeWait, tcp.State);
        tcp.DropSent();
    }

    [Fact, Covers("TCP-TW-2")]
    public void We_may_open_again_what_is_in_time_wait_only_with_timestamps_and_after_a_second()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: "nop,nop,TS val 100 ecr 0");
        tcp.App.ShutdownSend();
        tcp.Inject(
            "+0 < . 1:1(0) ack 2 win 65535 <nop,nop,TS val 101 ecr 0>", "+0 < F. 1:1(0) ack 2 win 65535 <nop,nop,TS val 101 ecr 0>");
        tcp.DropSent();
        PortBinding port = TcpScenario.BindLocal(TcpScenario.LocalPort);
        Assert.Equal(TransportError.AddressAlreadyInUse, tcp.Layer.Connect(port, TcpScenario.Peer, new(), new object(), tcp.Now, out TcpConnection? _));
        tcp.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TransportError.None, tcp.Layer.Connect(port, TcpScenario.Peer, new(), new object(), tcp.Now, out TcpConnection? again));
        Assert.Equal(TcpState.SynSent, again!.State);
        Assert.Equal(TcpState.Closed, tcp.State);
        tcp.DropSent();
    }

    [Fact, Covers("TCP-TW-2")]
    public void Without_timestamps_time_wait_keeps_its_tuple()
    {
        using TcpScenario tcp = StateScenario.Enter("TimeWait");
        tcp.Advance(TimeSpan.FromSeconds(30));
        PortBinding port = TcpScenario.BindLocal(TcpScenario.LocalPort);
        Assert.Equal(TransportError.AddressAlreadyInUse, tcp.Layer.Connect(port, TcpScenario.Peer, new(), new object(), tcp.Now, out TcpConnection? _));
    }

    [Fact, Covers("TCP-9293-24")]
    public void Keepalive_is_off_unless_asked_for()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.ExpectSilence(TimeSpan.FromDays(2));
        Assert.Equal(TcpState.Established, tcp.State);
        Assert.True(new TcpSocketOptions().KeepAliveTime >= TimeSpan.FromHours(2));
    }

    [Fact, Covers("TCP-9293-24")]
    public void Keepalive_probes_an_idle_peer_and_several_missing_answers_end_the_connection()
    {
        using TcpScenario tcp = KeptAlive();
        tcp.Expect("+10 > . 0:0(0) ack 1");
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535");
        tcp.Expect("+9.9~+10.1 > . 0:0(0) ack 1", "+1 > . 0:0(0) ack 1");
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535");
        tcp.Expect("+9.9~+10.1 > . 0:0(0) ack 1", "+1 > . 0:0(0) ack 1", "+1 > . 0:0(0) ack 1", "+1 > R. 1:1(0) ack 1");
        Assert.Equal(TransportError.NetworkReset, tcp.Connection!.Error);
    }

    [Fact, Covers("TCP-9293-24")]
    public void Keepalive_is_for_idle_connections_only()
    {
        using TcpScenario tcp = KeptAlive();
        for (uint at = 1; at < 100; at += 10)
        {
            tcp.Inject($"+8 < P. {at}:{at + 10}(10) ack 1 win 65535");
            tcp.Expect($"+0 > . 1:1(0) ack {at + 10}");
        }
        tcp.App.Send(1000);
        tcp.Expect("+0 > P. 1:1001(1000) ack 101");
        for (int i = 0; i < 8; i++) tcp.Expect("* > P. 1:1001(1000) ack 101");
    }

    private static TcpScenario KeptAlive()
    {
        TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.SetOptions(options => options with
        {
            KeepAlive = true,
            KeepAliveTime = TimeSpan.FromSeconds(10),
            KeepAliveInterval = TimeSpan.FromSeconds(1),
            KeepAliveCount = 3,
        });
        return tcp;
    }
}
