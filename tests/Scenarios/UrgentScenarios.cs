using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>Urgent data: RFC 9293 §3.8.5, and Winsock's way to read it.</summary>
public sealed class UrgentScenarios
{
    [Fact, Covers("TCP-9293-30")]
    public void The_pointer_names_the_octet_after_the_urgent_one()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(10, TcpSendFlags.Urgent);
        tcp.Expect("+0 > UP. 1:11(10) ack 1 urg 10");
        tcp.Inject("+.01 < . 1:1(0) ack 11 win 65535");
        tcp.App.Send(10);
        tcp.Expect("+0 > P. 11:21(10) ack 1");
    }

    [Fact, Covers("TCP-9293-30")]
    public void Every_segment_before_the_urgent_octet_announces_it()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(2500, TcpSendFlags.Urgent);
        tcp.Expect("+0 > U. 1:1001(1000) ack 1 urg 2500", "+0 > U. 1001:2001(1000) ack 1 urg 1500", "+0 > UP. 2001:2501(500) ack 1 urg 500");
        tcp.App.Send(10);
        tcp.Expect("+0 > P. 2501:2511(10) ack 1");
    }

    [Fact, Covers("TCP-9293-30", "TCP-SM-12")]
    public void The_urgent_octet_is_read_beside_the_stream()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.TakeEvents();
        tcp.Inject("+0 < UP. 1:11(10) ack 1 win 65535 urg 5");
        tcp.Expect("+0 > . 1:1(0) ack 11");
        Assert.True(tcp.App.TakeEvents().HasFlag(EndpointEvents.Urgent));
        Assert.True(tcp.Connection!.IsUrgentPending);
        Assert.Equal(9, tcp.Connection.ReadableBytes);
        Assert.False(tcp.Connection.IsAtUrgentMark);
        byte[] buffer = new byte[100];
        Assert.Equal(TransportError.None, tcp.Connection.Receive(buffer, peek: false, tcp.Now, out int received));
        Assert.Equal(4, received);
        Assert.Equal([1, 2, 3, 4], Places(buffer.AsSpan(0, 4)));
        Assert.True(tcp.Connection.IsAtUrgentMark);
        tcp.Connection.Receive(buffer, peek: true, tcp.Now, out received);
        Assert.True(tcp.Connection.IsAtUrgentMark);
        Assert.Equal(TransportError.None, tcp.Connection.ReceiveUrgent(peek: true, out byte urgent));
        Assert.Equal(TransportError.None, tcp.Connection.ReceiveUrgent(peek: false, out urgent));
        Assert.Equal(SegmentText.PayloadOctet(5), urgent);
        Assert.Equal(TransportError.InvalidArgument, tcp.Connection.ReceiveUrgent(peek: false, out urgent));
        Assert.Equal(TransportError.None, tcp.Connection.Receive(buffer, peek: false, tcp.Now, out received));
        Assert.Equal([6, 7, 8, 9, 10], Places(buffer.AsSpan(0, received)));
        Assert.False(tcp.Connection.IsAtUrgentMark);
    }

    [Fact, Covers("TCP-9293-30")]
    public void Inline_the_urgent_octet_stays_in_the_stream()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: new() { OutOfBandInline = true });
        tcp.Inject("+0 < UP. 1:11(10) ack 1 win 65535 urg 5");
        tcp.Expect("+0 > . 1:1(0) ack 11");
        Assert.Equal(10, tcp.Connection!.ReadableBytes);
        Assert.Equal(TransportError.InvalidArgument, tcp.Connection.ReceiveUrgent(peek: false, out byte _));
        byte[] buffer = new byte[100];
        tcp.Connection.Receive(buffer, peek: false, tcp.Now, out int received);
        Assert.Equal(4, received);
        Assert.True(tcp.Connection.IsAtUrgentMark);
        tcp.Connection.Receive(buffer, peek: false, tcp.Now, out received);
        Assert.Equal([5, 6, 7, 8, 9, 10], Places(buffer.AsSpan(0, received)));
        Assert.False(tcp.Connection.IsUrgentPending);
    }

    [Fact, Covers("TCP-9293-30", "TCP-SM-12")]
    public void Urgent_data_is_announced_before_it_comes()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.TakeEvents();
        tcp.Inject("+0 < U. 1:101(100) ack 1 win 65535 urg 200");
        Assert.True(tcp.App.TakeEvents().HasFlag(EndpointEvents.Urgent));
        Assert.Equal(TransportError.WouldBlock, tcp.Connection!.ReceiveUrgent(peek: false, out byte _));
        tcp.Inject("+0 < U. 101:201(100) ack 1 win 65535 urg 100");
        Assert.Equal(TransportError.None, tcp.Connection.ReceiveUrgent(peek: false, out byte octet));
        Assert.Equal(SegmentText.PayloadOctet(200), octet);
        tcp.DropSent();
    }

    [Fact, Covers("TCP-9293-30")]
    public void Two_urgent_octets_in_a_row_are_both_kept()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.Inject("+0 < UP. 1:2(1) ack 1 win 65535 urg 1", "+0 < UP. 2:3(1) ack 1 win 65535 urg 1");
        tcp.DropSent();
        foreach (uint place in (uint[])[1, 2])
        {
            Assert.Equal(TransportError.None, tcp.Connection!.ReceiveUrgent(peek: false, out byte octet));
            Assert.Equal(SegmentText.PayloadOctet(place), octet);
        }
    }

    [Fact, Covers("TCP-9293-30")]
    public void Out_of_order_the_mark_lies_where_it_belongs()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.Inject("+0 < UP. 101:201(100) ack 1 win 65535 urg 50", "+0 < . 1:101(100) ack 1 win 65535");
        tcp.DropSent();
        tcp.App.Receive(149);
        Assert.True(tcp.Connection!.IsAtUrgentMark);
        Assert.Equal(TransportError.None, tcp.Connection.ReceiveUrgent(peek: false, out byte octet));
        Assert.Equal(SegmentText.PayloadOctet(150), octet);
        tcp.App.SkipOctet();
        tcp.App.Receive(50);
    }

    [Theory, Covers("TCP-9293-30")]
    [InlineData("U. 1:11(10) ack 1 win 65535 urg 0")]
    [InlineData("U. 1:11(10) ack 1 win 65535 urg 65535")]
    [InlineData("U. 1:1(0) ack 1 win 65535 urg 65535")]
    public void A_pointer_to_nowhere_does_no_harm(string segment)
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.Inject("+0 < " + segment);
        tcp.DropSent();
        if (segment.Contains("(10)", StringComparison.Ordinal)) tcp.App.Receive(10);
        tcp.Inject($"+0 < F. {tcp.Info.BytesReceived + 1}:{tcp.Info.BytesReceived + 1}(0) ack 1 win 65535");
        Assert.Equal(TcpState.CloseWait, tcp.State);
        tcp.App.ExpectReceive(TransportError.None);
    }

    private static uint[] Places(ReadOnlySpan<byte> octets)
    {
        uint[] places = new uint[octets.Length];
        for (int i = 0; i < octets.Length; i++)
            for (uint place = 1; place < 100; place++)
                if (SegmentText.PayloadOctet(place) == octets[i]) places[i] = place;
        return places;
    }
}
