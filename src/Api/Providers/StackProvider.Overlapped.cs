using System.Runtime.CompilerServices;
using StackSharp.Winsock;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Providers;

/// <content>Calls that complete later.</content>
public sealed partial class StackProvider
{
    public int WSPSend(SOCKET s, ReadOnlySpan<WSABUF> buffers, out uint sent, int flags, WSAOVERLAPPED overlapped, out int error)
    {
        ArgumentNullException.ThrowIfNull(overlapped);
        sent = 0;
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        error = CheckSend(socket, flags);
        if (error == 0 && socket.IsStream) error = TransferCall.Of(overlapped).Send(_upcalls!, socket, buffers, flags, out sent);
        else if (error == 0) error = SendDatagram(s, buffers, flags, default, out sent);
        return error == 0 ? 0 : SOCKET_ERROR;
    }

    public int WSPSendTo(SOCKET s, ReadOnlySpan<WSABUF> buffers, out uint sent, int flags, ReadOnlySpan<byte> to, WSAOVERLAPPED overlapped, out int error)
    {
        ArgumentNullException.ThrowIfNull(overlapped);
        sent = 0;
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        if (socket.IsStream) return WSPSend(s, buffers, out sent, flags, overlapped, out error);
        error = SendDatagram(s, buffers, flags, to, out sent);
        return error == 0 ? 0 : SOCKET_ERROR;
    }

    public int WSPRecv(SOCKET s, ReadOnlySpan<WSABUF> buffers, out uint received, ref int flags, WSAOVERLAPPED overlapped, out int error) =>
        WSPRecvFrom(s, buffers, out received, ref flags, default, null, overlapped, out error);

    public int WSPRecvFrom(
        SOCKET s, ReadOnlySpan<WSABUF> buffers, out uint received, ref int flags, Memory<byte> from, StrongBox<int>? fromlen, WSAOVERLAPPED overlapped, out int error)
    {
        ArgumentNullException.ThrowIfNull(overlapped);
        received = 0;
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        error = CheckReceive(socket, flags);
        if (error == 0 && socket.Datagrams is { } datagrams)
        {
            if (!datagrams.IsBound) error = WSAEINVAL;
            else if (!from.IsEmpty && !SocketAddressFormat.Fits(from.Span, fromlen?.Value ?? 0, datagrams.IsIpv6)) error = WSAEFAULT;
        }
        if (error == 0) error = TransferCall.Of(overlapped).Receive(_upcalls!, socket, buffers, flags, from, fromlen, out received);
        if (error == 0) flags = 0;
        return error == 0 ? 0 : SOCKET_ERROR;
    }

    /// <summary>Ends overlapped calls of a socket with WSA_OPERATION_ABORTED.</summary>
    /// <returns>SOCKET_ERROR with ERROR_NOT_FOUND: none is under way.</returns>
    public int WSPCancelIo(SOCKET s, WSAOVERLAPPED? overlapped, out int error)
    {
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        bool any = overlapped is null ? socket.Core.Cancel(sink: null) : overlapped.ProviderContext is PendingCall call && call.Cancel();
        error = any ? 0 : ERROR_NOT_FOUND;
        return any ? 0 : SOCKET_ERROR;
    }

    // Datagrams never wait: they are sent, or refused, at once.
    private int SendDatagram(SOCKET s, ReadOnlySpan<WSABUF> buffers, int flags, ReadOnlySpan<byte> to, out uint sent)
    {
        sent = 0;
        int error = GatheredBuffers.TryJoin(buffers, out GatheredBuffers joined);
        if (error != 0) return error;
        using (joined)
        {
            int count = NullSpan.IsNull(to) ? WSPSend(s, joined.Octets, flags, out error) : WSPSendTo(s, joined.Octets, flags, to, out error);
            if (count != SOCKET_ERROR) sent = (uint)count;
        }
        return error;
    }
}
