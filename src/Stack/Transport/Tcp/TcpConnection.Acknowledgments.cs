using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>The fifth step of RFC 9293 §3.10.7.4, the ACK field: windows, the scoreboard and loss (RFC 5681, 6582, 6675).</content>
public sealed partial class TcpConnection
{
    private RecoveryPhase _recovery;
    private SequenceNumber _recoveryPoint;
    private SequenceNumber _nextAtFirstDuplicate;
    private int _duplicateAcks;
    private long _duplicateAcksTotal;
    private long _bytesAcknowledged;
    private int _fastRecoveries;
    private bool _isPartialSeen;

    private enum RecoveryPhase : byte
    {
        Open,

        /// <summary>Fast recovery (RFC 5681 §3.2, RFC 6675 §5).</summary>
        Fast,

        /// <summary>After a timeout, until all that was outstanding then is acknowledged.</summary>
        Timeout,
    }

    /// <returns>False: the segment goes no further.</returns>
    private bool OnAcknowledgment(in TcpHeader header, in TcpSegmentOptions options, Instant now)
    {
        SequenceNumber acknowledgment = header.Acknowledgment;
        if (State == TcpState.SynReceived && !OnHandshakeAcknowledgment(header, now)) return false;
        // Neither of data never sent nor too old to be honest (RFC 5961 §5.2).
        if (acknowledgment.IsAfter(_send.Next) || acknowledgment.IsBefore(_send.Unacknowledged - _send.LargestWindow))
        {
            Drop(TcpDropReason.AckOutOfRange);
            SendChallengeAck(now);
            return false;
        }
        uint windowBefore = _send.Window;
        UpdateSendWindow(header);
        bool advances = acknowledgment.IsAfter(_send.Unacknowledged);
        bool duplicate = !advances && acknowledgment == _send.Unacknowledged && Outstanding > 0
            && header.SequenceLength == 0 && _send.Window == windowBefore;
        AckOutcome outcome = new() { LatestSentAt = Instant.Never };
        int acknowledged = advances ? AdvanceUnacknowledged(acknowledgment, ref outcome) : 0;
        TakeSackBlocks(options, acknowledgment, ref outcome);
        if (advances || outcome.Delivered > 0) SampleRoundTrip(outcome, options, advances, now);
        if (advances) OnForwardProgress(acknowledged, outcome, now);
        if (duplicate || outcome.IsNewlySacked) OnDuplicate(duplicate, outcome);
        DetectLoss(now);
        // All of it arrived: an idle connection holds no queue. (A reservation is not idle.)
        if (advances && _sendQueue is { Length: 0, HasReservation: false }) ReturnSendQueue();
        OnFinAcknowledged(now);
        return State != TcpState.Closed;
    }

    // SYN-RECEIVED: our SYN is acknowledged, or the segment is none of ours.
    private bool OnHandshakeAcknowledgment(in TcpHeader header, Instant now)
    {
        if (!header.Acknowledgment.IsAfter(_send.Initial) || header.Acknowledgment.IsAfter(_send.Next))
        {
            Drop(TcpDropReason.AckOutOfRange);
            _layer.SendReset(_path, header, _options);
            return false;
        }
        if (_listener is { HasRoom: false })
        {
            // The final ACK is as good as lost; our SYN-ACK will ask for it again.
            Drop(TcpDropReason.AcceptQueueFull);
            return false;
        }
        _send.Window = (uint)header.Window << _send.WindowShift;
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

    private void TakeSackBlocks(in TcpSegmentOptions options, SequenceNumber acknowledgment, ref AckOutcome outcome)
    {
        if (!HasSack || _sent is null) return;
        if (_sent.SackedBytes == 0) _nextAtFirstDuplicate = _send.Next;
        for (int i = 0; i < options.SackCount; i++)
        {
            SackBlock block = options.Sack(i);
            bool valid = block.Left.IsBefore(block.Right) && block.Left.IsAtOrAfter(_send.Unacknowledged)
                && block.Right.IsAtOrBefore(_send.Next) && block.Right.IsAfter(acknowledgment);
            if (valid) _sent.Sack(block.Left, block.Right, ref outcome);
        }
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
        _rtt.Sample(nanoseconds, expected);
        if (!_timers.IsArmed(TcpTimer.Retransmit)) return;
        Instant latest = now + _rtt.Timeout(_layer.Options);
        if (_timers.Deadline(TcpTimer.Retransmit) > latest) ArmTimer(TcpTimer.Retransmit, latest);
    }

    private void OnForwardProgress(int acknowledged, in AckOutcome outcome, Instant now)
    {
        _progressAt = now;
        _retries = 0;
        _softError = TransportError.None;
        _path.ConfirmReachable();
        int duplicatesBefore = _duplicateAcks;
        _duplicateAcks = 0;
        TimeSpan roundTrip = outcome.LatestSentAt == Instant.Never ? TimeSpan.Zero : now - outcome.LatestSentAt;
        CongestionSample sample = new()
        {
            Now = now,
            AcknowledgedBytes = acknowledged,
            DeliveredBytes = outcome.Delivered,
            InFlightBytes = Pipe,
            WasWindowLimited = Has(TcpFlags.WindowLimited),
            RoundTrip = roundTrip,
            MinimumRoundTrip = _rtt.Minimum,
            SmoothedRoundTrip = _rtt.Smoothed,
            Phase = _recovery switch
            {
                RecoveryPhase.Fast => CongestionPhase.Recovery,
                RecoveryPhase.Timeout => CongestionPhase.TimeoutRecovery,
                _ => CongestionPhase.Open,
            },
            UnacknowledgedOffset = _bytesAcknowledged,
            NextOffset = _bytesSent,
        };
        if (acknowledged > 0) _congestion.OnAcknowledged(sample);
        bool covered = _send.Unacknowledged.IsAtOrAfter(_recoveryPoint);
        bool restarts = true;
        switch (_recovery)
        {
            case RecoveryPhase.Fast when covered:
                _recovery = RecoveryPhase.Open;
                _congestion.OnRecovered(Outstanding, now);
                break;
            case RecoveryPhase.Fast when !HasSack:
                // A partial ACK: the next hole begins here (RFC 6582 §3.2). What it covers was counted as gone by duplicates.
                _duplicateAcks = Math.Max(0, duplicatesBefore - Math.Max(0, acknowledged / _sendMss - 1));
                _sent!.MarkFirstLost(_sendMss);
                Set(TcpFlags.RetransmitNow);
                // Only the first partial ACK restarts the timer, so that many holes end in a timeout instead (RFC 6582 §3.2, step 3 and §4).
                restarts = !_isPartialSeen;
                _isPartialSeen = true;
                break;
            case RecoveryPhase.Timeout:
                if (covered) _recovery = RecoveryPhase.Open;
                break;
        }
        if (restarts) RestartRetransmit(now);
        if (acknowledged == 0) return;
        FollowPath(now);
        WakeWriter();
    }

    private void WakeWriter()
    {
        if (!Has(TcpFlags.WriterWaits) || SendSpace < Math.Min(SendBufferBytes / 4, BulkSenders.Bytes)) return;
        Set(TcpFlags.WriterWaits, false);
        Raise(EndpointEvents.Writable);
    }

    private void OnDuplicate(bool duplicate, in AckOutcome outcome)
    {
        if (duplicate) _duplicateAcksTotal++;
        if (_duplicateAcks == 0 && !HasSack) _nextAtFirstDuplicate = _send.Next;
        // With SACK a duplicate that reports nothing new is a window or keepalive matter (RFC 6675 §2).
        if (HasSack ? outcome.IsNewlySacked : duplicate) _duplicateAcks++;
    }

    private void DetectLoss(Instant now)
    {
        if (_sent is null || _sent.IsEmpty || _recovery == RecoveryPhase.Timeout) return;
        bool byBlocks = HasSack && _sent.MarkLostBelowSacked(_layer.Options.DuplicateThreshold, _sendMss);
        if (_recovery == RecoveryPhase.Fast) return;
        bool byCount = _duplicateAcks >= _layer.Options.DuplicateThreshold && _send.Unacknowledged.IsAfter(_recoveryPoint);
        if (byBlocks || byCount) EnterFastRecovery(now);
    }

    private void EnterFastRecovery(Instant now)
    {
        // Loss is of the size of what was in flight before limited transmit added to it (RFC 5681 §3.2 step 2).
        long flight = Math.Min(Outstanding, Math.Max(_sendMss, _nextAtFirstDuplicate - _send.Unacknowledged));
        _recovery = RecoveryPhase.Fast;
        _isPartialSeen = false;
        _recoveryPoint = _send.Next;
        _congestion.OnLoss(new LossEvent(flight, _sent!.LostBytes, now));
        _sent.MarkFirstLost(_sendMss);
        Set(TcpFlags.RetransmitNow);
        _fastRecoveries++;
        _layer.Statistics.FastRecoveries++;
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
