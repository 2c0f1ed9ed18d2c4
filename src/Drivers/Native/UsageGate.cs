namespace StackSharp.Drivers.Native;

/// <summary>Lets threads use something of the operating system's while another one closes it: it is freed by whoever leaves last.</summary>
/// <remarks>A descriptor's number is reused at once: closing it under a thread that is about to read would read from a stranger.</remarks>
internal sealed class UsageGate(Action free)
{
    private const int ClosedBit = int.MinValue;
    private int _state;   // The closed bit and the number of users.
    private int _freed;

    public bool IsClosed => Volatile.Read(ref _state) < 0;

    /// <summary>False after <see cref="Close"/>; else <see cref="Exit"/> must follow.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _state) > 0) return true;
        Exit();
        return false;
    }

    public void Exit()
    {
        if (Interlocked.Decrement(ref _state) == ClosedBit && Interlocked.Exchange(ref _freed, 1) == 0) free();
    }

    /// <summary>From now on nobody enters. The caller is inside, so that what it closes is still there for waking others.</summary>
    public void Close() => Interlocked.Or(ref _state, ClosedBit);
}
