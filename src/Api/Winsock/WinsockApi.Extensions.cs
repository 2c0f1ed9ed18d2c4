using StackSharp.Spi;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Winsock;

/// <content>The functions of MSWSOCK.</content>
public sealed partial class WinsockApi
{
    // An address takes 16 octets more than its structure has, as the documentation of AcceptEx asks.
    private const uint AddressMargin = 16;
    private const uint LeastAddressBytes = 16 + AddressMargin;

    /// <summary>Accepts into a socket that was made for it, and receives what the peer says first.</summary>
    /// <param name="sAcceptSocket">Not bound and not connected.</param>
    /// <param name="lpOutputBuffer">Data, then the local, then the peer's address: <see cref="GetAcceptExSockaddrs"/> finds them. The stack's until the call has
    /// completed.</param>
    /// <param name="dwReceiveDataLength">Octets of data that there is room for; 0: completes with the connection.</param>
    /// <param name="dwLocalAddressLength">At least 16 more than the address; 0: not wanted.</param>
    /// <param name="dwRemoteAddressLength">At least 16 more than the address.</param>
    /// <param name="lpdwBytesReceived">Of use when it completes at once.</param>
    /// <returns>False with WSA_IO_PENDING: under way. ERROR_INVALID_PARAMETER: no overlapped structure; WSAEFAULT: no room for the addresses, or a buffer shorter than
    /// said; WSAEINVAL: not listening, or the acceptor is in use; WSAENOTSOCK; WSAEOPNOTSUPP: not this provider's.</returns>
    public bool AcceptEx(
        SOCKET sListenSocket, SOCKET sAcceptSocket, Memory<byte> lpOutputBuffer, uint dwReceiveDataLength, uint dwLocalAddressLength, uint dwRemoteAddressLength,
        out uint lpdwBytesReceived, WSAOVERLAPPED? lpOverlapped)
    {
        lpdwBytesReceived = 0;
        if (EntryOf(sListenSocket) is not { } listener || EntryOf(sAcceptSocket) is not { } acceptor) return false;
        if (lpOverlapped is null) return Refuse(ERROR_INVALID_PARAMETER);
        bool fits = (long)dwReceiveDataLength + dwLocalAddressLength + dwRemoteAddressLength <= lpOutputBuffer.Length;
        if (!fits || dwRemoteAddressLength < LeastAddressBytes || dwLocalAddressLength is > 0 and < LeastAddressBytes) return Refuse(WSAEFAULT);
        if (listener.Provider is not ITransportExtensions extensions || listener.Provider != acceptor.Provider) return Refuse(WSAEOPNOTSUPP);
        if (!TryBegin(lpOverlapped, listener)) return false;
        int result = extensions.AcceptEx(
            sListenSocket, sAcceptSocket, lpOutputBuffer, (int)dwReceiveDataLength, (int)dwLocalAddressLength, out lpdwBytesReceived, lpOverlapped, out int error);
        return Begun(lpOverlapped, result, error, lpdwBytesReceived, 0) == 0;
    }

    /// <summary>Finds the addresses in what AcceptEx has filled.</summary>
    /// <param name="LocalSockaddr">Empty if it was not wanted.</param>
    public static void GetAcceptExSockaddrs(
        Memory<byte> lpOutputBuffer, uint dwReceiveDataLength, uint dwLocalAddressLength, uint dwRemoteAddressLength,
        out ReadOnlySpan<byte> LocalSockaddr, out ReadOnlySpan<byte> RemoteSockaddr)
    {
        ReadOnlySpan<byte> addresses = lpOutputBuffer.Span[(int)dwReceiveDataLength..];
        LocalSockaddr = dwLocalAddressLength == 0 ? default : addresses[..(int)(dwLocalAddressLength - AddressMargin)];
        RemoteSockaddr = addresses.Slice((int)dwLocalAddressLength, (int)(dwRemoteAddressLength - AddressMargin));
    }

    /// <summary>Connects a bound socket, and sends the first octets on it.</summary>
    /// <param name="lpSendBuffer">May be empty. The stack's until the call has completed; what it tells then is how many octets of this were sent.</param>
    /// <returns>False with WSA_IO_PENDING: under way, and completes with WSAECONNREFUSED, WSAETIMEDOUT, ... if it fails. ERROR_INVALID_PARAMETER: no overlapped structure;
    /// WSAEINVAL: not bound, or listening; WSAEISCONN; WSAEALREADY; WSAEFAULT; WSAEAFNOSUPPORT; WSAEADDRNOTAVAIL; WSAENETUNREACH; WSAENOTSOCK; WSAEOPNOTSUPP: a datagram socket.</returns>
    public bool ConnectEx(SOCKET s, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> lpSendBuffer, WSAOVERLAPPED? lpOverlapped)
    {
        if (EntryOf(s) is not { } entry) return false;
        if (lpOverlapped is null) return Refuse(ERROR_INVALID_PARAMETER);
        if (entry.Provider is not ITransportExtensions extensions) return Refuse(WSAEOPNOTSUPP);
        if (!TryBegin(lpOverlapped, entry)) return false;
        int result = extensions.ConnectEx(s, name, lpSendBuffer, lpOverlapped, out int error);
        return Begun(lpOverlapped, result, error, 0, 0) == 0;
    }

    /// <summary>Ends a connection; what was sent still arrives.</summary>
    /// <param name="lpOverlapped">Null: done when it returns, which never takes long here.</param>
    /// <param name="dwFlags">TF_REUSE_SOCKET: the socket is as a new one afterwards, its options kept, for AcceptEx or, once bound, ConnectEx. 0: as shutdown(SD_SEND).</param>
    /// <returns>False with WSAENOTCONN; WSAENOTSOCK; WSAEINVAL: other flags; WSAEINPROGRESS: a send is under way; WSAEOPNOTSUPP.</returns>
    public bool DisconnectEx(SOCKET s, WSAOVERLAPPED? lpOverlapped, uint dwFlags, uint dwReserved)
    {
        if (EntryOf(s) is not { } entry) return false;
        if ((dwFlags & ~TF_REUSE_SOCKET) != 0 || dwReserved != 0) return Refuse(WSAEINVAL);
        if (entry.Provider is not ITransportExtensions extensions) return Refuse(WSAEOPNOTSUPP);
        if (lpOverlapped is not null && !TryBegin(lpOverlapped, entry)) return false;
        int result = extensions.DisconnectEx(s, (dwFlags & TF_REUSE_SOCKET) != 0, out int error);
        return (lpOverlapped is null ? Finish(result, error) : Begun(lpOverlapped, result, error, 0, 0)) == 0;
    }
}
