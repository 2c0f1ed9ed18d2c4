using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <content>The model of the path: round trips, bandwidth, aggregation (§5.5.1 to §5.5.9).</content>
public sealed partial class Bbr
{
    private const int ExtraAckedFilterRounds = 10;
    private long _nextRoundDelivered;
    private bool _isRoundStart;
    private int _roundCount;

    // BBR.max_bw_filter: the best of this cycle and of the one before.
    private long _bandwidthThisCycle;
    private long _bandwidthLastCycle;

    // BBR.bw.
    private long _bandwidth;
    private long _bandwidthShortTerm;
    private long _inFlightShortTerm;
    private long _inFlightLongTerm;
    private Instant _extraAckedIntervalStart;
    private long _extraAckedDelivered;
    private WindowedMaximum _extraAcked;

    /// <summary>BBR.max_bw, octets per second.</summary>
    internal long MaximumBandwidth => Math.Max(_bandwidthThisCycle, _bandwidthLastCycle);

    /// <summary>BBR.inflight_longterm, octets; <see cref="long.MaxValue"/>: none.</summary>
    internal long InFlightLongTerm => _inFlightLongTerm;

    /// <summary>BBR.bw_shortterm and BBR.inflight_shortterm; <see cref="long.MaxValue"/>: none.</summary>
    internal (long Bandwidth, long InFlight) ShortTerm => (_bandwidthShortTerm, _inFlightShortTerm);

    /// <summary>BBR.extra_acked, octets.</summary>
    internal long ExtraAcked => _extraAcked.Value;

    private void StartModel(in CongestionStart start)
    {
        _nextRoundDelivered = _delivered;
        _isRoundStart = false;
        _roundCount = 0;
        _bandwidthThisCycle = _bandwidthLastCycle = _bandwidth = 0;
        _inFlightLongTerm = Unbounded;
        ResetShortTermModel();
        _extraAckedIntervalStart = start.Now;
        _extraAckedDelivered = 0;
        _extraAcked = default;
        _fullBandwidthReached = false;
        ResetFullBandwidth();
        _drainStartRound = 0;
        _minimumRoundTrip = start.SmoothedRoundTrip > TimeSpan.Zero ? start.SmoothedRoundTrip : TimeSpan.MaxValue;
        _minimumRoundTripAt = start.Now;
        _probeMinimum = TimeSpan.MaxValue;
        _probeMinimumAt = start.Now;
        _isProbeExpired = false;
        _probeDoneAt = null;
        _isProbeRoundDone = false;
        _isIdleRestart = false;
    }

    private void StartRound() => _nextRoundDelivered = _delivered;

    private void UpdateRound()
    {
        _isRoundStart = _rate.PriorDelivered >= _nextRoundDelivered && _rate.IsValid;
        if (!_isRoundStart) return;
        StartRound();
        _roundCount++;
        _roundsSinceProbe++;
    }

    // What the application limited says how fast it was, not how fast the path is, unless that is more than was thought.
    private void UpdateMaximumBandwidth()
    {
        UpdateRound();
        if (_deliveryRate > 0 && (_deliveryRate >= MaximumBandwidth || !_rate.IsApplicationLimited))
            _bandwidthThisCycle = Math.Max(_bandwidthThisCycle, _deliveryRate);
    }

    // A cycle without a sample is none: what is known is not forgotten for it.
    private void AdvanceBandwidthFilter()
    {
        if (_bandwidthThisCycle == 0) return;
        _bandwidthLastCycle = _bandwidthThisCycle;
        _bandwidthThisCycle = 0;
    }

    private void ResetShortTermModel() => _bandwidthShortTerm = _inFlightShortTerm = Unbounded;

    // How much more than the bandwidth explains is acknowledged at a time.
    private void UpdateAckAggregation(in CongestionSample sample)
    {
        long expected = Octets(_bandwidth, sample.Now - _extraAckedIntervalStart);
        if (_extraAckedDelivered <= expected)
        {
            _extraAckedDelivered = 0;
            _extraAckedIntervalStart = sample.Now;
            expected = 0;
        }
        _extraAckedDelivered += sample.DeliveredBytes;
        long extra = Math.Min(_extraAckedDelivered - expected, _window);
        _extraAcked.Update(extra, _roundCount, _fullBandwidthReached ? ExtraAckedFilterRounds : 1);
    }

    // A product that would not fit is as good as no bound: no window reaches so far.
    private static long Octets(double bytesPerSecond, TimeSpan duration) => (long)Math.Min(bytesPerSecond * duration.TotalSeconds, 1L << 52);
}
