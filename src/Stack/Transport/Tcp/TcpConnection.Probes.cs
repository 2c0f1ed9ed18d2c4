using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Stack.Transport.Tcp.Tracing;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>Tail-loss probes (RFC 8985 §7), and the one timer that they share with retransmission and reordering (§8).</content>
public sealed partial class TcpConnection
{
    private LossTimer _lossTimer;

    // When the retransmission timeout is due, whatever the timer waits for first.
    private Instant _retransmitAt;
    private SequenceNumber _probeEnd;
    private Instant _probeSentAt;
    private int _duplicatesReported;

    private enum LossTimer : byte
    {
        Retransmission,

        /// <summary>What was reported missing may still come: RACK's reordering timer.</summary>
        Reordering,

        /// <summary>Nothing was heard for two round trips: PTO.</summary>
        Probe,
    }

    private void ArmRetransmit(Instant now)
    {
        Instant deadline = now + _rtt.Timeout(_layer.Options);
        if (UserTimeout > TimeSpan.Zero) deadline = Instant.Min(deadline, Instant.Max(now, _progressAt + UserTimeout));
        _retransmitAt = deadline;
        _lossTimer = LossTimer.Retransmission;
        ArmTimer(TcpTimer.Retransmit, deadline);
    }

    // RFC 6298 §5.2, §5.3; RFC 8985 §7.2.
    private void RestartRetransmit(Instant now)
    {
        if (Outstanding == 0 && !IsFinOutstanding)
        {
            _timers.Cancel(TcpTimer.Retransmit);
            return;
        }
        ArmRetransmit(now);
        ScheduleProbe(now);
    }

    // A probe comes two round trips after the latest transmission, and never later than the timeout.
    private void ScheduleProbe(Instant now)
    {
        bool mayProbe = UsesRack && _recovery == RecoveryPhase.Open && (Outstanding > 0 || IsFinOutstanding) && _sent is not { SackedBytes: > 0 }
            && _retries == 0 && _rtt.Backoff == 0 && !Has(TcpFlags.ProbeOut) && Has(TcpFlags.SampledSinceProbe) && _lossTimer != LossTimer.Reordering;
        if (!mayProbe) return;
        TimeSpan delay = _rtt.HasSample ? 2 * _rtt.Smoothed + 2 * _layer.Options.ClockGranularity : _layer.Options.InitialRetransmissionTimeout;
        if (delay < _layer.Options.MinimumProbeTimeout) delay = _layer.Options.MinimumProbeTimeout;
        // A single segment's ACK may be held back.
        if (Outstanding <= _sendMss) delay += _layer.Options.ProbeDelayForSingleSegment;
        _lossTimer = LossTimer.Probe;
        ArmTimer(TcpTimer.Retransmit, Instant.Min(now + delay, _retransmitAt));
    }

    private void WaitForReordering(TimeSpan wait, Instant now)
    {
        if (wait > TimeSpan.Zero)
        {
            _lossTimer = LossTimer.Reordering;
            ArmTimer(TcpTimer.Retransmit, now + wait);
        }
        else if (_lossTimer == LossTimer.Reordering)
        {
            _lossTimer = LossTimer.Retransmission;
            ArmTimer(TcpTimer.Retransmit, Instant.Max(now, _retransmitAt));
        }
    }

    private void OnLossTimer(Instant now)
    {
        LossTimer due = _lossTimer;
        _lossTimer = LossTimer.Retransmission;
        switch (due)
        {
            case LossTimer.Reordering:
                ArmTimer(TcpTimer.Retransmit, Instant.Max(now, _retransmitAt));
                long lostBefore = _rate.Lost;
                DetectLoss(now);
                if (_recovery == RecoveryPhase.Fast && _rate.Lost > lostBefore)
                    _reduction.OnAcknowledged(0, Pipe, _congestion.SlowStartThreshold, isSafe: false, _sendMss);
                break;
            case LossTimer.Probe when !IsUserTimeoutOver(now):
                SendProbe(now);
                break;
            default:
                OnRetransmitTimeout(now);
                break;
        }
    }

    // §7.3: new octets if there are any that the peer has room for, else the last ones again, or the FIN.
    private void SendProbe(Instant now)
    {
        if (_recovery != RecoveryPhase.Open || (Outstanding == 0 && !IsFinOutstanding)) return;
        int room = (int)Math.Min(int.MaxValue, (long)_send.Window - (_send.Next - _send.Unacknowledged));
        int length = CutAtRecord(_send.Next, Math.Min(UnsentBytes, _sendMss));
        bool isNew = length > 0 && length <= room;
        // A part of a size probe sent again would be taken for the probe.
        if (!isNew) _search?.Abandon();
        if (isNew ? SendNewText(length, now) : RepeatLast(now))
        {
            Set(TcpFlags.ProbeOut);
            Set(TcpFlags.ProbeRepeats, !isNew);
            Set(TcpFlags.SampledSinceProbe, false);
            _probeEnd = _send.Next;
            _probeSentAt = now;
            _layer.Statistics.LossProbes++;
            _counters.LossProbes++;
            Trace(TcpTraceKind.ProbeSent, now);
        }
        ArmRetransmit(now);
    }

    private bool RepeatLast(Instant now)
    {
        if (Outstanding == 0) return SendSegment(_send.Fin, 0, TcpControlBits.Fin | TcpControlBits.Ack, isRetransmission: true, now);
        SentSegment last = _sent!.ProbeLast(_sendMss);
        int sent = SendText(last.Start, last.Length, isRetransmission: true, now);
        if (sent < last.Length) return false;
        _sent.NoteProbed(_rate.OnSent(sent, Pipe, now), now);
        return true;
    }

    // §7.4: a probe that filled a hole has hidden a loss, which congestion control must hear of.
    private void OnProbeAnswered(in AckReport report, in AckOutcome outcome, Instant now)
    {
        if (!Has(TcpFlags.ProbeOut) || report.Acknowledgment.IsBefore(_probeEnd)) return;
        bool bothArrived = (report.HasRepeated && report.Repeated.Right == _probeEnd)
            || (outcome.EchoedUntil != Instant.Never && outcome.EchoedUntil < _probeSentAt)
            || (report.Acknowledgment == _probeEnd && report.IsDuplicate);
        if (Has(TcpFlags.ProbeRepeats) && !bothArrived)
        {
            if (!report.Acknowledgment.IsAfter(_probeEnd)) return;
            if (_recovery == RecoveryPhase.Open)
            {
                _congestion.OnLoss(new LossEvent(Math.Max(Outstanding, _sendMss), _sendMss, now));
                _congestion.OnRecovered(Outstanding, now);
                Set(TcpFlags.CanUndo, false);
            }
        }
        Set(TcpFlags.ProbeOut, false);
    }
}
