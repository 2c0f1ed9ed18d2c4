using StackSharp.Stack.Time;

namespace StackSharp.Drivers.Wrappers;

/// <summary>One direction of an impaired link, as pure decisions: frames and time in, verdicts out. Real time or virtual, the caller's choice.</summary>
/// <remarks>The same seed and the same frames at the same times give the same verdicts. One thread at a time; <see cref="Statistics"/> any.</remarks>
public sealed class Impairments
{
    private readonly ImpairmentOptions _options;
    private readonly IRandomSource _random;
    private Instant _lineFreeAt = Instant.Origin;
    private Instant _lastArrival = Instant.Origin;
    private bool _isBad;
    private long _offered;
    private long _delivered;
    private long _queueDrops;
    private long _lost;
    private long _lostInBursts;
    private long _duplicated;
    private long _reordered;
    private long _corrupted;
    private long _marked;

    /// <exception cref="ArgumentOutOfRangeException">A chance outside 0 to 1, a negative time, a rate or queue of nothing.</exception>
    public Impairments(ImpairmentOptions options, IRandomSource random)
    {
        options.Check();
        _options = options;
        _random = random;
    }

    public ImpairmentStatistics Statistics => new(
        Volatile.Read(ref _offered), Volatile.Read(ref _delivered), Volatile.Read(ref _queueDrops), Volatile.Read(ref _lost),
        Volatile.Read(ref _lostInBursts), Volatile.Read(ref _duplicated), Volatile.Read(ref _reordered), Volatile.Read(ref _corrupted),
        Volatile.Read(ref _marked));

    /// <summary>Decides on a frame.</summary>
    /// <param name="frameBytes">Octets of the whole frame, above 0.</param>
    /// <param name="now">Not before the previous call's.</param>
    /// <param name="isEcnCapable">It carries a packet that says ECT: only such a one can be marked.</param>
    public ImpairmentVerdict Decide(int frameBytes, Instant now, bool isEcnCapable = false)
    {
        _offered++;
        if (!TryQueue(frameBytes, now, out Instant sent, out bool isQueueLong))
        {
            _queueDrops++;
            return new ImpairmentVerdict(ImpairmentFate.QueueFull, default, false, -1);
        }

        // What is lost on the way has had its turn on the line.
        if (IsLostInBurst())
        {
            _lostInBursts++;
            return new ImpairmentVerdict(ImpairmentFate.LostInBurst, default, false, -1);
        }

        if (Happens(_options.Loss))
        {
            _lost++;
            return new ImpairmentVerdict(ImpairmentFate.Lost, default, false, -1);
        }

        Instant arrival = Arrival(sent);
        bool isDuplicated = Happens(_options.Duplication);
        int flippedBit = Happens(_options.Corruption) ? (int)_random.Below((uint)frameBytes * 8) : -1;
        bool isMarked = (Happens(_options.EcnMarking) || isQueueLong) && isEcnCapable;
        _delivered++;
        if (isMarked) _marked++;
        if (isDuplicated) _duplicated++;
        if (flippedBit >= 0) _corrupted++;
        return new ImpairmentVerdict(ImpairmentFate.Delivered, arrival, isDuplicated, flippedBit, isMarked);
    }

    private bool TryQueue(int frameBytes, Instant now, out Instant sent, out bool isQueueLong)
    {
        sent = now;
        isQueueLong = false;
        if (_options.BitsPerSecond is not { } rate) return true;
        Instant start = Instant.Max(now, _lineFreeAt);
        long waitingNanoseconds = start.Nanoseconds - now.Nanoseconds;
        Int128 waitingBytes = (Int128)waitingNanoseconds * rate / 8_000_000_000;

        // An idle line takes any frame, however small the queue.
        if (waitingNanoseconds > 0 && waitingBytes + frameBytes > _options.QueueBytes) return false;
        isQueueLong = waitingBytes > (_options.EcnThresholdBytes ?? long.MaxValue);
        sent = new Instant(start.Nanoseconds + (long)((Int128)frameBytes * 8_000_000_000 / rate));
        _lineFreeAt = sent;
        return true;
    }

    private bool IsLostInBurst()
    {
        if (_options.BurstLoss is not { } burst) return false;
        if (Happens(_isBad ? burst.BadToGood : burst.GoodToBad)) _isBad = !_isBad;
        return Happens(_isBad ? burst.LossInBad : burst.LossInGood);
    }

    private Instant Arrival(Instant sent)
    {
        Instant arrival = sent + _options.Delay;
        if (_options.Jitter > TimeSpan.Zero) arrival += _random.Between(TimeSpan.Zero, _options.Jitter);
        if (Happens(_options.Reordering))
        {
            _reordered++;
            return arrival + _options.ReorderingDelay;   // Does not hold up those behind it: that is the point.
        }

        if (!_options.JitterReorders) arrival = Instant.Max(arrival, _lastArrival);
        _lastArrival = arrival;
        return arrival;
    }

    private bool Happens(double chance) => chance > 0 && (_random.Next() >> 11) * (1.0 / (1UL << 53)) < chance;
}
