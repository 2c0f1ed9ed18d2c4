using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>TCP Fast Open (RFC 7413) on the side that connects.</summary>
public sealed class FastOpenClientScenarios
{
    private const string Cookie = "0011223344556677";
    private static readonly TcpSocketOptions Client = new() { FastOpenConnect = true, Timestamps = false, SelectiveAcknowledgment = false, WindowScaling = false };

    [Fact, Covers("TFO-5")]
    public void A_socket_that_was_not_told_to_asks_for_nothing()
    {
        using TcpScenario tcp = TcpScenario.Connecting(Client with { FastOpenConnect = false });
        tcp.Expect("+0 > S 0:0(0) win 65535 <mss 1460>");
    }

    [Fact, Covers("TFO-1", "TFO-4", "TFO-5")]
    public void A_cookie_is_asked_for_and_the_next_syn_carries_octets_with_it()
    {
        using TcpScenario tcp = TcpScenario.Connecting(Client);
        tcp.Expect("+0 > S 0:0(0) win 65535 <mss 1460,FO,nop,nop>");
        tcp.Inject($"+.01 < S. 0:0(0) ack 1 win 65535 <mss 1000,FO {Cookie},nop,nop>");
        tcp.Expect("+0 > . 1:1(0) ack 1");
        ConnectAgain(tcp);
        tcp.ExpectSilence(TimeSpan.FromSeconds(10));
        Assert.Equal(EndpointEvents.Connected | EndpointEvents.Writable, tcp.Connection!.TakeEvents());
        Assert.Equal(960, tcp.Connection.SendSpace);
        tcp.App.ExpectReceive(TransportError.WouldBlock);
        Assert.Equal(960, Send(tcp, 2000));
        tcp.Expect($"+0 > S 0:960(960) win 65535 <mss 1460,FO {Cookie},nop,nop>");
        Assert.Equal(TransportError.WouldBlock, tcp.Connection.Send(new byte[1], TcpSendFlags.None, tcp.Now, out _));
        tcp.Inject("+.01 < S. 0:0(0) ack 961 win 65535 <mss 1000>");
        tcp.Expect("+0 > . 961:961(0) ack 1");
        Assert.True(tcp.Info is { State: TcpState.Established, SynDataAcknowledged: true, BytesInFlight: 0, BytesAcknowledged: 960 });
        Assert.Equal(1, tcp.Layer.Statistics.FastOpenActive);
        Assert.Equal(EndpointEvents.Connected | EndpointEvents.Writable, tcp.Connection.TakeEvents());
    }

    [Fact, Covers("TFO-3", "TFO-4")]
    public void Octets_that_the_syn_ack_does_not_acknowledge_follow_at_once()
    {
        using TcpScenario tcp = WithCookie();
        Send(tcp, 500);
        tcp.Expect($"+0 > S 0:500(500) win 65535 <mss 1460,FO {Cookie},nop,nop>");
        tcp.Inject("+.01 < S. 0:0(0) ack 1 win 65535 <mss 1460,FO 8899aabbccddeeff,nop,nop>");
        tcp.Expect("+0 > P. 1:501(500) ack 1");
        tcp.Inject("+.01 < . 1:1(0) ack 501 win 65535");
        Assert.True(tcp.Info is { SynDataAcknowledged: false, BytesInFlight: 0 });
        ConnectAgain(tcp);
        Send(tcp, 10);
        tcp.Expect("+0 > S 0:10(10) win 65535 <mss 1460,FO 8899aabbccddeeff,nop,nop>");
    }

    [Fact, Covers("TFO-3")]
    public void A_syn_ack_may_acknowledge_a_part()
    {
        using TcpScenario tcp = WithCookie();
        Send(tcp, 500);
        tcp.Expect("+0 > S 0:500(500) <...>");
        tcp.Inject("+.01 < S. 0:0(0) ack 201 win 65535 <mss 1460>");
        tcp.Expect("+0 > P. 201:501(300) ack 1");
        tcp.Inject("+.01 < . 1:1(0) ack 501 win 65535");
        Assert.Equal(0, tcp.Info.BytesInFlight);
    }

    [Fact, Covers("TFO-4")]
    public void After_a_timeout_the_syn_has_neither_octets_nor_option()
    {
        using TcpScenario tcp = WithCookie();
        Send(tcp, 500);
        tcp.Expect($"+0 > S 0:500(500) win 65535 <mss 1460,FO {Cookie},nop,nop>", "+1 > S 0:0(0) win 65535 <mss 1460>");
        tcp.Inject("+.01 < S. 0:0(0) ack 1 win 65535 <mss 1460>");
        tcp.Expect("+0 > P. 1:501(500) ack 1");
        Assert.Equal(1, tcp.Layer.Statistics.FastOpenActiveFail);
    }

    [Fact, Covers("TFO-4")]
    public void The_server_may_have_taken_the_octets_of_the_first_syn_after_all()
    {
        using TcpScenario tcp = WithCookie();
        Send(tcp, 500);
        tcp.Expect("+0 > S 0:500(500) <...>", "+1 > S 0:0(0) win 65535 <mss 1460>");
        tcp.Inject("+.01 < S. 0:0(0) ack 501 win 65535 <mss 1460>");
        tcp.Expect("+0 > . 501:501(0) ack 1");
        Assert.Equal(0, tcp.Info.BytesInFlight);
    }

    [Fact, Covers("TFO-4")]
    public void After_two_failures_in_a_row_it_is_not_tried_for_an_hour()
    {
        using TcpScenario tcp = WithCookie();
        for (int attempt = 0; attempt < 2; attempt++)
        {
            if (attempt > 0) ConnectAgain(tcp);
            Send(tcp, 10);
            tcp.Expect("+0 > S 0:10(10) <...>", "+1 > S 0:0(0) win 65535 <mss 1460>", "+2 > S 0:0(0) win 65535 <mss 1460>");
        }
        ConnectAgain(tcp);
        tcp.Expect("+0 > S 0:0(0) win 65535 <mss 1460>");
        tcp.Connection!.Abort(tcp.Now);
        tcp.Advance(TimeSpan.FromMinutes(61));
        ConnectAgain(tcp);
        Send(tcp, 10);
        tcp.Expect($"+0 > S 0:10(10) win 65535 <mss 1460,FO {Cookie},nop,nop>");
    }

    [Fact, Covers("TFO-4")]
    public void Two_requests_for_a_cookie_that_came_to_nothing_count_as_failures()
    {
        using TcpScenario tcp = TcpScenario.Connecting(Client);
        for (int attempt = 0; attempt < 2; attempt++)
        {
            if (attempt > 0) ConnectAgain(tcp);
            tcp.Expect("+0 > S 0:0(0) win 65535 <mss 1460,FO,nop,nop>", "+1 > S 0:0(0) win 65535 <mss 1460>", "+2 > S 0:0(0) win 65535 <mss 1460>");
        }
        ConnectAgain(tcp);
        tcp.Expect("+0 > S 0:0(0) win 65535 <mss 1460>");
    }

    [Fact, Covers("TFO-4")]
    public void A_success_forgets_earlier_failures()
    {
        using TcpScenario tcp = WithCookie();
        Send(tcp, 10);
        tcp.Expect("+0 > S 0:10(10) <...>", "+1 > S 0:0(0) win 65535 <mss 1460>");
        tcp.Inject("+.01 < S. 0:0(0) ack 1 win 65535 <mss 1460>");
        ConnectAgain(tcp);
        Send(tcp, 10);
        tcp.Expect("+0 > S 0:10(10) <...>");
        tcp.Inject("+.01 < S. 0:0(0) ack 11 win 65535 <mss 1460>");
        tcp.Expect("+0 > . 11:11(0) ack 1");
        ConnectAgain(tcp);
        Send(tcp, 10);
        tcp.Expect("+0 > S 0:10(10) <...>", "+1 > S 0:0(0) win 65535 <mss 1460>");
        tcp.Inject("+.01 < S. 0:0(0) ack 1 win 65535 <mss 1460>");
        ConnectAgain(tcp);
        Send(tcp, 10);
        tcp.Expect($"+0 > S 0:10(10) win 65535 <mss 1460,FO {Cookie},nop,nop>");
    }

    [Fact, Covers("TFO-4")]
    public void Of_too_many_servers_the_one_known_longest_is_forgotten()
    {
        using TcpScenario tcp = TcpScenario.New(new() { MaximumFastOpenPeers = 2 });
        FastOpenPeers peers = tcp.Layer.FastOpenPeers;
        for (byte i = 1; i <= 3; i++) peers.NoteSuccess(IpAddress.FromIpv4(198, 18, 1, i), new byte[8], isExperimental: false, 1460);
        Assert.Equal(2, peers.Count);
        Assert.Null(peers.Find(IpAddress.FromIpv4(198, 18, 1, 1)));
        Assert.NotNull(peers.Find(IpAddress.FromIpv4(198, 18, 1, 3)));
    }

    [Fact, Covers("TFO-1")]
    public void A_cookie_in_the_experimental_form_is_shown_in_it()
    {
        using TcpScenario tcp = TcpScenario.Connecting(Client);
        tcp.Expect("+0 > S 0:0(0) win 65535 <mss 1460,FO,nop,nop>");
        tcp.Inject($"+.01 < S. 0:0(0) ack 1 win 65535 <mss 1460,kind 254 f989{Cookie}>");
        ConnectAgain(tcp);
        Send(tcp, 10);
        tcp.Expect($"+0 > S 0:10(10) win 65535 <mss 1460,kind 254 f989{Cookie}>");
    }

    [Fact, Covers("TFO-1")]
    public void A_cookie_that_was_not_asked_for_is_not_kept()
    {
        using TcpScenario tcp = TcpScenario.Connecting(Client with { FastOpenConnect = false });
        tcp.Expect("+0 > S 0:0(0) win 65535 <mss 1460>");
        tcp.Inject($"+.01 < S. 0:0(0) ack 1 win 65535 <mss 1460,FO {Cookie},nop,nop>");
        ConnectAgain(tcp);
        tcp.Expect("+0 > S 0:0(0) win 65535 <mss 1460,FO,nop,nop>");
    }

    [Fact, Covers("TFO-5")]
    public void A_client_that_trusts_its_network_needs_no_cookie()
    {
        using TcpScenario tcp = TcpScenario.Connecting(Client with { FastOpenWithoutCookie = true });
        tcp.ExpectSilence();
        Assert.Equal(536 - 40, Send(tcp, 1000));
        tcp.Expect("+0 > S 0:496(496) win 65535 <mss 1460>");
    }

    [Fact, Covers("TFO-4")]
    public void A_request_may_be_sent_and_closed_before_the_handshake_is_complete()
    {
        using TcpScenario tcp = WithCookie();
        Send(tcp, 100);
        tcp.App.Close();
        tcp.Expect("+0 > S 0:100(100) <...>");
        tcp.Inject("+.01 < S. 0:0(0) ack 101 win 65535 <mss 1460>");
        tcp.Expect("+0 > F. 101:101(0) ack 1");
        Assert.Equal(TcpState.FinWait1, tcp.State);
    }

    [Fact, Covers("TFO-4")]
    public void Shutting_down_without_a_word_sends_the_syn_alone()
    {
        using TcpScenario tcp = WithCookie();
        tcp.App.ShutdownSend();
        tcp.Expect($"+0 > S 0:0(0) win 65535 <mss 1460,FO {Cookie},nop,nop>");
        tcp.Inject("+.01 < S. 0:0(0) ack 1 win 65535 <mss 1460>");
        tcp.Expect("+0 > F. 1:1(0) ack 1");
    }

    [Fact, Covers("TFO-4")]
    public void Closing_without_a_word_sends_nothing()
    {
        using TcpScenario tcp = WithCookie();
        tcp.App.Close();
        tcp.ExpectSilence(TimeSpan.FromSeconds(10));
        Assert.Empty(tcp.Layer.Connections);
    }

    [Fact, Covers("TFO-4")]
    public void A_refusal_is_told_although_connecting_had_succeeded()
    {
        using TcpScenario tcp = WithCookie();
        Send(tcp, 100);
        tcp.Expect("+0 > S 0:100(100) <...>");
        tcp.Inject("+.01 < R. 0:0(0) ack 101 win 0");
        Assert.Equal(TransportError.ConnectionRefused, tcp.Connection!.Error);
    }

    [Fact, Covers("TFO-4")]
    public void Without_a_frame_for_the_first_syn_the_next_one_goes_without_octets()
    {
        using TcpScenario tcp = WithCookie();
        tcp.Network.IsOutOfFrames = true;
        Send(tcp, 100);
        tcp.Network.IsOutOfFrames = false;
        tcp.Expect("+1 > S 0:0(0) win 65535 <mss 1460>");
        tcp.Inject("+.01 < S. 0:0(0) ack 1 win 65535 <mss 1460>");
        tcp.Expect("+0 > P. 1:101(100) ack 1");
    }

    [Fact, Covers("TFO-4", "PMTU4-6")]
    public void A_syn_that_is_too_large_for_the_path_is_sent_again_at_once_without_octets()
    {
        using TcpScenario tcp = WithCookie();
        Send(tcp, 1000);
        tcp.Expect("+0 > S 0:1000(1000) <...>");
        tcp.Report(NetworkProblemKind.PacketTooBig, quotedSequence: 0, mtu: 800);
        // What we can receive has not changed.
        tcp.Expect("+0 > S 0:0(0) win 65535 <mss 1460>");
        tcp.Report(NetworkProblemKind.PacketTooBig, quotedSequence: 0, mtu: 700);
        tcp.ExpectSilence();
        tcp.Inject("+.01 < S. 0:0(0) ack 1 win 65535 <mss 1460>");
        tcp.Expect("+0 > . 1:661(660) ack 1", "+0 > P. 661:1001(340) ack 1");
        // Nothing was lost to congestion.
        Assert.Equal((6_600, 1), (tcp.Info.CongestionWindow, tcp.Info.SynRetransmissions));
        ConnectAgain(tcp);
        Send(tcp, 10);
        tcp.Expect($"+0 > S 0:10(10) win 65535 <mss 1460,FO {Cookie},nop,nop>");
    }

    [Fact, Covers("TFO-1")]
    public void When_both_ends_open_at_once_the_answer_has_no_cookie()
    {
        using TcpScenario tcp = WithCookie();
        Send(tcp, 500);
        tcp.Expect("+0 > S 0:500(500) <...>");
        tcp.Inject("+.01 < S 0:300(300) win 65535 <mss 1460,FO 8899aabbccddeeff,nop,nop>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 win 65535 <mss 1460>");
        tcp.Inject("+.01 < S. 0:0(0) ack 501 win 65535 <mss 1460>");
        tcp.Expect("+0 > . 501:501(0) ack 1");
        Assert.True(tcp.Info is { State: TcpState.Established, BytesInFlight: 0 });
    }

    // A second connection to a server that has given a cookie; its SYN waits.
    private static TcpScenario WithCookie()
    {
        TcpScenario tcp = TcpScenario.Connecting(Client);
        tcp.Expect("+0 > S 0:0(0) win 65535 <mss 1460,FO,nop,nop>");
        tcp.Inject($"+.01 < S. 0:0(0) ack 1 win 65535 <mss 1460,FO {Cookie},nop,nop>");
        ConnectAgain(tcp);
        return tcp;
    }

    private static void ConnectAgain(TcpScenario tcp)
    {
        tcp.Connection!.Abort(tcp.Now);
        tcp.Layer.OnBatchEnd(tcp.Now);
        tcp.DropSent();
        IpEndpoint local = new(RecordingNetwork.LocalAddress, TcpScenario.LocalPort);
        Assert.Equal(TransportError.None, tcp.Layer.Bind(local, PortSharing.Default, out PortBinding? binding));
        Assert.Equal(TransportError.None, tcp.Layer.Connect(binding, TcpScenario.Peer, Client, new object(), tcp.Now, out TcpConnection? connection));
        tcp.Connection = connection;
        tcp.NoteAppEvent();
    }

    // Octets of a stream that begins anew. Returns how many were taken.
    private static int Send(TcpScenario tcp, int octets)
    {
        tcp.NoteAppEvent();
        byte[] data = [.. Enumerable.Range(1, octets).Select(place => SegmentText.PayloadOctet((uint)place))];
        Assert.Equal(TransportError.None, tcp.Connection!.Send(data, TcpSendFlags.None, tcp.Now, out int taken));
        return taken;
    }
}
