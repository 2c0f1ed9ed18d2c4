using System.Runtime.InteropServices;

namespace StackSharp.Stack.Buffers;

/// <summary>Buffers of one size, cut from native slabs. Rented by one thread at a time (under the stack's lock), returned by any.</summary>
/// <remarks>Last in, first out, so that the memory in use stays in cache. Slabs are freed with the pool.</remarks>
public sealed unsafe class BufferPool : IDisposable
{
    private const byte Poison = 0xDB;
    private readonly List<nint> _slabs = [];
    private readonly int _stride;
    private readonly int _perSlab;
    private readonly int _maximumBuffers;
    private readonly int _reserve;
    private readonly bool _debug;
    private readonly List<PacketBuffer>? _everyBuffer;
    private ReturnStack<PacketBuffer> _returned;
    private int _created;
    private int _outstanding;
    private bool _disposed;

    /// <param name="bufferBytes">Octets per buffer.</param>
    /// <param name="maximumBytes">Memory that the pool may take, in octets; beyond it <see cref="TryRent"/> fails.</param>
    /// <param name="debug">Fill returned buffers with a poison pattern, check it at the next rent, and remember who rented what.</param>
    /// <param name="reserve">Buffers kept back from each <see cref="BufferUse"/> for those that are named after it; a quarter of the pool at most.</param>
    public BufferPool(int bufferBytes, long maximumBytes, bool debug = false, int reserve = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bufferBytes);
        BufferBytes = bufferBytes;
        // Buffers that start a multiple of 4 KiB apart would all compete for the same cache sets.
        _stride = ((bufferBytes + 63) & ~63) + (((bufferBytes + 63) & ~63) % 4096 == 0 ? 64 : 0);
        _perSlab = Math.Max(1, (1 << 20) / _stride);
        _maximumBuffers = (int)Math.Min(int.MaxValue, Math.Max(1, maximumBytes / _stride));
        _reserve = Math.Clamp(reserve, 0, _maximumBuffers / 4);
        _debug = debug;
        _everyBuffer = debug ? [] : null;
    }

    /// <summary>Octets per buffer.</summary>
    public int BufferBytes { get; }

    /// <summary>Buffers that somebody holds now.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>Native memory taken, in octets.</summary>
    public long AllocatedBytes => (long)_created * _stride;

    /// <summary>More than half of the pool is free.</summary>
    internal bool IsPlentiful => Outstanding <= _maximumBuffers / 2;

    /// <summary>How much of what the pool may have is in use.</summary>
    public MemoryState State => IsPlentiful ? MemoryState.Low : Outstanding <= _maximumBuffers - _maximumBuffers / 4 ? MemoryState.Pressure : MemoryState.High;

    /// <summary>A buffer with one reference, empty, its range starting at <paramref name="headroom"/>; null when what the pool has for such a use is spent, or
    /// the pool is disposed.</summary>
    /// <param name="owner">For debug mode: what the buffer is for.</param>
    public PacketBuffer? TryRent(int headroom = 0, string? owner = null, BufferUse use = BufferUse.Receive)
    {
        if (_disposed || (use != BufferUse.Receive && Outstanding >= LimitOf(use))) return null;
        PacketBuffer? buffer = _returned.Pop();
        if (buffer is null)
        {
            if (_created >= _maximumBuffers) return null;
            Grow();
            buffer = _returned.Pop()!;
        }
        Interlocked.Increment(ref _outstanding);
        if (_debug) CheckPoison(buffer, owner);
        buffer.Renew(headroom);
        return buffer;
    }

    /// <summary>A buffer that is rented already may be kept for such a use.</summary>
    internal bool MayHold(BufferUse use) => Outstanding <= LimitOf(use);

    // Counted last: whoever sees that nothing is outstanding may free the memory.
    internal void Return(PacketBuffer buffer)
    {
        if (_debug && !_disposed) buffer.Storage.Fill(Poison);
        _returned.Push(buffer);
        Interlocked.Decrement(ref _outstanding);
    }

    /// <summary>In debug mode, who rented each buffer that has not come back.</summary>
    public IEnumerable<string> OutstandingOwners() =>
        _everyBuffer?.Where(buffer => buffer.References > 0).Select(buffer => buffer.Owner ?? "?") ?? [];

    /// <summary>Frees all slabs. Nobody may hold a buffer any more.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _returned.Clear();
        foreach (nint slab in _slabs) NativeMemory.AlignedFree((void*)slab);
        _slabs.Clear();
    }

    private int LimitOf(BufferUse use) => use switch
    {
        BufferUse.Queued => _maximumBuffers - 2 * _reserve,
        BufferUse.Progress => _maximumBuffers - _reserve,
        _ => _maximumBuffers,
    };

    private void Grow()
    {
        int count = Math.Min(_perSlab, _maximumBuffers - _created);
        byte* slab = (byte*)NativeMemory.AlignedAlloc((nuint)((long)count * _stride), 64);
        _slabs.Add((nint)slab);
        for (int i = count - 1; i >= 0; i--)
        {
            PacketBuffer buffer = new(this, slab + (long)i * _stride, BufferBytes);
            if (_debug) buffer.Storage.Fill(Poison);
            _everyBuffer?.Add(buffer);
            _returned.Push(buffer);
        }
        _created += count;
    }

    private static void CheckPoison(PacketBuffer buffer, string? owner)
    {
        if (buffer.Storage.IndexOfAnyExcept(Poison) >= 0)
            throw new InvalidOperationException($"A packet buffer was written after it was released; last owner: {buffer.Owner ?? "not recorded"}.");
        buffer.Owner = owner;
    }
}
