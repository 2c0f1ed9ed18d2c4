using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Hosting;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;

namespace StackSharp.Net;

/// <content>Sending to and receiving from somebody.</content>
public sealed partial class StackSocket
{
    public int SendTo(byte[] buffer, EndPoint remoteEP) => SendTo(buffer.AsSpan(), SocketFlags.None, remoteEP);

    public int SendTo(byte[] buffer, SocketFlags socketFlags, EndPoint remoteEP) => SendTo(buffer.AsSpan(), socketFlags, remoteEP);

    public int SendTo(ReadOnlySpan<byte> buffer, EndPoint remoteEP) => SendTo(buffer, SocketFlags.None, remoteEP);

    /// <summary>Sends one datagram, binding the socket if need be. On a stream the address does not count.</summary>
    /// <exception cref="SocketException">AccessDenied: broadcast without <see cref="EnableBroadcast"/>; MessageSize; NetworkUnreachable;
    /// HostUnreachable; NoBufferSpaceAvailable; Shutdown.</exception>
    public int SendTo(ReadOnlySpan<byte> buffer, SocketFlags socketFlags, EndPoint remoteEP)
    {
        if (_core is TcpSocketCore) return Send(buffer, socketFlags);
        ThrowIfFailed(SendDatagram(buffer, socketFlags, ToStack(remoteEP)));
        return buffer.Length;
    }

    /// <summary>As the other overloads; allocates nothing.</summary>
    /// <exception cref="SocketException">As the other overloads; AddressFamilyNotSupported: not of the socket's family; Fault: too small for it.</exception>
    public int SendTo(ReadOnlySpan<byte> buffer, SocketFlags socketFlags, SocketAddress socketAddress)
    {
        if (_core is TcpSocketCore) return Send(buffer, socketFlags);
        ThrowIfFailed(SendDatagram(buffer, socketFlags, ToStack(socketAddress)));
        return buffer.Length;
    }

    public ValueTask<int> SendToAsync(ReadOnlyMemory<byte> buffer, EndPoint remoteEP, CancellationToken cancellationToken = default) =>
        SendToAsync(buffer, SocketFlags.None, remoteEP, cancellationToken);

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, EndPoint)"/>
    public ValueTask<int> SendToAsync(ReadOnlyMemory<byte> buffer, SocketFlags socketFlags, EndPoint remoteEP, CancellationToken cancellationToken = default) =>
        _core is TcpSocketCore
            ? SendAsync(buffer, socketFlags, cancellationToken)
            : SendDatagramAsync(buffer, socketFlags, ToStack(remoteEP), cancellationToken);

    /// <inheritdoc cref="SendTo(ReadOnlySpan{byte}, SocketFlags, SocketAddress)"/>
    public ValueTask<int> SendToAsync(
        ReadOnlyMemory<byte> buffer, SocketFlags socketFlags, SocketAddress socketAddress, CancellationToken cancellationToken = default) =>
        _core is TcpSocketCore
            ? SendAsync(buffer, socketFlags, cancellationToken)
            : SendDatagramAsync(buffer, socketFlags, ToStack(socketAddress), cancellationToken);

    public int ReceiveFrom(byte[] buffer, ref EndPoint remoteEP) => ReceiveFrom(buffer.AsSpan(), SocketFlags.None, ref remoteEP);

    public int ReceiveFrom(Span<byte> buffer, ref EndPoint remoteEP) => ReceiveFrom(buffer, SocketFlags.None, ref remoteEP);

    /// <summary>Receives one datagram and who sent it. On a stream the address is left alone.</summary>
    /// <exception cref="SocketException">InvalidArgument: not bound; WouldBlock; TimedOut; MessageSize: longer than the buffer, which holds its
    /// start; ConnectionReset: an earlier datagram met a closed port.</exception>
    public int ReceiveFrom(Span<byte> buffer, SocketFlags socketFlags, ref EndPoint remoteEP)
    {
        if (_core is not UdpSocketCore datagrams) return Receive(buffer, socketFlags);
        SocketError error = datagrams.Receive(buffer, socketFlags, WaitTime(_receiveTimeout), out int received, out UdpDatagram datagram);
        if (error is SocketError.Success or SocketError.MessageSize) remoteEP = datagram.Source.ToSystem();
        ThrowIfFailed(error);
        return received;
    }

    /// <summary>As the other overloads; allocates nothing.</summary>
    /// <param name="receivedAddress">Overwritten, whatever its family. On a stream it is left alone.</param>
    /// <exception cref="ArgumentOutOfRangeException">The socket address is too small for an address of the socket's family.</exception>
    public int ReceiveFrom(Span<byte> buffer, SocketFlags socketFlags, SocketAddress receivedAddress)
    {
        ThrowIfTooSmall(receivedAddress);
        if (_core is not UdpSocketCore datagrams) return Receive(buffer, socketFlags);
        SocketError error = datagrams.Receive(buffer, socketFlags, WaitTime(_receiveTimeout), out int received, out UdpDatagram datagram);
        if (error is SocketError.Success or SocketError.MessageSize) datagram.Source.WriteTo(receivedAddress);
        ThrowIfFailed(error);
        return received;
    }

    public ValueTask<SocketReceiveFromResult> ReceiveFromAsync(Memory<byte> buffer, EndPoint remoteEndPoint, CancellationToken cancellationToken = default) =>
        ReceiveFromAsync(buffer, SocketFlags.None, remoteEndPoint, cancellationToken);

    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, ref EndPoint)"/>
    /// <param name="remoteEndPoint">Says the family only.</param>
    public async ValueTask<SocketReceiveFromResult> ReceiveFromAsync(
        Memory<byte> buffer, SocketFlags socketFlags, EndPoint remoteEndPoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(remoteEndPoint);
        ThrowIfDisposed();
        if (_core is not UdpSocketCore datagrams)
        {
            int read = await ReceiveAsync(buffer, socketFlags, cancellationToken).ConfigureAwait(false);
            return new SocketReceiveFromResult { ReceivedBytes = read, RemoteEndPoint = remoteEndPoint };
        }
        DatagramSource source = new();
        int received = await datagrams.ReceiveAsync(buffer, socketFlags, source, cancellationToken).ConfigureAwait(false);
        return new SocketReceiveFromResult { ReceivedBytes = received, RemoteEndPoint = source.Endpoint.ToSystem() };
    }

    /// <inheritdoc cref="ReceiveFrom(Span{byte}, SocketFlags, SocketAddress)"/>
    public ValueTask<int> ReceiveFromAsync(
        Memory<byte> buffer, SocketFlags socketFlags, SocketAddress receivedAddress, CancellationToken cancellationToken = default)
    {
        ThrowIfTooSmall(receivedAddress);
        ThrowIfDisposed();
        return _core is UdpSocketCore datagrams
            ? datagrams.ReceiveAsync(buffer, socketFlags, receivedAddress, cancellationToken)
            : ReceiveAsync(buffer, socketFlags, cancellationToken);
    }

    private SocketError SendDatagram(ReadOnlySpan<byte> datagram, SocketFlags flags, IpEndpoint? destination) =>
        (flags & (SocketFlags.OutOfBand | SocketFlags.Partial)) != 0 ? SocketError.OperationNotSupported : ((UdpSocketCore)_core).Send(datagram, destination);

    private ValueTask<int> SendDatagramAsync(ReadOnlyMemory<byte> datagram, SocketFlags flags, IpEndpoint? destination, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<int>(cancellationToken);
        SocketError error = SendDatagram(datagram.Span, flags, destination);
        return error == SocketError.Success ? new ValueTask<int>(datagram.Length) : ValueTask.FromException<int>(Failure(error));
    }

    // As System.Net has it: the room is checked before the call, and the family that stands there does not matter.
    private void ThrowIfTooSmall(SocketAddress receivedAddress)
    {
        ArgumentNullException.ThrowIfNull(receivedAddress);
        ArgumentOutOfRangeException.ThrowIfLessThan(receivedAddress.Size, SocketAddress.GetMaximumAddressSize(AddressFamily), nameof(receivedAddress));
    }

    private IpEndpoint ToStack(SocketAddress socketAddress)
    {
        ArgumentNullException.ThrowIfNull(socketAddress);
        ThrowIfDisposed();
        if (socketAddress.Family != AddressFamily) throw Failure(SocketError.AddressFamilyNotSupported);
        if (socketAddress.Size < SocketAddress.GetMaximumAddressSize(AddressFamily)) throw Failure(SocketError.Fault);
        ReadOnlySpan<byte> bytes = socketAddress.Buffer.Span;
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return AddressFamily == AddressFamily.InterNetworkV6
            ? new IpEndpoint(IpAddress.FromBytes(bytes.Slice(8, IpAddress.Ipv6Size)), port)
            : new IpEndpoint(IpAddress.FromBytes(bytes.Slice(4, IpAddress.Ipv4Size)), port);
    }
}
