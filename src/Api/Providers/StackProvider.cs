using System.Net.Sockets;
using StackSharp.Hosting;
using StackSharp.Spi;
using StackSharp.Stack.Wire;
using StackSharp.Winsock;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Providers;

/// <summary>The base provider on a StackHost: TCP and UDP.</summary>
/// <remarks>Partial files: Data, Overlapped, Extensions, Readiness, Events, Options.</remarks>
public sealed partial class StackProvider(StackHost host) : ITransportProvider, ITransportExtensions
{
    private const uint StreamServices = WSAPROTOCOL_INFOW.XP1_GUARANTEED_DELIVERY | WSAPROTOCOL_INFOW.XP1_GUARANTEED_ORDER
        | WSAPROTOCOL_INFOW.XP1_GRACEFUL_CLOSE | WSAPROTOCOL_INFOW.XP1_EXPEDITED_DATA;

    private const uint DatagramServices = WSAPROTOCOL_INFOW.XP1_CONNECTIONLESS | WSAPROTOCOL_INFOW.XP1_MESSAGE_ORIENTED
        | WSAPROTOCOL_INFOW.XP1_SUPPORT_BROADCAST | WSAPROTOCOL_INFOW.XP1_SUPPORT_MULTIPOINT;

    /// <summary>Largest payload of a UDP datagram over IPv4: 65,535 less two headers.</summary>
    public const int LargestDatagram = 65507;

    private readonly HashSet<ProviderSocket> _sockets = [];
    private ITransportUpcalls? _upcalls;
    private int _startups;

    public Guid ProviderId { get; } = new("6f0d3c0e-6a5d-4f35-9d0a-53746b536872");

    /// <remarks>Handles are no file handles, so IFS_HANDLES is not claimed.</remarks>
    public IReadOnlyList<WSAPROTOCOL_INFOW> Protocols { get; } =
    [
        Entry(SOCK_STREAM, IPPROTO_TCP, StreamServices, 0, "StackSharp TCP/IP"),
        Entry(SOCK_DGRAM, IPPROTO_UDP, DatagramServices, LargestDatagram, "StackSharp UDP/IP"),
    ];

    public int WSPStartup(ushort wVersionRequested, ITransportUpcalls upcalls)
    {
        ArgumentNullException.ThrowIfNull(upcalls);
        if ((wVersionRequested & 0xff) < 2) return WSAVERNOTSUPPORTED;
        lock (_sockets)
        {
            _upcalls = upcalls;
            _startups++;
        }
        return 0;
    }

    public int WSPCleanup(out int error)
    {
        ProviderSocket[] left;
        lock (_sockets)
        {
            error = _startups == 0 ? WSANOTINITIALISED : 0;
            if (error != 0) return SOCKET_ERROR;
            if (--_startups > 0) return 0;
            left = [.. _sockets];
            _sockets.Clear();
        }
        foreach (ProviderSocket socket in left)
        {
            // As if closed, but waiting for nobody.
            if (socket.Stream is { } stream && stream.Close(mayBlock: false) != SocketError.WouldBlock) continue;
            if (socket.Stream is { } lingering) lingering.LingerEnabled = false;
            socket.Core.Close();
        }
        return 0;
    }

    public SOCKET WSPSocket(int af, int type, int protocol, WSAPROTOCOL_INFOW info, uint group, uint flags, out int error)
    {
        ArgumentNullException.ThrowIfNull(info);
        error = 0;
        try
        {
            SocketCore core = type == SOCK_STREAM ? new TcpSocketCore(host, af == AF_INET6) : new UdpSocketCore(host, af == AF_INET6);
            return Register(new ProviderSocket(core, info) { IsOverlapped = (flags & WSA_FLAG_OVERLAPPED) != 0 }, out error);
        }
        catch (SocketException exception)
        {
            error = exception.ErrorCode;
        }
        catch (ObjectDisposedException)
        {
            // The stack is gone: the network subsystem has failed.
            error = WSAENETDOWN;
        }
        return SOCKET.INVALID_SOCKET;
    }

    public int WSPCloseSocket(SOCKET s, out int error)
    {
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        if (socket.Stream is { } stream) error = (int)stream.Close(mayBlock: !socket.IsNonBlocking);
        else socket.Core.Close();
        if (error == WSAEWOULDBLOCK) return SOCKET_ERROR;
        socket.AbortReservation();
        lock (_sockets) _sockets.Remove(socket);
        return _upcalls!.WPUCloseSocketHandle(s, out error);
    }

    public int WSPBind(SOCKET s, ReadOnlySpan<byte> name, out int error)
    {
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        error = SocketAddressFormat.Read(name, socket.Core.IsIpv6, out IpEndpoint local);
        if (error == 0) error = (int)socket.Core.Bind(local);
        return error == 0 ? 0 : SOCKET_ERROR;
    }

    public int WSPListen(SOCKET s, int backlog, out int error)
    {
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        error = socket.Stream is { } stream ? (int)stream.Listen(Backlog(backlog)) : WSAEOPNOTSUPP;
        return error == 0 ? 0 : SOCKET_ERROR;
    }

    public SOCKET WSPAccept(SOCKET s, Span<byte> addr, ref int addrlen, out int error)
    {
        if (Find(s, out error) is not { } socket) return SOCKET.INVALID_SOCKET;
        bool wantsAddress = !System.Runtime.CompilerServices.Unsafe.IsNullRef(ref addrlen);
        if (socket.Stream is not { } listener) error = WSAEOPNOTSUPP;
        else if (!listener.IsListening) error = WSAEINVAL;
        else if (wantsAddress && !SocketAddressFormat.Fits(addr, addrlen, listener.IsIpv6)) error = WSAEFAULT;
        else
        {
            error = (int)listener.Accept(socket.IsNonBlocking ? 0 : Timeout.Infinite, out TcpSocketCore? core);
            if (error == 0)
            {
                ProviderSocket accepted = new(core!, socket.Info) { IsAccepted = true };
                accepted.Inherit(socket);
                if (wantsAddress && core!.RemoteEndpoint is { } peer) SocketAddressFormat.Write(peer, core.IsIpv6, addr, ref addrlen);
                SOCKET handle = Register(accepted, out error);
                if (error == 0) InheritEvents(socket, accepted);
                return handle;
            }
            if (error == WSAENOTSOCK) error = WSAEINTR;
        }
        return SOCKET.INVALID_SOCKET;
    }

    public int WSPConnect(SOCKET s, ReadOnlySpan<byte> name, out int error)
    {
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        if (socket.Datagrams is { } datagrams && name.Length >= sizeof(ushort) && BitConverter.ToUInt16(name) == AF_UNSPEC)
        {
            error = (int)datagrams.Connect(new IpEndpoint(datagrams.Unspecified, 0));
            return error == 0 ? 0 : SOCKET_ERROR;
        }
        error = SocketAddressFormat.Read(name, socket.Core.IsIpv6, out IpEndpoint remote);
        if (error == 0)
        {
            error = socket.Stream is { } stream
                ? (int)stream.Connect(remote, socket.IsNonBlocking ? 0 : Timeout.Infinite)
                : (int)socket.Datagrams!.Connect(remote);
            if (error == 0 && socket.Datagrams is not null) socket.Events?.OnDatagramConnect();
        }
        return error == 0 ? 0 : SOCKET_ERROR;
    }

    public int WSPShutdown(SOCKET s, int how, out int error)
    {
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        error = how is >= SD_RECEIVE and <= SD_BOTH ? (int)socket.Core.Shutdown((SocketShutdown)how) : WSAEINVAL;
        return error == 0 ? 0 : SOCKET_ERROR;
    }

    public int WSPGetSockName(SOCKET s, Span<byte> name, ref int namelen, out int error)
    {
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        return Tell(socket.Core.LocalEndpoint, WSAEINVAL, socket, name, ref namelen, out error);
    }

    public int WSPGetPeerName(SOCKET s, Span<byte> name, ref int namelen, out int error)
    {
        if (Find(s, out error) is not { } socket) return SOCKET_ERROR;
        return Tell(socket.Core.RemoteEndpoint, WSAENOTCONN, socket, name, ref namelen, out error);
    }

    private static int Tell(IpEndpoint? endpoint, int otherwise, ProviderSocket socket, Span<byte> name, ref int namelen, out int error)
    {
        error = 0;
        if (endpoint is not { } known) error = otherwise;
        else if (NullSpan.IsNull(name) || !SocketAddressFormat.Fits(name, namelen, socket.Core.IsIpv6)) error = WSAEFAULT;
        else SocketAddressFormat.Write(known, socket.Core.IsIpv6, name, ref namelen);
        return error == 0 ? 0 : SOCKET_ERROR;
    }

    private SOCKET Register(ProviderSocket socket, out int error)
    {
        socket.Handle = _upcalls!.WPUCreateSocketHandle(socket.Info.dwCatalogEntryId, socket, socket.IsOverlapped, out error);
        if (error != 0)
        {
            socket.Core.Close();
            return SOCKET.INVALID_SOCKET;
        }
        lock (_sockets) _sockets.Add(socket);
        return socket.Handle;
    }

    private ProviderSocket? Find(SOCKET s, out int error) => (ProviderSocket?)_upcalls!.WPUQuerySocketHandleContext(s, out error);

    // SOMAXCONN_HINT(n) is -n, and means 200 at least.
    private static int Backlog(int asked) => asked >= 0 ? asked : Math.Clamp(-(long)asked, 200, 65535) is var hinted ? (int)hinted : 0;

    private static WSAPROTOCOL_INFOW Entry(int type, int protocol, uint services, uint messageSize, string name) => new()
    {
        dwServiceFlags1 = services,
        dwProviderFlags = WSAPROTOCOL_INFOW.PFL_MATCHES_PROTOCOL_ZERO,
        iAddressFamily = AF_INET,
        iMaxSockAddr = SocketAddressFormat.Ipv4Size,
        iMinSockAddr = SocketAddressFormat.Ipv4Size,
        iSocketType = type,
        iProtocol = protocol,
        dwMessageSize = messageSize,
        szProtocol = name,
    };
}
