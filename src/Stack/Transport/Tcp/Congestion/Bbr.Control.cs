namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <content>What follows from the model: pacing rate, send quantum and window (§5.6).</content>
public sealed partial class Bbr
{
    private const double StartupPacingGain = 2.77;
    private const double DrainPacingGain = 0.5;
    private const double DownPacingGain = 0.9;
    private const double UpPacingGain = 1.25;
    private const double DefaultWindowGain = 2;
    private const double UpWindowGain = 2.25;
    private const double ProbeRoundTripWindowGain = 0.5;

    // BBR.PacingMarginPercent: a little below the bandwidth, so that queues drain.
    private const double PacingMargin = 0.99;
    private const int LeastWindowSegments = 4;
    private const int OffloadQuanta = 3;
    private const long LargestQuantum = 64 * 1024;
    private static readonly TimeSpan QuantumTime = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan GuessedRoundTrip = TimeSpan.FromMilliseconds(1);
    private bool _isPacingGuessed;

    internal double PacingGain => _state switch
    {
        BbrState.Startup => StartupPacingGain,
        BbrState.Drain => DrainPacingGain,
        BbrState.ProbeDown => DownPacingGain,
        BbrState.ProbeUp => UpPacingGain,
        _ => 1,
    };

    private double WindowGain => _state switch
    {
        BbrState.ProbeUp => UpWindowGain,
        BbrState.ProbeRoundTrip => ProbeRoundTripWindowGain,
        _ => DefaultWindowGain,
    };

    // BBR.MinPipeCwnd.
    private long LeastWindow => (long)LeastWindowSegments * _segmentBytes;

    private void StartPacing(TimeSpan smoothedRoundTrip)
    {
        _isPacingGuessed = smoothedRoundTrip <= TimeSpan.Zero;
        TimeSpan roundTrip = _isPacingGuessed ? GuessedRoundTrip : smoothedRoundTrip;
        _pacingRate = Math.Max(1, (long)(StartupPacingGain * _initialWindow / roundTrip.TotalSeconds));
    }

    private void SetPacingRate(double gain, TimeSpan smoothedRoundTrip)
    {
        if (_isPacingGuessed && smoothedRoundTrip > TimeSpan.Zero) StartPacing(smoothedRoundTrip);
        SetPacingRate(gain);
    }

    // Until the path's bandwidth is known the rate only rises: samples of an application's pace say nothing against it.
    private void SetPacingRate(double gain)
    {
        if (_bandwidth == 0) return;
        long rate = Math.Max(1, (long)(gain * _bandwidth * PacingMargin));
        if (_fullBandwidthReached || rate > _pacingRate) _pacingRate = rate;
    }

    private long BandwidthDelayProduct(double gain) => BandwidthDelayProduct(gain, _bandwidth);

    private long BandwidthDelayProduct(double gain, long bandwidth) =>
        _minimumRoundTrip == TimeSpan.MaxValue ? _initialWindow : Octets(gain * bandwidth, _minimumRoundTrip);

    // Enough for what is being cut, merged and delayed at both ends besides.
    private long WithOffload(long inFlight)
    {
        long quantum = Math.Max(Math.Min(Octets(_pacingRate, QuantumTime), LargestQuantum), 2L * _segmentBytes);
        inFlight = Math.Max(inFlight, OffloadQuanta * quantum);
        inFlight = Math.Max(inFlight, LeastWindow);
        return _state == BbrState.ProbeUp ? inFlight + 2L * _segmentBytes : inFlight;
    }

    private long InFlight(double gain) => InFlight(gain, _bandwidth);

    private long InFlight(double gain, long bandwidth) => WithOffload(BandwidthDelayProduct(gain, bandwidth));

    private long TargetInFlight() => Math.Min(BandwidthDelayProduct(1), _window);

    private long ProbeRoundTripWindow() => Math.Max(BandwidthDelayProduct(ProbeRoundTripWindowGain), LeastWindow);

    private void SetWindow(long deliveredBytes)
    {
        long most = WithOffload(BandwidthDelayProduct(WindowGain) + _extraAcked.Value);
        if (_fullBandwidthReached) _window = Math.Min(_window + deliveredBytes, most);
        else if (_window < most || _delivered - _deliveredAtStart < _initialWindow) _window += deliveredBytes;
        _window = CongestionWindow.Bound(Math.Max(_window, LeastWindow));
        if (_state == BbrState.ProbeRoundTrip) _window = Math.Min(_window, ProbeRoundTripWindow());
        BoundWindowForModel();
    }

    private void BoundWindowForModel()
    {
        long cap = _state switch
        {
            BbrState.ProbeCruise or BbrState.ProbeRoundTrip => InFlightWithHeadroom(),
            BbrState.ProbeDown or BbrState.ProbeRefill or BbrState.ProbeUp => _inFlightLongTerm,
            _ => Unbounded,
        };
        cap = Math.Max(Math.Min(cap, _inFlightShortTerm), LeastWindow);
        _window = Math.Min(_window, cap);
    }
}
