using StackSharp.Hosting;
using StackSharp.Spi;
using StackSharp.Winsock;

namespace StackSharp.Providers;

/// <summary>What a Winsock handle of the stack's provider stands for: an endpoint, and the state that only Winsock knows.</summary>
internal sealed class ProviderSocket(SocketCore core, WSAPROTOCOL_INFOW info)
{
    private AcceptCall? _reservedFor;

    public SocketCore Core { get; } = core;

    public WSAPROTOCOL_INFOW Info { get; } = info;

    public SOCKET Handle { get; set; }

    public TcpSocketCore? Stream => Core as TcpSocketCore;

    public UdpSocketCore? Datagrams => Core as UdpSocketCore;

    public bool IsStream => Core.IsStream;

    /// <summary>WSA_FLAG_OVERLAPPED.</summary>
    public bool IsOverlapped { get; set; }

    /// <summary>FIONBIO.</summary>
    public bool IsNonBlocking { get; set; }

    /// <summary>A connection of a listener's, not one of connect's.</summary>
    public bool IsAccepted { get; init; }

    /// <summary>What WSAEventSelect set up; null before its first call.</summary>
    public NetworkEvents? Events { get; set; }

    /// <summary>SO_SNDTIMEO in milliseconds; 0: no limit.</summary>
    public int SendTimeout { get; set; }

    /// <summary>SO_RCVTIMEO in milliseconds; 0: no limit.</summary>
    public int ReceiveTimeout { get; set; }

    /// <summary>SO_DEBUG: kept, and of no effect, as on Windows.</summary>
    public bool Debug { get; set; }

    /// <summary>SO_DONTROUTE: kept, and of no effect, as on Windows.</summary>
    public bool DontRoute { get; set; }

    /// <summary>IPV6_V6ONLY: kept on an IPv4 socket, where it means nothing.</summary>
    public bool IsIpv6Only { get; set; } = true;

    /// <summary>SO_SNDBUF of a datagram socket: read back as it was set; datagrams do not wait.</summary>
    public int DatagramSendBuffer { get; set; } = 65536;

    public int SendWait => IsNonBlocking ? 0 : SendTimeout == 0 ? Timeout.Infinite : SendTimeout;

    public int ReceiveWait => IsNonBlocking ? 0 : ReceiveTimeout == 0 ? Timeout.Infinite : ReceiveTimeout;

    /// <summary>What an accepted socket takes over of its listener; the endpoint's own options came with it.</summary>
    public void Inherit(ProviderSocket listener)
    {
        IsOverlapped = listener.IsOverlapped;
        IsNonBlocking = listener.IsNonBlocking;
        SendTimeout = listener.SendTimeout;
        ReceiveTimeout = listener.ReceiveTimeout;
        Debug = listener.Debug;
        DontRoute = listener.DontRoute;
    }

    /// <summary>The socket is to take the connection of an AcceptEx.</summary>
    /// <returns>False: it is promised to another.</returns>
    public bool TryReserve(AcceptCall call) => Interlocked.CompareExchange(ref _reservedFor, call, null) is null;

    public void EndReservation(AcceptCall call) => Interlocked.CompareExchange(ref _reservedFor, null, call);

    /// <summary>The socket is closed: what was to be accepted into it ends.</summary>
    public void AbortReservation() => _ = Volatile.Read(ref _reservedFor)?.Cancel();
}
