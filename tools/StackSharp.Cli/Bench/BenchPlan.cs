using System.IO;
using StackSharp.Cli.Services;

namespace StackSharp.Cli.Bench;

/// <summary>What is to be measured.</summary>
/// <param name="Links">Of <see cref="BenchLink.Names"/>.</param>
/// <param name="Length">Time that counts for one figure; half as much goes before it as a warm-up.</param>
/// <param name="Rounds">How often everything is measured.</param>
/// <param name="Style">How the services on a stack are written.</param>
/// <param name="Trace">Where to write what happens to the stacks' TCP connections; null: nowhere.</param>
internal sealed record BenchPlan(
    IReadOnlyList<string> Links, IReadOnlyList<BenchWork> Works, TimeSpan Length, int Rounds, ServiceStyle Style, FileInfo? Trace = null)
{
    public TimeSpan WarmUp => Length / 2;

    /// <summary>Comma-separated names in the order given, each once, to what they name.</summary>
    /// <param name="error">What is wrong with it.</param>
    public static bool TrySelect<T>(string text, IReadOnlyList<T> known, Func<T, string> nameOf, out IReadOnlyList<T> selected, out string error)
    {
        error = "";
        List<T> found = [];
        selected = found;
        foreach (string name in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct())
        {
            int at = 0;
            while (at < known.Count && nameOf(known[at]) != name) at++;
            if (at < known.Count) found.Add(known[at]);
            else error = $"no '{name}'; there are {string.Join(", ", known.Select(nameOf))}.";
        }
        if (found.Count == 0 && error.Length == 0) error = $"names none; there are {string.Join(", ", known.Select(nameOf))}.";
        return error.Length == 0;
    }
}
