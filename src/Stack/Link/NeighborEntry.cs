using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack.Link;

/// <summary>One neighbour. Kept by paths as a short cut, as long as <see cref="IsListed"/>.</summary>
internal sealed class NeighborEntry(NeighborCache cache, IpAddress address) : ITimerOwner
{
    private TransmitFrame?[] _waiting = [];
    private int _firstWaiting;

    public NeighborCache Cache => cache;

    public IpAddress Address { get; } = address;

    public MacAddress HardwareAddress { get; set; }

    public NeighborState State { get; set; }

    public bool IsStatic { get; set; }

    /// <summary>The last questions went unanswered; only in INCOMPLETE.</summary>
    public bool HasFailed { get; set; }

    /// <summary>The cache still knows the entry.</summary>
    public bool IsListed { get; set; }

    public Instant ReachableUntil { get; set; }

    public Instant LastUsed { get; set; }

    public Instant LastSolicited { get; set; }

    /// <summary>Questions asked in the present state.</summary>
    public int Solicits { get; set; }

    public int TimerHandle { get; set; }

    public int WaitingCount { get; private set; }

    /// <summary>Neighbours in the list of last use.</summary>
    public NeighborEntry? Newer { get; set; }

    public NeighborEntry? Older { get; set; }

    public void OnTimer(int handle, Instant now) => cache.OnTimer(this, now);

    /// <summary>Appends a frame; when there are too many, gives back the oldest instead of it.</summary>
    public TransmitFrame? Enqueue(TransmitFrame frame, int maximum)
    {
        if (_waiting.Length == 0) _waiting = new TransmitFrame?[maximum];
        TransmitFrame? pushedOut = WaitingCount == maximum ? Dequeue() : null;
        _waiting[(_firstWaiting + WaitingCount) % maximum] = frame;
        WaitingCount++;
        return pushedOut;
    }

    public TransmitFrame? Dequeue()
    {
        if (WaitingCount == 0) return null;
        TransmitFrame frame = _waiting[_firstWaiting]!;
        _waiting[_firstWaiting] = null;
        _firstWaiting = (_firstWaiting + 1) % _waiting.Length;
        WaitingCount--;
        return frame;
    }
}
