using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Udp;
using StackSharp.Tests.Stack.Network;
using Xunit;

namespace StackSharp.Tests.Stack;

public sealed class NetworkStackTests
{
    [Fact]
    public void Answers_ping() { using StackOnWire wire = new(); wire.AssertAnswersPing(); }

    [Fact]
    public void A_datagram_comes_in_and_its_answer_goes_out()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        Assert.Equal(TransportError.None, endpoint.Bind(new IpEndpoint(IpAddress.AnyIpv4, 7), PortSharing.Default));
        wire.InjectIpv4(StackOnWire.Udp(7, [1, 2, 3]));
        Assert.Same(endpoint, wire.Stack.Ready.Take());
        Assert.Equal(TransportError.None, endpoint.TryReceive(false, out UdpDatagram datagram));
        Assert.Equal([1, 2, 3], datagram.Payload.Span.ToArray());
        Assert.Equal(new IpEndpoint(StackOnWire.Peer, 9999), datagram.Source);
        Assert.Equal(TransportError.None, endpoint.Send(datagram.Payload, datagram.Source, wire.Now));
        byte[] packet = Assert.Single(wire.TakeIpv4());
        UdpHeader header = StackOnWire.UdpOf(packet);
        Assert.Equal((ushort)7, header.SourcePort);
        Assert.Equal([1, 2, 3], header.Payload.ToArray());
        Assert.True(header.IsChecksumValid(StackOnWire.Own, StackOnWire.Peer));
        Assert.Equal(StackOnWire.Own, StackOnWire.Ipv4Of(packet).Source);
        endpoint.Close();
    }

    [Fact]
    public void Loopback_delivers_after_the_call_and_without_a_device()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Bind(new IpEndpoint(IpAddress.AnyIpv4, 7), PortSharing.Default);
        foreach (IpAddress address in new[] { IpAddress.LoopbackIpv4, IpAddress.FromIpv4(127, 9, 8, 7), StackOnWire.Own })
        {
            Assert.Equal(TransportError.None, endpoint.Send([5], new IpEndpoint(address, 7), wire.Now));
            Assert.Equal(0, endpoint.QueuedDatagrams);
            Assert.True(wire.Stack.NextDeadline <= wire.Now);
            wire.Stack.OnEntryEnd(wire.Now);
            Assert.Equal(TransportError.None, endpoint.TryReceive(false, out UdpDatagram datagram));
            Assert.Equal(address, datagram.Destination);
            Assert.Equal(wire.Stack.Loopback.Index, datagram.InterfaceIndex);
            datagram.Payload.Buffer.Release();
        }
        Assert.Empty(wire.TakeFrames());
        endpoint.Close();
    }
}
