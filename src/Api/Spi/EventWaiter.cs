using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StackSharp.Hosting;

namespace StackSharp.Spi;

/// <summary>One thread's wait for events. The thread uses it again for the next.</summary>
internal sealed class EventWaiter : Completion
{
    public const int MaximumEvents = 64;

    /// <summary>Outcome of a wait: time was up.</summary>
    public const int TimedOut = -1;

    /// <summary>Outcome of a wait: an event of it was closed.</summary>
    public const int Closed = -2;

    private const int Undecided = -3;

    [ThreadStatic]
    private static EventWaiter? _current;

    private readonly Parker _parker = Parker.Current;
    private readonly EventObject[] _events = new EventObject[MaximumEvents];
    private int _count;
    private bool _waitsForAll;
    private int _outcome;

    /// <summary>The calling thread's own.</summary>
    public static EventWaiter Current => _current ??= new EventWaiter();

    internal override bool IsWakeUp => true;

    internal override CompletionMode Mode => CompletionMode.Inline;

    internal override ILogger Logger => NullLogger.Instance;

    internal override void Run() => _parker.Wake();

    /// <summary>Adds an event to the wait that is to come, at most <see cref="MaximumEvents"/>, all of one gate.</summary>
    public void Add(EventObject one) => _events[_count++] = one;

    public bool Contains(EventObject one) => _events.AsSpan(0, _count).Contains(one);

    /// <summary>Takes the events back that were added.</summary>
    public void Clear()
    {
        _events.AsSpan(0, _count).Clear();
        _count = 0;
    }

    /// <summary>Waits for what was added, and takes it back.</summary>
    /// <param name="timeoutMilliseconds">0: look only; <see cref="uint.MaxValue"/>: no limit.</param>
    /// <returns>The lowest index of those signalled, 0 if it waits for all; <see cref="TimedOut"/>; <see cref="Closed"/>.</returns>
    public int Wait(bool all, uint timeoutMilliseconds)
    {
        Lock gate = _events[0].Gate;
        int outcome;
        lock (gate)
        {
            _waitsForAll = all;
            outcome = _outcome = Seen();
            if (outcome == Undecided && timeoutMilliseconds > 0)
                foreach (EventObject one in _events.AsSpan(0, _count)) one.AddWaiter(this);
        }
        if (outcome == Undecided && timeoutMilliseconds > 0) outcome = Sleep(gate, timeoutMilliseconds);
        Clear();
        return outcome == Undecided ? TimedOut : outcome;
    }

    /// <summary>Decides the wait, if an event's new state does so. Under the gate.</summary>
    public void Look(ref CompletionBatch woken)
    {
        if (_outcome != Undecided) return;
        _outcome = Seen();
        if (_outcome != Undecided) woken.Add(this);
    }

    private int Sleep(Lock gate, uint timeoutMilliseconds)
    {
        bool woken = Park(timeoutMilliseconds);
        int outcome;
        lock (gate)
        {
            foreach (EventObject one in _events.AsSpan(0, _count)) one.RemoveWaiter(this);
            outcome = _outcome;
            _outcome = TimedOut;   // Whatever it has been: it is over.
        }
        // Somebody was faster than the clock: its wake-up is under way and has to be met.
        if (!woken && outcome != Undecided) _parker.Wait();
        return outcome;
    }

    private bool Park(uint timeoutMilliseconds)
    {
        if (timeoutMilliseconds == uint.MaxValue) return _parker.Wait();
        uint left = timeoutMilliseconds;
        for (; left > int.MaxValue; left -= int.MaxValue)
            if (_parker.Wait(int.MaxValue)) return true;
        return _parker.Wait((int)left);
    }

    private int Seen()
    {
        int signalled = 0;
        int lowest = Undecided;
        for (int i = _count - 1; i >= 0; i--)
        {
            if (_events[i].IsClosed) return Closed;
            if (!_events[i].IsSignalled) continue;
            signalled++;
            lowest = i;
        }
        return _waitsForAll && signalled < _count ? Undecided : lowest;
    }
}
