using StackSharp.Stack.Time;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp.Sending;

/// <summary>What an acknowledgment brought to light.</summary>
internal struct AckOutcome
{
    /// <summary>Sent again later than this: the peer's echo is older than that copy, so the first one has arrived. <see cref="Instant.Never"/>: no echo.</summary>
    public Instant EchoedUntil = Instant.Never;

    /// <summary>A copy that seems to have been answered sooner than this was not the one that arrived.</summary>
    public TimeSpan LeastRoundTrip;

    public Instant Now;

    /// <summary>Octets that a segment has, to count them; 0: they are not counted.</summary>
    public int SegmentBytes;

    public AckOutcome()
    {
    }

    /// <summary>Octets that the cumulative acknowledgment or SACK reported for the first time.</summary>
    public int Delivered;

    /// <summary>Segments that these were sent in.</summary>
    public int Segments;

    /// <summary>When the latest of those that were sent only once had been sent; <see cref="Instant.Never"/>: there was none.</summary>
    public Instant LatestSentAt = Instant.Never;

    /// <summary>A SACK block reported something new.</summary>
    public bool IsNewlySacked;

    /// <summary>Something was reported.</summary>
    public bool HasNewest;

    /// <summary>Of what was reported and whose sending is certain, the latest sent (RFC 8985 §6.2, step 2).</summary>
    public Instant NewestSentAt;
    public SequenceNumber NewestEnd;

    /// <summary>The delivery rate counts from the latest sent, whichever copy arrived.</summary>
    public Instant MarkSentAt;
    public DeliveryMark Mark;
    public bool WasApplicationLimited;

    /// <summary>Something was reported that had been sent only once.</summary>
    public bool HasFresh;

    /// <summary>The lowest end of such octets.</summary>
    public SequenceNumber LowestFreshEnd;

    /// <summary>The highest end reported.</summary>
    public SequenceNumber HighestEnd;

    /// <summary>Takes note of a record that is reported for the first time.</summary>
    public void Add(in SentSegment segment)
    {
        bool isFirst = Delivered == 0;
        Delivered += segment.Length;
        if (SegmentBytes > 0) Segments += (segment.Length + SegmentBytes - 1) / SegmentBytes;
        if (isFirst || segment.End.IsAfter(HighestEnd)) HighestEnd = segment.End;
        if (isFirst || segment.SentAt > MarkSentAt || (segment.SentAt == MarkSentAt && segment.Mark.Delivered > Mark.Delivered))
        {
            MarkSentAt = segment.SentAt;
            Mark = segment.Mark;
            WasApplicationLimited = segment.Has(SentState.ApplicationLimited);
        }
        bool again = segment.Has(SentState.Ambiguous);
        if (!again)
        {
            if (LatestSentAt == Instant.Never || segment.SentAt > LatestSentAt) LatestSentAt = segment.SentAt;
            if (!HasFresh || segment.End.IsBefore(LowestFreshEnd)) LowestFreshEnd = segment.End;
            HasFresh = true;
        }
        else if (segment.SentAt > EchoedUntil || Now - segment.SentAt < LeastRoundTrip)
        {
            return;
        }
        if (HasNewest && (segment.SentAt < NewestSentAt || (segment.SentAt == NewestSentAt && !segment.End.IsAfter(NewestEnd)))) return;
        HasNewest = true;
        NewestSentAt = segment.SentAt;
        NewestEnd = segment.End;
    }
}
