using System.Net.Sockets;
using System.Runtime.CompilerServices;
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
            SocketError error = BeginAccept(out accepted);
            if (error != SocketError.WouldBlock || deadline.IsImmediate) return error;
            operation = Rent(OperationKind.Accept);
            operation.PrepareBlocking(0, SocketFlags.None);
            _accepts.Append(operation);
        }
        Await(operation, deadline);
        SocketError outcome = operation.Error;
        accepted = (TcpSocketCore?)operation.Accepted;
        operation.Recycle();
        return outcome;
    }

    /// <summary>As <see cref="Accept"/>, awaiting.</summary>
    /// <exception cref="SocketException">InvalidArgument; OperationAborted: the socket was closed.</exception>
    public async ValueTask<TcpSocketCore> AcceptAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SocketOperation? operation = StartAccept(out TcpSocketCore? accepted);
        if (operation is null) return accepted!;
        // The operation is gone once its result has been taken: what it accepted goes through a box.
        StrongBox<SocketCore?> box = operation.AcceptedBox!;
        await operation.Publish(cancellationToken).ConfigureAwait(false);
        return (TcpSocketCore)box.Value!;
    }

    private SocketOperation? StartAccept(out TcpSocketCore? accepted)
    {
        using StackHost.Entry entered = Host.EnterAnyway();
        SocketError error = BeginAccept(out accepted);
        if (error == SocketError.Success) return null;
        if (error != SocketError.WouldBlock) throw new SocketException((int)error);
        SocketOperation operation = Rent(OperationKind.Accept);
        operation.PrepareReceive(default, SocketFlags.None);
        operation.AcceptedBox = new StrongBox<SocketCore?>();
        _accepts.Append(operation);
        return operation;
    }

    private SocketError BeginAccept(out TcpSocketCore? accepted)
    {
        accepted = null;
        if (IsClosed) return SocketError.NotSocket;
        if (_listener is null) return SocketError.InvalidArgument;
        if (!_accepts.IsEmpty) return SocketError.WouldBlock;
        if (_listener.TryAccept() is not { } connection) return SocketError.WouldBlock;
        accepted = new TcpSocketCore(this, connection);
        return SocketError.Success;
    }

    private void PumpAccepts(ref CompletionBatch completions)
    {
        while (_accepts.First is { } operation && _listener!.TryAccept() is { } connection)
        {
            _accepts.Remove(operation);
            operation.Accepted = new TcpSocketCore(this, connection);
            Complete(operation, SocketError.Success, ref completions);
        }
    }
}
