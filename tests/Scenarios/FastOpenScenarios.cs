using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Packets;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>TCP Fast Open (RFC 7413) on the listener's side.</summary>
public sealed class FastOpenScenarios
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
    private static readonly byte[] NextKey = [.. Enumerable.Range(101, 16).Select(i => (byte)i)];
    private static readonly TcpSocketOptions Server = new() { FastOpenQueue = 2 };
    private static readonly TcpLayerOptions Layer = new() { FastOpenKeys = new FastOpenKeys(Key) };
    private static readonly string Cookie = CookieUnder(Key);

    [Fact, Covers("TFO-1", "TFO-2")]
    public void A_syn_that_asks_for_a_cookie_gets_one()
    {
        using TcpScenario tcp = TcpScenario.Listening(Server, Layer);
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1460,FO,nop,nop>");
        tcp.Expect($"+0 > S. 0:0(0) ack 1 win 65535 <mss 1460,FO {Cookie},nop,nop>");
        Assert.Equal(0, tcp.Listener!.AcceptableCount);
        tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        Assert.False(tcp.Info.SynDataAcknowledged);
        Assert.Equal(1, tcp.Layer.Statistics.FastOpenCookieRequests);
    }

    [Fact, Covers("TFO-2")]
    public void A_listener_that_was_not_told_to_gives_no_cookie()
    {
        using TcpScenario tcp = TcpScenario.Listening(options: Layer);
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1460,FO,nop,nop>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 win 65535 <mss 1460>");
    }

    [Fact, Covers("TFO-3")]
    public void The_octets_of_a_syn_with_a_valid_cookie_reach_the_user_before_the_handshake_is_complete()
    {
        using TcpScenario tcp = TcpScenario.Listening(Server, Layer);
        tcp.Inject($"+0 < S 0:100(100) win 65535 <mss 1000,FO {Cookie},nop,nop>");
        tcp.Expect("+0 > S. 0:0(0) ack 101 win 65535 <mss 1460>");
        tcp.App.Accept();
        Assert.Equal(TcpState.SynReceived, tcp.State);
        tcp.App.Receive(100);
        tcp.App.Send(2500);
        tcp.Expect("+0 > . 1:1001(1000) ack 101", "+0 > . 1001:2001(1000) ack 101", "+0 > P. 2001:2501(500) ack 101");
        tcp.Inject("+.05 < . 101:101(0) ack 1 win 65535");
        Assert.Equal((TcpState.Established, 0), (tcp.State, tcp.Info.DuplicateAcknowledgments));
        tcp.Inject("+.01 < P. 101:151(50) ack 2501 win 65535");
        tcp.Expect("+0 > . 2501:2501(0) ack 151");
        tcp.App.Receive(50);
        Assert.True(tcp.Info is { SynDataAcknowledged: true, BytesInFlight: 0, SynRetransmissions: 0 });
        Assert.Equal(1, tcp.Layer.Statistics.FastOpenPassive);
    }

    [Fact, Covers("TFO-3")]
    public void A_cookie_of_somebody_else_is_answered_by_the_right_one_and_the_octets_are_dropped()
    {
        using TcpScenario tcp = TcpScenario.Listening(Server, Layer);
        tcp.Inject("+0 < S 0:100(100) win 65535 <mss 1460,FO 0102030405060708,nop,nop>");
        tcp.Expect($"+0 > S. 0:0(0) ack 1 win 65535 <mss 1460,FO {Cookie},nop,nop>");
        Assert.Equal(0, tcp.Listener!.AcceptableCount);
        tcp.Inject("+.05 < P. 1:101(100) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 101");
        tcp.App.Accept();
        tcp.App.Receive(100);
        Assert.Equal(1, tcp.Layer.Statistics.FastOpenPassiveFail);
    }

    [Theory, Covers("TFO-1")]
    [InlineData("kind 34 0102,nop,nop,nop,nop")]
    [InlineData("kind 34 0102030405,nop")]
    [InlineData("kind 34 0102030405060708090a0b0c0d0e0f101112,nop,nop,nop,nop")]
    public void A_cookie_of_a_length_that_there_is_not_counts_as_none(string option)
    {
        using TcpScenario tcp = TcpScenario.Listening(Server, Layer);
        tcp.Inject($"+0 < S 0:100(100) win 65535 <mss 1460,{option}>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 win 65535 <mss 1460>");
    }

    [Fact, Covers("TFO-2")]
    public void A_cookie_under_the_key_before_is_taken_and_replaced()
    {
        using TcpScenario tcp = TcpScenario.Listening(Server, Layer with { FastOpenKeys = new FastOpenKeys(NextKey, Key) });
        tcp.Inject($"+0 < S 0:100(100) win 65535 <mss 1460,FO {Cookie},nop,nop>");
        tcp.Expect($"+0 > S. 0:0(0) ack 101 win 65535 <mss 1460,FO {CookieUnder(NextKey)},nop,nop>");
        tcp.App.Accept();
        tcp.App.Receive(100);
    }

    [Fact, Covers("TFO-2")]
    public void A_listener_may_have_keys_of_its_own()
    {
        using TcpScenario tcp = TcpScenario.Listening(Server with { FastOpenKeys = new FastOpenKeys(NextKey) }, Layer);
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1460,FO,nop,nop>");
        tcp.Expect($"+0 > S. 0:0(0) ack 1 win 65535 <mss 1460,FO {CookieUnder(NextKey)},nop,nop>");
    }

    [Fact, Covers("TFO-2")]
    public void A_key_of_our_own_serves_for_two_lifetimes()
    {
        using TcpScenario tcp = TcpScenario.Listening(Server, new() { FastOpenKeyLifetime = TimeSpan.FromHours(1) });
        string cookie = AskForCookie(tcp);
        Assert.Equal(cookie, AskForCookie(tcp));
        tcp.Advance(TimeSpan.FromMinutes(61));
        Assert.NotEqual(cookie, AskForCookie(tcp));
        string next = AskForCookie(tcp);
        tcp.Inject($"+0 < S 0:100(100) win 65535 <mss 1460,FO {cookie},nop,nop>");
        tcp.Expect($"+0 > S. 0:0(0) ack 101 win 65535 <mss 1460,FO {next},nop,nop>");
        tcp.Inject("+0 < R 101:101(0) win 0");
        tcp.Advance(TimeSpan.FromMinutes(61));
        tcp.Inject($"+0 < S 0:100(100) win 65535 <mss 1460,FO {cookie},nop,nop>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 win 65535 <...>");
    }

    [Fact, Covers("TFO-1")]
    public void The_experimental_form_is_answered_in_kind()
    {
        using TcpScenario tcp = TcpScenario.Listening(Server, Layer);
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1460,kind 254 f989>");
        tcp.Expect($"+0 > S. 0:0(0) ack 1 win 65535 <mss 1460,kind 254 f989{Cookie}>");
        tcp.Inject("+0 < R 1:1(0) win 0", $"+0 < S 0:10(10) win 65535 <mss 1460,kind 254 f989{Cookie}>");
        tcp.Expect("+0 > S. 0:0(0) ack 11 win 65535 <mss 1460>");
    }

    [Fact, Covers("TFO-2")]
    public void Beyond_the_queue_a_valid_cookie_shakes_hands_first()
    {
        using TcpScenario tcp = TcpScenario.Listening(Server with { FastOpenQueue = 1 }, Layer);
        OpenEarlyFrom(tcp, 41_000);
        tcp.DropSent();
        tcp.Inject($"+0 < S 0:100(100) win 65535 <mss 1460,FO {Cookie},nop,nop>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 win 65535 <mss 1460>");
        Assert.Equal(1, tcp.Listener!.AcceptableCount);
        Assert.Equal(1, tcp.Layer.Statistics.FastOpenListenOverflow);
    }

    [Fact, Covers("TFO-2")]
    public void What_was_reset_counts_as_pending_for_a_minute()
    {
        using TcpScenario tcp = TcpScenario.Listening(Server with { FastOpenQueue = 1 }, Layer);
        string open = $"+0 < S 0:100(100) win 65535 <mss 1460,FO {Cookie},nop,nop>";
        tcp.Inject(open);
        tcp.Expect("+0 > S. 0:0(0) ack 101 <...>");
        tcp.App.Accept();
        tcp.App.Receive(100);
        tcp.Inject("+0 < R 101:101(0) win 0");
        Assert.Equal(TransportError.ConnectionReset, tcp.Connection!.Error);
        tcp.Connection.Close(tcp.Now);
        tcp.Inject(open);
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        tcp.Inject("+61 < R 1:1(0) win 0");
        tcp.DropSent();
        tcp.Inject(open);
        tcp.Expect("+0 > S. 0:0(0) ack 101 <...>");
    }

    [Fact, Covers("TFO-3")]
    public void The_syn_ack_is_sent_again_without_the_cookie_and_then_the_user_is_told()
    {
        using TcpScenario tcp = TcpScenario.Listening(Server, Layer with { FastOpenKeys = new FastOpenKeys(NextKey, Key) });
        tcp.Inject($"+0 < S 0:100(100) win 65535 <mss 1460,FO {Cookie},nop,nop>");
        tcp.Expect($"+0 > S. 0:0(0) ack 101 win 65535 <mss 1460,FO {CookieUnder(NextKey)},nop,nop>");
        tcp.App.Accept();
        tcp.App.Send(10);
        tcp.Expect("+0 > P. 1:11(10) ack 101");
        for (int seconds = 1; seconds <= 16; seconds *= 2) tcp.Expect("* > S. 0:0(0) ack 101 win 65535 <mss 1460>");
        tcp.ExpectSilence(TimeSpan.FromSeconds(60));
        Assert.Equal(TransportError.TimedOut, tcp.Connection!.Error);
    }

    [Fact, Covers("TFO-3")]
    public void A_syn_that_comes_again_is_answered_and_its_octets_are_not_taken_twice()
    {
        using TcpScenario tcp = TcpScenario.Listening(Server, Layer);
        tcp.Inject($"+0 < S 0:100(100) win 65535 <mss 1460,FO {Cookie},nop,nop>");
        tcp.Expect("+0 > S. 0:0(0) ack 101 <...>");
        tcp.Inject($"+.2 < S 0:100(100) win 65535 <mss 1460,FO {Cookie},nop,nop>");
        tcp.Expect("+0 > S. 0:0(0) ack 101 <...>");
        tcp.Inject("+.2 < S 0:0(0) win 65535 <mss 1460>");
        tcp.Expect("+0 > S. 0:0(0) ack 101 <...>");
        tcp.Inject("+0 < . 101:101(0) ack 1 win 65535");
        tcp.App.Accept();
        Assert.Equal(100, tcp.Connection!.ReadableBytes);
        Assert.Equal(0, tcp.Listener!.AcceptableCount);
    }

    [Fact, Covers("TFO-3")]
    public void A_user_may_answer_and_close_before_the_handshake_is_complete()
    {
        using TcpScenario tcp = TcpScenario.Listening(Server, Layer);
        tcp.Inject($"+0 < S 0:100(100) win 65535 <mss 1460,FO {Cookie},nop,nop>");
        tcp.Expect("+0 > S. 0:0(0) ack 101 <...>");
        tcp.App.Accept();
        tcp.App.Receive(100);
        tcp.App.Send(200);
        tcp.App.Close();
        tcp.Expect("+0 > P. 1:201(200) ack 101", "+0 > F. 201:201(0) ack 101");
        tcp.Inject("+.05 < . 101:101(0) ack 202 win 65535");
        Assert.Equal(TcpState.FinWait2, tcp.State);
        tcp.Inject("+0 < F. 101:101(0) ack 202 win 65535");
        tcp.Expect("+0 > . 202:202(0) ack 102");
    }

    [Fact, Covers("TFO-3")]
    public void Closing_without_reading_the_octets_of_the_syn_resets_the_connection()
    {
        using TcpScenario tcp = TcpScenario.Listening(Server, Layer);
        tcp.Inject($"+0 < S 0:100(100) win 65535 <mss 1460,FO {Cookie},nop,nop>");
        tcp.Expect("+0 > S. 0:0(0) ack 101 <...>");
        tcp.App.Accept();
        tcp.App.Close();
        tcp.Expect("+0 > R. 1:1(0) ack 101 <...>");
        tcp.ExpectSilence(TimeSpan.FromSeconds(5));
    }

    [Fact, Covers("TFO-2")]
    public void A_listener_that_trusts_its_network_takes_octets_without_a_cookie()
    {
        using TcpScenario tcp = TcpScenario.Listening(Server with { FastOpenWithoutCookie = true }, Layer);
        tcp.Inject("+0 < S 0:100(100) win 65535 <mss 1460>");
        tcp.Expect("+0 > S. 0:0(0) ack 101 win 65535 <mss 1460>");
        tcp.App.Accept();
        tcp.App.Receive(100);
    }

    private static string AskForCookie(TcpScenario tcp)
    {
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1460,FO,nop,nop>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        string cookie = Assert.IsType<PacketOption.FastOpen>(tcp.Last.Options!.Single(option => option is PacketOption.FastOpen)).CookieHex;
        tcp.Inject("+0 < R 1:1(0) win 0");
        return cookie;
    }

    private static void OpenEarlyFrom(TcpScenario tcp, ushort port)
    {
        PacketLine syn = PacketLine.Parse($"+0 < S 0:100(100) win 65535 <mss 1460,FO {Cookie},nop,nop>");
        tcp.Deliver(SegmentText.Build(syn, port, TcpScenario.LocalPort, 77, 0));
    }

    private static string CookieUnder(byte[] key)
    {
        byte[] cookie = new byte[FastOpenKeys.CookieSize];
        new FastOpenKeys(key).MakeCookie(RecordingNetwork.PeerAddress, RecordingNetwork.LocalAddress, cookie);
        return Convert.ToHexStringLower(cookie);
    }
}
