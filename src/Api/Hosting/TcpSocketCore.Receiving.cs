using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;

namespace StackSharp.Hosting;

/// <content>Reading the stream: small amounts are copied under the lock, large ones taken by reference and copied outside.</content>
internal sealed partial class TcpSocketCore
{
    private bool _receiveShutDown;

    /// <summary>Reads what is there, at least one octet unless the peer has finished. With an empty buffer: waits until there is something.</summary>
    /// <param name="flags">Peek, OutOfBand.</param>
    /// <param name="received">0 with Success and a buffer: the peer has finished.</param>
    /// <returns>NotConnected; Shutdown; ConnectionReset, ConnectionAborted, TimedOut, NetworkReset: the connection has failed.</returns>
    public SocketError Receive(Span<byte> buffer, SocketFlags flags, int timeoutMilliseconds, out int received)
    {
        Deadline deadline = new(timeoutMilliseconds);
        SliceArray slices = default;
        SocketOperation operation;
        SocketError error;
        int count;
        using (StackHost.Entry entered = Host.EnterAnyway())
        {
            error = BeginReceive(buffer, flags, entered.Now, slices, out received, out count);
            if (error != SocketError.WouldBlock || deadline.IsImmediate || (flags & SocketFlags.OutOfBand) != 0) goto Answered;
            operation = Rent(OperationKind.Receive);
            operation.PrepareBlocking(buffer.Length, flags);
            Receives.Append(operation);
        }
        do Await(operation, deadline);
        while (operation.State == OperationState.Granted && !StepReceive(operation, buffer));
        error = operation.Error;
        received = operation.Done;
        operation.Recycle();
        return error;

    Answered:
        if (count > 0) received = CopyOut(slices[..count], buffer);
        return error;
    }

    /// <summary>As <see cref="Receive(Span{byte}, SocketFlags, int, out int)"/>, awaiting.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketFlags flags, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<int>(cancellationToken);
        if (StartReceive(buffer, flags, null, out SocketError error, out int received) is { } operation) return operation.Publish(cancellationToken);
        return error == SocketError.Success ? new ValueTask<int>(received) : ValueTask.FromException<int>(new SocketException((int)error));
    }

    /// <summary>As <see cref="Receive(Span{byte}, SocketFlags, int, out int)"/>, telling a sink.</summary>
    /// <returns>IOPending: the sink is told, or has been already. Anything else is the outcome, and the sink hears nothing.</returns>
    public SocketError Receive(Memory<byte> buffer, SocketFlags flags, IOperationSink sink, out int received) =>
        StartReceive(buffer, flags, sink, out SocketError error, out received) is null ? error : SocketError.IOPending;

    // Null: answered at once. With a sink the operation is not the caller's any more.
    private SocketOperation? StartReceive(Memory<byte> buffer, SocketFlags flags, IOperationSink? sink, out SocketError error, out int received)
    {
        Span<byte> destination = buffer.Span;
        SliceArray slices = default;
        int count;
        using (StackHost.Entry entered = Host.EnterAnyway())
        {
            error = BeginReceive(destination, flags, entered.Now, slices, out received, out count);
            if (error != SocketError.WouldBlock || (flags & SocketFlags.OutOfBand) != 0) goto Answered;
            SocketOperation operation = Rent(OperationKind.Receive);
            operation.PrepareReceive(buffer, flags);
            operation.Sink = sink;
            Receives.Append(operation);
            return operation;
        }

    Answered:
        if (count > 0) received = CopyOut(slices[..count], destination);
        return null;
    }

    private static int CopyOut(Span<PacketSlice> slices, Span<byte> destination)
    {
        int copied = SocketOperation.CopySlices(slices, destination);
        foreach (ref readonly PacketSlice slice in slices) slice.Buffer.Release();
        return copied;
    }

    // Either received or count tells of octets, or the error why not. WouldBlock: wait.
    private SocketError BeginReceive(Span<byte> buffer, SocketFlags flags, Instant now, Span<PacketSlice> slices, out int received, out int count)
    {
        received = 0;
        count = 0;
        if (IsClosed) return SocketError.NotSocket;
        if (_connection is null || _connecting) return SocketError.NotConnected;
        if ((flags & SocketFlags.OutOfBand) != 0) return ReceiveUrgent(buffer, flags, out received);
        if (_receiveShutDown) return SocketError.Shutdown;
        if (!Receives.IsEmpty) return SocketError.WouldBlock;
        bool peek = (flags & SocketFlags.Peek) != 0;
        if (buffer.IsEmpty) return AwaitReadable();
        if (peek || buffer.Length <= SmallCopy || _connection.ReadableBytes <= SmallCopy)
        {
            return (SocketError)_connection.Receive(buffer, peek, now, out received);
        }
        return (SocketError)_connection.Detach(buffer.Length, slices, now, out count);
    }

    private SocketError AwaitReadable()
    {
        if (_connection!.ReadableBytes > 0 || _connection.IsEndOfStream) return SocketError.Success;
        return _connection.Error != TransportError.None ? (SocketError)_connection.Error : SocketError.WouldBlock;
    }

    private SocketError ReceiveUrgent(Span<byte> buffer, SocketFlags flags, out int received)
    {
        received = 0;
        if (buffer.IsEmpty) return SocketError.Success;
        if (_connection!.Options.OutOfBandInline) return SocketError.InvalidArgument;
        if (!_connection.IsUrgentPending) return SocketError.WouldBlock;
        TransportError error = _connection.ReceiveUrgent((flags & SocketFlags.Peek) != 0, out byte octet);
        if (error != TransportError.None) return (SocketError)error;
        buffer[0] = octet;
        received = 1;
        return SocketError.Success;
    }

    private void PumpReceives(Instant now, ref CompletionBatch completions)
    {
        while (Receives.First is { } operation)
        {
            TransportError error;
            if (operation.IsPeek || operation.Length == 0)
            {
                error = (TransportError)AwaitReadable();
            }
            else
            {
                error = _connection!.Detach(operation.Length, operation.RentSlices().AsSpan(0, SocketOperation.MaximumSlices), now, out int count);
                operation.SliceCount = error == TransportError.None ? count : 0;
            }
            if (error == TransportError.WouldBlock) return;
            Receives.Remove(operation);
            if (error != TransportError.None)
            {
                Complete(operation, (SocketError)error, ref completions);
                continue;
            }
            operation.State = OperationState.Granted;
            completions.Add(operation);
            if (_receiveShutDown && Receives.IsEmpty) _ = _connection!.ShutdownReceive(now);
        }
    }

    /// <summary>Copies what was granted, outside the lock.</summary>
    /// <returns>False: it has to wait again.</returns>
    private bool StepReceive(SocketOperation operation, Span<byte> buffer)
    {
        if (!operation.IsPeek || operation.Length == 0)
        {
            operation.Done = operation.CopySlicesTo(buffer);
            operation.State = OperationState.Completed;
            return true;
        }
        // Peeking leaves the octets in the queue, so they are copied there.
        using StackHost.Entry entered = Host.EnterAnyway();
        int received = 0;
        SocketError error = operation.AbortError != SocketError.Success ? operation.AbortError
            : IsClosed ? CloseError(operation)
            : (SocketError)_connection!.Receive(buffer, peek: true, entered.Now, out received);
        if (error == SocketError.WouldBlock)
        {
            Receives.Prepend(operation);
            return false;
        }
        operation.Done = received;
        operation.Error = error;
        operation.State = OperationState.Completed;
        return true;
    }
}
