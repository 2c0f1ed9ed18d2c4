using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>What a connection says of itself when asked: the figures of Linux's tcp_info and Winsock's TCP_INFO.</summary>
public sealed class InfoScenarios
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(100);

    [Fact, Covers("TCP-INFO-1")]
    public void What_holds_the_sender_back_is_known_by_time_and_octets()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        // Ten of twenty leave: the congestion window holds for a round trip. Then all is out, and for another one the application has no more.
        tcp.App.Send(20_000);
        tcp.Inject("+.1 < . 1:1(0) ack 10001 win 65535");
        Assert.Equal(new TcpSendLimit(1, RoundTrip, 10_000), tcp.Info.LimitedByCongestion);
        tcp.Inject("+.1 < . 1:1(0) ack 20001 win 2000");
        tcp.Advance(TimeSpan.FromSeconds(1));
        // The peer's window has room for two of ten.
        tcp.App.Send(10_000);
        tcp.Advance(RoundTrip / 2);
        Assert.Equal(new TcpSendLimit(1, RoundTrip / 2, 0), tcp.Info.LimitedByPeer);
        Assert.Equal(2.5 * RoundTrip, tcp.Info.BusyTime);
        tcp.Inject("+.05 < . 1:1(0) ack 22001 win 65535", "+.1 < . 1:1(0) ack 30001 win 65535");
        tcp.Advance(TimeSpan.FromSeconds(1));
        TcpInfo info = tcp.Info;
        Assert.Equal(new TcpSendLimit(1, RoundTrip, 10_000), info.LimitedByCongestion);
        Assert.Equal(new TcpSendLimit(1, RoundTrip, 8_000), info.LimitedByPeer);
        Assert.Equal(new TcpSendLimit(2, info.ConnectedFor - 2 * RoundTrip, 12_000), info.LimitedBySender);
        Assert.Equal(4 * RoundTrip, info.BusyTime);
        Assert.Equal(TimeSpan.Zero, info.SendBufferLimitedTime);
        Assert.Equal(30, info.DataSegmentsSent);
        tcp.DropSent();
    }

    [Fact, Covers("TCP-INFO-1")]
    public void A_writer_that_waits_for_room_is_held_back_by_the_send_buffer()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: new TcpSocketOptions { SendBufferBytes = 10_000 });
        Assert.Equal(TransportError.None, tcp.App.TrySend(20_000, out int taken));
        Assert.Equal(10_000, taken);
        tcp.Advance(RoundTrip / 2);
        Assert.Equal(RoundTrip / 2, tcp.Info.SendBufferLimitedTime);
        tcp.Inject("+.05 < . 1:1(0) ack 10001 win 65535");
        tcp.Advance(RoundTrip);
        Assert.Equal((RoundTrip, RoundTrip), (tcp.Info.SendBufferLimitedTime, tcp.Info.BusyTime));
        Assert.Equal((default, 10_000L), (tcp.Info.LimitedByCongestion, tcp.Info.LimitedBySender.Bytes));
        tcp.DropSent();
    }

    [Fact, Covers("TCP-INFO-1")]
    public void Timeouts_are_counted_singly_by_episode_and_by_the_time_they_took()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: "nop,nop,sackOK");
        tcp.App.Send(3000);
        tcp.DropSent();
        tcp.Advance(TimeSpan.FromMilliseconds(350));
        Assert.Equal((1, 1, 1, 1), (tcp.Info.LossProbes, tcp.Info.Timeouts, tcp.Info.TimeoutEpisodes, tcp.Info.ConsecutiveTimeouts));
        tcp.Advance(TimeSpan.FromMilliseconds(400));
        TcpInfo info = tcp.Info;
        Assert.Equal((2, 1, 2, 2), (info.Timeouts, info.TimeoutEpisodes, info.ConsecutiveTimeouts, info.Backoff));
        Assert.Equal((CongestionPhase.TimeoutRecovery, true), (info.Phase, info.InRecovery));
        Assert.Equal((3000L, 1000L), (info.BytesLost, info.BytesRetransmittedInFlight));
        Assert.True(info.TimeoutTime > TimeSpan.FromMilliseconds(400));
        tcp.DropSent();
        tcp.Inject("+.1 < . 1:1(0) ack 3001 win 65535");
        TcpInfo after = tcp.Info;
        Assert.Equal(info.TimeoutTime + RoundTrip, after.TimeoutTime);
        Assert.Equal((CongestionPhase.Open, 0, 0L), (after.Phase, after.ConsecutiveTimeouts, after.BytesRetransmittedInFlight));
        tcp.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(after.TimeoutTime, tcp.Info.TimeoutTime);
        // Three times the data, once the probe and twice the first segment.
        Assert.Equal((6L, 3L), (after.DataSegmentsSent, after.SegmentsRetransmitted));
    }

    [Fact, Covers("TCP-INFO-1")]
    public void What_arrives_is_counted_by_segment_and_by_order()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: "nop,nop,sackOK");
        Assert.Null(tcp.Info.SinceDataReceived);
        tcp.Inject("+0 < . 1:801(800) ack 1 win 65535", "+0 < . 1601:2401(800) ack 1 win 65535", "+0 < . 2401:2901(500) ack 1 win 65535", "+0 < . 801:1601(800) ack 1 win 65535");
        tcp.Advance(RoundTrip);
        TcpInfo info = tcp.Info;
        Assert.Equal((4L, 2, 1300L, 800), (info.DataSegmentsReceived, info.OutOfOrderSegments, info.OutOfOrderBytes, info.ReceiveMss));
        Assert.Equal((RoundTrip, RoundTrip, null), (info.SinceDataReceived, info.SinceAcknowledgment, info.SinceDataSent));
        Assert.Equal(2900, info.BytesReceived);
        tcp.App.Receive(2900);
        tcp.App.Send(1);
        tcp.Advance(RoundTrip);
        Assert.Equal(RoundTrip, tcp.Info.SinceDataSent);
        tcp.DropSent();
    }

    [Fact, Covers("TCP-INFO-1")]
    public void The_rate_of_delivery_is_the_paths_or_at_least_what_the_application_sent()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        Assert.Equal((0L, false), (tcp.Info.DeliveryRate, tcp.Info.IsDeliveryRateApplicationLimited));
        tcp.App.Send(20_000);
        tcp.Inject("+.1 < . 1:1(0) ack 10001 win 65535");
        Assert.Equal((100_000L, false), (tcp.Info.DeliveryRate, tcp.Info.IsDeliveryRateApplicationLimited));
        tcp.Inject("+.1 < . 1:1(0) ack 20001 win 65535");
        // Less than before, because there was no more: the path's rate stays what it was.
        tcp.App.Send(1000);
        tcp.Inject("+.1 < . 1:1(0) ack 21001 win 65535");
        tcp.App.Send(1000);
        tcp.Inject("+.1 < . 1:1(0) ack 22001 win 65535");
        Assert.Equal((100_000L, false), (tcp.Info.DeliveryRate, tcp.Info.IsDeliveryRateApplicationLimited));
        // More than before: whatever the application had, the path carried it.
        tcp.App.Send(15_000);
        tcp.Inject("+.1 < . 1:1(0) ack 37001 win 65535");
        Assert.Equal((150_000L, true), (tcp.Info.DeliveryRate, tcp.Info.IsDeliveryRateApplicationLimited));
        tcp.DropSent();
    }
}
