using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>BBR, version 3 (draft-ietf-ccwg-bbr): models the path by the rate at which it delivers and by its shortest round trip, and sends at that rate.</summary>
/// <remarks>
/// <para>Names follow the draft's; sections are its. It needs the connection to pace and to sample the delivery rate.</para>
/// <para>The parts of this class: states and their transitions (States, ProbeBandwidth), the model of the path (Model, Loss), and what follows from it (Control).</para>
/// </remarks>
public sealed partial class Bbr : ICongestionControl
{
    internal const string AlgorithmName = "bbr";
    private const long Unbounded = long.MaxValue;
    private IRandomSource _random = null!;   // Set by Start, as all that follows.
    private int _segmentBytes;
    private bool _hasSelectiveAcks;
    private long _initialWindow;
    private long _deliveredAtStart;
    private BbrState _state;
    private long _window;
    private long _pacingRate;

    // Of the acknowledgment under way (RS).
    private RateSample _rate;
    private long _deliveryRate;
    private long _delivered;
    private bool _isInRecovery;

    public string Name => AlgorithmName;

    public long Window => _window;

    /// <summary>The window once the path's rate is known: until then BBR grows as slow start does.</summary>
    public long SlowStartThreshold => _fullBandwidthReached ? _window : long.MaxValue;

    public long PacingRate => _pacingRate;

    public bool OwnsRecoveryWindow => true;

    /// <summary>What is sent in ProbeRTT shows nothing of the path's rate (§5.3.4.3).</summary>
    public bool IsHoldingBack => _state == BbrState.ProbeRoundTrip;

    internal BbrState State => _state;

    // §5.2.1.
    public void Start(in CongestionStart start)
    {
        _random = start.Random;
        _segmentBytes = start.SegmentBytes;
        _hasSelectiveAcks = start.HasSelectiveAcknowledgment;
        _initialWindow = start.WindowBytes;
        _window = start.WindowBytes;
        _deliveredAtStart = _delivered = start.DeliveredBytes;
        _rate = default;
        _deliveryRate = 0;
        _isInRecovery = false;
        StartModel(start);
        StartProbing();
        StartLosses();
        StartPacing(start.SmoothedRoundTrip);
        EnterStartup();
    }

    public void OnSegmentSize(int segmentBytes)
    {
        _segmentBytes = segmentBytes;
        _window = Math.Max(_window, segmentBytes);
    }

    // §5.4.1.
    public void OnSent(long bytes, long inFlightBytes, bool isApplicationLimited, Instant now)
    {
        if (inFlightBytes > 0 || !isApplicationLimited) return;
        _isIdleRestart = true;
        _extraAckedIntervalStart = now;
        if (IsProbingCycle) SetPacingRate(1);
        else if (_state == BbrState.ProbeRoundTrip) CheckProbeRoundTripDone(now);
    }

    // §5.2.3, UpdateOnACK.
    public void OnAcknowledged(in CongestionSample sample)
    {
        _rate = sample.Rate;
        _deliveryRate = sample.Rate.BytesPerSecond;
        _delivered = Math.Max(_delivered, sample.Rate.Delivered);
        if (_isInRecovery && sample.Phase == CongestionPhase.Open) LeaveRecovery();
        UpdateLatestDeliverySignals();
        UpdateCongestionSignals();
        UpdateAckAggregation(sample);
        CheckFullBandwidthReached();
        CheckStartupDone(sample);
        CheckDrainDone(sample);
        UpdateProbeCycle(sample);
        UpdateMinimumRoundTrip(sample);
        CheckProbeRoundTrip(sample);
        AdvanceLatestDeliverySignals();
        _bandwidth = Math.Min(MaximumBandwidth, _bandwidthShortTerm);
        SetPacingRate(PacingGain, sample.SmoothedRoundTrip);
        SetWindow(sample.DeliveredBytes);
    }

    // BBR keeps its window: what was sent before the silence is no measure of what the path takes now, the model is (§5.4).
    public void OnIdle(long restartWindowBytes, Instant now)
    {
    }
}
