using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Stack.Transport.Tcp.Tracing;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>What to send next: lost octets, new ones, FIN, and the ACK that is owed if none of those carried it.</content>
public sealed partial class TcpConnection
{
    private int _sendMss;
    private Instant _lastSentAt;

    private int UnsentBytes => (_sendQueue?.Length ?? 0) - Outstanding;

    // RFC 6675's pipe; without SACK each duplicate ACK says that one segment has left the network.
    private long Pipe
    {
        get
        {
            if (_sent is null) return 0;
            long gone = HasSack ? 0 : Math.Min((long)_duplicateAcks * _sendMss, _sent.Outstanding - _sent.LostBytes);
            return Math.Max(0, _sent.Pipe - gone);
        }
    }

    /// <summary>Sends what can be sent now.</summary>
    internal void Output(Instant now)
    {
        if (State is TcpState.Closed) return;
        if (IsSynchronized && State != TcpState.TimeWait)
        {
            RestartAfterIdle(now);
            SetPace();
            SendLost(now);
            SendNew(now);
            SendFin(now);
            ArmWhatIsDue(now);
        }
        else
        {
            OutputEarly(now);
        }
        if (Has(TcpFlags.AckNow)) SendAck(now);
    }

    // RFC 5681 §4.1: the ACK clock has stopped.
    private void RestartAfterIdle(Instant now)
    {
        if (Outstanding > 0 || UnsentBytes == 0 || _send.Window == 0 || now - _lastSentAt <= _rtt.Timeout(_layer.Options)) return;
        _congestion.OnIdle(InitialWindow(), now);
        _lastSentAt = now;
        if (_bytesSent > 0) Trace(TcpTraceKind.Restarted, now);
    }

    private void SendLost(Instant now)
    {
        if (_sent is null || _sent.LostBytes == 0 || _forward == ForwardRecovery.NewSent) return;
        while (true)
        {
            long room = CongestionWindow - Pipe;
            if (!Has(TcpFlags.RetransmitNow) && (room < _sendMss || WaitForPace(now))) return;
            int most = Has(TcpFlags.RetransmitNow) && room < _sendMss ? _sendMss : (int)Math.Min(room - room % _sendMss, LargestPayload());
            if (!_sent.TryNextLost(most, out SentSegment lost)) return;
            // SHLD-16, SHLD-17: what lies beyond an edge that moved left waits, but for one probe of a segment.
            if ((lost.Start - _send.Unacknowledged) >= _send.Window && lost.Start != _send.Unacknowledged) return;
            int sent = SendText(lost.Start, lost.Length, isRetransmission: true, now);
            if (sent == 0) return;
            if (sent < lost.Length) _sent.TryNextLost(sent, out _);
            _sent.NoteRetransmitted(_rate.OnSent(sent, Pipe, now), now);
            _reduction.OnSent(sent);
            Pace(sent, now);
            NoteRepair(lost.Start, sent, now);
            TraceText(TcpTraceKind.Retransmitted, lost.Start, sent, now);
            Set(TcpFlags.RetransmitNow, false);
        }
    }

    private void SendNew(Instant now)
    {
        bool limited = false;
        bool sentSome = false;
        while (UnsentBytes > 0 && now >= HeldUntil && !WaitForPace(now))
        {
            if (_search is not null && HoldsForSizeProbe(now))
            {
                limited = true;
                break;
            }
            int length = NextLength(out limited);
            if (length <= 0) break;
            if (!SendNewText(length, now)) break;
            Set(TcpFlags.SendAnyway, false);
            sentSome = true;
        }
        if (sentSome && _timers.IsArmed(TcpTimer.Retransmit)) ScheduleProbe(now);
        if (UnsentBytes == 0 && !limited && Pipe < CongestionWindow && _sent is not null) NoteApplicationLimited(now);
        NoteLimit(limited, now);
        if (sentSome || limited) NoteWindowUse(limited);
    }

    private bool SendNewText(int length, Instant now)
    {
        long inFlight = Pipe;
        int sent = SendText(_send.Next, length, isRetransmission: false, now);
        if (sent == 0) return false;
        bool isApplicationLimited = _rate.IsApplicationLimited;
        _congestion.OnSent(sent, inFlight, isApplicationLimited, now);
        if (sent % _sendMss != 0) _send.SmallSegmentEnd = _send.Next + (uint)sent;
        if (_sent!.IsEmpty) _progressAt = now;
        _sent.Add(_send.Next, sent, _rate.OnSent(sent, inFlight, now), isApplicationLimited || _congestion.IsHoldingBack, now);
        _send.Next += (uint)sent;
        if (CarriesFin(_send.Next)) NoteFinSent();
        Pace(sent, now);
        if (_recovery == RecoveryPhase.Fast) _reduction.OnSent(sent);
        return true;
    }

    private void NoteApplicationLimited(Instant now)
    {
        // The mark moves along as long as the application lags behind, or its next octets would pass for all that the path carries.
        bool isNew = !_rate.IsApplicationLimited;
        _rate.NoteApplicationLimited(Pipe);
        if (isNew) _congestion.OnApplicationLimited(now);
    }

    // How much to put into the next segment: RFC 9293 §3.8.6.2.1 (silly windows), §3.7.4 (Nagle), RFC 5681 §3.1 (cwnd). 0: nothing now.
    private int NextLength(out bool limitedByCongestion)
    {
        limitedByCongestion = false;
        int unsent = UnsentBytes;
        int window = (int)Math.Min(int.MaxValue, (long)_send.Window - (_send.Next - _send.Unacknowledged));
        int length = CutAtRecord(_send.Next, Math.Min(unsent, window));
        if (length <= 0) return 0;
        long pipe = Pipe;
        long room = CongestionWindow - pipe;
        if (length > room)
        {
            limitedByCongestion = true;
            if (room < _sendMss && pipe > 0) return 0;
            room = Math.Max(room, _sendMss);
            length = (int)Math.Min(length, room - room % _sendMss);
        }
        length = Math.Min(length, LargestPayload());
        int partial = length % _sendMss;
        if (partial == 0 || MaySendPartial(length, unsent)) return length;
        return length - partial;
    }

    private bool MaySendPartial(int length, int unsent)
    {
        if (Has(TcpFlags.SendAnyway | TcpFlags.UrgentToSend)) return true;
        if (length < unsent)
        {
            if (EndsRecord(_send.Next + (uint)length)) return true;
            // The peer's window cuts it: worth sending only when it is half of the best window ever seen.
            return Outstanding == 0 && length >= _send.LargestWindow / 2;
        }
        if (Has(TcpFlags.FinQueued)) return true;
        if (Has(TcpFlags.MoreComing)) return false;
        // Departs from RFC 9293 §3.7.4 in Minshall's way, as Linux does: only another small segment in flight holds a small one
        // back, so the tail of a large write does not wait for a delayed ACK.
        return _options.NoDelay || !_send.SmallSegmentEnd.IsAfter(_send.Unacknowledged);
    }

    // Whole segments only: the device cuts at the MSS.
    private int LargestPayload()
    {
        int most = _path.MaximumSegmentationBytes;
        // A device that cuts would copy one signature to all the pieces.
        if (most <= _sendMss + 100 || _authentication is not null || !MayBeCut) return _sendMss;
        most -= BareHeaderBytes + OptionBytes;
        // No more than half the window as one burst: what answers it comes in two halves then, and sets off two.
        long half = CongestionWindow / 2;
        if (half < most || _quantum < most) most = (int)Math.Min(Math.Max(half, _sendMss), _quantum);
        return Math.Max(_sendMss, most - most % _sendMss);
    }

    private void SendFin(Instant now)
    {
        if (!Has(TcpFlags.FinQueued) || UnsentBytes > 0) return;
        bool again = Has(TcpFlags.FinSent);
        if (again && (!Has(TcpFlags.FinLost) || !IsFinOutstanding || _sent is { LostBytes: > 0 } && Outstanding > 0)) return;
        SequenceNumber fin = again ? _send.Fin : _send.Next;
        if (!SendSegment(fin, 0, TcpControlBits.Fin | TcpControlBits.Ack, again, now)) return;
        if (!again && Outstanding == 0) _progressAt = now;
        NoteFinSent();
        if (!again && _timers.IsArmed(TcpTimer.Retransmit)) ScheduleProbe(now);
    }

    // The last octets take the FIN along, if the peer has room for it behind them.
    private bool CarriesFin(SequenceNumber end) =>
        Has(TcpFlags.FinQueued) && end == _send.QueueStart + (uint)_sendQueue!.Length && _send.Window > (uint)(end - _send.Unacknowledged);

    private void NoteFinSent()
    {
        Set(TcpFlags.FinLost, false);
        if (Has(TcpFlags.FinSent)) return;
        _send.Fin = _send.Next;
        _send.Next += 1;
        Set(TcpFlags.FinSent);
    }

    // INV-6: a loss timer while anything is outstanding, the persist timer only when nothing is and something waits.
    private void ArmWhatIsDue(Instant now)
    {
        if (Outstanding > 0 || IsFinOutstanding)
        {
            _timers.Cancel(TcpTimer.Persist);
            if (!_timers.IsArmed(TcpTimer.Retransmit)) RestartRetransmit(now);
            return;
        }
        _timers.Cancel(TcpTimer.Retransmit);
        bool stuck = UnsentBytes > 0 && !IsBlocked && !_timers.IsArmed(TcpTimer.Pace);
        if (!stuck) _timers.Cancel(TcpTimer.Persist);
        else if (!_timers.IsArmed(TcpTimer.Persist)) ArmTimer(TcpTimer.Persist, Instant.Max(now + PersistDelay(), HeldUntil));
    }

    // Text from the send queue. Returns the octets that left; 0: no frame, no room, or too large for the path.
    private int SendText(SequenceNumber start, int length, bool isRetransmission, Instant now)
    {
        _sent ??= _layer.Pools.RentSentSegments();
        bool drains = start + (uint)length == _send.QueueStart + (uint)_sendQueue!.Length;
        // A burst that the device cuts ends with a push as well: whoever merges its segments again hands them up then.
        bool pushes = (drains && (!Has(TcpFlags.MoreComing) || Has(TcpFlags.SendAnyway))) || (length > _sendMss && !Has(TcpFlags.SizeProbe))
            || EndsRecord(start + (uint)length);
        TcpControlBits bits = TcpControlBits.Ack | (pushes ? TcpControlBits.Psh : TcpControlBits.None);
        int sent = SendSegmentWithText(start, length, bits, isRetransmission, now);
        if (sent > 0 && isRetransmission)
        {
            _bytesRetransmitted += sent;
            if (CarriesFin(start + (uint)sent)) NoteFinSent();
        }
        if (sent > 0 && !isRetransmission) _bytesSent += sent;
        return sent;
    }

    private void SendAck(Instant now)
    {
        if (!SendSegment(_send.Next, 0, TcpControlBits.Ack, isRetransmission: false, now)) SetAckNow();
    }

    private void SendReset(Instant now) =>
        SendSegment(_send.Next, 0, TcpControlBits.Rst | TcpControlBits.Ack, isRetransmission: false, now);
}
