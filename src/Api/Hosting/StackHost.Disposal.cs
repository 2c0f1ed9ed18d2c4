using System.Diagnostics;
using System.Threading.Tasks;

namespace StackSharp.Hosting;

/// <content>The end: connections are aborted, calls completed, threads joined, devices and pools freed, in bounded time.</content>
public sealed partial class StackHost
{
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _disposeCalls;
    private AttachedDevice[]? _stopped;

    /// <summary>Ends the host. Whatever waits on its sockets ends with an error. A second call waits for the first one.</summary>
    /// <remarks>Called by an inline continuation, on a receive thread of this very host, it does not wait: the thread cannot join itself.</remarks>
    public void Dispose()
    {
        Task ended = DisposeAsync().AsTask();
        if (!IsReceiveThread) ended.GetAwaiter().GetResult();
    }

    /// <summary>As <see cref="Dispose"/>, without holding a thread.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Increment(ref _disposeCalls) == 1) ThreadPool.UnsafeQueueUserWorkItem(static host => host.DisposeNow(), this, preferLocal: false);
        return new ValueTask(_disposed.Task);
    }

    private void DisposeNow()
    {
        try
        {
            AbortEverything();
            _stopped = Interlocked.Exchange(ref _devices, []);
            foreach (AttachedDevice device in _stopped) device.Stop();
            if (_timer.Stop(Options.DisposeTimeout)) _timer.Dispose();
            else HostLog.ThreadStuck(Logger, "StackSharp timer", Options.DisposeTimeout);
            DisposeStack();
            _disposed.SetResult();
        }
#pragma warning disable CA1031 // Whoever waits for the end has to hear of it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _disposed.SetException(exception);
        }
    }

    /// <summary>A receive thread or the timer thread still runs.</summary>
    internal bool HasThreads => _timer.IsRunning || (_stopped ?? _devices).Any(device => device.IsRunning);

    private void AbortEverything()
    {
        using Entry entered = EnterAnyway();
        for (SocketCore? socket = _sockets; socket is not null; socket = socket.NextSocket) socket.OnHostDisposing(entered.Now, ref _completions);
        _sockets = null;
        foreach (EchoWaiter ping in _pings) ping.Abandon();
        _pings.Clear();
        _stack.Shutdown(entered.Now);
        Settle(entered.Now);
        _disposing = true;
    }

    // Calls that were given buffers copy outside the lock: the memory must not go before they are through.
    private void DisposeStack()
    {
        long start = Stopwatch.GetTimestamp();
        while (_stack.OutstandingBuffers > 0 && Stopwatch.GetElapsedTime(start) < Options.DisposeTimeout) Thread.Sleep(1);
        int outstanding = _stack.OutstandingBuffers;
        lock (_lock)
        {
            _stackDisposed = true;
            if (outstanding == 0) _stack.Dispose();
        }
        if (outstanding > 0) HostLog.BuffersInUse(Logger, outstanding);
    }
}
