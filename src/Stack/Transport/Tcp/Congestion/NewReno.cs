using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>RFC 5681's slow start and congestion avoidance, with byte counting (RFC 3465) and NewReno's end of recovery (RFC 6582).</summary>
public sealed class NewReno : ICongestionControl
{
    private int _segmentBytes;
    private long _acknowledgedInAvoidance;
    private bool _afterTimeout;

    public string Name => "reno";

    public long Window { get; private set; }

    public long SlowStartThreshold { get; private set; } = long.MaxValue;

    public void Start(int segmentBytes, long initialWindowBytes)
    {
        _segmentBytes = segmentBytes;
        if (initialWindowBytes == 0)
        {
            Window = Math.Max(Window, segmentBytes);
            return;
        }
        Window = initialWindowBytes;
        SlowStartThreshold = long.MaxValue;
        _acknowledgedInAvoidance = 0;
        _afterTimeout = false;
    }

    public void OnAcknowledged(in CongestionSample sample)
    {
        if (!sample.WasWindowLimited) return;
        if (Window < SlowStartThreshold)
        {
            // Appropriate byte counting: two segments per ACK, one while a timeout is being repaired (RFC 3465 §2.2, §2.3).
            long most = (_afterTimeout ? 1L : 2L) * _segmentBytes;
            // Departs from RFC 3465 §2.2 (L = 2), as Linux does: offload at either end makes one ACK stand for many segments, each of
            // which would have brought its own.
            if (!_afterTimeout) most = Math.Max(most, sample.AcknowledgedBytes);
            Window = Math.Min(Window + Math.Min(sample.AcknowledgedBytes, most), Math.Max(SlowStartThreshold, Window));
            return;
        }
        _afterTimeout = false;
        _acknowledgedInAvoidance += sample.AcknowledgedBytes;
        if (_acknowledgedInAvoidance < Window) return;
        _acknowledgedInAvoidance -= Window;
        Window += _segmentBytes;
    }

    public void OnLoss(long flightBytes, Instant now)
    {
        SlowStartThreshold = Math.Max(flightBytes / 2, 2L * _segmentBytes);
        Window = SlowStartThreshold;
        _acknowledgedInAvoidance = 0;
    }

    public void OnRecovered(long flightBytes, Instant now) =>
        Window = Math.Min(SlowStartThreshold, Math.Max(flightBytes, _segmentBytes) + _segmentBytes);

    public void OnTimeout(long flightBytes, bool isFirst, Instant now)
    {
        if (isFirst) SlowStartThreshold = Math.Max(flightBytes / 2, 2L * _segmentBytes);
        Window = _segmentBytes;
        _acknowledgedInAvoidance = 0;
        _afterTimeout = true;
    }

    public void OnIdle(long restartWindowBytes, Instant now) => Window = Math.Min(Window, restartWindowBytes);
}
