using System.Net.Sockets;
using System.Runtime.CompilerServices;
using StackSharp.Hosting;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Winsock;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Providers;

/// <content>Sending and receiving.</content>
public sealed partial class StackProvider
{
    private const int SendFlags = MSG_OOB | MSG_DONTROUTE;
    private const int ReceiveFlags = MSG_OOB | MSG_PEEK | MSG_WAITALL | MSG_PUSH_IMMEDIATE | MSG_INTERRUPT;

    public int WSPSend(SOCKET s, ReadOnlySpan<byte> buffer, int flags, out int error)
    {
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        error = CheckSend(socket, flags);
        if (error != 0) return SOCKET_ERROR;
        if (socket.Stream is { } stream) return SendStream(socket, stream, buffer, flags, out error);
        if (socket.Core.RemoteEndpoint is null) error = WSAENOTCONN;
        else error = (int)socket.Datagrams!.Send(buffer, null);
        return error == 0 ? buffer.Length : SOCKET_ERROR;
    }

    public int WSPSendTo(SOCKET s, ReadOnlySpan<byte> buffer, int flags, ReadOnlySpan<byte> to, out int error)
    {
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        error = CheckSend(socket, flags);
        if (error != 0) return SOCKET_ERROR;
        if (socket.Stream is { } stream) return SendStream(socket, stream, buffer, flags, out error);
        UdpSocketCore datagrams = socket.Datagrams!;
        if (NullSpan.IsNull(to))
        {
            error = datagrams.RemoteEndpoint is null ? WSAEDESTADDRREQ : (int)datagrams.Send(buffer, null);
            return error == 0 ? buffer.Length : SOCKET_ERROR;
        }
        error = SocketAddressFormat.Read(to, datagrams.IsIpv6, out IpEndpoint destination);
        if (error == 0) error = destination.Port == 0 ? SendNowhere(datagrams) : (int)datagrams.Send(buffer, destination);
        return error == 0 ? buffer.Length : SOCKET_ERROR;
    }

    public int WSPRecv(SOCKET s, Span<byte> buffer, int flags, out int error)
    {
        int none = 0;
        return WSPRecvFrom(s, buffer, flags, default, ref none, out error);
    }

    public int WSPRecvFrom(SOCKET s, Span<byte> buffer, int flags, Span<byte> from, ref int fromlen, out int error)
    {
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        error = CheckReceive(socket, flags);
        if (error != 0) return SOCKET_ERROR;
        if (socket.Stream is { } stream)
        {
            int result = ReceiveStream(socket, stream, buffer, flags, out error);
            if (error == 0) socket.Events?.OnReceived();
            return result;
        }
        UdpSocketCore datagrams = socket.Datagrams!;
        if (!datagrams.IsBound) error = WSAEINVAL;
        else if (!SocketAddressFormat.Fits(from, fromlen, datagrams.IsIpv6)) error = WSAEFAULT;
        if (error != 0) return SOCKET_ERROR;
        SocketError outcome = datagrams.Receive(buffer, (SocketFlags)(flags & MSG_PEEK), socket.ReceiveWait, out int received, out UdpDatagram datagram);
        error = AfterClose(outcome);
        if (error is not (WSAEWOULDBLOCK or WSAESHUTDOWN)) socket.Events?.OnReceived();
        if (outcome is SocketError.Success or SocketError.MessageSize) SocketAddressFormat.Write(datagram.Source, datagrams.IsIpv6, from, ref fromlen);
        return error == 0 ? received : SOCKET_ERROR;
    }

    public int WSPIoctl(SOCKET s, uint code, ref uint argument, out int error)
    {
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        if (Unsafe.IsNullRef(ref argument))
        {
            error = WSAEFAULT;
            return SOCKET_ERROR;
        }
        switch (code)
        {
            case FIONBIO when argument == 0 && socket.Events is { IsSelected: true }:
                error = WSAEINVAL;
                return SOCKET_ERROR;
            case FIONBIO:
                socket.IsNonBlocking = argument != 0;
                break;
            case FIONREAD:
                argument = (uint)socket.Core.Available;
                break;
            case SIOCATMARK when socket.Stream is { } stream:
                argument = stream.IsAtUrgentMark ? 1u : 0u;
                break;
            case SIO_UDP_CONNRESET when socket.Datagrams is { } datagrams:
                error = (int)datagrams.SetUdpOptions(datagrams.UdpOptions with { ReportUnreachable = argument != 0 });
                return error == 0 ? 0 : SOCKET_ERROR;
            default:
                error = WSAEINVAL;
                return SOCKET_ERROR;
        }
        return 0;
    }

    private static int SendStream(ProviderSocket socket, TcpSocketCore stream, ReadOnlySpan<byte> buffer, int flags, out int error)
    {
        SocketFlags socketFlags = (flags & MSG_OOB) != 0 ? SocketFlags.OutOfBand : SocketFlags.None;
        // A non-blocking send that has been begun is taken as a whole: the stack owes the rest.
        error = AfterClose(stream.Send(buffer, socketFlags, socket.SendWait, takesAll: true, out _));
        if (error == WSAEWOULDBLOCK) socket.Events?.OnSendRefused();
        return error == 0 ? buffer.Length : SOCKET_ERROR;
    }

    private static int ReceiveStream(ProviderSocket socket, TcpSocketCore stream, Span<byte> buffer, int flags, out int error)
    {
        error = 0;
        if ((flags & MSG_OOB) != 0 && stream.TcpOptions.OutOfBandInline) error = WSAEINVAL;
        // Unlike an overlapped receive without memory this one does not wait for data.
        else if (buffer.IsEmpty) error = stream.IsConnected ? 0 : WSAENOTCONN;
        if (error != 0) return SOCKET_ERROR;
        if (buffer.IsEmpty) return 0;
        SocketFlags socketFlags = (SocketFlags)(flags & (MSG_OOB | MSG_PEEK));
        bool all = (flags & MSG_WAITALL) != 0;
        int total = 0;
        do
        {
            error = AfterClose(stream.Receive(buffer[total..], socketFlags, socket.ReceiveWait, out int received));
            if (error != 0) return total > 0 ? Partly(total, out error) : SOCKET_ERROR;
            if (received == 0) break;
            total += received;
        }
        while (all && total < buffer.Length);
        return total;
    }

    // MSG_WAITALL ends early on a close or an error, and the next call reports that.
    private static int Partly(int total, out int error)
    {
        error = 0;
        return total;
    }

    // The handle was good when the call began.
    private static int AfterClose(SocketError error) => error == SocketError.NotSocket ? WSAEINTR : (int)error;

    private static int CheckSend(ProviderSocket socket, int flags)
    {
        if ((flags & ~SendFlags) != 0) return WSAEOPNOTSUPP;
        return (flags & MSG_OOB) != 0 && !socket.IsStream ? WSAEOPNOTSUPP : 0;
    }

    private static int CheckReceive(ProviderSocket socket, int flags)
    {
        if ((flags & ~ReceiveFlags) != 0) return WSAEOPNOTSUPP;
        if ((flags & (MSG_OOB | MSG_WAITALL)) != 0 && !socket.IsStream) return WSAEOPNOTSUPP;
        return (flags & MSG_WAITALL) != 0 && (flags & (MSG_OOB | MSG_PEEK)) != 0 ? WSAEOPNOTSUPP : 0;
    }

    // Port 0 names nobody; programs meet success all the same, and the implicit bind.
    private static int SendNowhere(UdpSocketCore datagrams) =>
        datagrams.IsBound ? 0 : (int)datagrams.Bind(new IpEndpoint(datagrams.Unspecified, 0));
}
