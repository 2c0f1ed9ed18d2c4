using System.Runtime.InteropServices;

namespace StackSharp.Hosting;

/// <summary>Linux's futex(2): sleep until a word in memory changes.</summary>
internal static unsafe partial class Futex
{
    private const int WaitPrivate = 128;
    private const int WakePrivate = 129;
    private static readonly nint Number = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 202,
        Architecture.Arm64 => 98,
        _ => 0,
    };

    public static bool IsSupported => OperatingSystem.IsLinux() && Number != 0;

    /// <summary>Returns at once unless the word holds <paramref name="expected"/>; also when woken, when time is up, or for no reason.</summary>
    /// <param name="timeout">Negative: no limit.</param>
    public static void Wait(int* word, int expected, TimeSpan timeout)
    {
        if (timeout < TimeSpan.Zero)
        {
            _ = SystemCall(Number, word, WaitPrivate, (nint)expected, null);
            return;
        }
        long ticks = timeout.Ticks;
        TimeSpec relative = new() { Seconds = (nint)(ticks / TimeSpan.TicksPerSecond), Nanoseconds = (nint)(ticks % TimeSpan.TicksPerSecond * 100) };
        _ = SystemCall(Number, word, WaitPrivate, (nint)expected, &relative);
    }

    public static void WakeOne(int* word) => _ = SystemCall(Number, word, WakePrivate, 1, null);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, int* word, nint operation, nint value, TimeSpec* timeout);

    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
