using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Ecn;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>Explicit congestion notification (RFC 3168, RFC 9768): what the handshake settles, and what our own segments say.</content>
public sealed partial class TcpConnection
{
    private EcnState? _ecn;

    // The ECN bits of the IP header around the segment that is being taken.
    private EcnCodepoint _arrivedWith;

    private bool HasAccurateEcn => _ecn is { Feedback: EcnFeedback.Accurate };

    // Marks of one round trip count as one, unless the algorithm counts them itself.
    private EcnUse EcnUse => _options.Ecn == EcnUse.Answer && _congestion.NeedsExactMarks ? EcnUse.Request : _options.Ecn;

    private void BeginEcn()
    {
        if (_ecn is not null) _layer.Pools.Return(_ecn);
        _ecn = null;
        _arrivedWith = EcnCodepoint.NotEct;
        _newlyMarkedBytes = 0;
    }

    private void NoteArrival(in TransportDatagram datagram) => _arrivedWith = new TrafficClass(datagram.TrafficClass).Ecn;

    // The bits of our SYN. A network that drops what it does not know gets a SYN without: for AccECN the third (RFC 9768 §3.1.4.1), else the second one (RFC 3168
    // §6.1.1.1).
    private TcpControlBits AskForEcn()
    {
        EcnUse use = EcnUse;
        TcpControlBits bits = EcnHandshake.Ask(use);
        if (bits == TcpControlBits.None) return bits;
        _ecn ??= _layer.Pools.RentEcnState();
        _ecn.Asked = use;
        bool isAccurate = use == EcnUse.Request;
        bool isMarkable = isAccurate && _options.EcnPackets == EcnPackets.All && _synRetransmissions == 0 && !_ecn.IsRefused;
        _ecn.SynSentWith = isMarkable ? EcnCodepoint.Ect0 : EcnCodepoint.NotEct;
        return _ecn.IsRefused || _synRetransmissions > (isAccurate ? 1 : 0) ? TcpControlBits.None : bits;
    }

    // RFC 3168 §6.1.1.1: whoever takes these bits for an attack answers by RST. Whether the port is closed for anybody, the next SYN shows.
    private bool TryWithoutEcn(Instant now)
    {
        if (_ecn is not { IsRefused: false } || AskForEcn() == TcpControlBits.None) return false;
        _ecn.IsRefused = true;
        _synSentAt = now;
        SendSyn(now);
        ArmRetransmit(now);
        return true;
    }

    // The peer's SYN: in a server, or both sides opened at once.
    private void AgreeOnEcn(TcpControlBits syn)
    {
        Settle(EcnHandshake.Agree(syn, EcnUse));
        if (_ecn is not null) _ecn.SynArrivedWith = _arrivedWith;
    }

    // The SYN again. False: it asks for another kind of feedback than before, and neither side could know which one holds (RFC 9768 §3.1.5).
    private bool IsSameOffer(in TcpHeader syn)
    {
        if (_ecn is null || syn.Sequence != _receive.Initial || syn.Has(TcpControlBits.Ack)) return true;
        EcnFeedback offered = EcnHandshake.Agree(syn.ControlBits, EcnUse);
        _ecn.SynArrivedWith = _arrivedWith;
        // It may not have heard that we agreed, and be without ECN in the end (§3.1.5; RFC 3168 §6.1.1).
        if (offered == EcnFeedback.None) _ecn.SendsEct = false;
        return offered == EcnFeedback.None || offered == _ecn.Feedback;
    }

    private void RefuseSecondOffer(in TcpHeader syn)
    {
        Drop(TcpDropReason.SynChallenged);
        _layer.SendReset(_path, syn, _options);
        if (!IsUnseen)
        {
            Fail(TransportError.ConnectionReset);
            return;
        }
        _layer.Statistics.AttemptFails++;
        Release();
    }

    // The SYN-ACK that makes us a connection (RFC 9768 §3.1.2).
    private void SettleEcn(in TcpHeader synAck, in TcpSegmentOptions options)
    {
        if (_ecn is null) return;
        EcnFeedback feedback = EcnHandshake.Settle(synAck.ControlBits, _ecn.Asked);
        EcnCodepoint sent = _ecn.SynSentWith;
        Settle(feedback);
        bool isHeard = feedback == EcnFeedback.Accurate;
        // draft-ietf-tcpm-generalized-ecn §3.2.1: nobody can say that the SYN was not marked.
        if (sent != EcnCodepoint.NotEct && !isHeard) Set(TcpFlags.HandshakeMarked);
        if (!isHeard) return;
        _ecn.SynArrivedWith = _arrivedWith;
        _ecn.AnswersSynAck = true;
        _ecn.OptionTests = EcnState.TestsOfClient;
        if (_arrivedWith == EcnCodepoint.CongestionExperienced) _ecn.Received.Segments++;
        _ecn.Echoed.LookAtFirstOption(options);
        if (EcnHandshake.Decode(synAck.ControlBits) is { } arrived) LookForMangling(sent, arrived, isCertain: _options.EcnPackets != EcnPackets.All || !Has(TcpFlags.SynRetransmitted));
    }

    // The ACK that completes the handshake of a server tells how the SYN-ACK arrived (RFC 9768 §3.2.2.1, table 4).
    private void TakeHandshakeEcho(in TcpHeader ack, in TcpSegmentOptions options)
    {
        if (!HasAccurateEcn || Has(TcpFlags.ActiveOpen)) return;
        _ecn!.Echoed.LookAtFirstOption(options);
        if (!IsHandshakeEcho(ack, options)) return;
        if (EcnHandshake.Ace(ack.ControlBits) == 0)
        {
            _ecn.IgnoresEchoes = true;
            StopMarking();
            return;
        }
        if (EcnHandshake.Decode(ack.ControlBits) is not { } arrived) return;
        if (arrived == EcnCodepoint.CongestionExperienced) _ecn.Echoed.Segments++;
        LookForMangling(_ecn.SynSentWith, arrived, isCertain: !Has(TcpFlags.SynRetransmitted));
    }

    private static bool IsHandshakeEcho(in TcpHeader ack, in TcpSegmentOptions options) => ack.SequenceLength == 0 && options.SackCount == 0;

    private void LookForMangling(EcnCodepoint sent, EcnCodepoint arrived, bool isCertain)
    {
        if (arrived == EcnCodepoint.CongestionExperienced) Set(TcpFlags.HandshakeMarked);
        if (isCertain && EcnHandshake.IsMangled(sent, arrived)) StopMarking();
    }

    // The path, or the peer, does not treat ECN as it should: we go on without marks on our side, and tell the peer of its own (RFC 9768 §3.2.2.3).
    private void StopMarking()
    {
        if (_ecn!.SendsEct) _layer.Statistics.EcnMangled++;
        _ecn.SendsEct = false;
    }

    // A SYN-ACK that comes again is answered as the first one was (RFC 9768 §3.2.2.1).
    private void NoteRepeatedSynAck(in TcpHeader header)
    {
        if (!HasAccurateEcn || !Has(TcpFlags.ActiveOpen) || header.Sequence != _receive.Initial || !header.Has(TcpControlBits.Syn | TcpControlBits.Ack)) return;
        if (EcnHandshake.Settle(header.ControlBits, EcnUse.Request) != EcnFeedback.Accurate) return;
        bool wasMarked = _ecn!.SynArrivedWith == EcnCodepoint.CongestionExperienced;
        if (!wasMarked && _arrivedWith == EcnCodepoint.CongestionExperienced) _ecn.Received.Segments++;
        if (!wasMarked) _ecn.SynArrivedWith = _arrivedWith;
        _ecn.AnswersSynAck = true;
    }

    private void Settle(EcnFeedback feedback)
    {
        if (feedback == EcnFeedback.None)
        {
            if (_ecn is not null) _layer.Pools.Return(_ecn);
            _ecn = null;
            return;
        }
        _ecn ??= _layer.Pools.RentEcnState();
        _ecn.Feedback = feedback;
        _ecn.SendsEct = true;
        _ecn.SendsOption = feedback == EcnFeedback.Accurate;
    }

    private void CountEcn()
    {
        if (_ecn is null) return;
        if (HasAccurateEcn) _layer.Statistics.EcnAccurate++;
        else _layer.Statistics.EcnClassic++;
    }

    // The bits of our SYN-ACK. After two of them went unanswered, one without (RFC 9768 §3.2.3.2.2).
    private TcpControlBits AgreeToEcn()
    {
        if (_ecn is null) return TcpControlBits.None;
        _ecn.SynSentWith = EcnCodepoint.NotEct;
        if (!HasAccurateEcn) return TcpControlBits.Ece;
        if (_synRetransmissions > 1)
        {
            _ecn.SendsEct = false;
            return TcpControlBits.None;
        }
        if (_ecn.SendsEct && _options.EcnPackets != EcnPackets.Data && !Has(TcpFlags.SynRetransmitted)) _ecn.SynSentWith = EcnCodepoint.Ect0;
        return EcnHandshake.Code(_ecn.SynArrivedWith);
    }

    // The option of our SYN-ACK. The second one goes without, in case that is what the network drops; then there are none at all.
    private void WriteSynAckCounts(ref TcpOptionWriter writer)
    {
        if (!HasAccurateEcn) return;
        if (Has(TcpFlags.SynRetransmitted)) _ecn!.SendsOption = false;
        else WriteCounts(ref writer, TcpOptionWriter.MaximumSize - writer.Written, isTest: true);
    }

    // AE, CWR and ECE of a segment without SYN.
    private TcpControlBits EcnBits(int textLength, bool isRetransmission)
    {
        if (_ecn is not { Feedback: not EcnFeedback.None } ecn) return TcpControlBits.None;
        if (ecn.Feedback == EcnFeedback.Accurate)
        {
            bool answersSynAck = ecn.AnswersSynAck && textLength == 0;
            ecn.AnswersSynAck = false;
            TcpControlBits count = ecn.Received.TellSegments();
            return answersSynAck ? EcnHandshake.Code(ecn.SynArrivedWith) : count;
        }
        TcpControlBits bits = ecn.Echoes ? TcpControlBits.Ece : TcpControlBits.None;
        if (!ecn.IsReductionUntold || textLength == 0 || isRetransmission) return bits;
        ecn.IsReductionUntold = false;
        return bits | TcpControlBits.Cwr;
    }

    // Devices leave CWR on the first of the segments that they cut only. Where the bit is part of a count, we send what needs no cutting.
    private bool MayBeCut => !HasAccurateEcn || (_ecn!.Received.Ace & TcpControlBits.Cwr) == 0;

    // RFC 3168 §6.1; ECN++ (draft-ietf-tcpm-generalized-ecn) for the rest.
    private byte TrafficClassOf(ReadOnlySpan<byte> header, int textLength, bool isRetransmission)
    {
        TrafficClass own = new(_options.TrafficClass);
        return own.WithEcn(_ecn is null ? EcnCodepoint.NotEct : CodepointOf(_ecn, (TcpControlBits)header[13], textLength, isRetransmission)).Value;
    }

    private EcnCodepoint CodepointOf(EcnState ecn, TcpControlBits bits, int textLength, bool isRetransmission)
    {
        if ((bits & TcpControlBits.Syn) != 0) return ecn.SynSentWith;
        if (!ecn.SendsEct) return EcnCodepoint.NotEct;
        if (textLength > 0 && !isRetransmission) return EcnCodepoint.Ect0;
        if (ecn.Feedback != EcnFeedback.Accurate || _options.EcnPackets == EcnPackets.Data) return EcnCodepoint.NotEct;
        bool isPureAck = textLength == 0 && (bits & (TcpControlBits.Fin | TcpControlBits.Rst)) == 0;
        return isPureAck && !HasSack ? EcnCodepoint.NotEct : EcnCodepoint.Ect0;
    }

    // The counts, where there is something to tell and room beside the text. Never on what is sent again: it may have been lost for them (RFC 9768 §3.2.3.2.2).
    // Returns the octets written.
    private int WriteCounts(ref TcpOptionWriter writer, int room, int textLength, bool isRetransmission)
    {
        if (_ecn is not { SendsOption: true } ecn || isRetransmission) return 0;
        bool isTest = ecn.OptionTests > (textLength > 0 ? 0 : 1);
        if (isTest) ecn.OptionTests = textLength > 0 ? 0 : 1;
        if (!isTest && !ecn.Received.HasUntoldBytes) return 0;
        return WriteCounts(ref writer, textLength > 0 ? Math.Min(room, _sendMss - textLength) : room, isTest);
    }

    private int WriteCounts(ref TcpOptionWriter writer, int room, bool isTest)
    {
        int before = writer.Written;
        int fields = _ecn!.Received.ChooseFields(room, isTest, out bool isReversed);
        if (fields == 0) return 0;
        _ecn.Received.TellBytes(ref writer, fields, isReversed);
        while (writer.Written % 4 != 0) writer.NoOperation();
        return writer.Written - before;
    }

    // Congestion is told of at once: by an ACK of its own where text leaves no room.
    private bool HasMarksToTell => _ecn is { SendsOption: true } ecn && ecn.Received.HasUntoldCeBytes;
}
