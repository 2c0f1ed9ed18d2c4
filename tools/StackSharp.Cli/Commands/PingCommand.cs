using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Threading.Tasks;
using StackSharp.Cli.Output;
using StackSharp.Cli.Ping;
using StackSharp.Cli.Session;
using StackSharp.Hosting;
using StackSharp.Stack.Wire;

namespace StackSharp.Cli.Commands;

/// <summary><c>ping</c>: ICMP echo from the stack.</summary>
internal static class PingCommand
{
    private const int DefaultCount = 4;
    private const int DefaultDataBytes = 56;
    private const int LargestDataBytes = 65_507;

    public static Command Create()
    {
        Argument<string> host = new("HOST") { Description = "An address, or a name that this machine resolves." };
        DeviceOptions device = new();
        Option<int?> count = OptionFactory.Count("--count", "Requests to send. Default 4.", "N", 1, ushort.MaxValue);
        count.Aliases.Add("-c");
        Option<TimeSpan?> interval = OptionFactory.Duration("--interval", "Time between requests. Default 1s.");
        interval.Aliases.Add("-i");
        Option<int?> size = OptionFactory.Count("--size", "Octets of data in each request. Default 56.", "SIZE", 0, LargestDataBytes);
        size.Aliases.Add("-s");
        Option<TimeSpan?> wait = OptionFactory.Duration("--wait", "Time to wait for the last answer. Default 1s.");
        wait.Aliases.Add("-W");
        Option<bool> json = OptionFactory.Flag("--json", "Print answers and summary as JSON.");
        Command command = new("ping", "Send ICMP echo requests and print what comes of them.") { host, count, interval, size, wait, json };
        device.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            device.Read(parsed),
            parsed.GetRequiredValue(host),
            new PingPlan(
                parsed.GetValue(count) ?? DefaultCount,
                parsed.GetValue(interval) ?? TimeSpan.FromSeconds(1),
                parsed.GetValue(size) ?? DefaultDataBytes,
                parsed.GetValue(wait) ?? TimeSpan.FromSeconds(1)),
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(DeviceChoice choice, string host, PingPlan plan, bool json, CancellationToken cancellationToken)
    {
        IPAddress address = await HostNameLookup.FindAsync(host, cancellationToken);
        await using StackSession session = StackSession.Open(choice, new StackHostOptions());
        if (!json) await Console.Out.WriteLineAsync($"PING {host} ({address}) {plan.DataBytes} octets of data");
        PingSummary summary = await Pinger.RunAsync(session.Host, IpAddress.Parse(address.ToString()), plan, Report, cancellationToken);
        await Console.Out.WriteLineAsync(json ? JsonSerializer.Serialize(summary, PingJson.Default.PingSummary) : Describe(summary));
        return summary.Received > 0 ? ExitCode.Ok : ExitCode.Failed;

        void Report(PingAnswer answer)
        {
            if (!json) Console.Out.WriteLine(Describe(answer));
        }
    }

    private static string Describe(PingAnswer answer) => answer.Outcome == "Reply"
        ? string.Create(CultureInfo.InvariantCulture, $"{answer.Octets} octets from {answer.From}: seq={answer.Sequence} ttl={answer.HopLimit} time={answer.Milliseconds:0.000} ms")
        : $"from {answer.From}: seq={answer.Sequence} {answer.Outcome}";

    private static string Describe(PingSummary summary)
    {
        string counts = string.Create(CultureInfo.InvariantCulture, $"{summary.Sent} sent, {summary.Received} received, {summary.LossPercent:0.##} % lost");
        return summary.Received == 0
            ? counts
            : string.Create(CultureInfo.InvariantCulture, $"{counts}\nround trip min/avg/max {summary.MinimumMilliseconds:0.000}/{summary.AverageMilliseconds:0.000}/{summary.MaximumMilliseconds:0.000} ms");
    }
}
