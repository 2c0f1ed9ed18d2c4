using System.Text.Json.Serialization;
using StackSharp.Drivers.Wrappers;

namespace StackSharp.Cli.Link;

/// <summary>What passed a link.</summary>
/// <param name="Seconds">Since it was opened.</param>
/// <param name="AToB">Frames from A to B.</param>
/// <param name="BToA">Frames from B to A.</param>
internal sealed record LinkReport(string A, string B, ulong Seed, double Seconds, ImpairedBridgeStatistics AToB, ImpairedBridgeStatistics BToA);

[JsonSerializable(typeof(LinkReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class LinkJson : JsonSerializerContext;
