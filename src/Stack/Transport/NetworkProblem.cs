using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport;

/// <summary>What an ICMP error says, whichever version it came in (RFC 792, RFC 4443).</summary>
public enum NetworkProblemKind
{
    NetworkUnreachable,
    HostUnreachable,
    ProtocolUnreachable,
    PortUnreachable,

    /// <summary>Too big for a link on the way; <see cref="NetworkProblem.MaximumTransmissionUnit"/> says what to use instead.</summary>
    PacketTooBig,
    SourceRouteFailed,
    AdministrativelyProhibited,
    HopLimitExceeded,
    ReassemblyTimeExceeded,
    ParameterProblem,
}

/// <summary>An ICMP error about a packet of ours, or the stack's own finding (address resolution failed). Not proof: to be checked against a live endpoint (RFC 5927 §4.1).</summary>
public readonly ref struct NetworkProblem
{
    public NetworkProblemKind Kind { get; init; }

    /// <summary>Source address of the packet that failed: ours.</summary>
    public IpAddress Local { get; init; }

    /// <summary>Destination address of the packet that failed.</summary>
    public IpAddress Remote { get; init; }

    /// <summary>Who reports.</summary>
    public IpAddress Reporter { get; init; }

    public byte Protocol { get; init; }

    /// <summary>Octets, never 0: what the router said, or the plateau below the packet's length if it said nothing (RFC 1191 §7.1), and not
    /// under the configured minimum. Only for <see cref="NetworkProblemKind.PacketTooBig"/>; pass it to
    /// <see cref="TransportPath.LowerMaximumTransmissionUnit"/> once the quotation is found genuine.</summary>
    public int MaximumTransmissionUnit { get; init; }

    /// <summary>The start of the failed packet's transport header: at least 8 octets.</summary>
    public ReadOnlySpan<byte> TransportHeader { get; init; }
}
