using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <content>What losses and marks do to the model, and how a loss that was none is taken back (§5.5.10, §5.5.11).</content>
public sealed partial class Bbr
{
    private const double LossThreshold = 0.02;
    private const double Beta = 0.7;
    private bool _isLossInRound;
    private bool _isLossRoundStart;
    private long _lossRoundDelivered;
    private long _bandwidthLatest;
    private long _inFlightLatest;
    private int _lossGaps;
    private long _lossEnd;
    private int _recoveryRound;
    private long _priorWindow;

    // What held before the latest episode of loss is known, and the episode is not over.
    private bool _isStateSaved;
    private bool _isEpisodeOpen;
    private BbrState? _undoState;
    private long _undoBandwidthShortTerm;
    private long _undoInFlightShortTerm;
    private long _undoInFlightLongTerm;

    public void OnSegmentLost(in LostSegment segment)
    {
        if (segment.Offset != _lossEnd || _lossGaps == 0) _lossGaps++;
        _lossEnd = segment.Offset + segment.Bytes;
        _delivered = Math.Max(_delivered, segment.Delivered);
        NoteLoss();
        if (!_isBandwidthProbeSample || !IsInFlightTooHigh(segment.LostSinceSent, segment.InFlightWhenSent)) return;
        HandleInFlightTooHigh(InFlightAtLoss(segment), segment.WasApplicationLimited, canUndo: true, segment.Now);
    }

    public void OnLoss(in LossEvent loss)
    {
        SaveWindow();
        SaveState();
        _isInRecovery = true;
        _recoveryRound = _roundCount;
    }

    public void OnRecovered(long flightBytes, Instant now)
    {
        if (!_isInRecovery) return;
        LeaveRecovery();
        BoundWindowForModel();
    }

    // §5.6.4.4: one segment, and then as much more as is delivered.
    public void OnTimeout(long flightBytes, bool isFirst, Instant now)
    {
        SaveWindow();
        SaveState();
        _isInRecovery = true;
        _recoveryRound = _roundCount;
        _window = _segmentBytes;
    }

    // The draft leaves the answer to marks open, as long as they count as congestion (§2.16): they count as loss does, with nothing to take back.
    public void OnCongestionExperienced(long flightBytes, Instant now)
    {
        if (!_isLossInRound) _lossRoundDelivered = _delivered;
        _isLossInRound = true;
        if (_state == BbrState.Startup) EndStartupByCongestion(canUndo: false);
        else if (_isBandwidthProbeSample) HandleInFlightTooHigh(flightBytes, _rate.IsApplicationLimited, canUndo: false, now);
    }

    public void OnSpuriousLoss(Instant now)
    {
        if (!_isStateSaved) return;
        _isStateSaved = false;
        _isEpisodeOpen = false;
        _isInRecovery = false;
        RestoreWindow();
        _isLossInRound = false;
        ResetFullBandwidth();
        _bandwidthShortTerm = Math.Max(_bandwidthShortTerm, _undoBandwidthShortTerm);
        _inFlightShortTerm = Math.Max(_inFlightShortTerm, _undoInFlightShortTerm);
        _inFlightLongTerm = Math.Max(_inFlightLongTerm, _undoInFlightLongTerm);
        if (_undoState == BbrState.Startup && _state != BbrState.Startup)
        {
            _fullBandwidthReached = false;
            if (_state != BbrState.ProbeRoundTrip) EnterStartup();
        }
        else if (_undoState == BbrState.ProbeUp && _state is not (BbrState.ProbeUp or BbrState.ProbeRoundTrip))
        {
            StartProbeRefill();
        }
        _undoState = null;
    }

    private void StartLosses()
    {
        ResetCongestionSignals();
        _isLossRoundStart = false;
        _lossRoundDelivered = _delivered;
        _lossGaps = 0;
        _lossEnd = 0;
        _recoveryRound = 0;
        _priorWindow = 0;
        _isStateSaved = false;
        _isEpisodeOpen = false;
        _undoState = null;
    }

    private bool IsInFlightTooHigh(long lost, long inFlightWhenSent) =>
        lost > inFlightWhenSent * LossThreshold || (lost > 0 && !_hasSelectiveAcks);

    private void HandleInFlightTooHigh(long inFlight, bool isApplicationLimited, bool canUndo, Instant now)
    {
        _wasProbeTooHigh = true;
        _isBandwidthProbeSample = false;   // One answer for each probe.
        if (!isApplicationLimited) _inFlightLongTerm = Math.Max(inFlight, (long)(TargetInFlight() * Beta));
        if (_state != BbrState.ProbeUp) return;
        if (canUndo) _undoState = BbrState.ProbeUp;
        StartProbeDown(now);
    }

    // A large send may be lost at its end only: at which of its octets did losses pass the threshold?
    private static long InFlightAtLoss(in LostSegment segment)
    {
        long inFlightBefore = segment.InFlightWhenSent - segment.Bytes;
        long lostBefore = segment.LostSinceSent - segment.Bytes;
        double prefix = (LossThreshold * inFlightBefore - lostBefore) / (1 - LossThreshold);
        return inFlightBefore + (long)Math.Clamp(prefix, 0, segment.Bytes);
    }

    private void NoteLoss()
    {
        if (!_isLossInRound)
        {
            _lossRoundDelivered = _delivered;
            SaveState();
        }
        _isLossInRound = true;
    }

    private void UpdateLatestDeliverySignals()
    {
        _isLossRoundStart = false;
        _bandwidthLatest = Math.Max(_bandwidthLatest, _deliveryRate);
        _inFlightLatest = Math.Max(_inFlightLatest, _rate.DeliveredInInterval);
        if (_rate.PriorDelivered < _lossRoundDelivered || !_rate.IsValid) return;
        _lossRoundDelivered = _delivered;
        _isLossRoundStart = true;
    }

    private void AdvanceLatestDeliverySignals()
    {
        if (!_isLossRoundStart) return;
        _bandwidthLatest = _deliveryRate;
        _inFlightLatest = _rate.DeliveredInInterval;
    }

    private void ResetCongestionSignals()
    {
        _isLossInRound = false;
        _bandwidthLatest = 0;
        _inFlightLatest = 0;
    }

    private void UpdateCongestionSignals()
    {
        UpdateMaximumBandwidth();
        if (!_isLossRoundStart) return;
        if (_isLossInRound && !IsAccelerating) LowerShortTermModel();
        // A round without loss ends an episode that brought no recovery.
        if (!_isLossInRound && !_isInRecovery) _isEpisodeOpen = false;
        _isLossInRound = false;
    }

    // Departs from the draft, which takes the latest figures as they are: they came about at a pace that leaves a margin below the model's, so each round with any
    // loss at all, however rare, would lower the model by that margin again.
    private void LowerShortTermModel()
    {
        if (_bandwidthShortTerm == Unbounded) _bandwidthShortTerm = MaximumBandwidth;
        if (_inFlightShortTerm == Unbounded) _inFlightShortTerm = _window;
        _bandwidthShortTerm = Math.Max((long)(_bandwidthLatest / PacingMargin), (long)(Beta * _bandwidthShortTerm));
        _inFlightShortTerm = Math.Max((long)(_inFlightLatest / PacingMargin), (long)(Beta * _inFlightShortTerm));
    }

    // Departs from the draft, which saves again with the first loss of each round and when recovery begins: by then the first losses may have changed the
    // state that is to be restored. What held before an episode is saved once.
    private void SaveState()
    {
        if (_isEpisodeOpen) return;
        _isEpisodeOpen = true;
        _isStateSaved = true;
        _undoState = null;
        _undoBandwidthShortTerm = _bandwidthShortTerm;
        _undoInFlightShortTerm = _inFlightShortTerm;
        _undoInFlightLongTerm = _inFlightLongTerm;
    }

    private void SaveWindow() =>
        _priorWindow = _isInRecovery || _state == BbrState.ProbeRoundTrip ? Math.Max(_priorWindow, _window) : _window;

    private void RestoreWindow() => _window = Math.Max(_window, _priorWindow);

    private void LeaveRecovery()
    {
        _isInRecovery = false;
        _isEpisodeOpen = false;
        RestoreWindow();
    }
}
