using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>What can be known of a connection.</content>
public sealed partial class TcpConnection
{
    /// <summary>What can be known of the connection now.</summary>
    public TcpInfo GetInfo(Instant now)
    {
        TimeSpan connectedFor = _establishedAt == Instant.Never ? TimeSpan.Zero : now - _establishedAt;
        return GetFigures() with
        {
            Phase = PhaseOf(_recovery),
            BusyTime = _limits.Busy(now),
            LimitedByPeer = _limits.ByPeer(_bytesSent, _limitHistory, now),
            LimitedByCongestion = _limits.ByCongestion(_bytesSent, _limitHistory, now),
            LimitedBySender = _limits.BySender(connectedFor, _bytesSent, _limitHistory, now),
            SendBufferLimitedTime = _limits.BufferTime(_limitHistory, now),
            SinceDataSent = _lastSentAt == default ? null : now - _lastSentAt,
            SinceDataReceived = _lastTextAt == Instant.Never ? null : now - _lastTextAt,
            SinceAcknowledgment = _establishedAt == Instant.Never ? null : now - Instant.Max(_lastReceivedAt, _establishedAt),
            TimeoutTime = _recovery == RecoveryPhase.Timeout ? _counters.TimeoutTime + (now - _counters.TimeoutBeganAt) : _counters.TimeoutTime,
            ConnectedFor = connectedFor,
        };
    }

    private TcpInfo GetFigures() => new()
    {
        State = State,
        SendMss = _sendMss,
        AdvertisedMss = _advertisedMss,
        ReceiveMss = _largestSegmentReceived,
        Timestamps = HasTimestamps,
        SelectiveAcknowledgment = HasSack,
        WindowScaling = Has(TcpFlags.WindowScaling),
        SendWindowScale = _send.WindowShift,
        ReceiveWindowScale = _receive.WindowShift,
        RetransmissionTimeout = _rtt.Timeout(_layer.Options),
        Backoff = _rtt.Backoff,
        DelayedAckTimeout = IsQuick ? TimeSpan.Zero : _layer.Options.DelayedAckTimeout,
        SmoothedRoundTripTime = _rtt.Smoothed,
        RoundTripTimeVariation = _rtt.Variation,
        MinimumRoundTripTime = _rtt.Minimum,
        CongestionWindow = CongestionWindow,
        SlowStartThreshold = _congestion.SlowStartThreshold,
        PacingRate = _pacingRate,
        DeliveryRate = _rate.BytesPerSecond,
        IsDeliveryRateApplicationLimited = _rate.IsRateApplicationLimited,
        SendWindow = _send.Window,
        ReceiveWindow = Math.Max(0, _receive.Edge - _receive.Next),
        BytesInFlight = Outstanding,
        BytesUnsent = UnsentBytes,
        BytesSacked = _sent?.SackedBytes ?? 0,
        BytesLost = _sent?.LostBytes ?? 0,
        BytesRetransmittedInFlight = _sent?.RetransmittedBytes ?? 0,
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
        DataSegmentsSent = _counters.DataSegmentsSent,
        DataSegmentsReceived = _counters.DataSegmentsReceived,
        SegmentsRetransmitted = _segmentsRetransmitted,
        DuplicateAcknowledgments = _duplicateAcksTotal,
        FastRecoveries = _fastRecoveries,
        SpuriousRecoveries = _spuriousRecoveries,
        SpuriousTimeouts = _spuriousTimeouts,
        DuplicatesReported = _duplicatesReported,
        HasSeenReordering = _rack.HasSeenReordering,
        ReorderingsSeen = _rack.Reorderings,
        SegmentsOvertaken = (_rack.MostOvertaken + _sendMss - 1) / _sendMss,
        DuplicateThreshold = _layer.Options.DuplicateThreshold,
        OutOfOrderSegments = _counters.OutOfOrderSegments,
        OutOfOrderBytes = _counters.OutOfOrderBytes,
        BytesDelivered = _rate.Delivered,
        Timeouts = _timeouts,
        ConsecutiveTimeouts = _retries,
        TimeoutEpisodes = _counters.TimeoutEpisodes,
        LossProbes = _counters.LossProbes,
        UnansweredProbes = _unansweredProbes + _keepAliveProbes,
        SynRetransmissions = _synRetransmissions,
        SynDataAcknowledged = Has(TcpFlags.SynDataAcknowledged),
        Ecn = _ecn?.Feedback ?? EcnFeedback.None,
        CeReceived = _ecn?.Received.Segments ?? 0,
        CeDelivered = _ecn?.Echoed.Segments ?? 0,
        CeBytesReceived = _ecn?.Received.CeBytes ?? 0,
        Ect0BytesReceived = _ecn?.Received.Ect0Bytes ?? 0,
        Ect1BytesReceived = _ecn?.Received.Ect1Bytes ?? 0,
        CeBytesDelivered = _ecn?.Echoed.CeBytes ?? 0,
        Ect0BytesDelivered = _ecn?.Echoed.Ect0Bytes ?? 0,
        Ect1BytesDelivered = _ecn?.Echoed.Ect1Bytes ?? 0,
        InRecovery = _recovery != RecoveryPhase.Open,
        CongestionControl = _congestion.Name,
        PathMtu = PacketLimit,
        PathMtuProbe = _search?.Probe ?? 0,
        PathMtuProbesSucceeded = _search?.Successes ?? 0,
        PathMtuProbesFailed = _search?.Failures ?? 0,
        UserTimeout = UserTimeout,
        AuthenticationKeyId = _authentication?.CurrentId,
    };

    /// <summary>When a timer of this connection is due; <see cref="Instant.Never"/>: it is not armed.</summary>
    internal Instant DeadlineOf(TcpTimer timer) => _timers.Deadline(timer);
}
