using System.Collections.Concurrent;
using System.Numerics;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Network;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack;

/// <summary>A packet on its way from one shard to another.</summary>
/// <param name="IsArp">ARP; otherwise IP.</param>
/// <param name="InterfaceIndex">Where it arrived.</param>
/// <param name="Buffer">With a reference of its own.</param>
/// <param name="Offset">First octet of the packet in the buffer's storage.</param>
/// <param name="Length">Octets.</param>
/// <param name="AskedShards">Who has been asked already, one bit each.</param>
internal readonly record struct ShardPacket(
    bool IsArp, int InterfaceIndex, PacketBuffer Buffer, int Offset, int Length, bool IsBroadcast, bool IsMulticast, ulong AskedShards);

/// <summary>What shards tell each other.</summary>
internal enum ShardNoticeKind
{
    /// <summary>An endpoint of the sender wants what is sent to a group, whichever queue it comes in on.</summary>
    GroupJoined,
    GroupLeft,

    /// <summary>The guardian has found an address free, or lost it.</summary>
    AddressState,
}

/// <summary>Rare, and not to be lost: such notices come of calls and of address conflicts, not of traffic.</summary>
internal sealed record ShardNotice(ShardNoticeKind Kind, int InterfaceIndex, IpAddress Address, AddressState State = default);

/// <summary>What waits for one shard: a ring from each sibling, made when it first posts. Siblings post under their own locks, its shard takes under its own.</summary>
internal sealed class ShardMailbox(int shards, int packets)
{
    private readonly Ring?[] _rings = new Ring?[shards];
    private readonly ConcurrentQueue<ShardNotice> _notices = new();
    private ulong _senders;
    private bool _isClosed;

    /// <summary>The shard has ended: nothing more is taken.</summary>
    public bool IsClosed => Volatile.Read(ref _isClosed);

    public bool IsEmpty => Volatile.Read(ref _senders) == 0 && _notices.IsEmpty;

    /// <returns>False: no room, or closed; the packet stays the sender's.</returns>
    public bool TryPost(int sender, in ShardPacket packet)
    {
        if (IsClosed) return false;
        Ring ring = _rings[sender] ??= new Ring(packets);
        if (!ring.TryEnqueue(packet)) return false;
        // After the packet: whoever sees the bit sees it too.
        Interlocked.Or(ref _senders, 1UL << sender);
        return true;
    }

    public void Post(ShardNotice notice)
    {
        if (!IsClosed) _notices.Enqueue(notice);
    }

    /// <summary>Those with packets waiting, one bit each; asked once.</summary>
    public ulong TakeSenders() => Volatile.Read(ref _senders) == 0 ? 0 : Interlocked.Exchange(ref _senders, 0);

    /// <summary>Packets of one sender now.</summary>
    public int CountFrom(int sender) => _rings[sender]!.Count;

    /// <summary>The sender's oldest packet; its reference goes to the caller.</summary>
    public bool TryTake(int sender, out ShardPacket packet) => _rings[sender]!.TryDequeue(out packet);

    public bool TryTake(out ShardNotice? notice) => _notices.TryDequeue(out notice);

    /// <summary>Takes nothing more in, and lets go of what waits. A sender that was just at it may still leave something: to be called again after it.</summary>
    public void Close()
    {
        Volatile.Write(ref _isClosed, true);
        _notices.Clear();
        Interlocked.Exchange(ref _senders, 0);
        foreach (Ring? ring in _rings)
            while (ring is not null && ring.TryDequeue(out ShardPacket packet)) packet.Buffer.Release();
    }

    /// <summary>From one thread at a time to one thread at a time.</summary>
    private sealed class Ring(int capacity)
    {
        private readonly ShardPacket[] _packets = new ShardPacket[BitOperations.RoundUpToPowerOf2((uint)capacity)];
        private uint _head;
        private uint _tail;

        public int Count => (int)(Volatile.Read(ref _tail) - _head);

        public bool TryEnqueue(in ShardPacket packet)
        {
            uint tail = _tail;
            if (tail - Volatile.Read(ref _head) == (uint)_packets.Length) return false;
            _packets[tail & (uint)(_packets.Length - 1)] = packet;
            Volatile.Write(ref _tail, tail + 1);
            return true;
        }

        public bool TryDequeue(out ShardPacket packet)
        {
            packet = default;
            uint head = _head;
            if (head == Volatile.Read(ref _tail)) return false;
            ref ShardPacket slot = ref _packets[head & (uint)(_packets.Length - 1)];
            packet = slot;
            slot = default;
            Volatile.Write(ref _head, head + 1);
            return true;
        }
    }
}
