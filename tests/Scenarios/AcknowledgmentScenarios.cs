using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>When the receiver acknowledges: RFC 9293 §3.8.6.3, RFC 5681 §4.2, RFC 5961 §7.</summary>
public sealed class AcknowledgmentScenarios
{
    private static readonly TcpLayerOptions Delaying = new() { QuickAckSegments = 0 };

    [Fact, Covers("TCP-9293-40", "TCP-CC-9")]
    public void A_lone_segment_is_acknowledged_after_40_ms()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, options: Delaying);
        tcp.Inject("+0 < P. 1:1001(1000) ack 1 win 65535");
        tcp.Expect("+.04 > . 1:1(0) ack 1001");
        tcp.ExpectSilence(TimeSpan.FromSeconds(10));
    }

    [Fact, Covers("TCP-9293-40", "TCP-CC-9")]
    public void The_second_full_segment_is_acknowledged_at_once()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, options: Delaying);
        for (uint at = 1; at < 20_001; at += 2000)
        {
            tcp.Inject($"+.01 < . {at}:{at + 1000}(1000) ack 1 win 65535");
            tcp.ExpectSilence();
            tcp.Inject($"+.01 < . {at + 1000}:{at + 2000}(1000) ack 1 win 65535");
            tcp.Expect($"+0 > . 1:1(0) ack {at + 2000}");
        }
        tcp.ExpectSilence(TimeSpan.FromSeconds(1));
    }

    [Fact, Covers("TCP-9293-40")]
    public void The_first_segments_are_acknowledged_at_once()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        for (uint at = 1; at < 1601; at += 100)
        {
            tcp.Inject($"+0 < P. {at}:{at + 100}(100) ack 1 win 65535");
            tcp.Expect($"+0 > . 1:1(0) ack {at + 100}");
        }
        tcp.Inject("+0 < P. 1601:1701(100) ack 1 win 65535");
        tcp.Expect("+.04 > . 1:1(0) ack 1701");
    }

    [Fact, Covers("TCP-9293-40")]
    public void Text_carries_the_acknowledgment_that_is_owed()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, options: Delaying);
        tcp.Inject("+0 < P. 1:101(100) ack 1 win 65535");
        tcp.App.Receive(100);
        tcp.App.Send(50);
        tcp.Expect("+0 > P. 1:51(50) ack 101");
        tcp.Inject("+.01 < . 101:101(0) ack 51 win 65535");
        tcp.ExpectSilence(TimeSpan.FromSeconds(1));
    }

    [Fact, Covers("TCP-9293-40")]
    public void Quick_acknowledgment_can_be_asked_for()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, options: Delaying, socket: new() { QuickAck = true });
        tcp.Inject("+0 < P. 1:101(100) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 101");
    }

    [Fact, Covers("TCP-9293-58")]
    public void A_batch_gets_one_acknowledgment()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.InjectBatch(
            "+0 < . 1:1001(1000) ack 1 win 65535", "+0 < . 1001:2001(1000) ack 1 win 65535",
            "+0 < . 2001:3001(1000) ack 1 win 65535", "+0 < P. 3001:4001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 4001");
        tcp.ExpectSilence(TimeSpan.FromSeconds(1));
    }

    [Fact, Covers("TCP-9293-58", "TCP-CC-11")]
    public void Out_of_order_segments_are_kept_and_answered_at_once()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, options: Delaying);
        tcp.InjectBatch(
            "+0 < . 1001:2001(1000) ack 1 win 65535", "+0 < . 2001:3001(1000) ack 1 win 65535", "+0 < . 3001:4001(1000) ack 1 win 65535");
        // A sender without SACK counts duplicates: each leaves by itself.
        tcp.Expect("+0 > . 1:1(0) ack 1", "+0 > . 1:1(0) ack 1", "+0 > . 1:1(0) ack 1");
        tcp.Inject("+.01 < . 1:1001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 4001");
        tcp.App.Receive(4000);
        tcp.ExpectSilence(TimeSpan.FromSeconds(1));
    }

    [Fact, Covers("TCP-CC-11")]
    public void Filling_part_of_a_gap_is_acknowledged_at_once()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, options: Delaying);
        tcp.Inject("+0 < . 2001:3001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1");
        tcp.Inject("+0 < . 1:1001(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1001");
    }

    [Fact, Covers("TCP-9293-58")]
    public void Overlapping_and_repeated_segments_are_delivered_once()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.Inject(
            "+0 < . 501:1501(1000) ack 1 win 65535", "+0 < . 1001:2001(1000) ack 1 win 65535", "+0 < . 3001:3501(500) ack 1 win 65535",
            "+0 < . 1:601(600) ack 1 win 65535", "+0 < . 1:601(600) ack 1 win 65535", "+0 < . 1901:4001(2100) ack 1 win 65535");
        tcp.DropSent();
        Assert.Equal(4000, tcp.App.Detach());
    }

    [Fact, Covers("TCP-5961-4", "TCP-SM-5")]
    public void Challenges_are_throttled_for_each_connection()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.Inject("+0 < S 1:1(0) win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1");
        for (int i = 0; i < 50; i++) tcp.Inject("+.001 < S 1:1(0) win 65535", "+0 < R 9:9(0) win 0", "+0 < . 1:1(0) ack 9999 win 65535");
        tcp.ExpectSilence();
        tcp.Inject("+.5 < S 1:1(0) win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 1");
        Assert.Equal(2, tcp.Layer.Statistics.ChallengeAcks);
    }

    [Fact, Covers("TCP-5961-4")]
    public void Challenges_are_throttled_for_the_whole_stack()
    {
        using TcpScenario tcp = TcpScenario.Established(
            mss: 1000, options: new() { ChallengeAcksPerSecond = 10, OutOfWindowAckInterval = TimeSpan.Zero });
        for (int i = 0; i < 100; i++) tcp.Inject("+.001 < S 1:1(0) win 65535");
        int inOneSecond = tcp.Network.Sent.Count;
        Assert.InRange(inOneSecond, 5, 30);
        tcp.Advance(TimeSpan.FromSeconds(2));
        tcp.Inject("+0 < S 1:1(0) win 65535");
        Assert.Equal(inOneSecond + 1, tcp.Network.Sent.Count);
    }

    [Fact, Covers("TCP-5961-3")]
    public void An_acknowledgment_older_than_the_largest_window_is_challenged()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerWindow: 5000);
        for (uint at = 1; at < 20_001; at += 5000)
        {
            tcp.App.Send(5000);
            tcp.Inject($"+0 < . 1:1(0) ack {at + 5000} win 5000");
        }
        tcp.DropSent();
        tcp.Inject("+1 < P. 1:11(10) ack 15001 win 5000");
        tcp.Expect("+0 > . 20001:20001(0) ack 11");
        tcp.Inject("+1 < P. 11:21(10) ack 15000 win 5000");
        tcp.Expect("+0 > . 20001:20001(0) ack 11");
        Assert.Equal(1, tcp.Layer.Statistics.Drops(TcpDropReason.AckOutOfRange));
    }

    [Fact, Covers("TCP-SM-10")]
    public void An_old_segment_does_not_take_the_window_back()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerWindow: 5000);
        tcp.Inject("+0 < P. 1:11(10) ack 1 win 9000");
        tcp.DropSent();
        Assert.Equal(9000, tcp.Info.SendWindow);
        // Overtaken on the way: SND.WL1 is beyond it.
        tcp.App.Send(100);
        tcp.Inject("+0 < . 11:11(0) ack 101 win 8000");
        tcp.Inject("+0 < . 11:11(0) ack 1 win 100");
        Assert.Equal(8000, tcp.Info.SendWindow);
    }

    [Fact, Covers("TCP-SM-20")]
    public void Text_with_a_syn_is_asked_for_again_and_delivered_once()
    {
        using TcpScenario tcp = TcpScenario.Listening();
        tcp.Inject("+0 < S 0:100(100) win 65535 <mss 1000>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <mss 1460>");
        tcp.Inject("+0 < . 1:1(0) ack 1 win 65535", "+0 < P. 1:101(100) ack 1 win 65535");
        tcp.App.Accept();
        tcp.Expect("+0 > . 1:1(0) ack 101");
        tcp.App.Receive(100);
    }

    [Fact, Covers("TCP-SYN-3")]
    public void A_full_accept_queue_leaves_the_handshake_to_the_retransmission()
    {
        using TcpScenario tcp = TcpScenario.Listening();
        tcp.Inject("+0 < S 0:0(0) win 8000 <mss 1000>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <mss 1460>");
        TcpConnection first = tcp.Layer.Connections.Single();
        tcp.Listener!.Backlog = 1;
        tcp.OpenFromElsewhere(40_001);
        Assert.Equal(1, tcp.Listener.AcceptableCount);
        tcp.Inject("+0 < . 1:1(0) ack 1 win 8000");
        Assert.Equal(TcpState.SynReceived, first.State);
        Assert.Equal(1, tcp.Layer.Statistics.Drops(TcpDropReason.AcceptQueueFull));
        Assert.NotNull(tcp.Listener.TryAccept());
        tcp.Expect("+1 > S. 0:0(0) ack 1 <mss 1460>");
        tcp.Inject("+0 < . 1:1(0) ack 1 win 8000");
        Assert.Equal(TcpState.Established, first.State);
    }
}
