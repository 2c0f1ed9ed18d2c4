using System.Runtime.InteropServices;

namespace StackSharp.Stack.Buffers;

/// <summary>Frames for sending. Rented by one thread at a time (under the stack's lock), returned by any.</summary>
public sealed unsafe class TransmitFramePool(int maximumFrames) : IDisposable
{
    private const int PerSlab = 256;
    private const int Stride = TransmitFrame.HeaderCapacity;
    private readonly List<nint> _slabs = [];
    private ReturnStack<TransmitFrame> _returned;
    private int _created;
    private int _outstanding;
    private bool _disposed;

    /// <summary>Frames that somebody holds now.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>An empty frame; null when <c>maximumFrames</c> are in use.</summary>
    public TransmitFrame? TryRent()
    {
        if (_disposed) return null;
        TransmitFrame? frame = _returned.Pop();
        if (frame is null)
        {
            if (_created >= maximumFrames) return null;
            Grow();
            frame = _returned.Pop()!;
        }
        Interlocked.Increment(ref _outstanding);
        frame.Renew();
        return frame;
    }

    // Counted last: whoever sees that nothing is outstanding may free the memory.
    internal void Return(TransmitFrame frame)
    {
        if (Outstanding <= 0) throw new InvalidOperationException("A frame was released twice.");
        _returned.Push(frame);
        Interlocked.Decrement(ref _outstanding);
    }

    /// <summary>Frees the header memory. Nobody may hold a frame any more.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _returned.Clear();
        foreach (nint slab in _slabs) NativeMemory.AlignedFree((void*)slab);
        _slabs.Clear();
    }

    private void Grow()
    {
        int count = Math.Min(PerSlab, maximumFrames - _created);
        byte* slab = (byte*)NativeMemory.AlignedAlloc((nuint)(count * Stride), 64);
        _slabs.Add((nint)slab);
        for (int i = count - 1; i >= 0; i--) _returned.Push(new TransmitFrame(this, slab + i * Stride));
        _created += count;
    }
}
