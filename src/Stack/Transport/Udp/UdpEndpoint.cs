using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Udp;

/// <summary>A UDP port (RFC 768; RFC 1122 §4.1).</summary>
public sealed class UdpEndpoint : TransportEndpoint
{
    internal UdpEndpoint(ReadyQueue ready)
        : base(ready)
    {
    }

    /// <summary>Bound address and port; port 0 before binding.</summary>
    public IpEndpoint Local => throw new NotImplementedException();

    /// <summary>The peer of a connected endpoint; port 0 when there is none.</summary>
    public IpEndpoint Remote => throw new NotImplementedException();

    public UdpSocketOptions Options { get => throw new NotImplementedException(); set => throw new NotImplementedException(); }

    /// <summary>Datagrams waiting.</summary>
    public int QueuedDatagrams => throw new NotImplementedException();

    /// <summary>Octets of payload in all waiting datagrams (FIONREAD).</summary>
    public int QueuedBytes => throw new NotImplementedException();

    /// <summary>Datagrams that found the queue full.</summary>
    public long Dropped => throw new NotImplementedException();

    /// <summary>Claims a local address and port; port 0: one is drawn (RFC 6056). A multicast group may be named too.</summary>
    /// <returns>InvalidArgument: bound already. AddressNotAvailable; AddressAlreadyInUse; AccessDenied.</returns>
    public TransportError Bind(in IpEndpoint local, PortSharing sharing) => throw new NotImplementedException();

    /// <summary>Sets the default peer and receives from it alone. Repeatable. Binds if need be.</summary>
    /// <returns>NetworkUnreachable; AccessDenied: broadcast without permission; AddressNotAvailable: port 0 or an unspecified address.</returns>
    public TransportError Connect(in IpEndpoint remote) => throw new NotImplementedException();

    /// <summary>Forgets the default peer.</summary>
    public void Disconnect() => throw new NotImplementedException();

    /// <summary>Sends one datagram, copying the payload. Binds if need be.</summary>
    /// <param name="destination">Null: the connected peer.</param>
    /// <returns>
    /// NotConnected: neither destination nor peer. AccessDenied: broadcast without permission. MessageSize: over 65,507 octets (IPv4),
    /// or over the path's MTU with DontFragment. NetworkUnreachable, HostUnreachable, NoBufferSpaceAvailable. An error that
    /// ICMP reported for an earlier datagram of a connected endpoint is reported by receiving, not here.
    /// </returns>
    public TransportError Send(ReadOnlySpan<byte> payload, IpEndpoint? destination, Instant now) => throw new NotImplementedException();

    /// <summary>Sends one datagram whose payload is in a buffer from the stack's pool; takes over the reference.</summary>
    /// <returns>As the other overload.</returns>
    public TransportError Send(PacketSlice payload, IpEndpoint? destination, Instant now) => throw new NotImplementedException();

    /// <summary>Takes (or, peeking, references) the oldest datagram.</summary>
    /// <returns>WouldBlock: none. ConnectionReset, NetworkReset, HostUnreachable, ...: ICMP reported an earlier datagram; told once.</returns>
    public TransportError TryReceive(bool peek, out UdpDatagram datagram) => throw new NotImplementedException();

    /// <summary>Joins a group on an interface.</summary>
    /// <param name="interfaceIndex">0: the interface that the route to the group leads to.</param>
    /// <returns>AddressNotAvailable: joined already, or no such interface. InvalidArgument: no group address.</returns>
    public TransportError JoinGroup(in IpAddress group, int interfaceIndex) => throw new NotImplementedException();

    /// <summary>Leaves a group.</summary>
    /// <returns>AddressNotAvailable: not a member.</returns>
    public TransportError LeaveGroup(in IpAddress group, int interfaceIndex) => throw new NotImplementedException();

    /// <summary>Frees port, groups and queue. The owner hears nothing more.</summary>
    public void Close() => throw new NotImplementedException();
}
