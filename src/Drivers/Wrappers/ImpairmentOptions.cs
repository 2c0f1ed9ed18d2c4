namespace StackSharp.Drivers.Wrappers;

/// <summary>Loss in bursts (Gilbert-Elliott): the link is in a good or a bad state and may change with each frame.</summary>
/// <param name="GoodToBad">Chance per frame that a good link turns bad, 0 to 1.</param>
/// <param name="BadToGood">Chance per frame that a bad link turns good, 0 to 1. The mean burst has 1 / this frames.</param>
/// <param name="LossInBad">Chance that a frame is lost while the link is bad.</param>
/// <param name="LossInGood">Chance that a frame is lost while the link is good.</param>
public sealed record BurstLoss(double GoodToBad, double BadToGood, double LossInBad = 1, double LossInGood = 0);

/// <summary>What happens to frames in one direction. The default is a perfect link.</summary>
public sealed record ImpairmentOptions
{
    /// <summary>Bits per second of the whole frame; null: unlimited.</summary>
    public long? BitsPerSecond { get; init; }

    /// <summary>Octets that may wait for their turn under <see cref="BitsPerSecond"/>, the frame being sent included; one more frame is dropped.</summary>
    public int QueueBytes { get; init; } = 256 << 10;

    /// <summary>Time from the end of sending to arrival.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Each frame takes up to this much longer, uniformly distributed.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Jitter lets frames overtake each other. Off: a frame that arrives early waits for those sent before it.</summary>
    public bool JitterReorders { get; init; }

    /// <summary>Chance that a frame is lost, each by itself, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>Loss in bursts, on top of <see cref="Loss"/>; null: none.</summary>
    public BurstLoss? BurstLoss { get; init; }

    /// <summary>Chance that a frame arrives twice.</summary>
    public double Duplication { get; init; }

    /// <summary>Chance that a frame arrives <see cref="ReorderingDelay"/> later, so that later ones overtake it.</summary>
    public double Reordering { get; init; }

    /// <summary>How much later.</summary>
    public TimeSpan ReorderingDelay { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Chance that one bit of a frame is flipped, link header included.</summary>
    public double Corruption { get; init; }

    /// <summary>Chance that a packet of ECN-capable transport is marked "congestion experienced" (RFC 3168 §5).</summary>
    public double EcnMarking { get; init; }

    /// <summary>Octets that wait under <see cref="BitsPerSecond"/> above which every such packet is marked; null: a long queue marks nothing.</summary>
    public int? EcnThresholdBytes { get; init; }

    /// <summary>Nothing happens: frames may pass untouched.</summary>
    public bool IsPerfect => this == new ImpairmentOptions { QueueBytes = QueueBytes, JitterReorders = JitterReorders, ReorderingDelay = ReorderingDelay };

    /// <exception cref="ArgumentOutOfRangeException">A chance outside 0 to 1, a negative time, a rate or queue of nothing.</exception>
    internal void Check()
    {
        foreach (double chance in (ReadOnlySpan<double>)[Loss, Duplication, Reordering, Corruption, EcnMarking, BurstLoss?.GoodToBad ?? 0, BurstLoss?.BadToGood ?? 0,
            BurstLoss?.LossInBad ?? 0, BurstLoss?.LossInGood ?? 0])
            if (chance is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(chance), chance, "A chance lies between 0 and 1.");
        if (BitsPerSecond is <= 0) throw new ArgumentOutOfRangeException(nameof(BitsPerSecond), BitsPerSecond, "A rate is above 0, or null for none.");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(QueueBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(EcnThresholdBytes ?? 0, nameof(EcnThresholdBytes));
        if (Delay < TimeSpan.Zero || Jitter < TimeSpan.Zero || ReorderingDelay < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(Delay), "Delays are not negative.");
    }
}
