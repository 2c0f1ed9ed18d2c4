using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Network;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Arp;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Tests.Stack.Network;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Link;

public sealed class AddressConflictTests
{
    private static readonly MacAddress OtherMac = new(0x02_00_00_00_00_33);

    [Theory, Covers("ACD-1", "ACD-2", "ACD-5")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_address_is_probed_then_announced_then_left_alone(ulong seed)
    {
        using StackOnWire wire = new(hasAddress: false, knowsPeer: false, seed: seed);
        Instant start = wire.Now;
        Assert.Equal(TransportError.None, wire.Stack.AddAddress(wire.Interface, new IpPrefix(StackOnWire.Own, 24), wire.Now, detectConflicts: true));
        Assert.Equal(AddressState.Tentative, wire.Interface.Addresses[0].State);
        List<(Instant At, IpAddress Sender, bool Usable)> seen = [];
        while (wire.Now < start + TimeSpan.FromMinutes(30))
        {
            foreach (byte[] frame in wire.TakeFrames())
            {
                Assert.True(EthernetHeader.TryParse(frame, out EthernetHeader ethernet));
                Assert.True(ArpPacket.TryParse(ethernet.Payload, out ArpPacket arp));
                Assert.Equal(MacAddress.Broadcast, ethernet.Destination);
                Assert.Equal(ArpOperation.Request, arp.Operation);
                Assert.Equal(StackOnWire.Own, arp.TargetProtocolAddress);
                Assert.True(arp.TargetHardwareAddress.IsZero);
                seen.Add((wire.Now, arp.SenderProtocolAddress, wire.Interface.Addresses[0].State == AddressState.Usable));
            }
            wire.Advance(wire.Now < start + TimeSpan.FromSeconds(20) ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromMinutes(1));
        }
        Assert.Equal(5, seen.Count);
        Assert.All(seen[..3], probe => Assert.True(probe.Sender.IsUnspecified && !probe.Usable));
        Assert.All(seen[3..], announcement => Assert.True(announcement.Sender == StackOnWire.Own && announcement.Usable));
        Assert.InRange((seen[0].At - start).TotalSeconds, 0, 1.01);
        Assert.InRange((seen[1].At - seen[0].At).TotalSeconds, 0.99, 2.01);
        Assert.InRange((seen[2].At - seen[1].At).TotalSeconds, 0.99, 2.01);
        Assert.InRange((seen[3].At - seen[2].At).TotalSeconds, 1.99, 2.01);
        Assert.InRange((seen[4].At - seen[3].At).TotalSeconds, 1.99, 2.01);
    }

    [Theory, Covers("ACD-3")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_conflict_while_probing_keeps_the_address_from_being_used(bool asProbe)
    {
        using StackOnWire wire = new(hasAddress: false, knowsPeer: false);
        wire.Stack.AddAddress(wire.Interface, new IpPrefix(StackOnWire.Own, 24), wire.Now, detectConflicts: true);
        wire.Advance(TimeSpan.FromSeconds(1.5));
        wire.TakeFrames();
        wire.InjectArp(ArpOperation.Request, OtherMac, asProbe ? IpAddress.AnyIpv4 : StackOnWire.Own, default, StackOnWire.Own);
        Assert.Equal(AddressState.Conflict, wire.Interface.Addresses[0].State);
        Assert.Equal(1, wire.Interface.Statistics.AddressConflicts);
        wire.Advance(TimeSpan.FromSeconds(60));
        Assert.Empty(wire.TakeFrames());
        wire.InjectArp(ArpOperation.Request, OtherMac, StackOnWire.Peer, default, StackOnWire.Own);
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(TransportError.NetworkUnreachable, wire.Stack.Udp.Create(this).Connect(new IpEndpoint(StackOnWire.Peer, 1)));
    }

    [Fact, Covers("ACD-8")]
    public void Our_own_probes_seen_back_are_no_conflict()
    {
        using StackOnWire wire = new(hasAddress: false, knowsPeer: false);
        wire.Stack.AddAddress(wire.Interface, new IpPrefix(StackOnWire.Own, 24), wire.Now, detectConflicts: true);
        wire.Advance(TimeSpan.FromSeconds(1.5));
        // Bridged back by a station that puts its own address into the link header.
        wire.Inject(TestKit.Packets.PacketBuilder.Ethernet(
            MacAddress.Broadcast, OtherMac, EtherType.Arp,
            TestKit.Packets.PacketBuilder.Arp(ArpOperation.Request, StackOnWire.OwnMac, IpAddress.AnyIpv4, default, StackOnWire.Own)));
        Assert.Equal(AddressState.Tentative, wire.Interface.Addresses[0].State);
        wire.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(AddressState.Usable, wire.Interface.Addresses[0].State);
    }

    [Fact, Covers("ACD-4")]
    public void After_ten_conflicts_attempts_are_a_minute_apart()
    {
        using StackOnWire wire = new(hasAddress: false, knowsPeer: false);
        for (byte i = 1; i <= 10; i++) Conflict(wire, IpAddress.FromIpv4(198, 18, 0, i));
        wire.TakeFrames();
        Instant before = wire.Now;
        wire.Stack.AddAddress(wire.Interface, new IpPrefix(IpAddress.FromIpv4(198, 18, 0, 77), 24), wire.Now, detectConflicts: true);
        wire.Advance(TimeSpan.FromSeconds(55));
        Assert.Empty(wire.TakeFrames());
        wire.Advance(TimeSpan.FromSeconds(8));
        Assert.NotEmpty(wire.TakeFrames());
        Assert.True(wire.Now - before > TimeSpan.FromSeconds(60));
    }

    [Fact, Covers("ACD-6")]
    public void Policy_a_gives_the_address_up()
    {
        using StackOnWire wire = new(With(ConflictPolicy.GiveUp));
        Use(wire);
        Assert.Equal(AddressState.Conflict, wire.Interface.Addresses[0].State);
        Assert.Empty(wire.TakeFrames());
    }

    [Fact, Covers("ACD-6")]
    public void Policy_b_defends_once_and_gives_up_if_that_does_not_help()
    {
        using StackOnWire wire = new(With(ConflictPolicy.DefendOnce));
        Use(wire);
        Assert.Single(wire.TakeFrames());
        wire.Advance(TimeSpan.FromSeconds(11));
        Use(wire);
        Assert.Single(wire.TakeFrames());
        Assert.Equal(AddressState.Usable, wire.Interface.Addresses[0].State);
        wire.Advance(TimeSpan.FromSeconds(9));
        Use(wire);
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(AddressState.Conflict, wire.Interface.Addresses[0].State);
    }

    [Fact, Covers("ACD-6")]
    public void Policy_c_keeps_the_address_and_announces_it_at_most_every_ten_seconds()
    {
        using StackOnWire wire = new(With(ConflictPolicy.DefendAlways));
        int announcements = 0;
        for (int i = 0; i < 60; i++)
        {
            Use(wire);
            announcements += wire.TakeFrames().Count;
            wire.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(6, announcements);
        Assert.Equal(AddressState.Usable, wire.Interface.Addresses[0].State);
        Assert.Equal(60, wire.Interface.Statistics.AddressConflicts);
    }

    [Fact, Covers("ACD-7")]
    public void An_address_in_use_is_not_probed_again_but_one_added_anew_is()
    {
        using StackOnWire wire = new(hasAddress: false, knowsPeer: false);
        for (int round = 0; round < 2; round++)
        {
            wire.Stack.AddAddress(wire.Interface, new IpPrefix(StackOnWire.Own, 24), wire.Now, detectConflicts: true);
            wire.Advance(TimeSpan.FromSeconds(20));
            Assert.Equal(5, wire.TakeFrames().Count);
            wire.Advance(TimeSpan.FromHours(3));
            Assert.Empty(wire.TakeFrames());
            wire.Stack.RemoveAddress(wire.Interface, StackOnWire.Own, wire.Now);
        }
    }

    private static NetworkStackOptions With(ConflictPolicy policy) => new() { Arp = new ArpOptions { Policy = policy } };

    private static void Use(StackOnWire wire) => wire.InjectArp(ArpOperation.Reply, OtherMac, StackOnWire.Own, StackOnWire.OwnMac, StackOnWire.Peer);

    private static void Conflict(StackOnWire wire, IpAddress address)
    {
        wire.Stack.AddAddress(wire.Interface, new IpPrefix(address, 24), wire.Now, detectConflicts: true);
        wire.Advance(TimeSpan.FromMilliseconds(10));
        wire.InjectArp(ArpOperation.Reply, OtherMac, address, OtherMac, address);
        Assert.Equal(AddressState.Conflict, wire.Interface.Addresses.Single(entry => entry.Prefix.Address == address).State);
    }
}
