namespace StackSharp.Cli.Iperf3;

/// <summary>One interval: each stream, and all of them together.</summary>
internal sealed record IntervalReport(IReadOnlyList<StreamInterval> Streams, StreamInterval Sum);

/// <summary>What a stream, or all of them, did in an interval. Times in seconds, amounts in octets; names are those of iperf3's JSON.</summary>
internal sealed record StreamInterval
{
    /// <summary>The stream's number; null in a sum.</summary>
    public int? Socket { get; init; }

    public double Start { get; init; }

    public double End { get; init; }

    public double Seconds => End - Start;

    public long Bytes { get; init; }

    public double BitsPerSecond => Seconds > 0 ? Bytes * 8 / Seconds : 0;

    /// <summary>TCP sender: segments sent again.</summary>
    public long? Retransmits { get; init; }

    /// <summary>TCP sender: congestion window.</summary>
    public long? SndCwnd { get; init; }

    /// <summary>TCP sender: the peer's window.</summary>
    public long? SndWnd { get; init; }

    /// <summary>TCP sender: smoothed round-trip time, microseconds.</summary>
    public long? Rtt { get; init; }

    /// <summary>TCP sender: its variation, microseconds.</summary>
    public long? Rttvar { get; init; }

    /// <summary>TCP sender: path MTU.</summary>
    public long? Pmtu { get; init; }

    public double? JitterMs { get; init; }

    public long? LostPackets { get; init; }

    public long? Packets { get; init; }

    public double? LostPercent { get; init; }

    public bool Omitted { get; init; }

    /// <summary>This end sends.</summary>
    public bool Sender { get; init; }

    public static StreamInterval Create(TestParameters parameters, TestStream stream, double start, double end, in StreamFigures done)
    {
        StreamInterval interval = new() { Socket = stream.Id, Start = start, End = end, Bytes = done.Octets, Sender = stream.IsSender };
        if (parameters.Udp)
        {
            if (stream.IsSender) return interval with { Packets = done.Packets };
            return interval with
            {
                Packets = done.Packets,
                LostPackets = done.Lost,
                LostPercent = Percent(done.Lost, done.Packets),
                JitterMs = done.Jitter * 1000,
            };
        }

        if (!stream.IsSender) return interval;
        return interval with
        {
            Retransmits = done.Retransmits,
            SndCwnd = done.Connection.CongestionWindow,
            SndWnd = done.Connection.SendWindow,
            Rtt = (long)done.Connection.SmoothedRoundTripTime.TotalMicroseconds,
            Rttvar = (long)done.Connection.RoundTripTimeVariation.TotalMicroseconds,
            Pmtu = done.Connection.PathMtu,
        };
    }

    public static StreamInterval Sum(IReadOnlyList<StreamInterval> streams)
    {
        long? packets = Total(stream => stream.Packets);
        long? lost = Total(stream => stream.LostPackets);
        return new StreamInterval
        {
            Start = streams[0].Start,
            End = streams[0].End,
            Bytes = streams.Sum(stream => stream.Bytes),
            Retransmits = Total(stream => stream.Retransmits),
            Packets = packets,
            LostPackets = lost,
            LostPercent = lost is null ? null : Percent(lost.Value, packets ?? 0),
            JitterMs = streams.Average(stream => stream.JitterMs),
            Omitted = streams[0].Omitted,
            Sender = streams[0].Sender,
        };

        long? Total(Func<StreamInterval, long?> part) => part(streams[0]) is null ? null : streams.Sum(part);
    }

    public static double Percent(long part, long whole) => whole > 0 ? 100.0 * part / whole : 0;
}
