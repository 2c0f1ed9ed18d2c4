using StackSharp.Stack.Transport.Tcp.Congestion;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>A connection's state at one moment: what Linux's tcp_info and Winsock's TCP_INFO_v0 to v2 say, under one name each, in octets and TimeSpans.</summary>
/// <remarks>In parentheses stand Linux's names (tcpi_) and Winsock's. Linux counts windows in segments, Winsock the times of SndLim in milliseconds.</remarks>
public readonly record struct TcpInfo
{
    /// <summary>(tcpi_state; State)</summary>
    public TcpState State { get; init; }

    /// <summary>Effective send MSS: payload octets per segment (tcpi_snd_mss; Mss).</summary>
    public int SendMss { get; init; }

    /// <summary>MSS that we announced (tcpi_advmss).</summary>
    public int AdvertisedMss { get; init; }

    /// <summary>Octets of the largest segment received (tcpi_rcv_mss).</summary>
    public int ReceiveMss { get; init; }

    /// <summary>(TCPI_OPT_TIMESTAMPS; TimestampsEnabled)</summary>
    public bool Timestamps { get; init; }

    /// <summary>(TCPI_OPT_SACK)</summary>
    public bool SelectiveAcknowledgment { get; init; }

    /// <summary>(TCPI_OPT_WSCALE)</summary>
    public bool WindowScaling { get; init; }

    /// <summary>Bits by which the peer's windows are shifted (tcpi_snd_wscale).</summary>
    public int SendWindowScale { get; init; }

    /// <summary>Bits by which ours are (tcpi_rcv_wscale).</summary>
    public int ReceiveWindowScale { get; init; }

    /// <summary>RTO, its doublings included (tcpi_rto).</summary>
    public TimeSpan RetransmissionTimeout { get; init; }

    /// <summary>Doublings of the timeout since the last round-trip sample (tcpi_backoff).</summary>
    public int Backoff { get; init; }

    /// <summary>How long an acknowledgment may be held back now; zero: not at all (tcpi_ato).</summary>
    public TimeSpan DelayedAckTimeout { get; init; }

    /// <summary>SRTT of RFC 6298; zero before the first sample (tcpi_rtt; RttUs).</summary>
    public TimeSpan SmoothedRoundTripTime { get; init; }

    /// <summary>RTTVAR (tcpi_rttvar).</summary>
    public TimeSpan RoundTripTimeVariation { get; init; }

    /// <summary>Smallest sample of the last minutes; zero before the first (tcpi_min_rtt; MinRttUs).</summary>
    public TimeSpan MinimumRoundTripTime { get; init; }

    /// <summary>cwnd, octets (tcpi_snd_cwnd; Cwnd).</summary>
    public long CongestionWindow { get; init; }

    /// <summary>ssthresh, octets; <see cref="long.MaxValue"/> until the first loss (tcpi_snd_ssthresh).</summary>
    public long SlowStartThreshold { get; init; }

    /// <summary>Octets per second at which what the window allows leaves; 0: as it comes (tcpi_pacing_rate).</summary>
    public long PacingRate { get; init; }

    /// <summary>Octets per second that the path delivers, by the latest sample; 0: none yet (tcpi_delivery_rate).</summary>
    public long DeliveryRate { get; init; }

    /// <summary><see cref="DeliveryRate"/> is only what the application sent (tcpi_delivery_rate_app_limited).</summary>
    public bool IsDeliveryRateApplicationLimited { get; init; }

    /// <summary>The peer's window, octets (tcpi_snd_wnd; SndWnd).</summary>
    public long SendWindow { get; init; }

    /// <summary>Window that we announced last, octets (tcpi_rcv_wnd; RcvWnd).</summary>
    public long ReceiveWindow { get; init; }

    /// <summary>Octets sent and not acknowledged (tcpi_unacked; BytesInFlight).</summary>
    public long BytesInFlight { get; init; }

    /// <summary>Octets waiting to be sent for the first time (tcpi_notsent_bytes).</summary>
    public long BytesUnsent { get; init; }

    /// <summary>Octets beyond a gap that the peer has reported (tcpi_sacked).</summary>
    public long BytesSacked { get; init; }

    /// <summary>Octets judged lost and not acknowledged since (tcpi_lost).</summary>
    public long BytesLost { get; init; }

    /// <summary>Octets sent again and thought to be on their way (tcpi_retrans).</summary>
    public long BytesRetransmittedInFlight { get; init; }

    /// <summary>Octets that may wait to be sent and acknowledged.</summary>
    public int SendBuffer { get; init; }

    /// <summary>Octets that may wait to be read (RcvBuf).</summary>
    public int ReceiveBuffer { get; init; }

    /// <summary>Octets that can be read now.</summary>
    public long BytesReadable { get; init; }

    /// <summary>Octets held behind a gap.</summary>
    public long BytesOutOfOrder { get; init; }

    /// <summary>Stream octets sent for the first time (tcpi_bytes_sent and BytesOut, which count those sent again too).</summary>
    public long BytesSent { get; init; }

    /// <summary>(tcpi_bytes_acked)</summary>
    public long BytesAcknowledged { get; init; }

    /// <summary>Stream octets received in order (tcpi_bytes_received; BytesIn).</summary>
    public long BytesReceived { get; init; }

    /// <summary>(tcpi_bytes_retrans; BytesRetrans)</summary>
    public long BytesRetransmitted { get; init; }

    /// <summary>(tcpi_segs_out)</summary>
    public long SegmentsSent { get; init; }

    /// <summary>(tcpi_segs_in)</summary>
    public long SegmentsReceived { get; init; }

    /// <summary>Segments sent with text, again or for the first time (tcpi_data_segs_out).</summary>
    public long DataSegmentsSent { get; init; }

    /// <summary>Segments received with text, of use or not (tcpi_data_segs_in).</summary>
    public long DataSegmentsReceived { get; init; }

    /// <summary>(tcpi_total_retrans)</summary>
    public long SegmentsRetransmitted { get; init; }

    /// <summary>Duplicate acknowledgments received (DupAcksIn).</summary>
    public long DuplicateAcknowledgments { get; init; }

    /// <summary>Times that loss was found by duplicate or selective acknowledgments (FastRetrans).</summary>
    public int FastRecoveries { get; init; }

    /// <summary>Fast recoveries that turned out to be needless: their effect on the congestion window was taken back.</summary>
    public int SpuriousRecoveries { get; init; }

    /// <summary>Timeouts that turned out to be needless.</summary>
    public int SpuriousTimeouts { get; init; }

    /// <summary>Segments that the peer reported to have received twice (RFC 2883; tcpi_dsack_dups).</summary>
    public int DuplicatesReported { get; init; }

    /// <summary>The path delivers out of order (RFC 8985 §6.2, step 3).</summary>
    public bool HasSeenReordering { get; init; }

    /// <summary>Acknowledgments that showed that our segments overtook one another (tcpi_reord_seen).</summary>
    public int ReorderingsSeen { get; init; }

    /// <summary>By how many segments sent later one of ours was overtaken, at most.</summary>
    public int SegmentsOvertaken { get; init; }

    /// <summary>Segments reported above a gap that make it a loss where no reordering was seen (tcpi_reordering).</summary>
    public int DuplicateThreshold { get; init; }

    /// <summary>Segments received ahead of a gap (tcpi_rcv_ooopack; OutOfOrderPktsIn).</summary>
    public int OutOfOrderSegments { get; init; }

    /// <summary>Octets received ahead of a gap, all together (BytesReordered).</summary>
    public long OutOfOrderBytes { get; init; }

    /// <summary>Octets that the peer has acknowledged, cumulatively or selectively (tcpi_delivered).</summary>
    public long BytesDelivered { get; init; }

    /// <summary>Times that the retransmission timer ran out (tcpi_total_rto).</summary>
    public int Timeouts { get; init; }

    /// <summary>Times in a row that it did, for a SYN too, until something was acknowledged (tcpi_retransmits).</summary>
    public int ConsecutiveTimeouts { get; init; }

    /// <summary>Recoveries that began with a timeout: each may take several (tcpi_total_rto_recoveries; TimeoutEpisodes).</summary>
    public int TimeoutEpisodes { get; init; }

    /// <summary>Time in those recoveries (tcpi_total_rto_time).</summary>
    public TimeSpan TimeoutTime { get; init; }

    /// <summary>Tail-loss probes sent (PtoEpisodes).</summary>
    public int LossProbes { get; init; }

    /// <summary>Probes of a closed window, or keepalives, that wait for an answer (tcpi_probes).</summary>
    public int UnansweredProbes { get; init; }

    /// <summary>SYNs sent again (SynRetrans).</summary>
    public int SynRetransmissions { get; init; }

    /// <summary>Octets in a SYN were taken, ours by the peer or the peer's by us (TCPI_OPT_SYN_DATA).</summary>
    public bool SynDataAcknowledged { get; init; }

    /// <summary>How congestion marks are told of; <see cref="EcnFeedback.None"/> before the handshake is complete.</summary>
    public EcnFeedback Ecn { get; init; }

    /// <summary>Segments received that a router had marked (tcpi_received_ce).</summary>
    public long CeReceived { get; init; }

    /// <summary>Segments of ours that the peer said had been marked; with classic feedback, those of ACKs that said that some had been (tcpi_delivered_ce).</summary>
    public long CeDelivered { get; init; }

    /// <summary>Stream octets received with CE, repeated ones included (tcpi_received_ce_bytes).</summary>
    public long CeBytesReceived { get; init; }

    /// <summary>Stream octets received with ECT(0) (tcpi_received_e0_bytes).</summary>
    public long Ect0BytesReceived { get; init; }

    /// <summary>Stream octets received with ECT(1) (tcpi_received_e1_bytes).</summary>
    public long Ect1BytesReceived { get; init; }

    /// <summary>Stream octets that arrived there with CE, as far as options told it (tcpi_delivered_ce_bytes).</summary>
    public long CeBytesDelivered { get; init; }

    /// <summary>Stream octets that arrived there with ECT(0), as far as options told it (tcpi_delivered_e0_bytes).</summary>
    public long Ect0BytesDelivered { get; init; }

    /// <summary>Stream octets that arrived there with ECT(1), as far as options told it (tcpi_delivered_e1_bytes).</summary>
    public long Ect1BytesDelivered { get; init; }

    /// <summary>A loss recovery is under way.</summary>
    public bool InRecovery { get; init; }

    /// <summary>Which kind of recovery, if any (tcpi_ca_state).</summary>
    public CongestionPhase Phase { get; init; }

    /// <summary>Time with octets to be sent or acknowledged (tcpi_busy_time).</summary>
    public TimeSpan BusyTime { get; init; }

    /// <summary>How much the peer's window has held the sender back (tcpi_rwnd_limited; SndLimTransRwin, SndLimTimeRwin, SndLimBytesRwin).</summary>
    public TcpSendLimit LimitedByPeer { get; init; }

    /// <summary>How much the congestion window has (SndLimTransCwnd, SndLimTimeCwnd, SndLimBytesCwnd).</summary>
    public TcpSendLimit LimitedByCongestion { get; init; }

    /// <summary>How much neither has: the application, the send buffer, Nagle's algorithm or nothing (SndLimTransSnd, SndLimTimeSnd, SndLimBytesSnd). Its time and
    /// octets are the rest of the connection's.</summary>
    public TcpSendLimit LimitedBySender { get; init; }

    /// <summary>Time in which the application waited for room in the send buffer, all of whose octets were sent (tcpi_sndbuf_limited).</summary>
    public TimeSpan SendBufferLimitedTime { get; init; }

    /// <summary>Since text was sent last; null: none yet (tcpi_last_data_sent).</summary>
    public TimeSpan? SinceDataSent { get; init; }

    /// <summary>Since text was received last; null: none yet (tcpi_last_data_recv).</summary>
    public TimeSpan? SinceDataReceived { get; init; }

    /// <summary>Since a segment with an acceptable acknowledgment was received last; null: none yet (tcpi_last_ack_recv).</summary>
    public TimeSpan? SinceAcknowledgment { get; init; }

    /// <summary>Name of the congestion control algorithm (TCP_CONGESTION).</summary>
    public string CongestionControl { get; init; }

    /// <summary>Path MTU in use, octets: what ICMP has left of the link's, or what a search has found (tcpi_pmtu).</summary>
    public int PathMtu { get; init; }

    /// <summary>Packet size that is being tried, octets; 0: none is.</summary>
    public int PathMtuProbe { get; init; }

    /// <summary>Probes of a larger size that arrived.</summary>
    public int PathMtuProbesSucceeded { get; init; }

    /// <summary>Probes of a larger size that were lost.</summary>
    public int PathMtuProbesFailed { get; init; }

    /// <summary>User timeout in force, set here or agreed on with the peer (RFC 5482); zero: there is none.</summary>
    public TimeSpan UserTimeout { get; init; }

    /// <summary>SendID of the key that segments are signed with; null: they are not signed.</summary>
    public byte? AuthenticationKeyId { get; init; }

    /// <summary>Time since the connection was established; zero before (ConnectionTimeMs).</summary>
    public TimeSpan ConnectedFor { get; init; }
}
