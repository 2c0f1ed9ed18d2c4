using StackSharp.Spi;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Winsock;

/// <content>Moving octets, waiting, options.</content>
public sealed partial class WinsockApi
{
    /// <summary>Sends: all of it from a blocking socket; all or nothing from one that does not block.</summary>
    /// <returns>Octets; SOCKET_ERROR with WSAENOTCONN; WSAESHUTDOWN; WSAEWOULDBLOCK; WSAETIMEDOUT; WSAEMSGSIZE; WSAEFAULT; WSAEOPNOTSUPP: flags;
    /// WSAECONNRESET, WSAECONNABORTED, WSAENETRESET.</returns>
    public int send(SOCKET s, ReadOnlySpan<byte> buf, int flags) => ProviderOf(s) is { } provider ? Finish(provider.WSPSend(s, buf, flags, out int error), error) : SOCKET_ERROR;

    /// <param name="to">The destination; on a stream it does not count.</param>
    /// <returns>As send; also WSAEDESTADDRREQ; WSAEACCES: broadcast without SO_BROADCAST; WSAENETUNREACH; WSAEHOSTUNREACH; WSAEAFNOSUPPORT.</returns>
    public int sendto(SOCKET s, ReadOnlySpan<byte> buf, int flags, ReadOnlySpan<byte> to) =>
        ProviderOf(s) is { } provider ? Finish(provider.WSPSendTo(s, buf, flags, to, out int error), error) : SOCKET_ERROR;

    /// <returns>Octets; 0: the peer has finished, or an empty datagram. SOCKET_ERROR with WSAENOTCONN; WSAEINVAL: not bound; WSAESHUTDOWN;
    /// WSAEWOULDBLOCK; WSAETIMEDOUT; WSAEMSGSIZE: the rest of the datagram is lost; WSAEFAULT; WSAEOPNOTSUPP: flags; WSAECONNRESET, ...</returns>
    public int recv(SOCKET s, Span<byte> buf, int flags) => ProviderOf(s) is { } provider ? Finish(provider.WSPRecv(s, buf, flags, out int error), error) : SOCKET_ERROR;

    /// <param name="from">Receives the sender; may be NULL. A stream leaves it alone.</param>
    /// <param name="fromlen">Its size; set to the address's true size.</param>
    /// <returns>As recv; WSAEFAULT with too short an address, and the datagram stays queued.</returns>
    public int recvfrom(SOCKET s, Span<byte> buf, int flags, Span<byte> from, ref int fromlen) =>
        ProviderOf(s) is { } provider ? Finish(provider.WSPRecvFrom(s, buf, flags, from, ref fromlen, out int error), error) : SOCKET_ERROR;

    /// <summary>Waits until a socket of the sets is ready, and leaves those that are in the sets.</summary>
    /// <param name="nfds">Does not count.</param>
    /// <param name="timeout">Null: no limit.</param>
    /// <returns>Entries left in all sets; 0: time is up. SOCKET_ERROR with WSAEINVAL: no socket at all, or sockets of several providers;
    /// WSAENOTSOCK: a handle that is none, and the sets are left alone.</returns>
    public int select(int nfds, fd_set? readfds, fd_set? writefds, fd_set? exceptfds, TIMEVAL? timeout)
    {
        _ = nfds;
        if (!IsStarted) return SOCKET_ERROR;
        ITransportProvider? chosen = null;
        foreach (fd_set? set in (ReadOnlySpan<fd_set?>)[readfds, writefds, exceptfds])
        {
            foreach (SOCKET socket in set?.fd_array ?? [])
            {
                if (ProviderOf(socket) is not { } provider) return SOCKET_ERROR;
                if (chosen is not null && chosen != provider) return Fail(WSAEINVAL);
                chosen = provider;
            }
        }
        return chosen is null ? Fail(WSAEINVAL) : Finish(chosen.WSPSelect(readfds, writefds, exceptfds, timeout, out int error), error);
    }

    /// <summary>Waits until a descriptor has something to tell.</summary>
    /// <param name="fdArray">NULL or empty: WSAEINVAL.</param>
    /// <param name="timeout">Milliseconds; 0: look only; negative: no limit.</param>
    /// <returns>Descriptors with something to tell; 0: time is up. SOCKET_ERROR with WSAEINVAL: an event that cannot be asked for; WSAENOTSOCK: none is a socket.</returns>
    public int WSAPoll(Span<WSAPOLLFD> fdArray, int timeout)
    {
        if (!IsStarted) return SOCKET_ERROR;
        if (fdArray.IsEmpty) return Fail(WSAEINVAL);
        ITransportProvider? chosen = null;
        bool hasBadEvents = false;
        foreach (ref WSAPOLLFD descriptor in fdArray)
        {
            descriptor.revents = 0;
            if (descriptor.fd != SOCKET.INVALID_SOCKET && (descriptor.events & ~(POLLIN | POLLOUT)) != 0) hasBadEvents = true;
        }
        if (hasBadEvents) return Fail(WSAEINVAL);
        foreach (ref WSAPOLLFD descriptor in fdArray)
        {
            if (_handles.Find(descriptor.fd) is not { } entry) descriptor.revents = POLLNVAL;
            else if (chosen is not null && chosen != entry.Provider) return Fail(WSAEINVAL);
            else chosen = entry.Provider;
        }
        return chosen is null ? Fail(WSAENOTSOCK) : Finish(chosen.WSPPoll(fdArray, timeout, out int error), error);
    }

    /// <param name="cmd">FIONBIO, FIONREAD; SIOCATMARK on a stream; SIO_UDP_CONNRESET on a datagram socket.</param>
    /// <param name="argp">In or out.</param>
    /// <returns>SOCKET_ERROR with WSAEINVAL: another code; WSAEFAULT: a null reference.</returns>
    public int ioctlsocket(SOCKET s, uint cmd, ref uint argp) =>
        ProviderOf(s) is { } provider ? Finish(provider.WSPIoctl(s, cmd, ref argp, out int error), error) : SOCKET_ERROR;

    /// <param name="optlen">Size of the value; receives the true one.</param>
    /// <returns>SOCKET_ERROR with WSAEINVAL: unknown level, or not for this socket; WSAENOPROTOOPT: unknown option; WSAEFAULT: NULL or too short.</returns>
    public int getsockopt(SOCKET s, int level, int optname, Span<byte> optval, ref int optlen)
    {
        if (level == SOL_SOCKET && optname == SO_OPENTYPE) return GetOpenType(optval, ref optlen);
        return ProviderOf(s) is { } provider ? Finish(provider.WSPGetSockOpt(s, level, optname, optval, ref optlen, out int error), error) : SOCKET_ERROR;
    }

    /// <returns>As getsockopt; WSAEINVAL: a value out of range, or too late to set it.</returns>
    public int setsockopt(SOCKET s, int level, int optname, ReadOnlySpan<byte> optval)
    {
        if (level == SOL_SOCKET && optname == SO_OPENTYPE) return SetOpenType(optval);
        return ProviderOf(s) is { } provider ? Finish(provider.WSPSetSockOpt(s, level, optname, optval, out int error), error) : SOCKET_ERROR;
    }

    [ThreadStatic]
    private static int _openType;

    // Belongs to the thread, not to a socket: any handle will do.
    private int GetOpenType(Span<byte> optval, ref int optlen)
    {
        if (!IsStarted) return SOCKET_ERROR;
        if (optval.Length < sizeof(int) || optlen < sizeof(int)) return Fail(WSAEFAULT);
        BitConverter.TryWriteBytes(optval, _openType);
        optlen = sizeof(int);
        return Succeed(0);
    }

    private int SetOpenType(ReadOnlySpan<byte> optval)
    {
        if (!IsStarted) return SOCKET_ERROR;
        if (optval.Length < sizeof(int)) return Fail(WSAEFAULT);
        _openType = BitConverter.ToInt32(optval);
        return Succeed(0);
    }
}
