using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Receiving;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>Building segments: header, options, window, checksum.</content>
public sealed partial class TcpConnection
{
    // Two octets of padding, kind and length.
    private const int SackOptionBytes = 4;
    private long _segmentsSent;
    private long _segmentsRetransmitted;
    private long _bytesSent;
    private long _bytesRetransmitted;

    private void SendSyn(Instant now)
    {
        TransmitFrame? frame = _layer.Network.TryRentFrame();
        if (frame is null) return;
        bool reply = State == TcpState.SynReceived;
        int text = AppendSynText(frame);
        Span<byte> options = stackalloc byte[TcpOptionWriter.MaximumSize];
        TcpOptionWriter writer = new(options);
        WriteSynOptions(ref writer, reply, now);
        int size = TcpHeader.MinimumSize + writer.Written;
        Span<byte> header = frame.Prepend(size);
        options[..writer.Written].CopyTo(header[TcpHeader.MinimumSize..]);
        TcpControlBits bits = reply ? TcpControlBits.Syn | TcpControlBits.Ack | AgreeToEcn() : TcpControlBits.Syn | AskForEcn();
        ushort window = reply ? AnnounceSynWindow() : (ushort)Math.Min(ReceiveBufferBytes, ushort.MaxValue);
        SequenceNumber acknowledgment = reply ? _receive.Next : default;
        TcpHeaderWriter.Write(header, Local.Port, Remote.Port, _send.Initial, acknowledgment, bits, size, window, 0);
        Set(TcpFlags.AckNow, false);
        if (Emit(frame, text, _synRetransmissions > 0, now)) NoteSynTextSent(text, now);
    }

    private void WriteSynOptions(ref TcpOptionWriter writer, bool reply, Instant now)
    {
        bool timestamps = reply ? HasTimestamps : OffersTimestamps;
        bool scaling = reply ? Has(TcpFlags.WindowScaling) : _options.WindowScaling;
        SynOptions options = new()
        {
            MaximumSegmentSize = (ushort)_advertisedMss,
            SackPermitted = reply ? HasSack : _options.SelectiveAcknowledgment,
            HasTimestamps = timestamps,
            TimestampValue = timestamps ? TimestampClock(now) : 0,
            TimestampEchoReply = reply ? _receive.TimestampRecent : 0,
            WindowScale = scaling ? _receive.WindowShift : -1,
        };
        Span<byte> cookie = stackalloc byte[FastOpenPeer.LargestCookie];
        int cookieLength = AddFastOpen(ref options, cookie, now);
        options.Write(ref writer, cookie[..cookieLength]);
        WriteSynUserTimeout(ref writer);
        if (reply) WriteSynAckCounts(ref writer);
        _authentication?.WriteOption(ref writer);
    }

    private static void WriteNoOperations(ref TcpOptionWriter writer)
    {
        writer.NoOperation();
        writer.NoOperation();
    }

    // Returns false when the segment could not leave now.
    private bool SendSegment(SequenceNumber sequence, int length, TcpControlBits bits, bool isRetransmission, Instant now) =>
        SendSegmentWithText(sequence, length, bits, isRetransmission, now) >= 0;

    // Returns the octets of text that left; -1 (or 0 for text) when the segment could not leave now.
    private int SendSegmentWithText(SequenceNumber sequence, int length, TcpControlBits bits, bool isRetransmission, Instant now)
    {
        if (!_path.IsValid && !RefreshPath()) return length > 0 ? 0 : -1;
        TransmitFrame? frame = _layer.Network.TryRentFrame();
        if (frame is null) return Blocked(length);
        if (length > 0) length = _sendQueue!.AppendTo(frame, sequence - _send.QueueStart, length);
        Span<byte> options = stackalloc byte[TcpOptionWriter.MaximumSize];
        TcpOptionWriter writer = new(options);
        WriteOptions(ref writer, length, isRetransmission, isRetransmission ? RepairStamp(now) : now);
        _authentication?.WriteOption(ref writer);
        if (length > 0 && CarriesFin(sequence + (uint)length)) bits |= TcpControlBits.Fin;
        bits |= EcnBits(length, isRetransmission);
        ushort urgent = UrgentPointer(sequence);
        if (urgent != 0) bits |= TcpControlBits.Urg;
        int size = TcpHeader.MinimumSize + writer.Written;
        Span<byte> header = frame.Prepend(size);
        options[..writer.Written].CopyTo(header[TcpHeader.MinimumSize..]);
        TcpHeaderWriter.Write(header, Local.Port, Remote.Port, sequence, _receive.Next, bits, size, AnnounceWindow(), urgent);
        if (length > _sendMss && !Has(TcpFlags.SizeProbe))
        {
            SegmentationKind kind = Remote.Address.IsIpv4 ? SegmentationKind.TcpIpv4 : SegmentationKind.TcpIpv6;
            frame.Offload = frame.Offload with { Segmentation = kind, SegmentBytes = (ushort)_sendMss };
        }
        NoteAckSent(length);
        return Emit(frame, length, isRetransmission, now) ? length : Blocked(length);
    }

    private int Blocked(int length)
    {
        _layer.NoteBlocked(this);
        return length > 0 ? 0 : -1;
    }

    private void WriteOptions(ref TcpOptionWriter writer, int textLength, bool isRetransmission, Instant stampedAt)
    {
        if (HasTimestamps)
        {
            WriteNoOperations(ref writer);
            writer.Timestamps(TimestampClock(stampedAt), _receive.TimestampRecent);
        }
        WriteUserTimeout(ref writer, textLength);
        // On text the blocks would not fit beside a full segment: the ACK that is owed leaves by itself then.
        bool hasBlocks = textLength == 0 && HasSack && (_reassembly is { IsEmpty: false } || Has(TcpFlags.RepeatToReport));
        if (!hasBlocks && _ecn is null) return;
        Span<SackBlock> blocks = stackalloc SackBlock[Reassembly.MaximumBlocks];
        int count = hasBlocks ? TakeBlocks(blocks) : 0;
        int room = TcpOptionWriter.MaximumSize - writer.Written - AuthenticationBytes;
        // Loss counts for more than marks: two blocks before any count of those (RFC 9768 §3.2.3.3).
        room -= WriteCounts(ref writer, room - (count > 0 ? SackBytes(Math.Min(count, 2)) : 0), textLength, isRetransmission);
        while (count > 0 && SackBytes(count) > room) count--;
        if (count == 0) return;
        WriteNoOperations(ref writer);
        writer.Sack(blocks[..count]);
    }

    // With the padding in front.
    private static int SackBytes(int blocks) => 4 + blocks * SackBlock.Size;

    private int TakeBlocks(Span<SackBlock> blocks)
    {
        int count = 0;
        // A repetition comes first, once (RFC 2883 §4).
        if (Has(TcpFlags.RepeatToReport)) blocks[count++] = _receive.Repeated;
        Set(TcpFlags.RepeatToReport, false);
        if (_reassembly is null) return count;
        for (int i = 0; i < _reassembly.Blocks.Length && count < blocks.Length; i++) blocks[count++] = _reassembly.Blocks[i];
        return count;
    }

    // A segment without text carries all there is to tell; one with text leaves the SACK blocks untold, and marks for which it has no room.
    private void NoteAckSent(int textLength)
    {
        _receive.LastAckSent = _receive.Next;
        _timers.Cancel(TcpTimer.DelayedAck);
        if (textLength == 0 || (_reassembly is not { IsEmpty: false } && !Has(TcpFlags.RepeatToReport) && !HasMarksToTell)) Set(TcpFlags.AckNow, false);
    }

    private ushort UrgentPointer(SequenceNumber sequence)
    {
        if (!Has(TcpFlags.UrgentToSend) || !_send.Urgent.IsAfter(sequence)) return 0;
        return (ushort)Math.Min(_send.Urgent - sequence, ushort.MaxValue);
    }

    // Fills in the checksum, or what the device needs to do so, and sends. False: no room; the frame is gone.
    private bool Emit(TransmitFrame frame, int textLength, bool isRetransmission, Instant now)
    {
        _authentication?.Sign(frame, _send.Initial, _receive.Initial);
        int length = frame.Length;
        uint pseudo = InternetChecksum.PseudoHeader(Local.Address, Remote.Address, IpProtocol.Tcp, length);
        if (_path.DeviceCompletesChecksum)
        {
            TcpHeaderWriter.SetChecksum(frame.Header, (ushort)pseudo);
            frame.Offload = frame.Offload with { NeedsChecksum = true, ChecksumOffset = TcpHeaderWriter.ChecksumOffset };
        }
        else
        {
            uint sum = InternetChecksum.Sum(frame.Header, pseudo);
            int summed = 0;
            foreach (ref readonly PacketSlice slice in frame.Payload)
            {
                sum = InternetChecksum.Combine(sum, summed, InternetChecksum.Sum(slice.Span));
                summed += slice.Length;
            }
            TcpHeaderWriter.SetChecksum(frame.Header, InternetChecksum.Finish(sum));
        }
        byte trafficClass = TrafficClassOf(frame.Header, textLength, isRetransmission);
        NetworkSendOptions options = new((byte)IpProtocol.Tcp, _options.HopLimit, trafficClass, DontFragment: true);
        bool isReset = (frame.Header[13] & (byte)TcpControlBits.Rst) != 0;
        TransportError error = _layer.Network.Send(_path, frame, options, now);
        if (error == TransportError.NoBufferSpaceAvailable) return false;
        if (error == TransportError.MessageSize)
        {
            UpdateSendMss();
            return false;
        }
        // Anything else is for the timers: the segment counts as sent, and as lost.
        if (error != TransportError.None) _softError = error;
        int segments = Has(TcpFlags.SizeProbe) ? 1 : Math.Max(1, (textLength + _sendMss - 1) / _sendMss);
        _segmentsSent += segments;
        if (textLength > 0)
        {
            _lastSentAt = now;
            _counters.DataSegmentsSent += segments;
        }
        if (isReset) _layer.Statistics.OutRsts++;
        if (isRetransmission)
        {
            _segmentsRetransmitted += segments;
            _layer.Statistics.RetransSegs += segments;
        }
        else
        {
            _layer.Statistics.OutSegs += segments;
        }
        return true;
    }

    private bool RefreshPath()
    {
        TransportError error = _layer.Network.TryGetPath(Local.Address, Remote.Address, 0, out TransportPath? path);
        if (path is null)
        {
            _softError = error;
            return false;
        }
        _path = path;
        UpdateSendMss();
        _congestion.OnSegmentSize(_sendMss);
        return true;
    }
}
