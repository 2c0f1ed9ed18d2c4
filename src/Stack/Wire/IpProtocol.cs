namespace StackSharp.Stack.Wire;

/// <summary>Upper-layer protocol numbers: IPv4 Protocol and IPv6 Next Header (IANA protocol-numbers registry).</summary>
/// <remarks>A value outside the list is still a value: it is what the packet said.</remarks>
public enum IpProtocol : byte
{
    /// <summary>IPv6 hop-by-hop options (RFC 8200 §4.3).</summary>
    HopByHop = 0,
    Icmp = 1,
    Igmp = 2,
    Ipv4 = 4,
    Tcp = 6,
    Udp = 17,
    Ipv6 = 41,
    Ipv6Routing = 43,
    Ipv6Fragment = 44,
    Gre = 47,
    Esp = 50,
    Ah = 51,
    Icmpv6 = 58,
    Ipv6NoNextHeader = 59,
    Ipv6DestinationOptions = 60,
    Sctp = 132,
    UdpLite = 136,
}
