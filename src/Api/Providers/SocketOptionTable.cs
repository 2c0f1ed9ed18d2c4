using StackSharp.Hosting;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Udp;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Providers;

/// <summary>Every option that is a number: one row each.</summary>
internal static class SocketOptionTable
{
    // Winsock says whether, not how many.
    private const int FastOpenQueue = 256;
    private const uint NotConnectedTime = 0xFFFFFFFF;

    private static readonly Dictionary<(int Level, int Name), SocketOptionRow> Rows = new()
    {
        [(SOL_SOCKET, SO_DEBUG)] = Flag(s => s.Debug, (s, on) => Done(s.Debug = on)),
        [(SOL_SOCKET, SO_DONTROUTE)] = Flag(s => s.DontRoute, (s, on) => Done(s.DontRoute = on), reported: 1),
        [(SOL_SOCKET, SO_ACCEPTCONN)] = Flag(s => s.Stream is { IsListening: true }, null),
        [(SOL_SOCKET, SO_REUSEADDR)] = Flag(s => s.Core.Sharing == PortSharing.ReuseAddress, (s, on) => Share(s, PortSharing.ReuseAddress, on)),
        [(SOL_SOCKET, SO_EXCLUSIVEADDRUSE)] = Flag(s => s.Core.Sharing == PortSharing.Exclusive, (s, on) => Share(s, PortSharing.Exclusive, on)),
        [(SOL_SOCKET, SO_KEEPALIVE)] = Tcp(OptionForm.Boolean, 1, o => o.KeepAlive ? 1 : 0, (o, v) => o with { KeepAlive = v != 0 }),
        [(SOL_SOCKET, SO_OOBINLINE)] = Tcp(OptionForm.Boolean, 4, o => o.OutOfBandInline ? 1 : 0, (o, v) => o with { OutOfBandInline = v != 0 }),
        [(SOL_SOCKET, SO_BROADCAST)] = Udp(OptionForm.Boolean, WSAENOPROTOOPT, o => o.Broadcast ? 1 : 0, (o, v) => o with { Broadcast = v != 0 }),
        [(SOL_SOCKET, SO_DONTLINGER)] = Flag(
            s => s.Stream is { } stream ? (OptionValue)!stream.LingerEnabled : OptionValue.Failed(WSAENOPROTOOPT), SetDontLinger),
        [(SOL_SOCKET, SO_SNDBUF)] = Number(SendBuffer, SetSendBuffer),
        [(SOL_SOCKET, SO_RCVBUF)] = Number(ReceiveBuffer, SetReceiveBuffer),
        [(SOL_SOCKET, SO_SNDTIMEO)] = Number(s => s.SendTimeout, (s, v) => SetTimeout(v, x => s.SendTimeout = x)),
        [(SOL_SOCKET, SO_RCVTIMEO)] = Number(s => s.ReceiveTimeout, (s, v) => SetTimeout(v, x => s.ReceiveTimeout = x)),
        [(SOL_SOCKET, SO_ERROR)] = Number(s => s.Stream is { } stream ? (int)stream.ConnectError : 0, null),
        [(SOL_SOCKET, SO_TYPE)] = Number(s => s.IsStream ? SOCK_STREAM : SOCK_DGRAM, (s, _) => s.IsStream ? WSAENOPROTOOPT : WSAEINVAL),
        [(SOL_SOCKET, SO_MAX_MSG_SIZE)] = Number(s => s.IsStream ? OptionValue.Failed(WSAENOPROTOOPT) : StackProvider.LargestDatagram, null),
        [(SOL_SOCKET, SO_CONNECT_TIME)] = Number(ConnectTime, null),
        [(SOL_SOCKET, SO_RCVLOWAT)] = Number(_ => OptionValue.Failed(WSAEINVAL), (_, _) => WSAEINVAL),
        [(SOL_SOCKET, SO_SNDLOWAT)] = Number(_ => OptionValue.Failed(WSAEINVAL), (_, _) => WSAEINVAL),
        [(SOL_SOCKET, SO_USELOOPBACK)] = Number(_ => OptionValue.Failed(WSAEINVAL), (_, _) => WSAEINVAL),

        [(IPPROTO_TCP, TCP_NODELAY)] = Tcp(OptionForm.LowOctet, 1, o => o.NoDelay ? 1 : 0, (o, v) => o with { NoDelay = v != 0 }),
        [(IPPROTO_TCP, TCP_KEEPIDLE)] = TcpSeconds(o => o.KeepAliveTime, (o, v) => o with { KeepAliveTime = v }),
        [(IPPROTO_TCP, TCP_KEEPINTVL)] = TcpSeconds(o => o.KeepAliveInterval, (o, v) => o with { KeepAliveInterval = v }),
        [(IPPROTO_TCP, TCP_KEEPCNT)] = Tcp(OptionForm.Number, 4, o => o.KeepAliveCount, (o, v) => v is > 0 and <= 255 ? o with { KeepAliveCount = v } : null),
        [(IPPROTO_TCP, TCP_MAXRT)] = Tcp(OptionForm.Number, 4, o => o.UserTimeout == TimeSpan.Zero ? -1 : (int)o.UserTimeout.TotalSeconds,
            (o, v) => v < -1 ? null : o with { UserTimeout = TimeSpan.FromSeconds(Math.Max(0, v)) }),
        [(IPPROTO_TCP, TCP_MAXRTMS)] = Tcp(OptionForm.Number, 4, o => (int)o.UserTimeout.TotalMilliseconds,
            (o, v) => v < 0 ? null : o with { UserTimeout = TimeSpan.FromMilliseconds(v) }),
        [(IPPROTO_TCP, TCP_FASTOPEN)] = Tcp(OptionForm.Boolean, 4, o => o.FastOpenQueue > 0 ? 1 : 0,
            (o, v) => o with { FastOpenQueue = v != 0 ? FastOpenQueue : 0, FastOpenConnect = v != 0 }),
        [(IPPROTO_TCP, TCP_TIMESTAMPS)] = Tcp(OptionForm.Number, 4, o => o.Timestamps ? 1 : 0, (o, v) => o with { Timestamps = v != 0 }),
        [(IPPROTO_TCP, TCP_MAXSEG)] = Number(s => s.Stream?.GetInfo() is { } info ? info.SendMss : OptionValue.Failed(WSAENOTCONN), null),

        [(IPPROTO_UDP, UDP_NOCHECKSUM)] = Udp(OptionForm.Number, WSAENOPROTOOPT, o => o.NoChecksum ? 1 : 0, (o, v) => o with { NoChecksum = v != 0 }),
        [(IPPROTO_UDP, UDP_SEND_MSG_SIZE)] = Udp(OptionForm.Number, WSAENOPROTOOPT, o => o.SendSegmentBytes,
            (o, v) => v is >= 0 and <= ushort.MaxValue ? o with { SendSegmentBytes = (ushort)v } : null),

        [(IPPROTO_IP, IP_TTL)] = Ip(o => o.HopLimit, (o, v) => o with { HopLimit = v }, o => o.HopLimit, (o, v) => o with { HopLimit = v }),
        [(IPPROTO_IP, IP_TOS)] = Ip(o => o.TrafficClass, (o, v) => o with { TrafficClass = v }, o => o.TrafficClass, (o, v) => o with { TrafficClass = v }),
        [(IPPROTO_IP, IP_DONTFRAGMENT)] = Number(s => s.Datagrams is { } d ? d.UdpOptions.DontFragment : (OptionValue)1, SetDontFragment),
        [(IPPROTO_IP, IP_MULTICAST_TTL)] = Udp(OptionForm.Number, WSAEINVAL, o => o.MulticastHopLimit,
            (o, v) => v is >= 0 and <= 255 ? o with { MulticastHopLimit = (byte)v } : null),
        [(IPPROTO_IP, IP_MULTICAST_LOOP)] = Udp(OptionForm.Number, WSAEINVAL, o => o.MulticastLoop ? 1 : 0, (o, v) => o with { MulticastLoop = v != 0 }),
        [(IPPROTO_IP, IP_MTU)] = Number(s => s.Stream?.GetInfo() is { } info ? info.PathMtu : OptionValue.Failed(WSAENOTCONN), null),
        [(IPPROTO_IP, IP_HDRINCL)] = Number(_ => OptionValue.Failed(WSAEINVAL), (_, _) => WSAEINVAL),

        [(IPPROTO_IPV6, IPV6_V6ONLY)] = new SocketOptionRow(OptionForm.LowOctet, 1, s => s.IsIpv6Only,
            (s, v) => s.Core.LocalEndpoint is null ? Done(s.IsIpv6Only = v != 0) : WSAEINVAL),
    };

    // Options of datagram sockets that the core does not have; on a stream they do not fit, elsewhere they are unknown.
    private static readonly HashSet<int> DatagramOnly =
        [IP_MULTICAST_IF, IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, IP_PKTINFO, IP_RECVTTL, IP_RECEIVE_BROADCAST, IP_RECVIF, IP_RECVDSTADDR, IP_RECVTOS, IP_ECN, IP_RECVERR];

    public static bool IsLevel(int level) => level is SOL_SOCKET or IPPROTO_IP or IPPROTO_TCP or IPPROTO_UDP or IPPROTO_IPV6;

    public static SocketOptionRow? Find(int level, int name) => Rows.GetValueOrDefault((level, name));

    /// <summary>What to say of an option without a row.</summary>
    public static int Unknown(ProviderSocket socket, int level, int name) =>
        !IsLevel(level) || (level == IPPROTO_IP && socket.IsStream && DatagramOnly.Contains(name)) ? WSAEINVAL : WSAENOPROTOOPT;

    private static SocketOptionRow Flag(Func<ProviderSocket, OptionValue> get, Func<ProviderSocket, bool, int>? set, int reported = 4) =>
        new(OptionForm.Boolean, reported, get, set is null ? null : (s, v) => set(s, v != 0));

    private static SocketOptionRow Number(Func<ProviderSocket, OptionValue> get, Func<ProviderSocket, int, int>? set) => new(OptionForm.Number, 4, get, set);

    private static SocketOptionRow Tcp(OptionForm form, int reported, Func<TcpSocketOptions, int> get, Func<TcpSocketOptions, int, TcpSocketOptions?> set) =>
        new(form, reported,
            s => s.Stream is { } stream ? get(stream.TcpOptions) : OptionValue.Failed(WSAENOPROTOOPT),
            (s, v) =>
            {
                if (s.Stream is not { } stream) return WSAENOPROTOOPT;
                return set(stream.TcpOptions, v) is { } changed ? (int)stream.SetTcpOptions(changed) : WSAEINVAL;
            });

    private static SocketOptionRow TcpSeconds(Func<TcpSocketOptions, TimeSpan> get, Func<TcpSocketOptions, TimeSpan, TcpSocketOptions> set) =>
        Tcp(OptionForm.Number, 4, o => (int)get(o).TotalSeconds, (o, v) => v > 0 ? set(o, TimeSpan.FromSeconds(v)) : null);

    private static SocketOptionRow Udp(OptionForm form, int otherwise, Func<UdpSocketOptions, int> get, Func<UdpSocketOptions, int, UdpSocketOptions?> set) =>
        new(form, 4,
            s => s.Datagrams is { } datagrams ? get(datagrams.UdpOptions) : OptionValue.Failed(otherwise),
            (s, v) =>
            {
                if (s.Datagrams is not { } datagrams) return otherwise;
                return set(datagrams.UdpOptions, v) is { } changed ? (int)datagrams.SetUdpOptions(changed) : WSAEINVAL;
            });

    private static SocketOptionRow Ip(
        Func<TcpSocketOptions, byte> getTcp, Func<TcpSocketOptions, byte, TcpSocketOptions> setTcp,
        Func<UdpSocketOptions, byte> getUdp, Func<UdpSocketOptions, byte, UdpSocketOptions> setUdp) =>
        Number(
            s => s.Stream is { } stream ? getTcp(stream.TcpOptions) : getUdp(s.Datagrams!.UdpOptions),
            (s, v) =>
            {
                if (v is < 0 or > 255) return WSAEINVAL;
                return s.Stream is { } stream
                    ? (int)stream.SetTcpOptions(setTcp(stream.TcpOptions, (byte)v))
                    : (int)s.Datagrams!.SetUdpOptions(setUdp(s.Datagrams.UdpOptions, (byte)v));
            });

    private static int Done(bool _) => 0;

    private static int Share(ProviderSocket socket, PortSharing sharing, bool on)
    {
        SocketCore core = socket.Core;
        if (core.LocalEndpoint is not null) return WSAEINVAL;
        if (on && core.Sharing != PortSharing.Default && core.Sharing != sharing) return WSAEINVAL;
        if (on) core.Sharing = sharing;
        else if (core.Sharing == sharing) core.Sharing = PortSharing.Default;
        return 0;
    }

    private static int SetDontLinger(ProviderSocket socket, bool on)
    {
        if (socket.Stream is not { } stream) return WSAENOPROTOOPT;
        stream.LingerEnabled = !on;
        return 0;
    }

    private static OptionValue SendBuffer(ProviderSocket socket) =>
        socket.Stream is { } stream ? stream.SendBufferBytes : socket.DatagramSendBuffer;

    private static int SetSendBuffer(ProviderSocket socket, int value)
    {
        if (value < 0) return WSAEINVAL;
        if (socket.Stream is { } stream) return (int)stream.SetTcpOptions(stream.TcpOptions with { SendBufferBytes = value });
        socket.DatagramSendBuffer = value;
        return 0;
    }

    private static OptionValue ReceiveBuffer(ProviderSocket socket) =>
        socket.Stream is { } stream ? stream.ReceiveBufferBytes : socket.Datagrams!.UdpOptions.ReceiveBufferBytes;

    private static int SetReceiveBuffer(ProviderSocket socket, int value)
    {
        if (value < 0) return WSAEINVAL;
        return socket.Stream is { } stream
            ? (int)stream.SetTcpOptions(stream.TcpOptions with { ReceiveBufferBytes = value })
            : (int)socket.Datagrams!.SetUdpOptions(socket.Datagrams.UdpOptions with { ReceiveBufferBytes = value });
    }

    // A DWORD: what looks negative here is a very long time.
    private static int SetTimeout(int value, Action<int> set)
    {
        set(value < 0 ? int.MaxValue : value);
        return 0;
    }

    private static OptionValue ConnectTime(ProviderSocket socket) =>
        socket.Stream is { IsConnected: true } stream && stream.GetInfo() is { } info
            ? (int)info.ConnectedFor.TotalSeconds
            : unchecked((int)NotConnectedTime);

    private static int SetDontFragment(ProviderSocket socket, int value)
    {
        if (socket.Datagrams is not { } datagrams) return value != 0 ? 0 : WSAEINVAL;
        return (int)datagrams.SetUdpOptions(datagrams.UdpOptions with { DontFragment = value != 0 });
    }
}
