namespace StackSharp.Cli.Bench;

/// <summary>The middle of some figures: one slow round does not move it.</summary>
internal static class Median
{
    /// <returns>The middle one, or the mean of the two in the middle; null: there are none.</returns>
    public static double? Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0) return null;
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Of the ratios of two series, round by round: what disturbs a round disturbs both.</summary>
    /// <returns>Null: there is no round with both.</returns>
    public static double? OfRatios(IEnumerable<double> values, IEnumerable<double> bases) =>
        Of(values.Zip(bases).Where(pair => pair.Second > 0).Select(pair => pair.First / pair.Second));
}
