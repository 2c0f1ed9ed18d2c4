using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Wire;

namespace StackSharp.Hosting;

/// <content>Active open.</content>
internal sealed partial class TcpSocketCore
{
    private SocketOperation? _connectOperation;

    /// <summary>Connects.</summary>
    /// <param name="timeoutMilliseconds">0: WouldBlock, and readiness tells the outcome. Running out aborts the attempt.</param>
    /// <returns>
    /// IsConnected; AlreadyInProgress; InvalidArgument: the socket listens; ConnectionRefused; TimedOut; NetworkUnreachable; HostUnreachable;
    /// AddressNotAvailable; AddressAlreadyInUse. After a failure connecting may be tried again.
    /// </returns>
    public SocketError Connect(in IpEndpoint remote, int timeoutMilliseconds)
    {
        Deadline deadline = new(timeoutMilliseconds);
        SocketOperation operation;
        using (StackHost.Entry entered = Host.EnterAnyway())
        {
            SocketError error = BeginConnect(remote, entered);
            if (error != SocketError.Success) return error;
            if (deadline.IsImmediate) return SocketError.WouldBlock;
            operation = Rent(OperationKind.Connect);
            operation.PrepareBlocking(0, SocketFlags.None);
            operation.State = OperationState.Queued;
            _connectOperation = operation;
        }
        Await(operation, deadline);
        SocketError outcome = operation.Error;
        operation.Recycle();
        return outcome;
    }

    /// <summary>Connects; the result is 0. Cancelling aborts the attempt.</summary>
    public ValueTask<int> ConnectAsync(in IpEndpoint remote, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<int>(cancellationToken);
        SocketOperation operation;
        using (StackHost.Entry entered = Host.EnterAnyway())
        {
            SocketError error = BeginConnect(remote, entered);
            if (error != SocketError.Success) return ValueTask.FromException<int>(new SocketException((int)error));
            operation = Rent(OperationKind.Connect);
            operation.PrepareReceive(default, SocketFlags.None);
            operation.State = OperationState.Queued;
            _connectOperation = operation;
        }
        return operation.Publish(cancellationToken);
    }

    /// <summary>Connects, telling a sink.</summary>
    /// <returns>IOPending: the sink is told, or has been already. Anything else: it was not begun.</returns>
    public SocketError Connect(in IpEndpoint remote, IOperationSink sink)
    {
        using StackHost.Entry entered = Host.EnterAnyway();
        SocketError error = BeginConnect(remote, entered);
        if (error != SocketError.Success) return error;
        SocketOperation operation = Rent(OperationKind.Connect);
        operation.PrepareReceive(default, SocketFlags.None);
        operation.Sink = sink;
        operation.State = OperationState.Queued;
        _connectOperation = operation;
        return SocketError.IOPending;
    }

    private SocketError BeginConnect(in IpEndpoint remote, StackHost.Entry entered)
    {
        if (IsClosed) return SocketError.NotSocket;
        if (_listener is not null) return SocketError.InvalidArgument;
        if (_connection is not null) return _connecting ? SocketError.AlreadyInProgress : SocketError.IsConnected;
        if (remote.Address.IsUnspecified || remote.Port == 0) return SocketError.AddressNotAvailable;
        TransportError error = entered.Stack.Tcp.Connect(_binding, remote, _options, this, entered.Now, out _connection);
        if (error != TransportError.None) return (SocketError)error;
        _binding = null;
        _connecting = true;
        return SocketError.Success;
    }

    private void FinishConnecting(TransportError error, Instant now, ref CompletionBatch completions)
    {
        _connecting = false;
        SocketOperation? operation = _connectOperation;
        _connectOperation = null;
        if (error == TransportError.None) ConnectError = SocketError.Success;
        else
        {
            // A caller who waits is told; only one who did not wait has to ask.
            if (operation is null) ConnectError = (SocketError)error;
            DropAttempt(now);
        }
        if (operation is not null) Complete(operation, (SocketError)error, ref completions);
    }

    // The next attempt starts from the address that was asked for, if it is still to be had.
    private void DropAttempt(Instant now)
    {
        _connection!.Close(now);
        _connection = null;
        _connecting = false;
        if (_lastBinding is { } last) _ = TcpLayer.Bind(last.Local, Sharing, out _binding);
    }
}
