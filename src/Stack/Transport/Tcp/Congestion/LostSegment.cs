using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>Octets that were judged lost together, and what held when they were sent. Amounts in octets.</summary>
public readonly record struct LostSegment
{
    public required Instant Now { get; init; }

    /// <summary>Octets of the stream before them: where one begins at the last one's end, they are one gap.</summary>
    public long Offset { get; init; }

    public required long Bytes { get; init; }

    /// <summary>In flight once they were sent (P.tx_in_flight).</summary>
    public long InFlightWhenSent { get; init; }

    /// <summary>Judged lost from their sending until now, these included (C.lost - P.lost).</summary>
    public long LostSinceSent { get; init; }

    /// <summary>Delivered since the connection began (C.delivered).</summary>
    public long Delivered { get; init; }

    /// <summary>When they were sent, the application set the pace (P.is_app_limited).</summary>
    public bool WasApplicationLimited { get; init; }
}
