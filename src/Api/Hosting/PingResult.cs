using System.Net;

namespace StackSharp.Hosting;

/// <summary>What came of a ping.</summary>
public enum PingStatus
{
    Success,

    /// <summary>No answer in time.</summary>
    TimedOut,
    NetworkUnreachable,
    HostUnreachable,
    ProtocolUnreachable,
    PortUnreachable,
    PacketTooBig,
    SourceRouteFailed,
    AdministrativelyProhibited,
    HopLimitExceeded,
    ReassemblyTimeExceeded,
    ParameterProblem,

    /// <summary>It could not be sent: no address of a host, or no room for it.</summary>
    NotSent,
}

/// <summary>How to ping.</summary>
public sealed record PingOptions
{
    /// <summary>What to send: up to 65,507 octets. Default: 32 octets.</summary>
    public ReadOnlyMemory<byte> Data { get; init; } = new byte[32];

    /// <summary>How long to wait. Default 4 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>TTL; 0: the stack's default.</summary>
    public byte HopLimit { get; init; }

    public bool DontFragment { get; init; }

    /// <summary>Goes into the request and comes back.</summary>
    public ushort Sequence { get; init; } = 1;
}

/// <summary>What came of a ping, from whom, and how fast.</summary>
/// <param name="Address">Who answered: the host, or the router that reports an error; null: nobody.</param>
/// <param name="RoundTripTime">From sending to the answer; zero without one.</param>
/// <param name="HopLimit">TTL of the reply.</param>
/// <param name="DataLength">Octets that came back.</param>
/// <param name="IsDataIntact">They are those that were sent.</param>
/// <param name="MaximumTransmissionUnit">Octets; only with PacketTooBig.</param>
public sealed record PingResult(
    PingStatus Status, IPAddress? Address, TimeSpan RoundTripTime, byte HopLimit, int DataLength, bool IsDataIntact, int MaximumTransmissionUnit);
