using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>Flow control: zero windows, probes, shrinking, silly windows, Nagle (RFC 9293 §3.7.4 and §3.8.6).</summary>
public sealed class WindowScenarios
{
    [Fact, Covers("TCP-9293-35", "TCP-CC-1", "INV-6")]
    public void A_closed_window_is_probed_for_hours_while_it_is_answered()
    {
        using TcpScenario tcp = Closed(out string answer);
        double interval = 0.2;
        for (int i = 0; i < 60; i++, interval = Math.Min(interval * 2, 120))
        {
            tcp.Expect(FormattableString.Invariant($"+{interval:0.###} > . 2000:2000(0) ack 1"));
            tcp.Inject("+0 < " + answer);
        }
        Assert.Equal(TcpState.Established, tcp.State);
        tcp.Inject("+0 < . 1:1(0) ack 2001 win 2000");
        tcp.Expect("+0 > . 2001:3001(1000) ack 1", "+0 > . 3001:4001(1000) ack 1");
        Assert.Equal(0, tcp.Info.Timeouts);
    }

    [Fact, Covers("TCP-9293-35", "TCP-9293-20")]
    public void Unanswered_probes_end_the_connection()
    {
        using TcpScenario tcp = Closed(out string _, new() { R2Retries = 4 });
        tcp.Expect("+.2 > . 2000:2000(0) ack 1", "+.4 > . 2000:2000(0) ack 1", "+.8 > . 2000:2000(0) ack 1", "+1.6 > . 2000:2000(0) ack 1");
        tcp.Expect("+3.2 > R. 2001:2001(0) ack 1");
        Assert.Equal(TransportError.TimedOut, tcp.Connection!.Error);
    }

    [Fact, Covers("TCP-9293-34", "INV-6")]
    public void A_shrunk_window_stops_new_data_but_not_what_is_inside()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerWindow: 4000);
        tcp.App.Send(6000);
        for (uint i = 0; i < 4; i++) tcp.Expect($"+0 > . {1 + i * 1000}:{1001 + i * 1000}(1000) ack 1");
        tcp.Inject("+0 < . 1:1(0) ack 1001 win 1000");
        tcp.ExpectSilence();
        tcp.Expect("+.2 > . 1001:2001(1000) ack 1", "+.4 > . 1001:2001(1000) ack 1");
        tcp.Inject("+0 < . 1:1(0) ack 2001 win 0");
        // Beyond the edge one segment at a time probes; answers keep the connection open.
        for (int i = 0; i < 30; i++)
        {
            tcp.Expect("* > . 2001:3001(1000) ack 1");
            tcp.Inject("+0 < . 1:1(0) ack 2001 win 0");
        }
        tcp.Inject("+0 < . 1:1(0) ack 2001 win 4000");
        Assert.Equal(TcpState.Established, tcp.State);
        tcp.Expect("* > . 2001:3001(1000) ack 1");
    }

    [Fact, Covers("TCP-9293-38")]
    public void A_sender_waits_for_half_the_best_window_or_the_override()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerWindow: 600);
        tcp.App.Send(3000);
        tcp.Expect("+0 > . 1:601(600) ack 1");
        tcp.Inject("+0 < . 1:1(0) ack 601 win 300");
        tcp.Expect("+0 > . 601:901(300) ack 1");
        tcp.Inject("+0 < . 1:1(0) ack 901 win 299");
        tcp.ExpectSilence(TimeSpan.FromMilliseconds(100));
        tcp.Expect("+.1~+1 > . 901:1200(299) ack 1");
    }

    [Fact, Covers("TCP-9293-38")]
    public void The_override_comes_within_a_second_whatever_the_timeout()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerWindow: 2000);
        tcp.App.Send(2000);
        tcp.Expect("+0 > . 1:1001(1000) ack 1", "+0 > P. 1001:2001(1000) ack 1");
        tcp.Inject("+.19 < . 1:1(0) ack 2001 win 2000");
        for (uint at = 2001; at < 12_001; at += 2000)
        {
            // A path of eight seconds: the timeout is far above a second.
            tcp.App.Send(2000);
            tcp.DropSent();
            tcp.Advance(TimeSpan.FromSeconds(8));
            tcp.DropSent();
            tcp.Inject($"+0 < . 1:1(0) ack {at + 2000} win 2000");
        }
        tcp.App.Send(2000);
        tcp.DropSent();
        tcp.Inject("+0 < . 1:1(0) ack 14001 win 100");
        tcp.App.Send(2000);
        tcp.Expect("+.1~+1 > . 14001:14101(100) ack 1");
    }

    [Fact, Covers("TCP-9293-39", "TCP-9293-S14")]
    public void A_receiver_keeps_small_gains_back()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: new() { ReceiveBufferBytes = 4000 });
        for (int i = 0; i < 4; i++)
        {
            tcp.Inject($"+0 < . {1 + i * 1000}:{1001 + i * 1000}(1000) ack 1 win 65535");
            tcp.Expect($"+0 > . 1:1(0) ack {1001 + i * 1000} win {3000 - i * 1000}");
        }
        tcp.App.Receive(1000);
        tcp.ExpectSilence();
        tcp.App.Receive(500);
        tcp.Expect("+0 > . 1:1(0) ack 4001 win 1500");
        tcp.App.Receive(400);
        tcp.ExpectSilence();
        // The peer's probe learns no more either.
        tcp.Inject("+1 < . 4000:4000(0) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 4001 win 1500");
    }

    [Fact, Covers("TCP-9293-66", "TCP-SM-5", "TCP-9293-35")]
    public void At_our_closed_window_probes_are_answered_and_text_is_not_taken()
    {
        using TcpScenario tcp = ClosedByUs();
        tcp.Inject("+0 < . 2001:2002(1) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 2001 win 0");
        tcp.Inject("+0 < . 2000:2000(0) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 2001 win 0");
        tcp.App.Receive(2000);
        tcp.Expect("+0 > . 1:1(0) ack 2001 win 2000");
    }

    [Fact, Covers("TCP-9293-66")]
    public void At_our_closed_window_an_acknowledgment_counts_all_the_same()
    {
        using TcpScenario tcp = ClosedByUs();
        tcp.App.Send(1000);
        tcp.Expect("+0 > P. 1:1001(1000) ack 2001");
        tcp.Inject("+0 < . 2001:2002(1) ack 1001 win 65535");
        tcp.Expect("+0 > . 1001:1001(0) ack 2001 win 0");
        Assert.Equal(0, tcp.Info.BytesInFlight);
        tcp.ExpectSilence(TimeSpan.FromSeconds(10));
    }

    [Fact, Covers("TCP-9293-66")]
    public void At_our_closed_window_a_reset_counts()
    {
        using TcpScenario tcp = ClosedByUs();
        tcp.Inject("+0 < R 2001:2001(0) win 0");
        Assert.Equal(TransportError.ConnectionReset, tcp.Connection!.Error);
    }

    [Fact, Covers("TCP-9293-66")]
    public void At_our_closed_window_urgent_data_is_announced()
    {
        using TcpScenario tcp = ClosedByUs();
        tcp.App.TakeEvents();
        tcp.Inject("+0 < U. 2001:2001(0) ack 1 win 65535 urg 1");
        Assert.True(tcp.App.TakeEvents().HasFlag(EndpointEvents.Urgent));
        Assert.True(tcp.Connection!.IsUrgentPending);
    }

    [Fact, Covers("TCP-SM-14")]
    public void At_our_closed_window_a_fin_is_taken()
    {
        using TcpScenario tcp = ClosedByUs();
        tcp.Inject("+0 < F. 2001:2001(0) ack 1 win 65535");
        tcp.Expect("+.04 > . 1:1(0) ack 2002 win 0");
        Assert.Equal(TcpState.CloseWait, tcp.State);
        tcp.App.Receive(2000);
        tcp.App.ExpectReceive(TransportError.None);
    }

    [Fact, Covers("TCP-SM-13")]
    public void Text_is_cut_at_the_edge_of_the_window()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: new() { ReceiveBufferBytes = 2000 });
        tcp.Inject("+0 < . 1:1001(1000) ack 1 win 65535", "+0 < . 1001:2501(1500) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1001 win 1000", "+0 > . 1:1(0) ack 2001 win 0");
        tcp.App.Receive(2000);
    }

    [Fact, Covers("TCP-9293-17")]
    public void Nagle_holds_a_small_segment_while_a_small_one_is_out()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(100);
        tcp.Expect("+0 > P. 1:101(100) ack 1");
        tcp.App.Send(100);
        tcp.App.Send(100);
        tcp.ExpectSilence();
        tcp.Inject("+.05 < . 1:1(0) ack 101 win 65535");
        tcp.Expect("+0 > P. 101:301(200) ack 1");
    }

    [Fact, Covers("TCP-9293-17", "TCP-BUF-3")]
    public void Without_nagle_small_segments_go_at_once()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(100);
        tcp.App.Send(100);
        tcp.Expect("+0 > P. 1:101(100) ack 1");
        tcp.ExpectSilence();
        tcp.App.SetOptions(options => options with { NoDelay = true });
        tcp.Expect("+0 > P. 101:201(100) ack 1");
        tcp.App.Send(100);
        tcp.Expect("+0 > P. 201:301(100) ack 1");
    }

    [Fact, Covers("TCP-9293-17", "TCP-9293-60")]
    public void The_tail_of_a_large_write_is_not_held()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(2500);
        tcp.Expect("+0 > . 1:1001(1000) ack 1", "+0 > . 1001:2001(1000) ack 1", "+0 > P. 2001:2501(500) ack 1");
        tcp.App.Send(500);
        tcp.ExpectSilence();
        tcp.Inject("+.05 < . 1:1(0) ack 2501 win 65535");
        tcp.Expect("+0 > P. 2501:3001(500) ack 1");
    }

    [Fact, Covers("TCP-9293-60")]
    public void More_coming_waits_for_the_rest_but_not_for_ever()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(100, TcpSendFlags.More);
        tcp.ExpectSilence();
        tcp.App.Send(100);
        tcp.Expect("+0 > P. 1:201(200) ack 1");
        tcp.Inject("+0 < . 1:1(0) ack 201 win 65535");
        tcp.App.Send(1100, TcpSendFlags.More);
        tcp.Expect("+0 > . 201:1201(1000) ack 1");
        tcp.Inject("+0 < . 1:1(0) ack 1201 win 65535");
        tcp.Expect("+.1~+1 > P. 1201:1301(100) ack 1");
    }

    [Fact, Covers("TCP-CC-18")]
    public void A_closed_window_is_no_silence_of_ours_until_it_opens()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(10_000);
        tcp.DropSent();
        tcp.Inject("+.01 < . 1:1(0) ack 10001 win 0");
        long window = tcp.Info.CongestionWindow;
        Assert.True(window > 10_000);
        tcp.App.Send(20_000);
        tcp.Expect("+.2 > . 10000:10000(0) ack 1", "+.4 > . 10000:10000(0) ack 1");
        Assert.Equal(window, tcp.Info.CongestionWindow);
        tcp.Inject("+0 < . 1:1(0) ack 10001 win 65535");
        Assert.Equal(10_000, tcp.Info.CongestionWindow);
    }

    [Fact, Covers("TCP-BUF-3")]
    public void A_writer_is_woken_by_room_of_every_kind()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: new() { SendBufferBytes = 4000 });
        Assert.Equal(TransportError.None, tcp.App.TrySend(5000, out int taken));
        Assert.Equal(4000, taken);
        Assert.Equal(TransportError.WouldBlock, tcp.App.TrySend(1, out taken));
        tcp.App.TakeEvents();
        tcp.Inject("+.01 < . 1:1(0) ack 1001 win 65535");
        Assert.True(tcp.App.TakeEvents().HasFlag(EndpointEvents.Writable));
        tcp.App.Send(1000);
        Assert.Equal(TransportError.WouldBlock, tcp.App.TrySend(1, out taken));
        tcp.App.SetOptions(options => options with { SendBufferBytes = 10_000 });
        Assert.True(tcp.App.TakeEvents().HasFlag(EndpointEvents.Writable));
        tcp.App.Send(6000);
    }

    [Fact, Covers("TCP-9293-1")]
    public void A_window_of_65535_is_not_negative()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1460, peerWindow: 65535, options: new() { InitialWindowSegments = 100 });
        tcp.App.Send(100_000);
        Assert.InRange(tcp.Info.BytesInFlight, 64_000, 65_535);
        tcp.DropSent();
    }

    private static TcpScenario Closed(out string answer, TcpLayerOptions? options = null)
    {
        TcpScenario tcp = TcpScenario.Established(mss: 1000, peerWindow: 2000, options: options);
        tcp.App.Send(5000);
        tcp.Expect("+0 > . 1:1001(1000) ack 1", "+0 > . 1001:2001(1000) ack 1");
        answer = ". 1:1(0) ack 2001 win 0";
        tcp.Inject("+0 < " + answer);
        return tcp;
    }

    private static TcpScenario ClosedByUs()
    {
        TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: new() { ReceiveBufferBytes = 2000 });
        tcp.Inject("+0 < . 1:1001(1000) ack 1 win 65535", "+0 < . 1001:2001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1001 win 1000", "+0 > . 1:1(0) ack 2001 win 0");
        return tcp;
    }
}
