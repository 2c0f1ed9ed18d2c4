using StackSharp.Hosting;

namespace StackSharp.Spi;

/// <summary>What a WSAEVENT stands for: signalled until it is reset. A provider that is to signal it later holds on to it.</summary>
/// <remarks>Any thread may call.</remarks>
public sealed class EventObject
{
    private readonly List<EventWaiter> _waiters = [];
    private bool _isSet;

    internal EventObject(Lock gate) => Gate = gate;

    /// <summary>Signalled.</summary>
    public bool IsSet
    {
        get
        {
            lock (Gate) return _isSet;
        }
    }

    /// <summary>The lock of all events of one Winsock: who waits for several sees them at one moment. Nothing else is locked under it.</summary>
    internal Lock Gate { get; }

    // Under the gate, as what follows.
    internal bool IsSignalled => _isSet;

    internal bool IsClosed { get; private set; }

    /// <summary>Signals it, and wakes the threads whose wait that ends. On a closed event it does nothing.</summary>
    public void Set()
    {
        CompletionBatch woken = default;
        Set(ref woken);
        Wake(ref woken);
    }

    public void Reset()
    {
        lock (Gate) _isSet = false;
    }

    /// <summary>Signals it; the threads are woken by whoever runs the batch. For those who hold a host's lock.</summary>
    internal void Set(ref CompletionBatch woken)
    {
        lock (Gate)
        {
            if (_isSet || IsClosed) return;
            _isSet = true;
            foreach (EventWaiter waiter in _waiters) waiter.Look(ref woken);
        }
    }

    /// <summary>Its handle is gone: nobody can signal it any more, so nobody is left waiting for it.</summary>
    internal void Close()
    {
        CompletionBatch woken = default;
        lock (Gate)
        {
            IsClosed = true;
            foreach (EventWaiter waiter in _waiters) waiter.Look(ref woken);
        }
        Wake(ref woken);
    }

    internal void AddWaiter(EventWaiter waiter) => _waiters.Add(waiter);

    internal void RemoveWaiter(EventWaiter waiter) => _waiters.Remove(waiter);

    private static void Wake(ref CompletionBatch woken)
    {
        while (woken.Take() is { } waiter) waiter.Run();
    }
}
