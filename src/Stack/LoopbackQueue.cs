using StackSharp.Stack.Buffers;
using StackSharp.Stack.Network;

namespace StackSharp.Stack;

/// <summary>Packets that this stack has sent to itself, until it takes them in: never from within the call that sent them.</summary>
internal sealed class LoopbackQueue(StackBuffers buffers, int capacity) : ILoopbackQueue
{
    private readonly Queue<(PacketBuffer Packet, INetworkLink Link)> _packets = new();

    public bool IsEmpty => _packets.Count == 0;

    public int Count => _packets.Count;

    /// <summary>Packets that found the queue full or no buffer left.</summary>
    public long Dropped { get; private set; }

    /// <summary>Queues a packet that has no link header. The frame stays the caller's.</summary>
    public bool TryEnqueue(TransmitFrame packet, INetworkLink link)
    {
        PacketBuffer? copy = _packets.Count < capacity ? buffers.TryRentBuffer(packet.Length, BufferUse.Receive, "loopback") : null;
        if (copy is null)
        {
            Dropped++;
            return false;
        }
        copy.SetRange(0, packet.CopyTo(copy.Storage));
        _packets.Enqueue((copy, link));
        return true;
    }

    void ILoopbackQueue.EnqueueCopy(TransmitFrame packet, INetworkLink link) => TryEnqueue(packet, link);

    /// <summary>The oldest packet; its reference goes to the caller.</summary>
    public bool TryDequeue(out PacketBuffer packet, out INetworkLink link)
    {
        bool any = _packets.TryDequeue(out (PacketBuffer Packet, INetworkLink Link) entry);
        packet = entry.Packet;
        link = entry.Link;
        return any;
    }

    public void Clear()
    {
        while (_packets.TryDequeue(out (PacketBuffer Packet, INetworkLink Link) entry)) entry.Packet.Release();
    }
}
