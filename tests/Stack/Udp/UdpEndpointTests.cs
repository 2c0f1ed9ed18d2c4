using System.Buffers.Binary;
using StackSharp.Stack;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Tests.Stack.Network;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Packets;
using Xunit;

namespace StackSharp.Tests.Stack.Udp;

public sealed class UdpEndpointTests
{
    private static readonly IpEndpoint PeerEndpoint = new(StackOnWire.Peer, 9999);

    [Theory, Covers("UDP-1")]
    [InlineData(7, false)]
    [InlineData(8, true)]
    [InlineData(18, true)]
    [InlineData(29, false)]
    [InlineData(0, false)]
    public void The_length_field_rules(ushort length, bool delivered)
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = Bound(wire, IpAddress.AnyIpv4);
        byte[] packet = StackOnWire.Udp(7, new byte[20]);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(24), length);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(26), 0);   // No checksum.
        wire.InjectIpv4(packet);
        Assert.Equal(delivered, endpoint.TryReceive(false, out UdpDatagram datagram) == TransportError.None);
        if (delivered) Assert.Equal(length - 8, datagram.Payload.Length);
        else Assert.Equal(1, wire.Stack.Statistics.Udp.Drops(UdpDropReason.BadLength));
        datagram.Payload.Buffer?.Release();
        endpoint.Close();
    }

    [Fact, Covers("UDP-2")]
    public void A_wrong_checksum_is_dropped_silently_and_counted()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = Bound(wire, IpAddress.AnyIpv4);
        byte[] packet = StackOnWire.Udp(7, [1, 2, 3]);
        packet[^1] ^= 4;
        wire.InjectIpv4(packet);
        Assert.Equal(0, endpoint.QueuedDatagrams);
        Assert.Empty(wire.TakeFrames());
        Assert.Equal((1, 1), (wire.Stack.Statistics.Udp.Drops(UdpDropReason.BadChecksum), wire.Stack.Statistics.Udp.InErrors));
        endpoint.Close();
    }

    [Fact, Covers("UDP-2")]
    public void Every_datagram_has_a_checksum_and_zero_is_sent_as_ones()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = Bound(wire, IpAddress.AnyIpv4);
        bool sawOnes = false;
        byte[] payload = new byte[2];
        for (int i = 0; i < 65536; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)i);
            endpoint.Send(payload, PeerEndpoint, wire.Now);
            if (i % 256 != 255) continue;
            foreach (byte[] packet in wire.TakeIpv4())
            {
                ushort checksum = StackOnWire.UdpOf(packet).Checksum;
                Assert.NotEqual(0, checksum);
                sawOnes |= checksum == 0xFFFF;
            }
        }
        Assert.True(sawOnes);
        endpoint.Close();
    }

    [Theory, Covers("UDP-3")]
    [InlineData(true)]
    [InlineData(false)]
    public void Sending_and_taking_datagrams_without_checksum_can_be_set(bool accept)
    {
        using StackOnWire wire = new(new NetworkStackOptions { Udp = new UdpLayerOptions { AcceptZeroChecksum = accept } });
        UdpEndpoint endpoint = Bound(wire, IpAddress.AnyIpv4);
        endpoint.Options = endpoint.Options with { NoChecksum = true };
        endpoint.Send([1], PeerEndpoint, wire.Now);
        Assert.False(StackOnWire.UdpOf(Assert.Single(wire.TakeIpv4())).HasChecksum);
        wire.InjectIpv4(PacketBuilder.Udp(PeerEndpoint, new IpEndpoint(StackOnWire.Own, 7), [1], checksum: false));
        Assert.Equal(accept ? 1 : 0, endpoint.QueuedDatagrams);
        Assert.Equal(accept ? 0 : 1, wire.Stack.Statistics.Udp.Drops(UdpDropReason.MissingChecksum));
        endpoint.Close();
    }

    [Theory, Covers("UDP-5")]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void An_unconnected_endpoint_hears_of_closed_ports_if_it_wants_to(bool report, bool told)
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = Bound(wire, IpAddress.AnyIpv4);
        endpoint.Options = endpoint.Options with { ReportUnreachable = report };
        endpoint.Send([1], PeerEndpoint, wire.Now);
        byte[] sent = Assert.Single(wire.TakeIpv4());
        wire.InjectIpv4(PacketBuilder.Ipv4(StackOnWire.Peer, StackOnWire.Own, IpProtocol.Icmp, StackOnWire.Icmp(Icmpv4Type.DestinationUnreachable, 3, 0, sent)));
        Assert.Equal(told ? TransportError.ConnectionReset : TransportError.WouldBlock, endpoint.TryReceive(false, out _));
        endpoint.Close();
    }

    [Fact, Covers("UDP-6", "IP4-10", "IP4-OPT-2")]
    public void The_receiver_learns_destination_class_and_hop_limit()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = Bound(wire, IpAddress.AnyIpv4);
        byte[] udp = StackOnWire.Ipv4Of(StackOnWire.Udp(7, [1])).Payload.ToArray();
        wire.InjectIpv4(PacketBuilder.Ipv4(
            new StackSharp.Stack.Wire.Ipv4.Ipv4Fields
            {
                Source = StackOnWire.Peer,
                Destination = StackOnWire.Own,
                Protocol = IpProtocol.Udp,
                TimeToLive = 33,
                TrafficClass = new TrafficClass(0xB9),
            },
            udp, [148, 4, 0, 0]));
        Assert.Equal(TransportError.None, endpoint.TryReceive(false, out UdpDatagram datagram));
        Assert.Equal((StackOnWire.Own, wire.Interface.Index, 33, 0xB9), (datagram.Destination, datagram.InterfaceIndex, datagram.HopLimit, datagram.TrafficClass));
        datagram.Payload.Buffer.Release();
        endpoint.Close();
    }

    [Fact, Covers("UDP-8")]
    public void The_most_specific_endpoint_gets_the_datagram()
    {
        using StackOnWire wire = new();
        UdpEndpoint wildcard = Bound(wire, IpAddress.AnyIpv4, PortSharing.ReuseAddress);
        UdpEndpoint specific = Bound(wire, StackOnWire.Own, PortSharing.ReuseAddress);
        UdpEndpoint connected = Bound(wire, StackOnWire.Own, PortSharing.ReuseAddress);
        Assert.Equal(TransportError.None, connected.Connect(PeerEndpoint));
        wire.InjectIpv4(StackOnWire.Udp(7, [1]));
        Assert.Equal((0, 0, 1), (wildcard.QueuedDatagrams, specific.QueuedDatagrams, connected.QueuedDatagrams));
        wire.InjectIpv4(StackOnWire.Udp(7, [1], sourcePort: 1));
        Assert.Equal((0, 1, 1), (wildcard.QueuedDatagrams, specific.QueuedDatagrams, connected.QueuedDatagrams));
        specific.Close();
        wire.InjectIpv4(StackOnWire.Udp(7, [1], sourcePort: 1));
        Assert.Equal((1, 1), (wildcard.QueuedDatagrams, connected.QueuedDatagrams));
        wildcard.Close();
        wire.InjectIpv4(StackOnWire.Udp(7, [1], sourcePort: 1));
        Assert.Equal(1, connected.QueuedDatagrams);
        Assert.Equal(1, wire.Stack.Statistics.Udp.NoPorts);
        connected.Disconnect();
        wire.InjectIpv4(StackOnWire.Udp(7, [1], sourcePort: 1));
        Assert.Equal(2, connected.QueuedDatagrams);
        connected.Close();
    }

    [Fact, Covers("UDP-9")]
    public void Broadcasting_is_an_error_until_it_is_allowed()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = Bound(wire, IpAddress.AnyIpv4);
        IpEndpoint[] broadcasts = [new(IpAddress.LimitedBroadcast, 9), new(IpAddress.FromIpv4(198, 18, 0, 255), 9)];
        foreach (IpEndpoint broadcast in broadcasts)
        {
            Assert.Equal(TransportError.AccessDenied, endpoint.Send([1], broadcast, wire.Now));
            Assert.Equal(TransportError.AccessDenied, endpoint.Connect(broadcast));
        }
        endpoint.Options = endpoint.Options with { Broadcast = true };
        foreach (IpEndpoint broadcast in broadcasts)
        {
            Assert.Equal(TransportError.None, endpoint.Send([1], broadcast, wire.Now));
            Assert.True(EthernetHeader.TryParse(Assert.Single(wire.TakeFrames()), out EthernetHeader header));
            Assert.Equal(MacAddress.Broadcast, header.Destination);
        }
        endpoint.Close();
    }

    [Theory, Covers("UDP-9")]
    [InlineData(true)]
    [InlineData(false)]
    public void Multicast_has_a_hop_limit_of_one_and_comes_back_to_members_here_unless_turned_off(bool loop)
    {
        using StackOnWire wire = new();
        IpAddress group = IpAddress.FromIpv4(239, 1, 1, 1);
        UdpEndpoint member = Bound(wire, IpAddress.AnyIpv4), sender = wire.Stack.Udp.Create(this), other = wire.Stack.Udp.Create(this);
        other.Bind(new IpEndpoint(IpAddress.AnyIpv4, 8), PortSharing.Default);
        Assert.Equal(TransportError.None, member.JoinGroup(group, 0));
        Assert.Equal(TransportError.AddressNotAvailable, member.JoinGroup(group, 0));
        sender.Options = sender.Options with { MulticastLoop = loop };
        Assert.True(new UdpSocketOptions().MulticastLoop);
        Assert.Equal(TransportError.None, sender.Send([1], new IpEndpoint(group, 7), wire.Now));
        byte[] packet = Assert.Single(wire.TakeIpv4());
        Assert.Equal(1, StackOnWire.Ipv4Of(packet).TimeToLive);
        Assert.Equal(loop ? 1 : 0, member.QueuedDatagrams);
        Assert.Equal(TransportError.None, member.LeaveGroup(group, 0));
        Assert.Equal(TransportError.AddressNotAvailable, member.LeaveGroup(group, 0));
        foreach (UdpEndpoint endpoint in new[] { member, sender, other }) endpoint.Close();
    }

    [Fact, Covers("UDP-10")]
    public void A_full_queue_drops_the_newest_and_counts()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = Bound(wire, IpAddress.AnyIpv4);
        endpoint.Options = endpoint.Options with { ReceiveBufferBytes = 10 * (2304 + 256) };
        for (byte i = 0; i < 15; i++) wire.InjectIpv4(StackOnWire.Udp(7, [i, .. new byte[999]]));
        Assert.Equal((10, 10_000, 5L), (endpoint.QueuedDatagrams, endpoint.QueuedBytes, endpoint.Dropped));
        Assert.Equal((5, 10), (wire.Stack.Statistics.Udp.Drops(UdpDropReason.QueueFull), wire.Stack.Statistics.Udp.InDatagrams));
        for (byte i = 0; i < 10; i++)
        {
            Assert.Equal(TransportError.None, endpoint.TryReceive(true, out UdpDatagram peeked));
            Assert.Equal(TransportError.None, endpoint.TryReceive(false, out UdpDatagram datagram));
            Assert.Equal((i, i), (peeked.Payload.Span[0], datagram.Payload.Span[0]));
            peeked.Payload.Buffer.Release();
            datagram.Payload.Buffer.Release();
        }
        Assert.Equal(TransportError.WouldBlock, endpoint.TryReceive(false, out _));
        endpoint.Close();
    }

    [Fact, Covers("UDP-10")]
    public void A_datagram_that_waits_holds_no_more_memory_than_it_needs()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = Bound(wire, IpAddress.AnyIpv4);
        for (int i = 0; i < 3000; i++) wire.InjectIpv4(StackOnWire.Udp(7, [1]));
        Assert.Equal((1 << 20) / (2304 + 256), endpoint.QueuedDatagrams);   // Each in a small buffer.
        Assert.True(wire.Stack.BufferBytes < 4 << 20, $"{wire.Stack.BufferBytes} octets of memory, with a receive buffer of 1 MiB.");
        endpoint.Close();
    }

    [Fact, Covers("UDP-11")]
    public void Source_ports_are_random_and_free()
    {
        using StackOnWire wire = new();
        UdpEndpoint[] endpoints = [.. Enumerable.Range(0, 500).Select(_ => wire.Stack.Udp.Create(this))];
        foreach (UdpEndpoint endpoint in endpoints) endpoint.Send([1], PeerEndpoint, wire.Now);
        ushort[] ports = [.. endpoints.Select(endpoint => endpoint.Local.Port)];
        Assert.Equal(500, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 49152, 65535));
        Assert.True(ports.Zip(ports.Skip(1), (first, second) => Math.Abs(first - second)).Count(gap => gap < 50) < 50);
        foreach (UdpEndpoint endpoint in endpoints) endpoint.Close();
        Assert.Empty(wire.Stack.Udp.Endpoints);
    }

    [Fact, Covers("UDP-11")]
    public void The_last_free_port_is_found_and_then_none()
    {
        using StackOnWire wire = new(new NetworkStackOptions { Udp = new UdpLayerOptions { FirstEphemeralPort = 50000, LastEphemeralPort = 50009 } });
        UdpEndpoint[] endpoints = [.. Enumerable.Range(0, 10).Select(_ => wire.Stack.Udp.Create(this))];
        Assert.All(endpoints, endpoint => Assert.Equal(TransportError.None, endpoint.Bind(new IpEndpoint(IpAddress.AnyIpv4, 0), PortSharing.Default)));
        UdpEndpoint eleventh = wire.Stack.Udp.Create(this);
        Assert.Equal(TransportError.AddressAlreadyInUse, eleventh.Bind(new IpEndpoint(IpAddress.AnyIpv4, 0), PortSharing.Default));
        foreach (UdpEndpoint endpoint in endpoints) endpoint.Close();
        Assert.Equal(TransportError.None, eleventh.Bind(new IpEndpoint(IpAddress.AnyIpv4, 0), PortSharing.Default));
        eleventh.Close();
    }

    [Fact]
    public void Calls_that_do_not_fit_the_state_have_their_errors()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        Assert.Equal(TransportError.NotConnected, endpoint.Send([1], null, wire.Now));
        Assert.Equal(TransportError.AddressNotAvailable, endpoint.Connect(new IpEndpoint(StackOnWire.Peer, 0)));
        Assert.Equal(TransportError.NetworkUnreachable, endpoint.Connect(new IpEndpoint(IpAddress.Parse("8.8.8.8"), 1)));
        Assert.Equal(TransportError.MessageSize, endpoint.Send(new byte[65508], PeerEndpoint, wire.Now));
        Assert.Equal(TransportError.None, endpoint.Connect(PeerEndpoint));
        Assert.Equal(StackOnWire.Own, endpoint.Local.Address);
        Assert.Equal(TransportError.InvalidArgument, endpoint.Bind(new IpEndpoint(IpAddress.AnyIpv4, 5), PortSharing.Default));
        endpoint.Disconnect();
        Assert.True(endpoint.Local.Address.IsUnspecified);
        endpoint.Close();
        Assert.Equal(TransportError.InvalidArgument, endpoint.Send([1], PeerEndpoint, wire.Now));
    }

    private UdpEndpoint Bound(StackOnWire wire, IpAddress address, PortSharing sharing = PortSharing.Default)
    {
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        Assert.Equal(TransportError.None, endpoint.Bind(new IpEndpoint(address, 7), sharing));
        return endpoint;
    }
}
