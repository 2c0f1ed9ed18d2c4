using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Sending;

/// <summary>Spreads what a connection sends over time: a burst of at most a quantum leaves, and the next one when it would be through at the pacing rate
/// (draft-ietf-ccwg-bbr §5.6.2 and §5.6.3).</summary>
internal struct Pacer
{
    /// <summary>A burst lasts so long at the pacing rate, unless that is less than two segments: more bursts would be more wake-ups, and larger ones longer queues.</summary>
    private const long BurstsPerSecond = 1000;

    // What a late timer held up leaves with the next burst, up to this.
    private static readonly TimeSpan Credit = TimeSpan.FromMilliseconds(1);

    // Of the burst that has begun.
    private int _left;

    /// <summary>When the next burst may leave.</summary>
    public Instant NextAt { get; private set; }

    /// <summary>Something may leave: of the burst that has begun, or as a new one.</summary>
    /// <param name="quantum">Octets of a new one.</param>
    public bool MaySend(int quantum, Instant now)
    {
        if (_left > 0) return true;
        if (now < NextAt) return false;
        _left = quantum;
        return true;
    }

    /// <summary>Octets of whole segments that leave as one burst.</summary>
    /// <param name="rate">Octets per second.</param>
    public static int Quantum(long rate, int leastSegments, int segmentBytes)
    {
        long quantum = Math.Min(int.MaxValue / 2, rate / BurstsPerSecond);
        return (int)Math.Max((long)leastSegments * segmentBytes, quantum - quantum % segmentBytes);
    }

    /// <param name="rate">Octets per second.</param>
    public void OnSent(int octets, long rate, Instant now)
    {
        Instant from = Instant.Max(NextAt, now - Credit);
        _left -= octets;
        NextAt = new Instant(from.Nanoseconds + octets * 1_000_000_000L / rate);
    }
}
