using System.Diagnostics;

namespace StackSharp.Cli.Iperf3;

/// <summary>The clock that datagrams are stamped by: only differences mean something.</summary>
internal static class MonotonicMicroseconds
{
    public static long Now => (long)Stopwatch.GetElapsedTime(0).TotalMicroseconds;
}
