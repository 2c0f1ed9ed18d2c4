using System.Buffers.Binary;
using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Network;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Tests.Stack.Network;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Packets;
using Xunit;

namespace StackSharp.Tests.Stack.Link;

public sealed class EthernetTests
{
    private static readonly byte[] Ping = StackOnWire.EchoRequest([1, 2, 3]);

    [Fact, Covers("ETH-1", "ETH-9")]
    public void Frames_begin_with_destination_source_and_type_both_ways()
    {
        using StackOnWire wire = new();
        wire.InjectIpv4(Ping);
        byte[] reply = Assert.Single(wire.TakeFrames());
        Assert.True(EthernetHeader.TryParse(reply, out EthernetHeader header));
        Assert.Equal(StackOnWire.PeerMac, header.Destination);
        Assert.Equal(StackOnWire.OwnMac, header.Source);
        Assert.Equal(EtherType.Ipv4, header.EtherType);
    }

    [Theory, Covers("ETH-1")]
    [InlineData(1501)]
    [InlineData(1535)]
    public void Types_that_are_neither_length_nor_type_are_dropped(int type)
    {
        using StackOnWire wire = new();
        wire.Inject(PacketBuilder.Ethernet(StackOnWire.OwnMac, StackOnWire.PeerMac, (EtherType)type, Ping));
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(1, wire.Interface.Statistics.Drops(LinkDropReason.InvalidType));
    }

    [Fact, Covers("ETH-2")]
    public void Rfc_1042_frames_are_received_and_answered_in_Ethernet_II()
    {
        using StackOnWire wire = new();
        byte[] snap = [0xAA, 0xAA, 0x03, 0, 0, 0, 0x08, 0x00, .. Ping];
        wire.Inject(PacketBuilder.Ethernet(StackOnWire.OwnMac, StackOnWire.PeerMac, (EtherType)snap.Length, snap));
        byte[] reply = Assert.Single(wire.TakeFrames());
        Assert.Equal((ushort)EtherType.Ipv4, BinaryPrimitives.ReadUInt16BigEndian(reply.AsSpan(12)));
    }

    [Fact, Covers("ETH-3")]
    public void Trailer_encapsulation_is_not_understood()
    {
        using StackOnWire wire = new();
        wire.Inject(PacketBuilder.Ethernet(StackOnWire.OwnMac, StackOnWire.PeerMac, (EtherType)0x1001, new byte[600]));
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(1, wire.Interface.Statistics.Drops(LinkDropReason.UnknownEtherType));
    }

    [Fact, Covers("ETH-4")]
    public void Short_frames_are_filled_up_and_padding_is_trimmed_by_the_IP_length()
    {
        using StackOnWire wire = new();
        byte[] frame = PacketBuilder.Ethernet(StackOnWire.OwnMac, StackOnWire.PeerMac, EtherType.Ipv4, Ping);
        wire.Inject([.. frame, .. new byte[60 - frame.Length]]);
        byte[] reply = Assert.Single(wire.TakeFrames());
        Assert.Equal(60, reply.Length);
        Assert.True(EthernetHeader.TryParse(reply, out EthernetHeader header));
        Assert.Equal([1, 2, 3], StackOnWire.IcmpOf(header.Payload.ToArray()).Payload.ToArray());
        Assert.Equal(-1, reply.AsSpan(14 + Ping.Length).IndexOfAnyExcept((byte)0));
    }

    [Fact, Covers("ETH-5")]
    public void Only_frames_for_this_station_are_taken()
    {
        using StackOnWire wire = new();
        MacAddress other = new(0x02_00_00_00_00_77);
        wire.Inject(PacketBuilder.Ethernet(other, StackOnWire.PeerMac, EtherType.Ipv4, Ping));
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(1, wire.Interface.Statistics.Drops(LinkDropReason.OtherStation));
        wire.Inject(PacketBuilder.Ethernet(new MacAddress(0x01_00_5E_01_02_03), StackOnWire.PeerMac, EtherType.Ipv4, Ping));
        Assert.Equal(1, wire.Interface.Statistics.Drops(LinkDropReason.MulticastNotJoined));
        wire.Inject(PacketBuilder.Ethernet(MacAddress.Broadcast, StackOnWire.PeerMac, EtherType.Ipv4, Ping));
        Assert.Equal(1, wire.Stack.Statistics.Ip.InReceives);
    }

    [Fact, Covers("ETH-5")]
    public void A_promiscuous_interface_sees_other_stations_frames_but_does_not_answer_them()
    {
        using StackOnWire wire = new(new NetworkStackOptions { Promiscuous = true });
        wire.Inject(PacketBuilder.Ethernet(new MacAddress(0x02_00_00_00_00_77), StackOnWire.PeerMac, EtherType.Ipv4, Ping));
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(1, wire.Interface.Statistics.Drops(LinkDropReason.OtherStation));
    }

    [Fact, Covers("ETH-6")]
    public void A_group_address_as_source_is_dropped_and_not_learned()
    {
        using StackOnWire wire = new(knowsPeer: false);
        MacAddress group = new(0x03_00_00_00_00_02);
        wire.Inject(PacketBuilder.Ethernet(
            StackOnWire.OwnMac, group, EtherType.Arp,
            PacketBuilder.Arp(StackSharp.Stack.Wire.Arp.ArpOperation.Request, group, StackOnWire.Peer, default, StackOnWire.Own)));
        Assert.Equal(1, wire.Interface.Statistics.Drops(LinkDropReason.GroupSource));
        Assert.Empty(wire.Interface.Neighbors.Entries);
        Assert.Empty(wire.TakeFrames());
    }

    [Fact, Covers("ETH-7")]
    public void Groups_that_share_a_hardware_address_are_told_apart_by_IP()
    {
        using StackOnWire wire = new();
        IpAddress joined = IpAddress.FromIpv4(239, 1, 2, 3), twin = IpAddress.FromIpv4(239, 129, 2, 3);
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Bind(new IpEndpoint(IpAddress.AnyIpv4, 5000), PortSharing.Default);
        Assert.Equal(TransportError.None, endpoint.JoinGroup(joined, wire.Interface.Index));
        MacAddress mac = MacAddress.FromIpv4Multicast(joined);
        Assert.Equal(mac, MacAddress.FromIpv4Multicast(twin));
        wire.Inject(PacketBuilder.Ethernet(mac, StackOnWire.PeerMac, EtherType.Ipv4, StackOnWire.Udp(5000, [1], twin)));
        Assert.Equal(0, endpoint.QueuedDatagrams);
        Assert.Equal(1, wire.Stack.Statistics.Ip.Drops(IpDropReason.GroupNotJoined));
        wire.Inject(PacketBuilder.Ethernet(mac, StackOnWire.PeerMac, EtherType.Ipv4, StackOnWire.Udp(5000, [1], joined)));
        Assert.Equal(1, endpoint.QueuedDatagrams);
        endpoint.Send([9], new IpEndpoint(joined, 5000), wire.Now);
        Assert.True(EthernetHeader.TryParse(Assert.Single(wire.TakeFrames()), out EthernetHeader sent));
        Assert.Equal(mac, sent.Destination);
        endpoint.Close();
    }

    [Fact, Covers("ETH-10")]
    public void A_unicast_datagram_in_a_link_broadcast_is_dropped_silently()
    {
        using StackOnWire wire = new();
        wire.Inject(PacketBuilder.Ethernet(MacAddress.Broadcast, StackOnWire.PeerMac, EtherType.Ipv4, StackOnWire.Udp(7, [1])));
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(1, wire.Stack.Statistics.Ip.Drops(IpDropReason.UnicastInLinkBroadcast));
    }

    [Fact, Covers("VLAN-1")]
    public void A_priority_tag_is_taken_off_and_unknown_VLANs_are_counted_and_dropped()
    {
        using StackOnWire wire = new();
        wire.Inject(PacketBuilder.Ethernet(StackOnWire.OwnMac, StackOnWire.PeerMac, VlanTag.Create(0, 5), EtherType.Ipv4, Ping));
        Assert.Equal(Icmpv4Type.EchoReply, StackOnWire.IcmpOf(Assert.Single(wire.TakeIpv4())).Type);
        wire.Inject(PacketBuilder.Ethernet(StackOnWire.OwnMac, StackOnWire.PeerMac, VlanTag.Create(42), EtherType.Ipv4, Ping));
        wire.Inject(PacketBuilder.Ethernet(StackOnWire.OwnMac, StackOnWire.PeerMac, VlanTag.Create(4095), EtherType.Ipv4, Ping));
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(1, wire.Interface.Statistics.Drops(LinkDropReason.UnknownVlan));
        Assert.Equal(1, wire.Interface.Statistics.Drops(LinkDropReason.ReservedVlan));
    }

    [Fact, Covers("VLAN-3")]
    public void Tags_are_read_to_a_depth_of_two_and_deeper_frames_are_counted_and_dropped()
    {
        using StackOnWire wire = new();
        byte[] tag = [0x81, 0x00, 0x00, 0x00];
        byte[] addresses = PacketBuilder.Ethernet(StackOnWire.OwnMac, StackOnWire.PeerMac, EtherType.Ipv4, [])[..12];
        wire.Inject([.. addresses, .. tag, .. tag, 0x08, 0x00, .. Ping]);
        Assert.Single(wire.TakeFrames());
        wire.Inject([.. addresses, .. tag, .. tag, .. tag, 0x08, 0x00, .. Ping]);
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(1, wire.Interface.Statistics.Drops(LinkDropReason.TooManyTags));
    }

    [Fact]
    public void Own_frames_that_come_back_are_dropped()
    {
        using StackOnWire wire = new();
        wire.Inject(PacketBuilder.Ethernet(StackOnWire.OwnMac, StackOnWire.OwnMac, EtherType.Ipv4, Ping));
        Assert.Equal(1, wire.Interface.Statistics.Drops(LinkDropReason.OwnSource));
    }

    [Fact]
    public void A_full_transmit_queue_drops_and_counts()
    {
        using StackOnWire wire = new(new NetworkStackOptions { TransmitQueueFrames = 4 });
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        TransportError[] errors = [.. Enumerable.Range(0, 6).Select(_ => endpoint.Send([1], new IpEndpoint(StackOnWire.Peer, 1), wire.Now))];
        Assert.Equal(4, errors.Count(error => error == TransportError.None));
        Assert.Equal(2, errors.Count(error => error == TransportError.NoBufferSpaceAvailable));
        Assert.Equal(2, wire.Interface.Statistics.Drops(LinkDropReason.TransmitQueueFull));
        wire.TakeFrames();
        endpoint.Close();
    }
}
