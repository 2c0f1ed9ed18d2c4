using System.Text.Json.Serialization;

namespace StackSharp.Cli.Ping;

/// <summary>What to send, and how long to wait.</summary>
internal sealed record PingPlan(int Count, TimeSpan Interval, int DataBytes, TimeSpan Wait);

/// <summary>One answer, or one error about a request.</summary>
internal sealed record PingAnswer(int Sequence, string Outcome, string From, int HopLimit, int Octets, double Milliseconds);

/// <summary>All of them.</summary>
internal sealed record PingSummary(
    int Sent, int Received, double LossPercent, double MinimumMilliseconds, double AverageMilliseconds, double MaximumMilliseconds, IReadOnlyList<PingAnswer> Answers);

[JsonSerializable(typeof(PingSummary))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class PingJson : JsonSerializerContext;
