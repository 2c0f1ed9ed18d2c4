using StackSharp.Stack.Buffers;

namespace StackSharp.Stack.Transport.Tcp.Sending;

/// <summary>The octets that were handed over for sending and are not acknowledged: chunks of pooled memory that frames refer to.</summary>
internal sealed class SendQueue
{
    private const int SmallBytes = 2048;
    private const int LargeBytes = 64 * 1024;
    private const string Owner = "tcp send";
    private Chunk[] _chunks = new Chunk[4];
    private int _head;
    private int _count;
    private readonly PacketSlice[] _reserved = new PacketSlice[4];
    private int _reservedCount;
    private bool _reservesTail;

    // Where the last collection ended: the next one usually goes on there.
    private int _cursorChunk;
    private long _cursorOffset;

    /// <summary>Octets held.</summary>
    public int Length { get; private set; }

    public bool HasReservation => _reservedCount > 0;

    private int Mask => _chunks.Length - 1;

    // A peer that acknowledges is served even while others hold all that queues may have.
    private BufferUse NextUse => _count == 0 && _reservedCount == 0 ? BufferUse.Progress : BufferUse.Queued;

    /// <summary>Copies octets in behind the others.</summary>
    /// <returns>Octets copied: fewer than given only when no memory is left.</returns>
    public int Append(ReadOnlySpan<byte> data, ITransportNetwork network)
    {
        int copied = 0;
        while (copied < data.Length)
        {
            int room = _count == 0 ? 0 : TailRoom();
            if (room == 0)
            {
                PacketBuffer? buffer = network.TryRentBuffer(data.Length - copied <= SmallBytes ? SmallBytes : LargeBytes, NextUse, Owner);
                if (buffer is null) break;
                Push(new Chunk(buffer, 0, 0));
                room = buffer.Capacity;
            }
            ref Chunk tail = ref Tail();
            int part = Math.Min(room, data.Length - copied);
            data.Slice(copied, part).CopyTo(tail.Buffer.Storage[(tail.Start + tail.Length)..]);
            tail.Length += part;
            copied += part;
        }
        Length += copied;
        return copied;
    }

    /// <summary>Sets room aside; see <see cref="TcpConnection.Reserve"/>.</summary>
    /// <returns>Regions given; 0 when no memory is left.</returns>
    public int Reserve(int octets, Span<PacketSlice> regions, ITransportNetwork network)
    {
        int room = _count == 0 ? 0 : TailRoom();
        _reservesTail = room > 0;
        if (_reservesTail)
        {
            ref Chunk tail = ref Tail();
            AddReservation(new PacketSlice(tail.Buffer.AddReference(), tail.Start + tail.Length, Math.Min(room, octets)));
            octets -= Math.Min(room, octets);
        }
        while (octets > 0 && _reservedCount < Math.Min(regions.Length, _reserved.Length))
        {
            PacketBuffer? buffer = network.TryRentBuffer(Math.Min(octets, LargeBytes), NextUse, Owner);
            if (buffer is null) break;
            int part = Math.Min(octets, buffer.Capacity);
            AddReservation(new PacketSlice(buffer, 0, part));
            octets -= part;
        }
        for (int i = 0; i < _reservedCount; i++) regions[i] = _reserved[i] with { Buffer = _reserved[i].Buffer.AddReference() };
        return _reservedCount;
    }

    /// <summary>Makes the first octets of the reservation part of the queue and gives the rest back.</summary>
    public void Commit(int octets)
    {
        for (int i = 0; i < _reservedCount; i++)
        {
            PacketSlice region = _reserved[i];
            int part = Math.Min(octets, region.Length);
            octets -= part;
            if (i == 0 && _reservesTail)
            {
                // The tail may have been acknowledged and dropped meanwhile: then the region starts a chunk of its own.
                if (_count > 0 && ReferenceEquals(Tail().Buffer, region.Buffer))
                {
                    Tail().Length += part;
                    Length += part;
                    region.Buffer.Release();
                    _reserved[i] = default;
                    continue;
                }
            }
            _reserved[i] = default;
            if (part == 0)
            {
                region.Buffer.Release();
                continue;
            }
            Push(new Chunk(region.Buffer, region.Offset, part));
            Length += part;
        }
        _reservedCount = 0;
    }

    /// <summary>Drops octets from the front: they arrived.</summary>
    public void Acknowledge(int octets)
    {
        Length -= octets;
        _cursorOffset -= octets;
        while (octets > 0)
        {
            ref Chunk head = ref _chunks[_head & Mask];
            int part = Math.Min(octets, head.Length);
            octets -= part;
            head.Start += part;
            head.Length -= part;
            if (head.Length > 0) continue;
            head.Buffer.Release();
            head = default;
            _head++;
            _count--;
            _cursorChunk--;
        }
        if (_cursorOffset < 0 || _cursorChunk < 0) ResetCursor();
    }

    /// <summary>Hangs octets onto a frame, by reference.</summary>
    /// <param name="offset">From the first octet held.</param>
    /// <returns>Octets hung on: fewer when the frame's places for pieces run out.</returns>
    public int AppendTo(TransmitFrame frame, int offset, int length)
    {
        if (offset < _cursorOffset) ResetCursor();
        int index = _cursorChunk;
        long start = _cursorOffset;
        while (start + _chunks[(_head + index) & Mask].Length <= offset) start += _chunks[(_head + index++) & Mask].Length;
        _cursorChunk = index;
        _cursorOffset = start;
        int inside = (int)(offset - start);
        int appended = 0;
        while (appended < length && frame.SliceCount < TransmitFrame.MaximumSlices)
        {
            ref Chunk chunk = ref _chunks[(_head + index++) & Mask];
            int part = Math.Min(length - appended, chunk.Length - inside);
            frame.Append(new PacketSlice(chunk.Buffer.AddReference(), chunk.Start + inside, part));
            appended += part;
            inside = 0;
        }
        return appended;
    }

    /// <summary>Drops everything, an open reservation included: its holder's own references keep the memory.</summary>
    public void Clear()
    {
        for (int i = 0; i < _reservedCount; i++)
        {
            _reserved[i].Buffer.Release();
            _reserved[i] = default;
        }
        _reservedCount = 0;
        ReleaseAll();
        Length = 0;
    }

    private void AddReservation(PacketSlice region) => _reserved[_reservedCount++] = region;

    private void ReleaseAll()
    {
        for (; _count > 0; _count--, _head++)
        {
            _chunks[_head & Mask].Buffer.Release();
            _chunks[_head & Mask] = default;
        }
        ResetCursor();
    }

    private void ResetCursor()
    {
        _cursorChunk = 0;
        _cursorOffset = 0;
    }

    private ref Chunk Tail() => ref _chunks[(_head + _count - 1) & Mask];

    private int TailRoom()
    {
        ref Chunk tail = ref Tail();
        return tail.Buffer.Capacity - tail.Start - tail.Length;
    }

    private void Push(Chunk chunk)
    {
        if (_count == _chunks.Length)
        {
            Chunk[] larger = new Chunk[_chunks.Length * 2];
            for (int i = 0; i < _count; i++) larger[i] = _chunks[(_head + i) & Mask];
            _chunks = larger;
            _head = 0;
        }
        _chunks[(_head + _count++) & Mask] = chunk;
    }

    private struct Chunk(PacketBuffer buffer, int start, int length)
    {
        public PacketBuffer Buffer = buffer;
        public int Start = start;
        public int Length = length;
    }
}
