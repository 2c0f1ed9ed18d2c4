using System.Buffers;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;

namespace StackSharp.Hosting;

/// <content>Writing the stream: small amounts are copied under the lock; for large ones room is reserved, filled outside, and committed.</content>
internal sealed partial class TcpSocketCore
{
    private OperationQueue _sends;

    // Has the connection's one reservation, and fills it outside the lock.
    private SocketOperation? _activeSend;
    private bool _sendShutDown;
    private bool _finishWhenSent;

    /// <summary>What a send operation does next.</summary>
    private enum SendStep
    {
        /// <summary>Its outcome is known.</summary>
        Finished,

        /// <summary>It has room, to be filled outside the lock.</summary>
        Granted,

        /// <summary>It is in the queue; whoever takes it out adds it to a batch of completions.</summary>
        Queued,
    }

    /// <summary>Sends all of it; without waiting, as much as there is room for.</summary>
    /// <param name="flags">OutOfBand: the last octet is urgent. Partial: more follows soon.</param>
    /// <returns>NotConnected; Shutdown; WouldBlock: no room; TimedOut; ConnectionReset, ConnectionAborted, NetworkReset: the connection has failed.</returns>
    public SocketError Send(ReadOnlySpan<byte> data, SocketFlags flags, int timeoutMilliseconds, out int sent) =>
        Send(data, flags, timeoutMilliseconds, takesAll: false, out sent);

    /// <summary>As the other overload.</summary>
    /// <param name="takesAll">A send that does not wait takes all or nothing (Winsock): what there is no room for stands first in the queue before anybody
    /// else's octets can, and goes out even after <see cref="Close()"/>.</param>
    public SocketError Send(ReadOnlySpan<byte> data, SocketFlags flags, int timeoutMilliseconds, bool takesAll, out int sent)
    {
        Deadline deadline = new(timeoutMilliseconds);
        SocketOperation operation;
        SendStep step;
        using (StackHost.Entry entered = Host.EnterAnyway())
        {
            SocketError error = BeginSend(data, flags, entered.Now, out sent);
            if (error != SocketError.WouldBlock) return error;
            if (deadline.IsImmediate && sent == 0 && IsSending) return SocketError.WouldBlock;
            if (deadline.IsImmediate && sent > 0)
            {
                if (!takesAll) return SocketError.Success;
                // Few octets, or there would be none in the connection yet.
                QueueRest(Rent(OperationKind.Send), CopyOf(data[sent..]), data.Length - sent, flags, entered.Now, ref entered.Completions);
                sent = data.Length;
                return SocketError.Success;
            }
            operation = Rent(OperationKind.Send);
            operation.PrepareBlocking(data.Length, flags);
            operation.Done = sent;
            operation.TakesAll = takesAll && deadline.IsImmediate;
            step = IsSending ? Enqueue(operation) : Grant(operation, deadline.IsImmediate);
        }
        while (step != SendStep.Finished)
        {
            if (step == SendStep.Queued) Await(operation, deadline);
            if (operation.State == OperationState.Completed) break;
            step = StepSend(operation, data, deadline.IsImmediate);
        }
        SocketError outcome = operation.Error;
        sent = operation.Done;
        if (outcome == SocketError.Success && operation.TakesAll && sent < data.Length)
        {
            outcome = HandOver(operation, data[sent..], flags);
            if (outcome == SocketError.Success) sent = data.Length;
            return outcome;
        }
        operation.Recycle();
        return outcome;
    }

    /// <summary>As <see cref="Send(ReadOnlySpan{byte}, SocketFlags, int, out int)"/>, awaiting; the result is the length of the data.</summary>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> data, SocketFlags flags, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<int>(cancellationToken);
        if (StartSend(data, flags, null, out SocketError error) is { } operation) return operation.Publish(cancellationToken);
        return error == SocketError.Success ? new ValueTask<int>(data.Length) : ValueTask.FromException<int>(new SocketException((int)error));
    }

    /// <summary>As <see cref="Send(ReadOnlySpan{byte}, SocketFlags, int, out int)"/>, telling a sink.</summary>
    /// <returns>IOPending: the sink is told, or has been already. Anything else is the outcome, and the sink hears nothing; Success: all is sent.</returns>
    public SocketError Send(ReadOnlyMemory<byte> data, SocketFlags flags, IOperationSink sink) =>
        StartSend(data, flags, sink, out SocketError error) is null ? error : SocketError.IOPending;

    // Null: answered at once. With a sink the operation is not the caller's any more.
    private SocketOperation? StartSend(ReadOnlyMemory<byte> data, SocketFlags flags, IOperationSink? sink, out SocketError error)
    {
        ReadOnlySpan<byte> source = data.Span;
        SocketOperation operation;
        SendStep step;
        using (StackHost.Entry entered = Host.EnterAnyway())
        {
            error = BeginSend(source, flags, entered.Now, out int sent);
            if (error != SocketError.WouldBlock) return null;
            operation = Rent(OperationKind.Send);
            operation.PrepareSend(data, sent, flags);
            operation.Sink = sink;
            step = IsSending ? Enqueue(operation) : Grant(operation, isImmediate: false);
        }
        while (step == SendStep.Granted) step = StepSend(operation, source, isImmediate: false);
        if (step == SendStep.Queued) return operation;
        error = operation.Error;
        operation.Recycle();
        return null;
    }

    // The rest of a call that is about to return, after as much of it as there was room for.
    private SocketError HandOver(SocketOperation operation, ReadOnlySpan<byte> rest, SocketFlags flags)
    {
        byte[] copy = CopyOf(rest);
        using StackHost.Entry entered = Host.EnterAnyway();
        if (operation.AbortError != SocketError.Success)
        {
            // The socket was closed meanwhile, and the place given up for it.
            SocketError error = operation.AbortError;
            ArrayPool<byte>.Shared.Return(copy);
            operation.Recycle();
            return error;
        }
        _activeSend = null;
        QueueRest(operation, copy, rest.Length, flags, entered.Now, ref entered.Completions);
        return SocketError.Success;
    }

    private void QueueRest(SocketOperation operation, byte[] rented, int length, SocketFlags flags, Instant now, ref CompletionBatch completions)
    {
        operation.PrepareBackground(rented, length, flags);
        _sends.Prepend(operation);
        PumpSends(now, ref completions);
    }

    private static byte[] CopyOf(ReadOnlySpan<byte> data)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(data.Length);
        data.CopyTo(rented);
        return rented;
    }

    private bool IsSending => _activeSend is not null || !_sends.IsEmpty;

    private SendStep Enqueue(SocketOperation operation)
    {
        _sends.Append(operation);
        return SendStep.Queued;
    }

    // Success: all of it is taken. WouldBlock: an operation has to see to the rest.
    private SocketError BeginSend(ReadOnlySpan<byte> data, SocketFlags flags, Instant now, out int sent)
    {
        sent = 0;
        if (IsClosed) return SocketError.NotSocket;
        if (_connection is null || _connecting) return SocketError.NotConnected;
        if (_sendShutDown) return SocketError.Shutdown;
        if (data.IsEmpty) return (SocketError)_connection.Error;
        if (IsSending || data.Length > SmallCopy) return SocketError.WouldBlock;
        // An urgent octet goes with the last part: let an operation find out which that is.
        if ((flags & SocketFlags.OutOfBand) != 0 && _connection.SendSpace < data.Length && _connection.Error == TransportError.None)
        {
            return SocketError.WouldBlock;
        }
        TransportError error = _connection.Send(data, ToTcp(flags), now, out sent);
        return error == TransportError.None && sent < data.Length ? SocketError.WouldBlock : (SocketError)error;
    }

    private static TcpSendFlags ToTcp(SocketFlags flags) =>
        ((flags & SocketFlags.OutOfBand) != 0 ? TcpSendFlags.Urgent : TcpSendFlags.None)
        | ((flags & SocketFlags.Partial) != 0 ? TcpSendFlags.More : TcpSendFlags.None);

    // Under the lock, with no reservation open. Queues at the front if there is no room.
    private SendStep Grant(SocketOperation operation, bool isImmediate)
    {
        TransportError error = Reserve(operation);
        if (error == TransportError.None) return SendStep.Granted;
        if (error == TransportError.WouldBlock && !isImmediate)
        {
            _sends.Prepend(operation);
            return SendStep.Queued;
        }
        operation.State = OperationState.Completed;
        operation.Error = error == TransportError.WouldBlock && operation.Done > 0 ? SocketError.Success : (SocketError)error;
        // The rest has to be copied first, outside the lock: nobody else gets in between.
        if (operation.Error == SocketError.Success && operation.TakesAll) _activeSend = operation;
        return SendStep.Finished;
    }

    private TransportError Reserve(SocketOperation operation)
    {
        TransportError error = _connection!.Reserve(
            operation.Length - operation.Done, operation.RentSlices().AsSpan(0, SocketOperation.MaximumSlices), out int count);
        if (error != TransportError.None) return error;
        if (count == 0) return TransportError.WouldBlock;
        operation.SliceCount = count;
        operation.State = OperationState.Granted;
        _activeSend = operation;
        return TransportError.None;
    }

    private SendStep StepSend(SocketOperation operation, ReadOnlySpan<byte> data, bool isImmediate)
    {
        int filled = operation.Fault is null ? operation.FillSlices(data[operation.Done..]) : 0;
        using StackHost.Entry entered = Host.EnterAnyway();
        _activeSend = null;
        SocketError error = operation.Fault is null ? operation.AbortError : SocketError.Fault;
        if (error == SocketError.Success)
        {
            bool isLast = operation.Done + filled == operation.Length;
            SocketFlags flags = isLast ? operation.Flags : operation.Flags & ~SocketFlags.OutOfBand;
            error = (SocketError)_connection!.Commit(filled, ToTcp(flags), entered.Now);
            if (error == SocketError.Success) operation.Done += filled;
        }
        else if (!_reservationAbandoned)
        {
            // Canceled, or the caller's memory is gone: the octets are not sent.
            _ = _connection!.Commit(0, TcpSendFlags.None, entered.Now);
        }
        operation.ReleaseSlices();
        SendStep step = SendStep.Finished;
        if (error == SocketError.Success && operation.Done < operation.Length) step = Grant(operation, isImmediate);
        else
        {
            operation.State = OperationState.Completed;
            operation.Error = error;
        }
        if (step != SendStep.Granted && _connection is not null) PumpSends(entered.Now, ref entered.Completions);
        // The room that it leaves is there for others, who have not been told of it while the send had it.
        if (!IsSending) Report(EndpointEvents.None, ref entered.Completions);
        return step;
    }

    private void PumpSends(Instant now, ref CompletionBatch completions)
    {
        while (_activeSend is null && _sends.First is { } operation)
        {
            TransportError error = Reserve(operation);
            if (error == TransportError.WouldBlock) return;
            _sends.Remove(operation);
            if (error == TransportError.None) completions.Add(operation);
            else Complete(operation, (SocketError)error, ref completions);
        }
        if (!IsSending) OnAllSent(now);
    }

    private void OnAllSent(Instant now)
    {
        if (_finishWhenSent)
        {
            _finishWhenSent = false;
            _ = _connection!.ShutdownSend(now);
        }
        if (_isOrphan) DropConnection(now, abort: false);
    }
}
