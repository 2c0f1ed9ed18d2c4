using System.Runtime.CompilerServices;
using StackSharp.Winsock;

namespace StackSharp.Spi;

/// <summary>A transport service provider, called by the Winsock front end: the WSP functions.</summary>
/// <remarks>
/// Results are those of Winsock (0 or SOCKET_ERROR, INVALID_SOCKET, octet counts); the error goes into the last parameter and never into
/// the thread's last error, which is the front end's. A span without memory stands for a NULL pointer. Departing from the C interface:
/// <see cref="WSPPoll"/> is a function of its own (Windows hides it behind an ioctl), and completion routines come with overlapped calls.
/// </remarks>
public interface ITransportProvider
{
    /// <summary>Tells providers apart.</summary>
    Guid ProviderId { get; }

    /// <summary>What it offers; the catalog fills in the identifiers.</summary>
    IReadOnlyList<WSAPROTOCOL_INFOW> Protocols { get; }

    /// <summary>Before anything else; counted.</summary>
    /// <returns>0, or WSASYSNOTREADY, WSAVERNOTSUPPORTED.</returns>
    int WSPStartup(ushort wVersionRequested, ITransportUpcalls upcalls);

    /// <summary>The last one closes every socket.</summary>
    int WSPCleanup(out int error);

    SOCKET WSPSocket(int af, int type, int protocol, WSAPROTOCOL_INFOW info, uint group, uint flags, out int error);

    int WSPCloseSocket(SOCKET s, out int error);

    int WSPBind(SOCKET s, ReadOnlySpan<byte> name, out int error);

    int WSPListen(SOCKET s, int backlog, out int error);

    SOCKET WSPAccept(SOCKET s, Span<byte> addr, ref int addrlen, out int error);

    int WSPConnect(SOCKET s, ReadOnlySpan<byte> name, out int error);

    int WSPSend(SOCKET s, ReadOnlySpan<byte> buffer, int flags, out int error);

    int WSPSendTo(SOCKET s, ReadOnlySpan<byte> buffer, int flags, ReadOnlySpan<byte> to, out int error);

    int WSPRecv(SOCKET s, Span<byte> buffer, int flags, out int error);

    int WSPRecvFrom(SOCKET s, Span<byte> buffer, int flags, Span<byte> from, ref int fromlen, out int error);

    /// <summary>Overlapped. 0: done; SOCKET_ERROR with WSA_IO_PENDING: <see cref="ITransportUpcalls.WPUCompleteOverlappedRequest"/> will say when it is.</summary>
    int WSPSend(SOCKET s, ReadOnlySpan<WSABUF> buffers, out uint sent, int flags, WSAOVERLAPPED overlapped, out int error);

    int WSPSendTo(SOCKET s, ReadOnlySpan<WSABUF> buffers, out uint sent, int flags, ReadOnlySpan<byte> to, WSAOVERLAPPED overlapped, out int error);

    int WSPRecv(SOCKET s, ReadOnlySpan<WSABUF> buffers, out uint received, ref int flags, WSAOVERLAPPED overlapped, out int error);

    int WSPRecvFrom(
        SOCKET s, ReadOnlySpan<WSABUF> buffers, out uint received, ref int flags, Memory<byte> from, StrongBox<int>? fromlen, WSAOVERLAPPED overlapped, out int error);

    /// <summary>Ends one overlapped call of the socket, or all: they complete with WSA_OPERATION_ABORTED. Windows cancels by the handle, which the system knows.</summary>
    int WSPCancelIo(SOCKET s, WSAOVERLAPPED? overlapped, out int error);

    int WSPShutdown(SOCKET s, int how, out int error);

    int WSPSelect(fd_set? readfds, fd_set? writefds, fd_set? exceptfds, TIMEVAL? timeout, out int error);

    /// <summary>Every descriptor is this provider's, or no socket at all.</summary>
    int WSPPoll(Span<WSAPOLLFD> descriptors, int timeoutMilliseconds, out int error);

    /// <summary>From now on the event object is signalled when one of the network events happens; 0 ends that.</summary>
    int WSPEventSelect(SOCKET s, WSAEVENT hEventObject, int lNetworkEvents, out int error);

    /// <summary>Hands over what has happened, and resets the event object, if there is one, in the same moment.</summary>
    int WSPEnumNetworkEvents(SOCKET s, WSAEVENT hEventObject, ref WSANETWORKEVENTS lpNetworkEvents, out int error);

    int WSPIoctl(SOCKET s, uint code, ref uint argument, out int error);

    int WSPGetSockOpt(SOCKET s, int level, int optname, Span<byte> optval, ref int optlen, out int error);

    int WSPSetSockOpt(SOCKET s, int level, int optname, ReadOnlySpan<byte> optval, out int error);

    int WSPGetSockName(SOCKET s, Span<byte> name, ref int namelen, out int error);

    int WSPGetPeerName(SOCKET s, Span<byte> name, ref int namelen, out int error);
}
