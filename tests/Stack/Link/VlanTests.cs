using StackSharp.Stack;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Arp;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Tests.Stack.Network;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Packets;
using Xunit;

namespace StackSharp.Tests.Stack.Link;

public sealed class VlanTests
{
    private const byte Vid = 7;
    private static readonly IpAddress Own = IpAddress.FromIpv4(198, 18, 7, 1);
    private static readonly IpAddress Peer = IpAddress.FromIpv4(198, 18, 7, 2);
    private static readonly byte[] Ping = StackOnWire.EchoRequest([1, 2, 3], destination: Own, source: Peer);

    [Fact, Covers("VLAN-1", "VLAN-2")]
    public void What_a_VLAN_receives_with_its_tag_it_answers_with_its_tag()
    {
        using StackOnWire wire = new();
        NetworkInterface vlan = AddVlan(wire);
        long sentBefore = vlan.Statistics.FramesSent;
        wire.Inject(Tagged(VlanTag.Create(Vid, 5, isDropEligible: true), Ping));
        byte[] reply = Assert.Single(wire.TakeFrames());
        Assert.Equal([0x81, 0x00, 0x00, Vid, 0x08, 0x00], reply[12..18]);   // TPID, priority 0, VID, type.
        Assert.True(EthernetHeader.TryParse(reply, out EthernetHeader header));
        Assert.Equal((StackOnWire.PeerMac, StackOnWire.OwnMac), (header.Destination, header.Source));
        Assert.Equal(Icmpv4Type.EchoReply, StackOnWire.IcmpOf(header.Payload.ToArray()).Type);
        Assert.Equal((1, sentBefore + 1), (vlan.Statistics.FramesReceived, vlan.Statistics.FramesSent));
        Assert.Equal(0, wire.Interface.Statistics.FramesReceived);
    }

    [Fact, Covers("VLAN-2")]
    public void A_VLAN_receives_only_its_own_VID_and_the_parent_what_is_untagged_or_VID_0()
    {
        using StackOnWire wire = new();
        NetworkInterface vlan = AddVlan(wire);
        byte[] toParent = StackOnWire.EchoRequest([9]);
        wire.Inject(Untagged(Ping), Tagged(VlanTag.Create(0), Ping), Tagged(VlanTag.Create(8), Ping), Tagged(VlanTag.Create(4095), Ping));
        wire.Inject(Tagged(VlanTag.Create(Vid), toParent), Tagged(VlanTag.Create(Vid, protocol: EtherType.ServiceVlan), Ping));
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(1, vlan.Statistics.FramesReceived);
        Assert.Equal(2, wire.Interface.Statistics.Drops(LinkDropReason.UnknownVlan));
        Assert.Equal(1, wire.Interface.Statistics.Drops(LinkDropReason.ReservedVlan));
        wire.Inject(Untagged(toParent), Tagged(VlanTag.Create(0, 3), toParent));
        Assert.All(wire.TakeFrames(), frame => Assert.Equal([0x08, 0x00], frame[12..14]));
    }

    [Fact, Covers("VLAN-2")]
    public void A_tag_does_not_lower_the_payload_of_1500()
    {
        using StackOnWire wire = new();
        NetworkInterface vlan = AddVlan(wire);
        Assert.Equal(1500, vlan.Device.MaximumTransmissionUnit);
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        Assert.Equal(TransportError.None, endpoint.Send(new byte[1472], new IpEndpoint(Peer, 9), wire.Now));
        byte[] frame = Assert.Single(wire.TakeFrames());
        Assert.Equal(1518, frame.Length);
        wire.Inject(Tagged(VlanTag.Create(Vid), StackOnWire.EchoRequest(new byte[1472], destination: Own, source: Peer)));
        Assert.Equal(1518, Assert.Single(wire.TakeFrames()).Length);
        endpoint.Close();
    }

    [Fact]
    public void A_VLAN_resolves_addresses_for_itself()
    {
        using StackOnWire wire = new();
        NetworkInterface vlan = AddVlan(wire, knowsPeer: false);
        byte[] request = PacketBuilder.Arp(ArpOperation.Request, StackOnWire.PeerMac, Peer, default, Own);
        wire.Inject(PacketBuilder.Ethernet(MacAddress.Broadcast, StackOnWire.PeerMac, EtherType.Arp, request));
        Assert.Empty(wire.TakeFrames());   // Asked on the parent, which does not have the address.
        wire.Inject(PacketBuilder.Ethernet(MacAddress.Broadcast, StackOnWire.PeerMac, VlanTag.Create(Vid), EtherType.Arp, request));
        Assert.True(EthernetHeader.TryParse(Assert.Single(wire.TakeFrames()), out EthernetHeader reply));
        Assert.Equal((EtherType.Arp, (int)Vid), (reply.EtherType, reply.OuterTag.Identifier));
        Assert.Equal(Peer, Assert.Single(vlan.Neighbors.Entries).Address);
        Assert.DoesNotContain(wire.Interface.Neighbors.Entries, entry => entry.Address == Peer);
    }

    [Fact, Covers("VLAN-3")]
    public void A_VLAN_on_a_VLAN_has_two_tags_and_a_third_is_refused()
    {
        using StackOnWire wire = new();
        NetworkInterface outer = wire.Stack.AddVlanInterface(wire.Interface, 100, wire.Now);
        NetworkInterface inner = AddVlan(wire, parent: outer);
        Assert.Equal("test.100.7", inner.Name);
        byte[] tagged = Tagged(VlanTag.Create(Vid), Ping);
        wire.Inject([.. tagged[..12], 0x81, 0x00, 0x00, 100, .. tagged[12..]]);
        byte[] reply = Assert.Single(wire.TakeFrames());
        Assert.Equal([0x81, 0x00, 0x00, 100, 0x81, 0x00, 0x00, Vid, 0x08, 0x00], reply[12..22]);
        wire.Inject(tagged);   // The inner tag alone is another VLAN.
        Assert.Equal(1, wire.Interface.Statistics.Drops(LinkDropReason.UnknownVlan));
        Assert.Throws<ArgumentException>(() => wire.Stack.AddVlanInterface(inner, 1, wire.Now));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 4)]
    [InlineData(2, 8)]
    public void Work_for_the_device_is_counted_from_behind_the_tags(int tags, int added)
    {
        TransmitQueue queue = new(1);
        VlanStack vlan = tags == 0 ? default : tags == 1 ? default(VlanStack).With(Vid) : default(VlanStack).With(100).With(Vid);
        EthernetPort port = new(StackOnWire.OwnMac, queue, new LinkStatistics(), promiscuous: false, padding: null, vlan);
        using TransmitFramePool frames = new(1);
        TransmitFrame frame = frames.TryRent()!;
        frame.Prepend(40).Clear();
        frame.Offload = new TransmitOffload(true, 20, 16, SegmentationKind.TcpIpv4, 1000, 40);
        Assert.True(port.Transmit(frame, StackOnWire.PeerMac, EtherType.Ipv4));
        Assert.Equal(new TransmitOffload(true, (ushort)(34 + added), 16, SegmentationKind.TcpIpv4, 1000, (ushort)(54 + added)), frame.Offload);
        Assert.Equal(54 + added, frame.Length);
        frame.Release();
    }

    [Fact]
    public void A_device_finishes_tagged_frames_as_it_does_untagged_ones()
    {
        const TransmitCapabilities Everything = TransmitCapabilities.Checksum | TransmitCapabilities.TcpSegmentationIpv4;
        using StackOnWire wire = new(capabilities: Everything);
        NetworkInterface vlan = AddVlan(wire);
        Assert.Equal((Everything, wire.Interface.Device.MaximumSegmentationBytes), (vlan.Device.Capabilities, vlan.Device.MaximumSegmentationBytes));
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Send([1, 2, 3], new IpEndpoint(Peer, 9), wire.Now);
        // As the device gets it: what the checksum field holds is the pseudo header's sum.
        Assert.True(EthernetHeader.TryParse(Assert.Single(wire.TakeFrames()), out EthernetHeader header));
        Ipv4Header packet = StackOnWire.Ipv4Of(header.Payload.ToArray());
        Assert.False(StackOnWire.UdpOf(packet.Packet.ToArray()).IsChecksumValid(packet.Source, packet.Destination));
        endpoint.Close();
    }

    [Fact]
    public void A_VLAN_goes_by_itself_or_with_its_parent()
    {
        using StackOnWire wire = new();
        NetworkInterface first = AddVlan(wire);
        Assert.Same(wire.Interface, first.Parent);
        Assert.Same(wire.Interface.TransmitQueue, first.TransmitQueue);
        Assert.Equal(("test.7", (int)Vid), (first.Name, first.VlanId));
        Assert.Throws<InvalidOperationException>(() => wire.Stack.AddVlanInterface(wire.Interface, Vid, wire.Now));
        wire.Stack.RemoveInterface(first, wire.Now);
        wire.Inject(Tagged(VlanTag.Create(Vid), Ping));
        Assert.Equal(1, wire.Interface.Statistics.Drops(LinkDropReason.UnknownVlan));
        wire.AssertAnswersPing();

        NetworkInterface second = AddVlan(wire);
        Assert.NotEqual(first.Index, second.Index);
        NetworkInterface inner = wire.Stack.AddVlanInterface(second, 9, wire.Now);
        wire.Stack.RemoveInterface(wire.Interface, wire.Now);
        Assert.False(second.IsAttached || inner.IsAttached);
        Assert.Equal([wire.Stack.Loopback], wire.Stack.Interfaces);
        Assert.DoesNotContain(wire.Stack.Routes.Entries, route => route.InterfaceIndex == second.Index);
        Assert.Throws<ArgumentException>(() => wire.Stack.AddVlanInterface(second, 3, wire.Now));
    }

    [Fact]
    public void Only_Ethernet_has_VLANs_1_to_4094()
    {
        using StackOnWire wire = new();
        Assert.Throws<ArgumentOutOfRangeException>(() => wire.Stack.AddVlanInterface(wire.Interface, 0, wire.Now));
        Assert.Throws<ArgumentOutOfRangeException>(() => wire.Stack.AddVlanInterface(wire.Interface, 4095, wire.Now));
        Assert.Throws<ArgumentException>(() => wire.Stack.AddVlanInterface(wire.Stack.Loopback, 1, wire.Now));
        Assert.Equal(4094, wire.Stack.AddVlanInterface(wire.Interface, 4094, wire.Now).VlanId);
    }

    private static NetworkInterface AddVlan(StackOnWire wire, NetworkInterface? parent = null, bool knowsPeer = true)
    {
        NetworkInterface vlan = wire.Stack.AddVlanInterface(parent ?? wire.Interface, Vid, wire.Now);
        Assert.Equal(TransportError.None, wire.Stack.AddAddress(vlan, new IpPrefix(Own, 24), wire.Now));
        wire.Advance(TimeSpan.FromSeconds(5));
        byte[][] announcements = [.. wire.TakeFrames()];
        Assert.All(announcements, frame => Assert.Equal(0x81, frame[12]));
        Assert.NotEmpty(announcements);
        if (knowsPeer) vlan.Neighbors.AddStatic(Peer, StackOnWire.PeerMac);
        Assert.Equal(announcements.Length, vlan.Statistics.FramesSent);
        return vlan;
    }

    private static byte[] Tagged(VlanTag tag, byte[] packet) => PacketBuilder.Ethernet(StackOnWire.OwnMac, StackOnWire.PeerMac, tag, EtherType.Ipv4, packet);

    private static byte[] Untagged(byte[] packet) => PacketBuilder.Ethernet(StackOnWire.OwnMac, StackOnWire.PeerMac, EtherType.Ipv4, packet);
}
