using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;

namespace StackSharp.Stack.Network;

/// <summary>What the network layer needs of an interface.</summary>
internal interface INetworkLink
{
    int Index { get; }

    bool IsLoopback { get; }

    /// <summary>False once it has been removed.</summary>
    bool IsAttached { get; }

    int MaximumTransmissionUnit { get; }

    bool DeviceCompletesChecksum { get; }

    /// <summary>Largest TCP super-segment over IPv4, as an IP packet in octets; 0: the device cuts none.</summary>
    int MaximumSegmentationBytesIpv4 { get; }

    /// <summary>Largest UDP send over IPv4 to be cut into datagrams, as an IP packet in octets; 0: the device cuts none.</summary>
    int UdpSegmentationBytesIpv4 { get; }

    InterfaceAddresses AddressTable { get; }

    /// <summary>Sends a packet, IP header in front, to the path's next hop, and takes it over.</summary>
    NetworkSendResult Send(TransmitFrame frame, NetworkPath path, Instant now);
}

/// <summary>What became of a packet on its way out.</summary>
internal enum NetworkSendResult
{
    Accepted,

    /// <summary>Larger than the path allows, and not to be cut; or larger than IP allows.</summary>
    TooBig,

    /// <summary>The way has gone.</summary>
    NoRoute,

    /// <summary>The next hop does not answer.</summary>
    HostUnreachable,

    /// <summary>No room in the transmit queue, or no frame or buffer left.</summary>
    NoBuffers,
}

/// <summary>Where the network layer's memory comes from.</summary>
internal interface INetworkBuffers
{
    TransmitFrame? TryRentFrame();

    /// <summary>A buffer for at least so many octets, up to 66 KiB.</summary>
    /// <param name="owner">For debug mode: what the buffer is for.</param>
    PacketBuffer? TryRentBuffer(int octets, string owner);
}

/// <summary>Where packets go that this stack sends to itself.</summary>
internal interface ILoopbackQueue
{
    /// <summary>Copies a packet, IP header in front, to be received later as if it had come in on <paramref name="link"/>.</summary>
    void EnqueueCopy(TransmitFrame packet, INetworkLink link);
}
