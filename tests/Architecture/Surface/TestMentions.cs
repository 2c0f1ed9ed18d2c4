using System.IO;
using System.Text.RegularExpressions;
using StackSharp.Tests.TestKit;

namespace StackSharp.Tests.Architecture.Surface;

/// <summary>Which tests of the Winsock API name what, read from their sources: a constant leaves no trace in compiled code.</summary>
internal static partial class TestMentions
{
    /// <summary>A name, and the tests that have it in their body or their data.</summary>
    public static ILookup<string, string> Load() => Directory.EnumerateFiles(Repository.PathOf("tests/Api/Winsock"), "*Tests.cs").Order(StringComparer.Ordinal)
        .SelectMany(path => In(Path.GetFileNameWithoutExtension(path), File.ReadLines(path)))
        .ToLookup(mention => mention.Name, mention => mention.Test);

    /// <param name="className">Of the file.</param>
    /// <param name="lines">As the formatter leaves them: a member's first and last line stand at four spaces.</param>
    public static IEnumerable<(string Name, string Test)> In(string className, IEnumerable<string> lines)
    {
        HashSet<string>? words = null;
        string? test = null;
        bool hasBlock = false;
        foreach (string line in lines)
        {
            if (words is null && FactAttribute().IsMatch(line)) words = [];
            if (words is null) continue;
            if (test is null && TestMethod().Match(line) is { Success: true } method) test = method.Groups[1].Value;
            foreach (Match word in Word().Matches(line.Split("//")[0])) words.Add(word.Value);
            hasBlock |= line == "    {";
            bool isLast = line == "    }" || (test is not null && !hasBlock && line.EndsWith(';'));
            if (!isLast || test is null) continue;
            foreach (string name in words) yield return (name, $"{className}.{test}");
            (words, test, hasBlock) = (null, null, false);
        }
    }

    [GeneratedRegex(@"^    \[(Fact|Theory)\b")]
    private static partial Regex FactAttribute();

    [GeneratedRegex(@"^    public (?:async )?(?:Task|void) (\w+)\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"[A-Za-z_]\w*")]
    private static partial Regex Word();
}
