using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Stack.Transport.Tcp.Tracing;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>Spurious retransmissions: finding them by timestamps (RFC 3522), by new data (RFC 5682) or by the peer's word (RFC 2883), and taking
/// their effect back (RFC 4015).</content>
public sealed partial class TcpConnection
{
    private ForwardRecovery _forward;
    private SequenceNumber _firstRepair;
    private SequenceNumber _repairedFrom;
    private SequenceNumber _repairedTo;
    private long _octetsToProve;
    private Instant _firstRepairAt;
    private int _spuriousRecoveries;
    private int _spuriousTimeouts;

    // F-RTO (RFC 5682 §3.1).
    private enum ForwardRecovery : byte
    {
        None,

        /// <summary>The first segment was sent again; nothing else yet (step 1).</summary>
        Repeated,

        /// <summary>New data is on its way instead of retransmissions: its answer tells (step 2b).</summary>
        NewSent,
    }

    private void BeginUndo()
    {
        Set(TcpFlags.CanUndo);
        _octetsToProve = 0;
        _firstRepairAt = Instant.Never;
        NoteReduction();
        if (_ecn is not null) _ecn.IsMarkedSinceLoss = false;
    }

    private void NoteRepair(SequenceNumber start, int octets, Instant now)
    {
        SequenceNumber end = start + (uint)octets;
        bool isFirst = _firstRepairAt == Instant.Never;
        _octetsToProve += octets;
        _repairedFrom = isFirst ? start : SequenceNumber.Min(_repairedFrom, start);
        _repairedTo = isFirst ? end : SequenceNumber.Max(_repairedTo, end);
        if (!isFirst) return;
        _firstRepairAt = now;
        _firstRepair = start;
    }

    // The last moment whose timestamp would have been older than, or the same as, the one that was echoed.
    private Instant EchoedUntil(in TcpSegmentOptions options, Instant now)
    {
        if (!HasTimestamps || !options.HasTimestamps || options.TimestampEchoReply == 0) return Instant.Never;
        uint age = TimestampClock(now) - options.TimestampEchoReply;
        if (age > 1 << 24) return Instant.Never;
        return new Instant((now.Milliseconds - age + 1) * 1_000_000 - 1) + _repairLag;
    }

    // RFC 3522 §3.2: the ACK that first covers what was sent again echoes a timestamp from before that, so the first copy has arrived.
    private void TryUndoByEcho(in AckReport report, in AckOutcome outcome, Instant now)
    {
        if (_recovery == RecoveryPhase.Open || !Has(TcpFlags.CanUndo) || !report.Advances) return;
        if (_firstRepairAt == Instant.Never || outcome.EchoedUntil == Instant.Never || outcome.EchoedUntil >= _firstRepairAt) return;
        SequenceNumber before = _send.Unacknowledged - (uint)report.Acknowledged;
        if (before.IsAtOrBefore(_firstRepair) && _send.Unacknowledged.IsAfter(_firstRepair)) Undo(now);
    }

    // RFC 2883 §5: when the peer has reported every retransmission as a duplicate, none was needed.
    private void OnRepeated(in AckReport report, Instant now)
    {
        if (!report.HasRepeated) return;
        _duplicatesReported++;
        _rack.OnDuplicateReported(_send.Unacknowledged, _send.Next);
        if (!Has(TcpFlags.CanUndo) || _firstRepairAt == Instant.Never) return;
        // What the path itself doubled was no repair.
        if (report.Repeated.Left.IsBefore(_repairedFrom) || report.Repeated.Right.IsAfter(_repairedTo)) return;
        _octetsToProve -= report.Repeated.Right - report.Repeated.Left;
        if (_octetsToProve <= 0) Undo(now);
    }

    private void ContinueForward(in AckReport report, in AckOutcome outcome, bool isCovered, Instant now)
    {
        switch (_forward)
        {
            case ForwardRecovery.Repeated:
                bool mayProbe = report.Advances && !isCovered && UnsentBytes > 0 && _send.Window > _send.Next - _send.Unacknowledged;
                _forward = mayProbe ? ForwardRecovery.NewSent : ForwardRecovery.None;
                break;
            case ForwardRecovery.NewSent when outcome.HasFresh && outcome.LowestFreshEnd.IsAtOrBefore(_recoveryPoint):
                Undo(now);
                break;
            case ForwardRecovery.NewSent when report.Advances || report.IsDuplicate || outcome.IsNewlySacked:
                _forward = ForwardRecovery.None;
                break;
        }
    }

    private void Undo(Instant now)
    {
        bool wasTimeout = _recovery == RecoveryPhase.Timeout;
        if (wasTimeout) _spuriousTimeouts++;
        else _spuriousRecoveries++;
        _layer.Statistics.SpuriousRecoveries++;
        Set(TcpFlags.CanUndo, false);
        _forward = ForwardRecovery.None;
        _rack.NoteReordering();
        // Congestion there was all the same (RFC 4015 §3.2): then only the repair ends.
        if (!IsMarkedSinceLoss) _congestion.OnSpuriousLoss(now);
        else if (_recovery == RecoveryPhase.Fast) _congestion.OnRecovered(Outstanding, now);
        if (_recovery != RecoveryPhase.Open)
        {
            EndTimeoutEpisode(now);
            _sent?.UnmarkLost();
            _recovery = RecoveryPhase.Open;
            _recoveryPoint = _send.Unacknowledged;
            Set(TcpFlags.RetransmitNow | TcpFlags.FinLost, false);
            RestartRetransmit(now);
        }
        Trace(TcpTraceKind.Undone, now);
    }
}
