namespace StackSharp.Stack.Transport;

/// <summary>Which ephemeral ports a stack draws when several share an address: those that leave its index when divided by their number. So a port
/// says whose it is, and no two draw the same. The default is a stack by itself, which draws them all.</summary>
/// <param name="Index">0 to <paramref name="Count"/> - 1.</param>
/// <param name="Count">Stacks that share; 0 and 1: this one alone.</param>
/// <param name="Held">Where the stack says which ports it holds, ephemeral or not; null: nobody asks.</param>
internal readonly record struct PortShare(int Index, int Count, PortMap? Held);

/// <summary>The ephemeral ports that a stack draws from.</summary>
internal readonly struct PortRange
{
    private readonly int _first;
    private readonly int _step;

    /// <exception cref="ArgumentOutOfRangeException">No such range, or the share has no port in it.</exception>
    public PortRange(ushort first, ushort last, PortShare share)
    {
        ArgumentOutOfRangeException.ThrowIfZero(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, last);
        _step = Math.Max(1, share.Count);
        _first = first + ((share.Index - (first % _step) + _step) % _step);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_first, last, nameof(first));
        Count = ((last - _first) / _step) + 1;
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>One of them; positions count round and round.</summary>
    public ushort At(uint position) => (ushort)(_first + ((int)(position % (uint)Count) * _step));
}
