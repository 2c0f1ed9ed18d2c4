using System.CommandLine;
using System.IO;
using System.Text.Json;
using System.Threading.Tasks;
using StackSharp.Cli.Demo;
using StackSharp.Cli.Output;
using StackSharp.Cli.Session;

namespace StackSharp.Cli.Commands;

/// <summary><c>demo</c>: two stacks and a bad link in one process, without any privilege.</summary>
internal static class DemoCommand
{
    private const long DefaultSize = 64L << 20;
    private const double DefaultLossPercent = 0.2;
    private const double MostLossPercent = 99;

    public static Command Create()
    {
        Option<TimeSpan?> rtt = OptionFactory.Duration("--rtt", "Round-trip time of the link. Default 5ms.");
        Option<double?> loss = OptionFactory.Number("--loss", "Frames lost in each direction, in percent. Default 0.2.", "PERCENT", MostLossPercent, zero: true);
        Option<long?> rate = OptionFactory.Rate("--rate", "Rate of the link, such as 100mbit. Default: no limit.");
        Option<long?> size = OptionFactory.Size("--size", "Octets to move. Default 64M.");
        Option<ulong?> seed = OptionFactory.Seed("Of content and losses. Default 1.");
        Option<FileInfo?> capture = OptionFactory.File("--capture", "The recording, as pcapng. Default: stacksharp-demo.pcapng among the temporary files.");
        Option<bool> json = OptionFactory.Flag("--json", "Print the results as JSON.");
        Command command = new("demo", "Move a file between two stacks over a lossy link in memory; needs no privilege.") { rtt, loss, rate, size, seed, capture, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new DemoPlan(
                parsed.GetValue(rtt) ?? TimeSpan.FromMilliseconds(5),
                parsed.GetValue(loss) ?? DefaultLossPercent,
                parsed.GetValue(rate),
                parsed.GetValue(size) ?? DefaultSize,
                parsed.GetValue(seed) ?? 1,
                parsed.GetValue(capture)?.FullName ?? Path.Combine(Path.GetTempPath(), "stacksharp-demo.pcapng")),
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(DemoPlan plan, bool json, CancellationToken cancellationToken)
    {
        (DemoReport report, IReadOnlyList<WindowSample> samples) = await DemoRun.ExecuteAsync(plan, cancellationToken);
        if (json) await Console.Out.WriteLineAsync(JsonSerializer.Serialize(report, DemoJson.Default.DemoReport));
        else report.Print(Terminal.Output(), samples);
        return report.ContentIntact ? ExitCode.Ok : throw new CommandFailure("what arrived is not what was sent");
    }
}
