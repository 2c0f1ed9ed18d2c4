using StackSharp.Stack.Time;

namespace StackSharp.Tests.Simulation;

/// <summary>The clock of a simulation and what is to happen when.</summary>
internal sealed class VirtualTime
{
    private readonly PriorityQueue<Action, (Instant At, long Order)> _events = new();
    private long _order;

    public Instant Now { get; private set; } = Instant.FromMilliseconds(10_000_000);

    /// <summary>When the next event is due; <see cref="Instant.Never"/> when there is none.</summary>
    public Instant Next => _events.TryPeek(out _, out (Instant At, long Order) key) ? key.At : Instant.Never;

    /// <summary>Events of the same moment happen in the order in which they were asked for.</summary>
    public void At(Instant when, Action action) => _events.Enqueue(action, (Instant.Max(when, Now), _order++));

    public void After(TimeSpan delay, Action action) => At(Now + delay, action);

    public void AdvanceTo(Instant when) => Now = Instant.Max(Now, when);

    /// <summary>Moves to the next event and runs it.</summary>
    public void RunNext()
    {
        _events.TryDequeue(out Action? action, out (Instant At, long Order) key);
        Now = Instant.Max(Now, key.At);
        action!();
    }
}
