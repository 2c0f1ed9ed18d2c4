using System.Net.Sockets;
using StackSharp.Hosting;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Tcp.Authentication;
using StackSharp.Stack.Transport.Tcp.Tracing;
using StackSharp.Stack.Transport.Udp;

namespace StackSharp.Net;

/// <content>Options as properties.</content>
public sealed partial class StackSocket
{
    /// <summary>Turns Nagle's algorithm off. Default false. TCP only.</summary>
    public bool NoDelay
    {
        get => Tcp.NoDelay;
        set => SetTcp(Tcp with { NoDelay = value });
    }

    /// <summary>Acknowledges every segment at once instead of delaying. Default false. TCP only.</summary>
    public bool QuickAck
    {
        get => Tcp.QuickAck;
        set => SetTcp(Tcp with { QuickAck = value });
    }

    /// <summary>How long data may stay unacknowledged before the connection ends. Zero, the default: until the retransmissions of
    /// <see cref="TcpLayerOptions.R2Retries"/> are used up. TCP only.</summary>
    /// <exception cref="SocketException">InvalidArgument: negative.</exception>
    /// <remarks>Source: RFC 9293 §3.8.3; Winsock's TCP_MAXRTMS.</remarks>
    public TimeSpan UserTimeout
    {
        get => Tcp.UserTimeout;
        set => SetTcp(Tcp with { UserTimeout = value });
    }

    /// <summary>Tells the peer our user timeout, and follows what the peer tells where <see cref="UserTimeout"/> is zero. Default false. TCP only.</summary>
    /// <remarks>Source: RFC 5482.</remarks>
    public bool ExchangeUserTimeout
    {
        get => Tcp.ExchangeUserTimeout;
        set => SetTcp(Tcp with { ExchangeUserTimeout = value });
    }

    /// <summary>Keys that connections with some peers are signed with, and must be. Set them before connecting or listening; while connected they may be exchanged for others,
    /// but signing neither begins nor ends. Default null: none is. TCP only.</summary>
    /// <exception cref="SocketException">InvalidArgument: the connection is live, and the keys would begin or end signing.</exception>
    /// <remarks>Source: RFC 5925, RFC 2385; Linux's TCP_AO_ADD_KEY, TCP_MD5SIG.</remarks>
    public TcpAuthenticationKeys? AuthenticationKeys
    {
        get => Tcp.AuthenticationKeys;
        set => SetTcp(Tcp with { AuthenticationKeys = value });
    }

    /// <summary>When the connection finds out by trying how large its segments may be. Null, the default: as the stack,
    /// <see cref="TcpLayerOptions.PathMtuProbing"/>. TCP only.</summary>
    /// <exception cref="SocketException">InvalidArgument: no such value.</exception>
    /// <remarks>Source: RFC 4821; Linux's tcp_mtu_probing.</remarks>
    public PathMtuProbing? PathMtuProbing
    {
        get => Tcp.PathMtuProbing;
        set => SetTcp(Tcp with { PathMtuProbing = value });
    }

    /// <summary>Name of the congestion control: <c>cubic</c>, <c>reno</c> or another one of <see cref="TcpLayerOptions.CongestionControls"/>. Null, the default:
    /// the stack's. May change while connected. TCP only.</summary>
    /// <exception cref="SocketException">InvalidArgument: this stack has none of that name.</exception>
    /// <remarks>Source: Linux's TCP_CONGESTION.</remarks>
    public string? CongestionControl
    {
        get => Tcp.CongestionControl;
        set => SetTcp(Tcp with { CongestionControl = value });
    }

    /// <summary>Explicit congestion notification: whether connecting asks for it, and what a peer gets that asks. Default <see cref="EcnUse.Answer"/>. Set it before connecting or
    /// listening. TCP only.</summary>
    /// <remarks>Source: RFC 3168, RFC 9768; Linux's tcp_ecn, which is for the whole host.</remarks>
    public EcnUse Ecn
    {
        get => Tcp.Ecn;
        set => SetTcp(Tcp with { Ecn = value });
    }

    /// <summary>On a listener: connections that may be accepted, with the octets of their SYN, before their handshake is complete (Fast Open). Beyond it they shake
    /// hands first. 0, the default: none. A SYN may come twice, and its octets with it: only for requests that may be done twice. TCP only.</summary>
    /// <exception cref="SocketException">InvalidArgument: negative.</exception>
    /// <remarks>Source: RFC 7413; Linux's TCP_FASTOPEN.</remarks>
    public int FastOpenQueue
    {
        get => Tcp.FastOpenQueue;
        set => SetTcp(Tcp with { FastOpenQueue = value });
    }

    /// <summary>Before connecting: where the server has given a cookie before, connecting succeeds at once, and the first octets sent travel in the SYN (Fast Open); a
    /// failure to connect is then told by what follows. Otherwise the SYN asks for a cookie. Only for requests that may be done twice, and where the client speaks first.
    /// Default false. TCP only.</summary>
    /// <remarks>Source: RFC 7413; Linux's TCP_FASTOPEN_CONNECT.</remarks>
    public bool FastOpenConnect
    {
        get => Tcp.FastOpenConnect;
        set => SetTcp(Tcp with { FastOpenConnect = value });
    }

    /// <summary>Hears what happens to the connection: windows, round-trip times, losses, changes of state. <see cref="TcpEventLog"/> keeps the events to be read. To be set
    /// before connecting, or on a listener for what it accepts; null, the default: nobody does, which costs nothing. TCP only.</summary>
    public ITcpEventSink? TcpEvents
    {
        get => Tcp.Events;
        set => SetTcp(Tcp with { Events = value });
    }

    /// <summary>A receive fails with ConnectionReset once ICMP has said that a datagram's port is unreachable, even if the socket is not connected;
    /// false: it never does. Default true. UDP only.</summary>
    /// <remarks>Source: Winsock's SIO_UDP_CONNRESET.</remarks>
    public bool ReportUnreachable
    {
        get => Udp.ReportUnreachable;
        set => SetUdp(Udp with { ReportUnreachable = value });
    }

    /// <summary>What closing waits for, and how many seconds: 0..65,535. Default: nothing. TCP only.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is out of range, which is what System.Net allows.</exception>
    public LingerOption LingerState
    {
        get
        {
            TcpSocketCore stream = Stream(SocketError.ProtocolOption);
            return new LingerOption(stream.LingerEnabled, stream.LingerSeconds);
        }
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            ArgumentOutOfRangeException.ThrowIfNegative(value.LingerTime, nameof(value));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value.LingerTime, ushort.MaxValue, nameof(value));
            TcpSocketCore stream = Stream(SocketError.ProtocolOption);
            stream.LingerEnabled = value.Enabled;
            stream.LingerSeconds = (ushort)value.LingerTime;
        }
    }

    /// <summary>Octets that may wait to be read. Once set it stays; TCP otherwise starts with 1 MiB and lets it grow as path and reader ask.</summary>
    public int ReceiveBufferSize
    {
        get => _core is TcpSocketCore tcp ? tcp.ReceiveBufferBytes : Udp.ReceiveBufferBytes;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            if (_core is TcpSocketCore) SetTcp(Tcp with { ReceiveBufferBytes = value });
            else SetUdp(Udp with { ReceiveBufferBytes = value });
        }
    }

    /// <summary>Octets that may wait to be sent and acknowledged. Once set it stays; TCP otherwise starts with 1 MiB, and follows the path and the number of
    /// connections that share the memory. Datagrams do not wait.</summary>
    public int SendBufferSize
    {
        get => _core is TcpSocketCore tcp ? tcp.SendBufferBytes : _datagramSendBuffer;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ThrowIfDisposed();
            if (_core is TcpSocketCore) SetTcp(Tcp with { SendBufferBytes = value });
            else _datagramSendBuffer = value;
        }
    }

    /// <summary>Time to live, 1..255. 0 reads as the stack's default.</summary>
    public short Ttl
    {
        get => _core is TcpSocketCore ? Tcp.HopLimit : Udp.HopLimit;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, byte.MaxValue);
            if (_core is TcpSocketCore) SetTcp(Tcp with { HopLimit = (byte)value });
            else SetUdp(Udp with { HopLimit = (byte)value });
        }
    }

    /// <summary>Too large datagrams fail instead of being fragmented. A TCP socket never fragments.</summary>
    public bool DontFragment
    {
        get => _core is TcpSocketCore || Udp.DontFragment;
        set
        {
            if (_core is UdpSocketCore) SetUdp(Udp with { DontFragment = value });
            else if (!value) throw Failure(SocketError.OperationNotSupported);
        }
    }

    /// <summary>Allows broadcast destinations. Default false. UDP only.</summary>
    public bool EnableBroadcast
    {
        get => Udp.Broadcast;
        set => SetUdp(Udp with { Broadcast = value });
    }

    /// <summary>Own multicast is delivered to members on this host too. Default true. UDP only.</summary>
    public bool MulticastLoopback
    {
        get => Udp.MulticastLoop;
        set => SetUdp(Udp with { MulticastLoop = value });
    }

    /// <summary>Octets of payload per datagram: a longer send becomes several datagrams, the last one shorter, cut by the device where it can.
    /// 0: a send is one datagram. 0..65535, default 0. UDP only.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or over 65535.</exception>
    /// <remarks>Source: Winsock's UDP_SEND_MSG_SIZE. A send that fails with an error may have sent the datagrams before the one that met it.</remarks>
    public int SendSegmentSize
    {
        get => Udp.SendSegmentBytes;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, ushort.MaxValue);
            SetUdp(Udp with { SendSegmentBytes = (ushort)value });
        }
    }

    /// <summary>Nobody else may take the address, not even with ReuseAddress. To be set before binding.</summary>
    /// <exception cref="SocketException">InvalidArgument: bound already, or ReuseAddress is set.</exception>
    public bool ExclusiveAddressUse
    {
        get => Sharing == PortSharing.Exclusive;
        set => SetSharing(PortSharing.Exclusive, value);
    }

    /// <summary>IPv4 over an IPv6 socket.</summary>
    /// <exception cref="NotSupportedException">The socket is not of IPv6, which this stack does not have yet.</exception>
    public bool DualMode
    {
        get => AddressFamily == AddressFamily.InterNetworkV6 ? false : throw new NotSupportedException("The socket is not of IPv6.");
        set => throw new NotSupportedException("The socket is not of IPv6.");
    }

    internal PortSharing Sharing
    {
        get
        {
            ThrowIfDisposed();
            return _core.Sharing;
        }
    }

    private TcpSocketOptions Tcp => Stream(SocketError.ProtocolOption).TcpOptions;

    private UdpSocketOptions Udp
    {
        get
        {
            ThrowIfDisposed();
            return (_core as UdpSocketCore ?? throw Failure(SocketError.ProtocolOption)).UdpOptions;
        }
    }

    private int _datagramSendBuffer = 65536;

    private void SetTcp(TcpSocketOptions options) => ThrowIfFailed(Stream(SocketError.ProtocolOption).SetTcpOptions(options));

    private void SetUdp(in UdpSocketOptions options) => ThrowIfFailed(((UdpSocketCore)_core).SetUdpOptions(options));

    private void SetSharing(PortSharing sharing, bool value)
    {
        ThrowIfDisposed();
        if (IsBound) throw Failure(SocketError.InvalidArgument);
        if (!value)
        {
            if (_core.Sharing == sharing) _core.Sharing = PortSharing.Default;
            return;
        }
        if (_core.Sharing != sharing && _core.Sharing != PortSharing.Default) throw Failure(SocketError.InvalidArgument);
        _core.Sharing = sharing;
    }
}
