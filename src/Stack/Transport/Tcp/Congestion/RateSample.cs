namespace StackSharp.Stack.Transport.Tcp.Congestion;

/// <summary>A sample of the delivery rate, of the latest sent octets that an acknowledgment reports (draft-ietf-ccwg-bbr §4.1). Amounts in octets.</summary>
public readonly record struct RateSample
{
    /// <summary>Delivered since the connection began, this acknowledgment included (C.delivered).</summary>
    public long Delivered { get; init; }

    /// <summary>What <see cref="Delivered"/> was when those octets were sent (RS.prior_delivered): as much as a mark says that a round trip has passed.</summary>
    public long PriorDelivered { get; init; }

    /// <summary>Delivered from their sending until now (RS.delivered).</summary>
    public long DeliveredInInterval { get; init; }

    /// <summary>The longer of the times in which so much was sent and acknowledged (RS.interval); zero: no sample.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>Judged lost from their sending until now (RS.lost).</summary>
    public long LostInInterval { get; init; }

    /// <summary>In flight once they were sent (RS.tx_in_flight).</summary>
    public long InFlightWhenSent { get; init; }

    /// <summary>The application, not the path, set the pace (RS.is_app_limited).</summary>
    public bool IsApplicationLimited { get; init; }

    /// <summary>There is a rate.</summary>
    public bool IsValid => Interval > TimeSpan.Zero && DeliveredInInterval > 0;

    /// <summary>Octets per second (RS.delivery_rate); 0 without a sample.</summary>
    public long BytesPerSecond => IsValid ? (long)((Int128)DeliveredInInterval * TimeSpan.TicksPerSecond / Interval.Ticks) : 0;
}
