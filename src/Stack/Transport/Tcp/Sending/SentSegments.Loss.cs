using StackSharp.Stack.Time;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp.Sending;

/// <content>What counts as lost.</content>
internal sealed partial class SentSegments
{
    /// <summary>
    /// Marks what RFC 6675's IsLost says (§4): reported above it are <paramref name="threshold"/> runs that do not touch, or more than
    /// <paramref name="threshold"/> - 1 segments' worth of octets.
    /// </summary>
    /// <returns>True when something was marked.</returns>
    public bool MarkLostBelowSacked(int threshold, int segmentBytes, ILossObserver observer)
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
            MarkLost(index, observer);
            marked = true;
        }
        _judgedBelow = SequenceNumber.Max(_judgedBelow, judged);
        return marked;
    }

    /// <summary>Marks the first octets that were not reported, up to <paramref name="octets"/> of them.</summary>
    public void MarkFirstLost(int octets, ILossObserver observer)
    {
        if (_count == 0) return;
        ref SentSegment first = ref At(0);
        if (first.Has(SentState.Sacked | SentState.Lost)) return;
        if (first.Length > octets) Split(0, first.Start + (uint)octets);
        MarkLost(0, observer);
    }

    /// <summary>The timer ran out: all that was not reported counts as lost, copies on their way included (RFC 6675 §5.1).</summary>
    /// <param name="forgetSacked">The peer may have dropped what it reported (RFC 2018 §8).</param>
    public void MarkAllLost(bool forgetSacked, ILossObserver? observer)
    {
        for (int i = 0; i < _count; i++)
        {
            ref SentSegment segment = ref At(i);
            if (segment.Has(SentState.Sacked) && !forgetSacked) continue;
            if (!segment.Has(SentState.Sacked) && !(segment.Has(SentState.Lost) && !segment.Has(SentState.Retransmitted))) observer?.OnLost(segment);
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
            if (At(i).Length > octets && !At(i).Has(SentState.Sacked | SentState.Lost)) MarkLost(i, null);
    }

    /// <summary>Marks what was sent so long before something that has arrived that it would have arrived too (RFC 8985 §6.2, step 5): retransmissions are
    /// judged like anything else.</summary>
    /// <param name="sentAt">RACK.xmit_ts.</param>
    /// <param name="end">RACK.end_seq.</param>
    /// <param name="patience">RACK.rtt + RACK.reo_wnd.</param>
    /// <param name="wait">How long it takes until the last of what may still be judged by this is; zero: nothing.</param>
    /// <returns>True when something was marked.</returns>
    public bool MarkLostByTime(Instant sentAt, SequenceNumber end, TimeSpan patience, Instant now, ILossObserver observer, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        bool marked = false;
        for (int i = 0; i < _count;)
        {
            ref SentSegment segment = ref At(i);
            if (segment.Has(SentState.Sacked))
            {
                i += segment.Run;
                continue;
            }
            i++;
            if (segment.Has(SentState.Lost) && !segment.Has(SentState.Retransmitted)) continue;
            bool isEarlier = segment.SentAt < sentAt || (segment.SentAt == sentAt && segment.End.IsBefore(end));
            if (!isEarlier)
            {
                // First copies left in order: whatever follows one that is too young is younger still.
                if (!segment.Has(SentState.Ambiguous)) break;
                continue;
            }
            TimeSpan left = segment.SentAt + patience - now;
            if (left <= TimeSpan.Zero)
            {
                MarkLost(i - 1, observer);
                marked = true;
            }
            else if (left > wait)
            {
                wait = left;
            }
        }
        return marked;
    }

    /// <summary>The timer ran out: the first record is lost, and with it those that were sent at least <paramref name="patience"/> ago (RFC 8985 §6.3).</summary>
    public void MarkLostByTimeout(TimeSpan patience, Instant now, ILossObserver observer)
    {
        for (int i = 0; i < _count; i++)
        {
            ref SentSegment segment = ref At(i);
            if (segment.Has(SentState.Sacked) || (segment.Has(SentState.Lost) && !segment.Has(SentState.Retransmitted))) continue;
            if (i == 0 || segment.SentAt + patience <= now) MarkLost(i, observer);
        }
    }

    /// <summary>What was judged lost was not: what has not been sent again is on its way after all.</summary>
    public void UnmarkLost()
    {
        if (_count > 0) _judgedBelow = At(0).Start;
        for (int i = 0; i < _count; i++)
        {
            ref SentSegment segment = ref At(i);
            if (!segment.Has(SentState.Lost)) continue;
            Forget(segment);
            segment.State &= ~(SentState.Lost | SentState.Retransmitted);
        }
    }

    private void MarkLost(int index, ILossObserver? observer)
    {
        ref SentSegment segment = ref At(index);
        observer?.OnLost(segment);
        Forget(segment);
        segment.State = (segment.State & ~SentState.Retransmitted) | SentState.Lost;
        LostBytes += segment.Length;
        _retransmitHint = Math.Min(_retransmitHint, index);
    }
}
