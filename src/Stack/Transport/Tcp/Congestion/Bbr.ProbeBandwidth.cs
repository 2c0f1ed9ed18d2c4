using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <content>ProbeBW: the cycle of draining, cruising, refilling and probing upwards (§5.3.3).</content>
public sealed partial class Bbr
{
    private const double Headroom = 0.15;

    // Where Reno or CUBIC would take longer to come back, BBR probes as often as they would (§5.3.3.5.1).
    private const int LongestRenoRounds = 63;
    private const int LargestGrowthShift = 30;
    private static readonly TimeSpan ShortestProbeWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestProbeWait = TimeSpan.FromSeconds(3);
    private BbrAckPhase _ackPhase;
    private bool _isBandwidthProbeSample;
    private bool _wasProbeTooHigh;
    private bool _wasProbePrecautionary;
    private Instant _cycleStart;
    private TimeSpan _probeWait;
    private int _roundsSinceProbe;
    private long _probeUpAckedPerIncrement;
    private long _probeUpAcked;
    private int _probeUpRounds;

    private bool IsProbingCycle => _state is BbrState.ProbeDown or BbrState.ProbeCruise or BbrState.ProbeRefill or BbrState.ProbeUp;

    private bool IsAccelerating => _state is BbrState.Startup or BbrState.ProbeRefill or BbrState.ProbeUp;

    private void StartProbing()
    {
        _ackPhase = BbrAckPhase.None;
        _isBandwidthProbeSample = false;
        _wasProbeTooHigh = false;
        _wasProbePrecautionary = false;
        _cycleStart = default;
        _probeWait = TimeSpan.Zero;
        _roundsSinceProbe = 0;
        _probeUpAckedPerIncrement = Unbounded;
        _probeUpAcked = 0;
        _probeUpRounds = 0;
    }

    private void StartProbeDown(Instant now)
    {
        ResetCongestionSignals();
        _probeUpAckedPerIncrement = Unbounded;
        // Chance keeps flows that share a bottleneck from probing together.
        _roundsSinceProbe = (int)_random.Below(2);
        _probeWait = _random.Between(ShortestProbeWait, LongestProbeWait);
        _cycleStart = now;
        _ackPhase = BbrAckPhase.ProbeStopping;
        StartRound();
        _state = BbrState.ProbeDown;
    }

    private void StartProbeRefill()
    {
        ResetShortTermModel();
        _probeUpRounds = 0;
        _probeUpAcked = 0;
        _wasProbePrecautionary = false;
        _ackPhase = BbrAckPhase.Refilling;
        StartRound();
        _state = BbrState.ProbeRefill;
    }

    private void StartProbeUp()
    {
        _ackPhase = BbrAckPhase.ProbeStarting;
        StartRound();
        ResetFullBandwidth();
        _fullBandwidth = _deliveryRate;
        _state = BbrState.ProbeUp;
        RaiseLongTermSlope();
    }

    private void UpdateProbeCycle(in CongestionSample sample)
    {
        if (!_fullBandwidthReached || AdaptLongTermModel(sample)) return;
        switch (_state)
        {
            case BbrState.ProbeDown:
                if (!TryStartRefill(sample.Now) && IsTimeToCruise(sample)) _state = BbrState.ProbeCruise;
                break;
            case BbrState.ProbeCruise:
                TryStartRefill(sample.Now);
                break;
            case BbrState.ProbeRefill when _isRoundStart:
                _isBandwidthProbeSample = true;
                StartProbeUp();
                break;
            case BbrState.ProbeUp when IsTimeToGoDown(sample):
                _wasProbeTooHigh = false;   // So far: what is in flight may still tell otherwise.
                StartProbeDown(sample.Now);
                break;
        }
    }

    private bool TryStartRefill(Instant now)
    {
        bool isTime = now > _cycleStart + _probeWait || _roundsSinceProbe >= Math.Min(TargetInFlight() / _segmentBytes, LongestRenoRounds);
        if (isTime) StartProbeRefill();
        return isTime;
    }

    private bool IsTimeToCruise(in CongestionSample sample) =>
        sample.InFlightBytes <= InFlightWithHeadroom() && sample.InFlightBytes <= InFlight(1, MaximumBandwidth);

    private bool IsTimeToGoDown(in CongestionSample sample)
    {
        // The last probe went too high from here: this one stops early, and comes back if nothing was lost (§5.3.3.4.2).
        if (_wasProbeTooHigh && sample.InFlightBytes >= _inFlightLongTerm)
        {
            _wasProbePrecautionary = true;
            return true;
        }
        if (!sample.WasWindowLimited || _window < _inFlightLongTerm) return _fullBandwidthNow;
        // The bound, not the path, limits the rate: no plateau to be seen.
        ResetFullBandwidth();
        _fullBandwidth = _deliveryRate;
        return false;
    }

    private long InFlightWithHeadroom()
    {
        if (_inFlightLongTerm == Unbounded) return Unbounded;
        long headroom = Math.Max(_segmentBytes, (long)(Headroom * _inFlightLongTerm));
        return Math.Max(_inFlightLongTerm - headroom, LeastWindow);
    }

    private void RaiseLongTermSlope()
    {
        long growth = 1L << _probeUpRounds;
        _probeUpRounds = Math.Min(_probeUpRounds + 1, LargestGrowthShift);
        _probeUpAckedPerIncrement = Math.Max(_window / growth, _segmentBytes);
    }

    private void ProbeLongTermUpward(in CongestionSample sample)
    {
        if (!sample.WasWindowLimited || _window < _inFlightLongTerm) return;
        _probeUpAcked += sample.DeliveredBytes;
        if (_probeUpAcked >= _probeUpAckedPerIncrement)
        {
            long increments = _probeUpAcked / _probeUpAckedPerIncrement;
            _probeUpAcked -= increments * _probeUpAckedPerIncrement;
            _inFlightLongTerm += increments * _segmentBytes;
        }
        if (_isRoundStart) RaiseLongTermSlope();
    }

    // Returns true when it has changed the state.
    private bool AdaptLongTermModel(in CongestionSample sample)
    {
        if (_ackPhase == BbrAckPhase.ProbeStarting && _isRoundStart) _ackPhase = BbrAckPhase.ProbeFeedback;
        if (_ackPhase == BbrAckPhase.ProbeStopping && _isRoundStart)
        {
            _isBandwidthProbeSample = false;
            _ackPhase = BbrAckPhase.None;
            if (IsProbingCycle && !_rate.IsApplicationLimited) AdvanceBandwidthFilter();
            if (IsProbingCycle && _wasProbePrecautionary && !_wasProbeTooHigh)
            {
                StartProbeRefill();
                return true;
            }
        }
        if (_inFlightLongTerm == Unbounded || IsInFlightTooHigh(_rate.LostInInterval, _rate.InFlightWhenSent)) return false;
        _inFlightLongTerm = Math.Max(_inFlightLongTerm, _rate.InFlightWhenSent);
        if (_state == BbrState.ProbeUp) ProbeLongTermUpward(sample);
        return false;
    }
}
