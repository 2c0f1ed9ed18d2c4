using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>Data Center TCP (RFC 8257): congestion marks count, and the window gives way in proportion to them. Everything else is Reno's.</summary>
/// <remarks>Only for networks whose queues mark early and whose hosts all do the same (§5): elsewhere it is unfair to others. Over classic feedback
/// both ends have to use it: each ACK then says of the segments that it is for whether they were marked (§3.2). Where the peer knows no ECN it is Reno.</remarks>
public sealed class Dctcp : ICongestionControl
{
    internal const string AlgorithmName = "dctcp";
    private const double Gain = 1.0 / 16;   // g (§4.2).
    private readonly NewReno _reno = new();
    private RoundCounter _rounds;
    private double _alpha;
    private long _delivered;
    private long _marked;

    // What was sent up to here is answered already: one reduction per window (§3.3, step 8; RFC 3168 §6.1.2).
    private long _answeredOffset;

    public string Name => AlgorithmName;

    public long Window => _reno.Window;

    public long SlowStartThreshold => _reno.SlowStartThreshold;

    public bool NeedsExactMarks => true;

    /// <summary>DCTCP.Alpha: the share of octets that are marked, on average.</summary>
    internal double Alpha => _alpha;

    public void Start(in CongestionStart start)
    {
        _reno.Start(start);
        _rounds = default;
        // A connection that knows nothing yet takes its first mark seriously (§4.2).
        _alpha = 1;
        _delivered = _marked = _answeredOffset = 0;
    }

    public void OnSegmentSize(int segmentBytes) => _reno.OnSegmentSize(segmentBytes);

    public void OnAcknowledged(in CongestionSample sample)
    {
        _delivered += sample.DeliveredBytes;
        _marked += Math.Min(sample.MarkedBytes, sample.DeliveredBytes);
        if (_rounds.Update(sample)) UpdateAlpha();
        if (sample.MarkedBytes > 0 && sample.Phase == CongestionPhase.Open && sample.UnacknowledgedOffset >= _answeredOffset)
        {
            _reno.OnMarked((long)(Window * (1 - _alpha / 2)));
            _answeredOffset = sample.NextOffset;
        }
        // While a reduction takes hold, nothing grows.
        if (sample.UnacknowledgedOffset >= _answeredOffset) _reno.OnAcknowledged(sample);
    }

    public void OnLoss(in LossEvent loss) => _reno.OnLoss(loss);

    public void OnRecovered(long flightBytes, Instant now) => _reno.OnRecovered(flightBytes, now);

    public void OnTimeout(long flightBytes, bool isFirst, Instant now) => _reno.OnTimeout(flightBytes, isFirst, now);

    public void OnCongestionExperienced(long flightBytes, Instant now) => _reno.OnCongestionExperienced(flightBytes, now);

    public void OnSpuriousLoss(Instant now) => _reno.OnSpuriousLoss(now);

    public void OnIdle(long restartWindowBytes, Instant now) => _reno.OnIdle(restartWindowBytes, now);

    private void UpdateAlpha()
    {
        if (_delivered == 0) return;
        _alpha += Gain * ((double)_marked / _delivered - _alpha);
        _delivered = _marked = 0;
    }
}
