using System.Text.Json.Serialization;

namespace StackSharp.Cli.Iperf3;

/// <summary>What one side tells the other after a test.</summary>
/// <remarks>Setters for the same reason as in <see cref="TestParameters"/>.</remarks>
internal sealed record TestResults
{
    /// <summary>Percent of one core, for the whole process.</summary>
    [JsonPropertyName("cpu_util_total")]
    public double CpuTotal { get; set; }

    [JsonPropertyName("cpu_util_user")]
    public double CpuUser { get; set; }

    [JsonPropertyName("cpu_util_system")]
    public double CpuSystem { get; set; }

    /// <summary>1: the sender counted retransmissions; 0: it did not; -1: this side is no sender.</summary>
    [JsonPropertyName("sender_has_retransmits"), JsonConverter(typeof(WireNumber))]
    public long SenderHasRetransmits { get; set; } = -1;

    [JsonPropertyName("congestion_used"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CongestionUsed { get; set; }

    [JsonPropertyName("streams")]
    public IReadOnlyList<StreamResult?>? Streams { get; set; }

    /// <summary>Finds a stream's result.</summary>
    /// <exception cref="Iperf3Failure">It is missing, or holds what cannot be.</exception>
    public StreamResult Of(int id)
    {
        StreamResult result = Streams?.FirstOrDefault(candidate => candidate?.Id == id)
            ?? throw new Iperf3Failure($"the peer's results lack stream {id}", RefusalCode.Results);
        return result.IsSensible ? result : throw new Iperf3Failure($"the peer's results for stream {id} cannot be", RefusalCode.Results);
    }
}

/// <summary>One stream as one side saw it.</summary>
internal sealed record StreamResult
{
    [JsonPropertyName("id"), JsonConverter(typeof(WireNumber))]
    public long Id { get; set; }

    [JsonPropertyName("bytes"), JsonConverter(typeof(WireNumber))]
    public long Octets { get; set; }

    /// <summary>-1: not known.</summary>
    [JsonPropertyName("retransmits"), JsonConverter(typeof(WireNumber))]
    public long Retransmits { get; set; } = -1;

    /// <summary>Seconds.</summary>
    [JsonPropertyName("jitter")]
    public double Jitter { get; set; }

    /// <summary>Datagrams lost.</summary>
    [JsonPropertyName("errors"), JsonConverter(typeof(WireNumber))]
    public long Lost { get; set; }

    /// <summary>Datagrams sent, or the highest number that arrived.</summary>
    [JsonPropertyName("packets"), JsonConverter(typeof(WireNumber))]
    public long Packets { get; set; }

    /// <summary>Seconds.</summary>
    [JsonPropertyName("start_time")]
    public double StartTime { get; set; }

    /// <summary>Seconds.</summary>
    [JsonPropertyName("end_time")]
    public double EndTime { get; set; }

    [JsonIgnore]
    public bool IsSensible => Octets >= 0 && Retransmits >= -1 && Packets >= 0 && Jitter >= 0 && StartTime >= 0 && EndTime >= 0;
}
