using System.Globalization;
using StackSharp.Cli.Output;

namespace StackSharp.Cli.Link;

/// <summary>How much waits in front of a link: octets, or multiples of what rate and round-trip time have under way at once (BDP).</summary>
/// <param name="Octets">Null: it is in BDPs.</param>
/// <param name="Products">Null: it is in octets.</param>
internal sealed record QueueSize(long? Octets, double? Products)
{
    private const string ProductUnit = "bdp";

    /// <summary>Reads "256k" or "1.5bdp".</summary>
    public static QueueSize? TryParse(string text)
    {
        if (!text.EndsWith(ProductUnit, StringComparison.OrdinalIgnoreCase))
            return ByteText.TryParseSize(text, out long octets) && octets > 0 ? new QueueSize(octets, null) : null;
        bool isNumber = double.TryParse(text[..^ProductUnit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double products);
        return isNumber && products > 0 ? new QueueSize(null, products) : null;
    }

    /// <exception cref="UsageFailure">There is no rate or no delay to compute it from, or it is too large.</exception>
    public int Resolve(string option, long? bitsPerSecond, TimeSpan roundTrip)
    {
        if (bitsPerSecond is not { } rate) throw new UsageFailure($"{option}: without --rate nothing waits; give one.");
        if (Products is not null && roundTrip <= TimeSpan.Zero) throw new UsageFailure($"{option}: a BDP is rate times round-trip time; give --delay, or a size in octets.");
        double octets = Octets ?? Math.Ceiling(Products!.Value * rate * roundTrip.TotalSeconds / 8);
        return octets <= int.MaxValue ? (int)octets : throw new UsageFailure(string.Create(CultureInfo.InvariantCulture, $"{option}: {octets:0} octets are too many; {int.MaxValue} at most."));
    }
}
