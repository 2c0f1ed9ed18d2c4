using StackSharp.Stack.Time;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>A segment arrives: RFC 9293 §3.10.7, in its order.</content>
public sealed partial class TcpConnection
{
    private static readonly Instant LongAgo = new(long.MinValue / 2);
    private Instant _lastReceivedAt;
    private Instant _lastOutOfWindowAckAt;
    private long _segmentsReceived;

    /// <summary>An incoming segment for this connection, checksum verified.</summary>
    internal void OnSegment(in TcpHeader header, in TcpSegmentOptions options, in TransportDatagram datagram, Instant now)
    {
        CountSegment(header.Payload.Length, datagram.Buffer.Offload.SegmentBytes);
        NoteArrival(datagram);
        if (State == TcpState.SynSent) OnSynSent(header, options, now);
        else OnSynchronized(header, options, datagram, now);
        _layer.Touch(this);
    }

    // §3.10.7.4. The order is the RFC's and matters: sequence, RST, SYN, ACK, urgent, text, FIN.
    private void OnSynchronized(in TcpHeader header, in TcpSegmentOptions options, in TransportDatagram datagram, Instant now)
    {
        if (!PassesTimestampChecks(header, options, now)) return;
        if (!IsAcceptable(header))
        {
            OnUnacceptable(header, now);
            return;
        }
        if (header.Has(TcpControlBits.Rst))
        {
            OnReset(header, now);
            return;
        }
        if (header.Has(TcpControlBits.Syn))
        {
            OnUnexpectedSyn(header, now);
            return;
        }
        if (!header.Has(TcpControlBits.Ack))
        {
            Drop(TcpDropReason.MissingAck);
            return;
        }
        _lastReceivedAt = now;
        _keepAliveProbes = 0;
        if (!OnAcknowledgment(header, options, now) || State == TcpState.Closed) return;
        NoteMark(header, datagram, now);
        if (header.Has(TcpControlBits.Urg)) OnUrgentPointer(header);
        OnText(header, datagram, now);
        if (State != TcpState.Closed && header.Has(TcpControlBits.Fin)) OnFin(header, now);
    }

    // First: is any of it inside the window (RFC 9293 §3.10.7.4, table 6)?
    private bool IsAcceptable(in TcpHeader header)
    {
        SequenceNumber sequence = header.Sequence;
        uint length = header.SequenceLength;
        uint window = (uint)(_receive.Edge - _receive.Next);
        if (length == 0)
        {
            return window == 0 ? sequence == _receive.Next : sequence.IsInWindow(_receive.Next, window);
        }
        // At a closed window text is cut off later, but a FIN takes no room, and ACK, URG and RST count all the same (§3.10.7.4, MUST-66).
        if (window == 0) return sequence == _receive.Next;
        return sequence.IsInWindow(_receive.Next, window) || (sequence + (length - 1)).IsInWindow(_receive.Next, window);
    }

    private void OnUnacceptable(in TcpHeader header, Instant now)
    {
        Drop(TcpDropReason.OutOfWindow);
        if (header.Has(TcpControlBits.Rst)) return;
        if (State == TcpState.SynReceived && header.Has(TcpControlBits.Syn | TcpControlBits.Ack) && header.Sequence == _receive.Initial)
        {
            // In a simultaneous open the peer's SYN-ACK repeats its SYN: one before RCV.NXT.
            OnSimultaneousSynAck(header, now);
            return;
        }
        if (State == TcpState.TimeWait)
        {
            OnTimeWaitSegment(header, now);
            return;
        }
        if (State == TcpState.SynReceived && header.Has(TcpControlBits.Syn))
        {
            if (!IsSameOffer(header))
            {
                RefuseSecondOffer(header);
                return;
            }
            // The peer sends its SYN again: our SYN-ACK was lost, and the ACK to come gives no sample (Karn).
            Set(TcpFlags.SynRetransmitted);
            SendSyn(now);
            return;
        }
        NoteRepeatedSynAck(header);
        AnswerOutOfWindow(header, now);
    }

    // Keepalive and zero-window probes must be answered at once; a flood of strays must not be (RFC 5961 §7).
    private void AnswerOutOfWindow(in TcpHeader header, Instant now)
    {
        bool probe = header.Sequence == _receive.Next - 1 && header.Payload.Length <= 1;
        bool duplicate = !header.Payload.IsEmpty && (header.Sequence + header.SequenceLength).IsAtOrBefore(_receive.Next);
        if (duplicate && !probe) NoteRepeat(header.Sequence, header.Sequence + (uint)header.Payload.Length);
        if (!probe && !duplicate)
        {
            if (now - _lastOutOfWindowAckAt < _layer.Options.OutOfWindowAckInterval) return;
            _lastOutOfWindowAckAt = now;
        }
        SetAckNow();
    }

    // Second: RST (§3.10.7.4 with RFC 5961 §3.2).
    private void OnReset(in TcpHeader header, Instant now)
    {
        if (State == TcpState.TimeWait)
        {
            // Departs from RFC 9293 §3.10.7.4 as RFC 1337 §3 advises: a stray RST must not end TIME-WAIT early.
            Drop(TcpDropReason.ResetIgnored);
            return;
        }
        if (header.Sequence != _receive.Next)
        {
            Drop(TcpDropReason.ResetChallenged);
            SendChallengeAck(now);
            return;
        }
        switch (State)
        {
            case TcpState.SynReceived when IsUnseen:
                _layer.Statistics.AttemptFails++;
                Release();
                break;
            case TcpState.SynReceived when Has(TcpFlags.ActiveOpen):
                Fail(TransportError.ConnectionRefused);
                break;
            default:
                EndEarly(wasReset: true, now);
                Fail(TransportError.ConnectionReset);
                break;
        }
    }

    // Fourth: a SYN here may be forged: make the peer prove it with an exact RST (RFC 5961 §4.2).
    private void OnUnexpectedSyn(in TcpHeader header, Instant now)
    {
        if (State == TcpState.TimeWait)
        {
            OnTimeWaitSegment(header, now);
            return;
        }
        if (State == TcpState.SynReceived && header.Sequence == _receive.Initial)
        {
            OnUnacceptable(header, now);
            return;
        }
        if (State == TcpState.SynReceived && !Has(TcpFlags.ActiveOpen))
        {
            Drop(TcpDropReason.SynChallenged);
            if (!IsUnseen)
            {
                Fail(TransportError.ConnectionReset);
                return;
            }
            _layer.Statistics.AttemptFails++;
            Release();
            return;
        }
        Drop(TcpDropReason.SynChallenged);
        SendChallengeAck(now);
    }

    // §3.10.7.4, TIME-WAIT: only the peer's FIN, sent again, means anything here. New SYNs were taken before (TcpLayer).
    private void OnTimeWaitSegment(in TcpHeader header, Instant now)
    {
        Drop(TcpDropReason.TimeWait);
        if (!header.Has(TcpControlBits.Fin))
        {
            AnswerOutOfWindow(header, now);
            return;
        }
        ArmTimer(TcpTimer.Expire, now + _layer.Options.TimeWait);
        SetAckNow();
    }

    private void SendChallengeAck(Instant now)
    {
        if (now - _lastOutOfWindowAckAt < _layer.Options.OutOfWindowAckInterval || !_layer.MaySendChallengeAck(now)) return;
        _lastOutOfWindowAckAt = now;
        _layer.Statistics.ChallengeAcks++;
        SetAckNow();
    }

    private void Drop(TcpDropReason reason) => _layer.Statistics.CountDrop(reason);
}
