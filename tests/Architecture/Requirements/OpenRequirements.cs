using StackSharp.Tests.TestKit;

namespace StackSharp.Tests.Architecture.Requirements;

/// <summary>
/// tests/Data/requirements-open.tsv: requirements without a test, each with the reason. A line names one ID, or a whole group
/// as <c>GROUP-*</c>, which also stands for the groups below it.
/// </summary>
internal sealed class OpenRequirements
{
    public const string File = "tests/Data/requirements-open.tsv";

    private OpenRequirements(IReadOnlyList<(string Pattern, string Reason)> entries) => Entries = entries;

    public IReadOnlyList<(string Pattern, string Reason)> Entries { get; }

    /// <summary>The IDs that stand there one by one, so without the groups.</summary>
    public IEnumerable<string> Ids => Entries.Select(entry => entry.Pattern).Where(pattern => !IsGroup(pattern));

    /// <summary>The reason for an ID, from its own line before its group's; null when there is none.</summary>
    public string? ReasonFor(string id) =>
        Entries.Where(entry => entry.Pattern == id).Select(entry => entry.Reason).FirstOrDefault()
        ?? Entries.Where(entry => Matches(entry.Pattern, id)).Select(entry => entry.Reason).FirstOrDefault();

    public static bool IsGroup(string pattern) => pattern.EndsWith("-*", StringComparison.Ordinal);

    public static bool Matches(string pattern, string id) =>
        IsGroup(pattern) ? id.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == id;

    public static OpenRequirements Parse(IEnumerable<string> lines)
    {
        List<(string Pattern, string Reason)> entries = [];
        foreach (string line in lines.Where(line => line.Length > 0 && line[0] != '#'))
        {
            string[] columns = line.Split('\t');
            if (columns.Length != 2 || columns.Any(string.IsNullOrWhiteSpace)) throw new FormatException($"{File}: not 'ID, reason' separated by a tab: {line}");
            entries.Add((columns[0], columns[1]));
        }
        return new OpenRequirements(entries);
    }

    /// <summary>Reads the list. When approved files are being updated, IDs that have a test by now are first taken off it.</summary>
    public static OpenRequirements Load(IReadOnlySet<string> tested)
    {
        string path = Repository.PathOf(File);
        string[] lines = System.IO.File.ReadAllLines(path);
        if (ApprovedFile.IsUpdating)
        {
            lines = [.. lines.Where(line => !tested.Contains(line.Split('\t')[0]))];
            ApprovedFile.Write(path, string.Concat(lines.Select(line => line + "\n")));
        }
        return Parse(lines);
    }
}
