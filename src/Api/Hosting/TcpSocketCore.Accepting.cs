using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;

namespace StackSharp.Hosting;

/// <content>Passive open.</content>
internal sealed partial class TcpSocketCore
{
    private OperationQueue _accepts;

    /// <summary>Starts to listen, or changes the backlog.</summary>
    /// <param name="backlog">Established connections that may wait; cut to what the stack allows, at least 1.</param>
    /// <returns>InvalidArgument: not bound. IsConnected. AddressAlreadyInUse: another socket listens there.</returns>
    public SocketError Listen(int backlog)
    {
        using StackHost.Entry entered = Host.EnterAnyway();
        if (IsClosed) return SocketError.NotSocket;
        backlog = Math.Clamp(backlog, 1, TcpLayer.Options.MaximumBacklog);
        if (_listener is not null)
        {
            _listener.Backlog = backlog;
            return SocketError.Success;
        }
        if (_connection is not null) return _connecting ? SocketError.InvalidArgument : SocketError.IsConnected;
        if (_binding is null) return SocketError.InvalidArgument;
        TransportError error = TcpLayer.Listen(_binding, backlog, _options, this, out _listener);
        if (error == TransportError.None) _binding = null;
        return (SocketError)error;
    }

    /// <summary>Takes the connection that has waited longest.</summary>
    /// <returns>InvalidArgument: not listening. Interrupted: closed by another thread.</returns>
    public SocketError Accept(int timeoutMilliseconds, out TcpSocketCore? accepted)
    {
        Deadline deadline = new(timeoutMilliseconds);
        SocketOperation operation;
        using (StackHost.Entry entered = Host.EnterAnyway())
        {
            SocketError error = BeginAccept(null, out accepted);
            if (error != SocketError.WouldBlock || deadline.IsImmediate) return error;
            operation = Rent(OperationKind.Accept);
            operation.PrepareBlocking(0, SocketFlags.None);
            _accepts.Append(operation);
        }
        Await(operation, deadline);
        SocketError outcome = operation.Error;
        accepted = operation.Accepted;
        operation.Recycle();
        return outcome;
    }

    /// <summary>As <see cref="Accept(int, out TcpSocketCore?)"/>, awaiting. Fails with a SocketException: InvalidArgument: not listening, or the socket to accept into is not as a
    /// new one is; OperationAborted: the listener was closed.</summary>
    /// <param name="into">The socket that takes the connection; null: a new one.</param>
    public ValueTask<TcpSocketCore> AcceptAsync(TcpSocketCore? into, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<TcpSocketCore>(cancellationToken);
        SocketOperation operation;
        using (StackHost.Entry entered = Host.EnterAnyway())
        {
            SocketError error = BeginAccept(into, out TcpSocketCore? accepted);
            if (error == SocketError.Success) return new ValueTask<TcpSocketCore>(accepted!);
            if (error != SocketError.WouldBlock) return ValueTask.FromException<TcpSocketCore>(new SocketException((int)error));
            operation = Rent(OperationKind.Accept);
            operation.PrepareReceive(default, SocketFlags.None);
            operation.Accepted = into;
            _accepts.Append(operation);
        }
        return operation.PublishAccept(cancellationToken);
    }

    /// <summary>As <see cref="Accept(int, out TcpSocketCore?)"/>, telling a sink.</summary>
    /// <param name="into">The socket that takes the connection.</param>
    /// <returns>IOPending: the sink is told, or has been already. Anything else is the outcome, and the sink hears nothing. InvalidArgument: as for <see cref="AcceptAsync"/>.</returns>
    public SocketError Accept(TcpSocketCore into, IOperationSink sink)
    {
        using StackHost.Entry entered = Host.EnterAnyway();
        SocketError error = BeginAccept(into, out _);
        if (error != SocketError.WouldBlock) return error;
        SocketOperation operation = Rent(OperationKind.Accept);
        operation.PrepareReceive(default, SocketFlags.None);
        operation.Accepted = into;
        operation.Sink = sink;
        _accepts.Append(operation);
        return SocketError.IOPending;
    }

    private SocketError BeginAccept(TcpSocketCore? into, out TcpSocketCore? accepted)
    {
        accepted = null;
        if (IsClosed) return SocketError.NotSocket;
        if (_listener is null || into is { IsUnused: false }) return SocketError.InvalidArgument;
        if (!_accepts.IsEmpty) return SocketError.WouldBlock;
        if (_listener.TryAccept() is not { } connection) return SocketError.WouldBlock;
        accepted = HandOver(connection, into);
        return SocketError.Success;
    }

    private void PumpAccepts(ref CompletionBatch completions)
    {
        while (_accepts.First is { } operation)
        {
            // The socket to accept into was put to use, or closed, while it waited: the connection is left to others.
            bool canTake = operation.Accepted is null or { IsUnused: true };
            TcpConnection? connection = canTake ? _listener!.TryAccept() : null;
            if (canTake && connection is null) return;
            _accepts.Remove(operation);
            if (connection is not null) operation.Accepted = HandOver(connection, operation.Accepted);
            Complete(operation, canTake ? SocketError.Success : SocketError.InvalidArgument, ref completions);
        }
    }

    private TcpSocketCore HandOver(TcpConnection connection, TcpSocketCore? into)
    {
        if (into is null) return new TcpSocketCore(this, connection);
        into.Adopt(this, connection);
        return into;
    }

    // An accepted connection starts with what was set on its listener.
    private void Adopt(TcpSocketCore listener, TcpConnection connection)
    {
        _options = connection.Options;
        _connection = connection;
        connection.Owner = this;
        CompletionMode = listener.CompletionMode;
        Sharing = listener.Sharing;
        LingerEnabled = listener.LingerEnabled;
        LingerSeconds = listener.LingerSeconds;
    }
}
