using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>What the user asks for: RFC 9293 §3.10.1 to §3.10.6.</content>
public sealed partial class TcpConnection
{
    public TcpState State => throw new NotImplementedException();

    public IpEndpoint Local => throw new NotImplementedException();

    public IpEndpoint Remote => throw new NotImplementedException();

    /// <summary>This end's options; assign a changed copy with <see cref="SetOptions"/>.</summary>
    public TcpSocketOptions Options => throw new NotImplementedException();

    /// <summary>Octets that <see cref="Send"/> takes now; 0 while the buffer is full or before the connection is established.</summary>
    public int SendSpace => throw new NotImplementedException();

    /// <summary>Octets that can be read now.</summary>
    public int ReadableBytes => throw new NotImplementedException();

    /// <summary>The peer has finished and everything it sent has been read.</summary>
    public bool IsEndOfStream => throw new NotImplementedException();

    /// <summary>The user has closed or aborted this end: every further call fails.</summary>
    public bool IsClosedByUser => throw new NotImplementedException();

    /// <summary>An urgent octet waits outside the stream, or (inline) the stream has not been read up to the mark yet.</summary>
    public bool IsUrgentPending => throw new NotImplementedException();

    /// <summary>The next octet to be read is the urgent one (SIOCATMARK asks this).</summary>
    public bool IsAtUrgentMark => throw new NotImplementedException();

    /// <summary>Changes the options that may change on a live connection.</summary>
    /// <returns>InvalidArgument: a value out of range.</returns>
    public TransportError SetOptions(in TcpSocketOptions options, Instant now) => throw new NotImplementedException();

    /// <summary>Queues octets for sending, by copy: for small amounts; large ones go through <see cref="Reserve"/>.</summary>
    /// <param name="taken">Octets taken: as many as <see cref="SendSpace"/> allows.</param>
    /// <returns>
    /// WouldBlock: no room, or still connecting. NotConnected. Shutdown: the sending side was shut down.
    /// ConnectionReset, ConnectionAborted, TimedOut, ...: the connection has failed.
    /// </returns>
    public TransportError Send(ReadOnlySpan<byte> data, TcpSendFlags flags, Instant now, out int taken) => throw new NotImplementedException();

    /// <summary>Sets room in the send queue aside, to be filled outside the lock. One reservation at a time; end it with <see cref="Commit"/>.</summary>
    /// <param name="octets">Octets wanted; fewer may be given.</param>
    /// <param name="regions">Receives where to write. Each holds a reference that the caller releases after <see cref="Commit"/>.</param>
    /// <returns>As <see cref="Send"/>; InvalidArgument: a reservation is open.</returns>
    public TransportError Reserve(int octets, Span<PacketSlice> regions, out int count) => throw new NotImplementedException();

    /// <summary>Queues the first octets of the reservation; 0 gives all of it back.</summary>
    /// <returns>As <see cref="Send"/>, if the connection failed meanwhile.</returns>
    public TransportError Commit(int octets, TcpSendFlags flags, Instant now) => throw new NotImplementedException();

    /// <summary>Reads octets by copy: for small amounts; large ones go through <see cref="Detach"/>. Stops at the urgent mark.</summary>
    /// <param name="peek">Leave them in the queue.</param>
    /// <param name="received">Octets copied; 0 with None: the peer finished.</param>
    /// <returns>WouldBlock: nothing there. NotConnected. Shutdown: the receiving side was shut down. ConnectionReset, ...: failed.</returns>
    public TransportError Receive(Span<byte> destination, bool peek, Instant now, out int received) => throw new NotImplementedException();

    /// <summary>Takes octets out of the queue by reference, to be copied outside the lock.</summary>
    /// <param name="maximum">Octets wanted at most.</param>
    /// <param name="slices">Receives them. Each holds a reference that the caller releases.</param>
    /// <param name="count">Slices filled; 0 with None: the peer finished.</param>
    /// <returns>As <see cref="Receive"/>.</returns>
    public TransportError Detach(int maximum, Span<PacketSlice> slices, Instant now, out int count) => throw new NotImplementedException();

    /// <summary>Reads the urgent octet that was taken out of the stream (MSG_OOB).</summary>
    /// <returns>WouldBlock: announced but not here yet. InvalidArgument: none, or urgent data stays inline.</returns>
    public TransportError ReceiveUrgent(bool peek, Instant now, out byte octet) => throw new NotImplementedException();

    /// <summary>FIN after what is queued; the state changes now, not when the FIN leaves. Repeats succeed.</summary>
    /// <returns>NotConnected.</returns>
    public TransportError ShutdownSend(Instant now) => throw new NotImplementedException();

    /// <summary>Nothing more will be read: queued octets are dropped, and data that still arrives resets the connection (Winsock SD_RECEIVE).</summary>
    /// <returns>NotConnected.</returns>
    public TransportError ShutdownReceive(Instant now) => throw new NotImplementedException();

    /// <summary>CLOSE: orderly in the background; with unread data RST tells the peer of the loss (RFC 9293 §3.6.1). The owner hears nothing more.</summary>
    public void Close(Instant now) => throw new NotImplementedException();

    /// <summary>ABORT: RST, queues flushed (RFC 9293 §3.10.5). The owner hears nothing more.</summary>
    public void Abort(Instant now) => throw new NotImplementedException();

    public TcpInfo GetInfo(Instant now) => throw new NotImplementedException();
}
