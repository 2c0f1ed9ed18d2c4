using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport;

/// <summary>How one packet is to be sent.</summary>
/// <param name="Protocol">IP protocol number.</param>
/// <param name="HopLimit">TTL or hop limit; 0: the interface's default.</param>
/// <param name="TrafficClass">DSCP and ECN as they stand in the header.</param>
/// <param name="DontFragment">IPv4 DF bit; too large is then an error instead of fragments.</param>
/// <param name="LoopMulticast">Deliver multicast to members on this host too.</param>
/// <param name="NetworkOptions">IPv4 options as they stand in the header, up to 40 octets; null: none.</param>
public readonly record struct NetworkSendOptions(byte Protocol, byte HopLimit, byte TrafficClass, bool DontFragment, bool LoopMulticast = false, byte[]? NetworkOptions = null);

/// <summary>What the transports need of the network below.</summary>
public interface ITransportNetwork
{
    /// <summary>Finds the way to an address.</summary>
    /// <param name="local">Source address to use, or unspecified to have one chosen.</param>
    /// <param name="remote">Destination.</param>
    /// <param name="interfaceIndex">Outgoing interface, or 0 for any.</param>
    /// <param name="path">The way; cached, so that every call for the same pair gets the same object while the route lasts.</param>
    /// <returns>NetworkUnreachable: no route. AddressNotAvailable: <paramref name="local"/> is not ours, or the remote address names no host.</returns>
    TransportError TryGetPath(in IpAddress local, in IpAddress remote, int interfaceIndex, out TransportPath? path);

    /// <summary>As <see cref="TryGetPath"/>, for one packet to whoever wrote: the path is good until the next call, and is not remembered, so that strangers
    /// cost no memory.</summary>
    TransportError TryGetPathForOnce(in IpAddress local, in IpAddress remote, out TransportPath? path);

    /// <summary>An empty frame to put transport header and payload into; null when too many are on their way.</summary>
    TransmitFrame? TryRentFrame();

    /// <summary>A buffer for at least so many octets of payload; null when the budget for such a use is spent.</summary>
    /// <param name="owner">For debug mode: what the buffer is for.</param>
    PacketBuffer? TryRentBuffer(int octets, BufferUse use, string owner);

    /// <summary>How much of the memory that <see cref="TryRentBuffer"/> has is in use.</summary>
    MemoryState Memory { get; }

    /// <summary>Puts network and link headers in front and sends. The frame is the network's from here, whatever the result.</summary>
    /// <returns>
    /// MessageSize: larger than the path's MTU with <see cref="NetworkSendOptions.DontFragment"/>. HostUnreachable: address resolution
    /// failed before. NoBufferSpaceAvailable: the transmit queue is full (counted).
    /// </returns>
    TransportError Send(TransportPath path, TransmitFrame frame, in NetworkSendOptions options, Instant now);

    /// <summary>The address is one of ours.</summary>
    bool IsLocalAddress(in IpAddress address);

    /// <summary>The address is a limited or subnet-directed broadcast of one of our interfaces.</summary>
    bool IsBroadcastAddress(in IpAddress address);
}
