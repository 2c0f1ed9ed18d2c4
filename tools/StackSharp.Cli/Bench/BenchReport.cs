using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using StackSharp.Cli.Services;

namespace StackSharp.Cli.Bench;

/// <summary>What was measured, and on what.</summary>
/// <param name="Completions">"inline", "pool" or "blocking".</param>
/// <param name="Seconds">Time that counts for one figure.</param>
internal sealed record BenchReport(
    string System, string Runtime, int Processors, string Completions, double Seconds, int Rounds,
    IReadOnlyList<BenchLinkReport> Links, IReadOnlyList<BenchRow> Rows)
{
    public static BenchReport Create(BenchPlan plan, IReadOnlyList<BenchLinkReport> links, IReadOnlyList<BenchRow> rows) => new(
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        Environment.ProcessorCount,
        ServiceStyles.NameOf(plan.Style),
        plan.Length.TotalSeconds,
        plan.Rounds,
        links,
        rows);
}

/// <summary>A link that was asked for.</summary>
/// <param name="Skipped">Why nothing was measured on it; null: it was there.</param>
internal sealed record BenchLinkReport(string Link, string Description, string? Skipped);

/// <summary>One work on one link.</summary>
/// <param name="Work">Name; see <see cref="BenchWork.All"/>.</param>
/// <param name="Unit">Of rates and median: "bit/s", or "1/s" for transactions.</param>
/// <param name="Rates">One for each round, in order.</param>
/// <param name="Median">Null: nothing was measured.</param>
/// <param name="RatioToKernel">The median of each round's ratio to the kernel's figure; null on the kernel itself, or without it.</param>
/// <param name="Failure">Why there is nothing, or why it ended early.</param>
internal sealed record BenchRow(
    string Work, string Title, string Link, string Unit, IReadOnlyList<double> Rates, double? Median, double? RatioToKernel, string? Failure);

[JsonSerializable(typeof(BenchReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class BenchJson : JsonSerializerContext;
