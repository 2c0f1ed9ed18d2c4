using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Network.Ipv4;

/// <summary>What the sender of a packet decides.</summary>
internal readonly ref struct Ipv4SendOptions
{
    public required IpProtocol Protocol { get; init; }

    /// <summary>0: the default.</summary>
    public byte TimeToLive { get; init; }

    public TrafficClass TrafficClass { get; init; }

    public bool DontFragment { get; init; }

    /// <summary>Members on this host get a copy of a multicast.</summary>
    public bool LoopMulticast { get; init; }

    /// <summary>IPv4 options, up to 40 octets.</summary>
    public ReadOnlySpan<byte> Options { get; init; }
}
