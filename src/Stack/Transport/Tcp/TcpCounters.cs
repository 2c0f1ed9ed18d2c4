using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>What is counted of a connection only to be told (<see cref="TcpInfo"/>): nothing is decided by it.</summary>
internal struct TcpCounters
{
    public long DataSegmentsSent;
    public long DataSegmentsReceived;
    public long OutOfOrderBytes;
    public int OutOfOrderSegments;
    public int LossProbes;

    public int TimeoutEpisodes;

    /// <summary>In all episodes that are over.</summary>
    public TimeSpan TimeoutTime;

    /// <summary>When the present episode began.</summary>
    public Instant TimeoutBeganAt;
}
