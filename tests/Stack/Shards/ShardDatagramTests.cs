using StackSharp.Stack.Buffers;
using StackSharp.Stack.Network;
using StackSharp.Stack.Network.Icmp;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Echo;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Tests.Drivers;
using StackSharp.Tests.Stack.Network;
using StackSharp.Tests.TestKit.Packets;
using Xunit;

namespace StackSharp.Tests.Stack.Shards;

/// <summary>UDP, ICMP echo and fragments over several shards.</summary>
public sealed class ShardDatagramTests
{
    private static readonly IpAddress Group = IpAddress.FromIpv4(239, 1, 2, 3);

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2)]
    public void A_socket_of_one_shard_is_reached_from_every_queue(int home)
    {
        using ShardsOnWire wire = new(3);
        UdpEndpoint endpoint = Bind(wire, home, 53);
        for (int queue = 0; queue < 3; queue++) wire.InjectIpv4(queue, StackOnWire.Udp(53, [(byte)queue]));
        AssertReceived(endpoint, 0, 1, 2);
        wire.AssertSilence();
        Assert.Equal(0, wire.Stacks.Sum(stack => stack.Statistics.Udp.NoPorts));
        Assert.Equal(3, wire.Stacks.Sum(stack => stack.Statistics.Udp.InDatagrams));
    }

    [Fact]
    public void Sockets_of_all_shards_on_one_port_get_what_comes_in_on_their_queue()
    {
        using ShardsOnWire wire = new(3);
        UdpEndpoint[] endpoints = [.. Enumerable.Range(0, 3).Select(home => Bind(wire, home, 53))];
        for (int queue = 0; queue < 3; queue++) wire.InjectIpv4(queue, StackOnWire.Udp(53, [(byte)queue]));
        for (int home = 0; home < 3; home++) AssertReceived(endpoints[home], (byte)home);
    }

    [Fact]
    public void A_closed_port_is_answered_once_and_at_once()
    {
        using ShardsOnWire wire = new(3);
        Bind(wire, 2, 53).Close();
        wire.InjectIpv4(1, StackOnWire.Udp(53, [1]));
        Icmpv4Header answer = StackOnWire.IcmpOf(Assert.Single(wire.TakeIpv4(1)));
        Assert.Equal((Icmpv4Type.DestinationUnreachable, (byte)Icmpv4UnreachableCode.Port), (answer.Type, answer.Code));
        wire.AssertSilence();
        Assert.Equal(1, wire.Stacks.Sum(stack => stack.Statistics.Udp.NoPorts));
        Assert.Equal(0, wire.Stacks[1].Statistics.Shard.HandedOver);
    }

    /// <summary>The port is held elsewhere, but by a socket that is connected to somebody else.</summary>
    [Fact]
    public void The_last_shard_to_be_asked_answers()
    {
        using ShardsOnWire wire = new(3);
        Bind(wire, 2, 53).Connect(new IpEndpoint(IpAddress.FromIpv4(198, 18, 0, 99), 1));
        wire.InjectIpv4(1, StackOnWire.Udp(53, [1]));
        Assert.Equal(Icmpv4Type.DestinationUnreachable, StackOnWire.IcmpOf(Assert.Single(wire.TakeIpv4(2))).Type);
        wire.AssertSilence();
    }

    [Theory]
    [InlineData("198.18.0.255"), InlineData("255.255.255.255")]
    public void A_broadcast_reaches_each_socket_once(string destination)
    {
        using ShardsOnWire wire = new(3);
        UdpEndpoint[] endpoints = [Bind(wire, 0, 67), Bind(wire, 2, 67), Bind(wire, 2, 68)];
        for (int queue = 0; queue < 3; queue++) wire.InjectIpv4(queue, StackOnWire.Udp(67, [(byte)queue], IpAddress.Parse(destination)));
        AssertReceived(endpoints[0], 0, 1, 2);
        AssertReceived(endpoints[1], 0, 1, 2);
        AssertReceived(endpoints[2]);
        wire.AssertSilence();
        Assert.Equal(0, wire.Stacks.Sum(stack => stack.Statistics.Udp.NoPorts));
    }

    [Fact]
    public void A_group_joined_on_one_shard_is_received_on_every_queue_until_it_is_left()
    {
        using ShardsOnWire wire = new(3);
        UdpEndpoint endpoint = Bind(wire, 1, 5353);
        Assert.Equal(TransportError.None, endpoint.JoinGroup(Group, wire.Interfaces[1].Index));
        wire.Settle();
        for (int queue = 0; queue < 3; queue++) wire.InjectIpv4(queue, StackOnWire.Udp(5353, [(byte)queue], Group));
        AssertReceived(endpoint, 0, 1, 2);
        Assert.Equal(TransportError.None, endpoint.LeaveGroup(Group, 0));
        wire.Settle();
        for (int queue = 0; queue < 3; queue++) wire.InjectIpv4(queue, StackOnWire.Udp(5353, [(byte)queue], Group));
        AssertReceived(endpoint);
        Assert.All(wire.Interfaces, networkInterface => Assert.Equal(1, networkInterface.Statistics.Drops(StackSharp.Stack.Link.LinkDropReason.MulticastNotJoined)));
    }

    [Fact]
    public void What_one_shard_sends_to_a_group_or_to_all_its_siblings_hear_once()
    {
        using ShardsOnWire wire = new();
        UdpEndpoint sender = Bind(wire, 0, 5000);
        sender.Options = sender.Options with { Broadcast = true };
        UdpEndpoint listener = Bind(wire, 1, 5353);
        listener.JoinGroup(Group, wire.Interfaces[1].Index);
        wire.Settle();
        sender.Send([1], new IpEndpoint(Group, 5353), wire.Now);
        sender.Send([2], new IpEndpoint(IpAddress.FromIpv4(198, 18, 0, 255), 5353), wire.Now);
        wire.Settle();
        AssertReceived(listener, 1, 2);
    }

    [Fact]
    public void A_datagram_put_together_on_one_queue_reaches_a_socket_of_another()
    {
        using ShardsOnWire wire = new();
        UdpEndpoint endpoint = Bind(wire, 1, 53);
        byte[] payload = [.. Enumerable.Range(0, 4000).Select(i => (byte)i)];
        wire.InjectIpv4(0, [.. PacketBuilder.Fragments(StackOnWire.Udp(53, payload), 1, 1480, 2960)]);
        Assert.Equal(TransportError.None, endpoint.TryReceive(false, out UdpDatagram datagram));
        Assert.Equal(payload, datagram.Payload.Span.ToArray());
        datagram.Payload.Buffer.Release();
    }

    [Fact]
    public void An_ICMP_error_finds_the_socket_that_it_quotes()
    {
        using ShardsOnWire wire = new(3);
        UdpEndpoint endpoint = Bind(wire, 2, 0);
        Assert.Equal(2, endpoint.Local.Port % 3);
        endpoint.Connect(new IpEndpoint(StackOnWire.Peer, 99));
        endpoint.Send([1], null, wire.Now);
        byte[] sent = Assert.Single(wire.TakeIpv4(2));
        wire.InjectIpv4(0, PacketBuilder.Icmp(
            StackOnWire.Peer, StackOnWire.Own, Icmpv4Type.DestinationUnreachable, (byte)Icmpv4UnreachableCode.Port, 0, sent));
        Assert.Equal(TransportError.ConnectionReset, endpoint.Error);
    }

    [Fact]
    public void Echo_requests_are_answered_where_they_come_and_replies_find_who_asked()
    {
        using ShardsOnWire wire = new(3);
        wire.InjectIpv4(1, StackOnWire.EchoRequest([1]));
        Assert.Equal(Icmpv4Type.EchoReply, StackOnWire.IcmpOf(Assert.Single(wire.TakeIpv4(1))).Type);
        for (int home = 0; home < 3; home++)
        {
            wire.Stacks[home].OpenEcho(this, out EchoEndpoint? echo);
            Assert.Equal(home, echo!.Identifier % 3);
            echo.SendEcho(StackOnWire.Peer, 5, "data"u8, 0, false, wire.Now);
            wire.TakeFrames(home);
            wire.InjectIpv4((home + 2) % 3, PacketBuilder.Echo(Icmpv4Type.EchoReply, StackOnWire.Peer, StackOnWire.Own, echo.Identifier, 5, "data"u8));
            Assert.True(echo.TryReceive(out EchoReply reply));
            Assert.Equal((EchoOutcome.Reply, true), (reply.Outcome, reply.IsDataIntact));
        }
        wire.InjectIpv4(0, PacketBuilder.Echo(Icmpv4Type.EchoReply, StackOnWire.Peer, StackOnWire.Own, 1, 5, "data"u8));
        Assert.Equal(1, wire.Stacks.Sum(stack => stack.Statistics.Icmp.Drops(IcmpDropReason.UnexpectedReply)));
    }

    [Fact]
    public void A_full_mailbox_loses_what_comes_then_counts_it_and_keeps_no_memory()
    {
        using ShardsOnWire wire = new(2, mailboxPackets: 16);
        UdpEndpoint endpoint = Bind(wire, 1, 53);
        byte[][] frames = [.. Enumerable.Range(0, 20).Select(i => ShardsOnWire.Frame(StackOnWire.Udp(53, [(byte)i])))];
        wire.Post(0, frames);
        Assert.Equal((16, 4), (wire.Stacks[0].Statistics.Shard.HandedOver, wire.Stacks[0].Statistics.Shard.Dropped));
        wire.Settle();
        Assert.Equal(16, Received(endpoint).Count);
        wire.AssertSilence();   // What was lost may have had a socket: no Port Unreachable.
    }

    [Fact]
    public void A_shard_that_ended_gets_no_mail_and_holds_none()
    {
        using ShardsOnWire wire = new();
        Bind(wire, 1, 53);
        wire.Post(0, ShardsOnWire.Frame(StackOnWire.Udp(53, [1])));
        wire.Stacks[1].Shutdown(wire.Now);
        wire.Post(0, ShardsOnWire.Frame(StackOnWire.Udp(53, [2])));
        wire.Settle();
        Assert.Equal(Icmpv4Type.DestinationUnreachable, StackOnWire.IcmpOf(Assert.Single(wire.TakeIpv4(0))).Type);
        Assert.Equal(0, wire.Stacks[0].OutstandingBuffers);
    }

    /// <summary>A peer puts pieces together by source, destination, protocol and this number: two shards must not use the same.</summary>
    [Theory]
    [InlineData(2), InlineData(3), InlineData(64)]
    public void Shards_use_different_identifications(int shards)
    {
        HashSet<ushort>[] used = [.. Enumerable.Range(0, shards).Select(index =>
        {
            IdentificationSource source = new((ulong)index * 7919, (ulong)index * 104_729, index, shards);
            return Enumerable.Range(0, 3000).Select(_ => source.Next(StackOnWire.Own, StackOnWire.Peer, IpProtocol.Udp)).ToHashSet();
        })];
        Assert.Equal(used.Sum(set => set.Count), used.SelectMany(set => set).Distinct().Count());
        Assert.All(used, set => Assert.InRange(set.Count, 65536 / 128, 3000));
    }

    [Fact]
    public void Handing_over_allocates_nothing()
    {
        using ShardsOnWire wire = new();
        UdpEndpoint endpoint = Bind(wire, 1, 53);
        byte[] frame = ShardsOnWire.Frame(StackOnWire.Udp(53, new byte[100]));
        PacketBuffer[] buffers = new PacketBuffer[1];
        int received = 0;
        void HandOver(int count)
        {
            for (int i = 0; i < count; i++)
            {
                buffers[0] = wire.Stacks[0].RentReceiveBuffer(wire.Interfaces[0])!;
                frame.CopyTo(buffers[0].Storage);
                buffers[0].SetRange(0, frame.Length);
                wire.Stacks[0].OnFrames(wire.Interfaces[0], buffers, wire.Now);
                buffers[0].Release();
                if (wire.Stacks[0].TakeMailed() != 0) wire.Stacks[1].OnEntryEnd(wire.Now);
                wire.Stacks[1].Ready.Take()?.TakeEvents();
                if (endpoint.TryReceive(false, out UdpDatagram datagram) != TransportError.None) continue;
                received++;
                datagram.Payload.Buffer.Release();
            }
        }
        HandOver(2000);   // Everything is compiled and every pool filled.
        int runs = Allocations.MustBeNoneInWindow(() => HandOver(10_000));
        Assert.Equal(2_000 + (runs * 10_000), received);
    }

    private static UdpEndpoint Bind(ShardsOnWire wire, int home, ushort port)
    {
        UdpEndpoint endpoint = wire.Stacks[home].Udp.Create(wire);
        Assert.Equal(TransportError.None, endpoint.Bind(new IpEndpoint(IpAddress.AnyIpv4, port), PortSharing.Default));
        return endpoint;
    }

    private static void AssertReceived(UdpEndpoint endpoint, params byte[] expected) => Assert.Equal(expected, Received(endpoint).Order().ToArray());

    /// <summary>The first octet of each datagram that waits.</summary>
    private static List<byte> Received(UdpEndpoint endpoint)
    {
        List<byte> first = [];
        while (endpoint.TryReceive(false, out UdpDatagram datagram) == TransportError.None)
        {
            first.Add(datagram.Payload.Span[0]);
            datagram.Payload.Buffer.Release();
        }
        return first;
    }
}
