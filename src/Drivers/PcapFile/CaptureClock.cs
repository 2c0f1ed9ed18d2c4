namespace StackSharp.Drivers.PcapFile;

/// <summary>The wall clock, in the unit of capture files.</summary>
internal static class CaptureClock
{
    public static long NanosecondsSinceEpoch => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick;
}
