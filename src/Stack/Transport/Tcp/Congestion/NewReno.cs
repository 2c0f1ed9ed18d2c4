using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>RFC 5681's slow start and congestion avoidance, with byte counting (RFC 3465), NewReno's end of recovery (RFC 6582) and a milder answer to
/// congestion marks (RFC 8511).</summary>
public sealed class NewReno : ICongestionControl
{
    internal const string AlgorithmName = "reno";
    private const double LossFactor = 0.5;

    // beta_ecn of RFC 8511 §3.1.
    private const double MarkFactor = 0.8;
    private int _segmentBytes;
    private State _state;
    private State _saved;
    private bool _canUndo;

    public string Name => AlgorithmName;

    public long Window => _state.Window;

    public long SlowStartThreshold => _state.SlowStartThreshold;

    public void Start(in CongestionStart start)
    {
        _segmentBytes = start.SegmentBytes;
        _state = new State { Window = start.WindowBytes, SlowStartThreshold = start.SlowStartThreshold };
        _canUndo = false;
    }

    public void OnSegmentSize(int segmentBytes)
    {
        _segmentBytes = segmentBytes;
        _state.Window = Math.Max(Window, segmentBytes);
    }

    public void OnAcknowledged(in CongestionSample sample)
    {
        if (!sample.WasWindowLimited || sample.Phase == CongestionPhase.Recovery) return;
        if (Window < SlowStartThreshold)
        {
            // Appropriate byte counting: two segments per ACK, one while a timeout is being repaired (RFC 3465 §2.2, §2.3).
            long most = (_state.IsAfterTimeout ? 1L : 2L) * _segmentBytes;
            // Departs from RFC 3465 §2.2 (L = 2), as Linux does: offload at either end makes one ACK stand for many segments, each of
            // which would have brought its own.
            if (!_state.IsAfterTimeout) most = Math.Max(most, sample.AcknowledgedBytes);
            long grown = Window + Math.Min(sample.AcknowledgedBytes, most);
            _state.Window = CongestionWindow.Bound(Math.Min(grown, Math.Max(SlowStartThreshold, Window)));
            return;
        }
        _state.IsAfterTimeout = false;
        _state.AcknowledgedInAvoidance += sample.AcknowledgedBytes;
        if (_state.AcknowledgedInAvoidance < Window) return;
        _state.AcknowledgedInAvoidance -= Window;
        _state.Window = CongestionWindow.Bound(Window + _segmentBytes);
    }

    public void OnLoss(in LossEvent loss)
    {
        Save();
        ReduceTo((long)(loss.FlightBytes * LossFactor));
    }

    public void OnRecovered(long flightBytes, Instant now) =>
        _state.Window = Math.Min(SlowStartThreshold, Math.Max(flightBytes, _segmentBytes) + _segmentBytes);

    public void OnTimeout(long flightBytes, bool isFirst, Instant now)
    {
        if (isFirst)
        {
            Save();
            ReduceTo((long)(flightBytes * LossFactor));
        }
        _state.Window = _segmentBytes;
        _state.AcknowledgedInAvoidance = 0;
        _state.IsAfterTimeout = true;
    }

    // In slow start a mark counts as a loss does: the milder answer is for avoidance (RFC 8511 §3.1).
    public void OnCongestionExperienced(long flightBytes, Instant now) =>
        OnMarked((long)(flightBytes * (Window < SlowStartThreshold ? LossFactor : MarkFactor)));

    public void OnSpuriousLoss(Instant now)
    {
        if (_canUndo && Window <= _saved.Window) _state = _saved;
        _canUndo = false;
    }

    public void OnIdle(long restartWindowBytes, Instant now) => _state.Window = Math.Min(Window, restartWindowBytes);

    /// <summary>Congestion without loss: it leaves nothing to take back.</summary>
    internal void OnMarked(long windowBytes)
    {
        _canUndo = false;
        ReduceTo(windowBytes);
    }

    private void ReduceTo(long windowBytes)
    {
        _state.SlowStartThreshold = Math.Max(windowBytes, 2L * _segmentBytes);
        _state.Window = Math.Min(Window, SlowStartThreshold);   // After a timeout it may be less already.
        _state.AcknowledgedInAvoidance = 0;
    }

    private void Save()
    {
        _saved = _state;
        _canUndo = true;
    }

    private struct State
    {
        public long Window;
        public long SlowStartThreshold;
        public long AcknowledgedInAvoidance;
        public bool IsAfterTimeout;
    }
}
