namespace StackSharp.Stack.Buffers;

/// <summary>A bounded ring of frames between the stack, which fills it under its lock, and the one thread that writes them to the device.</summary>
public sealed class TransmitQueue
{
    private readonly TransmitFrame?[] _ring;
    private readonly uint _mask;
    private uint _head;
    private uint _tail;

    /// <param name="capacity">Frames; rounded up to a power of two.</param>
    public TransmitQueue(int capacity)
    {
        _ring = new TransmitFrame?[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity)];
        _mask = (uint)_ring.Length - 1;
    }

    /// <summary>Frames waiting.</summary>
    public int Count => (int)(Volatile.Read(ref _tail) - Volatile.Read(ref _head));

    public bool IsEmpty => Count == 0;

    /// <summary>Appends; false when the ring is full (the caller keeps the frame). One producer at a time.</summary>
    public bool TryEnqueue(TransmitFrame frame)
    {
        uint tail = _tail;
        if (tail - Volatile.Read(ref _head) > _mask) return false;
        _ring[tail & _mask] = frame;
        Volatile.Write(ref _tail, tail + 1);
        return true;
    }

    /// <summary>Moves up to <c>frames.Length</c> of the oldest frames out. One consumer at a time.</summary>
    public int Dequeue(Span<TransmitFrame> frames)
    {
        uint head = _head;
        int count = (int)Math.Min((uint)frames.Length, Volatile.Read(ref _tail) - head);
        for (int i = 0; i < count; i++)
        {
            frames[i] = _ring[(head + (uint)i) & _mask]!;
            _ring[(head + (uint)i) & _mask] = null;
        }
        Volatile.Write(ref _head, head + (uint)count);
        return count;
    }
}
