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
    public SocketError Send(ReadOnlySpan<byte> data, SocketFlags flags, int timeoutMilliseconds, out int sent)
    {
        Deadline deadline = new(timeoutMilliseconds);
        SocketOperation operation;
        SendStep step;
        using (StackHost.Entry entered = Host.EnterAnyway())
        {
            SocketError error = BeginSend(data, flags, entered.Now, out sent);
            if (error != SocketError.WouldBlock) return error;
            if (deadline.IsImmediate && (sent > 0 || IsSending)) return sent > 0 ? SocketError.Success : SocketError.WouldBlock;
            operation = Rent(OperationKind.Send);
            operation.PrepareBlocking(data.Length, flags);
            operation.Done = sent;
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
        operation.Recycle();
        return outcome;
    }

    /// <summary>As <see cref="Send"/>, awaiting; the result is the length of the data.</summary>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> data, SocketFlags flags, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<int>(cancellationToken);
        ReadOnlySpan<byte> source = data.Span;
        SocketOperation operation;
        SendStep step;
        using (StackHost.Entry entered = Host.EnterAnyway())
        {
            SocketError error = BeginSend(source, flags, entered.Now, out int sent);
            if (error == SocketError.Success) return new ValueTask<int>(sent);
            if (error != SocketError.WouldBlock) return ValueTask.FromException<int>(new SocketException((int)error));
            operation = Rent(OperationKind.Send);
            operation.PrepareSend(data, sent, flags);
            step = IsSending ? Enqueue(operation) : Grant(operation, isImmediate: false);
        }
        while (step == SendStep.Granted) step = StepSend(operation, source, isImmediate: false);
        if (step == SendStep.Queued) return operation.Publish(cancellationToken);
        SocketError outcome = operation.Error;
        operation.Recycle();
        return outcome == SocketError.Success ? new ValueTask<int>(data.Length) : ValueTask.FromException<int>(new SocketException((int)outcome));
    }

    /// <summary>Takes octets for which there is no room: a non-blocking Winsock send takes all or nothing. They go out even after Close.</summary>
    public void SendInBackground(ReadOnlySpan<byte> data, SocketFlags flags)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(data.Length);
        data.CopyTo(rented);
        using StackHost.Entry entered = Host.EnterAnyway();
        SocketOperation operation = Rent(OperationKind.Send);
        operation.PrepareBackground(rented, data.Length, flags);
        if (IsClosed || _connection is null)
        {
            operation.Recycle();
            return;
        }
        // What other threads queued meanwhile comes later: this is the rest of a call that has returned.
        _sends.Prepend(operation);
        PumpSends(entered.Now, ref entered.Completions);
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
