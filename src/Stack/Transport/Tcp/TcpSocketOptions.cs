using StackSharp.Stack.Transport.Tcp.Authentication;
using StackSharp.Stack.Transport.Tcp.Tracing;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>What can be set on one connection or listener. Accepted connections start with their listener's values.</summary>
/// <remarks>Never changed once it is made, so all those connections share one object with it.</remarks>
public sealed record TcpSocketOptions
{
    /// <summary>No size, count or time is out of range. Others are refused wherever options are set.</summary>
    public bool AreValid =>
        FastOpenQueue >= 0 && DeferAccept >= TimeSpan.Zero && SendBufferBytes is null or >= 0 && ReceiveBufferBytes is null or >= 0 && KeepAliveCount > 0
        && SynRetries is null or >= 0 && MaximumPacingRate >= 0 && MaximumSegmentSize >= 0
        && (PathMtuProbing is not { } probing || Enum.IsDefined(probing))
        && KeepAliveTime > TimeSpan.Zero && KeepAliveInterval > TimeSpan.Zero && UserTimeout >= TimeSpan.Zero && AdvertisedUserTimeout >= TimeSpan.Zero;

    /// <summary>Turns Nagle's algorithm off (RFC 9293 §3.7.4). Default false.</summary>
    public bool NoDelay { get; init; }

    /// <summary>Acknowledges every segment at once instead of delaying (TCP_QUICKACK). Default false.</summary>
    public bool QuickAck { get; init; }

    /// <summary>Probes an idle connection (RFC 9293 §3.8.4). Default false.</summary>
    public bool KeepAlive { get; init; }

    /// <summary>Idle time before the first keepalive probe. Default 2 hours.</summary>
    public TimeSpan KeepAliveTime { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Time between keepalive probes. Default 1 s (Winsock).</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Unanswered keepalive probes that end the connection. Default 10 (Winsock).</summary>
    public int KeepAliveCount { get; init; } = 10;

    /// <summary>How long data may stay unacknowledged before the connection ends (RFC 9293 §3.8.3, R2); zero: by the number of retransmissions.</summary>
    public TimeSpan UserTimeout { get; init; }

    /// <summary>SYN retransmissions before connecting fails (TCP_SYNCNT). Default null: the stack's, <see cref="TcpLayerOptions.SynRetries"/>.</summary>
    public int? SynRetries { get; init; }

    /// <summary>Tells the peer our user timeout, and follows what the peer tells where <see cref="UserTimeout"/> is zero (RFC 5482, ENABLED). Default false.</summary>
    public bool ExchangeUserTimeout { get; init; }

    /// <summary>What the peer is told (RFC 5482, ADV_UTO); zero, the default: <see cref="UserTimeout"/>, or if that is zero the stack's
    /// <see cref="TcpLayerOptions.AdvertisedUserTimeout"/>.</summary>
    public TimeSpan AdvertisedUserTimeout { get; init; }

    /// <summary>Keys that connections with some peers are signed with, and must be (TCP-AO, or MD5). Default null: none is. On a live connection the keys may change, but
    /// not whether there are any for its peer. On a listener they bind those who connect.</summary>
    public TcpAuthenticationKeys? AuthenticationKeys { get; init; }

    /// <summary>Octets that may wait to be sent and acknowledged (SO_SNDBUF). Default null: as many as the path asks for, within
    /// <see cref="TcpLayerOptions.MaximumSendBufferBytes"/> and the stack's memory.</summary>
    public int? SendBufferBytes { get; init; }

    /// <summary>Octets that may wait to be read: the largest window announced (SO_RCVBUF). Default null: as many as the path and the reader ask for,
    /// within <see cref="TcpLayerOptions.MaximumReceiveBufferBytes"/> and the stack's memory.</summary>
    public int? ReceiveBufferBytes { get; init; }

    /// <summary>Upper bound for the MSS in octets, both ways; 0: by the path. Before connecting or listening only.</summary>
    public int MaximumSegmentSize { get; init; }

    /// <summary>When the connection finds out by trying how large its segments may be. Default null: as the stack, <see cref="TcpLayerOptions.PathMtuProbing"/>.</summary>
    public PathMtuProbing? PathMtuProbing { get; init; }

    /// <summary>Name of the congestion control, one of <see cref="TcpLayerOptions.CongestionControls"/>; null, the default: the stack's. On a live
    /// connection the new one goes on from the old one's windows.</summary>
    public string? CongestionControl { get; init; }

    /// <summary>Spreads what is sent over the round trip, where the congestion control names no rate itself: twice the window per round trip in slow start, 1.2
    /// times later. Default true.</summary>
    public bool Pacing { get; init; } = true;

    /// <summary>Octets per second above which a connection does not send, whatever its congestion control says (SO_MAX_PACING_RATE). Default 0: no bound.</summary>
    public long MaximumPacingRate { get; init; }

    /// <summary>TTL or hop limit; 0: the interface's default.</summary>
    public byte HopLimit { get; init; }

    /// <summary>DSCP in the upper six bits.</summary>
    public byte TrafficClass { get; init; }

    /// <summary>Urgent data stays in the stream (SO_OOBINLINE). Default false.</summary>
    public bool OutOfBandInline { get; init; }

    /// <summary>Judges loss by time and probes the tail (RACK-TLP, RFC 8985), where the peer selectively acknowledges. False: by counting (RFC 6675).
    /// Default true.</summary>
    public bool RackTlp { get; init; } = true;

    /// <summary>Offers and answers window scaling (RFC 7323). Default true.</summary>
    public bool WindowScaling { get; init; } = true;

    /// <summary>Offers and answers timestamps (RFC 7323). Default true.</summary>
    public bool Timestamps { get; init; } = true;

    /// <summary>Offers and answers selective acknowledgment (RFC 2018). Default true.</summary>
    public bool SelectiveAcknowledgment { get; init; } = true;

    /// <summary>Explicit congestion notification (RFC 3168, RFC 9768): routers mark packets in place of dropping them. Before connecting or listening only. Default
    /// <see cref="EcnUse.Answer"/>.</summary>
    public EcnUse Ecn { get; init; } = EcnUse.Answer;

    /// <summary>Which packets may be marked, with accurate feedback. Default <see cref="EcnPackets.AllButSyn"/>.</summary>
    public EcnPackets EcnPackets { get; init; } = EcnPackets.AllButSyn;

    /// <summary>On a listener: how long a peer that has completed the handshake and sent nothing is kept from being accepted (TCP_DEFER_ACCEPT). After it the
    /// SYN-ACK is sent again, and the ACK that answers it counts. Default zero: not at all.</summary>
    public TimeSpan DeferAccept { get; init; }

    /// <summary>
    /// Fast Open on a listener (RFC 7413): connections that may be handed over, with the octets of their SYN, before their handshake is complete. Beyond it
    /// they shake hands first. 0, the default: none. A SYN may come twice, and the program may see its octets twice: only requests that do no harm then are fit for it.
    /// </summary>
    public int FastOpenQueue { get; init; }

    /// <summary>
    /// Fast Open on connecting (RFC 7413): where the server has given a cookie before, connecting succeeds at once, and the SYN leaves with the first octets
    /// sent. Otherwise the SYN asks for a cookie. The network may deliver a SYN twice, with the octets in it: only requests that may be done twice are fit for it, and
    /// only protocols in which the client speaks first. Default false.
    /// </summary>
    public bool FastOpenConnect { get; init; }

    /// <summary>Keys of the cookies that a listener gives and takes (TCP_FASTOPEN_KEY). Default null: the stack's, <see cref="TcpLayerOptions.FastOpenKeys"/>.</summary>
    public FastOpenKeys? FastOpenKeys { get; init; }

    /// <summary>Fast Open without cookies: octets are sent in any SYN, and taken from any. For networks whose source addresses can be trusted. Default false.</summary>
    public bool FastOpenWithoutCookie { get; init; }

    /// <summary>Hears what happens to the connection, or to all those that a listener takes, for plots and for finding faults. Default null: nobody does, which costs
    /// nothing.</summary>
    public ITcpEventSink? Events { get; init; }
}
