using System.Net.Sockets;
using StackSharp.Hosting;
using StackSharp.Spi;
using StackSharp.Stack.Transport;
using StackSharp.Winsock;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Providers;

/// <summary>The network events of one socket: what has happened and not been told yet, and the event object that says so.</summary>
/// <remarks>
/// Everything is recorded, whether the mask names it or not, so a later selection still sees it. A record comes about by something that happens, or
/// by a call that finds the condition to hold on (receiving a part, accepting one of several); selecting again brings nothing back.
/// State changes under the host's lock, in which the event object is signalled and reset too: records and signal do not part.
/// </remarks>
internal sealed class NetworkEvents : ISocketObserver
{
    private readonly ProviderSocket _socket;
    private NetworkEventErrors _errors;
    private int _recorded;

    // A send was refused: room, when there is some, is news.
    private bool _wantsRoom;

    // Of the stream, that have been told of.
    private long _octets;

    // The end of the connection is told once.
    private bool _endRecorded;

    /// <summary>Records what is the case. Under the lock.</summary>
    public NetworkEvents(ProviderSocket socket)
    {
        _socket = socket;
        SocketReadiness readiness = socket.Core.GetReadiness();
        socket.Core.Observer = this;
        if (socket.Stream is not { } stream) Record(FD_WRITE);
        else if (stream.IsListening) RecordWhat(FD_ACCEPT, readiness);
        else if (readiness.HasFlag(SocketReadiness.ConnectFailed)) RecordOutcome(FD_CONNECT_BIT, stream.ConnectError);
        else if (stream.IsConnected)
        {
            if (!socket.IsAccepted) Record(FD_CONNECT);
            _wantsRoom = true;
            RecordRoom(readiness);
            RecordEnd(readiness);
            _octets = stream.OctetsReceived;
        }
        RecordWhat(FD_READ | FD_OOB, readiness);
    }

    /// <summary>Null: no selection.</summary>
    public EventObject? Event { get; private set; }

    public int Mask { get; private set; }

    public bool IsSelected => Mask != 0;

    /// <summary>Replaces the selection. Under the lock.</summary>
    public void Select(EventObject? chosen, int mask, ref CompletionBatch completions)
    {
        Event = chosen;
        Mask = mask;
        if ((_recorded & mask) != 0) chosen!.Set(ref completions);
    }

    /// <summary>Hands the records over that the mask names.</summary>
    public void Take(ref WSANETWORKEVENTS taken, EventObject? reset)
    {
        using StackHost.Entry entered = _socket.Core.Host.EnterAnyway();
        int told = _recorded & Mask;
        _recorded &= ~told;
        taken.lNetworkEvents = told;
        for (int bit = 0; bit < FD_MAX_EVENTS; bit++)
            if ((told & (1 << bit)) != 0) taken.iErrorCode[bit] = _errors[bit];
        reset?.Reset();
    }

    /// <summary>A send got WSAEWOULDBLOCK.</summary>
    public void OnSendRefused()
    {
        using StackHost.Entry entered = _socket.Core.Host.EnterAnyway();
        _wantsRoom = true;
        Signal(RecordRoom(_socket.Core.GetReadiness()), ref entered.Completions);
    }

    /// <summary>A receive has taken something: what it left is told anew.</summary>
    public void OnReceived() => Repeat(FD_READ | FD_OOB);

    /// <summary>A connection was accepted: others that wait are told anew.</summary>
    public void OnAccepted() => Repeat(FD_ACCEPT);

    /// <summary>A datagram socket was given a peer.</summary>
    public void OnDatagramConnect()
    {
        using StackHost.Entry entered = _socket.Core.Host.EnterAnyway();
        Signal(Record(FD_CONNECT | FD_WRITE), ref entered.Completions);
    }

    public void OnSocketEvents(EndpointEvents events, ref CompletionBatch completions)
    {
        SocketReadiness readiness = _socket.Core.GetReadiness();
        if ((readiness & SocketReadiness.Closed) != 0) return;
        int recorded = 0;
        if (_socket.Stream is { } stream)
        {
            if ((events & EndpointEvents.Connected) != 0 && stream.IsConnected && !_socket.IsAccepted)
            {
                recorded |= RecordOutcome(FD_CONNECT_BIT, SocketError.Success);
                (_wantsRoom, _endRecorded, _octets) = (true, false, 0);
            }
            else if ((events & EndpointEvents.Failed) != 0 && (readiness & SocketReadiness.ConnectFailed) != 0)
            {
                recorded |= RecordOutcome(FD_CONNECT_BIT, stream.ConnectError);
            }
            if ((events & EndpointEvents.Acceptable) != 0) recorded |= RecordWhat(FD_ACCEPT, readiness);
            recorded |= RecordRoom(readiness) | RecordEnd(readiness);
        }
        // A stream is also readable, once more, when its end comes, be the octets old or not.
        if ((events & EndpointEvents.Readable) != 0 && (!_socket.IsStream || HasMore())) recorded |= RecordWhat(FD_READ, readiness);
        if ((events & EndpointEvents.Urgent) != 0) recorded |= RecordWhat(FD_OOB, readiness);
        Signal(recorded, ref completions);
    }

    private void Repeat(int events)
    {
        using StackHost.Entry entered = _socket.Core.Host.EnterAnyway();
        Signal(RecordWhat(events, _socket.Core.GetReadiness()), ref entered.Completions);
    }

    private bool HasMore()
    {
        long before = _octets;
        _octets = _socket.Stream!.OctetsReceived;
        return _octets != before;
    }

    // Of those asked about, what is the case. The end of the stream is nothing to read: that is FD_CLOSE.
    private int RecordWhat(int events, SocketReadiness readiness)
    {
        bool isListening = _socket.Stream is { IsListening: true };
        SocketReadiness readable = _socket.IsStream ? SocketReadiness.Data : SocketReadiness.Read;
        int found = 0;
        if (isListening && (readiness & SocketReadiness.Data) != 0) found |= FD_ACCEPT;
        if (!isListening && (readiness & readable) != 0) found |= FD_READ;
        if (_socket.Stream is { HasUrgentOctet: true }) found |= FD_OOB;
        return Record(found & events);
    }

    private int RecordRoom(SocketReadiness readiness)
    {
        if (!_wantsRoom || (readiness & (SocketReadiness.Write | SocketReadiness.Failed)) != SocketReadiness.Write) return 0;
        _wantsRoom = false;
        return Record(FD_WRITE);
    }

    private int RecordEnd(SocketReadiness readiness)
    {
        if (_endRecorded || (readiness & (SocketReadiness.PeerFinished | SocketReadiness.Failed)) == 0) return 0;
        _endRecorded = true;
        return RecordOutcome(FD_CLOSE_BIT, _socket.Stream!.ConnectionError);
    }

    private int Record(int events)
    {
        _recorded |= events;
        return events;
    }

    private int RecordOutcome(int bit, SocketError error)
    {
        _errors[bit] = (int)error;
        return Record(1 << bit);
    }

    private void Signal(int recorded, ref CompletionBatch completions)
    {
        if ((recorded & Mask) != 0) Event!.Set(ref completions);
    }
}
