namespace StackSharp.Stack.Wire.Icmp;

/// <summary>ICMP message types (RFC 792, IANA icmp-parameters registry); deprecated ones (RFC 6918) are left out but the
/// one that must be ignored by name.</summary>
public enum Icmpv4Type : byte
{
    EchoReply = 0,
    DestinationUnreachable = 3,

    /// <summary>Neither sent nor acted on (RFC 6633).</summary>
    SourceQuench = 4,
    Redirect = 5,
    EchoRequest = 8,
    RouterAdvertisement = 9,
    RouterSolicitation = 10,
    TimeExceeded = 11,
    ParameterProblem = 12,
    TimestampRequest = 13,
    TimestampReply = 14,
}
