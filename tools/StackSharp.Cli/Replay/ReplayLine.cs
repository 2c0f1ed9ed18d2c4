using System.Text.Json.Serialization;

namespace StackSharp.Cli.Replay;

/// <summary>One frame of a replay.</summary>
/// <param name="Seconds">Since the capture's first frame.</param>
/// <param name="Direction">"in": from the capture, to the stack; "out": the stack's answer; "recorded": what the capture has in its place.</param>
/// <param name="Octets">Length of the frame.</param>
/// <param name="Text">What is in it.</param>
internal sealed record ReplayLine(double Seconds, string Direction, int Octets, string Text);

[JsonSerializable(typeof(ReplayLine))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class ReplayJson : JsonSerializerContext;
