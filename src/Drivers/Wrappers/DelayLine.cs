using StackSharp.Stack.Time;

namespace StackSharp.Drivers.Wrappers;

/// <summary>Things that arrive later: in order of arrival, those of the same moment in order of sending. One thread at a time.</summary>
/// <remarks>What does not overtake anything, which is nearly all there is on most links, waits in a plain queue; the rest is kept sorted.</remarks>
public sealed class DelayLine<T>
{
    private readonly Queue<(T Item, Moment Arrival)> _inOrder = new();
    private readonly PriorityQueue<T, Moment> _overtaking = new();
    private Instant _last = Instant.Origin;
    private long _order;

    /// <summary>Things under way.</summary>
    public int Count => _inOrder.Count + _overtaking.Count;

    /// <summary>When the next one arrives; <see cref="Instant.Never"/> if none is under way.</summary>
    public Instant NextArrival => Instant.Min(
        _inOrder.TryPeek(out (T Item, Moment Arrival) next) ? next.Arrival.At : Instant.Never,
        _overtaking.TryPeek(out _, out Moment late) ? late.At : Instant.Never);

    public void Add(T item, Instant arrival)
    {
        Moment moment = new(arrival, _order++);
        if (_inOrder.Count > 0 && arrival < _last)
        {
            _overtaking.Enqueue(item, moment);
            return;
        }

        _inOrder.Enqueue((item, moment));
        _last = arrival;
    }

    /// <summary>The next thing that has arrived by <paramref name="now"/>.</summary>
    public bool TryTake(Instant now, out T item)
    {
        item = default!;
        bool hasInOrder = _inOrder.TryPeek(out (T Item, Moment Arrival) next);
        if (_overtaking.TryPeek(out _, out Moment overtaking) && (!hasInOrder || overtaking.CompareTo(next.Arrival) < 0))
            return overtaking.At <= now && _overtaking.TryDequeue(out item!, out _);
        if (!hasInOrder || next.Arrival.At > now) return false;
        item = _inOrder.Dequeue().Item;
        return true;
    }

    private readonly record struct Moment(Instant At, long Order) : IComparable<Moment>
    {
        public int CompareTo(Moment other) => At == other.At ? Order.CompareTo(other.Order) : At.CompareTo(other.At);
    }
}
