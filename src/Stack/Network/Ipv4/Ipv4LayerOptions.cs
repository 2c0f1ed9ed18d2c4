namespace StackSharp.Stack.Network.Ipv4;

/// <summary>IPv4's constants for one stack.</summary>
public sealed record Ipv4LayerOptions
{
    /// <summary>TTL of what is sent without one of its own (RFC 1700). Default 64.</summary>
    public byte DefaultTimeToLive { get; init; } = 64;

    /// <summary>Forwards packets for others, as a router does (RFC 1812 §5.2). Default false; <see cref="NetworkStack.Forwarding"/> changes it later.</summary>
    public bool Forwarding { get; init; }

    /// <summary>Forwards packets to the broadcast address of a network that is linked to this router (RFC 2644). Default false.</summary>
    public bool ForwardDirectedBroadcasts { get; init; }

    /// <summary>Tells hosts whose packets go out where they came in of the shorter way (RFC 1812 §5.2.7.2). Default true; only when forwarding.</summary>
    public bool SendRedirects { get; init; } = true;

    /// <summary>How long the pieces of a datagram are kept, counted from the first (RFC 1122 §3.3.2: 60 to 120 s). Default 60 s.</summary>
    public TimeSpan ReassemblyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Memory that incomplete datagrams may take, in octets; beyond it the oldest go. Default 4 MiB.</summary>
    public int ReassemblyHighBytes { get; init; } = 4 << 20;

    /// <summary>Where dropping the oldest stops, in octets. Default 3 MiB.</summary>
    public int ReassemblyLowBytes { get; init; } = 3 << 20;

    /// <summary>Most pieces of one datagram, up to 64. Default 64.</summary>
    public int ReassemblyMaximumFragments { get; init; } = 64;

    /// <summary>Share of <see cref="ReassemblyHighBytes"/> that one source may hold, in percent; beyond it its own oldest go. Default 25.</summary>
    public int ReassemblySourceSharePercent { get; init; } = 25;

    /// <summary>Age at which a path MTU is forgotten, so that larger packets are tried again (RFC 1191 §6.3: not under 5 min). Default 10 min.</summary>
    public TimeSpan PathMtuAge { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Smallest path MTU that an ICMP message can bring about, in octets (RFC 1191 §3 allows 68). Default 552, as an attacker gains by less.</summary>
    public int MinimumPathMtu { get; init; } = 552;

    /// <summary>Destinations whose path MTU is remembered; beyond it the oldest is forgotten. Default 4096.</summary>
    public int MaximumPathMtuEntries { get; init; } = 4096;

    /// <summary>Paths that are kept ready; beyond it the oldest is rebuilt when needed. Default 16,384.</summary>
    public int MaximumPaths { get; init; } = 16384;

    /// <summary>How long a gateway that failed address resolution is passed over, if there is another (RFC 1122 §3.3.1.4). Default 60 s.</summary>
    public TimeSpan DeadGatewayTime { get; init; } = TimeSpan.FromSeconds(60);
}
