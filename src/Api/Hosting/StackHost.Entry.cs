using StackSharp.Stack;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;

namespace StackSharp.Hosting;

/// <content>One stay under the lock, and what follows it.</content>
public sealed partial class StackHost
{
    /// <summary>Says that the thread is a receive thread, and collects the inline completions it is to run.</summary>
    [ThreadStatic]
    private static InlineRunner? _runner;

    /// <summary>A stay under the host's lock. Dispose it on the thread that entered; do not await inside.</summary>
    public readonly ref struct Entry : IDisposable
    {
        private readonly StackHost _host;

        internal Entry(StackHost host, Instant now)
        {
            _host = host;
            Now = now;
        }

        /// <summary>The stack, to be used until the entry is disposed.</summary>
        public NetworkStack Stack => _host._stack;

        /// <summary>The moment of entering.</summary>
        public Instant Now { get; }

        /// <summary>Where whoever completes something under the lock puts it.</summary>
        internal ref CompletionBatch Completions => ref _host._completions;

        /// <summary>Leaves: hands events to their owners, then, without the lock, sends frames and runs completions.</summary>
        public void Dispose() => _host.Leave(Now);
    }

    private void Leave(Instant now)
    {
        CompletionBatch completions;
        AttachedDevice[] devices;
        Timekeeper? early;
        ulong mailed;
        try
        {
            Settle(now);
            early = BroughtForward();
            completions = _completions;
            _completions = default;
            devices = _devices;
            mailed = _shards is null ? 0 : TakeMailed();
        }
        finally
        {
            // Even after an error of ours: it must not take every other thread along.
            _lock.Exit();
        }
        InlineRunner? runner = _runner;
        try
        {
            bool isReceiveThread = runner is not null && runner.Host == this;
            bool isHeldBack = isReceiveThread && runner!.IsRunning;
            foreach (AttachedDevice device in devices)
                if (!isHeldBack || device.Interface.TransmitQueue.Count >= AttachedDevice.HeldFrames) device.Transmit(isReceiveThread);
        }
        finally
        {
            // A driver that throws fails the call that came upon it; what was promised to others is kept.
            early?.Wake();
            if (!completions.IsEmpty) Dispatch(ref completions, runner);
            if (mailed != 0) VisitShards(mailed);
        }
    }

    /// <summary>Delivers what the stack sent to itself, and events to their owners, until neither is left. Under the lock.</summary>
    private void Settle(Instant now)
    {
        if (_stackDisposed) return;
        ReadyQueue ready = _stack.Ready;
        _stack.OnEntryEnd(now);
        while (ready.Take() is { } endpoint)
        {
            do
            {
                EndpointEvents events = endpoint.TakeEvents();
                if (endpoint.Owner is IEndpointOwner owner) owner.OnEvents(endpoint, events, now, ref _completions);
            }
            while ((endpoint = ready.Take()!) is not null);
            // Owners react: reading opens windows, which a peer on this very stack hears of at once.
            _stack.OnEntryEnd(now);
        }
    }

    // Inline continuations may enter again and complete more: those queue up behind, so that no chain of calls grows the thread's stack.
    private void Dispatch(ref CompletionBatch completions, InlineRunner? runner)
    {
        while (completions.Take() is { } completion)
        {
            if (completion.IsWakeUp) completion.Run();
            else if (completion.Mode == CompletionMode.Inline && runner is not null && runner.Host == this) runner.Pending.Add(completion);
            else ThreadPool.UnsafeQueueUserWorkItem(completion, preferLocal: false);
        }
    }

    /// <summary>One thread's queue of inline completions.</summary>
    internal sealed class InlineRunner(StackHost host)
    {
        public CompletionBatch Pending;

        public StackHost Host { get; } = host;

        /// <summary>Continuations are being run: what they send leaves when the last of them is through, all in one go.</summary>
        public bool IsRunning { get; private set; }

        /// <summary>Makes the calling thread the one that runs inline completions.</summary>
        public void Adopt() => _runner = this;

        public static void Abandon() => _runner = null;

        public void RunAll()
        {
            if (Pending.IsEmpty) return;
            IsRunning = true;
            while (Pending.Take() is { } completion) completion.RunGuarded();
            IsRunning = false;
            Host.TransmitHeld();
        }
    }

    /// <summary>Writes what the completions of this batch have sent so far. On a receive thread, outside the lock.</summary>
    internal void TransmitHeld()
    {
        foreach (AttachedDevice device in _devices) device.Transmit(isReceiveThread: true);
    }

    /// <summary>The calling thread is one of this host's receive threads.</summary>
    internal bool IsReceiveThread => _runner is { } runner && runner.Host == this;
}
