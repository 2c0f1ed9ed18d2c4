namespace StackSharp.Stack.Transport;

/// <summary>What happened at an endpoint since its owner last looked.</summary>
[Flags]
public enum EndpointEvents
{
    None = 0,

    /// <summary>Data, a datagram, the end of the stream or an error can be read.</summary>
    Readable = 1,

    /// <summary>Room to send has appeared.</summary>
    Writable = 2,

    /// <summary>The connection is established.</summary>
    Connected = 4,

    /// <summary>A connection waits to be accepted.</summary>
    Acceptable = 8,

    /// <summary>The peer sent FIN: what is queued is all there will be.</summary>
    PeerFinished = 16,

    /// <summary>The endpoint failed: <see cref="TransportEndpoint.Error"/> says why.</summary>
    Failed = 32,

    /// <summary>Urgent data arrived or was announced.</summary>
    Urgent = 64,

    /// <summary>All that was sent, the FIN included, has been acknowledged.</summary>
    SendFinished = 128,

    /// <summary>The network reported trouble that does not end the connection (RFC 9293 MUST-47): see <see cref="Tcp.TcpConnection.SoftError"/>.</summary>
    SoftError = 256,
}

/// <summary>One end of a conversation: what the layers above hold.</summary>
public abstract class TransportEndpoint
{
    private readonly ReadyQueue _ready;

    private protected TransportEndpoint(ReadyQueue ready) => _ready = ready;

    /// <summary>The object that the layer above hangs on the endpoint; null once it has closed it.</summary>
    public object? Owner { get; set; }

    /// <summary>Why the endpoint failed, or None. For a connection it is final; a datagram endpoint's is taken with the next call.</summary>
    public TransportError Error { get; protected set; }

    internal EndpointEvents PendingEvents { get; private set; }

    internal TransportEndpoint? NextReady { get; set; }

    internal bool IsQueuedAsReady { get; set; }

    /// <summary>The object starts anew, for another conversation.</summary>
    private protected void Renew()
    {
        Owner = null;
        Error = TransportError.None;
        PendingEvents = EndpointEvents.None;
    }

    /// <summary>The events since the last call, which are forgotten thereby.</summary>
    public EndpointEvents TakeEvents()
    {
        EndpointEvents events = PendingEvents;
        PendingEvents = EndpointEvents.None;
        return events;
    }

    private protected void Raise(EndpointEvents events)
    {
        PendingEvents |= events;
        if (Owner is not null && !IsQueuedAsReady) _ready.Enqueue(this);
    }
}
