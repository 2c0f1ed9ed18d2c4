namespace StackSharp.Stack.Wire.Tcp;

/// <summary>TCP option kinds (IANA tcp-parameters registry) that we act on; any other value is skipped by its length.</summary>
public enum TcpOptionKind : byte
{
    /// <summary>End of the option list (RFC 9293 §3.2).</summary>
    EndOfList = 0,

    /// <summary>One octet of padding (RFC 9293 §3.2).</summary>
    NoOperation = 1,

    /// <summary>Length 4, on SYN only (RFC 9293 §3.2).</summary>
    MaximumSegmentSize = 2,

    /// <summary>Length 3, on SYN only (RFC 7323 §2.2).</summary>
    WindowScale = 3,

    /// <summary>Length 2, on SYN only (RFC 2018 §2).</summary>
    SackPermitted = 4,

    /// <summary>Length 8n+2, n blocks (RFC 2018 §3).</summary>
    Sack = 5,

    /// <summary>Length 10 (RFC 7323 §3.2).</summary>
    Timestamps = 8,

    /// <summary>Length 18 (RFC 2385).</summary>
    Md5Signature = 19,

    /// <summary>Length 4 (RFC 5482 §3).</summary>
    UserTimeout = 28,

    /// <summary>TCP-AO; length 4 and the signature (RFC 5925 §2.2).</summary>
    Authentication = 29,

    /// <summary>Length 2 or 6..18 and even, on SYN only (RFC 7413 §4.1.1).</summary>
    FastOpen = 34,

    /// <summary>Length 2, 5, 8 or 11: counts of octets by ECN mark, those with ECT(0) first (RFC 9768 §3.2.3).</summary>
    AccurateEcn0 = 172,

    /// <summary>The same, those with ECT(1) first.</summary>
    AccurateEcn1 = 174,

    /// <summary>Shared by experiments, each with a number of 16 bits in front of its value (RFC 6994). Fast Open was one once, under <c>F989</c>.</summary>
    Experiment = 254,
}
