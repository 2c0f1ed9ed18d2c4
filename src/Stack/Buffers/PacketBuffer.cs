using System.Runtime.CompilerServices;

namespace StackSharp.Stack.Buffers;

/// <summary>Bytes of one frame, or a piece of a byte stream, in pooled native memory.</summary>
/// <remarks>
/// Reference counted: <see cref="BufferPool.TryRent"/> hands out the first reference, every further holder takes one with
/// <see cref="AddReference"/>, and whoever drops the last one returns the memory. Releasing is safe on any thread; all else
/// belongs to whoever holds the buffer.
/// </remarks>
public sealed unsafe class PacketBuffer : IReturnable<PacketBuffer>
{
    private readonly byte* _memory;
    private int _references;
    private int _start;
    private int _length;

    internal PacketBuffer(BufferPool pool, byte* memory, int capacity)
    {
        Pool = pool;
        _memory = memory;
        Capacity = capacity;
    }

    /// <summary>Where the memory comes from and goes back to.</summary>
    public BufferPool Pool { get; }

    /// <summary>All the bytes there are, in octets.</summary>
    public int Capacity { get; }

    /// <summary>Offset of the first valid octet.</summary>
    public int Start => _start;

    /// <summary>Number of valid octets.</summary>
    public int Length => _length;

    /// <summary>The valid octets.</summary>
    public Span<byte> Span => new(_memory + _start, _length);

    /// <summary>All of the memory, valid or not.</summary>
    public Span<byte> Storage => new(_memory, Capacity);

    /// <summary>Address of <see cref="Storage"/>, for system calls. Valid while a reference is held.</summary>
    public byte* Address => _memory;

    /// <summary>What the device says of a received frame.</summary>
    public ReceiveOffload Offload { get; set; }

    PacketBuffer? IReturnable<PacketBuffer>.NextReturned { get; set; }

    internal string? Owner { get; set; }

    internal int References => Volatile.Read(ref _references);

    /// <summary>Somebody else holds the buffer too: its memory must not be written again.</summary>
    public bool IsShared => Volatile.Read(ref _references) > 1;

    /// <summary>Names the valid octets.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range lies outside the memory.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetRange(int start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)start + (ulong)(uint)length, (ulong)Capacity, nameof(length));
        _start = start;
        _length = length;
    }

    /// <summary>One more holder.</summary>
    public PacketBuffer AddReference()
    {
        Interlocked.Increment(ref _references);
        return this;
    }

    /// <summary>One holder fewer; the last one gives the memory back to the pool. Any thread.</summary>
    /// <exception cref="InvalidOperationException">Released more often than taken: a bug in the caller.</exception>
    public void Release()
    {
        int left = Interlocked.Decrement(ref _references);
        if (left == 0) Pool.Return(this);
        else if (left < 0) ThrowReleasedTwice();
    }

    internal void Renew(int headroom)
    {
        _references = 1;
        _start = Math.Min(headroom, Capacity);
        _length = 0;
        Offload = default;
    }

    private void ThrowReleasedTwice() =>
        throw new InvalidOperationException($"A packet buffer was released more often than taken; last owner: {Owner ?? "not recorded"}.");
}
