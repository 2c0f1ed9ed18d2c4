namespace StackSharp.Stack.Wire;

/// <summary>The octet that is IPv4's ToS and IPv6's Traffic Class: DSCP in the upper six bits (RFC 2474 §3), ECN in the
/// lower two (RFC 3168 §5).</summary>
public readonly record struct TrafficClass(byte Value)
{
    private const int EcnMask = 0b11;

    /// <summary>Best effort, not ECN-capable.</summary>
    public static TrafficClass Default => default;

    /// <summary>CS6, network control: what ICMP errors and routing use (RFC 1812 §4.3.2.5, RFC 2474 §4.2.2.2).</summary>
    public static TrafficClass NetworkControl => new(0xC0);

    /// <summary>Differentiated services codepoint, 0..63.</summary>
    public int Dscp => Value >> 2;

    public EcnCodepoint Ecn => (EcnCodepoint)(Value & EcnMask);

    /// <param name="dscp">0..63; higher bits are cut off.</param>
    public static TrafficClass Create(int dscp, EcnCodepoint ecn = EcnCodepoint.NotEct) => new((byte)((dscp << 2) | ((int)ecn & EcnMask)));

    public TrafficClass WithEcn(EcnCodepoint ecn) => new((byte)((Value & ~EcnMask) | ((int)ecn & EcnMask)));
}
