using System.Net.Sockets;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using TcpListener = StackSharp.Stack.Transport.Tcp.TcpListener;

namespace StackSharp.Hosting;

/// <summary>A stream socket: at first neither, then a listener or a connection.</summary>
/// <remarks>Partial files: Connecting, Accepting, Sending, Receiving, Closing.</remarks>
internal sealed partial class TcpSocketCore : SocketCore
{
    /// <summary>Up to so many octets are copied under the lock: cheaper than to hand out references.</summary>
    private const int SmallCopy = 4096;

    private PortBinding? _binding;

    // What was bound last: a connection that fails gives the socket back to it.
    private PortBinding? _lastBinding;
    private TcpListener? _listener;
    private TcpConnection? _connection;
    private TcpSocketOptions _options;
    private bool _connecting;

    public TcpSocketCore(StackHost host, bool isIpv6)
        : base(host, isIpv6)
    {
        _options = (host.Options.Stack.Tcp ?? new TcpLayerOptions()).Socket;
        Open();
    }

    /// <summary>An accepted connection. Under the lock.</summary>
    private TcpSocketCore(TcpSocketCore listener, TcpConnection connection)
        : base(listener.Host, listener.IsIpv6)
    {
        _options = connection.Options;
        Adopt(listener, connection);
        Host.Register(this);
    }

    public override bool IsStream => true;

    // Under the lock.
    private TcpLayer TcpLayer => Host.StackUnderLock.Tcp;

    /// <summary>SO_LINGER's switch.</summary>
    public bool LingerEnabled { get; set; }

    /// <summary>SO_LINGER's time.</summary>
    public ushort LingerSeconds { get; set; }

    public bool IsListening => _listener is not null;

    /// <summary>Established at some time, and not closed by this side since.</summary>
    public bool IsConnected => _connection is not null && !_connecting;

    public bool IsConnecting => _connecting;

    // As a new socket is: what a connection may be accepted into. Under the lock.
    private bool IsUnused => !IsClosed && _binding is null && _listener is null && _connection is null && !IsSending;

    /// <summary>What a non-blocking connect failed with; stays until one succeeds (SO_ERROR).</summary>
    public SocketError ConnectError { get; private set; }

    /// <summary>Why the connection failed after it was established. Under the lock.</summary>
    public SocketError ConnectionError => (SocketError)(_connection?.Error ?? TransportError.None);

    /// <summary>Of the connection's stream, in order, read or not. Under the lock.</summary>
    public long OctetsReceived => _connection?.BytesReceived ?? 0;

    /// <summary>MSG_OOB would get an octet. Under the lock.</summary>
    public bool HasUrgentOctet =>
        _connection is { IsUrgentPending: true, Options.OutOfBandInline: false } && _connection.ReceiveUrgent(peek: true, out _) == TransportError.None;

    public TcpSocketOptions TcpOptions
    {
        get
        {
            using StackHost.Entry entered = Host.EnterAnyway();
            return _connection?.Options ?? _options;
        }
    }

    /// <summary>Changes options wherever they are in force.</summary>
    /// <returns>InvalidArgument: out of range, or no congestion control of that name.</returns>
    public SocketError SetTcpOptions(TcpSocketOptions options)
    {
        using StackHost.Entry entered = Host.EnterAnyway();
        if (!entered.Stack.Tcp.Accepts(options)) return SocketError.InvalidArgument;
        if (IsClosed) return SocketError.NotSocket;
        if (_connection is not null)
        {
            TransportError error = _connection.SetOptions(options, entered.Now);
            if (error != TransportError.None) return (SocketError)error;
        }
        if (_listener is not null) _listener.Options = options;
        _options = options;
        return SocketError.Success;
    }

    /// <summary>Octets that may wait to be sent and acknowledged: those of the connection, or those that it starts with.</summary>
    public int SendBufferBytes
    {
        get
        {
            using StackHost.Entry entered = Host.EnterAnyway();
            return _connection?.SendBufferBytes ?? _options.SendBufferBytes ?? entered.Stack.Tcp.Options.InitialSendBufferBytes;
        }
    }

    /// <summary>Octets that may wait to be read: those of the connection, or those that it starts with.</summary>
    public int ReceiveBufferBytes
    {
        get
        {
            using StackHost.Entry entered = Host.EnterAnyway();
            return _connection?.ReceiveBufferBytes ?? _options.ReceiveBufferBytes ?? entered.Stack.Tcp.Options.InitialReceiveBufferBytes;
        }
    }

    /// <summary>The connection's figures, or null without one.</summary>
    public TcpInfo? GetInfo()
    {
        using StackHost.Entry entered = Host.EnterAnyway();
        return _connection?.GetInfo(entered.Now);
    }

    /// <summary>No urgent octet is ahead of the next one to be read; always so where it stands in the stream (SIOCATMARK, as Winsock answers it).</summary>
    public bool IsAtUrgentMark
    {
        get
        {
            using StackHost.Entry entered = Host.EnterAnyway();
            return _connection is null || _connection.Options.OutOfBandInline || _connection.IsAtUrgentMark || !_connection.IsUrgentPending;
        }
    }

    public override SocketError Bind(in IpEndpoint local)
    {
        using StackHost.Entry entered = Host.EnterAnyway();
        if (IsClosed) return SocketError.NotSocket;
        if (_binding is not null || _connection is not null || _listener is not null) return SocketError.InvalidArgument;
        TransportError error = entered.Stack.Tcp.Bind(local, Sharing, out _binding);
        if (error == TransportError.None) _lastBinding = _binding;
        return (SocketError)error;
    }

    public override void OnEvents(TransportEndpoint endpoint, EndpointEvents events, Instant now, ref CompletionBatch completions)
    {
        if (endpoint == _listener)
        {
            PumpAccepts(ref completions);
        }
        else if (endpoint == _connection)
        {
            if (_connecting && (events & (EndpointEvents.Connected | EndpointEvents.Failed)) != 0)
            {
                FinishConnecting(_connection.Error, now, ref completions);
            }
            if (_connection is not null) Pump(events, now, ref completions);
        }
        Report(events, ref completions);
    }

    private void Pump(EndpointEvents events, Instant now, ref CompletionBatch completions)
    {
        PumpReceives(now, ref completions);
        PumpSends(now, ref completions);
        if (_lingering is not { } lingering || (events & (EndpointEvents.SendFinished | EndpointEvents.Failed)) == 0) return;
        _lingering = null;
        Complete(lingering, SocketError.Success, ref completions);
    }

    public override void Continue(SocketOperation operation)
    {
        if (operation.State == OperationState.Granted && !GoOn(operation)) return;
        operation.Finish();
    }

    // False: back in the queue, where it may be somebody else's by now.
    private bool GoOn(SocketOperation operation)
    {
        if (operation.Kind == OperationKind.Receive) return StepReceive(operation, operation.OpenBuffer());
        SendStep step;
        do step = StepSend(operation, operation.OpenData(), isImmediate: false);
        while (step == SendStep.Granted);
        return step == SendStep.Finished;
    }

    public override SocketReadiness GetReadiness()
    {
        if (IsClosed) return SocketReadiness.Closed;
        if (_listener is not null) return _listener.AcceptableCount > 0 ? SocketReadiness.Read | SocketReadiness.Data : SocketReadiness.None;
        if (_connection is null || _connecting)
        {
            return ConnectError != SocketError.Success && !_connecting ? SocketReadiness.ConnectFailed : SocketReadiness.None;
        }
        SocketReadiness readiness = SocketReadiness.None;
        if (_connection.Error != TransportError.None) return SocketReadiness.Failed | SocketReadiness.Read | SocketReadiness.Write;
        if (_connection.ReadableBytes > 0) readiness |= SocketReadiness.Read | SocketReadiness.Data;
        if (IsPeerFinished) readiness |= SocketReadiness.PeerFinished;
        if (_connection.IsEndOfStream || _receiveShutDown) readiness |= SocketReadiness.Read;
        if (_sendShutDown || (!IsSending && HasSendSpace())) readiness |= SocketReadiness.Write;
        if (_connection.IsUrgentPending && !_connection.Options.OutOfBandInline) readiness |= SocketReadiness.Urgent;
        return readiness;
    }

    // Without room it asks for some that it will not get: so the connection tells when there is.
    private bool HasSendSpace() => _connection!.SendSpace > 0 || _connection.Reserve(1, default, out _) != TransportError.WouldBlock;

    private bool IsPeerFinished => _connection!.State is TcpState.CloseWait or TcpState.LastAck or TcpState.Closing or TcpState.TimeWait;

    private protected override IpEndpoint? GetLocal() =>
        _connection?.Local ?? _listener?.Local ?? _binding?.Local ?? _lastBinding?.Local;

    private protected override IpEndpoint? GetRemote() => _connection?.Remote;

    private protected override int GetAvailable() => _connection is null || _connecting ? 0 : _connection.ReadableBytes;

    private protected override SocketError CloseError(SocketOperation operation)
    {
        if (operation.Parker is null) return SocketError.OperationAborted;
        return operation.Kind is OperationKind.Receive or OperationKind.Send ? SocketError.ConnectionAborted : SocketError.Interrupted;
    }
}
