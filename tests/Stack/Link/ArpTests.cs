using StackSharp.Stack.Link;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Arp;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Tests.Stack.Network;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Packets;
using Xunit;

namespace StackSharp.Tests.Stack.Link;

public sealed class ArpTests
{
    private static readonly MacAddress OtherMac = new(0x02_00_00_00_00_33);

    [Fact, Covers("ARP-1", "ARP-3")]
    public void A_request_for_us_is_learned_from_and_answered_to_the_asker_alone()
    {
        using StackOnWire wire = new(knowsPeer: false);
        wire.InjectArp(ArpOperation.Request, StackOnWire.PeerMac, StackOnWire.Peer, default, StackOnWire.Own);
        (EthernetHeader ethernet, ArpPacket reply) = Only(wire);
        Assert.Equal(StackOnWire.PeerMac, ethernet.Destination);
        Assert.Equal(ArpOperation.Reply, reply.Operation);
        Assert.Equal(StackOnWire.OwnMac, reply.SenderHardwareAddress);
        Assert.Equal(StackOnWire.Own, reply.SenderProtocolAddress);
        Assert.Equal(StackOnWire.PeerMac, reply.TargetHardwareAddress);
        Assert.Equal(StackOnWire.Peer, reply.TargetProtocolAddress);
        NeighborInfo learned = Assert.Single(wire.Interface.Neighbors.Entries);
        Assert.Equal((StackOnWire.Peer, StackOnWire.PeerMac, NeighborState.Stale), (learned.Address, learned.HardwareAddress, learned.State));
    }

    [Fact, Covers("ARP-1")]
    public void A_request_for_somebody_else_updates_an_entry_but_makes_none()
    {
        using StackOnWire wire = new(knowsPeer: false);
        IpAddress third = IpAddress.FromIpv4(198, 18, 0, 3);
        wire.InjectArp(ArpOperation.Request, StackOnWire.PeerMac, StackOnWire.Peer, default, third);
        Assert.Empty(wire.Interface.Neighbors.Entries);
        wire.InjectArp(ArpOperation.Request, StackOnWire.PeerMac, StackOnWire.Peer, default, StackOnWire.Own);
        wire.InjectArp(ArpOperation.Request, OtherMac, StackOnWire.Peer, default, third);
        Assert.Equal(OtherMac, Assert.Single(wire.Interface.Neighbors.Entries).HardwareAddress);
    }

    [Theory, Covers("ARP-2")]
    [InlineData(2)]
    [InlineData(99)]
    public void Entries_are_updated_whatever_the_opcode_and_only_requests_are_answered(int operation)
    {
        using StackOnWire wire = new(knowsPeer: false);
        wire.InjectArp(ArpOperation.Request, StackOnWire.PeerMac, StackOnWire.Peer, default, StackOnWire.Own);
        wire.TakeFrames();
        wire.InjectArp((ArpOperation)operation, OtherMac, StackOnWire.Peer, StackOnWire.OwnMac, StackOnWire.Own);
        Assert.Equal(OtherMac, Assert.Single(wire.Interface.Neighbors.Entries).HardwareAddress);
        Assert.Empty(wire.TakeFrames());
    }

    [Theory, Covers("ARP-1")]
    [InlineData(0, 6)]
    [InlineData(2, 0x86)]
    [InlineData(4, 8)]
    [InlineData(5, 16)]
    public void Other_hardware_protocols_and_lengths_are_dropped(int offset, byte value)
    {
        using StackOnWire wire = new(knowsPeer: false);
        byte[] packet = PacketBuilder.Arp(ArpOperation.Request, StackOnWire.PeerMac, StackOnWire.Peer, default, StackOnWire.Own);
        packet[offset] = value;
        wire.Inject(PacketBuilder.Ethernet(MacAddress.Broadcast, StackOnWire.PeerMac, EtherType.Arp, packet));
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(1, wire.Interface.Statistics.Drops(LinkDropReason.MalformedArp));
    }

    [Theory, Covers("ARP-8")]
    [InlineData("255.255.255.255")]
    [InlineData("198.18.0.255")]
    [InlineData("224.0.0.5")]
    [InlineData("127.0.0.1")]
    [InlineData("240.0.0.1")]
    public void Impossible_senders_are_dropped(string sender)
    {
        using StackOnWire wire = new(knowsPeer: false);
        wire.InjectArp(ArpOperation.Request, StackOnWire.PeerMac, IpAddress.Parse(sender), default, StackOnWire.Own);
        Assert.Empty(wire.TakeFrames());
        Assert.Empty(wire.Interface.Neighbors.Entries);
        Assert.Equal(1, wire.Interface.Statistics.Drops(LinkDropReason.InvalidArpSender));
    }

    [Fact, Covers("ARP-8")]
    public void Our_own_address_is_never_learned_from_others()
    {
        using StackOnWire wire = new(knowsPeer: false);
        wire.InjectArp(ArpOperation.Reply, OtherMac, StackOnWire.Own, StackOnWire.OwnMac, StackOnWire.Own);
        Assert.Empty(wire.Interface.Neighbors.Entries);
        Assert.Equal(1, wire.Interface.Statistics.AddressConflicts);
    }

    [Fact, Covers("ARP-5", "ARP-6", "ARP-7")]
    public void What_waits_is_sent_when_the_answer_comes_and_questions_are_a_second_apart()
    {
        using StackOnWire wire = new(knowsPeer: false);
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        for (byte i = 0; i < 20; i++) Assert.Equal(TransportError.None, endpoint.Send([i], new IpEndpoint(StackOnWire.Peer, 1), wire.Now));
        (EthernetHeader ethernet, ArpPacket request) = Only(wire);
        Assert.Equal(MacAddress.Broadcast, ethernet.Destination);
        Assert.Equal(StackOnWire.Peer, request.TargetProtocolAddress);
        wire.Advance(TimeSpan.FromMilliseconds(900));
        endpoint.Send([20], new IpEndpoint(StackOnWire.Peer, 1), wire.Now);
        Assert.Empty(wire.TakeFrames());
        wire.Advance(TimeSpan.FromMilliseconds(200));
        Only(wire);
        wire.InjectArp(ArpOperation.Reply, StackOnWire.PeerMac, StackOnWire.Peer, StackOnWire.OwnMac, StackOnWire.Own, StackOnWire.OwnMac);
        byte[] sent = [.. wire.TakeIpv4().Select(packet => StackOnWire.UdpOf(packet).Payload[0])];
        Assert.Equal([.. Enumerable.Range(5, 16).Select(i => (byte)i)], sent);   // The latest 16.
        Assert.Equal(5, wire.Interface.Statistics.Drops(LinkDropReason.NeighborQueueFull));
        Assert.Equal(NeighborState.Reachable, Assert.Single(wire.Interface.Neighbors.Entries).State);
        endpoint.Close();
    }

    [Fact]
    public void A_neighbour_that_never_answers_is_reported_to_who_waits()
    {
        using StackOnWire wire = new(knowsPeer: false);
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Connect(new IpEndpoint(StackOnWire.Peer, 1));
        Assert.Equal(TransportError.None, endpoint.Send([1], null, wire.Now));
        wire.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(3, wire.TakeFrames().Count);
        Assert.Equal(TransportError.HostUnreachable, endpoint.TryReceive(false, out _));
        Assert.Equal(1, wire.Interface.Statistics.ResolutionFailures);
        Assert.Equal(1, wire.Interface.Statistics.Drops(LinkDropReason.NeighborUnreachable));
        Assert.True(Assert.Single(wire.Interface.Neighbors.Entries).HasFailed);
        // The next attempt asks anew.
        Assert.Equal(TransportError.None, endpoint.Send([2], null, wire.Now));
        Only(wire);
        endpoint.Close();
    }

    private static ArpFrame Only(StackOnWire wire) => new(Assert.Single(wire.TakeFrames()));

    private readonly ref struct ArpFrame
    {
        private readonly byte[] _frame;

        public ArpFrame(byte[] frame) => _frame = frame;

        public void Deconstruct(out EthernetHeader ethernet, out ArpPacket packet)
        {
            Assert.True(EthernetHeader.TryParse(_frame, out ethernet));
            Assert.Equal(EtherType.Arp, ethernet.EtherType);
            Assert.True(ArpPacket.TryParse(ethernet.Payload, out packet));
        }
    }
}
