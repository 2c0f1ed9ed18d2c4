using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>What an algorithm begins with.</summary>
public readonly record struct CongestionStart
{
    public CongestionStart()
    {
    }

    /// <summary>SMSS: octets of text in a full segment.</summary>
    public required int SegmentBytes { get; init; }

    /// <summary>cwnd to begin with, in octets: the initial window, or the window of the algorithm that is replaced.</summary>
    public required long WindowBytes { get; init; }

    /// <summary>ssthresh to begin with: <see cref="long.MaxValue"/>, the default, but what the replaced algorithm had.</summary>
    public long SlowStartThreshold { get; init; } = long.MaxValue;

    /// <summary>The peer reports what arrives out of order: more than one loss per round trip can be found.</summary>
    public bool HasSelectiveAcknowledgment { get; init; }

    /// <summary>SRTT; zero: no sample yet.</summary>
    public TimeSpan SmoothedRoundTrip { get; init; }

    /// <summary>Least sample so far; zero: none.</summary>
    public TimeSpan MinimumRoundTrip { get; init; }

    /// <summary>Octets delivered so far: where <see cref="RateSample.Delivered"/> goes on from.</summary>
    public long DeliveredBytes { get; init; }

    /// <summary>Random numbers, from the stack's source: a seed repeats a run.</summary>
    public required IRandomSource Random { get; init; }

    public required Instant Now { get; init; }
}
