using System.Net.Sockets;
using StackSharp.Stack.Wire;
using StackSharp.Winsock;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Providers;

/// <content>Extension functions.</content>
public sealed partial class StackProvider
{
    public int AcceptEx(SOCKET listener, SOCKET acceptor, Memory<byte> output, int dataBytes, int localBytes, out uint received, WSAOVERLAPPED overlapped, out int error)
    {
        ArgumentNullException.ThrowIfNull(overlapped);
        received = 0;
        if (Find(listener, out error) is not { } listening || Find(acceptor, out error) is not { } into) return SOCKET_ERROR;
        error = AcceptCall.Of(overlapped).Begin(_upcalls!, listening, into, output, dataBytes, localBytes, out received);
        return error == 0 ? 0 : SOCKET_ERROR;
    }

    public int ConnectEx(SOCKET s, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> first, WSAOVERLAPPED overlapped, out int error)
    {
        ArgumentNullException.ThrowIfNull(overlapped);
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        error = SocketAddressFormat.Read(name, socket.Core.IsIpv6, out IpEndpoint remote);
        if (socket.Stream is not { } stream) error = WSAEOPNOTSUPP;
        else if (error == 0 && stream.RemoteEndpoint is null && (stream.LocalEndpoint is null || stream.IsListening)) error = WSAEINVAL;
        if (error == 0) error = ConnectCall.Of(overlapped).Begin(_upcalls!, socket, remote, first);
        return SOCKET_ERROR;
    }

    public int DisconnectEx(SOCKET s, bool reuse, out int error)
    {
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        if (socket.Stream is not { } stream) error = WSAEOPNOTSUPP;
        else error = (int)(reuse ? stream.Disconnect() : stream.Shutdown(SocketShutdown.Send));
        return error == 0 ? 0 : SOCKET_ERROR;
    }
}
