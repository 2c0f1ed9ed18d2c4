using System.Text.RegularExpressions;

namespace StackSharp.Tests.Architecture.Requirements;

/// <summary>One line of tests/Data/requirements.tsv.</summary>
internal sealed partial record Requirement(string Id, string Level, string Text, string Source)
{
    /// <summary>The ID without its last part: <c>TCP-SM</c> for <c>TCP-SM-5</c>.</summary>
    public string Group => Id[..Id.LastIndexOf('-')];

    public static Requirement Parse(string line)
    {
        string[] columns = line.Split('\t');
        if (columns.Length != 4 || !IdPattern().IsMatch(columns[0]))
            throw new FormatException($"Not 'ID, level, text, source' separated by tabs: {line}");
        if (columns[1] is not ("MUST" or "MUST NOT" or "SHOULD" or "SHOULD NOT" or "MAY" or "OURS"))
            throw new FormatException($"Unknown level {columns[1]}: {line}");
        return new Requirement(columns[0], columns[1], columns[2], columns[3]);
    }

    [GeneratedRegex("^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*-[A-Z]*[0-9]+[a-z]?$")]
    private static partial Regex IdPattern();
}
