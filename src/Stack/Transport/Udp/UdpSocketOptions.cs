namespace StackSharp.Stack.Transport.Udp;

/// <summary>What can be set on a UDP endpoint.</summary>
public record struct UdpSocketOptions
{
    public UdpSocketOptions()
    {
    }

    /// <summary>Allows broadcast destinations (SO_BROADCAST). Default false.</summary>
    public bool Broadcast { get; set; }

    /// <summary>TTL or hop limit of unicast; 0: the interface's default.</summary>
    public byte HopLimit { get; set; }

    /// <summary>TTL or hop limit of multicast. Default 1.</summary>
    public byte MulticastHopLimit { get; set; } = 1;

    /// <summary>Own multicast is delivered to members on this host. Default true.</summary>
    public bool MulticastLoop { get; set; } = true;

    /// <summary>Interface for multicast and broadcast; 0: by the route.</summary>
    public int MulticastInterface { get; set; }

    /// <summary>DSCP and ECN.</summary>
    public byte TrafficClass { get; set; }

    /// <summary>Too large is an error instead of fragments. Default false.</summary>
    public bool DontFragment { get; set; }

    /// <summary>IPv4 options to send with (IP_OPTIONS): up to 40 octets, as they stand in the header; null: none. Not to be changed later.</summary>
    public byte[]? NetworkOptions { get; set; }

    /// <summary>Sends with checksum 0 over IPv4 (UDP_NOCHECKSUM). Default false.</summary>
    public bool NoChecksum { get; set; }

    /// <summary>Cuts each send into datagrams of so many octets of payload, the last one shorter (UDP_SEND_MSG_SIZE); 0: a send is one datagram.</summary>
    public ushort SendSegmentBytes { get; set; }

    /// <summary>Octets of memory that waiting datagrams may hold: each counts with its whole buffer, 2304 octets for a small one, and 256 for itself. One
    /// datagram may always wait. Default 1 MiB.</summary>
    public int ReceiveBufferBytes { get; set; } = 1 << 20;

    /// <summary>Reports ICMP port unreachable as ConnectionReset, on unconnected endpoints too (SIO_UDP_CONNRESET); false: on none. Default true.</summary>
    public bool ReportUnreachable { get; set; } = true;
}
