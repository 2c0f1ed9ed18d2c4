using System.Globalization;
using System.Text;

namespace StackSharp.Tests.Architecture.Requirements;

/// <summary>docs/requirements-covered.md: counts by group, the tests of each requirement, and what is left out.</summary>
internal sealed class CoverageTable(RequirementCatalog catalog)
{
    public const string File = "docs/requirements-covered.md";

    private readonly StringBuilder _text = new();

    public string Render()
    {
        WriteIntroduction();
        WriteCounts();
        WriteTested();
        WriteLeftOut();
        return _text.ToString();
    }

    private void WriteIntroduction() => _text.Append(
        """
        # Requirements and the tests that prove them

        Generated from the `[Covers]` attributes of the tests, tests/Data/requirements.tsv and tests/Data/requirements-open.tsv;
        CONTRIBUTING.md says how to write it anew. OURS marks rules of this project without an RFC behind them.


        """.ReplaceLineEndings("\n"));

    private void WriteCounts()
    {
        _text.Append("## Counts\n\nTested of all, by level.\n\n| Group | MUST, MUST NOT | OURS | SHOULD, SHOULD NOT | MAY |\n|---|---|---|---|---|\n");
        foreach (IGrouping<string, Requirement> group in catalog.All.GroupBy(requirement => requirement.Group))
            WriteCountRow(group.Key, [.. group]);
        WriteCountRow("All", catalog.All);
        _text.Append('\n');
    }

    private void WriteCountRow(string name, IReadOnlyCollection<Requirement> requirements)
    {
        string[] cells =
        [
            CountOf(requirements, "MUST", "MUST NOT"), CountOf(requirements, "OURS"), CountOf(requirements, "SHOULD", "SHOULD NOT"), CountOf(requirements, "MAY"),
        ];
        _text.Append(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", cells)} |\n");
    }

    private string CountOf(IEnumerable<Requirement> requirements, params string[] levels)
    {
        Requirement[] counted = [.. requirements.Where(requirement => levels.Contains(requirement.Level))];
        int tested = counted.Count(requirement => catalog.Tests.Contains(requirement.Id));
        return counted.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{tested} of {counted.Length}");
    }

    private void WriteTested()
    {
        _text.Append("## Tested\n");
        foreach (IGrouping<string, Requirement> group in catalog.All.Where(requirement => catalog.Tests.Contains(requirement.Id)).GroupBy(requirement => requirement.Group))
        {
            _text.Append(CultureInfo.InvariantCulture, $"\n### {group.Key}\n\n| ID | Level | Requirement | Source | Tests |\n|---|---|---|---|---|\n");
            foreach (Requirement requirement in group)
            {
                string tests = string.Join("<br>", catalog.Tests[requirement.Id].Select(test => $"`{test}`"));
                _text.Append(CultureInfo.InvariantCulture, $"| {requirement.Id} | {requirement.Level} | {Escape(requirement.Text)} | {requirement.Source} | {tests} |\n");
            }
        }
    }

    private void WriteLeftOut()
    {
        _text.Append("\n## Left out\n\n| ID | Reason |\n|---|---|\n");
        foreach ((string pattern, string reason) in catalog.Open.Entries)
            _text.Append(CultureInfo.InvariantCulture, $"| {Escape(pattern)} | {Escape(reason)} |\n");
    }

    /// <summary>So that comparisons, bars and stars in a text are not taken for markup.</summary>
    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal)
        .Replace("<", "\\<", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal);
}
