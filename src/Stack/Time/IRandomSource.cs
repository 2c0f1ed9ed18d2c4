namespace StackSharp.Stack.Time;

/// <summary>Where the core's random numbers come from: the operating system's generator in a program, a seed in a test.</summary>
public interface IRandomSource
{
    /// <summary>64 uniformly distributed bits.</summary>
    ulong Next();

    /// <summary>Fills <paramref name="destination"/> with random bytes: secrets come from here.</summary>
    void Fill(Span<byte> destination);
}

/// <summary>Ranges on top of <see cref="IRandomSource"/>.</summary>
public static class RandomSourceExtensions
{
    /// <summary>A uniformly distributed number in 0 to <paramref name="exclusiveBound"/> - 1.</summary>
    public static uint Below(this IRandomSource source, uint exclusiveBound) => (uint)(((source.Next() >> 32) * exclusiveBound) >> 32);

    /// <summary>A uniformly distributed duration from <paramref name="least"/> up to <paramref name="most"/>.</summary>
    public static TimeSpan Between(this IRandomSource source, TimeSpan least, TimeSpan most)
    {
        double share = (source.Next() >> 11) * (1.0 / (1UL << 53));
        return least + TimeSpan.FromTicks((long)((most - least).Ticks * share));
    }
}
