using StackSharp.Stack.Time;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp.Sending;

/// <summary>What an acknowledgment brought to light.</summary>
internal struct AckOutcome
{
    /// <summary>Octets that the cumulative acknowledgment or SACK reported for the first time.</summary>
    public int Delivered;

    /// <summary>When the latest of those that were sent only once had been sent; <see cref="Instant.Never"/>: there was none.</summary>
    public Instant LatestSentAt;

    /// <summary>A SACK block reported something new.</summary>
    public bool IsNewlySacked;
}

/// <summary>
/// The scoreboard (RFC 6675): every octet between SND.UNA and SND.NXT belongs to one record, in order. Counts are kept as records
/// change, so that asking costs nothing; finding a record is a binary search.
/// </summary>
/// <param name="mostRecords">Beyond so many records, blocks that cut one in two say nothing of it: a peer that reports every other octet gains no more.</param>
internal sealed class SentSegments(int mostRecords)
{
    private SentSegment[] _segments = new SentSegment[16];
    private int _head;
    private int _count;

    // No record before this one is lost and unsent: where the search for the next retransmission starts.
    private int _retransmitHint;

    // Every record that ends at or before this has been judged by what was reported above it.
    private SequenceNumber _judgedBelow;

    /// <summary>Octets between SND.UNA and SND.NXT.</summary>
    public int Outstanding { get; private set; }

    public int SackedBytes { get; private set; }

    /// <summary>Octets judged lost, sent again or not.</summary>
    public int LostBytes { get; private set; }

    /// <summary>Octets sent again whose second copy is thought to be on its way.</summary>
    public int RetransmittedBytes { get; private set; }

    public bool IsEmpty => _count == 0;

    /// <summary>Records there is room for without growing.</summary>
    public int Capacity => _segments.Length;

    /// <summary>Octets thought to be in the network: RFC 6675's pipe.</summary>
    public int Pipe => Outstanding - SackedBytes - LostBytes + RetransmittedBytes;

    /// <summary>End of the highest reported run; meaningless while <see cref="SackedBytes"/> is 0.</summary>
    public SequenceNumber HighestSacked { get; private set; }

    public ref SentSegment First => ref At(0);

    /// <summary>Records octets sent for the first time, which follow those before.</summary>
    public void Add(SequenceNumber start, int length, Instant now)
    {
        if (_count == 0) _judgedBelow = start;
        if (_count == _segments.Length) Grow();
        _segments[(_head + _count++) & (_segments.Length - 1)] = new SentSegment { Start = start, Length = length, SentAt = now };
        Outstanding += length;
    }

    /// <summary>The peer has everything before <paramref name="acknowledgment"/>.</summary>
    public void Acknowledge(SequenceNumber acknowledgment, ref AckOutcome outcome)
    {
        bool ambiguous = false;
        _judgedBelow = SequenceNumber.Max(_judgedBelow, acknowledgment);
        while (_count > 0)
        {
            ref SentSegment first = ref At(0);
            if (first.Start.IsAtOrAfter(acknowledgment)) break;
            if (first.End.IsAfter(acknowledgment)) Split(0, acknowledgment);
            first = ref At(0);
            ambiguous |= first.Has(SentState.Ambiguous);
            NoteDelivered(first, ref outcome);
            Forget(first);
            Outstanding -= first.Length;
            _head++;
            _count--;
            if (_retransmitHint > 0) _retransmitHint--;
        }
        // What lay behind a hole arrived long before this: only the retransmission that filled it is answered here.
        if (ambiguous) outcome.LatestSentAt = Instant.Never;
    }

    /// <summary>The peer has these octets out of order.</summary>
    public void Sack(SequenceNumber left, SequenceNumber right, ref AckOutcome outcome)
    {
        int index = IndexOf(left);
        if (index < _count && At(index).Start.IsBefore(left))
        {
            if (_count < mostRecords) Split(index, left);
            index++;
        }
        for (; index < _count && At(index).Start.IsBefore(right); index++)
        {
            if (At(index).End.IsAfter(right))
            {
                if (_count >= mostRecords) return;
                Split(index, right);
            }
            ref SentSegment segment = ref At(index);
            if (segment.Has(SentState.Sacked)) continue;
            NoteDelivered(segment, ref outcome);
            outcome.IsNewlySacked = true;
            Forget(segment);
            segment.State = (segment.State & SentState.Ambiguous) | SentState.Sacked;
            SackedBytes += segment.Length;
            if (SackedBytes == segment.Length || segment.End.IsAfter(HighestSacked)) HighestSacked = segment.End;
        }
    }

    /// <summary>
    /// Marks what RFC 6675's IsLost says (§4): reported above it are <paramref name="threshold"/> runs that do not touch, or more than
    /// <paramref name="threshold"/> - 1 segments' worth of octets.
    /// </summary>
    /// <returns>True when something was marked.</returns>
    public bool MarkLostBelowSacked(int threshold, int segmentBytes)
    {
        if (SackedBytes == 0) return false;
        int octets = 0;
        int runs = 0;
        bool inRun = false;
        int index = IndexOf(HighestSacked - 1);
        for (; index >= 0 && octets <= (threshold - 1) * segmentBytes; index--)
        {
            bool isSacked = At(index).Has(SentState.Sacked);
            if (!isSacked && runs >= threshold) break;
            if (isSacked) octets += At(index).Length;
            if (isSacked && !inRun) runs++;
            inRun = isSacked;
        }
        if (index < 0) return false;
        SequenceNumber judged = At(index).End;
        bool marked = false;
        // What lies below the end of an earlier call's judgment is marked already.
        for (; index >= 0 && At(index).End.IsAfter(_judgedBelow); index--)
        {
            if (At(index).Has(SentState.Sacked | SentState.Lost)) continue;
            MarkLost(index);
            marked = true;
        }
        _judgedBelow = SequenceNumber.Max(_judgedBelow, judged);
        return marked;
    }

    /// <summary>Marks the first octets that were not reported, up to <paramref name="octets"/> of them.</summary>
    public void MarkFirstLost(int octets)
    {
        if (_count == 0) return;
        ref SentSegment first = ref At(0);
        if (first.Has(SentState.Sacked | SentState.Lost)) return;
        if (first.Length > octets) Split(0, first.Start + (uint)octets);
        MarkLost(0);
    }

    /// <summary>The timer ran out: all that was not reported counts as lost, copies on their way included (RFC 6675 §5.1).</summary>
    /// <param name="forgetSacked">The peer may have dropped what it reported (RFC 2018 §8).</param>
    public void MarkAllLost(bool forgetSacked)
    {
        for (int i = 0; i < _count; i++)
        {
            ref SentSegment segment = ref At(i);
            if (segment.Has(SentState.Sacked) && !forgetSacked) continue;
            Forget(segment);
            segment.State = (segment.State & SentState.Ambiguous) | SentState.Lost;
            LostBytes += segment.Length;
        }
        _retransmitHint = 0;
    }

    /// <summary>Everything larger than the path takes now is to be sent again, cut smaller (RFC 1191 §6.5).</summary>
    public void MarkLargerLost(int octets)
    {
        for (int i = 0; i < _count; i++)
            if (At(i).Length > octets && !At(i).Has(SentState.Sacked | SentState.Lost)) MarkLost(i);
    }

    /// <summary>The first lost record that has not been sent again, cut to at most <paramref name="octets"/>; null: none.</summary>
    public bool TryNextLost(int octets, out SentSegment segment)
    {
        for (; _retransmitHint < _count; _retransmitHint++)
        {
            ref SentSegment candidate = ref At(_retransmitHint);
            if (!candidate.Has(SentState.Lost) || candidate.Has(SentState.Retransmitted)) continue;
            if (candidate.Length > octets) Split(_retransmitHint, candidate.Start + (uint)octets);
            segment = At(_retransmitHint);
            return true;
        }
        segment = default;
        return false;
    }

    /// <summary>The record that <see cref="TryNextLost"/> gave was sent again.</summary>
    public void NoteRetransmitted(Instant now)
    {
        ref SentSegment segment = ref At(_retransmitHint);
        segment.State |= SentState.Retransmitted | SentState.Ambiguous;
        segment.SentAt = now;
        RetransmittedBytes += segment.Length;
    }

    public void Clear()
    {
        _head = _count = _retransmitHint = 0;
        Outstanding = SackedBytes = LostBytes = RetransmittedBytes = 0;
    }

    private ref SentSegment At(int index) => ref _segments[(_head + index) & (_segments.Length - 1)];

    private void MarkLost(int index)
    {
        ref SentSegment segment = ref At(index);
        segment.State |= SentState.Lost;
        LostBytes += segment.Length;
        _retransmitHint = Math.Min(_retransmitHint, index);
    }

    private void Forget(in SentSegment segment)
    {
        if (segment.Has(SentState.Sacked)) SackedBytes -= segment.Length;
        if (segment.Has(SentState.Lost)) LostBytes -= segment.Length;
        if (segment.Has(SentState.Retransmitted)) RetransmittedBytes -= segment.Length;
    }

    private static void NoteDelivered(in SentSegment segment, ref AckOutcome outcome)
    {
        if (segment.Has(SentState.Sacked)) return;
        outcome.Delivered += segment.Length;
        if (segment.Has(SentState.Ambiguous)) return;
        if (outcome.LatestSentAt == Instant.Never || segment.SentAt > outcome.LatestSentAt) outcome.LatestSentAt = segment.SentAt;
    }

    private int IndexOf(SequenceNumber sequence)
    {
        int low = 0, high = _count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (At(middle).End.IsAfter(sequence)) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    // Cuts a record in two at a sequence number inside it. Both halves keep its state.
    private void Split(int index, SequenceNumber at)
    {
        if (_count == _segments.Length) Grow();
        for (int i = _count; i > index; i--) At(i) = At(i - 1);
        _count++;
        ref SentSegment first = ref At(index);
        int firstLength = at - first.Start;
        ref SentSegment second = ref At(index + 1);
        second.Start = at;
        second.Length = first.Length - firstLength;
        first.Length = firstLength;
        if (_retransmitHint > index) _retransmitHint++;
    }

    private void Grow()
    {
        SentSegment[] larger = new SentSegment[_segments.Length * 2];
        for (int i = 0; i < _count; i++) larger[i] = At(i);
        _segments = larger;
        _head = 0;
    }
}
