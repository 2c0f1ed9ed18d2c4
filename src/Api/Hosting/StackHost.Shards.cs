using System.Numerics;

namespace StackSharp.Hosting;

/// <content>One shard among several: the others are entered after it has been left, never from inside.</content>
public sealed partial class StackHost
{
    /// <summary>Siblings that one thread enters on the way out of one entry. What two shards say to each other could go on for ever: from there
    /// it is the work of their receive threads.</summary>
    private const int MaximumVisits = 64;

    /// <summary>The calling thread is visiting shards already: it sees to these too, when it is out of the present one.</summary>
    [ThreadStatic]
    private static bool _isVisiting;

    [ThreadStatic]
    private static ulong _toVisit;

    private StackHost[]? _shards;
    private ulong _mailedInside;

    /// <summary>Names the shards of the group, this one included, by index. Before the first device is attached.</summary>
    internal void JoinShards(StackHost[] shards) => _shards = shards;

    /// <summary>The end's first half, for all shards before the second half of any: none waits for what another holds.</summary>
    internal void AbortShard() => AbortEverything();

    // Under the lock.
    private ulong TakeMailed()
    {
        ulong mailed = _stack.TakeMailed() | _mailedInside;
        _mailedInside = 0;
        return mailed;
    }

    private void VisitShards(ulong mailed)
    {
        if (_lock.IsHeldByCurrentThread)
        {
            // An entry inside another one has ended. Two shards are never entered at once, so this waits for the outer one.
            _mailedInside |= mailed;
            return;
        }
        _toVisit |= mailed;
        if (_isVisiting) return;
        _isVisiting = true;
        try
        {
            for (int visits = 0; _toVisit != 0; visits++)
            {
                int index = BitOperations.TrailingZeroCount(_toVisit);
                _toVisit &= _toVisit - 1;
                _shards![index].Visit(visits < MaximumVisits);
            }
        }
        finally
        {
            _isVisiting = false;
            _toVisit = 0;
        }
    }

    /// <summary>Has the shard look into its mailbox, now or on its receive thread.</summary>
    private void Visit(bool now)
    {
        if (!now && _devices is [AttachedDevice device, ..] && device.IsRunning)
        {
            device.Wake();
            return;
        }
        using Entry entered = EnterAnyway();
        // Leaving does it, but for a shard that has ended: it only releases what slipped in.
        if (_stackDisposed) entered.Stack.OnEntryEnd(entered.Now);
    }
}
