namespace StackSharp.Stack.Link;

/// <summary>What to do when another host uses our address (RFC 5227 §2.4).</summary>
public enum ConflictPolicy
{
    /// <summary>(a): give the address up at once.</summary>
    GiveUp,

    /// <summary>(b): announce it once; give it up if that does not help.</summary>
    DefendOnce,

    /// <summary>(c): keep it and announce it, at most once per defend interval.</summary>
    DefendAlways,
}

/// <summary>Constants of ARP's conflict detection (RFC 5227 §1.1).</summary>
public sealed record ArpOptions
{
    /// <summary>PROBE_WAIT. Default 1 s.</summary>
    public TimeSpan ProbeWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>PROBE_NUM. Default 3.</summary>
    public int ProbeCount { get; init; } = 3;

    /// <summary>PROBE_MIN. Default 1 s.</summary>
    public TimeSpan ProbeMinimum { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>PROBE_MAX. Default 2 s.</summary>
    public TimeSpan ProbeMaximum { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>ANNOUNCE_WAIT. Default 2 s.</summary>
    public TimeSpan AnnounceWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>ANNOUNCE_NUM. Default 2.</summary>
    public int AnnounceCount { get; init; } = 2;

    /// <summary>ANNOUNCE_INTERVAL. Default 2 s.</summary>
    public TimeSpan AnnounceInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>MAX_CONFLICTS. Default 10.</summary>
    public int MaximumConflicts { get; init; } = 10;

    /// <summary>RATE_LIMIT_INTERVAL. Default 60 s.</summary>
    public TimeSpan RateLimitInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>DEFEND_INTERVAL. Default 10 s.</summary>
    public TimeSpan DefendInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What to do about a conflict over an address in use. Default: <see cref="ConflictPolicy.DefendAlways"/>.</summary>
    public ConflictPolicy Policy { get; init; } = ConflictPolicy.DefendAlways;
}
