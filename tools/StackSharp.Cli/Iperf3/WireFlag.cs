using System.Text.Json;
using System.Text.Json.Serialization;

namespace StackSharp.Cli.Iperf3;

/// <summary>Yes or no as iperf3 writes it: true and false, or 1 and 0.</summary>
internal sealed class WireFlag : JsonConverter<bool>
{
    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Number when reader.TryGetInt64(out long number) => number != 0,
        _ => throw new JsonException($"{reader.TokenType} where yes or no was to come."),
    };

    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
}
