using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Stack.Transport.Tcp.Tracing;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>The fifth step of RFC 9293 §3.10.7.4, the ACK field: windows, the scoreboard and loss (RFC 5681, 6582, 6675).</content>
public sealed partial class TcpConnection
{
    private long _duplicateAcksTotal;
    private long _bytesAcknowledged;

    /// <returns>False: the segment goes no further.</returns>
    private bool OnAcknowledgment(in TcpHeader header, in TcpSegmentOptions options, Instant now)
    {
        SequenceNumber acknowledgment = header.Acknowledgment;
        bool completesHandshake = State == TcpState.SynReceived;
        if (completesHandshake && !OnHandshakeAcknowledgment(header, options, now)) return false;
        // Neither of data never sent nor too old to be honest (RFC 5961 §5.2).
        if (acknowledgment.IsAfter(_send.Next) || acknowledgment.IsBefore(_send.Unacknowledged - _send.LargestWindow))
        {
            Drop(TcpDropReason.AckOutOfRange);
            SendChallengeAck(now);
            return false;
        }
        // Not before: one that merely hits the window must not leave a timestamp that drops all later segments as old (§5.3 of RFC 7323).
        UpdateTimestampRecent(header, options);
        TakeUserTimeout(options);
        uint windowBefore = _send.Window;
        UpdateSendWindow(header);
        bool advances = acknowledgment.IsAfter(_send.Unacknowledged);
        bool duplicate = !advances && !completesHandshake && acknowledgment == _send.Unacknowledged && Outstanding > 0
            && header.SequenceLength == 0 && _send.Window == windowBefore && !MayAnswerMarks(options);
        AckOutcome outcome = new() { Now = now, LeastRoundTrip = _rtt.Minimum, EchoedUntil = EchoedUntil(options, now), SegmentBytes = _ecn is null ? 0 : _sendMss };
        long inFlightBefore = Pipe;
        int acknowledged = advances ? AdvanceUnacknowledged(acknowledgment, ref outcome) : 0;
        SackBlock repeated = TakeSackBlocks(options, acknowledgment, ref outcome);
        // A FIN alone is acknowledged when the other program has seen to it: that is no measure of the path.
        if (acknowledged > 0 || outcome.Delivered > 0) SampleRoundTrip(outcome, options, acknowledged > 0, now);
        if (advances) NoteProgress(now);
        bool isMarked = TakeEcho(header, options, completesHandshake, advances, outcome);
        RateSample rate = _rate.OnDelivered(outcome, now);
        AckReport report = new(acknowledgment, acknowledged, advances, duplicate, inFlightBefore, repeated, rate);
        Recover(report, outcome, now);
        if (isMarked) AnswerMarks(outcome.Delivered, now);
        if (outcome.Delivered > 0 || _send.Window != windowBefore) Trace(TcpTraceKind.Acknowledged, now, outcome.Delivered);
        if (acknowledged > 0) FollowPath(now);
        if (outcome.Delivered > 0) WakeWriter();
        // All of it arrived: an idle connection holds no queue. (A reservation is not idle.)
        if (advances && _sendQueue is { Length: 0, HasReservation: false }) ReturnSendQueue();
        OnFinAcknowledged(now);
        return State != TcpState.Closed;
    }

    // SYN-RECEIVED: our SYN is acknowledged, or the segment is none of ours.
    private bool OnHandshakeAcknowledgment(in TcpHeader header, in TcpSegmentOptions options, Instant now)
    {
        if (!header.Acknowledgment.IsAfter(_send.Initial) || header.Acknowledgment.IsAfter(_send.Next))
        {
            Drop(TcpDropReason.AckOutOfRange);
            _layer.SendReset(_path, header, _options);
            return false;
        }
        if (DefersAccept(header, now))
        {
            Drop(TcpDropReason.AcceptDeferred);
            return false;
        }
        if (IsUnseen && !_listener!.HasRoom)
        {
            // The final ACK is as good as lost; our SYN-ACK will ask for it again.
            Drop(TcpDropReason.AcceptQueueFull);
            return false;
        }
        _send.Window = (uint)header.Window << _send.WindowShift;
        TakeHandshakeEcho(header, options);
        Establish(header, now);
        return true;
    }

    private void UpdateSendWindow(in TcpHeader header)
    {
        bool newer = _send.WindowUpdateSequence.IsBefore(header.Sequence)
            || (_send.WindowUpdateSequence == header.Sequence && _send.WindowUpdateAcknowledgment.IsAtOrBefore(header.Acknowledgment));
        if (!newer) return;
        bool wasClosed = _send.Window == 0;
        _send.Window = (uint)header.Window << _send.WindowShift;
        _send.LargestWindow = Math.Max(_send.LargestWindow, _send.Window);
        _send.WindowUpdateSequence = header.Sequence;
        _send.WindowUpdateAcknowledgment = header.Acknowledgment;
        _unansweredProbes = 0;
        if (_send.Window == 0)
        {
            _retries = 0;
            return;
        }
        _probes = 0;
        if (wasClosed || _send.Window >= (uint)_sendMss) _timers.Cancel(TcpTimer.Persist);
    }

    // Moves SND.UNA. Returns the octets of text newly acknowledged.
    private int AdvanceUnacknowledged(SequenceNumber acknowledgment, ref AckOutcome outcome)
    {
        int octets = Math.Min(acknowledgment - _send.QueueStart, _sendQueue?.Length ?? 0);
        _send.Unacknowledged = acknowledgment;
        if (octets > 0)
        {
            _sent!.Acknowledge(_send.QueueStart + (uint)octets, ref outcome);
            _sendQueue!.Acknowledge(octets);
            _records?.Acknowledge(acknowledgment);
            _send.QueueStart += (uint)octets;
            _bytesAcknowledged += octets;
        }
        else
        {
            octets = 0;
        }
        // Marks that were passed come along: 2^31 octets later they would seem to lie ahead.
        _send.SmallSegmentEnd = SequenceNumber.Max(_send.SmallSegmentEnd, acknowledgment);
        if (_recovery == RecoveryPhase.Open) _recoveryPoint = SequenceNumber.Max(_recoveryPoint, acknowledgment - 1);
        if (Has(TcpFlags.UrgentToSend) && !_send.Urgent.IsAfter(acknowledgment)) Set(TcpFlags.UrgentToSend, false);
        return octets;
    }

    // Returns the block that reports a duplicate (RFC 2883 §4), or an empty one. New ones are taken from the left: order of arrival is no sign of reordering.
    private SackBlock TakeSackBlocks(in TcpSegmentOptions options, SequenceNumber acknowledgment, ref AckOutcome outcome)
    {
        if (!HasSack || options.SackCount == 0) return default;
        SackBlock first = options.Sack(0);
        bool isRepeated = first.Left.IsBefore(first.Right) && (first.Right.IsAtOrBefore(acknowledgment)
            || (options.SackCount > 1 && options.Sack(1) is { } second && first.Left.IsAtOrAfter(second.Left) && first.Right.IsAtOrBefore(second.Right)));
        if (_sent is not null)
        {
            if (_sent.SackedBytes == 0) _nextAtFirstDuplicate = _send.Next;
            SequenceNumber below = _send.Unacknowledged;
            for (int taken = 0; taken < options.SackCount; taken++)
            {
                // Of at most four, the leftmost that lies beyond those before.
                SackBlock next = default;
                for (int i = isRepeated ? 1 : 0; i < options.SackCount; i++)
                {
                    SackBlock block = options.Sack(i);
                    bool isValid = block.Left.IsBefore(block.Right) && block.Left.IsAtOrAfter(below) && block.Right.IsAtOrBefore(_send.Next) && block.Right.IsAfter(acknowledgment);
                    if (isValid && (next == default || block.Left.IsBefore(next.Left))) next = block;
                }
                if (next == default) break;
                _sent.Sack(next.Left, next.Right, ref outcome);
                below = next.Left + 1;
            }
        }
        return isRepeated ? first : default;
    }

    // Karn: only what was sent once, unless the echoed timestamp tells which copy is meant (RFC 6298 §3, RFC 7323 §4.1).
    private void SampleRoundTrip(in AckOutcome outcome, in TcpSegmentOptions options, bool advances, Instant now)
    {
        int expected = Math.Max(1, (Outstanding + outcome.Delivered) / (2 * _sendMss));
        if (outcome.LatestSentAt != Instant.Never)
        {
            TakeSample((now - outcome.LatestSentAt).Ticks * 100, expected, now);
        }
        else if (advances && HasTimestamps && options.HasTimestamps && options.TimestampEchoReply != 0)
        {
            uint milliseconds = TimestampClock(now) - options.TimestampEchoReply;
            // After several timeouts an echo of the first copy tells more of lost ACKs than of the path: it would inflate the RTO without end.
            bool echoesLatest = milliseconds <= (uint)((now - _lastTimeoutAt).Ticks / TimeSpan.TicksPerMillisecond) + 1;
            if (milliseconds < 1 << 24 && (_retries < 2 || echoesLatest)) TakeSample(milliseconds * 1_000_000L, expected, now);
        }
    }

    // A sample may end the backing off or the first guess: what is outstanding does not wait out the longer timeout (RFC 6298 §5).
    private void TakeSample(long nanoseconds, int expected, Instant now)
    {
        _rtt.Sample(nanoseconds, expected, now);
        Set(TcpFlags.SampledSinceProbe);
        if (!_timers.IsArmed(TcpTimer.Retransmit)) return;
        Instant latest = now + _rtt.Timeout(_layer.Options);
        if (_retransmitAt <= latest) return;
        _retransmitAt = latest;
        if (_timers.Deadline(TcpTimer.Retransmit) > latest) ArmTimer(TcpTimer.Retransmit, latest);
    }

    private void NoteProgress(Instant now)
    {
        _progressAt = now;
        _retries = 0;
        _softError = TransportError.None;
        _path.ConfirmReachable();
        _rack.Follow(_send.Unacknowledged);
    }

    private void WakeWriter()
    {
        if (!Has(TcpFlags.WriterWaits) || SendSpace < Math.Min(SendBufferBytes / 4, BulkSenders.Bytes)) return;
        Set(TcpFlags.WriterWaits, false);
        Raise(EndpointEvents.Writable);
    }

    private void OnFinAcknowledged(Instant now)
    {
        if (!Has(TcpFlags.FinSent) || IsFinOutstanding) return;
        switch (State)
        {
            case TcpState.FinWait1:
                ChangeState(TcpState.FinWait2);
                if (IsOrphan) ArmTimer(TcpTimer.Expire, now + _layer.Options.FinWait2Timeout);
                Raise(EndpointEvents.SendFinished);
                break;
            case TcpState.Closing:
                EnterTimeWait(now);
                Raise(EndpointEvents.SendFinished);
                break;
            case TcpState.LastAck:
                Raise(EndpointEvents.SendFinished);
                Release();
                break;
        }
    }
}
