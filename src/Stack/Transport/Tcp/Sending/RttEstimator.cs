using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Sending;

/// <summary>Round-trip time and retransmission timeout of one connection (RFC 6298; sample weights of RFC 7323 appendix G). All in nanoseconds inside.</summary>
internal struct RttEstimator
{
    private long _smoothed;
    private long _variation;
    private static readonly TimeSpan MinimumPeriod = TimeSpan.FromMinutes(1);
    private long _minimum;
    private long _periodMinimum;
    private long _previousMinimum;
    private Instant _periodBeganAt;
    private long _expected;
    private long _expectedVariation;
    private int _backoff;
    private bool _handshakeTimedOut;

    public readonly bool HasSample => _smoothed != 0;

    public readonly TimeSpan Smoothed => new(_smoothed / 100);

    public readonly TimeSpan Variation => new(_variation / 100);

    public readonly TimeSpan Minimum => new(_minimum / 100);

    /// <summary>Doublings since the last sample: what was sent again gives none, so the doubled timeout outlives its acknowledgment (Karn; RFC 6298 §5).</summary>
    public readonly int Backoff => _backoff;

    /// <summary>Takes a sample.</summary>
    /// <param name="nanoseconds">From sending to the acknowledgment's arrival. Zero counts as one: a path that fast still has an RTT.</param>
    /// <param name="now">When it was taken: the least counts for a minute or two, since paths change.</param>
    /// <param name="expectedSamples">Samples to be expected per round trip: so many times less does each weigh.</param>
    public void Sample(long nanoseconds, int expectedSamples, Instant now)
    {
        long rtt = Math.Max(1, nanoseconds);
        _backoff = 0;
        TakeMinimum(rtt, now);
        if (_smoothed == 0)
        {
            _smoothed = rtt;
            // Earlier connections took longer: a single quick answer is no proof.
            _variation = Math.Max(rtt / 2, (_expected - rtt) / 2);
            return;
        }
        long weight = Math.Max(1, expectedSamples);
        // The variation first, against the old mean (RFC 6298 §2.3).
        _variation += (Math.Abs(_smoothed - rtt) - _variation) / (4 * weight);
        _smoothed = Math.Max(1, _smoothed + (rtt - _smoothed) / (8 * weight));
    }

    // Of the period that runs and the one before: a path that has become longer is believed after a while.
    private void TakeMinimum(long rtt, Instant now)
    {
        if (_periodMinimum == 0 || now - _periodBeganAt > MinimumPeriod)
        {
            _previousMinimum = _periodMinimum;
            _periodMinimum = rtt;
            _periodBeganAt = now;
        }
        _periodMinimum = Math.Min(_periodMinimum, rtt);
        _minimum = _previousMinimum == 0 ? _periodMinimum : Math.Min(_periodMinimum, _previousMinimum);
    }

    /// <summary>What earlier connections with the peer have found (RFC 9040 §7): it makes the timeout longer until there are samples, never shorter.</summary>
    public void Expect(TimeSpan roundTrip, TimeSpan variation)
    {
        _expected = roundTrip.Ticks * 100;
        _expectedVariation = variation.Ticks * 100;
    }

    /// <summary>RFC 6298 §5.5.</summary>
    public void BackOff() => _backoff = Math.Min(_backoff + 1, 30);

    /// <summary>RFC 6298 §5.7: data starts afresh, but more slowly if the handshake's timer ran out.</summary>
    public void OnEstablished(bool handshakeTimedOut)
    {
        _backoff = 0;
        _handshakeTimedOut = handshakeTimedOut;
    }

    /// <summary>RTO.</summary>
    public readonly TimeSpan Timeout(TcpLayerOptions options)
    {
        TimeSpan basis = options.InitialRetransmissionTimeout;
        if (_handshakeTimedOut && basis < options.RetransmissionTimeoutAfterLostHandshake) basis = options.RetransmissionTimeoutAfterLostHandshake;
        TimeSpan expected = new((_expected + 4 * _expectedVariation) / 100);
        if (basis < expected) basis = expected;
        if (HasSample)
        {
            basis = new TimeSpan((_smoothed + Math.Max(options.ClockGranularity.Ticks * 100, 4 * _variation)) / 100);
            // The peer may sit on its ACK for as long as the minimum allows for: that belongs on top of the RTT, not inside it.
            TimeSpan least = new TimeSpan(_smoothed / 100) + options.MinimumRetransmissionTimeout;
            if (basis < least) basis = least;
        }
        long ticks = basis.Ticks;
        for (int i = 0; i < _backoff && ticks < options.MaximumRetransmissionTimeout.Ticks; i++) ticks *= 2;
        return new TimeSpan(Math.Min(ticks, options.MaximumRetransmissionTimeout.Ticks));
    }
}
