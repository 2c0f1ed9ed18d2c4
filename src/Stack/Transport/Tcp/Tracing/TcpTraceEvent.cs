using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Tcp.Tracing;

/// <summary>Something that happened to a connection, and the figures that hold after it: a point of a plot. Amounts in octets, rates in octets per second.</summary>
public readonly record struct TcpTraceEvent
{
    /// <summary>On the host's monotonic clock.</summary>
    public required Instant At { get; init; }

    public required TcpTraceKind Kind { get; init; }

    public IpEndpoint Local { get; init; }

    public IpEndpoint Remote { get; init; }

    public TcpState State { get; init; }

    /// <summary>Whether losses are being repaired, and after what.</summary>
    public CongestionPhase Phase { get; init; }

    /// <summary>What the event is about: octets delivered, lost or sent again; 0 for the other kinds.</summary>
    public long Octets { get; init; }

    /// <summary>Place in the stream that we send, from 0: of the first octet lost or sent again; else of the first one not acknowledged (SND.UNA).</summary>
    public long Offset { get; init; }

    /// <summary>cwnd; 0 until the connection is established.</summary>
    public long CongestionWindow { get; init; }

    /// <summary>ssthresh; <see cref="long.MaxValue"/> until the first loss.</summary>
    public long SlowStartThreshold { get; init; }

    /// <summary>The peer's window.</summary>
    public long SendWindow { get; init; }

    /// <summary>Thought to be in the network: RFC 6675's pipe.</summary>
    public long InFlight { get; init; }

    /// <summary>Judged lost and not acknowledged since, sent again or not.</summary>
    public long LostBytes { get; init; }

    /// <summary>The rate at which what the window allows leaves; 0: as it comes.</summary>
    public long PacingRate { get; init; }

    /// <summary>The rate at which the path delivers, by the latest sample; 0: none yet.</summary>
    public long DeliveryRate { get; init; }

    /// <summary>SRTT; zero before the first sample.</summary>
    public TimeSpan SmoothedRoundTripTime { get; init; }

    /// <summary>RTO, its doublings included.</summary>
    public TimeSpan RetransmissionTimeout { get; init; }
}
