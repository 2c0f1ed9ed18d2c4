using StackSharp.Stack;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.Stack.Network;
using StackSharp.Tests.TestKit.Packets;
using Xunit;

namespace StackSharp.Tests.Stack.Shards;

/// <summary>TCP over several shards: a connection has one home, and its segments find it from every queue.</summary>
public sealed class ShardTcpTests
{
    private const ushort PeerPort = 4000;

    [Theory]
    [InlineData(2), InlineData(3)]
    public void An_accepted_connection_stays_where_its_SYN_came_and_is_reached_from_every_queue(int shards)
    {
        using ShardsOnWire wire = new(shards);
        TcpListener[] listeners = [.. wire.Stacks.Select(stack => Listen(stack, 80))];
        uint ours = ShakeHands(wire, synQueue: 1, ackQueue: 0);
        Assert.Equal(1, listeners[1].AcceptableCount);
        Assert.Equal(0, listeners[0].AcceptableCount);
        for (int queue = 0; queue < shards; queue++)
        {
            wire.InjectIpv4(queue, ShardsOnWire.Segment(PeerPort, 80, TcpControlBits.Rst, 7));   // Out of the window: nothing may come of it but a count.
            Assert.Equal(queue + 1, wire.Stacks[1].Statistics.Tcp.Drops(TcpDropReason.OutOfWindow));
        }
        wire.InjectIpv4(shards - 1, ShardsOnWire.Segment(PeerPort, 80, TcpControlBits.Fin | TcpControlBits.Ack, 101, ours + 1));
        wire.Advance(TimeSpan.FromSeconds(0.1));
        TcpHeader acknowledgment = ShardsOnWire.TcpOf(Assert.Single(wire.TakeIpv4(1)));
        Assert.Equal(102u, acknowledgment.Acknowledgment.Value);
        wire.AssertSilence();
        Assert.Equal(0, wire.Stacks.Sum(stack => stack.Statistics.Tcp.OutRsts));
    }

    [Fact]
    public void Segments_are_counted_once_wherever_they_come_in()
    {
        using ShardsOnWire wire = new(3);
        foreach (NetworkStack stack in wire.Stacks) Listen(stack, 80);
        ShakeHands(wire, synQueue: 2, ackQueue: 0);
        Assert.Equal(2, wire.Stacks.Sum(stack => stack.Statistics.Tcp.InSegs));
        Assert.Equal(2, wire.Stacks.Sum(stack => stack.Statistics.Ip.InReceives));
        Assert.Equal(2, wire.Stacks.Sum(stack => stack.Statistics.Ip.InDelivers));
        Assert.Equal(0, wire.Stacks.Sum(stack => stack.Statistics.Tcp.Drops(TcpDropReason.NoEndpoint)));
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2)]
    public void A_connection_opened_on_one_shard_hears_its_answer_from_every_queue(int queue)
    {
        using ShardsOnWire wire = new(3);
        for (int home = 0; home < 3; home++)
        {
            TcpConnection connection = Connect(wire, home);
            Assert.Equal(home, connection.Local.Port % 3);
            TcpHeader syn = ShardsOnWire.TcpOf(Assert.Single(wire.TakeIpv4(home)));
            wire.InjectIpv4(queue, ShardsOnWire.Segment(
                PeerPort, connection.Local.Port, TcpControlBits.Syn | TcpControlBits.Ack, 100, syn.Sequence.Value + 1));
            Assert.Equal(TcpState.Established, connection.State);
            Assert.Equal(101u, ShardsOnWire.TcpOf(Assert.Single(wire.TakeIpv4(home))).Acknowledgment.Value);
            wire.AssertSilence();
        }
        // The port says whose it is: nobody else was asked.
        Assert.Equal(2, wire.Stacks.Sum(stack => stack.Statistics.Shard.HandedOver));
    }

    [Fact]
    public void A_listener_of_one_shard_alone_is_reached_from_every_queue()
    {
        using ShardsOnWire wire = new(3);
        TcpListener listener = Listen(wire.Stacks[2], 80);
        ShakeHands(wire, synQueue: 0, ackQueue: 1, home: 2);
        Assert.Equal(1, listener.AcceptableCount);
    }

    [Fact]
    public void A_connection_outlives_its_listener_on_every_queue()
    {
        using ShardsOnWire wire = new();
        TcpListener listener = Listen(wire.Stacks[1], 80);
        uint ours = ShakeHands(wire, synQueue: 1, ackQueue: 1);
        TcpConnection accepted = listener.TryAccept()!;
        accepted.Owner = this;
        listener.Close(wire.Now);
        wire.InjectIpv4(0, ShardsOnWire.Segment(PeerPort, 80, TcpControlBits.Fin | TcpControlBits.Ack, 101, ours + 1));
        Assert.Equal(TcpState.CloseWait, accepted.State);
        Assert.Equal(0, wire.Stacks[0].Statistics.Tcp.OutRsts);
    }

    [Fact]
    public void A_SYN_to_a_port_that_nobody_holds_is_refused_at_once()
    {
        using ShardsOnWire wire = new(3);
        wire.InjectIpv4(1, ShardsOnWire.Segment(PeerPort, 81, TcpControlBits.Syn, 100));
        Assert.True(ShardsOnWire.TcpOf(Assert.Single(wire.TakeIpv4(1))).Has(TcpControlBits.Rst));
        wire.AssertSilence();
        Assert.Equal(0, wire.Stacks[1].Statistics.Shard.HandedOver);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_segment_that_everybody_disowns_is_refused_once(bool isPortHeld)
    {
        using ShardsOnWire wire = new(4);
        if (isPortHeld) foreach (NetworkStack stack in wire.Stacks) Listen(stack, 81);
        wire.InjectIpv4(0, ShardsOnWire.Segment(PeerPort, 81, TcpControlBits.Ack, 100, 500));
        TcpHeader reset = ShardsOnWire.TcpOf(Assert.Single(Enumerable.Range(0, 4).SelectMany(wire.TakeIpv4)));
        Assert.Equal((true, 500u), (reset.Has(TcpControlBits.Rst), reset.Sequence.Value));
        Assert.Equal(3, wire.Stacks.Sum(stack => stack.Statistics.Shard.HandedOver));
        Assert.Equal(1, wire.Stacks.Sum(stack => stack.Statistics.Tcp.Drops(TcpDropReason.NoEndpoint)));
    }

    [Fact]
    public void A_reset_that_nobody_knows_goes_round_and_is_not_answered()
    {
        using ShardsOnWire wire = new(3);
        wire.InjectIpv4(0, ShardsOnWire.Segment(PeerPort, 81, TcpControlBits.Rst, 100));
        wire.AssertSilence();
        Assert.Equal(1, wire.Stacks.Sum(stack => stack.Statistics.Tcp.Drops(TcpDropReason.NoEndpoint)));
    }

    [Fact]
    public void An_ICMP_error_finds_the_connection_that_it_quotes()
    {
        using ShardsOnWire wire = new(3);
        for (int home = 0; home < 3; home++)
        {
            TcpConnection connection = Connect(wire, home);
            byte[] syn = Assert.Single(wire.TakeIpv4(home));
            wire.InjectIpv4((home + 1) % 3, Unreachable(syn));
            Assert.Equal(TransportError.ConnectionRefused, connection.Error);
            wire.InjectIpv4((home + 1) % 3, Unreachable(syn));   // Now there is none.
        }
        Assert.Equal(3, wire.Stacks.Sum(stack => stack.Statistics.Icmp.Drops(StackSharp.Stack.Network.Icmp.IcmpDropReason.NoEndpoint)));
        Assert.Equal(6, wire.Stacks.Sum(stack => stack.Statistics.Icmp.InMsgs));
    }

    [Fact]
    public void An_ICMP_error_finds_an_accepted_connection()
    {
        using ShardsOnWire wire = new(3);
        TcpListener[] listeners = [.. wire.Stacks.Select(stack => Listen(stack, 80))];
        ShakeHands(wire, synQueue: 1, ackQueue: 1);
        TcpConnection accepted = listeners[1].TryAccept()!;
        accepted.Owner = this;
        accepted.Send("x"u8, TcpSendFlags.None, wire.Now, out int _);
        byte[] data = Assert.Single(wire.TakeIpv4(1));
        wire.InjectIpv4(2, PacketBuilder.Icmp(StackOnWire.Peer, StackOnWire.Own, Icmpv4Type.DestinationUnreachable, 1, 0, data));
        Assert.Equal(TransportError.HostUnreachable, accepted.SoftError);
    }

    [Fact]
    public void Two_shards_speak_to_each_other_on_their_own_address()
    {
        using ShardsOnWire wire = new();
        TcpListener listener = Listen(wire.Stacks[1], 80);
        TcpLayer tcp = wire.Stacks[0].Tcp;
        tcp.Connect(null, new IpEndpoint(StackOnWire.Own, 80), tcp.Options.Socket, this, wire.Now, out TcpConnection? client);
        wire.Settle();
        wire.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(TcpState.Established, client!.State);
        TcpConnection server = listener.TryAccept()!;
        server.Owner = this;
        server.Send("hello"u8, TcpSendFlags.None, wire.Now, out int _);
        wire.Settle();
        byte[] received = new byte[10];
        client.Receive(received, peek: false, wire.Now, out int count);
        Assert.Equal("hello"u8, received.AsSpan(0, count));
        wire.AssertSilence();
    }

    private static TcpListener Listen(NetworkStack stack, ushort port)
    {
        Assert.Equal(TransportError.None, stack.Tcp.Bind(new IpEndpoint(IpAddress.AnyIpv4, port), PortSharing.Default, out PortBinding? binding));
        Assert.Equal(TransportError.None, stack.Tcp.Listen(binding!, 8, stack.Tcp.Options.Socket, stack, out TcpListener? listener));
        return listener!;
    }

    private static TcpConnection Connect(ShardsOnWire wire, int home)
    {
        NetworkStack stack = wire.Stacks[home];
        Assert.Equal(TransportError.None, stack.Tcp.Connect(
            null, new IpEndpoint(StackOnWire.Peer, PeerPort), stack.Tcp.Options.Socket, wire, wire.Now, out TcpConnection? connection));
        return connection!;
    }

    /// <returns>Our initial sequence number.</returns>
    private static uint ShakeHands(ShardsOnWire wire, int synQueue, int ackQueue, int? home = null)
    {
        wire.InjectIpv4(synQueue, ShardsOnWire.Segment(PeerPort, 80, TcpControlBits.Syn, 100));
        TcpHeader answer = ShardsOnWire.TcpOf(Assert.Single(wire.TakeIpv4(home ?? synQueue)));
        Assert.True(answer.Has(TcpControlBits.Syn) && answer.Has(TcpControlBits.Ack));
        wire.InjectIpv4(ackQueue, ShardsOnWire.Segment(PeerPort, 80, TcpControlBits.Ack, 101, answer.Sequence.Value + 1));
        wire.AssertSilence();
        return answer.Sequence.Value;
    }

    private static byte[] Unreachable(byte[] quoted) =>
        PacketBuilder.Icmp(StackOnWire.Peer, StackOnWire.Own, Icmpv4Type.DestinationUnreachable, (byte)Icmpv4UnreachableCode.Port, 0, quoted);
}
