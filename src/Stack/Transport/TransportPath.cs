using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport;

/// <summary>The way from one of our addresses to a remote one, as a transport needs to know it. The network layer keeps it current.</summary>
public abstract class TransportPath
{
    /// <summary>Source address of what is sent.</summary>
    public abstract IpAddress LocalAddress { get; }

    public abstract IpAddress RemoteAddress { get; }

    /// <summary>Largest IP packet that gets through whole, in octets, IP header included (RFC 1191, RFC 8201).</summary>
    public abstract int MaximumTransmissionUnit { get; }

    /// <summary>The outgoing interface's own MTU in octets: what the MSS that we announce is made of (RFC 9293 §3.7.1).</summary>
    public abstract int InterfaceMaximumTransmissionUnit { get; }

    /// <summary>Largest TCP super-segment as an IP packet, in octets; 0: the device cuts none.</summary>
    public abstract int MaximumSegmentationBytes { get; }

    /// <summary>The device completes transport checksums: write the pseudo-header's sum only.</summary>
    public abstract bool DeviceCompletesChecksum { get; }

    /// <summary>False once the route is gone: ask for a new path.</summary>
    public abstract bool IsValid { get; }

    /// <summary>The peer is on this machine, or on a link of ours.</summary>
    public abstract bool IsOnLink { get; }

    /// <summary>Index of the outgoing interface.</summary>
    public abstract int InterfaceIndex { get; }

    /// <summary>An acknowledgment of new data proves the next hop reachable (RFC 4861 §7.3.1; ARP entries likewise).</summary>
    public abstract void ConfirmReachable();

    /// <summary>Retransmissions go unanswered: the next hop may be dead (RFC 9293 §3.8.3, R1).</summary>
    public abstract void SuspectUnreachable();
}
