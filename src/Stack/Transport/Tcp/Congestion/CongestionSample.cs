using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>What an acknowledgment tells a congestion control algorithm. Amounts in octets.</summary>
public readonly record struct CongestionSample
{
    public required Instant Now { get; init; }

    /// <summary>Newly and cumulatively acknowledged. With offload one acknowledgment may stand for dozens of segments.</summary>
    public long AcknowledgedBytes { get; init; }

    /// <summary>Newly reported as arrived, cumulatively or selectively.</summary>
    public long DeliveredBytes { get; init; }

    /// <summary>Newly judged lost.</summary>
    public long LostBytes { get; init; }

    /// <summary>Thought to be in the network before this acknowledgment.</summary>
    public long InFlightBefore { get; init; }

    /// <summary>Thought to be in the network after it.</summary>
    public long InFlightBytes { get; init; }

    /// <summary>The congestion window, not the application or the peer, held the sender back, at some time in the last round trip: with pacing it does so now and
    /// then only.</summary>
    public bool WasWindowLimited { get; init; }

    /// <summary>What is sent is spread over the round trip, so acknowledgments come in no longer rows than it left in unless the path holds them up.</summary>
    public bool IsPaced { get; init; }

    /// <summary>From sending to acknowledgment of the latest octets that this acknowledgment reports; zero: no sample.</summary>
    public TimeSpan RoundTrip { get; init; }

    /// <summary>Least of the connection; zero before the first sample.</summary>
    public TimeSpan MinimumRoundTrip { get; init; }

    /// <summary>SRTT; zero before the first sample.</summary>
    public TimeSpan SmoothedRoundTrip { get; init; }

    /// <summary>When the acknowledgment arrived.</summary>
    public CongestionPhase Phase { get; init; }

    /// <summary>Newly delivered with a congestion mark, where marks are counted; see <see cref="ICongestionControl.NeedsExactMarks"/>.</summary>
    public long MarkedBytes { get; init; }

    /// <summary>Octets of the stream before SND.UNA, since the connection was established.</summary>
    public long UnacknowledgedOffset { get; init; }

    /// <summary>Octets of the stream before SND.NXT: whatever is sent from now on lies behind it, which makes it a mark to count round trips by.</summary>
    public long NextOffset { get; init; }

    /// <summary>The rate at which the path delivers.</summary>
    public RateSample Rate { get; init; }
}
