using System.Text.Json;
using System.Text.Json.Serialization;

namespace StackSharp.Cli.Iperf3;

/// <summary>A whole number as iperf3 writes it: -1 may come as 18446744073709551615, and what is large as 1e+15.</summary>
internal sealed class WireNumber : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number) throw new JsonException($"{reader.TokenType} where a number was to come.");
        if (reader.TryGetInt64(out long number)) return number;
        if (reader.TryGetUInt64(out ulong large)) return unchecked((long)large);
        return reader.TryGetDouble(out double real) && Math.Abs(real) <= 1e18 ? (long)real : throw new JsonException("A number beyond all bounds.");
    }

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
