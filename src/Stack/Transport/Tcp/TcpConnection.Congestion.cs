using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Congestion;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>Which congestion control decides, and what it is told.</content>
public sealed partial class TcpConnection
{
    private ICongestionControl _congestion;

    // An instance serves conversation after conversation: a new one only for another algorithm.
    private void ChooseCongestionControl()
    {
        string name = _options.CongestionControl ?? _layer.Options.CongestionControl;
        if (_congestion.Name != name) _congestion = _layer.Options.CongestionControls.Create(name);
    }

    private void StartCongestionControl(long windowBytes, long threshold, Instant now) => _congestion.Start(new CongestionStart
    {
        SegmentBytes = _sendMss,
        WindowBytes = windowBytes,
        SlowStartThreshold = threshold,
        HasSelectiveAcknowledgment = HasSack,
        SmoothedRoundTrip = _rtt.Smoothed,
        MinimumRoundTrip = _rtt.Minimum,
        DeliveredBytes = _rate.Delivered,
        Random = _layer.Random,
        Now = now,
    });

    // On a live connection the new algorithm goes on from the old one's windows.
    private void ChangeCongestionControl(Instant now)
    {
        (long window, long threshold) = (_congestion.Window, _congestion.SlowStartThreshold);
        ICongestionControl before = _congestion;
        ChooseCongestionControl();
        if (_congestion != before && IsSynchronized) StartCongestionControl(window, threshold, now);
    }
}
