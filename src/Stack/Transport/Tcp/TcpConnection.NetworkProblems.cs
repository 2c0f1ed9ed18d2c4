using System.Buffers.Binary;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>ICMP: RFC 9293 §3.9.2.2, with the caution of RFC 5927.</content>
public sealed partial class TcpConnection
{
    /// <summary>Trouble on the way since the last forward progress, or None: what ICMP reported, or TimedOut after R1 retransmissions. It ends no connection by itself; when the connection times out, this is why.</summary>
    public TransportError SoftError => _softError;

    internal void OnNetworkProblem(in NetworkProblem problem, Instant now)
    {
        bool ownFinding = problem.Reporter.IsUnspecified;
        SequenceNumber sequence = problem.TransportHeader.Length >= 8
            ? new SequenceNumber(BinaryPrimitives.ReadUInt32BigEndian(problem.TransportHeader[4..]))
            : _send.Unacknowledged - 1;
        // Only a sender on the path knows what is in flight (RFC 5927 §4.1).
        bool inFlight = sequence.IsAtOrAfter(_send.Unacknowledged) && sequence.IsBefore(_send.Next);
        if (!inFlight && !ownFinding) return;
        if (problem.Kind == NetworkProblemKind.PacketTooBig)
        {
            if (!inFlight) return;
            _path.LowerMaximumTransmissionUnit(problem.MaximumTransmissionUnit);
            OnPathMtuChanged(now);
            return;
        }
        TransportError error = ToError(problem.Kind);
        bool hard = problem.Kind is NetworkProblemKind.PortUnreachable or NetworkProblemKind.ProtocolUnreachable
            or NetworkProblemKind.AdministrativelyProhibited;
        // Hard errors end an attempt, never a connection (RFC 5461, RFC 5927 §5.2); soft ones do neither (MUST-56), but what our
        // own address resolution finds is no hearsay.
        if (State == TcpState.SynSent && (hard || ownFinding))
        {
            Fail(error);
            return;
        }
        NoteSoftError(error);
    }

    private void NoteSoftError(TransportError error)
    {
        _softError = error;
        Raise(EndpointEvents.SoftError);
    }

    private static TransportError ToError(NetworkProblemKind kind) => kind switch
    {
        NetworkProblemKind.NetworkUnreachable => TransportError.NetworkUnreachable,
        NetworkProblemKind.PortUnreachable or NetworkProblemKind.ProtocolUnreachable => TransportError.ConnectionRefused,
        _ => TransportError.HostUnreachable,
    };

    // RFC 1191 §6.4, §6.5: smaller segments, what was too big again at once, and neither is a sign of congestion.
    private void OnPathMtuChanged(Instant now)
    {
        int before = _sendMss;
        UpdateSendMss();
        if (_sendMss >= before) return;
        RepeatSynWithoutText(now);
        if (!IsSynchronized) return;
        _congestion.OnSegmentSize(_sendMss);
        if (_sent is null) return;
        _sent.MarkLargerLost(_sendMss);
        Set(TcpFlags.RetransmitNow);
        Output(now);
    }
}
