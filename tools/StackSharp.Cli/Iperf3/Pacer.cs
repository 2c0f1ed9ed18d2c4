namespace StackSharp.Cli.Iperf3;

/// <summary>A token bucket that keeps a rate over time, and short bursts in between.</summary>
/// <remarks>
/// Two buckets. One is filled at the rate and remembers 100 ms of it, so that a sender that was held up catches up. The other is
/// filled twice as fast and holds 4 ms or 64 KiB, so that it catches up gently: at 1 Gbit/s no burst is longer than 500 kB.
/// </remarks>
internal sealed class Pacer
{
    /// <summary>A burst that no receiver minds, however low the rate is: without it, a timer that ticks late would cost rate.</summary>
    public const int HarmlessBurst = 64 << 10;

    private static readonly TimeSpan Memory = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(4);

    private readonly double _octetsPerSecond;
    private readonly double _mostOwed;
    private readonly double _mostAtOnce;
    private double _owed;
    private double _atOnce;
    private TimeSpan _last;

    /// <param name="bitsPerSecond">Above 0.</param>
    /// <param name="itemBytes">Octets of the largest item.</param>
    public Pacer(long bitsPerSecond, int itemBytes, TimeSpan now)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bitsPerSecond);
        _octetsPerSecond = bitsPerSecond / 8.0;
        _mostOwed = Math.Max(itemBytes, _octetsPerSecond * Memory.TotalSeconds);
        _mostAtOnce = Math.Max(Math.Max(itemBytes, HarmlessBurst), _octetsPerSecond * Burst.TotalSeconds);
        _owed = itemBytes;
        _atOnce = itemBytes;
        _last = now;
    }

    /// <summary>Takes the right to send an item now.</summary>
    /// <returns>False: it is too early.</returns>
    public bool TryTake(int octets, TimeSpan now)
    {
        double earned = _octetsPerSecond * Math.Max(0, (now - _last).TotalSeconds);
        _last = now;
        _owed = Math.Min(_mostOwed, _owed + earned);
        _atOnce = Math.Min(_mostAtOnce, _atOnce + (2 * earned));
        if (_owed < octets || _atOnce < octets) return false;
        _owed -= octets;
        _atOnce -= octets;
        return true;
    }
}
