namespace StackSharp.Stack.Transport.Tcp;

/// <summary>TCP's counters, named as in the TCP MIB (RFC 4022), and a counter for each reason to drop a segment.</summary>
public sealed class TcpStatistics
{
    private readonly long[] _drops = new long[Enum.GetValues<TcpDropReason>().Length];

    /// <summary>tcpActiveOpens.</summary>
    public long ActiveOpens { get; internal set; }

    /// <summary>tcpPassiveOpens.</summary>
    public long PassiveOpens { get; internal set; }

    /// <summary>tcpAttemptFails: ended in SYN-SENT or SYN-RECEIVED, by either side.</summary>
    public long AttemptFails { get; internal set; }

    /// <summary>tcpEstabResets: ended in ESTABLISHED or CLOSE-WAIT without a FIN of ours, by either side.</summary>
    public long EstabResets { get; internal set; }

    /// <summary>tcpCurrEstab: ESTABLISHED and CLOSE-WAIT.</summary>
    public long CurrEstab { get; internal set; }

    /// <summary>tcpInSegs, those in error included.</summary>
    public long InSegs { get; internal set; }

    /// <summary>tcpOutSegs, without those that only hold retransmitted octets.</summary>
    public long OutSegs { get; internal set; }

    /// <summary>tcpRetransSegs.</summary>
    public long RetransSegs { get; internal set; }

    /// <summary>tcpInErrs: bad checksum or header.</summary>
    public long InErrs { get; internal set; }

    /// <summary>tcpOutRsts.</summary>
    public long OutRsts { get; internal set; }

    public long ChallengeAcks { get; internal set; }

    public long Timeouts { get; internal set; }

    public long FastRecoveries { get; internal set; }

    /// <summary>Recoveries and timeouts that turned out to be needless.</summary>
    public long SpuriousRecoveries { get; internal set; }

    /// <summary>Tail-loss probes sent (RFC 8985 §7).</summary>
    public long LossProbes { get; internal set; }

    /// <summary>Connections that found large segments vanish, and went on with smaller ones.</summary>
    public long PathMtuBlackHoles { get; internal set; }

    /// <summary>Probes of a larger segment size that arrived (TCPMTUPSuccess).</summary>
    public long PathMtuProbesSucceeded { get; internal set; }

    /// <summary>Probes of a larger segment size that were lost (TCPMTUPFail).</summary>
    public long PathMtuProbesFailed { get; internal set; }

    /// <summary>Connections whose SYN-ACK acknowledged the octets of our SYN (TCPFastOpenActive).</summary>
    public long FastOpenActive { get; internal set; }

    /// <summary>Octets in a SYN of ours that were not taken (TCPFastOpenActiveFail).</summary>
    public long FastOpenActiveFail { get; internal set; }

    /// <summary>Connections handed over before their handshake was complete (TCPFastOpenPassive).</summary>
    public long FastOpenPassive { get; internal set; }

    /// <summary>SYNs with a cookie that is none of ours, or too old (TCPFastOpenPassiveFail).</summary>
    public long FastOpenPassiveFail { get; internal set; }

    /// <summary>SYNs that had to shake hands first because a listener had enough of the kind (TCPFastOpenListenOverflow).</summary>
    public long FastOpenListenOverflow { get; internal set; }

    /// <summary>SYNs that ask for a cookie (TCPFastOpenCookieReqd).</summary>
    public long FastOpenCookieRequests { get; internal set; }

    /// <summary>SYN-ACKs whose sequence number is a cookie (SyncookiesSent).</summary>
    public long SyncookiesSent { get; internal set; }

    /// <summary>Connections made from the cookie in an ACK (SyncookiesRecv).</summary>
    public long SyncookiesReceived { get; internal set; }

    /// <summary>ACKs without a connection or a valid cookie, while some were out (SyncookiesFailed).</summary>
    public long SyncookiesFailed { get; internal set; }

    /// <summary>Connections established with classic feedback of congestion marks (RFC 3168).</summary>
    public long EcnClassic { get; internal set; }

    /// <summary>Connections established with accurate feedback of congestion marks (RFC 9768).</summary>
    public long EcnAccurate { get; internal set; }

    /// <summary>Connections that ceased to send ECN-capable packets: the path changes what it should not, or the peer tells nonsense (RFC 9768 §3.2.2.3).</summary>
    public long EcnMangled { get; internal set; }

    /// <summary>Segments of ours that the peer said had been marked; with classic feedback, those of ACKs that said that some had been (TCPDeliveredCE).</summary>
    public long DeliveredCe { get; internal set; }

    /// <summary>Segments dropped, for each reason.</summary>
    public long Drops(TcpDropReason reason) => _drops[(int)reason];

    internal void CountDrop(TcpDropReason reason) => _drops[(int)reason]++;
}

/// <summary>Why a segment was not, or not wholly, used.</summary>
public enum TcpDropReason
{
    /// <summary>Shorter than its header says.</summary>
    Truncated,
    BadChecksum,

    /// <summary>Illegal option length (RFC 9293 MUST-7).</summary>
    MalformedOptions,

    /// <summary>Port 0, SYN with FIN or RST, or no flag at all.</summary>
    IllegalFlagsOrPort,

    /// <summary>Source is broadcast, multicast or our own endpoint (RFC 9293 MUST-57, MUST-63; land attack).</summary>
    InvalidSource,

    /// <summary>No connection and no listener; answered by RST.</summary>
    NoEndpoint,

    /// <summary>Outside the receive window.</summary>
    OutOfWindow,

    /// <summary>Timestamp older than the last one (RFC 7323 §5).</summary>
    Paws,

    /// <summary>Timestamp missing after it was agreed on (RFC 7323 §3.2).</summary>
    MissingTimestamp,

    /// <summary>RST inside the window but not at its left edge: challenged (RFC 5961 §3.2).</summary>
    ResetChallenged,

    /// <summary>SYN on a synchronized connection: challenged (RFC 5961 §4.2).</summary>
    SynChallenged,

    /// <summary>ACK of data never sent, or too old (RFC 5961 §5.2).</summary>
    AckOutOfRange,

    /// <summary>Neither ACK nor RST nor SYN where one is needed.</summary>
    MissingAck,

    /// <summary>The listener's SYN queue is full.</summary>
    SynQueueFull,

    /// <summary>The listener's accept queue is full.</summary>
    AcceptQueueFull,

    /// <summary>The stack's connection limit is reached.</summary>
    ConnectionLimit,

    /// <summary>Out-of-order data beyond the stated number of pieces, or no buffer left.</summary>
    MemoryPressure,

    /// <summary>RST in a state that ignores it: LISTEN, TIME-WAIT (RFC 1337), unacceptable in SYN-SENT.</summary>
    ResetIgnored,

    /// <summary>Data for a reader that is gone; answered by RST.</summary>
    ReaderGone,

    /// <summary>Old duplicate in TIME-WAIT.</summary>
    TimeWait,

    /// <summary>A listener's <see cref="TcpListener.Filter"/> wanted to have nothing to do with the SYN.</summary>
    SynRefused,

    /// <summary>ACK of a handshake without octets, on a listener that waits for some (<see cref="TcpSocketOptions.DeferAccept"/>).</summary>
    AcceptDeferred,

    /// <summary>No signature where the connection, or the listener for that peer, demands one (RFC 5925, RFC 2385).</summary>
    MissingAuthentication,

    /// <summary>A signature under a key that the connection does not have.</summary>
    UnknownAuthenticationKey,

    /// <summary>A signature that is wrong, or on a segment that cannot have a right one.</summary>
    BadAuthentication,
}
