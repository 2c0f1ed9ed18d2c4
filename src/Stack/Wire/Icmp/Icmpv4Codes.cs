namespace StackSharp.Stack.Wire.Icmp;

/// <summary>Codes of Destination Unreachable (RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1).</summary>
public enum Icmpv4UnreachableCode : byte
{
    Network = 0,
    Host = 1,
    Protocol = 2,
    Port = 3,

    /// <summary>Too big and not to be fragmented; carries the next hop's MTU (RFC 1191 §4).</summary>
    FragmentationNeeded = 4,
    SourceRouteFailed = 5,
    NetworkUnknown = 6,
    HostUnknown = 7,
    SourceHostIsolated = 8,
    NetworkProhibited = 9,
    HostProhibited = 10,
    NetworkForTypeOfService = 11,
    HostForTypeOfService = 12,
    CommunicationProhibited = 13,
    HostPrecedenceViolation = 14,
    PrecedenceCutoff = 15,
}

/// <summary>Codes of Time Exceeded (RFC 792).</summary>
public enum Icmpv4TimeExceededCode : byte
{
    InTransit = 0,
    Reassembly = 1,
}

/// <summary>Codes of Redirect (RFC 792).</summary>
public enum Icmpv4RedirectCode : byte
{
    Network = 0,
    Host = 1,
    NetworkForTypeOfService = 2,
    HostForTypeOfService = 3,
}

/// <summary>Codes of Parameter Problem (RFC 792, RFC 1122 §3.2.2.5).</summary>
public enum Icmpv4ParameterProblemCode : byte
{
    /// <summary>The pointer names the octet.</summary>
    PointerIndicatesError = 0,
    RequiredOptionMissing = 1,
    BadLength = 2,
}
