using System.Globalization;
using System.Text;

namespace StackSharp.Tests.Architecture.Surface;

/// <summary>docs/winsock.md: counts by area and importance, what there is and its tests, what there is not and why.</summary>
internal sealed class SurfaceTable(WinsockSurface surface)
{
    public const string File = "docs/winsock.md";
    private const int NamedTests = 3;

    private readonly StringBuilder _text = new();

    public string Render()
    {
        _text.Append(
            """
            # Windows Sockets 2: what there is

            Generated from tests/Data/winsock-surface.tsv, tests/Data/winsock-reasons.tsv, the compiled API and the tests in tests/Api/Winsock that name its parts;
            CONTRIBUTING.md says how to write it anew. That a number is there says that programs with it compile; whether the option or code works, the tests say.


            """.ReplaceLineEndings("\n"));
        WriteCounts();
        foreach (IGrouping<string, SurfaceRow> area in surface.Rows.GroupBy(row => row.Area)) WriteArea(area.Key, [.. area]);
        return _text.ToString();
    }

    private void WriteCounts()
    {
        _text.Append(CultureInfo.InvariantCulture, $"## Counts\n\nThere, and in brackets named by a test, of all but those that are not going to be.\n\n| Area | {string.Join(" | ", SurfaceRow.Levels)} | not going to be |\n|---|---|---|---|---|---|\n");
        foreach (IGrouping<string, SurfaceRow> area in surface.Rows.GroupBy(row => row.Area)) WriteCountRow(area.Key, [.. area]);
        WriteCountRow("All", surface.Rows);
    }

    private void WriteCountRow(string name, IReadOnlyCollection<SurfaceRow> rows)
    {
        IEnumerable<string> cells = SurfaceRow.Levels.Select(level =>
        {
            SurfaceRow[] counted = [.. rows.Where(row => row.Importance == level && !surface.Reasons.Contains(row.Name))];
            int there = counted.Count(surface.Existing.Contains);
            int tested = counted.Count(row => surface.TestsOf(row).Count > 0);
            return counted.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{there} ({tested}) of {counted.Length}");
        });
        int never = rows.Count(row => surface.Reasons.Contains(row.Name));
        _text.Append(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", cells)} | {(never == 0 ? "" : never)} |\n");
    }

    private void WriteArea(string area, IReadOnlyCollection<SurfaceRow> rows)
    {
        _text.Append(CultureInfo.InvariantCulture, $"\n## {area}\n");
        SurfaceRow[] there = [.. rows.Where(surface.Existing.Contains)];
        if (there.Length > 0) _text.Append("\n| There | Kind | Importance | Tests |\n|---|---|---|---|\n");
        foreach (SurfaceRow row in there)
            _text.Append(CultureInfo.InvariantCulture, $"| {row.Name} | {row.Kind} | {row.Importance} | {Tests(row)} |\n");
        SurfaceRow[] missing = [.. rows.Except(there)];
        if (missing.Length > 0) _text.Append("\n| Missing | Kind | Importance | Why |\n|---|---|---|---|\n");
        foreach (SurfaceRow row in missing)
            _text.Append(CultureInfo.InvariantCulture, $"| {row.Name} | {row.Kind} | {row.Importance} | {surface.Reasons[row.Name].FirstOrDefault() ?? "not yet"} |\n");
    }

    private string Tests(SurfaceRow row)
    {
        IReadOnlyList<string> tests = surface.TestsOf(row);
        string named = string.Join("<br>", tests.Take(NamedTests).Select(test => $"`{test}`"));
        return tests.Count <= NamedTests ? named : string.Create(CultureInfo.InvariantCulture, $"{named}<br>and {tests.Count - NamedTests} more");
    }
}
