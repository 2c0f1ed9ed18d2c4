namespace StackSharp.Stack.Link;

/// <summary>Constants of the neighbour cache (RFC 4861 §10), used for ARP as well.</summary>
public sealed record NeighborOptions
{
    /// <summary>Mean time that a confirmed entry stays REACHABLE; each time is drawn from half to one and a half of it. Default 30 s.</summary>
    public TimeSpan ReachableTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time between two questions for one address (RETRANS_TIMER; RFC 1122 §2.3.2.1: not under 1 s). Default 1 s.</summary>
    public TimeSpan RetransmitTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an entry in use waits for word from above before it is probed (DELAY_FIRST_PROBE_TIME). Default 5 s.</summary>
    public TimeSpan DelayFirstProbeTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Broadcast or multicast questions before an address counts as unreachable. Default 3.</summary>
    public int MaximumMulticastSolicits { get; init; } = 3;

    /// <summary>Unicast questions before the cache goes back to broadcast. Default 3.</summary>
    public int MaximumUnicastSolicits { get; init; } = 3;

    /// <summary>Frames that wait for one address; beyond it the oldest is dropped. Default 16.</summary>
    public int MaximumQueuedFrames { get; init; } = 16;

    /// <summary>Entries per interface; beyond it the one unused longest goes, static ones excepted. Default 4096.</summary>
    public int MaximumEntries { get; init; } = 4096;

    /// <summary>Age since the last use at which an entry that is not static is forgotten. Default 10 min.</summary>
    public TimeSpan UnusedTime { get; init; } = TimeSpan.FromMinutes(10);
}
