using System.Net.Sockets;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;

namespace StackSharp.Hosting;

/// <content>Half-close, close, linger, and the host's end.</content>
internal sealed partial class TcpSocketCore
{
    private SocketOperation? _lingering;

    // Closed by its user, with octets of a non-blocking send still on their way into the connection.
    private bool _isOrphan;
    private bool _reservationAbandoned;

    /// <returns>NotConnected: nothing to shut down.</returns>
    public override SocketError Shutdown(SocketShutdown how)
    {
        using StackHost.Entry entered = Host.EnterAnyway();
        if (IsClosed) return SocketError.NotSocket;
        if (_connection is null || _connecting) return SocketError.NotConnected;
        if (how != SocketShutdown.Receive && !_sendShutDown)
        {
            _sendShutDown = true;
            FinishSending(entered.Now);
        }
        if (how != SocketShutdown.Send && !_receiveShutDown)
        {
            _receiveShutDown = true;
            // Receives that were waiting already still get what arrives for them (Winsock SD_RECEIVE).
            if (Receives.IsEmpty) _ = _connection.ShutdownReceive(entered.Now);
        }
        SignalPollers(ref entered.Completions);
        return SocketError.Success;
    }

    public override void Close() => Close(mayBlock: true);

    /// <summary>Closes by the linger setting.</summary>
    /// <param name="mayBlock">Waits for the peer to acknowledge everything if the linger setting says so.</param>
    /// <returns>WouldBlock: it would have to wait and may not; the socket stays open. NotSocket: closed before.</returns>
    public SocketError Close(bool mayBlock)
    {
        SocketOperation? lingering = null;
        using (StackHost.Entry entered = Host.EnterAnyway())
        {
            if (IsClosed) return SocketError.NotSocket;
            bool isLive = IsConnected && _connection!.Error == TransportError.None;
            bool lingers = isLive && LingerEnabled && LingerSeconds > 0;
            if (lingers && !mayBlock && HasUnacknowledged(entered.Now)) return SocketError.WouldBlock;
            bool abort = LingerEnabled && LingerSeconds == 0;
            IsClosed = true;
            AbandonCalls(abort, entered.Now, ref entered.Completions);
            _listener?.Close(entered.Now);
            _listener = null;
            _binding?.Release();
            _binding = null;
            if (lingers && mayBlock) lingering = StartLingering(entered.Now);
            else if (!abort && IsSending) _isOrphan = true;
            else DropConnection(entered.Now, abort);
        }
        if (lingering is null) return SocketError.Success;
        Await(lingering, new Deadline(LingerSeconds * 1000));
        using (StackHost.Entry entered = Host.EnterAnyway())
        {
            DropConnection(entered.Now, abort: lingering.Error == SocketError.TimedOut);
        }
        lingering.Recycle();
        return SocketError.Success;
    }

    /// <summary>Ends the connection as <see cref="Close()"/> does, without waiting, and leaves the socket as a new one is, its options kept: it may
    /// connect, or be accepted into (Winsock DisconnectEx with TF_REUSE_SOCKET).</summary>
    /// <returns>NotConnected. InProgress: a send is on its way into the connection.</returns>
    public SocketError Disconnect()
    {
        using StackHost.Entry entered = Host.EnterAnyway();
        if (IsClosed) return SocketError.NotSocket;
        if (_connection is null || _connecting) return SocketError.NotConnected;
        if (IsSending) return SocketError.InProgress;
        bool abort = LingerEnabled && LingerSeconds == 0;
        AbandonCalls(abort, entered.Now, ref entered.Completions);
        TcpConnection connection = _connection;
        _connection = null;
        _lastBinding = null;
        _sendShutDown = false;
        _receiveShutDown = false;
        _finishWhenSent = false;
        ConnectError = SocketError.Success;
        if (abort) connection.Abort(entered.Now);
        else connection.Close(entered.Now);
        return SocketError.Success;
    }

    public override void OnHostDisposing(Instant now, ref CompletionBatch completions)
    {
        if (IsClosed && !_isOrphan && _lingering is null) return;
        IsClosed = true;
        AbandonCalls(abort: true, now, ref completions);
        if (_lingering is { } lingering)
        {
            _lingering = null;
            Complete(lingering, SocketError.Success, ref completions);
        }
        // The stack's own shutdown ends the endpoints.
        _listener = null;
        _binding = null;
        _isOrphan = false;
        if (_connection is not null) _connection.Owner = null;
        _connection = null;
        _connecting = false;
    }

    private protected override void Unqueue(SocketOperation operation, Instant now)
    {
        switch (operation.Kind)
        {
            case OperationKind.Receive:
                Receives.Remove(operation);
                break;
            case OperationKind.Send:
                _sends.Remove(operation);
                break;
            case OperationKind.Accept:
                _accepts.Remove(operation);
                break;
            case OperationKind.Connect:
                _connectOperation = null;
                DropAttempt(now);
                break;
            case OperationKind.Linger:
                _lingering = null;
                break;
        }
    }

    private protected override SocketOperation? FindWaiting(IOperationSink? sink)
    {
        SocketOperation? waiting = Receives.Find(sink) ?? _sends.Find(sink) ?? _accepts.Find(sink);
        if (waiting is not null) return waiting;
        return _connectOperation is { Sink: { } told } connecting && (sink is null || told == sink) ? connecting : null;
    }

    private protected override bool AbortGranted(IOperationSink? sink)
    {
        if (_activeSend is not { Sink: { } told } active || (sink is not null && told != sink)) return false;
        active.AbortError = SocketError.OperationAborted;
        return true;
    }

    private bool HasUnacknowledged(Instant now)
    {
        if (IsSending) return true;
        TcpInfo info = _connection!.GetInfo(now);
        return info.BytesUnsent > 0 || info.BytesInFlight > 0;
    }

    private void FinishSending(Instant now)
    {
        if (IsSending) _finishWhenSent = true;
        else _ = _connection!.ShutdownSend(now);
    }

    private SocketOperation StartLingering(Instant now)
    {
        _sendShutDown = true;
        FinishSending(now);
        SocketOperation operation = Rent(OperationKind.Linger);
        operation.PrepareBlocking(0, SocketFlags.None);
        operation.State = OperationState.Queued;
        _lingering = operation;
        return operation;
    }

    /// <summary>Ends every call that waits. What a non-blocking send took goes on, unless the connection is aborted.</summary>
    private void AbandonCalls(bool abort, Instant now, ref CompletionBatch completions)
    {
        CompleteAll(ref Receives, null, ref completions);
        CompleteAll(ref _accepts, null, ref completions);
        if (_connectOperation is { } connecting)
        {
            _connectOperation = null;
            Complete(connecting, CloseError(connecting), ref completions);
        }
        SocketOperation? next = _sends.First;
        while (next is { } operation)
        {
            next = operation.Next;
            if (operation.IsBackground && !abort) continue;
            _sends.Remove(operation);
            Complete(operation, CloseError(operation), ref completions);
        }
        if (_activeSend is { } active && (abort || !active.IsBackground))
        {
            // It writes into memory that its references keep alive; the connection takes the room back now.
            active.AbortError = CloseError(active);
            _reservationAbandoned = true;
            _ = _connection!.Commit(0, TcpSendFlags.None, now);
            _activeSend = null;
        }
        SignalPollers(ref completions);
    }

    private void DropConnection(Instant now, bool abort)
    {
        _isOrphan = false;
        _connecting = false;
        TcpConnection? connection = _connection;
        _connection = null;
        if (connection is not null)
        {
            if (abort) connection.Abort(now);
            else connection.Close(now);
        }
        Host.Unregister(this);
    }
}
