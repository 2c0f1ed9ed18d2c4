using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Congestion;

namespace StackSharp.Stack.Transport.Tcp.Sending;

/// <summary>What held when a record was sent: what a rate is measured from (draft-ietf-ccwg-bbr §4.1.2.2).</summary>
internal struct DeliveryMark
{
    /// <summary>P.delivered.</summary>
    public long Delivered;

    /// <summary>P.delivered_time.</summary>
    public Instant DeliveredAt;

    /// <summary>P.first_send_time.</summary>
    public Instant FirstSentAt;

    /// <summary>C.lost at that time.</summary>
    public long Lost;

    /// <summary>P.tx_in_flight.</summary>
    public int InFlight;
}

/// <summary>The rate at which the path delivers, measured by each acknowledgment (draft-ietf-ccwg-bbr §4.1). Amounts in octets.</summary>
internal struct DeliveryRate
{
    private Instant _deliveredAt;
    private Instant _firstSentAt;
    private long _limitedUntil;

    // The latest sample that tells of the path.
    private long _sampledOctets;
    private TimeSpan _sampledInterval;

    /// <summary>C.delivered.</summary>
    public long Delivered { get; private set; }

    /// <summary>C.lost.</summary>
    public long Lost { get; private set; }

    /// <summary>What is sent now is limited by the application.</summary>
    public readonly bool IsApplicationLimited => _limitedUntil > 0;

    /// <summary>The rate at which the path delivers, octets per second: by the latest sample, or by the best of those that the application limited. 0: none yet.</summary>
    public readonly long BytesPerSecond => _sampledInterval <= TimeSpan.Zero ? 0 : (long)((Int128)_sampledOctets * TimeSpan.TicksPerSecond / _sampledInterval.Ticks);

    /// <summary><see cref="BytesPerSecond"/> is no more than what the application sent.</summary>
    public bool IsRateApplicationLimited { get; private set; }

    /// <summary>The application has nothing more to send: until all of this is delivered, samples tell of it and not of the path.</summary>
    public void NoteApplicationLimited(long inFlight) => _limitedUntil = Math.Max(1, Delivered + inFlight);

    public void NoteLost(int octets) => Lost += octets;

    /// <summary>A record is sent.</summary>
    /// <param name="inFlightBefore">Without it.</param>
    public DeliveryMark OnSent(int octets, long inFlightBefore, Instant now)
    {
        // After a silence the first octets start a new interval.
        if (inFlightBefore == 0)
        {
            _firstSentAt = now;
            _deliveredAt = now;
        }
        return new DeliveryMark
        {
            Delivered = Delivered,
            DeliveredAt = _deliveredAt,
            FirstSentAt = _firstSentAt,
            Lost = Lost,
            InFlight = (int)Math.Min(int.MaxValue, inFlightBefore + octets),
        };
    }

    /// <summary>An acknowledgment reported octets.</summary>
    public RateSample OnDelivered(in AckOutcome outcome, Instant now)
    {
        Delivered += outcome.Delivered;
        _deliveredAt = now;
        if (_limitedUntil > 0 && Delivered > _limitedUntil) _limitedUntil = 0;
        if (outcome.Delivered == 0) return default;
        DeliveryMark mark = outcome.Mark;
        TimeSpan sending = outcome.MarkSentAt - mark.FirstSentAt;
        TimeSpan acknowledging = now - mark.DeliveredAt;
        _firstSentAt = outcome.MarkSentAt;
        TimeSpan interval = sending > acknowledging ? sending : acknowledging;
        // Faster than the path ever answered: a retransmission's answer that was the first copy's.
        if (interval < outcome.LeastRoundTrip) interval = TimeSpan.Zero;
        RateSample sample = new()
        {
            Delivered = Delivered,
            PriorDelivered = mark.Delivered,
            DeliveredInInterval = Delivered - mark.Delivered,
            Interval = interval,
            LostInInterval = Lost - mark.Lost,
            InFlightWhenSent = mark.InFlight,
            IsApplicationLimited = outcome.WasApplicationLimited,
        };
        Keep(sample);
        return sample;
    }

    // What an application sent says of the path only that it carries as much.
    private void Keep(in RateSample sample)
    {
        if (!sample.IsValid) return;
        bool isFaster = (double)sample.DeliveredInInterval * _sampledInterval.Ticks >= (double)_sampledOctets * sample.Interval.Ticks;
        if (sample.IsApplicationLimited && !isFaster) return;
        _sampledOctets = sample.DeliveredInInterval;
        _sampledInterval = sample.Interval;
        IsRateApplicationLimited = sample.IsApplicationLimited;
    }
}
