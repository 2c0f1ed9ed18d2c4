using StackSharp.Stack.Time;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp.Sending;

/// <summary>Hears of what is judged lost.</summary>
internal interface ILossObserver
{
    /// <param name="segment">As it was: its marks tell of the copy that is lost.</param>
    void OnLost(in SentSegment segment);
}

/// <summary>
/// The scoreboard (RFC 6675): every octet between SND.UNA and SND.NXT belongs to one record, in order. Counts are kept as records
/// change, so that asking costs nothing; finding a record is a binary search.
/// </summary>
/// <param name="mostRecords">Beyond so many records, blocks that cut one in two say nothing of it: a peer that reports every other octet gains no more.</param>
internal sealed partial class SentSegments(int mostRecords)
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
    public void Add(SequenceNumber start, int length, in DeliveryMark mark, bool isApplicationLimited, Instant now)
    {
        if (_count == 0) _judgedBelow = start;
        if (_count == _segments.Length) Grow();
        SentState state = isApplicationLimited ? SentState.ApplicationLimited : SentState.None;
        _segments[(_head + _count++) & (_segments.Length - 1)] = new SentSegment { Start = start, Length = length, State = state, Mark = mark, SentAt = now };
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
            if (!first.Has(SentState.Sacked)) outcome.Add(first);
            else if (first.Run > 1) SetRun(1, first.Run - 1);
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
        while (index < _count && At(index).Start.IsBefore(right))
        {
            if (At(index).Has(SentState.Sacked))
            {
                index += StartsRun(index) ? At(index).Run : 1;
                continue;
            }
            if (At(index).Start.IsBefore(left))
            {
                if (_count < mostRecords) Split(index, left);
                index++;
                continue;
            }
            if (At(index).End.IsAfter(right))
            {
                if (_count >= mostRecords) return;
                Split(index, right);
            }
            ref SentSegment segment = ref At(index);
            outcome.Add(segment);
            outcome.IsNewlySacked = true;
            Forget(segment);
            segment.State = (segment.State & SentState.Ambiguous) | SentState.Sacked;
            SackedBytes += segment.Length;
            if (SackedBytes == segment.Length || segment.End.IsAfter(HighestSacked)) HighestSacked = segment.End;
            JoinRuns(index++);
        }
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
    public void NoteRetransmitted(in DeliveryMark mark, Instant now)
    {
        ref SentSegment segment = ref At(_retransmitHint);
        segment.State = (segment.State & ~SentState.ApplicationLimited) | SentState.Retransmitted | SentState.Ambiguous;
        segment.SentAt = now;
        segment.Mark = mark;
        RetransmittedBytes += segment.Length;
    }

    /// <summary>Octets of the last record, cut so that it has <paramref name="octets"/> at most, count as sent again though they are not judged lost: a
    /// tail-loss probe.</summary>
    public SentSegment ProbeLast(int octets)
    {
        if (At(_count - 1).Length > octets) Split(_count - 1, At(_count - 1).End - (uint)octets);
        return At(_count - 1);
    }

    /// <summary>The record that <see cref="ProbeLast"/> gave was sent again.</summary>
    public void NoteProbed(in DeliveryMark mark, Instant now)
    {
        ref SentSegment last = ref At(_count - 1);
        last.State |= SentState.Ambiguous;
        last.SentAt = now;
        last.Mark = mark;
    }

    public void Clear()
    {
        _head = _count = _retransmitHint = 0;
        Outstanding = SackedBytes = LostBytes = RetransmittedBytes = 0;
    }

    private ref SentSegment At(int index) => ref _segments[(_head + index) & (_segments.Length - 1)];

    private void Forget(in SentSegment segment)
    {
        if (segment.Has(SentState.Sacked)) SackedBytes -= segment.Length;
        if (segment.Has(SentState.Lost)) LostBytes -= segment.Length;
        if (segment.Has(SentState.Retransmitted)) RetransmittedBytes -= segment.Length;
    }

    private bool StartsRun(int index) => index == 0 || !At(index - 1).Has(SentState.Sacked);

    private void SetRun(int start, int length)
    {
        At(start).Run = length;
        At(start + length - 1).Run = length;
    }

    // A record that was reported now joins its neighbours' rows, so that looking for what was not reported passes a row in one step.
    private void JoinRuns(int index)
    {
        int before = index > 0 && At(index - 1).Has(SentState.Sacked) ? At(index - 1).Run : 0;
        int after = index + 1 < _count && At(index + 1).Has(SentState.Sacked) ? At(index + 1).Run : 0;
        SetRun(index - before, before + 1 + after);
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
        // What was reported is cut only at the very front: its row begins there.
        if (first.Has(SentState.Sacked)) SetRun(index, first.Run + 1);
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
