using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <content>Startup, Drain and ProbeRTT (§5.3.1, §5.3.2, §5.3.4), and the estimate of the shortest round trip that goes with the last.</content>
public sealed partial class Bbr
{
    // BBRStartupFullLossCnt.
    private const int StartupLossGaps = 6;
    private const int FullBandwidthRounds = 3;
    private const double FullBandwidthGrowth = 1.25;
    private const int LongestDrainRounds = 3;
    private static readonly TimeSpan MinimumRoundTripFilterLength = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ProbeRoundTripInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeRoundTripDuration = TimeSpan.FromMilliseconds(200);
    private bool _fullBandwidthReached;
    private bool _fullBandwidthNow;
    private long _fullBandwidth;
    private int _fullBandwidthCount;
    private int _drainStartRound;
    private TimeSpan _minimumRoundTrip;
    private Instant _minimumRoundTripAt;
    private TimeSpan _probeMinimum;
    private Instant _probeMinimumAt;
    private bool _isProbeExpired;
    private Instant? _probeDoneAt;
    private bool _isProbeRoundDone;
    private bool _isIdleRestart;

    /// <summary>BBR.min_rtt; <see cref="TimeSpan.MaxValue"/> before the first sample.</summary>
    internal TimeSpan MinimumRoundTrip => _minimumRoundTrip;

    internal bool IsFullBandwidthReached => _fullBandwidthReached;

    private void EnterStartup() => _state = BbrState.Startup;

    private void EnterDrain()
    {
        _state = BbrState.Drain;
        _drainStartRound = _roundCount;
    }

    private void ResetFullBandwidth()
    {
        _fullBandwidth = 0;
        _fullBandwidthCount = 0;
        _fullBandwidthNow = false;
    }

    // Three rounds of trying to go faster without going much faster: the pipe is full.
    private void CheckFullBandwidthReached()
    {
        if (_fullBandwidthNow || !_isRoundStart || _rate.IsApplicationLimited || !_rate.IsValid) return;
        if (_deliveryRate >= _fullBandwidth * FullBandwidthGrowth)
        {
            ResetFullBandwidth();
            _fullBandwidth = _deliveryRate;
            return;
        }
        _fullBandwidthNow = ++_fullBandwidthCount >= FullBandwidthRounds;
        if (_fullBandwidthNow) _fullBandwidthReached = true;
    }

    private void CheckStartupDone(in CongestionSample sample)
    {
        if (_state != BbrState.Startup) return;
        if (!_fullBandwidthReached && IsStartupLossHigh(sample)) EndStartupByCongestion(canUndo: true);
        if (_isLossRoundStart) _lossGaps = 0;
        if (_fullBandwidthReached) EnterDrain();
    }

    // §5.3.1.3: a round trip of recovery with much loss in many places; without SACK one loss is all that can be seen.
    private bool IsStartupLossHigh(in CongestionSample sample)
    {
        if (sample.Phase != CongestionPhase.Recovery) return false;
        if (!_hasSelectiveAcks) return sample.LostBytes > 0;
        return _isLossRoundStart && _roundCount > _recoveryRound && _lossGaps >= StartupLossGaps
            && IsInFlightTooHigh(_rate.LostInInterval, _rate.InFlightWhenSent);
    }

    private void EndStartupByCongestion(bool canUndo)
    {
        if (canUndo) _undoState = BbrState.Startup;
        _fullBandwidthReached = true;
        _fullBandwidthNow = true;
        _inFlightLongTerm = Math.Max(BandwidthDelayProduct(1), _inFlightLatest);
    }

    private void CheckDrainDone(in CongestionSample sample)
    {
        if (_state != BbrState.Drain) return;
        if (sample.InFlightBytes <= InFlight(1) || _roundCount > _drainStartRound + LongestDrainRounds) StartProbeDown(sample.Now);
    }

    // §5.3.4.3.
    private void UpdateMinimumRoundTrip(in CongestionSample sample)
    {
        _isProbeExpired = sample.Now > _probeMinimumAt + ProbeRoundTripInterval;
        if (sample.RoundTrip > TimeSpan.Zero && (sample.RoundTrip < _probeMinimum || _isProbeExpired))
        {
            _probeMinimum = sample.RoundTrip;
            _probeMinimumAt = sample.Now;
        }
        if (_probeMinimum >= _minimumRoundTrip && sample.Now <= _minimumRoundTripAt + MinimumRoundTripFilterLength) return;
        _minimumRoundTrip = _probeMinimum;
        _minimumRoundTripAt = _probeMinimumAt;
    }

    private void CheckProbeRoundTrip(in CongestionSample sample)
    {
        if (_state != BbrState.ProbeRoundTrip && _isProbeExpired && !_isIdleRestart)
        {
            SaveWindow();
            _state = BbrState.ProbeRoundTrip;
            _probeDoneAt = null;
            _ackPhase = BbrAckPhase.ProbeStopping;
            StartRound();
        }
        if (_state == BbrState.ProbeRoundTrip) HandleProbeRoundTrip(sample);
        if (sample.DeliveredBytes > 0) _isIdleRestart = false;
    }

    private void HandleProbeRoundTrip(in CongestionSample sample)
    {
        if (_probeDoneAt is null)
        {
            if (sample.InFlightBytes > ProbeRoundTripWindow()) return;
            // From here: so long, and for a round trip at least.
            _probeDoneAt = sample.Now + ProbeRoundTripDuration;
            _isProbeRoundDone = false;
            StartRound();
            return;
        }
        if (_isRoundStart) _isProbeRoundDone = true;
        if (_isProbeRoundDone) CheckProbeRoundTripDone(sample.Now);
    }

    private void CheckProbeRoundTripDone(Instant now)
    {
        if (_probeDoneAt is not { } doneAt || now <= doneAt) return;
        _probeMinimumAt = now;   // The next one is due an interval from now.
        RestoreWindow();
        ResetShortTermModel();
        if (!_fullBandwidthReached)
        {
            EnterStartup();
            return;
        }
        // The next bandwidth probe waits its turn, but there is no queue left to drain.
        StartProbeDown(now);
        _state = BbrState.ProbeCruise;
    }
}
