using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Tracing;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>Timeouts: RFC 9293 §3.10.8, RFC 6298 §5.</content>
public sealed partial class TcpConnection
{
    private int _retries;
    private int _probes;
    private int _unansweredProbes;
    private int _keepAliveProbes;
    private int _timeouts;
    private Instant _lastTimeoutAt;

    // Since when what is outstanding has been waiting: the last forward progress, or the first send after silence.
    private Instant _progressAt;

    void ITimerOwner.OnTimer(int handle, Instant now)
    {
        _wheelDeadline = Instant.Never;
        if (_timers.TakeIfDue(TcpTimer.Expire, now))
        {
            Release();
            return;
        }
        if (_timers.TakeIfDue(TcpTimer.Retransmit, now)) OnLossTimer(now);
        if (_timers.TakeIfDue(TcpTimer.Persist, now)) OnPersistTimeout(now);
        if (_timers.TakeIfDue(TcpTimer.KeepAlive, now)) OnKeepAliveTimeout(now);
        if (_timers.TakeIfDue(TcpTimer.DelayedAck, now)) OnDelayedAckTimeout();
        _timers.TakeIfDue(TcpTimer.Pace, now);
        if (State == TcpState.Closed) return;
        Output(now);
        Instant next = _timers.NextDeadline();
        if (next != Instant.Never && next < _wheelDeadline) Reschedule(next);
    }

    // No answer came that would have carried it: the next ACK does not wait for one.
    private void OnDelayedAckTimeout()
    {
        Set(TcpFlags.Answering, false);
        SetAckNow();
    }

    private void Reschedule(Instant deadline)
    {
        _wheelDeadline = deadline;
        _layer.Timers.Schedule(_timerHandle, deadline);
    }

    private void OnRetransmitTimeout(Instant now)
    {
        if (State is TcpState.SynSent or TcpState.SynReceived)
        {
            OnSynTimeout(now);
            return;
        }
        if (Outstanding == 0 && !IsFinOutstanding) return;
        if (IsPatienceOver(++_retries, now))
        {
            GiveUp(now);
            return;
        }
        if (_retries == _layer.Options.R1Retries) OnR1();
        _timeouts++;
        _lastTimeoutAt = now;
        _layer.Statistics.Timeouts++;
        bool isBlackHole = SuspectBlackHole(now);
        _congestion.OnTimeout(Outstanding, _retries == 1, now);
        BeginUndo();
        // A reported octet at SND.UNA means that the peer has changed its mind (RFC 2018 §8, RFC 6675 §5.1).
        bool reneges = Outstanding > 0 && _sent!.First.Has(Sending.SentState.Sacked);
        if (UsesRack && _rack.HasSample && !reneges) _sent?.MarkLostByTimeout(_rack.RoundTrip + _rack.Window(_rtt.Minimum, _rtt.Smoothed, isUrgent: true), now, this);
        else _sent?.MarkAllLost(forgetSacked: reneges, this);
        if (isBlackHole) _sent!.MarkLargerLost(_sendMss);
        BeginTimeoutEpisode(now);
        _forward = HasSack && _retries == 1 && Outstanding > _sendMss && !reneges ? ForwardRecovery.Repeated : ForwardRecovery.None;
        _recovery = RecoveryPhase.Timeout;
        _recoveryPoint = _send.Next;
        _duplicateAcks = 0;
        Set(TcpFlags.ProbeOut, false);
        Set(TcpFlags.FinLost, IsFinOutstanding);
        Set(TcpFlags.RetransmitNow);
        _rtt.BackOff();
        ArmRetransmit(now);
        Trace(TcpTraceKind.TimedOut, now);
    }

    private void OnSynTimeout(Instant now)
    {
        int most = Has(TcpFlags.ActiveOpen) ? _options.SynRetries ?? _layer.Options.SynRetries : _layer.Options.SynAckRetries;
        if (IsUserTimeoutOver(now) || ++_retries > most)
        {
            if (!IsUnseen) Fail(_softError != TransportError.None ? _softError : TransportError.TimedOut);
            else
            {
                _layer.Statistics.AttemptFails++;
                Release();
            }
            return;
        }
        if (_retries == _layer.Options.R1Retries) OnR1();
        _synRetransmissions++;
        Set(TcpFlags.SynRetransmitted);
        OnFastOpenTimeout(now);
        _rtt.BackOff();
        SendSyn(now);
        ArmRetransmit(now);
        Trace(TcpTraceKind.TimedOut, now);
    }

    // RFC 9293 §3.8.3 (a), SHLD-9: the next hop may be dead, and the user may want to know before R2 ends it all.
    private void OnR1()
    {
        _path.SuspectUnreachable();
        NoteSoftError(_softError == TransportError.None ? TransportError.TimedOut : _softError);
    }

    private void GiveUp(Instant now)
    {
        SendReset(now);
        Fail(_softError is TransportError.HostUnreachable or TransportError.NetworkUnreachable ? _softError : TransportError.TimedOut);
    }

    // SHLD-29, SHLD-30: first after one RTO, then doubling, answered or not. At an open window it is the override of silly-window
    // avoidance, which has to come within 0.1 to 1 s (§3.8.6.2.1).
    private TimeSpan PersistDelay()
    {
        TimeSpan delay = _rtt.Timeout(_layer.Options);
        if (_send.Window > 0) return delay < _layer.Options.SillyWindowOverrideTimeout ? delay : _layer.Options.SillyWindowOverrideTimeout;
        for (int i = 0; i < _probes && delay < _layer.Options.MaximumRetransmissionTimeout; i++) delay *= 2;
        return delay < _layer.Options.MaximumRetransmissionTimeout ? delay : _layer.Options.MaximumRetransmissionTimeout;
    }

    private void OnPersistTimeout(Instant now)
    {
        if (UnsentBytes == 0 || Outstanding > 0) return;
        if (_send.Window > 0)
        {
            Set(TcpFlags.SendAnyway);
            return;
        }
        // A closed window stays acceptable for as long as its owner answers (MUST-37).
        if (_unansweredProbes == 0) _progressAt = Instant.Max(_progressAt, _lastReceivedAt);
        if (IsPatienceOver(++_unansweredProbes, now))
        {
            GiveUp(now);
            return;
        }
        _probes++;
        // An octet that the peer has already: it answers with its window, and nothing has to be taken back.
        SendSegment(_send.Unacknowledged - 1, 0, Wire.Tcp.TcpControlBits.Ack, isRetransmission: false, now);
        ArmTimer(TcpTimer.Persist, now + PersistDelay());
    }

    private void ArmKeepAlive(Instant now)
    {
        if (_options.KeepAlive && IsSynchronized && State != TcpState.TimeWait) ArmTimer(TcpTimer.KeepAlive, now + _options.KeepAliveTime);
        else _timers.Cancel(TcpTimer.KeepAlive);
    }

    // §3.8.4: only while idle (MUST-26), and one missing answer is not death (MUST-29).
    private void OnKeepAliveTimeout(Instant now)
    {
        if (!_options.KeepAlive || !IsSynchronized || State == TcpState.TimeWait) return;
        TimeSpan idle = now - Instant.Max(_lastReceivedAt, _establishedAt);
        bool busy = Outstanding > 0 || UnsentBytes > 0;
        if (busy || (_keepAliveProbes == 0 && idle < _options.KeepAliveTime))
        {
            ArmTimer(TcpTimer.KeepAlive, now + (busy ? _options.KeepAliveTime : _options.KeepAliveTime - idle));
            return;
        }
        if (_keepAliveProbes >= _options.KeepAliveCount)
        {
            SendReset(now);
            Fail(TransportError.NetworkReset);
            return;
        }
        _keepAliveProbes++;
        SendSegment(_send.Next - 1, 0, Wire.Tcp.TcpControlBits.Ack, isRetransmission: false, now);
        ArmTimer(TcpTimer.KeepAlive, now + _options.KeepAliveInterval);
    }
}
