using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Stack.Transport.Tcp.Sharing;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>TCP of one stack: its connections, listeners and ports.</summary>
public sealed partial class TcpLayer
{
    private readonly ConnectionTable _connections;
    private readonly Dictionary<IpEndpoint, TcpListener> _listeners = [];
    private readonly PortTable _ports;
    private readonly EphemeralPorts _ephemeral;
    private readonly List<TcpConnection> _touched = [];
    private readonly TimeWaitList _timeWait = new();
    private readonly List<TcpConnection> _retired = [];
    private readonly IRandomSource _random;

    // Ended in order, with octets that their users have yet to read.
    private readonly HashSet<TcpConnection> _unread = [];
    private List<TcpConnection> _blocked = [];
    private List<TcpConnection> _unblocking = [];
    private Instant _blockedRetryAt = Instant.Never;
    private long _challengeSecond = -1;
    private int _challengesLeft;
    private int _orphans;
    private Instant _now;

    public TcpLayer(TcpLayerOptions options, ITransportNetwork network, ReadyQueue ready, IRandomSource random)
        : this(options, network, ready, random, default)
    {
    }

    internal TcpLayer(TcpLayerOptions options, ITransportNetwork network, ReadyQueue ready, IRandomSource random, PortShare share)
    {
        options.ThrowIfOutOfRange();
        _ports = new PortTable(share.Held);
        Options = options;
        Network = network;
        Ready = ready;
        Pools = new SideObjectPools(options.MaximumScoreboardRecords);
        _random = random;
        _connections = new ConnectionTable(random);
        _ephemeral = new EphemeralPorts(options.FirstEphemeralPort, options.LastEphemeralPort, random, share);
        SequenceNumbers = new InitialSequenceNumbers(random);
    }

    public TcpLayerOptions Options { get; }

    public TcpStatistics Statistics { get; } = new();

    /// <summary>Earliest moment at which <see cref="OnDeadline"/> has something to do.</summary>
    public Instant NextDeadline => Instant.Min(Timers.NextDeadline, _blockedRetryAt);

    /// <summary>Every connection, in no order: for netstat.</summary>
    public IEnumerable<TcpConnection> Connections => _connections.Enumerate();

    public IEnumerable<TcpListener> Listeners => _listeners.Values;

    internal ITransportNetwork Network { get; }

    internal ReadyQueue Ready { get; }

    internal IRandomSource Random => _random;

    /// <summary>The moment that segments, timers and calls that change a connection's state are being worked off at.</summary>
    internal Instant Now => _now;

    internal TimerWheel Timers { get; } = new();

    internal SideObjectPools Pools { get; }

    /// <summary>Connections with much to send.</summary>
    internal BulkSenders BulkSenders { get; } = new();

    /// <summary>Octets that the send queue of a connection may hold whose path asks for no more.</summary>
    internal int SendBufferShare => Math.Clamp(
        Options.SharedSendBufferBytes / Math.Max(1, BulkSenders.Count) & -BulkSenders.Bytes, Options.MinimumSendBufferBytes, Options.InitialSendBufferBytes);

    internal InitialSequenceNumbers SequenceNumbers { get; }

    /// <summary>What is known of peers; null until a connection has ended.</summary>
    internal PeerStates? PeerStates { get; private set; }

    internal PeerStates PeerStatesForUpdate => PeerStates ??= new PeerStates(Options, _random);

    /// <summary>Nothing is out of range, and the congestion control is one that this stack knows.</summary>
    public bool Accepts(TcpSocketOptions options) =>
        options.AreValid && (options.CongestionControl is null || Options.CongestionControls.Contains(options.CongestionControl));

    /// <summary>Claims a local address and port.</summary>
    /// <param name="local">Port 0: one is drawn from the ephemeral range (RFC 6056 §3.3.3).</param>
    /// <returns>AddressNotAvailable: no interface has it. AddressAlreadyInUse, AccessDenied: see <see cref="PortSharing"/>.</returns>
    public TransportError Bind(in IpEndpoint local, PortSharing sharing, out PortBinding? binding)
    {
        binding = null;
        if (!local.Address.IsUnspecified && !Network.IsLocalAddress(local.Address)) return TransportError.AddressNotAvailable;
        if (local.Port != 0) return _ports.TryBind(local, sharing, out binding);
        uint begin = _ephemeral.Begin(local.Address, default);
        for (int step = 0; step < _ephemeral.Count; step++)
        {
            ushort port = _ephemeral.At(begin, step);
            if (!_ports.IsInUse(port)) return _ports.TryBind(local with { Port = port }, sharing, out binding);
        }
        return TransportError.AddressAlreadyInUse;
    }

    /// <summary>Passive OPEN (RFC 9293 §3.10.1). The listener takes over the binding.</summary>
    /// <returns>AddressAlreadyInUse: something listens there. InvalidArgument: an option is out of range, or no congestion control has that name.</returns>
    public TransportError Listen(PortBinding binding, int backlog, TcpSocketOptions options, object owner, out TcpListener? listener)
    {
        listener = null;
        if (!Accepts(options)) return TransportError.InvalidArgument;
        if (_listeners.ContainsKey(binding.Local)) return TransportError.AddressAlreadyInUse;
        listener = new TcpListener(this, binding, backlog, options) { Owner = owner };
        _listeners.Add(binding.Local, listener);
        return TransportError.None;
    }

    /// <summary>Active OPEN (RFC 9293 §3.10.1). The connection takes over the binding, if it comes about.</summary>
    /// <param name="binding">Local address and port, or null to have both chosen.</param>
    /// <returns>
    /// NetworkUnreachable; AddressNotAvailable: the remote address or port is unspecified, broadcast or multicast (MUST-46), or no
    /// ephemeral port is left; AddressAlreadyInUse: that connection exists; InvalidArgument: an option is out of range, or no congestion control
    /// has that name. Later failures arrive as events.
    /// </returns>
    public TransportError Connect(
        PortBinding? binding, in IpEndpoint remote, TcpSocketOptions options, object owner, Instant now, out TcpConnection? connection)
    {
        connection = null;
        _now = now;
        if (!Accepts(options)) return TransportError.InvalidArgument;
        if (remote.Port == 0 || !NamesOneHost(remote.Address)) return TransportError.AddressNotAvailable;
        IpAddress wanted = binding?.Local.Address ?? default;
        TransportError error = Network.TryGetPath(wanted, remote.Address, 0, out TransportPath? path);
        if (path is null) return error;
        IpEndpoint local = new(path.LocalAddress, binding?.Local.Port ?? 0);
        if (binding is null && !TryDrawPort(ref local, remote, now)) return TransportError.AddressNotAvailable;
        if (!MakeWay(local, remote, now)) return TransportError.AddressAlreadyInUse;
        connection = TryCreate(local, remote, options, out error);
        if (connection is null)
        {
            if (binding is null) ReturnPort(local);
            return error;
        }
        connection.Owner = owner;
        connection.StartActive(binding, now);
        return TransportError.None;
    }

    // RFC 6056 §3.3.3: hash-based, and one port may serve connections to many peers.
    private bool TryDrawPort(ref IpEndpoint local, in IpEndpoint remote, Instant now)
    {
        uint begin = _ephemeral.Begin(local.Address, remote);
        for (int step = 0; step < _ephemeral.Count; step++)
        {
            local = local with { Port = _ephemeral.At(begin, step) };
            TcpConnection? holder = _connections.Find(local.Address, local.Port, remote.Address, remote.Port);
            if ((holder is null || holder.CanBeReused(now)) && _ports.TryDraw(local)) return true;
        }
        return false;
    }

    /// <summary>A connection that had its port drawn gives it back.</summary>
    internal void ReturnPort(in IpEndpoint local) => _ports.Return(local);

    // A tuple in TIME-WAIT may be taken again once timestamps or a second's distance keep the incarnations apart (RFC 6191 §3).
    private bool MakeWay(in IpEndpoint local, in IpEndpoint remote, Instant now)
    {
        TcpConnection? old = _connections.Find(local.Address, local.Port, remote.Address, remote.Port);
        if (old is null) return true;
        if (!old.CanBeReused(now)) return false;
        old.EndTimeWait();
        return true;
    }

    internal TcpConnection? TryCreate(in IpEndpoint local, in IpEndpoint remote, TcpSocketOptions options, out TransportError error)
    {
        if (_connections.Count >= Options.MaximumConnections)
        {
            Statistics.CountDrop(TcpDropReason.ConnectionLimit);
            error = TransportError.NoBufferSpaceAvailable;
            return null;
        }
        error = Network.TryGetPath(local.Address, remote.Address, 0, out TransportPath? path);
        if (path is null) return null;
        TcpConnection connection = Pools.TryRentConnection() ?? new TcpConnection(this);
        connection.Begin(path, local, remote, options);
        _connections.Add(connection);
        return connection;
    }

    internal void Remove(TcpConnection connection)
    {
        _connections.Remove(connection);
        if (connection.TakeOrphanMark()) _orphans--;
        _timeWait.Remove(connection);
    }

    /// <summary>A connection has ended and its user is through with it.</summary>
    internal void Retire(TcpConnection connection) => _retired.Add(connection);

    /// <summary>Nothing of this layer is under way: connections that have ended become free for new ones.</summary>
    internal void OnEntryEnd()
    {
        if (_retired.Count == 0) return;
        int kept = 0;
        for (int i = 0; i < _retired.Count; i++)
        {
            TcpConnection connection = _retired[i];
            if (connection.IsListed) _retired[kept++] = connection;
            else Pools.Return(connection);
        }
        _retired.RemoveRange(kept, _retired.Count - kept);
    }

    internal void KeepUnread(TcpConnection connection) => _unread.Add(connection);

    internal void ForgetUnread(TcpConnection connection) => _unread.Remove(connection);

    internal void Remove(TcpListener listener) => _listeners.Remove(listener.Local);

    internal bool TryAddOrphan()
    {
        if (_orphans >= Options.MaximumOrphans) return false;
        _orphans++;
        return true;
    }

    internal void OnTimeWait(TcpConnection connection)
    {
        // Waiting costs neither queues nor retransmissions: it does not count as an orphan any more.
        if (connection.TakeOrphanMark()) _orphans--;
        _timeWait.Add(connection);
        if (_timeWait.Count > Options.MaximumTimeWait) _timeWait.Oldest!.EndTimeWait();
    }

    /// <summary>A call that may change a connection's state is being worked off.</summary>
    internal void OnCall(Instant now) => _now = now;

    internal void Touch(TcpConnection connection)
    {
        if (connection.IsTouched || connection.State == TcpState.Closed) return;
        connection.IsTouched = true;
        _touched.Add(connection);
    }

    internal void NoteBlocked(TcpConnection connection)
    {
        if (connection.IsBlocked) return;
        connection.IsBlocked = true;
        _blocked.Add(connection);
    }

    // Throttled for all connections together, by an amount that an observer cannot count (RFC 5961 §7, CVE-2016-5696).
    internal bool MaySendChallengeAck(Instant now)
    {
        long second = now.Nanoseconds / 1_000_000_000;
        if (second != _challengeSecond)
        {
            _challengeSecond = second;
            int half = Math.Max(1, Options.ChallengeAcksPerSecond / 2);
            _challengesLeft = half + (int)_random.Below((uint)Options.ChallengeAcksPerSecond + 1);
        }
        return _challengesLeft-- > 0;
    }

    private bool NamesOneHost(in IpAddress address) =>
        !address.IsUnspecified && !address.IsMulticast && !address.IsLimitedBroadcast && !address.IsClassE && !Network.IsBroadcastAddress(address);

    /// <summary>All frames of a batch are in: send what they gave rise to, one ACK per connection.</summary>
    public void OnBatchEnd(Instant now)
    {
        // Over loopback, output may touch further connections: those come at the end of the same list.
        for (int i = 0; i < _touched.Count; i++)
        {
            _touched[i].IsTouched = false;
            _touched[i].Output(now);
        }
        _touched.Clear();
        RetryBlocked(now);
    }

    /// <summary>Runs every timer that is due.</summary>
    public void OnDeadline(Instant now)
    {
        _now = now;
        Timers.Advance(now);
        OnBatchEnd(now);
    }

    /// <summary>The stack shuts down: everything is aborted (RST where the RFC wants one) and all buffers are returned.</summary>
    public void Shutdown(Instant now)
    {
        foreach (TcpListener listener in _listeners.Values.ToArray()) listener.Close(now);
        foreach (TcpConnection connection in _connections.Enumerate().ToArray()) connection.Abort(now);
        foreach (TcpConnection connection in _unread.ToArray()) connection.Abort(now);
        _touched.Clear();
        _blocked.Clear();
    }

    private void RetryBlocked(Instant now)
    {
        if (_blocked.Count > 0)
        {
            (_blocked, _unblocking) = (_unblocking, _blocked);
            foreach (TcpConnection connection in _unblocking) connection.IsBlocked = false;
            foreach (TcpConnection connection in _unblocking) connection.Output(now);
            _unblocking.Clear();
        }
        _blockedRetryAt = _blocked.Count > 0 ? now + Options.BlockedRetryDelay : Instant.Never;
    }
}
