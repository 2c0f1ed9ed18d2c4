using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Text.Json;
using System.Threading.Tasks;
using StackSharp.Cli.Bench;
using StackSharp.Cli.Output;
using StackSharp.Cli.Services;
using StackSharp.Cli.Session;

namespace StackSharp.Cli.Commands;

/// <summary><c>bench</c>: how fast the stack is on this machine, beside the kernel doing the same.</summary>
internal static class BenchCommand
{
    private const double DefaultSeconds = 0.3;
    private const int DefaultRounds = 3;
    private const double LongestSeconds = 3600;
    private const int MostRounds = 1000;

    public static Command Create()
    {
        Option<IReadOnlyList<string>> links = List("--links", "Comma-separated: memory (two stacks in this process), tap, packet (AF_PACKET on a veth pair), kernel (no stack: the base of the ratios). All but memory set up network namespaces and need root. Default: all.", BenchLink.Names, name => name);
        Option<IReadOnlyList<BenchWork>> works = List("--work", $"Comma-separated: {string.Join(", ", BenchWork.All.Select(work => work.Name))}. Default: all.", BenchWork.All, work => work.Name);
        Option<double?> seconds = OptionFactory.Number("--seconds", "Time that counts for one figure; half as much goes before it. Default 0.3.", "N", LongestSeconds);
        Option<int?> rounds = OptionFactory.Count("--rounds", "How often everything is measured: medians are shown. Default 3.", "N", 1, MostRounds);
        Option<ServiceStyle> completions = ServiceStyles.CreateOption("the services on a stack");
        Option<string?> json = new("--json") { Description = "Write all figures as JSON to a file, or, without one, to standard output instead of the table.", HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne };
        Option<FileInfo?> svg = OptionFactory.File("--svg", "Draw the medians as a bar chart (SVG).");
        Option<FileInfo?> trace = OptionFactory.File("--trace", "Write what happens to the stacks' TCP connections to a CSV file. It takes time of its own: figures are lower.");
        Command command = new("bench", "Measure the stack on this machine, beside the kernel.") { links, works, seconds, rounds, completions, json, svg, trace };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new BenchPlan(
                parsed.GetValue(links) ?? BenchLink.Names,
                parsed.GetValue(works) ?? BenchWork.All,
                TimeSpan.FromSeconds(parsed.GetValue(seconds) ?? DefaultSeconds),
                parsed.GetValue(rounds) ?? DefaultRounds,
                parsed.GetValue(completions),
                parsed.GetValue(trace)),
            parsed.GetResult(json) is not null,
            parsed.GetValue(json),
            parsed.GetValue(svg),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(BenchPlan plan, bool json, string? jsonFile, FileInfo? svg, CancellationToken cancellationToken)
    {
        BenchReport report = await BenchRun.ExecuteAsync(plan, ShowProgress, cancellationToken);
        ClearProgress();
        if (json) await WriteJsonAsync(JsonSerializer.Serialize(report, BenchJson.Default.BenchReport), jsonFile, cancellationToken);
        if (!json || jsonFile is not null) BenchTable.Print(report, Terminal.Output());
        if (svg is not null) await File.WriteAllTextAsync(svg.FullName, BenchChart.Draw(report), cancellationToken);
        return report.Rows.Any(row => row.Median is not null) ? ExitCode.Ok : throw new CommandFailure("nothing was measured; see above for the reasons");
    }

    private static async Task WriteJsonAsync(string text, string? file, CancellationToken cancellationToken)
    {
        if (file is null) await Console.Out.WriteLineAsync(text);
        else await File.WriteAllTextAsync(file, text + "\n", cancellationToken);
    }

    private static void ShowProgress(int number, int total)
    {
        if (!Console.IsErrorRedirected) Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{number + 1} of {total} "));
    }

    private static void ClearProgress()
    {
        if (!Console.IsErrorRedirected) Console.Error.Write("\r                    \r");
    }

    private static Option<IReadOnlyList<T>> List<T>(string name, string description, IReadOnlyList<T> known, Func<T, string> nameOf) => new(name)
    {
        Description = description,
        HelpName = "LIST",
        CustomParser = result =>
        {
            if (!BenchPlan.TrySelect(result.Tokens.Count > 0 ? result.Tokens[^1].Value : "", known, nameOf, out IReadOnlyList<T> selected, out string error)) result.AddError($"{name}: {error}");
            return selected;
        },
    };
}
