using StackSharp.Stack.Time;

namespace StackSharp.Drivers.Wrappers;

/// <summary>Things that arrive later: in order of arrival, those of the same moment in order of sending. One thread at a time.</summary>
public sealed class DelayLine<T>
{
    private readonly PriorityQueue<T, (long Nanoseconds, long Order)> _queue = new();
    private long _order;

    /// <summary>Things under way.</summary>
    public int Count => _queue.Count;

    /// <summary>When the next one arrives; <see cref="Instant.Never"/> if none is under way.</summary>
    public Instant NextArrival => _queue.TryPeek(out _, out (long Nanoseconds, long Order) next) ? new Instant(next.Nanoseconds) : Instant.Never;

    public void Add(T item, Instant arrival) => _queue.Enqueue(item, (arrival.Nanoseconds, _order++));

    /// <summary>The next thing that has arrived by <paramref name="now"/>.</summary>
    public bool TryTake(Instant now, out T item)
    {
        item = default!;
        return NextArrival <= now && _queue.TryDequeue(out item!, out _);
    }
}
