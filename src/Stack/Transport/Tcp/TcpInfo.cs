namespace StackSharp.Stack.Transport.Tcp;

/// <summary>A connection's state at one moment: the union of Linux's tcp_info and Winsock's TCP_INFO, in octets and TimeSpans.</summary>
public readonly record struct TcpInfo
{
    public TcpState State { get; init; }

    /// <summary>Effective send MSS: payload octets per segment.</summary>
    public int SendMss { get; init; }

    /// <summary>MSS that we announced.</summary>
    public int AdvertisedMss { get; init; }

    public bool Timestamps { get; init; }

    public bool SelectiveAcknowledgment { get; init; }

    public bool WindowScaling { get; init; }

    public int SendWindowScale { get; init; }

    public int ReceiveWindowScale { get; init; }

    public TimeSpan RetransmissionTimeout { get; init; }

    /// <summary>SRTT of RFC 6298; zero before the first sample.</summary>
    public TimeSpan SmoothedRoundTripTime { get; init; }

    public TimeSpan RoundTripTimeVariation { get; init; }

    /// <summary>Smallest sample so far; zero before the first.</summary>
    public TimeSpan MinimumRoundTripTime { get; init; }

    /// <summary>cwnd, octets.</summary>
    public long CongestionWindow { get; init; }

    /// <summary>ssthresh, octets; <see cref="long.MaxValue"/> until the first loss.</summary>
    public long SlowStartThreshold { get; init; }

    /// <summary>The peer's window, octets.</summary>
    public long SendWindow { get; init; }

    /// <summary>Window that we announced last, octets.</summary>
    public long ReceiveWindow { get; init; }

    /// <summary>Octets sent and not acknowledged.</summary>
    public long BytesInFlight { get; init; }

    /// <summary>Octets waiting to be sent for the first time.</summary>
    public long BytesUnsent { get; init; }

    public long BytesSacked { get; init; }

    public long BytesLost { get; init; }

    /// <summary>Octets that may wait to be sent and acknowledged.</summary>
    public int SendBuffer { get; init; }

    /// <summary>Octets that may wait to be read.</summary>
    public int ReceiveBuffer { get; init; }

    /// <summary>Octets that can be read now.</summary>
    public long BytesReadable { get; init; }

    /// <summary>Octets held behind a gap.</summary>
    public long BytesOutOfOrder { get; init; }

    /// <summary>Stream octets sent for the first time.</summary>
    public long BytesSent { get; init; }

    public long BytesAcknowledged { get; init; }

    /// <summary>Stream octets received in order.</summary>
    public long BytesReceived { get; init; }

    public long BytesRetransmitted { get; init; }

    public long SegmentsSent { get; init; }

    public long SegmentsReceived { get; init; }

    public long SegmentsRetransmitted { get; init; }

    public long DuplicateAcknowledgments { get; init; }

    /// <summary>Times that loss was found by duplicate or selective acknowledgments.</summary>
    public int FastRecoveries { get; init; }

    /// <summary>Fast recoveries that turned out to be needless: their effect on the congestion window was taken back.</summary>
    public int SpuriousRecoveries { get; init; }

    /// <summary>Timeouts that turned out to be needless.</summary>
    public int SpuriousTimeouts { get; init; }

    /// <summary>Segments that the peer reported to have received twice (RFC 2883).</summary>
    public int DuplicatesReported { get; init; }

    /// <summary>The path delivers out of order (RFC 8985 §6.2, step 3).</summary>
    public bool HasSeenReordering { get; init; }

    /// <summary>Octets that the peer has acknowledged, cumulatively or selectively.</summary>
    public long BytesDelivered { get; init; }

    /// <summary>Times that the retransmission timer ran out.</summary>
    public int Timeouts { get; init; }

    /// <summary>SYNs sent again.</summary>
    public int SynRetransmissions { get; init; }

    /// <summary>Octets in a SYN were taken, ours by the peer or the peer's by us (TCPI_OPT_SYN_DATA).</summary>
    public bool SynDataAcknowledged { get; init; }

    /// <summary>A loss recovery is under way.</summary>
    public bool InRecovery { get; init; }

    /// <summary>Name of the congestion control algorithm.</summary>
    public string CongestionControl { get; init; }

    /// <summary>Path MTU, octets.</summary>
    public int PathMtu { get; init; }

    /// <summary>Time since the connection was established; zero before.</summary>
    public TimeSpan ConnectedFor { get; init; }
}
