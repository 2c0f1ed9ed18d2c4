using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Congestion;

namespace CongestionPlugIn;

/// <summary>TCP Vegas (Brakmo and Peterson, 1994): a round trip that grows longer tells of a queue, before anything is lost. Small enough to show what an algorithm
/// has to do; alone on a path it is a fine one, beside CUBIC it gives way.</summary>
public sealed class Vegas : ICongestionControl
{
    // Segments that the flow may keep in queues: fewer, and it grows; more, and it shrinks.
    private const int Fewest = 2;
    private const int Most = 4;
    private int _segmentBytes;
    private RoundCounter _rounds;
    private TimeSpan _roundMinimum;
    private bool _growsThisRound;
    private (long Window, long Threshold)? _beforeLoss;

    /// <summary>What sockets choose it by.</summary>
    public string Name => "vegas";

    public long Window { get; private set; }

    public long SlowStartThreshold { get; private set; }

    // An instance serves one connection after another: nothing of the last one may stay.
    public void Start(in CongestionStart start)
    {
        _segmentBytes = start.SegmentBytes;
        Window = start.WindowBytes;
        SlowStartThreshold = start.SlowStartThreshold;
        _rounds = default;
        _roundMinimum = TimeSpan.MaxValue;
        _growsThisRound = true;
        _beforeLoss = null;
    }

    public void OnSegmentSize(int segmentBytes)
    {
        _segmentBytes = segmentBytes;
        Window = Math.Max(Window, segmentBytes);
    }

    public void OnAcknowledged(in CongestionSample sample)
    {
        // In fast recovery the connection sends by SlowStartThreshold.
        if (sample.Phase == CongestionPhase.Recovery) return;
        if (sample.RoundTrip > TimeSpan.Zero && sample.RoundTrip < _roundMinimum) _roundMinimum = sample.RoundTrip;
        bool isSlowStart = Window < SlowStartThreshold;
        // A window that was not used has proved nothing.
        if (isSlowStart && _growsThisRound && sample.WasWindowLimited) Window += sample.AcknowledgedBytes;
        if (!_rounds.Update(sample) || _roundMinimum == TimeSpan.MaxValue) return;
        // Of the window, what the shortest round trip does not explain lies in queues.
        long queued = (long)(Window * (_roundMinimum - sample.MinimumRoundTrip) / _roundMinimum) / _segmentBytes;
        if (isSlowStart) LeaveSlowStartAt(queued);
        else if (queued < Fewest && sample.WasWindowLimited) Window += _segmentBytes;
        else if (queued > Most) Window = Math.Max(Window - _segmentBytes, 2L * _segmentBytes);
        _roundMinimum = TimeSpan.MaxValue;
        _growsThisRound = !_growsThisRound;   // Every other round trip only: the one between shows what came of it.
    }

    public void OnLoss(in LossEvent loss)
    {
        _beforeLoss = (Window, SlowStartThreshold);
        SlowStartThreshold = Math.Max(loss.FlightBytes * 3 / 4, 2L * _segmentBytes);
        Window = SlowStartThreshold;
    }

    public void OnRecovered(long flightBytes, Instant now) => Window = SlowStartThreshold;

    public void OnTimeout(long flightBytes, bool isFirst, Instant now)
    {
        if (isFirst)
        {
            _beforeLoss = (Window, SlowStartThreshold);
            SlowStartThreshold = Math.Max(flightBytes / 2, 2L * _segmentBytes);
        }
        Window = _segmentBytes;
    }

    public void OnCongestionExperienced(long flightBytes, Instant now)
    {
        _beforeLoss = null;
        SlowStartThreshold = Math.Max(flightBytes / 2, 2L * _segmentBytes);
        Window = Math.Min(Window, SlowStartThreshold);
    }

    public void OnSpuriousLoss(Instant now)
    {
        if (_beforeLoss is { } before) (Window, SlowStartThreshold) = (Math.Max(Window, before.Window), before.Threshold);
        _beforeLoss = null;
    }

    public void OnIdle(long restartWindowBytes, Instant now) => Window = Math.Min(Window, restartWindowBytes);

    private void LeaveSlowStartAt(long queuedSegments)
    {
        if (queuedSegments > Fewest) SlowStartThreshold = Window = Math.Max(Window - queuedSegments * _segmentBytes, 2L * _segmentBytes);
    }
}
