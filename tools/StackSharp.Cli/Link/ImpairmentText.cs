using System.Globalization;
using StackSharp.Cli.Output;
using StackSharp.Cli.Session;
using StackSharp.Drivers.Wrappers;

namespace StackSharp.Cli.Link;

/// <summary>Impairments that are two numbers, as people write them.</summary>
internal static class ImpairmentText
{
    /// <summary>Reads "1%,5": the share of frames that are lost in the long run, and how many in a row on average.</summary>
    /// <remarks>Gilbert's model: in a burst every frame is lost, outside none. A burst of mean length L ends with a chance of 1 / L after each frame; for the
    /// share S of all frames to be in bursts, one has to begin with a chance of S / (1 - S) / L.</remarks>
    public static BurstLoss? TryParseBurstLoss(string text)
    {
        if (text.Split(',') is not [string shareText, string lengthText] || !OptionFactory.TryParsePercent(shareText, out double share)) return null;
        if (!double.TryParse(lengthText, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double length) || length < 1) return null;
        double begins = share / (1 - share) / length;
        return begins is >= 0 and <= 1 ? new BurstLoss(begins, 1 / length) : null;
    }

    /// <summary>Reads "5%:5ms": the share of frames that are late, and by how much.</summary>
    public static Reordering? TryParseReordering(string text) =>
        text.Split(':') is [string shareText, string timeText] && OptionFactory.TryParsePercent(shareText, out double share)
        && DurationText.TryParse(timeText, out TimeSpan late) && late > TimeSpan.Zero ? new Reordering(share, late) : null;
}

/// <summary>Frames that are overtaken.</summary>
/// <param name="Chance">0 to 1.</param>
/// <param name="Late">By how much.</param>
internal sealed record Reordering(double Chance, TimeSpan Late);
