using System.Runtime.CompilerServices;

namespace StackSharp.Stack.Buffers;

/// <summary>A frame on its way out: headers written back to front in memory of its own, and payload by reference.</summary>
/// <remarks>Has one owner at a time. Rented from a <see cref="TransmitFramePool"/>, returned by <see cref="Release"/> on any thread.</remarks>
public sealed unsafe class TransmitFrame : IReturnable<TransmitFrame>
{
    /// <summary>Room for the largest link, network and transport headers together, in octets.</summary>
    public const int HeaderCapacity = 192;

    /// <summary>Most pieces of payload that one frame refers to.</summary>
    public const int MaximumSlices = 18;

    private readonly TransmitFramePool _pool;
    private readonly byte* _headers;
    private int _headerStart;
    private Slices _slices;

    internal TransmitFrame(TransmitFramePool pool, byte* headers)
    {
        _pool = pool;
        _headers = headers;
    }

    /// <summary>The header octets written so far.</summary>
    public Span<byte> Header => new(_headers + _headerStart, HeaderCapacity - _headerStart);

    /// <summary>Address of <see cref="Header"/>, for system calls.</summary>
    public byte* HeaderAddress => _headers + _headerStart;

    /// <summary>Octets in <see cref="Header"/>.</summary>
    public int HeaderLength => HeaderCapacity - _headerStart;

    /// <summary>Pieces of payload.</summary>
    public int SliceCount { get; private set; }

    /// <summary>Octets in all pieces of payload.</summary>
    public int PayloadLength { get; private set; }

    /// <summary>Octets of the whole frame.</summary>
    public int Length => HeaderLength + PayloadLength;

    /// <summary>What is left to the device.</summary>
    public TransmitOffload Offload { get; set; }

    TransmitFrame? IReturnable<TransmitFrame>.NextReturned { get; set; }

    /// <summary>The pieces of payload, in order.</summary>
    public ReadOnlySpan<PacketSlice> Payload => ((ReadOnlySpan<PacketSlice>)_slices)[..SliceCount];

    /// <summary>Room for <paramref name="octets"/> in front of what is there.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The headers exceed <see cref="HeaderCapacity"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Prepend(int octets)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)octets, (uint)_headerStart, nameof(octets));
        _headerStart -= octets;
        return new Span<byte>(_headers + _headerStart, octets);
    }

    /// <summary>Adds a piece of payload and takes over the caller's reference to its buffer.</summary>
    /// <exception cref="InvalidOperationException">The frame has <see cref="MaximumSlices"/> pieces already.</exception>
    public void Append(PacketSlice slice)
    {
        if (SliceCount == MaximumSlices) throw new InvalidOperationException("A frame takes no more pieces of payload.");
        _slices[SliceCount++] = slice;
        PayloadLength += slice.Length;
    }

    /// <summary>Copies the whole frame.</summary>
    /// <returns>Octets copied: <see cref="Length"/>.</returns>
    /// <exception cref="ArgumentException">The destination is shorter than the frame.</exception>
    public int CopyTo(Span<byte> destination)
    {
        Header.CopyTo(destination);
        int copied = HeaderLength;
        foreach (ref readonly PacketSlice slice in Payload)
        {
            slice.Span.CopyTo(destination[copied..]);
            copied += slice.Length;
        }
        return copied;
    }

    /// <summary>Drops the payload's references and gives the frame back. Any thread, once.</summary>
    public void Release()
    {
        for (int i = 0; i < SliceCount; i++)
        {
            _slices[i].Buffer.Release();
            _slices[i] = default;
        }
        _pool.Return(this);
    }

    internal void Renew()
    {
        _headerStart = HeaderCapacity;
        SliceCount = 0;
        PayloadLength = 0;
        Offload = default;
    }

    [InlineArray(MaximumSlices)]
    private struct Slices
    {
        private PacketSlice _first;
    }
}
