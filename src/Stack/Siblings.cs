using System.Numerics;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Network;
using StackSharp.Stack.Transport;

namespace StackSharp.Stack;

/// <summary>The other shards of the group, as one of them sees them.</summary>
internal sealed class Siblings(ShardPlace place, ShardStatistics statistics)
{
    /// <summary>Of a copy: nobody else is to be asked.</summary>
    private const ulong AskedAll = ulong.MaxValue;

    private readonly ShardGroup _group = place.Group;
    private readonly int _index = place.Index;
    private ulong _mailed;

    /// <summary>The one shard that probes, announces and defends addresses.</summary>
    public bool IsGuardian => _index == 0;

    public ShardMailbox Mailbox => _group.MailboxOf(_index);

    public PortShare TcpShare => new(_index, _group.Count, _group.TcpPortsOf(_index));

    public PortShare UdpShare => new(_index, _group.Count, _group.UdpPortsOf(_index));

    public PortShare EchoShare => new(_index, _group.Count, null);

    /// <summary>All the others, one bit each.</summary>
    public ulong Others => _group.Everybody & ~Self;

    private ulong Self => 1UL << _index;

    /// <summary>The shard whose share a port, or an echo identifier, is in.</summary>
    public ulong OwnerOf(ushort port) => 1UL << (port % _group.Count);

    public ulong HoldersOfTcp(ushort port) => _group.HoldersOfTcp(port);

    public ulong HoldersOfUdp(ushort port) => _group.HoldersOfUdp(port);

    /// <summary>Siblings that got something since the last call.</summary>
    public ulong TakeMailed()
    {
        ulong mailed = _mailed;
        _mailed = 0;
        return mailed;
    }

    /// <summary>Hands a packet that has no endpoint here to a sibling that has not been asked yet: to the port's owner if there is a choice.</summary>
    /// <param name="candidates">Who may have one, one bit each.</param>
    /// <returns>False: there is nobody left to ask. True: it is on its way, or dropped and counted.</returns>
    public bool TryHandOver(in IpPacket packet, ulong candidates, ushort localPort)
    {
        ulong asked = packet.AskedShards | Self;
        ulong left = candidates & ~asked;
        while (left != 0)
        {
            ulong first = left & OwnerOf(localPort);
            int next = BitOperations.TrailingZeroCount(first != 0 ? first : left);
            left &= ~(1UL << next);
            if (_group.MailboxOf(next).IsClosed) continue;
            if (Post(next, Describe(packet, asked))) statistics.HandedOver++;
            return true;
        }
        return false;
    }

    /// <summary>Gives siblings a copy of a broadcast or multicast packet.</summary>
    /// <returns>False: there is none among them.</returns>
    public bool Copy(in IpPacket packet, ulong receivers)
    {
        receivers &= Others;
        if (packet.AskedShards != 0 || receivers == 0) return false;
        CopyTo(receivers, Describe(packet, AskedAll));
        return true;
    }

    /// <summary>Shows siblings an ARP packet, for them to learn from.</summary>
    public void CopyArp(NetworkInterface networkInterface, PacketBuffer buffer, int offset, int length) =>
        CopyTo(Others, new ShardPacket(true, networkInterface.Index, buffer, offset, length, false, false, AskedAll));

    public void Tell(ShardNotice notice)
    {
        for (ulong left = Others; left != 0; left &= left - 1) _group.MailboxOf(BitOperations.TrailingZeroCount(left)).Post(notice);
        _mailed |= Others;
    }

    /// <summary>The shard ends: what siblings send it is released.</summary>
    public void Close() => Mailbox.Close();

    private void CopyTo(ulong receivers, in ShardPacket packet)
    {
        for (; receivers != 0; receivers &= receivers - 1)
            if (Post(BitOperations.TrailingZeroCount(receivers), packet)) statistics.Copied++;
    }

    private bool Post(int shard, in ShardPacket packet)
    {
        packet.Buffer.AddReference();
        // Before the outcome is known: its shard may have to release what slipped in while it ended.
        _mailed |= 1UL << shard;
        if (_group.MailboxOf(shard).TryPost(_index, packet)) return true;
        packet.Buffer.Release();
        statistics.Dropped++;
        return false;
    }

    private static ShardPacket Describe(in IpPacket packet, ulong asked) => new(
        false, packet.Link.Index, packet.Buffer, packet.HeaderOffset, packet.HeaderLength + packet.PayloadLength,
        packet.IsBroadcast, packet.IsMulticast, asked);
}
