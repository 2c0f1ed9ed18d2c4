using StackSharp.Stack.Time;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>TIME-WAIT and who may follow (RFC 9293 §3.6.1, RFC 6191), and the marks that the layer keeps count of.</content>
public sealed partial class TcpConnection
{
    /// <summary>This connection is in TIME-WAIT and the segment is a SYN that may take its place (RFC 6191 §2).</summary>
    /// <param name="last">SND.NXT: the next incarnation's sequence numbers begin above it.</param>
    internal bool YieldsTo(in TcpHeader header, in TcpSegmentOptions options, out SequenceNumber last)
    {
        last = _send.Next;
        if (State != TcpState.TimeWait || !header.Has(TcpControlBits.Syn) || header.Has(TcpControlBits.Ack) || header.Has(TcpControlBits.Rst)) return false;
        bool laterSequence = header.Sequence.IsAtOrAfter(_receive.Next);
        if (!HasTimestamps || !options.HasTimestamps) return laterSequence;
        int later = unchecked((int)(options.TimestampValue - _receive.TimestampRecent));
        return later > 0 || (later == 0 && laterSequence);
    }

    /// <summary>This end may open the same four-tuple again (RFC 6191 §3; RFC 9293 MAY-2).</summary>
    internal bool CanBeReused(Instant now) =>
        State == TcpState.TimeWait && HasTimestamps && now - _lastReceivedAt >= _layer.Options.TimeWaitReuseDelay;

    internal void EndTimeWait() => Release();

    internal void OnAccepted() => _listener = null;

    internal bool TakeOrphanMark()
    {
        bool counted = Has(TcpFlags.CountedAsOrphan);
        Set(TcpFlags.CountedAsOrphan, false);
        return counted;
    }
}
