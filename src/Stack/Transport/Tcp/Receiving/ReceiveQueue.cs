using StackSharp.Stack.Buffers;

namespace StackSharp.Stack.Transport.Tcp.Receiving;

/// <summary>Octets received in order and not read yet, by reference to the buffers they arrived in or were gathered in.</summary>
internal sealed class ReceiveQueue
{
    private const int SmallBuffer = 2048;
    private const int LargeBuffer = 16 << 10;
    private PacketSlice[] _slices = new PacketSlice[4];
    private int _head;
    private int _count;

    // The last slice ends at the first free octet of a buffer that nobody else writes to.
    private bool _tailGrows;

    /// <summary>Octets held.</summary>
    public int Length { get; private set; }

    /// <summary>What memory for more is wanted for: a reader that keeps up is served even while others hold all that queues may have.</summary>
    public BufferUse NextUse => Length == 0 ? BufferUse.Progress : BufferUse.Queued;

    private int Mask => _slices.Length - 1;

    /// <summary>Copies octets in, so that a small frame does not hold a large buffer.</summary>
    /// <returns>Octets copied: fewer than given only when no memory is left.</returns>
    public int AppendCopy(ReadOnlySpan<byte> data, ITransportNetwork network)
    {
        int copied = 0;
        BufferUse use = NextUse;
        while (copied < data.Length)
        {
            if (_tailGrows && _count > 0)
            {
                ref PacketSlice tail = ref _slices[(_head + _count - 1) & Mask];
                int end = tail.Offset + tail.Length;
                int part = Math.Min(tail.Buffer.Capacity - end, data.Length - copied);
                data.Slice(copied, part).CopyTo(tail.Buffer.Storage[end..]);
                tail = tail with { Length = tail.Length + part };
                copied += part;
                Length += part;
                if (copied == data.Length) break;
            }
            PacketBuffer? buffer = Rent(data.Length - copied, use, network);
            if (buffer is null) break;
            Push(new PacketSlice(buffer, 0, 0));
            _tailGrows = true;
        }
        return copied;
    }

    /// <summary>Queues octets where they are. The slice's reference becomes the queue's.</summary>
    public void Append(PacketSlice slice)
    {
        Push(slice);
        _tailGrows = false;
        Length += slice.Length;
    }

    /// <summary>Copies octets out, and unless <paramref name="peek"/> drops them.</summary>
    public int Read(Span<byte> destination, bool peek)
    {
        int copied = 0;
        for (int i = 0; copied < destination.Length && i < _count; i++)
        {
            PacketSlice slice = _slices[(_head + i) & Mask];
            int part = Math.Min(slice.Length, destination.Length - copied);
            slice.Span[..part].CopyTo(destination[copied..]);
            copied += part;
        }
        if (!peek) Drop(copied);
        return copied;
    }

    /// <summary>Moves octets out by reference: each slice given holds a reference.</summary>
    /// <returns>Slices given.</returns>
    public int Detach(int maximum, Span<PacketSlice> slices)
    {
        int given = 0;
        while (given < slices.Length && maximum > 0 && _count > 0)
        {
            ref PacketSlice head = ref _slices[_head & Mask];
            int part = Math.Min(maximum, head.Length);
            if (part == 0) break;
            slices[given++] = new PacketSlice(head.Buffer.AddReference(), head.Offset, part);
            maximum -= part;
            Drop(part);
        }
        return given;
    }

    public void Clear() => Drop(Length);

    private void Drop(int octets)
    {
        Length -= octets;
        while (_count > 0)
        {
            ref PacketSlice head = ref _slices[_head & Mask];
            int part = Math.Min(octets, head.Length);
            octets -= part;
            if (part < head.Length)
            {
                head = new PacketSlice(head.Buffer, head.Offset + part, head.Length - part);
                return;
            }
            head.Buffer.Release();
            head = default;
            _head++;
            _count--;
        }
        _tailGrows = false;
    }

    // Of the size that fits, or when there is none left, of the other one.
    private static PacketBuffer? Rent(int octets, BufferUse use, ITransportNetwork network) =>
        network.TryRentBuffer(Math.Min(octets, LargeBuffer), use, "tcp receive")
        ?? network.TryRentBuffer(octets > SmallBuffer ? SmallBuffer : LargeBuffer, use, "tcp receive");

    private void Push(PacketSlice slice)
    {
        if (_count == _slices.Length)
        {
            PacketSlice[] larger = new PacketSlice[_slices.Length * 2];
            for (int i = 0; i < _count; i++) larger[i] = _slices[(_head + i) & Mask];
            _slices = larger;
            _head = 0;
        }
        _slices[(_head + _count++) & Mask] = slice;
    }
}
