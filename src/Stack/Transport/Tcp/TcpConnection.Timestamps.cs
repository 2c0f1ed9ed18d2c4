using StackSharp.Stack.Time;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>Timestamps and PAWS (RFC 7323 §3 to §5).</content>
public sealed partial class TcpConnection
{
    private uint _timestampOffset;
    private Instant _timestampRecentAt;

    // A clock of 1 ms, shifted by an amount that an outsider cannot tell (RFC 7323 §5.4, §7.1).
    internal uint TimestampClock(Instant now) => unchecked((uint)(now.Nanoseconds / 1_000_000) + _timestampOffset);

    // R1 of §5.3. RST is exempt (§5.2), and SYN has rules of its own.
    private bool PassesTimestampChecks(in TcpHeader header, in TcpSegmentOptions options, Instant now)
    {
        if (!HasTimestamps || header.Has(TcpControlBits.Rst) || header.Has(TcpControlBits.Syn)) return true;
        if (!options.HasTimestamps)
        {
            Drop(TcpDropReason.MissingTimestamp);
            return false;
        }
        bool old = unchecked((int)(options.TimestampValue - _receive.TimestampRecent)) < 0;
        if (!old || now - _timestampRecentAt > _layer.Options.TimestampLifetime) return true;
        Drop(TcpDropReason.Paws);
        if (State == TcpState.TimeWait) OnTimeWaitSegment(header, now);
        else AnswerOutOfWindow(header, now);
        return false;
    }

    // §4.3: only a segment that covers Last.ACK.sent says what to echo, so a delayed ACK echoes the earliest it answers.
    private void UpdateTimestampRecent(in TcpHeader header, in TcpSegmentOptions options)
    {
        if (!HasTimestamps || !options.HasTimestamps || header.Sequence.IsAfter(_receive.LastAckSent)) return;
        bool old = unchecked((int)(options.TimestampValue - _receive.TimestampRecent)) < 0;
        if (old && _lastReceivedAt - _timestampRecentAt <= _layer.Options.TimestampLifetime) return;
        _receive.TimestampRecent = options.TimestampValue;
        _timestampRecentAt = _lastReceivedAt;
    }
}
