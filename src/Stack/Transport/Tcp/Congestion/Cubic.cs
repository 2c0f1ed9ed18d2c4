using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>CUBIC (RFC 9438) with HyStart++ (RFC 9406) and a milder answer to congestion marks (RFC 8511).</summary>
/// <remarks>Windows are octets, where the RFC has segments: C and alpha are multiplied by the segment size.</remarks>
public sealed class Cubic : ICongestionControl
{
    internal const string AlgorithmName = "cubic";

    /// <summary>beta_cubic (§4.6).</summary>
    private const double LossFactor = 0.7;

    /// <summary>beta_ecn (RFC 8511 §3.1).</summary>
    private const double MarkFactor = 0.85;

    // alpha_cubic (§4.3): with it a window that is cut to beta grows on average as Reno's, which is cut to a half.
    private const double FriendlyGrowth = 3 * (1 - LossFactor) / (1 + LossFactor);
    private int _segmentBytes;
    private State _state;
    private State _saved;
    private bool _canUndo;

    public string Name => AlgorithmName;

    public long Window => _state.Window;

    public long SlowStartThreshold => _state.SlowStartThreshold;

    /// <summary>W_max, in octets.</summary>
    internal long LastMaximum => _state.LastMaximum;

    /// <summary>W_est, in octets: what Reno would have reached.</summary>
    internal double RenoEstimate => _state.RenoEstimate;

    /// <summary>K and what has passed of the time towards it (t), while congestion avoidance lasts.</summary>
    internal (TimeSpan ToMaximum, TimeSpan Elapsed)? Epoch => _state.IsInEpoch ? (_state.Curve.ToMaximum, _state.Elapsed) : null;

    /// <summary>HyStart++ watches over slow start, at its full or its conservative speed.</summary>
    internal (bool IsRunning, bool IsConservative) SlowStart => (_state.HyStart.IsRunning, _state.HyStart.IsConservative);

    public void Start(in CongestionStart start)
    {
        _segmentBytes = start.SegmentBytes;
        _state = new State { Window = start.WindowBytes, SlowStartThreshold = start.SlowStartThreshold };
        if (start.SlowStartThreshold == long.MaxValue) _state.HyStart = HyStart.Begin();
        _canUndo = false;
    }

    public void OnSegmentSize(int segmentBytes)
    {
        _segmentBytes = segmentBytes;
        _state.Window = Math.Max(Window, segmentBytes);
    }

    // A silence is no time in which the window could have grown (§5.8).
    public void OnSent(long bytes, long inFlightBytes, bool isApplicationLimited, Instant now)
    {
        if (inFlightBytes == 0) _state.LatestAt = now;
    }

    public void OnAcknowledged(in CongestionSample sample)
    {
        long left = sample.AcknowledgedBytes;
        if (sample.Phase != CongestionPhase.Recovery)
        {
            if (Window < SlowStartThreshold) left = GrowInSlowStart(sample);
            if (left > 0 && Window >= SlowStartThreshold) GrowInAvoidance(sample, left);
        }
        _state.LatestAt = sample.Now;
    }

    public void OnLoss(in LossEvent loss)
    {
        Save();
        Reduce(loss.FlightBytes, LossFactor);
    }

    public void OnRecovered(long flightBytes, Instant now)
    {
        _state.Window = SlowStartThreshold;
        _state.IsInEpoch = false;
    }

    public void OnTimeout(long flightBytes, bool isFirst, Instant now)
    {
        if (isFirst)
        {
            Save();
            Reduce(flightBytes, LossFactor);
        }
        // The next congestion avoidance begins at its own maximum, with K = 0 (§4.8).
        _state.LastMaximum = 0;
        _state.Window = _segmentBytes;
        _state.IsInEpoch = false;
    }

    // In slow start a mark counts as a loss does: the milder answer is for avoidance (RFC 8511 §3.1).
    public void OnCongestionExperienced(long flightBytes, Instant now)
    {
        _canUndo = false;
        Reduce(flightBytes, Window < SlowStartThreshold ? LossFactor : MarkFactor);
    }

    // §4.9.2: all of it, unless the window has grown larger meanwhile.
    public void OnSpuriousLoss(Instant now)
    {
        if (_canUndo && Window <= _saved.Window) _state = _saved with { LatestAt = _state.LatestAt };
        _canUndo = false;
    }

    public void OnIdle(long restartWindowBytes, Instant now)
    {
        if (restartWindowBytes >= Window) return;
        _state.Window = restartWindowBytes;
        _state.IsInEpoch = false;
    }

    // Returns octets that are for congestion avoidance.
    private long GrowInSlowStart(in CongestionSample sample)
    {
        bool ends = _state.HyStart.IsRunning && _state.HyStart.Update(sample);
        if (sample.WasWindowLimited)
        {
            long bytes = sample.AcknowledgedBytes;
            // While a timeout is repaired, an acknowledgment may be of octets that arrived long ago (RFC 3465 §2.3).
            if (sample.Phase == CongestionPhase.TimeoutRecovery) bytes = Math.Min(bytes, _segmentBytes);
            long growth = _state.HyStart.IsRunning ? _state.HyStart.Growth(bytes) : bytes;
            long room = SlowStartThreshold - Window;
            _state.Window = CongestionWindow.Bound(Window + Math.Min(growth, room));
            if (growth > room) return growth - room;
        }
        if (ends) _state.SlowStartThreshold = Window;
        return 0;
    }

    // §4.2 to §4.5. One acknowledgment may be for dozens of segments: what each of them would have added comes together.
    private void GrowInAvoidance(in CongestionSample sample, long acknowledgedBytes)
    {
        if (!sample.WasWindowLimited) return;
        if (_state.IsInEpoch) _state.Elapsed += sample.Now - _state.LatestAt;
        else BeginEpoch();
        acknowledgedBytes = Math.Min(acknowledgedBytes, Window);
        double growth = _state.RenoEstimate < _state.PriorWindow ? FriendlyGrowth : 1;
        _state.RenoEstimate += growth * _segmentBytes * acknowledgedBytes / Window;
        if (_state.Curve.At(_state.Elapsed, _segmentBytes) < _state.RenoEstimate)
        {
            _state.Window = CongestionWindow.Bound(Math.Max(Window, (long)_state.RenoEstimate));
            _state.Credit = 0;
            return;
        }
        double ahead = _state.Curve.At(_state.Elapsed + sample.SmoothedRoundTrip, _segmentBytes);
        long target = (long)Math.Clamp(ahead, Window, Window * 1.5);
        // (target - cwnd) / cwnd for each octet; what a division leaves is kept.
        _state.Credit += (target - Window) * acknowledgedBytes;
        long added = _state.Credit / Window;
        _state.Credit -= added * Window;
        _state.Window = CongestionWindow.Bound(Window + added);
    }

    private void BeginEpoch()
    {
        _state.IsInEpoch = true;
        _state.Elapsed = TimeSpan.Zero;
        _state.Credit = 0;
        _state.RenoEstimate = Window;
        // Above the last maximum, or after a timeout, the curve has no concave part: it begins at its middle.
        _state.LastMaximum = Math.Max(_state.LastMaximum, Window);
        _state.Curve = CubicCurve.Between(Window, _state.LastMaximum, _segmentBytes);
    }

    private void Reduce(long flightBytes, double factor)
    {
        _state.HyStart.Stop();
        // Fast convergence (§4.7): less than the last time means that others need room.
        _state.LastMaximum = Window < _state.LastMaximum ? (long)(Window * (1 + LossFactor) / 2) : Window;
        _state.PriorWindow = Window;
        // What limited transmit or an earlier reduction leaves in flight above the window is no measure of the path.
        long reduced = (long)(Math.Min(flightBytes, Window) * factor);
        _state.SlowStartThreshold = Math.Max(reduced, 2L * _segmentBytes);
        _state.Window = Math.Min(Window, SlowStartThreshold);
        _state.IsInEpoch = false;
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

        /// <summary>W_max; 0: none.</summary>
        public long LastMaximum;

        /// <summary>cwnd_prior.</summary>
        public long PriorWindow;

        /// <summary>W_est.</summary>
        public double RenoEstimate;

        /// <summary>Growth that is less than an octet yet, times the window.</summary>
        public long Credit;
        public CubicCurve Curve;

        /// <summary>t: only what passed while the window was what limited the sender (§4.2, §5.8).</summary>
        public TimeSpan Elapsed;
        public Instant LatestAt;
        public bool IsInEpoch;
        public HyStart HyStart;
    }
}
