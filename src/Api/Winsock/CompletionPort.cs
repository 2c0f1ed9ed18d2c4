using StackSharp.Hosting;

namespace StackSharp.Winsock;

/// <summary>What became of one overlapped call, as a completion port hands it out.</summary>
public struct OVERLAPPED_ENTRY
{
    /// <summary>As given when the handle was associated, or to PostQueuedCompletionStatus.</summary>
    public nuint lpCompletionKey;

    /// <summary>The call; null: PostQueuedCompletionStatus was given none.</summary>
    public WSAOVERLAPPED? lpOverlapped;

    /// <summary>The call's status (NTSTATUS).</summary>
    public nuint Internal;

    /// <summary>Octets moved.</summary>
    public uint dwNumberOfBytesTransferred;

    internal int Error;
}

/// <summary>A port and the key of one handle on it.</summary>
internal sealed record PortAssociation(CompletionPort Port, nuint Key)
{
    /// <summary>FILE_SKIP_COMPLETION_PORT_ON_SUCCESS: calls that succeed at once are not told.</summary>
    public bool SkipsOnSuccess { get; init; }
}

/// <summary>A queue of completed calls, and the threads that wait for them.</summary>
/// <remarks>
/// The thread that began to wait last is woken first, as on Windows: its caches are warm, and the others may sleep on. A packet goes straight to the thread that
/// is woken for it. Posting does not allocate unless more packets wait than ever before.
/// </remarks>
internal sealed class CompletionPort
{
    private readonly Lock _gate = new();
    private OVERLAPPED_ENTRY[] _packets = new OVERLAPPED_ENTRY[64];
    private int _first;
    private int _count;
    private Waiter? _waiters;
    private bool _isClosed;

    /// <returns>False: the port is closed.</returns>
    public bool Post(in OVERLAPPED_ENTRY packet)
    {
        Waiter? waiter;
        lock (_gate)
        {
            if (_isClosed) return false;
            waiter = _waiters;
            if (waiter is null)
            {
                if (_count == _packets.Length) Grow();
                _packets[(_first + _count++) & (_packets.Length - 1)] = packet;
                return true;
            }
            _waiters = waiter.Next;
            waiter.Packet = packet;
            waiter.IsServed = true;
        }
        waiter.Parker.Wake();
        return true;
    }

    /// <summary>Waits for packets and takes as many as there are and fit.</summary>
    /// <param name="entries">At least one.</param>
    /// <param name="timeoutMilliseconds">-1: no limit.</param>
    /// <param name="isClosed">The port is closed, or was while this waited.</param>
    /// <returns>Packets; 0: time is up, or the port is closed.</returns>
    public int Take(Span<OVERLAPPED_ENTRY> entries, int timeoutMilliseconds, out bool isClosed)
    {
        Waiter waiter;
        lock (_gate)
        {
            isClosed = _isClosed;
            int taken = TakeQueued(entries);
            if (taken > 0 || isClosed || timeoutMilliseconds == 0) return taken;
            waiter = Waiter.Current;
            waiter.IsServed = false;
            waiter.Next = _waiters;
            _waiters = waiter;
        }
        if (!waiter.Parker.Wait(timeoutMilliseconds) && TryLeave(waiter)) return 0;
        lock (_gate)
        {
            isClosed = _isClosed;
            if (!waiter.IsServed) return 0;
            entries[0] = waiter.Packet;
            waiter.Packet = default;
            return 1 + TakeQueued(entries[1..]);
        }
    }

    /// <summary>Ends all waits. What is in the queue is forgotten.</summary>
    /// <returns>False: it was closed before.</returns>
    public bool Close()
    {
        Waiter? waiting;
        lock (_gate)
        {
            if (_isClosed) return false;
            _isClosed = true;
            waiting = _waiters;
            _waiters = null;
            _packets = [];
            _count = 0;
        }
        while (waiting is not null)
        {
            Waiter next = waiting;
            waiting = waiting.Next;   // Once woken it may wait again, elsewhere.
            next.Parker.Wake();
        }
        return true;
    }

    // Time is up. False: somebody has taken the waiter already, and its wake-up has to be met.
    private bool TryLeave(Waiter leaving)
    {
        lock (_gate)
        {
            Waiter? previous = null;
            for (Waiter? waiter = _waiters; waiter is not null; previous = waiter, waiter = waiter.Next)
            {
                if (waiter != leaving) continue;
                if (previous is null) _waiters = waiter.Next;
                else previous.Next = waiter.Next;
                return true;
            }
        }
        leaving.Parker.Wait();
        return false;
    }

    private int TakeQueued(Span<OVERLAPPED_ENTRY> entries)
    {
        int count = Math.Min(_count, entries.Length);
        for (int i = 0; i < count; i++)
        {
            ref OVERLAPPED_ENTRY packet = ref _packets[_first];
            entries[i] = packet;
            packet = default;
            _first = (_first + 1) & (_packets.Length - 1);
        }
        _count -= count;
        return count;
    }

    private void Grow()
    {
        OVERLAPPED_ENTRY[] larger = new OVERLAPPED_ENTRY[_packets.Length * 2];
        for (int i = 0; i < _count; i++) larger[i] = _packets[(_first + i) & (_packets.Length - 1)];
        _packets = larger;
        _first = 0;
    }

    /// <summary>A thread at a port. It waits at one at a time.</summary>
    private sealed class Waiter
    {
        [ThreadStatic]
        private static Waiter? _current;

        public static Waiter Current => _current ??= new Waiter();

        public Parker Parker { get; } = Parker.Current;

        public Waiter? Next;
        public OVERLAPPED_ENTRY Packet;
        public bool IsServed;
    }
}
