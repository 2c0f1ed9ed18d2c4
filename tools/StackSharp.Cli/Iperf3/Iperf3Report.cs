using System.Text.Json;
using System.Text.Json.Serialization;

namespace StackSharp.Cli.Iperf3;

/// <summary>A test from its start to its end.</summary>
internal sealed record Iperf3Report(StartReport Start, IReadOnlyList<IntervalReport> Intervals, EndReport End)
{
    public string ToJson() => JsonSerializer.Serialize(this, Iperf3ReportJson.Default.Iperf3Report);
}

[JsonSerializable(typeof(Iperf3Report))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
internal sealed partial class Iperf3ReportJson : JsonSerializerContext;
