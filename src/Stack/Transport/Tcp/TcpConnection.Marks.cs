using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Ecn;
using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>Congestion marks: those that arrive are told of, those that the peer tells of are answered (RFC 3168 §6.1.2, §6.1.3; RFC 9768 §3.2).</content>
public sealed partial class TcpConnection
{
    // Marks are told of before the field that counts them could go round (RFC 9768 §3.2.2.5.1: 7 at most).
    private const int MostUntoldMarks = 5;

    // What the ACK that is being taken tells.
    private int _newlyMarkedBytes;

    // A segment's mark, before its text is looked at.
    private void NoteMark(in TcpHeader header, in TransportDatagram datagram, Instant now)
    {
        if (_ecn is not { } ecn) return;
        int octets = header.Payload.Length;
        int merged = datagram.Buffer.Offload.SegmentBytes;
        int segments = merged > 0 && octets > merged ? (octets + merged - 1) / merged : 1;
        bool owesAck = _receive.Next.IsAfter(_receive.LastAckSent);
        if (ecn.Feedback == EcnFeedback.Accurate)
        {
            if (ecn.Received.Note(_arrivedWith, segments, octets, owesAck)) SetAckNow();
            if (ecn.Received.UntoldSegments > MostUntoldMarks) SendAck(now);
            return;
        }
        if (octets > 0) ecn.Received.Note(_arrivedWith, segments, octets, owesAck);
        NoteClassicMark(ecn, header, owesAck, now);
    }

    private void NoteClassicMark(EcnState ecn, in TcpHeader header, bool owesAck, Instant now)
    {
        bool isMarked = _arrivedWith == EcnCodepoint.CongestionExperienced;
        bool isText = !header.Payload.IsEmpty;
        if (_congestion.NeedsExactMarks)
        {
            // RFC 8257 §3.2: one ACK is for marked segments or for others, never for both.
            if (!isText || isMarked == ecn.Echoes) return;
            if (owesAck) SendAck(now);
            ecn.Echoes = isMarked;
            return;
        }
        if (header.Has(TcpControlBits.Cwr))
        {
            // Who says that he has slowed down may have very little left to send: no time to wait with an ACK.
            if (ecn.Echoes && isText) SetAckNow();
            ecn.Echoes = false;
        }
        if (!isMarked || !isText) return;
        if (!ecn.Echoes) SetAckNow();
        ecn.Echoes = true;
    }

    // Its marks came back to its sender on ACKs of its own: no duplicate, which would have blocks of what arrived out of order (RFC 9768 §3.2.2.5.1).
    private bool MayAnswerMarks(in TcpSegmentOptions options) => HasAccurateEcn && HasSack && options.SackCount == 0;

    /// <summary>What an ACK tells of marks.</summary>
    /// <returns>There is some to react to.</returns>
    private bool TakeEcho(in TcpHeader header, in TcpSegmentOptions options, bool completesHandshake, bool advances, in AckOutcome outcome)
    {
        _newlyMarkedBytes = 0;
        if (_ecn is not { } ecn) return false;
        ecn.WasWindowLeast = _congestion.Window <= _sendMss;
        if (ecn.IsAnswering && header.Acknowledgment.IsAfter(ecn.AnsweredUntil)) ecn.IsAnswering = false;
        if (ecn.Feedback == EcnFeedback.Accurate) return TakeAccurateEcho(ecn, header, options, completesHandshake, advances, outcome);
        if (!header.Has(TcpControlBits.Ece)) return false;
        _newlyMarkedBytes = outcome.Delivered;
        ecn.Echoed.Segments += outcome.Segments;
        _layer.Statistics.DeliveredCe += outcome.Segments;
        return true;
    }

    private bool TakeAccurateEcho(
        EcnState ecn, in TcpHeader header, in TcpSegmentOptions options, bool completesHandshake, bool advances, in AckOutcome outcome)
    {
        if (ecn.IgnoresEchoes || (completesHandshake && !Has(TcpFlags.ActiveOpen) && IsHandshakeEcho(header, options))) return false;
        // One that brings nothing new may have been overtaken: its counts may be old (§3.2.2.2, appendix A.1).
        bool isNewer = HasTimestamps && options.HasTimestamps && (ecn.LatestTimestamp == 0 || unchecked((int)(options.TimestampValue - ecn.LatestTimestamp)) > 0);
        if (isNewer) ecn.LatestTimestamp = options.TimestampValue;
        if (!advances && outcome.Delivered == 0 && !isNewer) return false;
        EchoedMarks marks = ecn.Echoed.Take(options, EcnHandshake.Ace(header.ControlBits), outcome.Segments, outcome.Delivered, _sendMss);
        if (marks.IsMangled) StopMarking();
        _newlyMarkedBytes = marks.Bytes;
        _layer.Statistics.DeliveredCe += marks.Segments;
        return marks.Segments > 0 || marks.Bytes > 0;
    }

    // At most once for a window of data (RFC 3168 §6.1.2); what algorithms that count marks do is their own matter.
    private void AnswerMarks(int delivered, Instant now)
    {
        EcnState ecn = _ecn!;
        ecn.IsMarkedSinceLoss = true;
        if (ecn.IsAnswering) return;
        NoteReduction();
        if (_congestion.NeedsExactMarks || _recovery != RecoveryPhase.Open) return;
        Set(TcpFlags.CanUndo, false);
        _congestion.OnCongestionExperienced(Outstanding + delivered, now);
        if (ecn.WasWindowLeast) ecn.HeldUntil = now + _rtt.Timeout(_layer.Options);
    }

    // The window has given way, for whatever reason: the peer is told, and marks on what is on its way are of the same congestion.
    private void NoteReduction()
    {
        if (_ecn is not { Feedback: not EcnFeedback.None } ecn) return;
        ecn.IsAnswering = true;
        ecn.AnsweredUntil = _send.Next;
        ecn.IsReductionUntold = ecn.Feedback == EcnFeedback.Classic;
    }

    // When new octets may leave again that a mark holds back; a moment that has passed: none does.
    private Instant HeldUntil => _ecn?.HeldUntil ?? default;

    private bool IsMarkedSinceLoss => _ecn is { IsMarkedSinceLoss: true };
}
