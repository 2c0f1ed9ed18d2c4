namespace StackSharp.Stack.Wire.Ipv4;

/// <summary>Why a packet has no <see cref="Ipv4Header"/>; all are discarded silently (RFC 1122 §3.2.1.1-2), one drop counter each.</summary>
public enum Ipv4Fault
{
    None,

    /// <summary>Fewer bytes than a header, or than the header says it has.</summary>
    Truncated,

    /// <summary>The version is not 4.</summary>
    Version,

    /// <summary>A header length under 20 bytes.</summary>
    HeaderLength,

    /// <summary>A total length shorter than the header, or longer than what arrived.</summary>
    TotalLength,

    Checksum,
}
