using StackSharp.Stack.Transport;

namespace StackSharp.Stack;

/// <summary>The stacks, called shards, that share one device with several queues and its addresses: one for each queue.</summary>
/// <remarks>
/// Each shard is a <see cref="NetworkStack"/> of its own, with its own connections and its own lock. They share what this object has: a map
/// of the ports that each holds, which the others read, and a mailbox for each, into which the others put packets that are not their own.
/// A shard posts during its calls; <see cref="NetworkStack.TakeMailed"/> says to whom, and these then look into their mailbox in
/// <see cref="NetworkStack.OnEntryEnd"/>. So nobody enters two shards at once.
/// </remarks>
public sealed class ShardGroup
{
    /// <summary>Most shards of a group: as many as a word has bits.</summary>
    public const int MaximumShards = 64;

    private readonly PortMap[] _tcpPorts;
    private readonly PortMap[] _udpPorts;
    private readonly ShardMailbox[] _mailboxes;

    /// <param name="count">Shards, 1..64.</param>
    /// <param name="mailboxPackets">Packets that may wait from one shard to another; rounded up to a power of two. Further ones are dropped and counted.</param>
    public ShardGroup(int count, int mailboxPackets = 1024)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaximumShards);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mailboxPackets);
        Count = count;
        _tcpPorts = [.. Enumerable.Range(0, count).Select(_ => new PortMap())];
        _udpPorts = [.. Enumerable.Range(0, count).Select(_ => new PortMap())];
        _mailboxes = [.. Enumerable.Range(0, count).Select(_ => new ShardMailbox(count, mailboxPackets))];
    }

    /// <summary>Shards.</summary>
    public int Count { get; }

    internal ulong Everybody => ulong.MaxValue >> (MaximumShards - Count);

    internal ShardMailbox MailboxOf(int shard) => _mailboxes[shard];

    internal PortMap TcpPortsOf(int shard) => _tcpPorts[shard];

    internal PortMap UdpPortsOf(int shard) => _udpPorts[shard];

    /// <summary>The shards, one bit each, that hold a TCP port.</summary>
    internal ulong HoldersOfTcp(ushort port) => HoldersOf(_tcpPorts, port);

    internal ulong HoldersOfUdp(ushort port) => HoldersOf(_udpPorts, port);

    private static ulong HoldersOf(PortMap[] maps, ushort port)
    {
        ulong holders = 0;
        for (int i = 0; i < maps.Length; i++)
            if (maps[i].Contains(port)) holders |= 1UL << i;
        return holders;
    }
}

/// <summary>Which shard of which group a stack is.</summary>
public sealed record ShardPlace
{
    /// <param name="group">The group, the same object for all of them.</param>
    /// <param name="index">0 to <see cref="ShardGroup.Count"/> - 1, each once. Interfaces and addresses are to be the same on all, added in the
    /// same order; shard 0 probes, announces and defends addresses for all.</param>
    /// <exception cref="ArgumentOutOfRangeException">The group has no such shard.</exception>
    public ShardPlace(ShardGroup group, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, group.Count);
        Group = group;
        Index = index;
    }

    public ShardGroup Group { get; }

    public int Index { get; }
}
