using StackSharp.Stack.Time;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>Timestamps and PAWS (RFC 7323 §3 to §5).</content>
public sealed partial class TcpConnection
{
    private uint _timestampOffset;
    private Instant _timestampRecentAt;
    private TimeSpan _repairLag;
    private Instant _repairStampedAt;

    // A clock of 1 ms, shifted by an amount that an outsider cannot tell (RFC 7323 §5.4, §7.1).
    internal uint TimestampClock(Instant now) => unchecked((uint)(now.Nanoseconds / 1_000_000) + _timestampOffset);

    // Departs from §4.1 on a path that reorders: there a retransmission bears the timestamp of what was sent a little earlier and may come later. With its own,
    // it would make the peer take all of that for old duplicates (§5.3, R1), and each of them would have to be repaired in turn. The lag never shrinks and the
    // stamps never go back, so that an echo still tells one copy from the other.
    private Instant RepairStamp(Instant now)
    {
        if (_rack.HasSeenReordering && _rtt.Minimum / 4 > _repairLag) _repairLag = _rtt.Minimum / 4;
        return _repairStampedAt = Instant.Max(_repairStampedAt, now - _repairLag);
    }

    // R1 of §5.3. RST is exempt (§5.2), and SYN has rules of its own.
    private bool PassesTimestampChecks(in TcpHeader header, in TcpSegmentOptions options, Instant now)
    {
        if (!HasTimestamps || header.Has(TcpControlBits.Rst) || header.Has(TcpControlBits.Syn)) return true;
        if (!options.HasTimestamps)
        {
            if (!_layer.Options.RequireTimestamps) return true;
            Drop(TcpDropReason.MissingTimestamp);
            return false;
        }
        int age = unchecked((int)(_receive.TimestampRecent - options.TimestampValue));
        if (age <= 0 || now - _timestampRecentAt > _layer.Options.TimestampLifetime || IsMerelyLate(header, age)) return true;
        Drop(TcpDropReason.Paws);
        if (State == TcpState.TimeWait) OnTimeWaitSegment(header, now);
        else AnswerOutOfWindow(header, now);
        return false;
    }

    // Departs from R1: text for a hole that is a few ticks older than a retransmission was overtaken by it on the way. What has been under way since the sequence numbers
    // began anew is older than that.
    private bool IsMerelyLate(in TcpHeader header, int age) =>
        age <= _layer.Options.TimestampTolerance && header.Payload.Length > 0 && _reassembly is not null
        && header.Sequence.IsAtOrAfter(_receive.Next) && _reassembly.HoldsBehind(header.Sequence + (uint)header.Payload.Length);

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
