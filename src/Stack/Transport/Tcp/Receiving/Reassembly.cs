using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp.Receiving;

/// <summary>Octets received ahead of a gap, sorted and free of overlap, and the SACK blocks that tell the peer of them (RFC 2018).</summary>
internal sealed class Reassembly
{
    /// <summary>Blocks kept for reporting (RFC 2018 §3).</summary>
    public const int MaximumBlocks = 4;

    private const int LargestCopy = 2048;
    private readonly SackBlock[] _recent = new SackBlock[MaximumBlocks];
    private Piece[] _pieces = new Piece[8];
    private int _count;
    private int _recentCount;

    /// <summary>Octets held.</summary>
    public int Length { get; private set; }

    public bool IsEmpty => _count == 0;

    /// <summary>Pieces of memory held.</summary>
    public int Pieces => _count;

    /// <summary>What to report: the block with the latest arrival first, then those before it (RFC 2018 §4).</summary>
    public ReadOnlySpan<SackBlock> Blocks => _recent.AsSpan(0, _recentCount);

    /// <summary>Takes octets that lie behind a gap. What is there already stays; only what is new is stored.</summary>
    /// <param name="start">Sequence number of the first octet.</param>
    /// <param name="slice">The octets; the reference stays the caller's.</param>
    /// <param name="maximumPieces">Most pieces of memory to hold.</param>
    /// <returns>False when something could not be stored for want of memory or pieces.</returns>
    public bool Add(SequenceNumber start, PacketSlice slice, int maximumPieces, ITransportNetwork network)
    {
        SequenceNumber end = start + (uint)slice.Length;
        SequenceNumber at = start;
        int index = FirstEndingAfter(start);
        bool complete = true;
        while (at.IsBefore(end))
        {
            SequenceNumber stop = index < _count ? SequenceNumber.Min(end, _pieces[index].Start) : end;
            if (at.IsBefore(stop))
            {
                PacketSlice part = slice with { Offset = slice.Offset + (at - start), Length = stop - at };
                complete &= Store(ref index, at, part, maximumPieces, network);
            }
            if (index >= _count) break;
            at = SequenceNumber.Max(stop, _pieces[index].End);
            index++;
        }
        if (complete) Report(start, end);
        return complete;
    }

    /// <summary>Something is held that lies behind all octets before <paramref name="end"/>.</summary>
    public bool HoldsBehind(SequenceNumber end) => _count > 0 && end.IsAtOrBefore(_pieces[_count - 1].End);

    /// <summary>Octets of a range that are held already, for a report of repetition: the first row of them (RFC 2883 §4.2).</summary>
    public bool TryFindHeld(SequenceNumber start, SequenceNumber end, out SackBlock held)
    {
        held = default;
        int index = FirstEndingAfter(start);
        if (index >= _count || !_pieces[index].Start.IsBefore(end)) return false;
        SequenceNumber left = SequenceNumber.Max(start, _pieces[index].Start);
        SequenceNumber right = _pieces[index].End;
        while (++index < _count && _pieces[index].Start == right) right = _pieces[index].End;
        held = new SackBlock(left, SequenceNumber.Min(end, right));
        return true;
    }

    /// <summary>Gives up the first piece if the gap before it is filled.</summary>
    /// <param name="next">RCV.NXT.</param>
    /// <param name="slice">What of it is new; its reference is the caller's now.</param>
    public bool TryTake(SequenceNumber next, out PacketSlice slice)
    {
        slice = default;
        while (_count > 0 && _pieces[0].Start.IsAtOrBefore(next))
        {
            Piece piece = _pieces[0];
            RemoveFirst();
            int old = next - piece.Start;
            if (old < piece.Slice.Length)
            {
                slice = piece.Slice with { Offset = piece.Slice.Offset + old, Length = piece.Slice.Length - old };
                return true;
            }
            piece.Slice.Buffer.Release();
        }
        return false;
    }

    /// <summary>Forgets blocks that the cumulative acknowledgment covers now.</summary>
    public void DropReported(SequenceNumber next)
    {
        int kept = 0;
        for (int i = 0; i < _recentCount; i++)
            if (_recent[i].Right.IsAfter(next)) _recent[kept++] = _recent[i];
        _recentCount = kept;
    }

    public void Clear()
    {
        for (int i = 0; i < _count; i++)
        {
            _pieces[i].Slice.Buffer.Release();
            _pieces[i] = default;
        }
        _count = 0;
        _recentCount = 0;
        Length = 0;
    }

    private bool Store(ref int index, SequenceNumber start, PacketSlice slice, int maximumPieces, ITransportNetwork network)
    {
        if (index > 0 && _pieces[index - 1].Grow(start, slice))
        {
            Length += slice.Length;
            return true;
        }
        if (_count >= maximumPieces) return false;
        bool copy = slice.Length <= LargestCopy || !slice.MayBeKept(BufferUse.Queued);
        PacketBuffer? buffer = copy ? network.TryRentBuffer(slice.Length, BufferUse.Queued, "tcp reassembly") : slice.Buffer.AddReference();
        if (buffer is null) return false;
        if (copy)
        {
            slice.Span.CopyTo(buffer.Storage);
            slice = new PacketSlice(buffer, 0, slice.Length);
        }
        Insert(index++, new Piece(start, slice, copy));
        Length += slice.Length;
        return true;
    }

    private void Report(SequenceNumber start, SequenceNumber end)
    {
        SackBlock block = Contiguous(start, end);
        Span<SackBlock> others = stackalloc SackBlock[MaximumBlocks];
        int count = 0;
        foreach (SackBlock other in Blocks)
        {
            bool apart = other.Right.IsBefore(block.Left) || other.Left.IsAfter(block.Right);
            if (apart && count < MaximumBlocks - 1) others[count++] = other;
        }
        _recent[0] = block;
        others[..count].CopyTo(_recent.AsSpan(1));
        _recentCount = count + 1;
    }

    // The maximal run of held octets around a range (RFC 2018 §3).
    private SackBlock Contiguous(SequenceNumber start, SequenceNumber end)
    {
        int index = Math.Min(FirstEndingAfter(start), _count - 1);
        SequenceNumber left = SequenceNumber.Min(_pieces[index].Start, start);
        for (int i = index - 1; i >= 0 && _pieces[i].End == left; i--) left = _pieces[i].Start;
        SequenceNumber right = end;
        for (int i = index; i < _count && _pieces[i].Start.IsAtOrBefore(right); i++) right = SequenceNumber.Max(right, _pieces[i].End);
        return new SackBlock(left, right);
    }

    private int FirstEndingAfter(SequenceNumber sequence)
    {
        int low = 0, high = _count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_pieces[middle].End.IsAfter(sequence)) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    private void Insert(int index, Piece piece)
    {
        if (_count == _pieces.Length) Array.Resize(ref _pieces, _count * 2);
        Array.Copy(_pieces, index, _pieces, index + 1, _count - index);
        _pieces[index] = piece;
        _count++;
    }

    private void RemoveFirst()
    {
        Length -= _pieces[0].Slice.Length;
        Array.Copy(_pieces, 1, _pieces, 0, --_count);
        _pieces[_count] = default;
    }

    private struct Piece(SequenceNumber start, PacketSlice slice, bool isCopy)
    {
        public readonly SequenceNumber Start = start;
        public PacketSlice Slice = slice;

        public readonly SequenceNumber End => Start + (uint)Slice.Length;

        // A copy's memory behind its last octet is ours to write: many tiny segments in a row share one buffer.
        public bool Grow(SequenceNumber at, PacketSlice more)
        {
            int end = Slice.Offset + Slice.Length;
            if (!isCopy || at != End || Slice.Buffer.Capacity - end < more.Length) return false;
            more.Span.CopyTo(Slice.Buffer.Storage[end..]);
            Slice = Slice with { Length = Slice.Length + more.Length };
            return true;
        }
    }
}
