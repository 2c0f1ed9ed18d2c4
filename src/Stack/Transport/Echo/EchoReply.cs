using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Echo;

/// <summary>What came of an echo request.</summary>
public enum EchoOutcome
{
    Reply,
    NetworkUnreachable,
    HostUnreachable,
    ProtocolUnreachable,
    PortUnreachable,

    /// <summary>Too big for a link on the way; <see cref="EchoReply.MaximumTransmissionUnit"/> says how big it may be.</summary>
    PacketTooBig,
    SourceRouteFailed,
    AdministrativelyProhibited,
    HopLimitExceeded,
    ReassemblyTimeExceeded,
    ParameterProblem,
}

/// <summary>An answer to an echo request, or an error about it.</summary>
/// <param name="Sequence">The request's sequence number.</param>
/// <param name="From">Who answered: the host itself, or the router that reports the error.</param>
/// <param name="Destination">Whom the request was for.</param>
/// <param name="HopLimit">TTL of the reply; 0 for an error.</param>
/// <param name="DataLength">Octets of data in the reply; 0 for an error.</param>
/// <param name="IsDataIntact">The data came back as it was sent, as far as the endpoint keeps it: by length and checksum.</param>
/// <param name="SentAt">When the request left.</param>
/// <param name="ReceivedAt">When the answer came.</param>
/// <param name="MaximumTransmissionUnit">Octets; only for <see cref="EchoOutcome.PacketTooBig"/>.</param>
public readonly record struct EchoReply(
    EchoOutcome Outcome,
    ushort Sequence,
    IpAddress From,
    IpAddress Destination,
    byte HopLimit,
    int DataLength,
    bool IsDataIntact,
    Instant SentAt,
    Instant ReceivedAt,
    int MaximumTransmissionUnit)
{
    public TimeSpan RoundTripTime => ReceivedAt - SentAt;
}
