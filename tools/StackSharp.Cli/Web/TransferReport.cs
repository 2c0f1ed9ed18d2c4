using System.Globalization;
using System.IO;
using System.Text.Json;
using System.Text.Json.Serialization;
using StackSharp.Cli.Output;

namespace StackSharp.Cli.Web;

/// <summary>What a transfer did.</summary>
/// <param name="Sha256">In hexadecimal; null: not asked for.</param>
internal sealed record TransferReport(string Url, int Status, long Octets, double Seconds, string? Sha256)
{
    /// <summary>Octets of the body, in bits per second.</summary>
    public double BitsPerSecond => Seconds > 0 ? Octets * 8 / Seconds : 0;

    public void Print(TextWriter writer, bool json)
    {
        if (json)
        {
            writer.WriteLine(JsonSerializer.Serialize(this, TransferJson.Default.TransferReport));
            return;
        }

        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Status} {Url}: {ByteText.Size(Octets)} in {Seconds:0.00} s, {ByteText.Rate(BitsPerSecond)}"));
        if (Sha256 is not null) writer.WriteLine($"sha256 {Sha256}");
    }
}

[JsonSerializable(typeof(TransferReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class TransferJson : JsonSerializerContext;
