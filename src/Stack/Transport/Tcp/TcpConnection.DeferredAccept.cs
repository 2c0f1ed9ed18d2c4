using StackSharp.Stack.Time;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>Accepting only who has something to say (Linux's TCP_DEFER_ACCEPT).</content>
public sealed partial class TcpConnection
{
    private Instant _acceptDeferredUntil;

    // The ACK that completes the handshake, with nothing to read: as good as not sent, for a time.
    private bool DefersAccept(in TcpHeader header, Instant now)
    {
        if (!IsUnseen || _options.DeferAccept == TimeSpan.Zero || header.SequenceLength > 0) return false;
        if (_acceptDeferredUntil != Instant.Never) return now < _acceptDeferredUntil;
        _acceptDeferredUntil = now + _options.DeferAccept;
        // How long the peer thinks before it speaks is no round trip.
        if (!Has(TcpFlags.SynRetransmitted) && _synSentAt != Instant.Never) _rtt.Sample((now - _synSentAt).Ticks * 100, 1, now);
        _synSentAt = Instant.Never;
        // It has our SYN-ACK. The next one, when the time is over, asks it for its ACK again.
        ArmTimer(TcpTimer.Retransmit, _acceptDeferredUntil);
        return true;
    }
}
