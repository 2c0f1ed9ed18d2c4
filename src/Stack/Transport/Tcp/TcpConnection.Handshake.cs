using StackSharp.Stack.Time;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>Opening: RFC 9293 §3.10.7.2, §3.10.7.3 and what the options of a SYN settle.</content>
public sealed partial class TcpConnection
{
    private ushort _peerMss;
    private int _advertisedMss;
    private int _synRetransmissions;
    private Instant _synSentAt;

    /// <summary>Active OPEN: the first SYN.</summary>
    /// <param name="binding">Null: the local port was drawn.</param>
    internal void StartActive(PortBinding? binding, Instant now)
    {
        _binding = binding;
        Set(TcpFlags.PortDrawn, binding is null);
        Set(TcpFlags.ActiveOpen);
        Initialize(now);
        ChangeState(TcpState.SynSent);
        _layer.Statistics.ActiveOpens++;
        if (_options.FastOpenConnect && !IsSigned && TryDeferSyn(now)) return;
        _synSentAt = now;
        SendSyn(now);
        ArmRetransmit(now);
    }

    /// <summary>A SYN arrived at a listener (§3.10.7.2): answer it.</summary>
    /// <param name="afterTimeWait">The last sequence number that an earlier incarnation used, to stay above (§3.6.1).</param>
    /// <param name="fastOpen">What its Fast Open option comes to.</param>
    internal void StartPassive(
        TcpListener listener, in TcpHeader syn, in TcpSegmentOptions options, in TransportDatagram datagram, FastOpenAnswer fastOpen,
        SequenceNumber? afterTimeWait, Instant now)
    {
        _listener = listener;
        Initialize(now);
        if (afterTimeWait is { } last && !_send.Initial.IsAfter(last + 65_536)) RestartAt(last + 65_537);
        TakeSyn(SynOffer.From(syn, options), now);
        TakeUserTimeout(options);
        NoteArrival(datagram);
        AgreeOnEcn(syn.ControlBits);
        ChangeState(TcpState.SynReceived);
        _layer.Statistics.PassiveOpens++;
        _synSentAt = now;
        Set(TcpFlags.FastOpenOption, (fastOpen & FastOpenAnswer.GiveCookie) != 0);
        Set(TcpFlags.FastOpenExperiment, options.FastOpenIsExperimental);
        if ((fastOpen & FastOpenAnswer.Accept) != 0) OpenEarly(syn, datagram, now);
        SendSyn(now);
        ArmRetransmit(now);
    }

    /// <summary>An ACK brought back the cookie that our SYN-ACK was (RFC 4987 §3.6): as if the SYN were remembered. The ACK is taken next.</summary>
    /// <param name="initial">ISS: the cookie.</param>
    internal void StartFromCookie(TcpListener listener, SequenceNumber initial, in SynOffer syn, Instant now)
    {
        _listener = listener;
        Initialize(now);
        RestartAt(initial);
        TakeSyn(syn, now);
        Settle(syn.Ecn);
        ChangeState(TcpState.SynReceived);
        _layer.Statistics.PassiveOpens++;
        // When it left is not known: no sample.
        _synSentAt = Instant.Never;
        ArmRetransmit(now);
    }

    // §3.10.7.3.
    private void OnSynSent(in TcpHeader header, in TcpSegmentOptions options, Instant now)
    {
        bool hasAck = header.Has(TcpControlBits.Ack);
        if (hasAck && (header.Acknowledgment.IsAtOrBefore(_send.Initial) || header.Acknowledgment.IsAfter(_send.Next)))
        {
            Drop(TcpDropReason.AckOutOfRange);
            if (!header.Has(TcpControlBits.Rst)) _layer.SendReset(_path, header, _options);
            return;
        }
        if (header.Has(TcpControlBits.Rst))
        {
            if (!hasAck) Drop(TcpDropReason.ResetIgnored);
            else if (!TryWithoutEcn(now)) Fail(TransportError.ConnectionRefused);
            return;
        }
        if (!header.Has(TcpControlBits.Syn))
        {
            Drop(TcpDropReason.MissingAck);
            return;
        }
        _lastReceivedAt = now;
        TakeSyn(SynOffer.From(header, options), now);
        TakeUserTimeout(options);
        if (!hasAck)
        {
            // Both sides opened at once (§3.5, figure 8).
            AgreeOnEcn(header.ControlBits);
            ChangeState(TcpState.SynReceived);
            SendSyn(now);
            ArmRetransmit(now);
            return;
        }
        _send.Window = header.Window;   // A SYN's window is never scaled (RFC 7323 §2.2).
        LearnFastOpen(header, options, now);
        SettleEcn(header, options);
        Establish(header, now);
        OnSynTextAnswered(header.Acknowledgment, now);
        SetAckNow();
        // How the SYN-ACK arrived is told by an ACK without text (RFC 9768 §3.2.2.1).
        if (HasAccurateEcn) SendAck(now);
    }

    private void OnSimultaneousSynAck(in TcpHeader header, Instant now)
    {
        if (!header.Acknowledgment.IsAfter(_send.Initial) || header.Acknowledgment.IsAfter(_send.Next)) return;
        _send.Window = header.Window;
        Establish(header, now);
        OnSynTextAnswered(header.Acknowledgment, now);
        SetAckNow();
    }

    private void Initialize(Instant now)
    {
        _advertisedMss = AdvertisableMss(_path, _options);
        RestartAt(_layer.SequenceNumbers.Next(Local, Remote, now));
        TakeSharedState(now);
        _progressAt = now;
        _lastReceivedAt = now;
        _receive.WindowShift = _options.WindowScaling ? ChooseWindowShift(_options, _layer.Options) : (byte)0;
    }

    private void RestartAt(SequenceNumber initial)
    {
        _send.Initial = initial;
        _send.Unacknowledged = initial;
        _send.Next = initial + 1;
        _send.QueueStart = initial + 1;
        _send.SmallSegmentEnd = initial;
        _recoveryPoint = initial;
    }

    // What both sides offer holds; what only one does is off (RFC 7323 §2.2, §3.2; RFC 2018 §2).
    private void TakeSyn(in SynOffer syn, Instant now)
    {
        _receive.Initial = syn.Sequence;
        _receive.Next = syn.Sequence + 1;
        _receive.Edge = _receive.Next + (uint)Math.Min(ReceiveBufferBytes, ushort.MaxValue);
        _receive.LastAckSent = _receive.Next;
        _send.Window = syn.Window;
        _send.LargestWindow = syn.Window;
        _send.WindowUpdateSequence = syn.Sequence;
        bool scaling = _options.WindowScaling && syn.WindowScale >= 0;
        Set(TcpFlags.WindowScaling, scaling);
        _send.WindowShift = scaling ? (byte)syn.WindowScale : (byte)0;
        if (!scaling) _receive.WindowShift = 0;
        Set(TcpFlags.SackPermitted, _options.SelectiveAcknowledgment && syn.SackPermitted);
        Set(TcpFlags.Timestamps, OffersTimestamps && syn.HasTimestamps);
        if (HasTimestamps)
        {
            _receive.TimestampRecent = syn.TimestampValue;
            _timestampRecentAt = now;
        }
        _authentication?.Begin(_send.Initial, _receive.Initial);
        _peerMss = syn.MaximumSegmentSize;
        UpdateSendMss();
    }

    /// <summary>The handshake is complete: our SYN is acknowledged and the peer's is in.</summary>
    private void Establish(in TcpHeader header, Instant now)
    {
        _send.Unacknowledged = _send.Initial + 1;
        _send.WindowUpdateSequence = header.Sequence;
        _send.WindowUpdateAcknowledgment = header.Acknowledgment;
        _send.LargestWindow = Math.Max(_send.LargestWindow, _send.Window);
        _timers.Cancel(TcpTimer.Retransmit);
        _retries = 0;
        _rtt.OnEstablished(handshakeTimedOut: Has(TcpFlags.SynRetransmitted));
        if (!Has(TcpFlags.SynRetransmitted) && _synSentAt != Instant.Never) _rtt.Sample((now - _synSentAt).Ticks * 100, 1, now);
        Set(TcpFlags.SampledSinceProbe);
        _establishedAt = now;
        _progressAt = now;
        CountEcn();
        BeginSizeSearchIfAlways(now);
        bool wasEarly = Has(TcpFlags.FastOpen) && !Has(TcpFlags.ActiveOpen);
        if (!wasEarly) StartCongestionControl(InitialWindow(), SharedSlowStartThreshold(now), now);
        ChangeState(TcpState.Established);
        _path.ConfirmReachable();
        EndEarly(wasReset: false, now);
        ArmKeepAlive(now);
        if (_listener is not null && !wasEarly) _listener.OnEstablished(this);
        Raise(EndpointEvents.Connected | EndpointEvents.Writable);
        // Who has been waiting to send answers the SYN-ACK.
        if (Has(TcpFlags.WriterWaits)) Set(TcpFlags.Answering);
        Set(TcpFlags.WriterWaits, false);
        if (Has(TcpFlags.FinQueued)) ChangeState(TcpState.FinWait1);
    }

    // IW10 = min(10 MSS, max(2 MSS, 14600)) (RFC 6928 §2); one segment when the SYN was lost (RFC 5681 §3.1) or marked.
    private long InitialWindow()
    {
        if (Has(TcpFlags.SynRetransmitted | TcpFlags.HandshakeMarked)) return _sendMss;
        long most = (long)_layer.Options.InitialWindowSegments * _sendMss;
        return Math.Min(most, Math.Max(2L * _sendMss, 1460L * _layer.Options.InitialWindowSegments));
    }

    // Smallest shift that lets the window field express the largest buffer that may be set later (RFC 7323 §2.3).
    internal static byte ChooseWindowShift(TcpSocketOptions options, TcpLayerOptions layer)
    {
        int largest = Math.Max(options.ReceiveBufferBytes ?? 0, layer.MaximumReceiveBufferBytes);
        byte shift = 0;
        while (shift < TcpSegmentOptions.MaximumWindowScale && largest >> shift > ushort.MaxValue) shift++;
        return shift;
    }

    private int IpHeaderBytes => Remote.Address.IsIpv4 ? 20 : 40;

    // MUST-67: from the interface's MTU, without regard to options (RFC 6691).
    internal static int AdvertisableMss(TransportPath path, TcpSocketOptions options)
    {
        int ipHeader = path.RemoteAddress.IsIpv4 ? 20 : 40;
        int mss = Math.Min(path.InterfaceMaximumTransmissionUnit - ipHeader - TcpHeader.MinimumSize, ushort.MaxValue - 1);
        return options.MaximumSegmentSize > 0 ? Math.Min(mss, options.MaximumSegmentSize) : mss;
    }

    private int PeerMss => _peerMss > 0 ? _peerMss : Remote.Address.IsIpv4 ? DefaultMssIpv4 : DefaultMssIpv6;

    // What options take of each segment with text.
    private int OptionBytes => (HasTimestamps ? TimestampsOptionBytes : 0) + AuthenticationBytes;

    // MUST-16: Eff.snd.MSS.
    private void UpdateSendMss()
    {
        int mss = Math.Min(PeerMss, PacketLimit - BareHeaderBytes);
        if (_options.MaximumSegmentSize > 0) mss = Math.Min(mss, _options.MaximumSegmentSize);
        mss -= OptionBytes;
        _sendMss = Math.Max(mss, _layer.Options.MinimumSegmentSize);
    }
}
