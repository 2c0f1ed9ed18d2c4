using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Receiving;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>Segment text, urgent data and FIN: the last steps of RFC 9293 §3.10.7.4, and when to acknowledge.</content>
public sealed partial class TcpConnection
{
    private const int LargestCopiedText = 2048;
    private long _bytesReceived;
    private Instant _lastTextAt;
    private int _quickAcksLeft;
    private int _largestSegmentReceived;

    private void OnText(in TcpHeader header, in TransportDatagram datagram, Instant now)
    {
        int length = header.Payload.Length;
        if (length == 0 || !CanReceiveText) return;
        _lastTextAt = now;
        SequenceNumber start = header.Sequence;
        int offset = datagram.Offset + header.HeaderLength;
        // Who has finished waits for our side to do the same.
        if (header.Has(TcpControlBits.Fin)) Set(TcpFlags.Answering);
        if (IsOrphan || Has(TcpFlags.ReceiveShutdown))
        {
            if ((start + (uint)length).IsAfter(_receive.Next)) ResetForLostReader(header, now);
            return;
        }
        int old = _receive.Next - start;
        if (old > 0)
        {
            NoteRepeat(start, SequenceNumber.Min(_receive.Next, start + (uint)length));
            if (old >= length)
            {
                SetAckNow();
                return;
            }
            start = _receive.Next;
            offset += old;
            length -= old;
        }
        int beyond = start + (uint)length - _receive.Edge;
        if (beyond > 0) length -= beyond;
        if (length <= 0)
        {
            // A probe of our closed window is answered at once (§3.8.6.1).
            Drop(TcpDropReason.OutOfWindow);
            SetAckNow();
            return;
        }
        PacketSlice slice = new(datagram.Buffer, offset, length);
        if (start == _receive.Next) TakeInOrder(slice, now);
        else TakeOutOfOrder(start, slice, now);
    }

    private void TakeInOrder(PacketSlice slice, Instant now)
    {
        bool fillsGap = _reassembly is { IsEmpty: false };
        if (fillsGap) NoteHeld(_receive.Next, slice.Length);
        if (!Deliver(slice, isOwned: false))
        {
            Drop(TcpDropReason.MemoryPressure);
            SetAckNow();
            if (ReadableBytes > 0) Raise(EndpointEvents.Readable);
            return;
        }
        if (fillsGap) DrainReassembly();
        NoteSegmentSize(slice);
        Raise(EndpointEvents.Readable);
        ScheduleAck(fillsGap, now);
        if (Has(TcpFlags.FinSeen) && _receive.Next == _receive.Fin) TakeFin(now);
    }

    // What the peer sends at a time: of several segments that were merged, the size that they had.
    private void NoteSegmentSize(PacketSlice text)
    {
        int merged = text.Buffer.Offload.SegmentBytes;
        int segment = merged > 0 ? Math.Min(merged, text.Length) : text.Length;
        _largestSegmentReceived = Math.Max(_largestSegmentReceived, Math.Min(segment, _advertisedMss));
    }

    private void TakeOutOfOrder(SequenceNumber start, PacketSlice slice, Instant now)
    {
        _counters.OutOfOrderSegments++;
        _counters.OutOfOrderBytes += slice.Length;
        _reassembly ??= _layer.Pools.RentReassembly();
        NoteHeld(start, slice.Length);
        int pieces = _layer.Options.OutOfOrderPieces + ReceiveBufferBytes / 512;
        if (!_reassembly.Add(start, slice, pieces, _layer.Network)) Drop(TcpDropReason.MemoryPressure);
        _quickAcksLeft = Math.Max(_quickAcksLeft, _layer.Options.QuickAckSegments);
        Set(TcpFlags.Answering, false);
        SetAckNow();
        // A sender without SACK counts duplicates: each must leave by itself (RFC 5681 §4.2).
        if (!HasSack) SendAck(now);
    }

    private void NoteHeld(SequenceNumber start, int length)
    {
        if (_reassembly!.TryFindHeld(start, start + (uint)length, out SackBlock held)) NoteRepeat(held.Left, held.Right);
    }

    // Of several, the first: one report tells the sender enough.
    private void NoteRepeat(SequenceNumber left, SequenceNumber right)
    {
        if (!HasSack || Has(TcpFlags.RepeatToReport)) return;
        Set(TcpFlags.RepeatToReport);
        _receive.Repeated = new SackBlock(left, right);
    }

    private void DrainReassembly()
    {
        while (_reassembly!.TryTake(_receive.Next, out PacketSlice slice)) Deliver(slice, isOwned: true);
        _reassembly.DropReported(_receive.Next);
        if (!_reassembly.IsEmpty) return;
        _layer.Pools.Return(_reassembly);
        _reassembly = null;
    }

    // Puts octets that begin at RCV.NXT into the receive queue, the urgent one aside. What was taken moves RCV.NXT.
    private bool Deliver(PacketSlice slice, bool isOwned)
    {
        _receiveQueue ??= _layer.Pools.RentReceiveQueue();
        int mark = _urgent is { IsExpected: true } ? _urgent.Sequence - _receive.Next : -1;
        if (mark < 0 || mark >= slice.Length) return Enqueue(slice, isOwned);
        byte octet = slice.Span[mark];
        if (mark > 0)
        {
            PacketSlice before = slice with { Length = mark };
            if (isOwned) slice.Buffer.AddReference();
            if (!Enqueue(before, isOwned)) return false;
        }
        _urgent!.OctetsBeforeMark = _receiveQueue.Length;
        _urgent.IsExpected = false;
        int skipped = 0;
        if (!_options.OutOfBandInline)
        {
            _urgent.Keep(octet);
            _receive.Next += 1;
            skipped = 1;
        }
        Raise(EndpointEvents.Urgent);
        PacketSlice after = slice with { Offset = slice.Offset + mark + skipped, Length = slice.Length - mark - skipped };
        if (after.Length > 0) return Enqueue(after, isOwned);
        if (isOwned) slice.Buffer.Release();
        return true;
    }

    private bool Enqueue(PacketSlice slice, bool isOwned)
    {
        int taken = slice.Length;
        if (isOwned) _receiveQueue!.Append(slice);
        else if (slice.Length > LargestCopiedText && slice.MayBeKept(_receiveQueue!.NextUse)) _receiveQueue!.Append(slice with { Buffer = slice.Buffer.AddReference() });
        else taken = _receiveQueue!.AppendCopy(slice.Span, _layer.Network);
        _receive.Next += (uint)taken;
        _bytesReceived += taken;
        return taken == slice.Length;
    }

    // RFC 9293 §3.8.5: RCV.UP moves forward only. The pointer names the octet after the urgent one (MUST-62).
    private void OnUrgentPointer(in TcpHeader header)
    {
        if (!CanReceiveText || header.UrgentPointer == 0) return;
        SequenceNumber sequence = header.Sequence + (header.UrgentPointer - 1u);
        if (sequence.IsBefore(_receive.Next)) return;
        if (_urgent is { IsExpected: true } known && !sequence.IsAfter(known.Sequence)) return;
        _urgent ??= new UrgentData(_layer.Options.UrgentOctets);
        _urgent.Sequence = sequence;
        _urgent.IsExpected = true;
        Raise(EndpointEvents.Urgent);
    }

    private void OnFin(in TcpHeader header, Instant now)
    {
        SequenceNumber fin = header.Sequence + (uint)header.Payload.Length;
        if (Has(TcpFlags.FinReceived))
        {
            SetAckNow();
            return;
        }
        if (fin.IsBefore(_receive.Next)) return;
        _receive.Fin = fin;
        Set(TcpFlags.FinSeen);
        // Text in front of a FIN behind a gap has been answered already: one duplicate ACK for one segment.
        if (fin == _receive.Next) TakeFin(now);
        else if (header.Payload.IsEmpty) SetAckNow();
    }

    // Eighth step: the FIN itself takes a sequence number.
    private void TakeFin(Instant now)
    {
        if (Has(TcpFlags.FinReceived)) return;
        Set(TcpFlags.FinReceived);
        _receive.Next += 1;
        if (_receive.Edge.IsBefore(_receive.Next)) _receive.Edge = _receive.Next;
        // Its acknowledgment covers all that the peer will ever send: what of that came twice is of no use to it any more.
        Set(TcpFlags.RepeatToReport, false);
        if (_reassembly is not null)
        {
            _layer.Pools.Return(_reassembly);
            _reassembly = null;
        }
        // A user who has read it all and closes now sends a FIN that acknowledges this one. In the other states ours has left already.
        if (State == TcpState.Established && _lastTextAt != Instant.Never)
        {
            Set(TcpFlags.Answering);
            ScheduleAck(immediately: false, now);
        }
        else
        {
            SetAckNow();
        }
        switch (State)
        {
            case TcpState.Established:
                ChangeState(TcpState.CloseWait);
                break;
            case TcpState.FinWait1:
                if (Has(TcpFlags.FinSent) && !IsFinOutstanding) EnterTimeWait(now);
                else ChangeState(TcpState.Closing);
                break;
            case TcpState.FinWait2:
                EnterTimeWait(now);
                break;
        }
        Raise(EndpointEvents.PeerFinished | EndpointEvents.Readable);
    }

    private void EnterTimeWait(Instant now)
    {
        ChangeState(TcpState.TimeWait);
        _timers.Cancel(TcpTimer.Retransmit);
        _timers.Cancel(TcpTimer.Persist);
        _timers.Cancel(TcpTimer.KeepAlive);
        ArmTimer(TcpTimer.Expire, now + _layer.Options.TimeWait);
        _layer.OnTimeWait(this);
    }

    // Data for nobody: the peer has to learn that it was not read (RFC 9293 SHLD-3; §3.6.1).
    private void ResetForLostReader(Instant now)
    {
        Drop(TcpDropReason.ReaderGone);
        SendReset(now);
        Fail(TransportError.ConnectionReset);
    }

    // After a timeout what we have sent is thought lost: a reset counts at once only where the peer expects the next octet (RFC 5961 §3.2), as it has just said.
    private void ResetForLostReader(in TcpHeader header, Instant now)
    {
        if (_retries == 0 || _authentication is not null)
        {
            ResetForLostReader(now);
            return;
        }
        Drop(TcpDropReason.ReaderGone);
        _layer.SendReset(_path, header, _options);
        Fail(TransportError.ConnectionReset);
    }

    private void SetAckNow() => Set(TcpFlags.AckNow);

    // The user sends: to one who does so soon after text came in, the next text will hardly wait longer for an answer.
    private void NoteAnswer(Instant now)
    {
        if (_lastTextAt <= now && now - _lastTextAt < _layer.Options.DelayedAckTimeout) Set(TcpFlags.Answering);
    }

    private bool IsQuick => _options.QuickAck || (_quickAcksLeft > 0 && !Has(TcpFlags.Answering));

    // SHLD-18, SHLD-19; at once at the start of a connection, when a gap was filled (RFC 5681 §4.2), and for the second full segment.
    private void ScheduleAck(bool immediately, Instant now)
    {
        int owed = _receive.Next - _receive.LastAckSent;
        int segment = Math.Max(_largestSegmentReceived, 1);
        if (immediately || IsQuick || owed >= 2 * segment || _reassembly is { IsEmpty: false })
        {
            if (_quickAcksLeft > 0) _quickAcksLeft--;
            SetAckNow();
        }
        else if (!_timers.IsArmed(TcpTimer.DelayedAck))
        {
            ArmTimer(TcpTimer.DelayedAck, now + _layer.Options.DelayedAckTimeout);
        }
    }
}
