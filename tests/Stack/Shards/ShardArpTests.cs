using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Network;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Arp;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Tests.Stack.Network;
using Xunit;

namespace StackSharp.Tests.Stack.Shards;

/// <summary>ARP over several shards: one hears, all learn; one guards the address for all.</summary>
public sealed class ShardArpTests
{
    private static readonly MacAddress OtherMac = new(0x02_00_00_00_00_77);
    private static readonly IpAddress Other = IpAddress.FromIpv4(198, 18, 0, 77);

    [Fact]
    public void A_request_is_answered_once_and_learned_by_all()
    {
        using ShardsOnWire wire = new(3);
        wire.InjectArp(2, ArpOperation.Request, OtherMac, Other, StackOnWire.Own);
        Assert.Single(wire.TakeFrames(2));
        wire.AssertSilence();
        AssertAllKnow(wire, OtherMac);
        Assert.Equal(1, wire.Interfaces.Sum(networkInterface => networkInterface.Statistics.ArpRequestsReceived));
    }

    [Fact]
    public void A_reply_ends_the_wait_of_whoever_asked()
    {
        using ShardsOnWire wire = new(3);
        StackSharp.Stack.Transport.Udp.UdpEndpoint endpoint = wire.Stacks[1].Udp.Create(this);
        endpoint.Send([1], new IpEndpoint(Other, 9), wire.Now);
        Assert.Single(wire.TakeFrames(1));   // The question.
        wire.InjectArp(0, ArpOperation.Reply, OtherMac, Other, StackOnWire.Own);
        Assert.Single(wire.TakeIpv4(1));
        AssertAllKnow(wire, OtherMac);
        Assert.Equal(NeighborState.Reachable, wire.Interfaces[1].Neighbors.Entries.Single(entry => entry.Address == Other).State);
        endpoint.Close();
    }

    [Fact]
    public void A_station_that_moved_is_found_by_all()
    {
        using ShardsOnWire wire = new(3);
        wire.InjectArp(0, ArpOperation.Request, OtherMac, Other, StackOnWire.Own);
        MacAddress moved = new(0x02_00_00_00_00_78);
        wire.InjectArp(1, ArpOperation.Request, moved, Other, Other);   // Gratuitous.
        AssertAllKnow(wire, moved);
    }

    [Theory]
    [InlineData(0), InlineData(1)]
    public void One_shard_probes_and_all_may_use_what_it_finds_free(int watched)
    {
        using ShardsOnWire wire = new(2, detectConflicts: true);
        Assert.All(wire.Interfaces, networkInterface => Assert.Equal(AddressState.Tentative, networkInterface.Addresses[0].State));
        wire.Advance(TimeSpan.FromSeconds(20));
        Assert.All(wire.Interfaces, networkInterface => Assert.Equal(AddressState.Usable, networkInterface.Addresses[0].State));
        Assert.Equal(watched == 0 ? 5 : 0, wire.TakeFrames(watched).Count);   // Three probes, two announcements.
    }

    [Theory]
    [InlineData(0), InlineData(1)]
    public void A_conflict_while_probing_takes_the_address_from_all(int queue)
    {
        using ShardsOnWire wire = new(2, detectConflicts: true);
        wire.Advance(TimeSpan.FromSeconds(1.5));
        wire.InjectArp(queue, ArpOperation.Request, OtherMac, StackOnWire.Own, Other);
        Assert.All(wire.Interfaces, networkInterface => Assert.Equal(AddressState.Conflict, networkInterface.Addresses[0].State));
    }

    [Theory]
    [InlineData(0), InlineData(1)]
    public void An_address_in_use_is_defended_once_whichever_queue_hears_of_it(int queue)
    {
        using ShardsOnWire wire = new();
        wire.InjectArp(queue, ArpOperation.Request, OtherMac, StackOnWire.Own, StackOnWire.Own);
        Assert.Single(wire.TakeFrames(0));
        wire.AssertSilence();
        Assert.All(wire.Interfaces, networkInterface => Assert.Equal(AddressState.Usable, networkInterface.Addresses[0].State));
        Assert.All(wire.Interfaces, networkInterface => Assert.DoesNotContain(networkInterface.Neighbors.Entries, entry => entry.Address == StackOnWire.Own));
    }

    [Fact]
    public void What_the_guardian_gives_up_all_give_up()
    {
        using ShardsOnWire wire = new(3, options: new NetworkStackOptions { Arp = new ArpOptions { Policy = ConflictPolicy.GiveUp } });
        wire.InjectArp(2, ArpOperation.Request, OtherMac, StackOnWire.Own, StackOnWire.Own);
        Assert.All(wire.Interfaces, networkInterface => Assert.Equal(AddressState.Conflict, networkInterface.Addresses[0].State));
    }

    private static void AssertAllKnow(ShardsOnWire wire, MacAddress mac) => Assert.All(wire.Interfaces, networkInterface =>
        Assert.Equal(mac, networkInterface.Neighbors.Entries.Single(entry => entry.Address == Other).HardwareAddress));
}
