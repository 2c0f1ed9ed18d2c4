using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StackSharp.Drivers.Native;

/// <summary>Lets one thread sleep until another one signals. A signal that nobody waits for is kept, once, for the next wait.</summary>
/// <remarks>A futex word on Linux, which sleeps to the microsecond and wakes faster than a monitor; a monitor elsewhere.</remarks>
internal sealed unsafe class WaitSignal
{
    private const int Clear = 0;
    private const int Signaled = 1;
    private const int Waiting = -1;
    private const nint FutexWaitPrivate = 128;
    private const nint FutexWakePrivate = 129;

    private static readonly nint FutexCall = FindFutexCall();

    // Pinned and never freed by hand: a late signal after disposal still writes into memory that exists.
    private readonly int[] _word = GC.AllocateArray<int>(1, pinned: true);
    private readonly object _monitor = new();
    private readonly bool _usesMonitor;

    /// <param name="forceMonitor">Do without the futex where there is one.</param>
    public WaitSignal(bool forceMonitor = false) => _usesMonitor = forceMonitor || FutexCall == 0;

    /// <summary>Ends the current wait or, if there is none, the next. Any thread.</summary>
    public void Set()
    {
        if (_usesMonitor)
        {
            lock (_monitor)
            {
                _word[0] = Signaled;
                Monitor.Pulse(_monitor);
            }

            return;
        }

        if (Interlocked.Exchange(ref _word[0], Signaled) == Waiting)
            Libc.SystemCall(FutexCall, Word, FutexWakePrivate, 1, null, 0, 0);
    }

    /// <summary>Sleeps until signalled or until time is up, and takes the signal. One thread at a time.</summary>
    /// <returns>True when signalled.</returns>
    public bool Wait(TimeSpan timeout)
    {
        if (Interlocked.CompareExchange(ref _word[0], Clear, Signaled) == Signaled) return true;
        if (timeout == TimeSpan.Zero) return false;
        return _usesMonitor ? WaitOnMonitor(timeout) : WaitOnFutex(timeout);
    }

    private int* Word => (int*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_word));

    private bool WaitOnFutex(TimeSpan timeout)
    {
        long started = Stopwatch.GetTimestamp();
        if (Interlocked.CompareExchange(ref _word[0], Waiting, Clear) == Signaled)
        {
            Volatile.Write(ref _word[0], Clear);
            return true;
        }

        TimeSpan left = timeout;
        while (left > TimeSpan.Zero || timeout < TimeSpan.Zero)
        {
            Libc.TimeSpec limit = Libc.TimeSpec.From(left);
            Libc.SystemCall(FutexCall, Word, FutexWaitPrivate, Waiting, timeout < TimeSpan.Zero ? null : &limit, 0, 0);

            // Whatever the call says (woken, timed out, interrupted, word changed): the word tells.
            if (Volatile.Read(ref _word[0]) == Signaled) break;
            if (timeout >= TimeSpan.Zero) left = timeout - Stopwatch.GetElapsedTime(started);
        }

        return Interlocked.Exchange(ref _word[0], Clear) == Signaled;
    }

    private bool WaitOnMonitor(TimeSpan timeout)
    {
        lock (_monitor)
        {
            // Rounded up to the monitor's milliseconds: rounding down would spin through the last one.
            int milliseconds = timeout < TimeSpan.Zero ? Timeout.Infinite : (int)Math.Min(int.MaxValue, Math.Ceiling(timeout.TotalMilliseconds));
            long started = Stopwatch.GetTimestamp();
            int left = milliseconds;
            while (_word[0] != Signaled && (left > 0 || milliseconds == Timeout.Infinite))
            {
                Monitor.Wait(_monitor, left);
                if (milliseconds != Timeout.Infinite) left = milliseconds - (int)Math.Min(milliseconds, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            bool signaled = _word[0] == Signaled;
            _word[0] = Clear;
            return signaled;
        }
    }

    private static nint FindFutexCall()
    {
        if (!OperatingSystem.IsLinux()) return 0;
        return RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => 202,
            Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64 => 98,
            _ => 0,
        };
    }
}
