using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>What the user asks for: RFC 9293 §3.10.1 to §3.10.6.</content>
public sealed partial class TcpConnection
{
    /// <summary>This end's options; assign a changed copy with <see cref="SetOptions"/>.</summary>
    public TcpSocketOptions Options => _options;

    /// <summary>Octets that <see cref="Send"/> takes now; 0 while the buffer is full, or the list of records, and before the connection is established.</summary>
    public int SendSpace
    {
        get
        {
            if (Has(TcpFlags.FinQueued) || _records is { IsFull: true }) return 0;
            if (Has(TcpFlags.SynDeferred)) return SynTextRoom;
            return CanSendText ? Math.Max(0, SendBufferBytes - (_sendQueue?.Length ?? 0)) : 0;
        }
    }

    /// <summary>Octets that can be read now.</summary>
    public int ReadableBytes => _receiveQueue?.Length ?? 0;

    /// <summary>Octets of the stream that have arrived in order, read or not.</summary>
    public long BytesReceived => _bytesReceived;

    /// <summary>The peer has finished and everything it sent has been read.</summary>
    public bool IsEndOfStream => Has(TcpFlags.FinReceived) && ReadableBytes == 0;

    /// <summary>The user has closed or aborted this end: every further call fails.</summary>
    public bool IsClosedByUser => Has(TcpFlags.ClosedByUser);

    /// <summary>An urgent octet waits outside the stream, or (inline) the stream has not been read up to the mark yet.</summary>
    public bool IsUrgentPending => _urgent is { } urgent && (_options.OutOfBandInline ? urgent.OctetsBeforeMark >= 0 : urgent.HasOctet || urgent.IsExpected);

    /// <summary>The next octet to be read is the urgent one (SIOCATMARK asks this).</summary>
    public bool IsAtUrgentMark => _urgent is { OctetsBeforeMark: 0 };

    /// <summary>Changes the options that may change on a live connection.</summary>
    /// <returns>InvalidArgument: a value out of range, no congestion control of that name, or authentication keys that would begin or end the signing of a live
    /// connection.</returns>
    public TransportError SetOptions(TcpSocketOptions options, Instant now)
    {
        if (!_layer.Accepts(options)) return TransportError.InvalidArgument;
        if (!CanTakeKeys(options)) return TransportError.InvalidArgument;
        bool receiveBufferChanged = options.ReceiveBufferBytes != _options.ReceiveBufferBytes;
        bool keepAliveChanged = options.KeepAlive != _options.KeepAlive || options.KeepAliveTime != _options.KeepAliveTime;
        TcpSocketOptions before = _options;
        _options = options;
        if (State == TcpState.Closed) return TransportError.None;
        TakeKeys(before);
        OnUserTimeoutOptionsChanged(before);
        if (keepAliveChanged) ArmKeepAlive(now);
        ChangeCongestionControl(now);
        if (IsSynchronized && receiveBufferChanged) OnReceiveSpaceFreed(now);
        // What waited for a fuller segment may go now (MUST-17), and a larger buffer has room for a waiting writer (TCP-BUF-3).
        Output(now);
        WakeWriter();
        return TransportError.None;
    }

    /// <summary>Queues octets for sending, by copy: for small amounts; large ones go through <see cref="Reserve"/>. None at all let a SYN leave that waits for octets to
    /// carry (Fast Open).</summary>
    /// <param name="flags">A record ends only with the last octet given: not where some of them were not taken.</param>
    /// <param name="taken">Octets taken: as many as <see cref="SendSpace"/> allows.</param>
    /// <returns>
    /// WouldBlock: no room, or still connecting. NotConnected. Shutdown: the sending side was shut down.
    /// ConnectionReset, ConnectionAborted, TimedOut, ...: the connection has failed.
    /// </returns>
    public TransportError Send(ReadOnlySpan<byte> data, TcpSendFlags flags, Instant now, out int taken)
    {
        taken = 0;
        TransportError error = CheckSend();
        if (error != TransportError.None) return error;
        int room = SendSpace;
        if (room == 0 && !data.IsEmpty) return WouldBlockWriter();
        if (data.IsEmpty) Set(TcpFlags.SendAnyway, Has(TcpFlags.SynDeferred));
        _sendQueue ??= _layer.Pools.RentSendQueue();
        taken = _sendQueue.Append(data[..Math.Min(room, data.Length)], _layer.Network);
        if (taken == 0 && !data.IsEmpty) return WouldBlockWriter();
        if (taken < data.Length) Set(TcpFlags.WriterWaits);
        OnTextQueued(taken < data.Length || data.IsEmpty ? flags & ~TcpSendFlags.EndOfRecord : flags, now);
        return TransportError.None;
    }

    /// <summary>Sets room in the send queue aside, to be filled outside the lock. One reservation at a time; end it with <see cref="Commit"/>.</summary>
    /// <param name="octets">Octets wanted; fewer may be given.</param>
    /// <param name="regions">Receives where to write. Each holds a reference that the caller releases after <see cref="Commit"/>.</param>
    /// <returns>As <see cref="Send"/>; InvalidArgument: a reservation is open.</returns>
    public TransportError Reserve(int octets, Span<PacketSlice> regions, out int count)
    {
        count = 0;
        TransportError error = CheckSend();
        if (error != TransportError.None) return error;
        int room = Math.Min(octets, SendSpace);
        if (room <= 0) return WouldBlockWriter();
        _sendQueue ??= _layer.Pools.RentSendQueue();
        count = _sendQueue.Reserve(room, regions, _layer.Network);
        return count == 0 ? WouldBlockWriter() : TransportError.None;
    }

    /// <summary>Queues the first octets of the reservation; 0 gives all of it back.</summary>
    /// <returns>As <see cref="Send"/>, if the connection failed meanwhile.</returns>
    public TransportError Commit(int octets, TcpSendFlags flags, Instant now)
    {
        if (_sendQueue is not { HasReservation: true }) return Error != TransportError.None ? Error : TransportError.ConnectionAborted;
        // SHUT_WR or CLOSE came in between: the FIN's place is settled already.
        bool late = Has(TcpFlags.FinQueued);
        _sendQueue.Commit(late ? 0 : octets);
        if (late) return TransportError.Shutdown;
        if (octets > 0) OnTextQueued(flags, now);
        return TransportError.None;
    }

    /// <summary>Reads octets by copy: for small amounts; large ones go through <see cref="Detach"/>. Stops at the urgent mark.</summary>
    /// <param name="peek">Leave them in the queue.</param>
    /// <param name="received">Octets copied; 0 with None: the peer finished.</param>
    /// <returns>WouldBlock: nothing there. NotConnected. Shutdown: the receiving side was shut down. ConnectionReset, ...: failed.</returns>
    public TransportError Receive(Span<byte> destination, bool peek, Instant now, out int received)
    {
        received = 0;
        TransportError error = CheckReceive();
        if (error != TransportError.None || ReadableBytes == 0 || destination.IsEmpty) return error;
        int most = BeforeUrgentMark(destination.Length, peek);
        received = _receiveQueue!.Read(destination[..most], peek);
        if (!peek) OnRead(received, now);
        return TransportError.None;
    }

    /// <summary>Takes octets out of the queue by reference, to be copied outside the lock.</summary>
    /// <param name="maximum">Octets wanted at most.</param>
    /// <param name="slices">Receives them. Each holds a reference that the caller releases.</param>
    /// <param name="count">Slices filled; 0 with None: the peer finished.</param>
    /// <returns>As <see cref="Receive"/>.</returns>
    public TransportError Detach(int maximum, Span<PacketSlice> slices, Instant now, out int count)
    {
        count = 0;
        TransportError error = CheckReceive();
        if (error != TransportError.None || ReadableBytes == 0 || maximum <= 0) return error;
        int before = ReadableBytes;
        count = _receiveQueue!.Detach(BeforeUrgentMark(maximum, peek: false), slices);
        OnRead(before - ReadableBytes, now);
        return TransportError.None;
    }

    /// <summary>Reads the urgent octet that was taken out of the stream (MSG_OOB).</summary>
    /// <returns>WouldBlock: announced but not here yet. InvalidArgument: none, or urgent data stays inline.</returns>
    public TransportError ReceiveUrgent(bool peek, out byte octet)
    {
        octet = 0;
        if (Error != TransportError.None) return Error;
        if (_urgent is null || _options.OutOfBandInline) return TransportError.InvalidArgument;
        if (!_urgent.HasOctet) return _urgent.IsExpected ? TransportError.WouldBlock : TransportError.InvalidArgument;
        octet = _urgent.Read(peek);
        return TransportError.None;
    }

    /// <summary>FIN after what is queued; the state changes now, not when the FIN leaves. Repeats succeed.</summary>
    /// <returns>NotConnected.</returns>
    public TransportError ShutdownSend(Instant now)
    {
        if (Has(TcpFlags.FinQueued)) return TransportError.None;
        _layer.OnCall(now);
        switch (State)
        {
            case TcpState.Established:
                Set(TcpFlags.FinQueued);
                ChangeState(TcpState.FinWait1);
                break;
            case TcpState.CloseWait:
                Set(TcpFlags.FinQueued);
                ChangeState(TcpState.LastAck);
                break;
            case TcpState.SynReceived:
            case TcpState.SynSent when Has(TcpFlags.FastOpen):
                // Queued until the handshake is complete (§3.10.4), unless the peer has shown a cookie.
                Set(TcpFlags.FinQueued);
                break;
            default:
                return Error != TransportError.None ? Error : TransportError.NotConnected;
        }
        Set(TcpFlags.MoreComing, false);
        Output(now);
        return TransportError.None;
    }

    /// <summary>Nothing more will be read: queued octets are dropped, and data that still arrives resets the connection (Winsock SD_RECEIVE).</summary>
    /// <returns>NotConnected.</returns>
    public TransportError ShutdownReceive(Instant now)
    {
        if (!IsSynchronized) return Error != TransportError.None ? Error : TransportError.NotConnected;
        Set(TcpFlags.ReceiveShutdown);
        if (ReadableBytes == 0) return TransportError.None;
        _layer.OnCall(now);
        ResetForLostReader(now);
        return TransportError.None;
    }

    /// <summary>CLOSE: orderly in the background; with unread data RST tells the peer of the loss (RFC 9293 §3.6.1). The owner hears nothing more.</summary>
    public void Close(Instant now)
    {
        if (Has(TcpFlags.ClosedByUser)) return;
        // In TIME-WAIT the peer is gone already: nobody is left to tell.
        bool unread = State != TcpState.TimeWait && (ReadableBytes > 0 || _reassembly is { IsEmpty: false });
        bool becomesOrphan = State is not (TcpState.Closed or TcpState.TimeWait);
        bool nothingSent = State == TcpState.SynSent && !Has(TcpFlags.SynData);
        if (nothingSent || (unread && (IsSynchronized || MaySendEarly)) || (becomesOrphan && !_layer.TryAddOrphan()))
        {
            Abort(now);
            return;
        }
        Set(TcpFlags.ClosedByUser);
        Owner = null;
        DropUnread();
        if (State == TcpState.Closed)
        {
            Retire();
            return;
        }
        Set(TcpFlags.CountedAsOrphan, becomesOrphan);
        ShutdownSend(now);
        if (State == TcpState.FinWait2) ArmTimer(TcpTimer.Expire, now + _layer.Options.FinWait2Timeout);
    }

    /// <summary>ABORT: RST, queues flushed (RFC 9293 §3.10.5). The owner hears nothing more.</summary>
    public void Abort(Instant now)
    {
        Owner = null;
        _layer.OnCall(now);
        Set(TcpFlags.ClosedByUser);
        if (State == TcpState.Closed)
        {
            DropUnread();
            Retire();
            return;
        }
        bool tell = State is TcpState.SynReceived or TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2 or TcpState.CloseWait;
        if (tell) SendReset(now);
        CountLeap();
        Error = TransportError.ConnectionAborted;
        Release();
    }

    private TransportError CheckSend()
    {
        if (Error != TransportError.None) return Error;
        if (Has(TcpFlags.ClosedByUser)) return TransportError.ConnectionAborted;
        if (Has(TcpFlags.FinQueued)) return TransportError.Shutdown;
        if (_sendQueue is { HasReservation: true }) return TransportError.InvalidArgument;
        return State switch
        {
            TcpState.SynSent when Has(TcpFlags.SynDeferred) => TransportError.None,
            TcpState.SynReceived when MaySendEarly => TransportError.None,
            TcpState.SynSent or TcpState.SynReceived => WouldBlockWriter(),
            TcpState.Established or TcpState.CloseWait => TransportError.None,
            _ => TransportError.NotConnected,
        };
    }

    private TransportError WouldBlockWriter()
    {
        Set(TcpFlags.WriterWaits);
        return TransportError.WouldBlock;
    }

    private void OnTextQueued(TcpSendFlags flags, Instant now)
    {
        NoteBulk(now);
        NoteAnswer(now);
        Set(TcpFlags.MoreComing, (flags & TcpSendFlags.More) != 0);
        if ((flags & TcpSendFlags.Urgent) != 0)
        {
            _send.Urgent = _send.QueueStart + (uint)_sendQueue!.Length;
            Set(TcpFlags.UrgentToSend);
        }
        if ((flags & TcpSendFlags.EndOfRecord) != 0) EndRecord();
        Output(now);
    }

    // None with nothing readable means: the peer has finished.
    private TransportError CheckReceive()
    {
        if (Has(TcpFlags.ReceiveShutdown)) return TransportError.Shutdown;
        if (ReadableBytes > 0 || Has(TcpFlags.FinReceived)) return TransportError.None;
        if (Error != TransportError.None) return Error;
        if (Has(TcpFlags.ClosedByUser)) return TransportError.ConnectionAborted;
        bool isEarly = State == TcpState.SynSent && Has(TcpFlags.FastOpen);
        return State is TcpState.Closed or TcpState.Listen or TcpState.SynSent && !isEarly ? TransportError.NotConnected : TransportError.WouldBlock;
    }

    // A read stops in front of the urgent octet, and the next one passes it (Winsock; RFC 6093).
    private int BeforeUrgentMark(int wanted, bool peek)
    {
        if (_urgent is not { OctetsBeforeMark: >= 0 } urgent) return wanted;
        if (urgent.OctetsBeforeMark > 0) return Math.Min(wanted, urgent.OctetsBeforeMark);
        if (!peek) urgent.OctetsBeforeMark = -1;
        return wanted;
    }

    private void OnRead(int octets, Instant now)
    {
        if (_urgent is { OctetsBeforeMark: > 0 } urgent) urgent.OctetsBeforeMark -= octets;
        if (_receiveQueue!.Length == 0)
        {
            _layer.Pools.Return(_receiveQueue);
            _receiveQueue = null;
            if (State == TcpState.Closed) _layer.ForgetUnread(this);
        }
        FollowReader(octets, now);
        OnReceiveSpaceFreed(now);
    }
}
