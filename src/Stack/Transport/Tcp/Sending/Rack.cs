using StackSharp.Stack.Time;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp.Sending;

/// <summary>Recent acknowledgment (RFC 8985 §6): what was sent well before something that has arrived, and has not arrived itself, is lost.</summary>
internal struct Rack
{
    /// <summary>Recoveries without a spurious retransmission after which the window is the least again (RACK.reo_wnd_persist).</summary>
    private const int Persistence = 16;
    private SequenceNumber _highest;
    private SequenceNumber _duplicateRound;
    private bool _hasHighest;
    private bool _hasDuplicateRound;
    private int _multiplier;
    private int _persist;

    /// <summary>Something has been reported: there is a moment to judge by.</summary>
    public bool HasSample { get; private set; }

    /// <summary>RACK.xmit_ts.</summary>
    public Instant SentAt { get; private set; }

    /// <summary>RACK.end_seq.</summary>
    public SequenceNumber End { get; private set; }

    /// <summary>RACK.rtt.</summary>
    public TimeSpan RoundTrip { get; private set; }

    /// <summary>RACK.reordering_seen.</summary>
    public bool HasSeenReordering { get; private set; }

    /// <summary>Acknowledgments that showed reordering.</summary>
    public int Reorderings { get; private set; }

    /// <summary>Octets sent later that arrived sooner, at most: how far out of order the path delivers.</summary>
    public int MostOvertaken { get; private set; }

    /// <summary>Steps 2 and 3 of §6.2.</summary>
    public void Update(in AckOutcome outcome, Instant now)
    {
        if (outcome.Delivered == 0) return;
        if (outcome.HasFresh && _hasHighest && outcome.LowestFreshEnd.IsBefore(_highest))
        {
            NoteReordering();
            MostOvertaken = Math.Max(MostOvertaken, _highest - outcome.LowestFreshEnd);
        }
        if (!_hasHighest || outcome.HighestEnd.IsAfter(_highest)) _highest = outcome.HighestEnd;
        _hasHighest = true;
        if (!outcome.HasNewest) return;
        RoundTrip = now - outcome.NewestSentAt;
        if (HasSample && (outcome.NewestSentAt < SentAt || (outcome.NewestSentAt == SentAt && !outcome.NewestEnd.IsAfter(End)))) return;
        HasSample = true;
        SentAt = outcome.NewestSentAt;
        End = outcome.NewestEnd;
    }

    /// <summary>The peer reported a duplicate: a retransmission was needless, so more patience is due, once per round trip (§6.2, step 4).</summary>
    public void OnDuplicateReported(SequenceNumber unacknowledged, SequenceNumber next)
    {
        HasSeenReordering = true;
        if (_hasDuplicateRound && unacknowledged.IsBefore(_duplicateRound)) return;
        _hasDuplicateRound = true;
        _duplicateRound = next;
        _multiplier = Math.Min(_multiplier + 1, 255);
        _persist = Persistence;
    }

    /// <summary>Something that was judged lost came late.</summary>
    public void NoteReordering()
    {
        HasSeenReordering = true;
        Reorderings++;
    }

    /// <summary>A recovery has ended.</summary>
    public void OnRecovered()
    {
        if (_persist > 0 && --_persist == 0) _multiplier = 0;
    }

    /// <summary>RACK.reo_wnd: how much later than its successors something may arrive (§6.2, step 4).</summary>
    /// <param name="isUrgent">In recovery, or DupThresh segments have been reported: without a sign of reordering there is none to wait for.</param>
    public readonly TimeSpan Window(TimeSpan leastRoundTrip, TimeSpan smoothedRoundTrip, bool isUrgent)
    {
        if (!HasSeenReordering && isUrgent) return TimeSpan.Zero;
        long window = (_multiplier + 1) * leastRoundTrip.Ticks / 4;
        return new TimeSpan(Math.Min(window, smoothedRoundTrip.Ticks));
    }

    /// <summary>Marks left in the past come along with SND.UNA: 2^31 octets later they would seem to lie ahead.</summary>
    public void Follow(SequenceNumber unacknowledged)
    {
        if (_hasHighest) _highest = SequenceNumber.Max(_highest, unacknowledged);
        if (_hasDuplicateRound && !_duplicateRound.IsAfter(unacknowledged)) _hasDuplicateRound = false;
        if (HasSample) End = SequenceNumber.Max(End, unacknowledged);
    }
}
