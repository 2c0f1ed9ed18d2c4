using System.Text.Json.Serialization;

namespace StackSharp.Cli.Iperf3;

/// <summary>The parameters' text: what is off or zero is left out, as iperf3 does.</summary>
[JsonSerializable(typeof(TestParameters))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
internal sealed partial class ParametersJson : JsonSerializerContext;

/// <summary>The results' text: everything is there.</summary>
[JsonSerializable(typeof(TestResults))]
internal sealed partial class ResultsJson : JsonSerializerContext;
