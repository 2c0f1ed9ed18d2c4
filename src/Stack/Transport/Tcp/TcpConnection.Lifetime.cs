using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>The object's life: a conversation begins, ends, and makes way for the next one.</content>
public sealed partial class TcpConnection
{
    /// <summary>Nobody but lists of the layer or the host knows the object: once they have let go of it, it may begin anew.</summary>
    internal bool IsListed => IsTouched || IsBlocked || IsQueuedAsReady;

    /// <summary>Takes up a conversation. Whatever the last one left behind is overwritten here.</summary>
    internal void Begin(TransportPath path, in IpEndpoint local, in IpEndpoint remote, TcpSocketOptions options)
    {
        Renew();
        _path = path;
        Local = local;
        Remote = remote;
        _options = options;
        ChooseCongestionControl();
        _flags = TcpFlags.None;
        _send = default;
        _receive = default;
        _rtt = default;
        _timers = new TcpTimers();
        _timerHandle = -1;
        _wheelDeadline = Instant.Never;
        _softError = TransportError.None;
        _timestampOffset = _layer.SequenceNumbers.TimestampOffset(local, remote);
        _agreedUserTimeout = default;
        BeginAuthentication();
        BeginMoments();
        BeginHandshake();
        BeginRecovery();
        BeginCounting();
        BeginBuffers();
        BeginEcn();
    }

    private void BeginMoments()
    {
        _establishedAt = Instant.Never;
        _synSentAt = default;
        _acceptDeferredUntil = Instant.Never;
        _lastSentAt = default;
        _lastReceivedAt = default;
        _lastTextAt = Instant.Never;
        _lastTimeoutAt = default;
        _lastOutOfWindowAckAt = LongAgo;
        _progressAt = default;
        _timestampRecentAt = default;
        _repairLag = TimeSpan.Zero;
        _repairStampedAt = default;
    }

    private void BeginHandshake()
    {
        _peerMss = 0;
        _advertisedMss = 0;
        _sendMss = DefaultMssIpv4;
        _synRetransmissions = 0;
    }

    private void BeginRecovery()
    {
        _recovery = RecoveryPhase.Open;
        _recoveryPoint = default;
        _nextAtFirstDuplicate = default;
        _duplicateAcks = 0;
        _isPartialSeen = false;
        _recoveryBeganAt = default;
        _rack = default;
        _rate = default;
        _pacer = default;
        _pacingRate = 0;
        _quantum = int.MaxValue;
        _windowUseEnd = default;
        _mostInFlight = 0;
        _reduction = default;
        _forward = ForwardRecovery.None;
        _lossTimer = LossTimer.Retransmission;
        _retransmitAt = default;
        _probeEnd = default;
        _probeSentAt = default;
        _firstRepair = default;
        _repairedFrom = default;
        _repairedTo = default;
        _isLostAgain = false;
        _octetsToProve = 0;
        _firstRepairAt = Instant.Never;
        _retries = 0;
        _probes = 0;
        _unansweredProbes = 0;
        _keepAliveProbes = 0;
        _quickAcksLeft = _layer.Options.QuickAckSegments;
        _largestSegmentReceived = 0;
    }

    private void BeginCounting()
    {
        _duplicateAcksTotal = 0;
        _bytesAcknowledged = 0;
        _bytesReceived = 0;
        _bytesRetransmitted = 0;
        _bytesSent = 0;
        _segmentsReceived = 0;
        _segmentsRetransmitted = 0;
        _segmentsSent = 0;
        _fastRecoveries = 0;
        _spuriousRecoveries = 0;
        _spuriousTimeouts = 0;
        _duplicatesReported = 0;
        _timeouts = 0;
        _counters = default;
        _limits = default;
        _limitHistory?.Clear();
    }

    /// <summary>The connection is over: memory goes back, the four-tuple is free. The user may still hold the object and read <see cref="TransportEndpoint.Error"/>.</summary>
    private void Release()
    {
        // A handshake that comes to nothing was never shown to anybody.
        bool isUnseen = State == TcpState.SynReceived && IsUnseen;
        LeaveSharedState();
        if (State != TcpState.Closed) ChangeState(TcpState.Closed);
        _limits.Change(Sending.SendLimit.Idle, _bytesSent, ref _limitHistory, _layer.Now);
        _layer.Remove(this);
        if (_timerHandle >= 0) _layer.Timers.Unregister(_timerHandle);
        _timerHandle = -1;
        _wheelDeadline = Instant.Never;
        _timers = new TcpTimers();
        // What the user has not read outlives an orderly end: it may still be read.
        bool isReadable = Error == TransportError.None || (Error == TransportError.ConnectionReset && _layer.Options.UnreadSurvivesReset);
        bool keepsUnread = ReadableBytes > 0 && isReadable && !IsOrphan;
        ReleaseQueues(keepsUnread);
        EndAuthentication();
        if (keepsUnread) _layer.KeepUnread(this);
        ReleasePort();
        _listener?.OnConnectionEnded(this);
        EndEarly(wasReset: false, default);
        _listener = null;
        if (isUnseen || IsOrphan) Retire();
    }

    // Once in a life: the layer may give the object to another conversation.
    private void Retire()
    {
        if (Has(TcpFlags.Retired)) return;
        Set(TcpFlags.Retired);
        _layer.Retire(this);
    }

    private void ReleasePort()
    {
        _binding?.Release();
        _binding = null;
        if (Has(TcpFlags.PortDrawn)) _layer.ReturnPort(Local);
        Set(TcpFlags.PortDrawn, false);
    }

    private void ReleaseQueues(bool keepsUnread)
    {
        ReturnSendQueue();
        ReturnSizeSearch();
        if (_reassembly is not null) _layer.Pools.Return(_reassembly);
        _reassembly = null;
        if (!keepsUnread) DropUnread();
    }

    private void ReturnSendQueue()
    {
        if (_sendQueue is not null) _layer.Pools.Return(_sendQueue);
        if (_sent is not null) _layer.Pools.Return(_sent);
        _sendQueue = null;
        _sent = null;
        ReturnRecords();
    }

    private void DropUnread()
    {
        if (_receiveQueue is not null) _layer.Pools.Return(_receiveQueue);
        _receiveQueue = null;
        _urgent = null;
        if (State == TcpState.Closed) _layer.ForgetUnread(this);
    }

    /// <summary>The connection ends without the user's doing.</summary>
    private void Fail(TransportError error)
    {
        CountLeap();
        Error = error;
        Release();
        Raise(EndpointEvents.Failed | EndpointEvents.Readable | EndpointEvents.Writable);
    }

    // What goes straight to CLOSED, whoever wants it, has failed: as an attempt or as a connection (RFC 4022, tcpAttemptFails and tcpEstabResets).
    private void CountLeap()
    {
        if (State is TcpState.Established or TcpState.CloseWait) _layer.Statistics.EstabResets++;
        if (State is TcpState.SynSent or TcpState.SynReceived) _layer.Statistics.AttemptFails++;
    }
}
