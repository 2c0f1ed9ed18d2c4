using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>What can be known of a connection.</content>
public sealed partial class TcpConnection
{
    public TcpInfo GetInfo(Instant now) => new()
    {
        State = State,
        SendMss = _sendMss,
        AdvertisedMss = _advertisedMss,
        Timestamps = HasTimestamps,
        SelectiveAcknowledgment = HasSack,
        WindowScaling = Has(TcpFlags.WindowScaling),
        SendWindowScale = _send.WindowShift,
        ReceiveWindowScale = _receive.WindowShift,
        RetransmissionTimeout = _rtt.Timeout(_layer.Options),
        SmoothedRoundTripTime = _rtt.Smoothed,
        RoundTripTimeVariation = _rtt.Variation,
        MinimumRoundTripTime = _rtt.Minimum,
        CongestionWindow = CongestionWindow,
        SlowStartThreshold = _congestion.SlowStartThreshold,
        SendWindow = _send.Window,
        ReceiveWindow = Math.Max(0, _receive.Edge - _receive.Next),
        BytesInFlight = Outstanding,
        BytesUnsent = UnsentBytes,
        BytesSacked = _sent?.SackedBytes ?? 0,
        BytesLost = _sent?.LostBytes ?? 0,
        SendBuffer = SendBufferBytes,
        ReceiveBuffer = ReceiveBufferBytes,
        BytesReadable = ReadableBytes,
        BytesOutOfOrder = _reassembly?.Length ?? 0,
        BytesSent = _bytesSent,
        BytesAcknowledged = _bytesAcknowledged,
        BytesReceived = _bytesReceived,
        BytesRetransmitted = _bytesRetransmitted,
        SegmentsSent = _segmentsSent,
        SegmentsReceived = _segmentsReceived,
        SegmentsRetransmitted = _segmentsRetransmitted,
        DuplicateAcknowledgments = _duplicateAcksTotal,
        FastRecoveries = _fastRecoveries,
        SpuriousRecoveries = _spuriousRecoveries,
        SpuriousTimeouts = _spuriousTimeouts,
        DuplicatesReported = _duplicatesReported,
        HasSeenReordering = _rack.HasSeenReordering,
        BytesDelivered = _rate.Delivered,
        Timeouts = _timeouts,
        SynRetransmissions = _synRetransmissions,
        SynDataAcknowledged = Has(TcpFlags.SynDataAcknowledged),
        InRecovery = _recovery != RecoveryPhase.Open,
        CongestionControl = _congestion.Name,
        PathMtu = _path.MaximumTransmissionUnit,
        ConnectedFor = _establishedAt == Instant.Never ? TimeSpan.Zero : now - _establishedAt,
    };

    /// <summary>When a timer of this connection is due; <see cref="Instant.Never"/>: it is not armed.</summary>
    internal Instant DeadlineOf(TcpTimer timer) => _timers.Deadline(timer);
}
