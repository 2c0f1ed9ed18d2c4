using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Sharing;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>What a connection takes over from earlier ones with the same peer, and leaves to later ones (RFC 9040 §6, §7).</content>
public sealed partial class TcpConnection
{
    private void TakeSharedState(Instant now)
    {
        if (!_layer.Options.ShareConnectionState || _layer.PeerStates?.Find(Remote.Address, now) is not { } known) return;
        _rtt.Expect(known.RoundTrip, known.Variation);
    }

    // ssthresh to start with. Less than twice the initial window would be no slow start at all.
    private long SharedSlowStartThreshold(Instant now)
    {
        if (!_layer.Options.ShareSlowStartThreshold || _layer.PeerStates?.Find(Remote.Address, now) is not { SlowStartThreshold: > 0 } known) return long.MaxValue;
        return Math.Max(known.SlowStartThreshold, 2 * InitialWindow());
    }

    private void LeaveSharedState()
    {
        if (!_layer.Options.ShareConnectionState || _establishedAt == Instant.Never || !_rtt.HasSample) return;
        if (_rtt.Backoff > 0)
        {
            // The peer, or the path to it, was lost: what was known of it is no guide any more.
            _layer.PeerStates?.Forget(Remote.Address);
            return;
        }
        PeerState shared = _layer.PeerStatesForUpdate.Update(Remote.Address, Instant.Max(_layer.Now, _lastReceivedAt));
        shared.Merge(_rtt.Smoothed, _rtt.Variation);
        if (_layer.Options.ShareSlowStartThreshold) shared.MergeThreshold(_congestion.SlowStartThreshold, _congestion.Window);
    }
}
