using StackSharp.Packetdrill.Wire;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;

namespace StackSharp.Packetdrill.Sockets;

/// <summary>A TCP socket as Linux has them, on one of the stack's listeners or connections.</summary>
/// <remarks>Results are those of the C functions; a negative one is an error number negated. Everything happens within <see cref="Session.Enter"/>.</remarks>
internal sealed partial class TcpSocket : Descriptor
{
    private const int ShutRead = 0;
    private const int ShutWrite = 1;
    private const int ShutBoth = 2;
    private readonly Session _session;
    private TcpSocketOptions _options;
    private PortBinding? _binding;
    private TcpListener? _listener;
    private TcpConnection? _connection;
    private bool _isAccepted;
    private int _backlog;
    private bool _isConnectReported;
    private bool _isErrorTaken;
    private bool _isReadShut;
    private bool _isWriteShut;

    public TcpSocket(Session session, int family, bool isNonBlocking)
    {
        _session = session;
        Family = family;
        IsNonBlocking = isNonBlocking;
        TcpSocketOptions options = session.Settings.SocketOptions();
        _sendBufferBytes = options.SendBufferBytes.GetValueOrDefault();
        _options = options with { SendBufferBytes = _sendBufferBytes + Headroom };
        _notSentLowWater = session.Settings.Number("tcp_notsent_lowat", int.MaxValue);
    }

    // Accepted: what can be set comes from the listener, but for how calls wait.
    private TcpSocket(TcpSocket listener, TcpConnection connection)
        : this(listener._session, listener.Family, isNonBlocking: false)
    {
        CopySettings(listener);
        _options = connection.Options;
        _connection = connection;
        _isConnectReported = true;
        _isAccepted = true;
        connection.Owner = this;
    }

    /// <summary>AF_INET or AF_INET6: how addresses are written.</summary>
    public int Family { get; }

    private TcpLayer Tcp => _session.Stack.Stack.Tcp;

    private Instant Now => _session.Now;

    // One that was accepted may be used before its handshake is complete, and so may one whose SYN waits for octets (Fast Open).
    private bool IsConnecting => _connection is { State: TcpState.SynSent or TcpState.SynReceived } && !_isAccepted && !IsDeferred;

    /// <summary>The error that the next call is to report; each is reported once.</summary>
    private int PendingError => _connection is { Error: not TransportError.None } && !_isErrorTaken ? ErrorOf(_connection) : 0;

    public override Readiness Readiness
    {
        get
        {
            if (_listener is not null) return HasAcceptable ? Readiness.Readable | Readiness.NormallyReadable : Readiness.None;
            if (_connection is null) return Readiness.Writable | Readiness.NormallyWritable | Readiness.HungUp;
            if (IsConnecting) return Readiness.None;
            Readiness ready = Readiness.None;
            bool isOver = _connection.State == TcpState.Closed;
            bool isPeerDone = _connection.IsEndOfStream || _isReadShut || isOver || HasPeerFinished;
            if (PendingError != 0) ready |= Readiness.Error;
            if (isPeerDone) ready |= Readiness.PeerFinished;
            if (_connection.ReadableBytes > 0 || isPeerDone) ready |= Readiness.Readable | Readiness.NormallyReadable;
            if (isPeerDone && (_isWriteShut || isOver)) ready |= Readiness.HungUp;
            if (_isWriteShut || isOver || HasRoomToWrite) ready |= Readiness.Writable | Readiness.NormallyWritable;
            return ready;
        }
    }

    private bool HasPeerFinished =>
        _connection is { State: TcpState.CloseWait or TcpState.LastAck or TcpState.Closing or TcpState.TimeWait };

    public long Bind(in IpEndpoint local)
    {
        if (_binding is not null || _connection is not null) return -Errno.Invalid;
        IpEndpoint wanted = local.Address.IsUnspecified ? local with { Address = IpAddress.AnyIpv4 } : local;
        PortSharing sharing = _reusesAddress ? PortSharing.ReuseAddress : PortSharing.Default;
        return -Errno.Of(Tcp.Bind(wanted, sharing, out _binding));
    }

    public long Listen(int backlog)
    {
        // Linux lets one more wait than it was told.
        int waiting = Math.Max(0, backlog) + 1;
        _backlog = Math.Max(0, backlog);
        if (_listener is not null)
        {
            _listener.Backlog = waiting;
            return 0;
        }
        if (_connection is not null) return -Errno.Invalid;
        if (_binding is null && Bind(new IpEndpoint(IpAddress.AnyIpv4, 0)) is < 0 and long failed) return failed;
        _options = WithServerFastOpen(_session.Settings.Refresh(_options));
        return -Errno.Of(Tcp.Listen(_binding!, waiting, _options, this, out _listener));
    }

    /// <summary>A SYN is about to come in: what it finds are the settings of now.</summary>
    public void RefreshListener()
    {
        if (_listener is null) return;
        _options = WithServerFastOpen(_session.Settings.Refresh(_options));
        _listener.Options = _options;
    }

    /// <returns>The new socket's descriptor.</returns>
    public long Accept(out IpEndpoint peer)
    {
        IpEndpoint remote = default;
        long result = Await(isBlocking: !IsNonBlocking, () =>
        {
            if (_listener is null) return -Errno.Invalid;
            if (NextAcceptable() is not { } connection) return null;
            remote = connection.Remote;
            return _session.Add(new TcpSocket(this, connection));
        });
        peer = remote;
        return result;
    }

    public long Shutdown(int how)
    {
        if (how is not (ShutRead or ShutWrite or ShutBoth)) return -Errno.Invalid;
        if (_listener is not null && how != ShutWrite)
        {
            StopListening();
            return 0;
        }
        if (_connection is null or { State: TcpState.Closed }) return -Errno.NotConnected;
        // Reading is this end's own affair: the peer is not told, and what it sends is taken.
        if (how != ShutWrite) _isReadShut = true;
        if (how == ShutRead || _isWriteShut) return 0;
        _isWriteShut = true;
        if (_connection.State == TcpState.SynSent)
        {
            _connection.Abort(Now);
            return 0;
        }
        TransportError error = _connection.ShutdownSend(Now);
        return error == TransportError.NotConnected ? 0 : -Errno.Of(error);
    }

    public override void Close()
    {
        StopListening();
        if (_connection is not null)
        {
            if (_lingersZero) _connection.Abort(Now);
            else _connection.Close(Now);
        }
        _connection = null;
        _binding?.Release();
        _binding = null;
    }

    private void StopListening()
    {
        if (_listener is null) return;
        _listener.Close(Now);
        AbortSilent();
        _listener = null;
        _binding = null;   // Went with the listener.
    }

    /// <summary>Does what may have to wait.</summary>
    private long Await(bool isBlocking, Func<long?> attempt)
    {
        if (!isBlocking) return attempt() ?? -Errno.WouldBlock;
        return _session.Await(attempt, Instant.Never) ?? -Errno.WouldBlock;
    }

    private int TakeError()
    {
        int error = PendingError;
        if (error != 0) _isErrorTaken = true;
        return error;
    }

    // A reset by a peer that had finished already is told as a broken pipe.
    private static int ErrorOf(TcpConnection connection) =>
        connection.Error == TransportError.ConnectionReset && connection.IsEndOfStream ? Errno.BrokenPipe : Errno.Of(connection.Error);
}
