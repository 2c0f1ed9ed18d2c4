using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Stack.Transport.Tcp.Tracing;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>Loss: finding it (RFC 8985, or RFC 6675 and 6582 without), repairing it at the pace of what arrives (RFC 9937).</content>
public sealed partial class TcpConnection : ILossObserver
{
    private RecoveryPhase _recovery;
    private SequenceNumber _recoveryPoint;
    private SequenceNumber _nextAtFirstDuplicate;
    private Instant _recoveryBeganAt;
    private int _duplicateAcks;
    private int _fastRecoveries;
    private bool _isPartialSeen;
    private bool _isLostAgain;
    private Rack _rack;
    private ProportionalRate _reduction;
    private DeliveryRate _rate;

    private enum RecoveryPhase : byte
    {
        Open,

        /// <summary>Fast recovery (RFC 5681 §3.2, RFC 6675 §5).</summary>
        Fast,

        /// <summary>After a timeout, until all that was outstanding then is acknowledged.</summary>
        Timeout,
    }

    private bool UsesRack => HasSack && _options.RackTlp;

    // cwnd as it holds now.
    private long CongestionWindow => _recovery == RecoveryPhase.Fast && !_congestion.OwnsRecoveryWindow ? _reduction.Window : _congestion.Window;

    // What the scoreboard says of an acknowledgment, put to use: undo, the end of a recovery, the beginning of the next, and what congestion control hears.
    private void Recover(in AckReport report, in AckOutcome outcome, Instant now)
    {
        _rack.Update(outcome, now);
        if (report.Advances) OnSizeProbeAcknowledged(now);
        int duplicatesBefore = _duplicateAcks;
        CountDuplicates(report, outcome);
        OnProbeAnswered(report, outcome, now);
        OnRepeated(report, now);
        RecoveryPhase phase = _recovery;
        bool isCovered = report.Advances && _send.Unacknowledged.IsAtOrAfter(_recoveryPoint);
        if (phase == RecoveryPhase.Timeout) ContinueForward(report, outcome, isCovered, now);
        TryUndoByEcho(report, outcome, now);
        bool restarts = report.Advances;
        if (_recovery == RecoveryPhase.Fast && report.Advances && !isCovered && !HasSack) restarts = OnPartial(report, duplicatesBefore);
        if (restarts) RestartRetransmit(now);
        long lostBefore = _rate.Lost;
        if (_recovery != RecoveryPhase.Open && isCovered)
        {
            TellCongestionControl(report, outcome, phase, lostBefore, now);
            EndRecovery(now);
            DetectLoss(now);
            return;
        }
        DetectLoss(now);
        if (_recovery == RecoveryPhase.Fast)
        {
            long delivered = HasSack ? outcome.Delivered : DeliveredWithoutSack(report, duplicatesBefore);
            _reduction.OnAcknowledged(delivered, Pipe, _congestion.SlowStartThreshold, report.Advances && _rate.Lost == lostBefore, _sendMss);
        }
        TellCongestionControl(report, outcome, _recovery == RecoveryPhase.Fast ? RecoveryPhase.Fast : phase, lostBefore, now);
    }

    private void TellCongestionControl(in AckReport report, in AckOutcome outcome, RecoveryPhase phase, long lostBefore, Instant now)
    {
        if (outcome.Delivered == 0 && report.Acknowledged == 0) return;
        _congestion.OnAcknowledged(new CongestionSample
        {
            Now = now,
            AcknowledgedBytes = report.Acknowledged,
            DeliveredBytes = outcome.Delivered,
            LostBytes = _rate.Lost - lostBefore,
            InFlightBefore = report.InFlightBefore,
            InFlightBytes = Pipe,
            WasWindowLimited = IsWindowUsed,
            IsPaced = IsPacing,
            RoundTrip = outcome.LatestSentAt == Instant.Never ? TimeSpan.Zero : now - outcome.LatestSentAt,
            MinimumRoundTrip = _rtt.Minimum,
            SmoothedRoundTrip = _rtt.Smoothed,
            Phase = PhaseOf(phase),
            MarkedBytes = _newlyMarkedBytes,
            UnacknowledgedOffset = _bytesAcknowledged,
            NextOffset = _bytesSent,
            Rate = report.Rate,
        });
    }

    private void CountDuplicates(in AckReport report, in AckOutcome outcome)
    {
        if (report.Advances) _duplicateAcks = 0;
        if (report.IsDuplicate) _duplicateAcksTotal++;
        if (!report.IsDuplicate && !outcome.IsNewlySacked) return;
        if (_duplicateAcks == 0 && !HasSack) _nextAtFirstDuplicate = _send.Next;
        // With SACK a duplicate that reports nothing new is a window or keepalive matter (RFC 6675 §2).
        if (HasSack ? outcome.IsNewlySacked : report.IsDuplicate) _duplicateAcks++;
    }

    // A partial ACK without SACK: the next hole begins here (RFC 6582 §3.2). What it covers was counted as gone by duplicates.
    private bool OnPartial(in AckReport report, int duplicatesBefore)
    {
        _duplicateAcks = Math.Max(0, duplicatesBefore - Math.Max(0, report.Acknowledged / _sendMss - 1));
        _sent!.MarkFirstLost(_sendMss, this);
        Set(TcpFlags.RetransmitNow);
        // Only the first partial ACK restarts the timer, so that many holes end in a timeout instead (RFC 6582 §3.2, step 3 and §4).
        bool restarts = !_isPartialSeen;
        _isPartialSeen = true;
        return restarts;
    }

    // Each duplicate says that one segment has arrived; what a partial ACK covers beyond those arrived with it (RFC 9937 §6.2).
    private long DeliveredWithoutSack(in AckReport report, int duplicatesBefore) =>
        report.Advances ? Math.Max(_sendMss, report.Acknowledged - (long)duplicatesBefore * _sendMss) : report.IsDuplicate ? _sendMss : 0;

    private void DetectLoss(Instant now)
    {
        if (_sent is null || _sent.IsEmpty) return;
        _search?.BeginJudging();
        if (UsesRack)
        {
            DetectLossByTime(now);
            return;
        }
        if (_recovery == RecoveryPhase.Timeout) return;
        bool byBlocks = HasSack && _sent.MarkLostBelowSacked(_layer.Options.DuplicateThreshold, _sendMss, this);
        if (_recovery == RecoveryPhase.Fast) return;
        bool byCount = _duplicateAcks >= _layer.Options.DuplicateThreshold && _send.Unacknowledged.IsAfter(_recoveryPoint);
        if (byCount) JudgeSizeProbeByCount();
        if ((byBlocks || byCount) && !TryRepairSizeProbe(now)) EnterFastRecovery(now);
    }

    private void DetectLossByTime(Instant now)
    {
        if (!_rack.HasSample || _forward == ForwardRecovery.NewSent) return;
        bool isUrgent = _recovery != RecoveryPhase.Open || _sent!.SackedBytes >= (long)_layer.Options.DuplicateThreshold * _sendMss;
        TimeSpan patience = _rack.RoundTrip + _rack.Window(_rtt.Minimum, _rtt.Smoothed, isUrgent);
        _isLostAgain = false;
        bool marked = _sent!.MarkLostByTime(_rack.SentAt, _rack.End, patience, now, this, out TimeSpan wait);
        WaitForReordering(wait, now);
        if (!marked || TryRepairSizeProbe(now)) return;
        // The loss of a retransmission is a second event of congestion (RFC 5681 §4.3); those that follow while it is repaired are no third.
        bool isSecond = _recovery == RecoveryPhase.Fast && _isLostAgain && !Has(TcpFlags.ReducedAgain);
        if (_recovery != RecoveryPhase.Open && !isSecond) return;
        Set(TcpFlags.ReducedAgain, isSecond);
        EnterFastRecovery(now);
    }

    private void EnterFastRecovery(Instant now)
    {
        // Loss is of the size of what was in flight before limited transmit added to it (RFC 5681 §3.2 step 2).
        long flight = UsesRack ? Outstanding : Math.Min(Outstanding, Math.Max(_sendMss, _nextAtFirstDuplicate - _send.Unacknowledged));
        _recovery = RecoveryPhase.Fast;
        _recoveryBeganAt = now;
        _isPartialSeen = false;
        _recoveryPoint = _send.Next;
        BeginUndo();
        _congestion.OnLoss(new LossEvent(flight, _sent!.LostBytes, now));
        if (!UsesRack) _sent.MarkFirstLost(_sendMss, this);
        _reduction.Begin(Outstanding - _sent.SackedBytes);
        Set(TcpFlags.RetransmitNow);
        _fastRecoveries++;
        _layer.Statistics.FastRecoveries++;
        ArmRetransmit(now);
        Trace(TcpTraceKind.RecoveryEntered, now);
    }

    private void EndRecovery(Instant now)
    {
        if (_recovery == RecoveryPhase.Fast) _congestion.OnRecovered(Outstanding, now);
        EndTimeoutEpisode(now);
        _recovery = RecoveryPhase.Open;
        _forward = ForwardRecovery.None;
        _rack.OnRecovered();
        Trace(TcpTraceKind.RecoveryLeft, now);
    }

    void ILossObserver.OnLost(in SentSegment segment)
    {
        if (_search is not null && _search.Judge(segment)) return;
        _rate.NoteLost(segment.Length);
        _isLostAgain |= segment.Has(SentState.Retransmitted) && segment.SentAt >= _recoveryBeganAt;
        _congestion.OnSegmentLost(new LostSegment
        {
            Now = _layer.Now,
            Offset = segment.Start - (_send.Initial + 1),
            Bytes = segment.Length,
            InFlightWhenSent = segment.Mark.InFlight,
            LostSinceSent = _rate.Lost - segment.Mark.Lost,
            Delivered = _rate.Delivered,
            WasApplicationLimited = segment.Has(SentState.ApplicationLimited),
        });
        TraceText(TcpTraceKind.Lost, segment.Start, segment.Length, _layer.Now);
    }

    /// <summary>What one segment's ACK field said.</summary>
    /// <param name="Acknowledged">Octets of text newly and cumulatively acknowledged.</param>
    /// <param name="Advances">SND.UNA moved.</param>
    /// <param name="IsDuplicate">A duplicate ACK (RFC 5681 §2).</param>
    /// <param name="InFlightBefore">Pipe before it.</param>
    /// <param name="Repeated">Octets that the peer reports to have received twice (RFC 2883); empty: none.</param>
    private readonly record struct AckReport(
        SequenceNumber Acknowledgment, int Acknowledged, bool Advances, bool IsDuplicate, long InFlightBefore, SackBlock Repeated, RateSample Rate)
    {
        public bool HasRepeated => Repeated.Left != Repeated.Right;
    }
}
