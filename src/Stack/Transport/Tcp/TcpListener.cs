using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>A passive open: connections arrive, shake hands in the SYN queue, and wait in the accept queue.</summary>
public sealed class TcpListener : TransportEndpoint
{
    private readonly TcpLayer _layer;
    private readonly PortBinding _binding;
    private readonly Queue<TcpConnection> _established = new();
    private readonly HashSet<TcpConnection> _handshakes = [];
    private int _backlog;
    private bool _isClosed;

    internal TcpListener(TcpLayer layer, PortBinding binding, int backlog, TcpSocketOptions options)
        : base(layer.Ready)
    {
        _layer = layer;
        _binding = binding;
        Options = options;
        Backlog = backlog;
    }

    public IpEndpoint Local => _binding.Local;

    /// <summary>Connections that <see cref="TryAccept"/> would return.</summary>
    public int AcceptableCount => _established.Count;

    /// <summary>Connections whose handshake is under way.</summary>
    public int HalfOpenCount => _handshakes.Count;

    /// <summary>Most established connections that wait to be accepted: at least 1, at most <see cref="TcpLayerOptions.MaximumBacklog"/>.</summary>
    public int Backlog
    {
        get => _backlog;
        set => _backlog = Math.Clamp(value, 1, _layer.Options.MaximumBacklog);
    }

    /// <summary>What accepted connections start with.</summary>
    public TcpSocketOptions Options { get; set; }

    internal bool HasRoom => _established.Count < _backlog;

    /// <summary>The established connection that has waited longest; null when there is none. Its owner is to be set at once.</summary>
    public TcpConnection? TryAccept()
    {
        if (!_established.TryDequeue(out TcpConnection? connection)) return null;
        connection.OnAccepted();
        return connection;
    }

    /// <summary>Ends listening: half-open connections and those not accepted are reset. The owner hears nothing more.</summary>
    public void Close(Instant now)
    {
        if (_isClosed) return;
        _isClosed = true;
        Owner = null;
        _layer.Remove(this);
        foreach (TcpConnection connection in _handshakes.ToArray()) connection.Abort(now);
        while (_established.TryDequeue(out TcpConnection? connection)) connection.Abort(now);
        _binding.Release();
    }

    /// <summary>A SYN for this port (RFC 9293 §3.10.7.2), from an address that can have sent it.</summary>
    internal void OnSyn(
        in TcpHeader syn, in TcpSegmentOptions options, in TransportDatagram datagram, SequenceNumber? afterTimeWait, Instant now)
    {
        // With the accept queue full a handshake would only end in a connection that nobody takes.
        if (_handshakes.Count >= _layer.Options.MaximumSynQueue || !HasRoom)
        {
            _layer.Statistics.CountDrop(HasRoom ? TcpDropReason.SynQueueFull : TcpDropReason.AcceptQueueFull);
            return;
        }
        IpEndpoint local = new(datagram.Destination, syn.DestinationPort);
        IpEndpoint remote = new(datagram.Source, syn.SourcePort);
        TcpConnection? connection = _layer.TryCreate(local, remote, Options, out TransportError _);
        if (connection is null) return;
        _handshakes.Add(connection);
        connection.StartPassive(this, syn, options, afterTimeWait, now);
    }

    internal void OnEstablished(TcpConnection connection)
    {
        _handshakes.Remove(connection);
        _established.Enqueue(connection);
        Raise(EndpointEvents.Acceptable);
    }

    // Before it was accepted: an established one stays in the queue, so that accept can report what became of it.
    internal void OnConnectionEnded(TcpConnection connection) => _handshakes.Remove(connection);
}
