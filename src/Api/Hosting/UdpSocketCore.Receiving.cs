using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;

namespace StackSharp.Hosting;

/// <content>Receiving: the datagram is taken by reference under the lock, and copied outside.</content>
internal sealed partial class UdpSocketCore
{
    /// <summary>Takes one datagram.</summary>
    /// <param name="buffer">What does not fit is lost, and MessageSize returned with the part that did.</param>
    /// <returns>InvalidArgument: not bound. Shutdown. ConnectionReset, NetworkReset, ...: ICMP reported on an earlier datagram; told once.</returns>
    public SocketError Receive(Span<byte> buffer, SocketFlags flags, int timeoutMilliseconds, out int received, out UdpDatagram datagram)
    {
        Deadline deadline = new(timeoutMilliseconds);
        received = 0;
        SocketError error;
        SocketOperation operation;
        using (StackHost.Entry entered = Host.EnterAnyway())
        {
            error = BeginReceive(flags, out datagram);
            if (error != SocketError.WouldBlock || deadline.IsImmediate) goto Answered;
            operation = Rent(OperationKind.Receive);
            operation.PrepareBlocking(buffer.Length, flags);
            Receives.Append(operation);
        }
        Await(operation, deadline);
        error = operation.Error;
        datagram = operation.Datagram;
        operation.Recycle();

    Answered:
        return error == SocketError.Success ? Copy(datagram, buffer, out received) : error;
    }

    /// <summary>As <see cref="Receive(Span{byte}, SocketFlags, int, out int, out UdpDatagram)"/>, awaiting.</summary>
    /// <param name="source">Receives the sender: a <see cref="DatagramSource"/> or a socket address; may be null.</param>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketFlags flags, object? source, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<int>(cancellationToken);
        if (StartReceive(buffer, flags, source, null, out SocketError error, out int received, out UdpDatagram datagram) is { } operation)
            return operation.Publish(cancellationToken);
        if (error is SocketError.Success or SocketError.MessageSize) DatagramSource.Tell(source, datagram.Source);
        return error == SocketError.Success ? new ValueTask<int>(received) : ValueTask.FromException<int>(new SocketException((int)error));
    }

    /// <summary>As <see cref="Receive(Span{byte}, SocketFlags, int, out int, out UdpDatagram)"/>, telling a sink.</summary>
    /// <returns>IOPending: the sink is told, or has been already. Anything else is the outcome, and the sink hears nothing.</returns>
    public SocketError Receive(Memory<byte> buffer, SocketFlags flags, IOperationSink sink, out int received, out IpEndpoint source)
    {
        bool isPending = StartReceive(buffer, flags, null, sink, out SocketError error, out received, out UdpDatagram datagram) is not null;
        source = datagram.Source;
        return isPending ? SocketError.IOPending : error;
    }

    // Null: answered at once, and copied. With a sink the operation is not the caller's any more.
    private SocketOperation? StartReceive(
        Memory<byte> buffer, SocketFlags flags, object? source, IOperationSink? sink, out SocketError error, out int received, out UdpDatagram datagram)
    {
        Span<byte> destination = buffer.Span;
        received = 0;
        using (StackHost.Entry entered = Host.EnterAnyway())
        {
            error = BeginReceive(flags, out datagram);
            if (error != SocketError.WouldBlock) goto Answered;
            SocketOperation operation = Rent(OperationKind.Receive);
            operation.PrepareReceive(buffer, flags);
            operation.Source = source;
            operation.Sink = sink;
            Receives.Append(operation);
            return operation;
        }

    Answered:
        if (error == SocketError.Success) error = Copy(datagram, destination, out received);
        return null;
    }

    public override void Continue(SocketOperation operation)
    {
        if (operation.State == OperationState.Granted)
        {
            DatagramSource.Tell(operation.Source, operation.Datagram.Source);
            operation.Error = Copy(operation.Datagram, operation.OpenBuffer(), out int received);
            operation.Done = received;
            operation.State = OperationState.Completed;
        }
        operation.Finish();
    }

    private SocketError BeginReceive(SocketFlags flags, out UdpDatagram datagram)
    {
        datagram = default;
        if (IsClosed) return SocketError.NotSocket;
        if ((flags & SocketFlags.OutOfBand) != 0) return SocketError.OperationNotSupported;
        if (_endpoint.Local.Port == 0) return SocketError.InvalidArgument;
        if (_receiveShutDown) return SocketError.Shutdown;
        if (!Receives.IsEmpty) return SocketError.WouldBlock;
        return (SocketError)_endpoint.TryReceive((flags & SocketFlags.Peek) != 0, out datagram);
    }

    private void PumpReceives(ref CompletionBatch completions)
    {
        while (Receives.First is { } operation)
        {
            TransportError error = _endpoint.TryReceive(operation.IsPeek, out UdpDatagram datagram);
            if (error == TransportError.WouldBlock) return;
            Receives.Remove(operation);
            if (error != TransportError.None)
            {
                Complete(operation, (SocketError)error, ref completions);
                continue;
            }
            operation.Datagram = datagram;
            operation.State = OperationState.Granted;
            completions.Add(operation);
        }
    }

    private static SocketError Copy(in UdpDatagram datagram, Span<byte> buffer, out int received)
    {
        received = 0;
        if (datagram.Payload.Buffer is null) return SocketError.Success;
        ReadOnlySpan<byte> payload = datagram.Payload.Span;
        received = Math.Min(payload.Length, buffer.Length);
        payload[..received].CopyTo(buffer);
        SocketError error = received < payload.Length ? SocketError.MessageSize : SocketError.Success;
        datagram.Payload.Buffer.Release();
        return error;
    }
}
