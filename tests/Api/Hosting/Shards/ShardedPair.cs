using System.Net;
using System.Net.Sockets;
using StackSharp.Drivers.Memory;
using StackSharp.Hosting;
using StackSharp.Hosting.Shards;
using StackSharp.Net;
using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Api.Hosting.Shards;

/// <summary>A host of several shards, 198.18.0.1, and one of a single stack, 198.18.0.2, on one wire.</summary>
internal sealed class ShardedPair : IDisposable
{
    public static readonly IPAddress Address = IPAddress.Parse("198.18.0.1");
    public static readonly IPAddress PeerAddress = IPAddress.Parse("198.18.0.2");

    /// <param name="choose">Which queue of the sharded host a frame comes in on.</param>
    public ShardedPair(int shards, QueueChoice choose, CompletionMode mode = CompletionMode.ThreadPool)
    {
        (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair(new MemoryLinkOptions { Offload = false });
        Host = new ShardedHost(QueuedLink.Split(first, shards, choose), new StackHostOptions
        {
            CompletionMode = mode,
            Stack = new NetworkStackOptions { DebugBuffers = true },
        });
        Host.AddAddress(IpPrefix.Parse("198.18.0.1/24"));
        Peer = HostPair.NewHost();
        Peer.AddAddress(Peer.Attach(second), IpPrefix.Parse("198.18.0.2/24"));
    }

    public ShardedHost Host { get; }

    public StackHost Peer { get; }

    public IReadOnlyList<StackHost> Shards => Host.Shards;

    /// <summary>As a device that hashes both ends: all frames of a flow, and what has no ports, on one queue.</summary>
    public static uint ByFlow(ReadOnlySpan<byte> frame) => TryRead(frame, out Ipv4Header packet, out ushort source, out ushort destination)
        ? (uint)(packet.Source.Ipv4Value ^ packet.Destination.Ipv4Value ^ source ^ destination)
        : 0;

    /// <summary>Never the shard that a local port is in the share of.</summary>
    public static QueueChoice Astray(int shards) => frame => TryRead(frame, out _, out _, out ushort destination) ? (uint)(destination % shards) + 1 : 0;

    /// <summary>Any queue at all, but for what begins a connection: that goes by flow.</summary>
    public static QueueChoice AtRandom(int seed)
    {
        Random random = new(seed);
        return frame => IsFirst(frame) ? ByFlow(frame) : (uint)random.Next(1 << 16);
    }

    public static StackSocket Tcp(StackHost host) => new(host, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public static StackSocket Udp(StackHost host) => new(host, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public static StackSocket Listen(StackHost host, int port)
    {
        StackSocket listener = Tcp(host);
        listener.Bind(new IPEndPoint(IPAddress.Any, port));
        listener.Listen(64);
        return listener;
    }

    public long Sum(Func<StackStatistics, long> read) => Shards.Sum(shard => shard.ReadStatistics(read));

    /// <summary>Ends everything, and looks for memory that has not come back.</summary>
    public void Dispose()
    {
        Peer.Dispose();
        Host.Dispose();
        foreach (StackHost shard in Shards)
        {
            NetworkStack stack = shard.StackUnderLock;
            Assert.True(stack.OutstandingBuffers == 0, $"{stack.OutstandingBuffers} buffers are still out: {string.Join(", ", stack.OutstandingBufferOwners)}");
            Assert.False(shard.HasThreads);
        }
    }

    private static bool IsFirst(ReadOnlySpan<byte> frame) =>
        EthernetHeader.TryParse(frame, out EthernetHeader link, out _) && Ipv4Header.TryParse(link.Payload, out Ipv4Header packet)
        && packet.Protocol == IpProtocol.Tcp && TcpHeader.TryParse(packet.Payload, out TcpHeader header)
        && header.Has(TcpControlBits.Syn) && !header.Has(TcpControlBits.Ack);

    private static bool TryRead(ReadOnlySpan<byte> frame, out Ipv4Header packet, out ushort source, out ushort destination)
    {
        packet = default;
        source = destination = 0;
        if (!EthernetHeader.TryParse(frame, out EthernetHeader link, out _) || link.EtherType != EtherType.Ipv4
            || !Ipv4Header.TryParse(link.Payload, out packet) || packet.Protocol is not (IpProtocol.Tcp or IpProtocol.Udp)) return false;
        source = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(packet.Payload);
        destination = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(packet.Payload[2..]);
        return true;
    }
}
