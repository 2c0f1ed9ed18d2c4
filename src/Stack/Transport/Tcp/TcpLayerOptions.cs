using StackSharp.Stack.Transport.Tcp.Congestion;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>TCP's constants for one stack.</summary>
public sealed record TcpLayerOptions
{
    /// <summary>First RTO, before any sample (RFC 6298 §2.1). Default 1 s.</summary>
    public TimeSpan InitialRetransmissionTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Smallest RTO. Default 200 ms, as Linux; RFC 6298 §2.4 has 1 s.</summary>
    public TimeSpan MinimumRetransmissionTimeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Largest RTO. Default 120 s.</summary>
    public TimeSpan MaximumRetransmissionTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Granularity of the clock in RFC 6298 §2: four times the variation counts as so much at least. Default 1 ms.</summary>
    public TimeSpan ClockGranularity { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Least RTO before the first sample when the handshake's timer has run out (RFC 6298 §5.7). Default 3 s.</summary>
    public TimeSpan RetransmissionTimeoutAfterLostHandshake { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>DupThresh (RFC 5681 §3.2, RFC 6675 §2): duplicate ACKs, or segments reported above a hole, that mean loss. Default 3.</summary>
    public int DuplicateThreshold { get; init; } = 3;

    /// <summary>Least time after which a tail-loss probe is sent: a machine that is busy for a moment has lost nothing. Default 10 ms.</summary>
    public TimeSpan MinimumProbeTimeout { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>What a tail-loss probe waits longer when one segment is outstanding, whose ACK may be delayed (RFC 8985 §7.2, TLP.max_ack_delay). Default 200 ms.</summary>
    public TimeSpan ProbeDelayForSingleSegment { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>SYN retransmissions before connecting fails. Default 7: a little over four minutes (MUST-23 asks for three at least).</summary>
    public int SynRetries { get; init; } = 7;

    /// <summary>SYN-ACK retransmissions before a half-open connection is dropped. Default 5: 63 s.</summary>
    public int SynAckRetries { get; init; } = 5;

    /// <summary>R1 of RFC 9293 §3.8.3: retransmissions after which the next hop is suspected. Default 3.</summary>
    public int R1Retries { get; init; } = 3;

    /// <summary>R2 of RFC 9293 §3.8.3: retransmissions after which the connection ends. Default 15.</summary>
    public int R2Retries { get; init; } = 15;

    /// <summary>What the peer is told of our user timeout where a socket has none (RFC 5482, ADV_UTO). Default 5 minutes.</summary>
    public TimeSpan AdvertisedUserTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Least user timeout that a peer can bring about (RFC 5482, L_LIMIT). Default 100 s: the least R2 (RFC 9293 §3.8.3).</summary>
    public TimeSpan LowestUserTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>Largest user timeout that a peer can bring about (RFC 5482, U_LIMIT). Default 1 hour.</summary>
    public TimeSpan HighestUserTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The same for connections that no user holds any more. Default 8.</summary>
    public int OrphanRetries { get; init; } = 8;

    /// <summary>Longest delay of an ACK. Default 40 ms.</summary>
    public TimeSpan DelayedAckTimeout { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>Segments acknowledged at once at the start of a connection. Default 16.</summary>
    public int QuickAckSegments { get; init; } = 16;

    /// <summary>Initial window in segments (RFC 6928). Default 10.</summary>
    public int InitialWindowSegments { get; init; } = 10;

    /// <summary>Least round trip that is paced when the congestion control names no rate: bursts last a millisecond, and a round trip shorter than that
    /// is one burst. Default 1 ms.</summary>
    public TimeSpan PacingMinimumRoundTrip { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How fast slow start sends when the congestion control names no rate, in windows per least round trip. At least 1. Default 4: what is acknowledged
    /// makes way for twice as much, and that leaves in the first half of a round trip.</summary>
    public double SlowStartPacingGain { get; init; } = 4;

    /// <summary>The same after slow start, in windows per smoothed round trip. At least 1. Default 2: acknowledgments come in clumps, and at a rate little above
    /// the window's own what they make way for would wait here while the path has room.</summary>
    public double PacingGain { get; init; } = 2;

    /// <summary>Least segments that leave as one burst, where the window has room for them. Default 2.</summary>
    public int MinimumBurstSegments { get; init; } = 2;

    /// <summary>What had arrived before a reset may still be read, as on Linux. Default false: it is gone (RFC 9293 §3.10.7.4), as in Winsock.</summary>
    public bool UnreadSurvivesReset { get; init; }

    /// <summary>2 MSL (RFC 9293 §3.4.2). Default 60 s.</summary>
    public TimeSpan TimeWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Silence of a connection in TIME-WAIT after which its port may be drawn for another one to the same peer, if both have timestamps
    /// (RFC 6191, RFC 7323 §5.5): the clock of the timestamps is surely past the old one by then. Default 1 s.</summary>
    public TimeSpan TimeWaitReuseDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Once both ends use timestamps, a segment without one is dropped (RFC 7323 §3.2, a SHOULD). False: it is taken, as on Linux. Default true.</summary>
    public bool RequireTimestamps { get; init; } = true;

    /// <summary>Ticks of the peer's clock, of a millisecond mostly, by which text that fills a hole may be older than what was received last: on a path that reorders it was
    /// overtaken by a retransmission. Default 20; 0: none, as RFC 7323 §5.3 has it.</summary>
    public int TimestampTolerance { get; init; } = 20;

    /// <summary>Age at which the peer's latest timestamp says no more about which segments are old (RFC 7323 §5.5). Default 24 days.</summary>
    public TimeSpan TimestampLifetime { get; init; } = TimeSpan.FromDays(24);

    /// <summary>How long an orphan stays in FIN-WAIT-2. Default 60 s.</summary>
    public TimeSpan FinWait2Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Connections in all states together. Default 1,048,576.</summary>
    public int MaximumConnections { get; init; } = 1 << 20;

    /// <summary>Connections in TIME-WAIT; beyond it the oldest ends early. Default 65,536.</summary>
    public int MaximumTimeWait { get; init; } = 1 << 16;

    /// <summary>Connections closed by their user and not finished yet; beyond it a newly closed one is reset. Default 65,536.</summary>
    public int MaximumOrphans { get; init; } = 1 << 16;

    /// <summary>Half-open connections per listener. Default 4,096.</summary>
    public int MaximumSynQueue { get; init; } = 4096;

    /// <summary>When a listener answers SYNs without remembering them. Default <see cref="SynCookieUse.WhenFull"/>.</summary>
    public SynCookieUse SynCookies { get; init; } = SynCookieUse.WhenFull;

    /// <summary>Servers whose Fast Open cookie, or failure with it, is remembered. Beyond it the one known longest is forgotten. Default 1,024.</summary>
    public int MaximumFastOpenPeers { get; init; } = 1024;

    /// <summary>A connection begins with the round-trip time that earlier ones with the same address have found (RFC 9040): its timeouts may be longer for that, never
    /// shorter. Default true.</summary>
    public bool ShareConnectionState { get; init; } = true;

    /// <summary>It begins with their slow-start threshold too. Default false, as Linux (tcp_no_ssthresh_metrics_save): a path that was full once may be empty now.
    /// Only with <see cref="ShareConnectionState"/>.</summary>
    public bool ShareSlowStartThreshold { get; init; }

    /// <summary>Addresses of which such things are known. Beyond it the one that was heard of longest ago is forgotten. Default 1,024.</summary>
    public int MaximumSharedPeers { get; init; } = 1024;

    /// <summary>Age at which they count no more. Default 10 minutes.</summary>
    public TimeSpan SharedStateLifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long Fast Open is not tried with a server after it has failed twice running; with each further failure twice as long, up to 64 times
    /// (RFC 7413 §4.1.3.1). Default 1 hour.</summary>
    public TimeSpan FastOpenRetryDelay { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Keys of the Fast Open cookies that listeners give. Default null: drawn at random and changed every <see cref="FastOpenKeyLifetime"/>. Stacks that
    /// serve one address together need the same.</summary>
    public FastOpenKeys? FastOpenKeys { get; init; }

    /// <summary>Age at which a key drawn at random makes way for a new one; cookies under it are taken for that long again (RFC 7413 §4.1.2). Default 12 hours.</summary>
    public TimeSpan FastOpenKeyLifetime { get; init; } = TimeSpan.FromHours(12);

    /// <summary>How long a Fast Open connection that was reset before its handshake was complete still counts as pending: whoever makes such requests under foreign
    /// addresses gets them reset by their owners (RFC 7413 §5.1). Default 60 s.</summary>
    public TimeSpan FastOpenResetMemory { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Largest accept queue that a listener may ask for. Default 4,096.</summary>
    public int MaximumBacklog { get; init; } = 4096;

    /// <summary>Pieces of out-of-order data per connection, beside one for each 512 octets of window. Default 64.</summary>
    public int OutOfOrderPieces { get; init; } = 64;

    /// <summary>Records of what was sent per connection; beyond it, SACK blocks that would cut one in two are ignored. Default 8192.</summary>
    public int MaximumScoreboardRecords { get; init; } = 8192;

    /// <summary>Urgent octets that wait for MSG_OOB per connection; beyond it the oldest goes. Default 16.</summary>
    public int UrgentOctets { get; init; } = 16;

    /// <summary>Least payload of a full segment in octets, whatever MSS the peer announces and the path takes. Default 48.</summary>
    public int MinimumSegmentSize { get; init; } = 48;

    /// <summary>When connections find out by trying how large their segments may be, where a socket does not say. Default <see cref="PathMtuProbing.OnBlackHole"/>.</summary>
    public PathMtuProbing PathMtuProbing { get; init; } = PathMtuProbing.OnBlackHole;

    /// <summary>Payload and options of the segments that such a search starts with, in octets (BASE_PLPMTU less the headers). Default 1024, as Linux; over IPv6
    /// at least 1220.</summary>
    public int PathMtuBaseSegmentBytes { get; init; } = 1024;

    /// <summary>Timeouts of a large segment, one after the other, that mean that its size is to blame. Default 3 (MAX_PROBES of RFC 8899 §5.1.2).</summary>
    public int PathMtuBlackHoleTimeouts { get; init; } = 3;

    /// <summary>Time after the last probe until sizes that have failed are tried again (PMTU_RAISE_TIMER of RFC 8899 §5.1.1). Default 10 minutes.</summary>
    public TimeSpan PathMtuProbeInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest that silly-window avoidance holds data back at an open window (RFC 9293 §3.8.6.2.1: 0.1 to 1 s). Default 1 s.</summary>
    public TimeSpan SillyWindowOverrideTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time after which a connection that found the transmit queue or the buffers full tries again. Default 1 ms.</summary>
    public TimeSpan BlockedRetryDelay { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Largest receive buffer, grown by itself or set later: the window scale is chosen for it. Default 16 MiB.</summary>
    public int MaximumReceiveBufferBytes { get; init; } = 16 << 20;

    /// <summary>Receive buffer of a connection whose reader and path have not asked for more yet. Default 1 MiB.</summary>
    public int InitialReceiveBufferBytes { get; init; } = 1 << 20;

    /// <summary>Largest send buffer that grows by itself. Default 64 MiB.</summary>
    public int MaximumSendBufferBytes { get; init; } = 64 << 20;

    /// <summary>Send buffer of a connection whose path has not asked for more, while few others send. Default 1 MiB.</summary>
    public int InitialSendBufferBytes { get; init; } = 1 << 20;

    /// <summary>What connections that send in bulk have together as long as their paths ask for no more: so much stays in a processor's cache. Default
    /// 1 MiB.</summary>
    public int SharedSendBufferBytes { get; init; } = 1 << 20;

    /// <summary>Send buffer that a connection has at least, however many there are, until memory becomes scarce. Default 256 KiB.</summary>
    public int MinimumSendBufferBytes { get; init; } = 256 << 10;

    /// <summary>Buffer each way that a connection has in any case, however scarce memory is. Default 128 KiB.</summary>
    public int LeastBufferBytes { get; init; } = 128 << 10;

    /// <summary>First ephemeral port (RFC 6335 §6). Default 49152.</summary>
    public ushort FirstEphemeralPort { get; init; } = 49152;

    /// <summary>Last ephemeral port. Default 65535.</summary>
    public ushort LastEphemeralPort { get; init; } = 65535;

    /// <summary>Challenge ACKs per second, all connections together, give or take a random half (RFC 5961 §7; CVE-2016-5696). Default 1000.</summary>
    public int ChallengeAcksPerSecond { get; init; } = 1000;

    /// <summary>Least time between two ACKs of one connection that answer unacceptable segments. Default 500 ms.</summary>
    public TimeSpan OutOfWindowAckInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The congestion control algorithms to choose from. Default: <see cref="CongestionControls.Standard"/>; <see cref="CongestionControls.With"/> adds more.</summary>
    public CongestionControls CongestionControls { get; init; } = CongestionControls.Standard;

    /// <summary>Name of the congestion control where a socket names none. Default <c>cubic</c>.</summary>
    public string CongestionControl { get; init; } = Cubic.AlgorithmName;

    /// <summary>What sockets start with.</summary>
    public TcpSocketOptions Socket { get; init; } = new();

    // Values that a peer's segments would run into later.
    internal void ThrowIfOutOfRange()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(DuplicateThreshold, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinimumBurstSegments, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(SlowStartPacingGain, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PacingGain, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(TimestampTolerance);
        ArgumentOutOfRangeException.ThrowIfLessThan(UrgentOctets, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinimumSegmentSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PathMtuBaseSegmentBytes, MinimumSegmentSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(PathMtuBlackHoleTimeouts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(PathMtuProbeInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(AdvertisedUserTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(LowestUserTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(HighestUserTimeout, LowestUserTimeout);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumScoreboardRecords, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LeastBufferBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinimumSendBufferBytes, LeastBufferBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(InitialSendBufferBytes, MinimumSendBufferBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumSendBufferBytes, InitialSendBufferBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(InitialReceiveBufferBytes, LeastBufferBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumReceiveBufferBytes, InitialReceiveBufferBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumFastOpenPeers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumSharedPeers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SharedStateLifetime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FastOpenKeyLifetime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(BlockedRetryDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SillyWindowOverrideTimeout, TimeSpan.Zero);
        if (!CongestionControls.Contains(CongestionControl)) throw UnknownCongestionControl(CongestionControl, nameof(CongestionControl));
        if (Socket.CongestionControl is { } name && !CongestionControls.Contains(name)) throw UnknownCongestionControl(name, nameof(Socket));
        if (!Socket.AreValid) throw new ArgumentOutOfRangeException(nameof(Socket), Socket, "A size, count or time is out of range.");
    }

    private ArgumentOutOfRangeException UnknownCongestionControl(string name, string parameter) =>
        new(parameter, name, $"No such congestion control: choose from {string.Join(", ", CongestionControls.Names)}, or add it to {nameof(CongestionControls)}.");
}
