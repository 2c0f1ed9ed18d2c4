using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StackSharp.Hosting;

/// <summary>Where one thread sleeps while a call of its own waits: a futex word on Linux, a monitor elsewhere. It never spins.</summary>
/// <remarks>Every <see cref="Wake"/> is met by exactly one successful <see cref="Wait"/>: whoever gives up waiting first makes sure, under
/// the host's lock, that nobody is about to wake it.</remarks>
internal sealed unsafe class Parker
{
    private const int Idle = 0;
    private const int Signalled = 1;
    private const int Parked = -1;
    private const nuint CacheLine = 64;

    [ThreadStatic]
    private static Parker? _current;

    private readonly int* _word;
    private readonly object? _monitor;
    private bool _signalled;

    private Parker()
    {
        if (Futex.IsSupported) _word = (int*)NativeMemory.AlignedAlloc(CacheLine, CacheLine);
        else _monitor = new object();
        if (_word is not null) *_word = Idle;
    }

    ~Parker()
    {
        if (_word is not null) NativeMemory.AlignedFree(_word);
    }

    /// <summary>The calling thread's own.</summary>
    public static Parker Current => _current ??= new Parker();

    /// <summary>Sleeps until woken.</summary>
    /// <param name="timeoutMilliseconds">-1: no limit.</param>
    /// <returns>False: time is up.</returns>
    public bool Wait(int timeoutMilliseconds = Timeout.Infinite)
    {
        bool woken = _monitor is null ? WaitFutex(timeoutMilliseconds) : WaitMonitor(timeoutMilliseconds);
        GC.KeepAlive(this);
        return woken;
    }

    /// <summary>Ends the current or the next <see cref="Wait"/>. Any thread.</summary>
    public void Wake()
    {
        if (_monitor is null)
        {
            if (Interlocked.Exchange(ref *_word, Signalled) == Parked) Futex.WakeOne(_word);
            GC.KeepAlive(this);
            return;
        }
        lock (_monitor)
        {
            _signalled = true;
            Monitor.Pulse(_monitor);
        }
    }

    private bool WaitFutex(int timeoutMilliseconds)
    {
        if (Interlocked.CompareExchange(ref *_word, Parked, Idle) == Signalled)
        {
            Volatile.Write(ref *_word, Idle);
            return true;
        }
        long start = timeoutMilliseconds < 0 ? 0 : Stopwatch.GetTimestamp();
        while (true)
        {
            TimeSpan left = timeoutMilliseconds < 0
                ? Timeout.InfiniteTimeSpan
                : TimeSpan.FromMilliseconds(timeoutMilliseconds) - Stopwatch.GetElapsedTime(start);
            if (timeoutMilliseconds < 0 || left > TimeSpan.Zero) Futex.Wait(_word, Parked, left);
            if (Volatile.Read(ref *_word) == Signalled)
            {
                Volatile.Write(ref *_word, Idle);
                return true;
            }
            if (timeoutMilliseconds >= 0 && left <= TimeSpan.Zero)
            {
                // A wake-up may come in between: then it counts.
                if (Interlocked.CompareExchange(ref *_word, Idle, Parked) == Parked) return false;
            }
        }
    }

    private bool WaitMonitor(int timeoutMilliseconds)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_monitor!)
        {
            while (!_signalled)
            {
                if (timeoutMilliseconds < 0)
                {
                    Monitor.Wait(_monitor);
                    continue;
                }
                TimeSpan left = TimeSpan.FromMilliseconds(timeoutMilliseconds) - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero || !Monitor.Wait(_monitor, left)) break;
            }
            bool woken = _signalled;
            _signalled = false;
            return woken;
        }
    }
}
