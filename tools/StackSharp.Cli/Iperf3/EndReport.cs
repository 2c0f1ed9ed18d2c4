namespace StackSharp.Cli.Iperf3;

/// <summary>What came of a test; names are those of iperf3's JSON.</summary>
/// <param name="Sum">UDP: all streams, as the receiver saw them.</param>
internal sealed record EndReport(
    IReadOnlyList<StreamEnd> Streams, EndFigures? Sum, EndFigures SumSent, EndFigures SumReceived, ProcessorReport CpuUtilizationPercent,
    string? SenderTcpCongestion, string? ReceiverTcpCongestion)
{
    /// <summary>Joins both ends' results.</summary>
    /// <exception cref="Iperf3Failure">The peer's do not fit the test.</exception>
    public static EndReport Create(TestParameters parameters, StreamSet streams, TestResults ours, TestResults theirs)
    {
        bool sends = streams.AreSenders;
        List<StreamEnd> ends = [];
        foreach (TestStream stream in streams.Streams)
        {
            StreamResult own = ours.Of(stream.Id);
            StreamResult other = theirs.Of(stream.Id);
            EndFigures sender = EndFigures.OfSender(parameters.Udp, sends ? own : other, sends);
            EndFigures receiver = EndFigures.OfReceiver(parameters.Udp, sends ? other : own, sender, sends);
            if (stream is UdpReceiver) receiver = receiver with { OutOfOrder = stream.Read().OutOfOrder };
            ends.Add(new StreamEnd(sender, receiver, parameters.Udp ? receiver with { Bytes = sender.Bytes } : null));
        }

        EndFigures sent = EndFigures.Total([.. ends.Select(end => end.Sender)]);
        EndFigures received = EndFigures.Total([.. ends.Select(end => end.Receiver)]);
        return new EndReport(
            ends, parameters.Udp ? received with { Bytes = sent.Bytes } : null, sent, received,
            new ProcessorReport(ours.CpuTotal, ours.CpuUser, ours.CpuSystem, theirs.CpuTotal, theirs.CpuUser, theirs.CpuSystem),
            (sends ? ours : theirs).CongestionUsed, (sends ? theirs : ours).CongestionUsed);
    }
}

/// <summary>A stream at both ends. Over UDP also joined: what was sent, and how much of it was lost.</summary>
internal sealed record StreamEnd(EndFigures Sender, EndFigures Receiver, EndFigures? Udp);

/// <summary>Processor time of both processes, in percent of one core.</summary>
internal sealed record ProcessorReport(double HostTotal, double HostUser, double HostSystem, double RemoteTotal, double RemoteUser, double RemoteSystem);

/// <summary>One end of a stream, or of all of them. Times in seconds, amounts in octets.</summary>
/// <param name="Sender">The client is the end that sends.</param>
internal sealed record EndFigures(int? Socket, double Start, double End, long Bytes, bool Sender)
{
    public double Seconds => End - Start;

    public double BitsPerSecond => Seconds > 0 ? Bytes * 8 / Seconds : 0;

    public long? Retransmits { get; init; }

    public double? JitterMs { get; init; }

    public long? LostPackets { get; init; }

    /// <summary>Datagrams that were sent, as far as this end knows.</summary>
    public long? Packets { get; init; }

    public double? LostPercent { get; init; }

    public long? OutOfOrder { get; init; }

    public static EndFigures OfSender(bool udp, StreamResult result, bool sends)
    {
        EndFigures figures = new((int)result.Id, result.StartTime, result.EndTime, result.Octets, sends);
        if (!udp) return figures with { Retransmits = result.Retransmits < 0 ? null : result.Retransmits };
        return figures with { Packets = result.Packets, JitterMs = 0, LostPackets = 0, LostPercent = 0 };
    }

    public static EndFigures OfReceiver(bool udp, StreamResult result, EndFigures sender, bool sends)
    {
        // A stream that came to an end before its receiver knew of the test's start has no time of its own.
        double end = result.EndTime > result.StartTime ? result.EndTime : sender.End;
        EndFigures figures = new((int)result.Id, result.StartTime, end, result.Octets, sends);
        if (!udp) return figures;
        return figures with
        {
            Packets = result.Packets,
            JitterMs = result.Jitter * 1000,
            LostPackets = result.Lost,
            LostPercent = StreamInterval.Percent(result.Lost, result.Packets),
        };
    }

    public static EndFigures Total(IReadOnlyList<EndFigures> streams)
    {
        long? packets = Sum(stream => stream.Packets);
        long? lost = Sum(stream => stream.LostPackets);
        return new EndFigures(null, streams.Min(stream => stream.Start), streams.Max(stream => stream.End), streams.Sum(stream => stream.Bytes), streams[0].Sender)
        {
            Retransmits = Sum(stream => stream.Retransmits),
            JitterMs = streams.Average(stream => stream.JitterMs),
            LostPackets = lost,
            Packets = packets,
            LostPercent = lost is null ? null : StreamInterval.Percent(lost.Value, packets ?? 0),
            OutOfOrder = Sum(stream => stream.OutOfOrder),
        };

        long? Sum(Func<EndFigures, long?> part) => streams.Any(stream => part(stream) is null) ? null : streams.Sum(part);
    }
}
