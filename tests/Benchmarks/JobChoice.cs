using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Jobs;

namespace StackSharp.Benchmarks;

/// <summary>How long each benchmark runs. Read here, since BenchmarkDotNet's own <c>--job</c> would bring its toolchain along.</summary>
internal static class JobChoice
{
    private static readonly Dictionary<string, Job> Jobs = new(StringComparer.OrdinalIgnoreCase)
    {
        ["dry"] = Job.Dry,
        ["short"] = Job.ShortRun,
        ["medium"] = Job.MediumRun,
        ["long"] = Job.LongRun,
        ["default"] = Job.Default,
    };

    public static IEnumerable<string> Names => Jobs.Keys;

    /// <param name="rest">The arguments without <c>--job NAME</c>.</param>
    /// <returns>False: no such job.</returns>
    public static bool TryRead(string[] arguments, [NotNullWhen(true)] out Job? job, out string[] rest)
    {
        job = Job.Default;
        rest = arguments;
        int at = Array.FindIndex(arguments, argument => argument is "--job" or "-j");
        if (at < 0) return true;
        if (at + 1 == arguments.Length || !Jobs.TryGetValue(arguments[at + 1], out job)) return false;
        rest = [.. arguments[..at], .. arguments[(at + 2)..]];
        return true;
    }
}
