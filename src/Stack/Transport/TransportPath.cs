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

    /// <summary>Largest UDP send that the device cuts into datagrams, as an IP packet in octets; 0: it cuts none.</summary>
    public virtual int UdpSegmentationBytes => 0;

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

    /// <summary>
    /// A PacketTooBig problem quoted a packet that this endpoint really has in flight: use no more than this many octets from now on
    /// (RFC 1191 §4, RFC 8201 §4). Values above the present one are ignored. The network layer does nothing about such a
    /// problem by itself, because it cannot tell a forged one (RFC 5927 §7): the transport calls this after its own check.
    /// </summary>
    /// <param name="octets">As <see cref="NetworkProblem.MaximumTransmissionUnit"/> says.</param>
    public virtual void LowerMaximumTransmissionUnit(int octets)
    {
    }

    /// <summary>Retransmissions go unanswered: the next hop may be dead (RFC 9293 §3.8.3, R1).</summary>
    public abstract void SuspectUnreachable();
}
