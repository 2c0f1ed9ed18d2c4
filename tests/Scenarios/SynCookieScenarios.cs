using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.Drivers;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Packets;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>SYNs that are answered without being remembered (RFC 4987 §3.6).</summary>
public sealed class SynCookieScenarios
{
    private static readonly TcpLayerOptions Always = new() { SynCookies = SynCookieUse.Always };

    [Fact, Covers("TCP-SYN-1")]
    public void With_the_syn_queue_full_handshakes_go_on_without_it()
    {
        using TcpScenario tcp = TcpScenario.Listening(options: new() { MaximumSynQueue = 1 });
        SendSynFrom(tcp, 41_000);
        tcp.DropSent();
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1460>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 win 65535 <mss 1460>");
        Assert.Equal(1, tcp.Listener!.HalfOpenCount);
        Assert.Single(tcp.Layer.Connections);
        tcp.Inject("+.05 < . 1:1(0) ack 1 win 8000");
        tcp.App.Accept();
        Assert.True(tcp.Info is { State: TcpState.Established, SendMss: 1460, SendWindow: 8000, SynRetransmissions: 0 });
        tcp.Inject("+.01 < P. 1:101(100) ack 1 win 8000");
        tcp.Expect("+0 > . 1:1(0) ack 101");
        tcp.App.Receive(100);
        tcp.App.Send(10);
        tcp.Expect("+0 > P. 1:11(10) ack 101");
        Assert.True(tcp.Layer.Statistics is { SyncookiesSent: 1, SyncookiesReceived: 1, SyncookiesFailed: 0 });
    }

    [Fact, Covers("TCP-SYN-1")]
    public void Switched_off_a_full_syn_queue_drops()
    {
        using TcpScenario tcp = TcpScenario.Listening(options: new() { MaximumSynQueue = 1, SynCookies = SynCookieUse.Never });
        SendSynFrom(tcp, 41_000);
        tcp.DropSent();
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1460>");
        tcp.ExpectSilence();
        Assert.Equal(1, tcp.Layer.Statistics.Drops(TcpDropReason.SynQueueFull));
    }

    [Theory, Covers("TCP-SYN-1")]
    [InlineData("sackOK,TS val 100 ecr 0,nop,wscale 7", true, 7)]
    [InlineData("sackOK,TS val 100 ecr 0,nop,wscale 0", true, 0)]
    [InlineData("sackOK,TS val 100 ecr 0,nop,wscale 14", true, 14)]
    [InlineData("sackOK,TS val 100 ecr 0", true, -1)]
    [InlineData("nop,nop,TS val 100 ecr 0", false, -1)]
    public void The_timestamp_keeps_what_the_number_has_no_room_for(string options, bool sack, int scale)
    {
        using TcpScenario tcp = TcpScenario.Listening(options: Always);
        tcp.Inject($"+0 < S 0:0(0) win 65535 <mss 1460,{options}>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 win 65535 <...>");
        Assert.Equal(sack, tcp.Last.Options!.Any(option => option is PacketOption.SackPermitted));
        Assert.Equal(scale >= 0, tcp.Last.Options!.Any(option => option is PacketOption.WindowScale));
        PacketOption.Timestamps stamp = Assert.IsType<PacketOption.Timestamps>(tcp.Last.Options!.Single(option => option is PacketOption.Timestamps));
        Assert.Equal(100u, stamp.EchoReply);
        tcp.Inject($"+.05 < . 1:1(0) ack 1 win 100 <nop,nop,TS val 150 ecr {stamp.Value}>");
        tcp.App.Accept();
        TcpInfo info = tcp.Info;
        Assert.True(info.Timestamps);
        Assert.Equal(sack, info.SelectiveAcknowledgment);
        Assert.Equal(scale >= 0, info.WindowScaling);
        Assert.Equal(100 << Math.Max(0, scale), info.SendWindow);
        tcp.App.Send(10);
        tcp.Expect("+0 > P. 1:11(10) ack 1 <...>");
        PacketOption.Timestamps next = Assert.IsType<PacketOption.Timestamps>(tcp.Last.Options!.Single(option => option is PacketOption.Timestamps));
        Assert.Equal(150u, next.EchoReply);
        Assert.InRange(unchecked((int)(next.Value - stamp.Value)), 0, 200);
    }

    [Theory, Covers("TCP-SYN-1")]
    [InlineData("", 536)]
    [InlineData("<mss 100>", 48)]
    [InlineData("<mss 536>", 536)]
    [InlineData("<mss 1219>", 536)]
    [InlineData("<mss 1300>", 1220)]
    [InlineData("<mss 1400>", 1360)]
    [InlineData("<mss 1440>", 1440)]
    [InlineData("<mss 1459>", 1440)]
    [InlineData("<mss 9000>", 1460)]
    public void The_segment_size_is_one_of_eight_and_never_above_the_peers(string options, int expected)
    {
        using TcpScenario tcp = TcpScenario.Listening(options: Always);
        tcp.Inject($"+0 < S 0:0(0) win 65535 {options}");
        tcp.Expect("+0 > S. 0:0(0) ack 1 win 65535 <mss 1460>");
        tcp.Inject("+.05 < . 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        Assert.Equal(expected, tcp.Info.SendMss);
    }

    [Fact, Covers("TCP-SYN-1")]
    public void The_first_octets_may_bring_the_cookie_when_the_ack_is_lost()
    {
        using TcpScenario tcp = TcpScenario.Listening(options: Always);
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1460>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        tcp.Inject("+.05 < P. 1:101(100) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 101");
        tcp.App.Accept();
        tcp.App.Receive(100);
    }

    [Fact, Covers("TCP-SYN-1")]
    public void A_number_that_is_no_cookie_is_reset_and_counted()
    {
        using TcpScenario tcp = TcpScenario.Listening(options: Always);
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1460>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        tcp.Inject("+.05 < . 1:1(0) ack 2 win 65535");
        tcp.Expect("+0 > R 2:2(0) win 0");
        // The number of somebody else's SYN: only the peer's own sequence number goes with the cookie.
        tcp.Inject("+.05 < . 2:2(0) ack 1 win 65535");
        tcp.Expect("+0 > R 1:1(0) win 0");
        Assert.Equal(2, tcp.Layer.Statistics.SyncookiesFailed);
        Assert.Empty(tcp.Layer.Connections);
    }

    [Theory, Covers("TCP-SYN-1")]
    [InlineData(63, true)]
    [InlineData(129, false)]
    [InlineData(64 * 32, false)]
    public void A_cookie_holds_for_one_to_two_minutes(int seconds, bool holds)
    {
        using TcpScenario tcp = TcpScenario.Listening(options: Always);
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1460>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        // Another one keeps the layer looking.
        tcp.Advance(TimeSpan.FromSeconds(seconds));
        SendSynFrom(tcp, 41_000);
        tcp.DropSent();
        tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
        Assert.Equal(holds ? 1 : 0, tcp.Listener!.AcceptableCount);
        Assert.Equal(holds ? 0 : 1, tcp.Layer.Statistics.SyncookiesFailed);
    }

    [Fact, Covers("TCP-SYN-2")]
    public void Neither_a_reset_nor_a_syn_brings_a_cookie_back()
    {
        using TcpScenario tcp = TcpScenario.Listening(options: Always);
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1460>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        tcp.Inject("+0 < R. 1:1(0) ack 1 win 0");
        tcp.ExpectSilence();
        tcp.Inject("+0 < S. 1:1(0) ack 1 win 65535");
        tcp.Expect("+0 > R 1:1(0) win 0");
        Assert.Empty(tcp.Layer.Connections);
        Assert.Equal(0, tcp.Layer.Statistics.SyncookiesFailed);
    }

    [Fact, Covers("TCP-SYN-2")]
    public void With_the_accept_queue_full_the_cookie_is_kept_for_another_time()
    {
        using TcpScenario tcp = TcpScenario.Listening(options: Always, backlog: 1);
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1460>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        tcp.OpenFromElsewhere(41_000);
        tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
        tcp.ExpectSilence();
        Assert.Equal(1, tcp.Layer.Statistics.Drops(TcpDropReason.AcceptQueueFull));
        tcp.App.Accept();
        tcp.Inject("+1 < P. 1:11(10) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 11");
        Assert.Equal(1, tcp.Listener!.AcceptableCount);
    }

    [Fact, Covers("TCP-SYN-1")]
    public void While_no_cookie_is_out_no_ack_is_looked_at()
    {
        using TcpScenario tcp = TcpScenario.Listening(options: Always);
        tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
        tcp.Expect("+0 > R 1:1(0) win 0");
        Assert.Equal(0, tcp.Layer.Statistics.SyncookiesFailed);
    }

    [Fact, Covers("TCP-SYN-1")]
    public void A_flood_of_syns_allocates_nothing()
    {
        using TcpScenario tcp = TcpScenario.Listening(options: Always);
        tcp.Network.KeepsSegments = false;
        byte[] syn = SegmentText.Build(PacketLine.Parse("+0 < S 0:0(0) win 65535 <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>"), 41_000, TcpScenario.LocalPort, 77, 0);
        using SegmentFlood flood = new(tcp, syn);
        flood.Run(2_000);
        int runs = Allocations.MustBeNoneInWindow(() => flood.Run(20_000));
        Assert.Equal(2_000 + (runs * 20_000), tcp.Layer.Statistics.SyncookiesSent);
        Assert.Empty(tcp.Layer.Connections);
    }

    private static void SendSynFrom(TcpScenario tcp, ushort port) =>
        tcp.Deliver(SegmentText.Build(PacketLine.Parse("+0 < S 0:0(0) win 65535 <mss 1460>"), port, TcpScenario.LocalPort, 77, 0));
}
