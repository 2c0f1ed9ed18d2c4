using System.Net.Sockets;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Wire;

namespace StackSharp.Hosting;

/// <summary>A socket without an API around it: what the Winsock provider and StackSocket both stand on.</summary>
/// <remarks>Errors are returned, never thrown. A time limit is given in milliseconds: 0 does not wait (WouldBlock), -1 waits for ever.</remarks>
internal abstract class SocketCore : IEndpointOwner
{
    private List<PollWaiter>? _pollers;
    private SocketOperation? _cachedReceive;
    private SocketOperation? _cachedSend;
    private protected OperationQueue Receives;

    private protected SocketCore(StackHost host, bool isIpv6)
    {
        Host = host;
        IsIpv6 = isIpv6;
        CompletionMode = host.Options.CompletionMode;
    }

    public StackHost Host { get; }

    public bool IsIpv6 { get; }

    public abstract bool IsStream { get; }

    public CompletionMode CompletionMode { get; set; }

    /// <summary>How the address is shared; to be set before binding.</summary>
    public PortSharing Sharing { get; set; }

    public bool IsClosed { get; private protected set; }

    /// <summary>Under the lock.</summary>
    public ISocketObserver? Observer { get; set; }

    /// <summary>Neighbours in the host's list.</summary>
    public SocketCore? NextSocket { get; set; }

    public SocketCore? PreviousSocket { get; set; }

    public IpAddress Unspecified => IsIpv6 ? IpAddress.AnyIpv6 : IpAddress.AnyIpv4;

    /// <summary>Local address and port, or null while unbound.</summary>
    public IpEndpoint? LocalEndpoint
    {
        get
        {
            using StackHost.Entry entered = Host.EnterAnyway();
            return GetLocal();
        }
    }

    /// <summary>The peer, or null without one.</summary>
    public IpEndpoint? RemoteEndpoint
    {
        get
        {
            using StackHost.Entry entered = Host.EnterAnyway();
            return GetRemote();
        }
    }

    /// <summary>Octets that receiving would return (FIONREAD).</summary>
    public int Available
    {
        get
        {
            using StackHost.Entry entered = Host.EnterAnyway();
            return GetAvailable();
        }
    }

    public SocketReadiness Readiness
    {
        get
        {
            using StackHost.Entry entered = Host.EnterAnyway();
            return GetReadiness();
        }
    }

    /// <returns>InvalidArgument: bound already. AddressNotAvailable, AddressAlreadyInUse, AccessDenied: as the transport says.</returns>
    public abstract SocketError Bind(in IpEndpoint local);

    /// <summary>Graceful close in the background; whatever waits ends with an error. Repeats do nothing.</summary>
    public abstract void Close();

    public abstract SocketError Shutdown(SocketShutdown how);

    public abstract void OnEvents(TransportEndpoint endpoint, EndpointEvents events, Instant now, ref CompletionBatch completions);

    /// <summary>The next step of a granted operation, or the news of a completed one, outside the lock.</summary>
    public abstract void Continue(SocketOperation operation);

    /// <summary>What the host's end does to the socket. Under the lock.</summary>
    public abstract void OnHostDisposing(Instant now, ref CompletionBatch completions);

    /// <summary>Under the lock.</summary>
    public abstract SocketReadiness GetReadiness();

    private protected abstract IpEndpoint? GetLocal();

    private protected abstract IpEndpoint? GetRemote();

    private protected abstract int GetAvailable();

    /// <summary>Takes a waiting operation out of its queue. Under the lock.</summary>
    private protected abstract void Unqueue(SocketOperation operation, Instant now);

    /// <summary>A waiting operation of a sink; null: of any sink. Under the lock.</summary>
    private protected virtual SocketOperation? FindWaiting(IOperationSink? sink) => Receives.Find(sink);

    /// <summary>Ends an operation of the sink that has room granted and is filling it. Under the lock.</summary>
    private protected virtual bool AbortGranted(IOperationSink? sink) => false;

    /// <summary>What a call sees that its own socket's close ends: Winsock tells sleeping threads something else than overlapped calls.</summary>
    private protected abstract SocketError CloseError(SocketOperation operation);

    /// <summary>Cancels a call, if it still waits.</summary>
    public void Cancel(SocketOperation operation)
    {
        using StackHost.Entry entered = Host.EnterAnyway();
        if (operation.State == OperationState.Granted)
        {
            operation.AbortError = SocketError.OperationAborted;
            operation.IsCanceled = true;
            return;
        }
        if (operation.State != OperationState.Queued) return;
        Unqueue(operation, entered.Now);
        operation.IsCanceled = true;
        Complete(operation, SocketError.OperationAborted, ref entered.Completions);
    }

    /// <summary>Cancels what waits for this sink.</summary>
    /// <param name="sink">Null: for any.</param>
    /// <returns>False: nothing does; what there was has ended.</returns>
    public bool Cancel(IOperationSink? sink)
    {
        using StackHost.Entry entered = Host.EnterAnyway();
        bool any = AbortGranted(sink);
        while (FindWaiting(sink) is { } operation)
        {
            Unqueue(operation, entered.Now);
            Complete(operation, SocketError.OperationAborted, ref entered.Completions);
            any = true;
        }
        return any;
    }

    /// <summary>Puts an operation back: one of either kind stays with its socket, the rest goes to the host's pool.</summary>
    public void Cache(SocketOperation operation)
    {
        ref SocketOperation? cached = ref operation.Kind == OperationKind.Send ? ref _cachedSend : ref _cachedReceive;
        if (operation.Kind <= OperationKind.Send && Interlocked.CompareExchange(ref cached, operation, null) is null) return;
        Host.PoolOperation(operation);
    }

    public void AddPoller(PollWaiter waiter) => (_pollers ??= []).Add(waiter);

    public void RemovePoller(PollWaiter waiter) => _pollers?.Remove(waiter);

    private protected SocketOperation Rent(OperationKind kind)
    {
        SocketOperation operation = kind switch
        {
            OperationKind.Receive => Interlocked.Exchange(ref _cachedReceive, null),
            OperationKind.Send => Interlocked.Exchange(ref _cachedSend, null),
            _ => null,
        } ?? Host.RentOperation();
        operation.Assign(this, kind);
        return operation;
    }

    private protected static void Complete(SocketOperation operation, SocketError error, ref CompletionBatch completions)
    {
        operation.State = OperationState.Completed;
        operation.Error = error;
        completions.Add(operation);
    }

    private protected void CompleteAll(ref OperationQueue queue, SocketError? error, ref CompletionBatch completions)
    {
        while (queue.First is { } operation)
        {
            queue.Remove(operation);
            Complete(operation, error ?? CloseError(operation), ref completions);
        }
    }

    /// <summary>Tells those who watch the socket.</summary>
    private protected void Report(EndpointEvents events, ref CompletionBatch completions)
    {
        Observer?.OnSocketEvents(events, ref completions);
        SignalPollers(ref completions);
    }

    /// <summary>Wakes those who wait for readiness. They look for themselves.</summary>
    private protected void SignalPollers(ref CompletionBatch completions)
    {
        if (_pollers is null) return;
        foreach (PollWaiter waiter in _pollers)
        {
            if (waiter.IsSignalled) continue;
            waiter.IsSignalled = true;
            completions.Add(waiter);
        }
    }

    /// <summary>Sleeps until the operation is granted or completed. When time is up first, it completes with TimedOut.</summary>
    private protected void Await(SocketOperation operation, Deadline deadline)
    {
        if (Host.IsReceiveThread) Host.TransmitHeld();   // What it waits for may be the answer to it, on another device.
        if (operation.Parker!.Wait(deadline.MillisecondsLeft)) return;
        using (StackHost.Entry entered = Host.EnterAnyway())
        {
            if (operation.State == OperationState.Queued)
            {
                Unqueue(operation, entered.Now);
                operation.State = OperationState.Completed;
                operation.Error = SocketError.TimedOut;
                return;
            }
        }
        // Somebody was faster: its wake-up is under way and has to be met.
        operation.Parker.Wait();
    }

    private protected void Open()
    {
        using StackHost.Entry entered = Host.Enter();
        Host.Register(this);
    }
}
