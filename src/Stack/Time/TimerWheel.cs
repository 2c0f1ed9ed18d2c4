using System.Diagnostics;
using System.Numerics;

namespace StackSharp.Stack.Time;

/// <summary>A hierarchical timer wheel (Varghese and Lauck, 1987): scheduling and cancelling take constant time, and a timer is an
/// integer with its links in arrays.</summary>
/// <remarks>
/// Eight levels of 64 slots. A slot of level 0 is one tick of 2^16 ns (65.536 us), and of each further level 64 times that. A timer
/// stands at the level of the highest six bits in which its tick differs from the current one, so a slot holds one round only,
/// and moves down when the clock enters its slot. A deadline is rounded up to a tick: no timer fires early.
/// </remarks>
public sealed class TimerWheel
{
    private const int TickBits = 16;
    private const int SlotBits = 6;
    private const int SlotsPerLevel = 1 << SlotBits;
    private const int SlotMask = SlotsPerLevel - 1;
    private const int Levels = 8;
    private const int FirstDueList = Levels * SlotsPerLevel;
    private const int SecondDueList = FirstDueList + 1;
    private const int None = -1;

    private readonly ulong[] _occupied = new ulong[Levels];
    private readonly int[] _heads = new int[SecondDueList + 1];
    private ITimerOwner?[] _owners;
    private int[] _next;
    private int[] _previous;
    private int[] _list;
    private long[] _ticks;
    private int _freeHandle = None;
    private int _handlesUsed;
    private long _currentTick;
    private long _horizon;
    private int _collecting = FirstDueList;
    private bool _isAdvancing;

    /// <param name="initialCapacity">Timers to have room for at first; more make the arrays grow.</param>
    public TimerWheel(int initialCapacity = 64)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(initialCapacity);
        _owners = new ITimerOwner?[initialCapacity];
        _next = new int[initialCapacity];
        _previous = new int[initialCapacity];
        _list = new int[initialCapacity];
        _ticks = new long[initialCapacity];
        Array.Fill(_heads, None);
    }

    /// <summary>Timers registered.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// When <see cref="Advance"/> has something to do: never later than the tick at which the next timer is due, but for a far one
    /// perhaps earlier, to move it down a level. <see cref="Instant.Never"/> when nothing is scheduled.
    /// </summary>
    public Instant NextDeadline
    {
        get
        {
            if (_heads[_collecting] != None) return new Instant(_currentTick << TickBits);
            return TryFindNext(out _, out _, out long tick) ? new Instant(tick << TickBits) : Instant.Never;
        }
    }

    /// <summary>Takes a handle for a timer, which is not scheduled yet.</summary>
    public int Register(ITimerOwner owner)
    {
        int handle = _freeHandle;
        if (handle != None) _freeHandle = _next[handle];
        else
        {
            if (_handlesUsed == _owners.Length) Grow();
            handle = _handlesUsed++;
        }
        _owners[handle] = owner;
        _list[handle] = None;
        Count++;
        return handle;
    }

    /// <summary>Cancels the timer and gives its handle back.</summary>
    public void Unregister(int handle)
    {
        CheckHandle(handle);
        Unlink(handle);
        _owners[handle] = null;
        _next[handle] = _freeHandle;
        _freeHandle = handle;
        Count--;
    }

    /// <summary>Sets the timer's deadline, in place of an earlier one. A past deadline fires at the next <see cref="Advance"/>;
    /// <see cref="Instant.Never"/> cancels.</summary>
    public void Schedule(int handle, Instant deadline)
    {
        CheckHandle(handle);
        Unlink(handle);
        if (deadline == Instant.Never) return;
        long nanoseconds = Math.Max(0, deadline.Nanoseconds);
        long tick = (nanoseconds >> TickBits) + ((nanoseconds & ((1L << TickBits) - 1)) != 0 ? 1 : 0);
        _ticks[handle] = tick;
        Link(handle, tick);
    }

    /// <summary>Takes the deadline away; the handle stays.</summary>
    public void Cancel(int handle)
    {
        CheckHandle(handle);
        Unlink(handle);
    }

    /// <summary>The timer has a deadline that has not passed.</summary>
    public bool IsScheduled(int handle)
    {
        CheckHandle(handle);
        return _list[handle] != None;
    }

    /// <summary>Fires what is due, in order of ticks. A timer fires at most once in a call: what is set meanwhile to a moment that
    /// has passed waits for the next call, so that the work is bounded by the timers there are.</summary>
    public void Advance(Instant now)
    {
        Debug.Assert(!_isAdvancing, "Advance was called from OnTimer.");
        long target = now.Nanoseconds >> TickBits;
        if (target < _currentTick) return;
        int overdue = _collecting;
        _collecting = overdue == FirstDueList ? SecondDueList : FirstDueList;
        _horizon = target;
        _isAdvancing = true;
        try
        {
            FireList(overdue, now);
            FireUpTo(target, now);
            _currentTick = target;
        }
        finally
        {
            _isAdvancing = false;
        }
    }

    private void FireUpTo(long target, Instant now)
    {
        while (TryFindNext(out int level, out int slot, out long tick) && tick <= target)
        {
            _currentTick = tick;
            int list = level * SlotsPerLevel + slot;
            if (level == 0) FireList(list, now);
            else MoveDown(list);
        }
    }

    private void FireList(int list, Instant now)
    {
        while (_heads[list] != None)
        {
            int handle = _heads[list];
            Unlink(handle);
            _owners[handle]!.OnTimer(handle, now);
        }
    }

    // The clock has entered the slot: each of its timers now differs from it in lower bits only.
    private void MoveDown(int list)
    {
        while (_heads[list] != None)
        {
            int handle = _heads[list];
            Unlink(handle);
            LinkIntoWheel(handle, _ticks[handle]);
        }
    }

    /// <summary>The first occupied slot at or after the current tick, and the tick at which it begins.</summary>
    private bool TryFindNext(out int level, out int slot, out long tick)
    {
        for (level = 0; level < Levels; level++)
        {
            int shift = level * SlotBits;
            int current = (int)(_currentTick >> shift) & SlotMask;
            // Above level 0 the current slot is empty: its timers moved down when the clock entered it.
            int first = level == 0 ? current : current + 1;
            ulong ahead = first == SlotsPerLevel ? 0 : _occupied[level] & (ulong.MaxValue << first);
            if (ahead == 0) continue;
            slot = BitOperations.TrailingZeroCount(ahead);
            tick = (_currentTick >> (shift + SlotBits) << (shift + SlotBits)) | ((long)slot << shift);
            return true;
        }
        slot = 0;
        tick = 0;
        return false;
    }

    private void Link(int handle, long tick)
    {
        if (tick <= (_isAdvancing ? _horizon : _currentTick)) Append(handle, _collecting);
        else LinkIntoWheel(handle, tick);
    }

    private void LinkIntoWheel(int handle, long tick)
    {
        ulong difference = (ulong)(tick ^ _currentTick);
        int level = difference == 0 ? 0 : BitOperations.Log2(difference) / SlotBits;
        int slot = (int)(tick >> (level * SlotBits)) & SlotMask;
        _occupied[level] |= 1UL << slot;
        Append(handle, level * SlotsPerLevel + slot);
    }

    // Lists are rings: the head's predecessor is the tail.
    private void Append(int handle, int list)
    {
        _list[handle] = list;
        int head = _heads[list];
        if (head == None)
        {
            _heads[list] = handle;
            _next[handle] = handle;
            _previous[handle] = handle;
            return;
        }
        int tail = _previous[head];
        _next[tail] = handle;
        _previous[handle] = tail;
        _next[handle] = head;
        _previous[head] = handle;
    }

    private void Unlink(int handle)
    {
        int list = _list[handle];
        if (list == None) return;
        _list[handle] = None;
        int next = _next[handle];
        if (next == handle)
        {
            _heads[list] = None;
            if (list < FirstDueList) _occupied[list >> SlotBits] &= ~(1UL << (list & SlotMask));
            return;
        }
        int previous = _previous[handle];
        _next[previous] = next;
        _previous[next] = previous;
        if (_heads[list] == handle) _heads[list] = next;
    }

    private void Grow()
    {
        int capacity = _owners.Length * 2;
        Array.Resize(ref _owners, capacity);
        Array.Resize(ref _next, capacity);
        Array.Resize(ref _previous, capacity);
        Array.Resize(ref _list, capacity);
        Array.Resize(ref _ticks, capacity);
    }

    private void CheckHandle(int handle)
    {
        if ((uint)handle >= (uint)_handlesUsed || _owners[handle] is null)
            throw new ArgumentOutOfRangeException(nameof(handle), handle, "No such timer is registered.");
    }
}
