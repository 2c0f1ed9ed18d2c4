using StackSharp.Stack.Time;

namespace StackSharp.Tests.Simulation;

/// <summary>What a simulated link does to the frames of one direction. Shares are 0 to 1.</summary>
internal sealed record LinkConditions
{
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Added to each frame's delay, from nothing to this; frames overtake one another.</summary>
    public TimeSpan Jitter { get; init; }

    public double Loss { get; init; }

    /// <summary>Once a frame is lost, the next one is lost with this probability instead.</summary>
    public double LossBurst { get; init; }

    /// <summary>Delayed by <see cref="LateBy"/> more than the others, which overtake them.</summary>
    public double Late { get; init; }

    public TimeSpan LateBy { get; init; }

    public double Duplication { get; init; }

    /// <summary>Flips a bit.</summary>
    public double Corruption { get; init; }

    /// <summary>Bits per second; 0: no limit. What waits longer than <see cref="QueueLimit"/> is dropped.</summary>
    public double Rate { get; init; }

    public TimeSpan QueueLimit { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Share of the frames that are marked, where they are ECN-capable.</summary>
    public double Marking { get; init; }

    /// <summary>What waits longer than this for <see cref="Rate"/> is marked, where it is ECN-capable.</summary>
    public TimeSpan MarkingDelay { get; init; } = TimeSpan.MaxValue;

    /// <summary>A random bad path: anything from clean to 20 % loss in bursts.</summary>
    public static LinkConditions Random(IRandomSource random)
    {
        double Share(double most) => (random.Next() >> 11) * (1.0 / (1UL << 53)) * most;
        bool Sometimes(uint oneIn) => random.Below(oneIn) == 0;
        return new LinkConditions
        {
            Delay = TimeSpan.FromMicroseconds(Sometimes(4) ? random.Below(100) : random.Below(150_000)),
            Jitter = Sometimes(3) ? TimeSpan.FromMicroseconds(random.Below(30_000)) : TimeSpan.Zero,
            Loss = Sometimes(2) ? Share(0.10) : 0,
            LossBurst = Sometimes(3) ? Share(0.3) : 0,
            Duplication = Sometimes(4) ? Share(0.05) : 0,
            Corruption = Sometimes(4) ? Share(0.02) : 0,
            Rate = Sometimes(2) ? 1e6 + Share(1e8) : 0,
            QueueLimit = TimeSpan.FromMilliseconds(20 + random.Below(200)),
            Marking = Sometimes(4) ? Share(0.3) : 0,
            MarkingDelay = Sometimes(2) ? TimeSpan.FromMilliseconds(random.Below(50)) : TimeSpan.MaxValue,
        };
    }
}
