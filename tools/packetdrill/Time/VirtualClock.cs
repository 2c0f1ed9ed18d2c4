using StackSharp.Stack.Time;

namespace StackSharp.Packetdrill.Time;

/// <summary>The clock that both the tool and the stack go by. It moves only when the tool waits or looks, so that a busy machine changes nothing.</summary>
/// <remarks>
/// Every member is called by a thread that holds the monitor of <paramref name="sync"/>. A call of the tool that blocks sleeps here. Before the
/// clock moves on, each sleeper has looked again whether it may go on, and one that may has told the tool so (which reads the clock first
/// thing): otherwise a call would seem to return only after the gap that follows it.
/// </remarks>
internal sealed class VirtualClock(object sync)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMicroseconds(1);
    private readonly List<Sleeper> _sleepers = [];
    private readonly HashSet<int> _returning = [];
    private long _changes;

    /// <summary>The present. The origin is long ago, so that nothing in the stack's past lies before it.</summary>
    public Instant Now { get; private set; } = Instant.FromMilliseconds(1_000_000_000);

    /// <summary>The earliest moment that a sleeper waits for.</summary>
    public Instant NextDeadline
    {
        get
        {
            Instant next = Instant.Never;
            foreach (Sleeper sleeper in _sleepers) next = Instant.Min(next, sleeper.Deadline);
            return next;
        }
    }

    /// <summary>The tool looks at the clock, which moves on by a microsecond: who spins on it gets somewhere.</summary>
    public Instant Read()
    {
        Instant shown = Now;
        Now += Tick;
        if (_returning.Remove(Environment.CurrentManagedThreadId)) Monitor.PulseAll(sync);
        return shown;
    }

    /// <summary>Moves on. Never back.</summary>
    public void AdvanceTo(Instant moment) => Now = Instant.Max(Now, moment);

    /// <summary>Something has happened that a sleeper may have waited for.</summary>
    public void NoteChange()
    {
        _changes++;
        Monitor.PulseAll(sync);
    }

    /// <summary>Lets everybody finish who can without the clock moving.</summary>
    /// <returns>True: somebody had to be waited for, and may have done something meanwhile.</returns>
    public bool Settle()
    {
        bool waited = false;
        while (_returning.Count > 0 || _sleepers.Exists(sleeper => sleeper.Seen != _changes))
        {
            waited = true;
            Monitor.Wait(sync);
        }
        return waited;
    }

    /// <summary>Does a call that may block: tries, and tries again after every change until there is a result.</summary>
    /// <param name="attempt">The result, or null: not yet.</param>
    /// <param name="deadline">When to give up.</param>
    /// <returns>Null: the deadline has come.</returns>
    public long? Await(Func<long?> attempt, Instant deadline)
    {
        if (attempt() is { } atOnce) return atOnce;
        Sleeper self = new(deadline);
        _sleepers.Add(self);
        try
        {
            while (true)
            {
                self.Seen = _changes;
                Monitor.PulseAll(sync);
                if (Now >= deadline) return null;
                Monitor.Wait(sync);
                if (self.Seen != _changes && attempt() is { } result) return result;
            }
        }
        finally
        {
            _sleepers.Remove(self);
            _returning.Add(Environment.CurrentManagedThreadId);
        }
    }

    private sealed class Sleeper(Instant deadline)
    {
        public Instant Deadline => deadline;

        /// <summary>The last change after which it has looked.</summary>
        public long Seen { get; set; }
    }
}
