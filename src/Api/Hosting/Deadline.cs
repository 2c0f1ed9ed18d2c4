using System.Diagnostics;

namespace StackSharp.Hosting;

/// <summary>A time limit for a call, counted from its construction.</summary>
/// <param name="milliseconds">-1: none.</param>
internal readonly struct Deadline(int milliseconds)
{
    private readonly long _start = milliseconds > 0 ? Stopwatch.GetTimestamp() : 0;

    public bool IsImmediate => milliseconds == 0;

    /// <summary>-1: no limit.</summary>
    public int MillisecondsLeft
    {
        get
        {
            if (milliseconds <= 0) return milliseconds;
            double left = milliseconds - Stopwatch.GetElapsedTime(_start).TotalMilliseconds;
            return left <= 0 ? 0 : (int)Math.Ceiling(left);
        }
    }
}
