using System.Diagnostics;
using StackSharp.Stack.Time;

namespace StackSharp.Hosting;

/// <summary>The machine's monotonic clock as the core wants it.</summary>
internal static class HostClock
{
    // 1 on Linux and macOS, 100 on Windows.
    private static readonly long NanosecondsPerTick = Math.Max(1, 1_000_000_000 / Stopwatch.Frequency);

    public static Instant Now => new(Stopwatch.GetTimestamp() * NanosecondsPerTick);
}
