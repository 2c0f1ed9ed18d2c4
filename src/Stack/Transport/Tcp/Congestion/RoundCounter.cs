namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>Tells round trips apart by what is acknowledged: one is over when all that was sent before it began has been.</summary>
public struct RoundCounter
{
    private long _end;

    /// <summary>Rounds that are over.</summary>
    public int Count { get; private set; }

    /// <summary>Takes an acknowledgment.</summary>
    /// <returns>True: it begins a round.</returns>
    public bool Update(in CongestionSample sample)
    {
        if (sample.UnacknowledgedOffset < _end) return false;
        _end = sample.NextOffset;
        Count++;
        return true;
    }
}
