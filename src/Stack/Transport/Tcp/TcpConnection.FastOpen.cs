using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>Fast Open (RFC 7413): octets in a SYN, and a user who has the connection before its handshake is complete.</content>
public sealed partial class TcpConnection
{
    // What a SYN's options may take: counted in full, so that it does not matter which there are.
    private const int LargestSynOptions = TcpOptionWriter.MaximumSize;
    private const int SynTimeoutsOfFailure = 2;

    // Counts this connection as pending, whether it has been accepted or not.
    private TcpListener? _fastOpenListener;

    // Our user may send although the peer has not acknowledged our SYN: its cookie says that it is where it claims to be.
    private bool MaySendEarly => State == TcpState.SynReceived && Has(TcpFlags.FastOpen) && !Has(TcpFlags.ActiveOpen);

    // A handshake that nobody but the listener knows of.
    private bool IsUnseen => _listener is not null && !Has(TcpFlags.FastOpen);

    /// <summary>A SYN with a valid cookie: its octets go to the user, who is told at once (§4.2.2).</summary>
    private void OpenEarly(in TcpHeader syn, in TransportDatagram datagram, Instant now)
    {
        Set(TcpFlags.FastOpen);
        _fastOpenListener = _listener;
        _layer.Statistics.FastOpenPassive++;
        StartCongestionControl(InitialWindow(), long.MaxValue, now);
        int length = Math.Min(syn.Payload.Length, _receive.Edge - _receive.Next);
        if (length <= 0) return;
        PacketSlice text = new(datagram.Buffer, datagram.Offset + syn.HeaderLength, length);
        if (!Deliver(text, isOwned: false)) Drop(TcpDropReason.MemoryPressure);
        NoteSegmentSize(text);
        if (ReadableBytes == 0) return;
        Set(TcpFlags.SynDataAcknowledged);
        _receive.LastAckSent = _receive.Next;
        Raise(EndpointEvents.Readable);
    }

    /// <summary>The handshake is complete, or over without that.</summary>
    private void EndEarly(bool wasReset, Instant now)
    {
        _fastOpenListener?.OnFastOpenEnded(wasReset, now);
        _fastOpenListener = null;
    }

    /// <summary>Connecting with Fast Open (§4.2.1): with a cookie the SYN waits for octets to carry, without one it asks.</summary>
    /// <returns>False: the SYN is to leave now.</returns>
    private bool TryDeferSyn(Instant now)
    {
        FastOpenPeer? peer = _layer.FastOpenPeers.Find(Remote.Address);
        if (peer is not null && peer.DisabledUntil > now) return false;
        bool knows = peer is { Cookie.IsEmpty: false };
        if (knows || !_options.FastOpenWithoutCookie) Set(TcpFlags.FastOpenOption);
        if (!knows && !_options.FastOpenWithoutCookie) return false;
        Set(TcpFlags.FastOpenExperiment, knows && peer!.IsExperimental);
        Set(TcpFlags.FastOpen | TcpFlags.SynDeferred);
        _peerMss = peer?.MaximumSegmentSize ?? 0;
        UpdateSendMss();
        Raise(EndpointEvents.Connected | EndpointEvents.Writable);
        return true;
    }

    // §4.2.1: no more than a segment, by the MSS that the server announced the last time.
    private int SynTextRoom => Math.Max(0, Math.Min(_sendMss - LargestSynOptions, SendBufferBytes) - (_sendQueue?.Length ?? 0));

    /// <summary>What leaves before the handshake is complete.</summary>
    private void OutputEarly(Instant now)
    {
        if (Has(TcpFlags.SynDeferred) && (UnsentBytes > 0 || Has(TcpFlags.FinQueued | TcpFlags.SendAnyway)))
        {
            Set(TcpFlags.SynDeferred | TcpFlags.SendAnyway, false);
            _synSentAt = now;
            _progressAt = now;
            SendSyn(now);
            ArmRetransmit(now);
        }
        if (!MaySendEarly) return;
        SendNew(now);
        SendFin(now);
    }

    // Hangs the octets that wait onto our first SYN.
    private int AppendSynText(TransmitFrame frame)
    {
        bool first = State == TcpState.SynSent && _synRetransmissions == 0 && Has(TcpFlags.FastOpen) && !Has(TcpFlags.SynData);
        return first && UnsentBytes > 0 ? _sendQueue!.AppendTo(frame, 0, UnsentBytes) : 0;
    }

    private void NoteSynTextSent(int octets, Instant now)
    {
        if (octets == 0) return;
        Set(TcpFlags.SynData);
        _sent ??= _layer.Pools.RentSentSegments();
        _sent.Add(_send.Next, octets, _rate.OnSent(octets, 0, now), isApplicationLimited: true, now);
        _send.Next += (uint)octets;
        _bytesSent += octets;
    }

    // §4.2.1: what the network has dropped once it may drop for its octets or its option: the next SYN has neither.
    private void OnFastOpenTimeout(Instant now)
    {
        if (!Has(TcpFlags.ActiveOpen) || !Has(TcpFlags.FastOpenOption | TcpFlags.SynData)) return;
        _sent?.MarkAllLost(forgetSacked: false, observer: null);
        if (_retries == SynTimeoutsOfFailure) _layer.FastOpenPeers.NoteFailure(Remote.Address, now);
    }

    // The path has no room for a SYN with octets: without them it leaves at once. Nothing was lost to a timer, so the handshake is timed anew and the cookie stays good.
    private void RepeatSynWithoutText(Instant now)
    {
        if (State != TcpState.SynSent || !Has(TcpFlags.SynData) || _synRetransmissions > 0) return;
        Set(TcpFlags.FastOpenOption, false);
        _sent!.MarkAllLost(forgetSacked: false, observer: null);
        _synRetransmissions++;
        _synSentAt = now;
        SendSyn(now);
        ArmRetransmit(now);
    }

    // §4.1.3, §4.1.3.1. An option that was not asked for is none.
    private void LearnFastOpen(in TcpHeader synAck, in TcpSegmentOptions options, Instant now)
    {
        bool taken = Has(TcpFlags.SynData) && synAck.Acknowledgment.IsAfter(_send.Initial + 1);
        if (Has(TcpFlags.SynData))
        {
            if (taken) _layer.Statistics.FastOpenActive++;
            else _layer.Statistics.FastOpenActiveFail++;
        }
        if (!Has(TcpFlags.FastOpenOption)) return;
        bool hasCookie = !options.FastOpenCookie.IsEmpty;
        if (hasCookie || taken) _layer.FastOpenPeers.NoteSuccess(Remote.Address, options.FastOpenCookie, options.FastOpenIsExperimental, options.MaximumSegmentSize);
        else if (Has(TcpFlags.SynData) && _synRetransmissions < SynTimeoutsOfFailure) _layer.FastOpenPeers.NoteFailure(Remote.Address, now);
    }

    // The connection is established: what the SYN-ACK did not acknowledge of the SYN's octets is sent again at once (§4.2.1).
    private void OnSynTextAnswered(SequenceNumber acknowledgment, Instant now)
    {
        if (Outstanding == 0) return;
        AckOutcome outcome = new() { Now = now };
        if (acknowledgment.IsAfter(_send.Unacknowledged))
        {
            AdvanceUnacknowledged(acknowledgment, ref outcome);
            Set(TcpFlags.SynDataAcknowledged);
        }
        if (Outstanding > 0) _sent!.MarkAllLost(forgetSacked: false, observer: null);
        else if (_sendQueue is { Length: 0, HasReservation: false }) ReturnSendQueue();
    }

    // Returns the octets of the cookie.
    private int AddFastOpen(ref SynOptions options, Span<byte> cookie, Instant now)
    {
        // Nor does the SYN-ACK of one who has asked have anything to give, when both open at once.
        bool asksTwice = Has(TcpFlags.ActiveOpen) && State != TcpState.SynSent;
        if (!Has(TcpFlags.FastOpenOption) || asksTwice || _synRetransmissions > 0) return 0;
        options.HasFastOpen = true;
        options.FastOpenIsExperimental = Has(TcpFlags.FastOpenExperiment);
        if (!Has(TcpFlags.ActiveOpen))
        {
            (_options.FastOpenKeys ?? _layer.FastOpenKeysAt(now)).MakeCookie(Remote.Address, Local.Address, cookie);
            return FastOpenKeys.CookieSize;
        }
        if (_layer.FastOpenPeers.Find(Remote.Address) is not { } peer) return 0;
        peer.Cookie.CopyTo(cookie);
        return peer.Cookie.Length;
    }
}
