using System.Globalization;

namespace StackSharp.Tests.Architecture.Surface;

/// <summary>One line of tests/Data/winsock-surface.tsv.</summary>
/// <param name="Value">What the documentation gives a constant; null: none, or it says it by another name.</param>
internal sealed record SurfaceRow(string Area, string Name, string Kind, string Importance, uint? Value)
{
    public static readonly IReadOnlyList<string> Levels = ["core", "expected", "niche", "legacy"];

    /// <summary>Functions that take or give text have two forms in C.</summary>
    public IEnumerable<string> Forms => Kind is "function" or "structure" ? [Name, Name + "W", Name + "A"] : [Name];

    public static SurfaceRow Parse(string line)
    {
        string[] columns = line.Split('\t');
        if (columns.Length != 5 || columns[..4].Any(string.IsNullOrWhiteSpace)) throw new FormatException($"Not 'area, name, kind, importance, value' separated by tabs: {line}");
        if (!Levels.Contains(columns[3])) throw new FormatException($"Unknown importance {columns[3]}: {line}");
        if (columns[2] is not ("function" or "spi" or "constant" or "flag" or "structure")) throw new FormatException($"Unknown kind {columns[2]}: {line}");
        return new SurfaceRow(columns[0], columns[1], columns[2], columns[3], columns[4].Length == 0 ? null : Number(columns[4]));
    }

    private static uint Number(string text) => text.StartsWith("0x", StringComparison.Ordinal)
        ? uint.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        : uint.Parse(text, CultureInfo.InvariantCulture);
}
