namespace StackSharp.Drivers.AfPacket;

/// <summary>Remembers between looks at a receive ring what tells a ring at rest from one that the kernel cannot use any more.</summary>
/// <remarks>
/// A frame whose kind of segmentation has no name in a virtio header (fragments of UDP in one, SCTP) is dropped by the kernel, which then never frees
/// the slot that it had chosen for it (tpacket_rcv, seen on Linux 6.18): every later frame is dropped, and no waiting thread is told. Only a new ring
/// helps. So a thread that waits looks from time to time: frames dropped for want of room while the ring was empty all along cannot be anything else.
/// </remarks>
internal sealed class RingWatch
{
    private const long IntervalMilliseconds = 100;
    private static readonly TimeSpan PauseAtRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseWhenDown = TimeSpan.FromMilliseconds(IntervalMilliseconds);
    private long _lastLook = Environment.TickCount64;
    private long _slotsAtError;
    private long _dropsAtLook;
    private long _slotsAtLook;
    private bool _wasEmpty;
    private bool _isDown;

    /// <summary>It is time for a look.</summary>
    public bool IsDue => Environment.TickCount64 - _lastLook >= IntervalMilliseconds;

    /// <summary>A thread that sleeps longer than this would see too late what nobody tells it: of the interface's removal, the socket says no more than
    /// that it went down.</summary>
    public TimeSpan LongestWait => _isDown ? PauseWhenDown : PauseAtRest;

    /// <summary>The interface went down.</summary>
    /// <param name="slots">Taken from the ring so far: as soon as there are more, it is up again.</param>
    public void NoteError(long slots)
    {
        _isDown = true;
        _slotsAtError = slots;
    }

    /// <summary>Takes a look.</summary>
    /// <param name="drops">Of the kernel, so far.</param>
    /// <param name="slots">Taken from the ring, so far.</param>
    /// <param name="isEmpty">Nothing is in the ring; seen after <paramref name="drops"/> was read.</param>
    /// <returns>The kernel has dropped frames since the last look, although there was room.</returns>
    public bool FindsRingStuck(long drops, long slots, bool isEmpty)
    {
        bool isStuck = isEmpty && _wasEmpty && slots == _slotsAtLook && drops > _dropsAtLook;
        _isDown &= slots == _slotsAtError;
        _lastLook = Environment.TickCount64;
        _dropsAtLook = drops;
        _slotsAtLook = slots;
        _wasEmpty = isEmpty;
        return isStuck;
    }
}
