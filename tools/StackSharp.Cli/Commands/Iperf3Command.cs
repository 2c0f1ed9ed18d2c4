using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Threading.Tasks;
using StackSharp.Cli.Iperf3;
using StackSharp.Cli.Output;
using StackSharp.Cli.Session;
using StackSharp.Hosting;

namespace StackSharp.Cli.Commands;

/// <summary><c>iperf3</c>: measures throughput to an iperf3 server.</summary>
internal static class Iperf3Command
{
    private const int SmallestIntervalMilliseconds = 100;

    public static Command Create()
    {
        Option<string> client = new("-c", "--client") { Description = "The server to test against: an address, or a name that this machine resolves.", HelpName = "HOST", Required = true };
        Option<int> port = Number("The server's port.", "PORT", Iperf3Server.Port, 1, ushort.MaxValue, "-p", "--port");
        Option<int> time = Number("Seconds to test. Default 10.", "SECONDS", 10, 1, ParameterRules.MostSeconds, "-t", "--time");
        Option<long?> octets = OptionFactory.Size("--bytes", "Octets to move instead, on all streams together.");
        octets.Aliases.Add("-n");
        Option<int> parallel = Number("Streams at once.", "STREAMS", 1, 1, ParameterRules.MostStreams, "-P", "--parallel");
        Option<bool> reverse = new("-R", "--reverse") { Description = "The server sends." };
        Option<bool> both = new("--bidir") { Description = "Not supported: run one test with -R and one without.", Hidden = true };
        Option<bool> udp = new("-u", "--udp") { Description = "UDP instead of TCP." };
        Option<long?> rate = OptionFactory.Rate("--bitrate", "Rate of each stream, such as 100M; 0: no limit. Default: none over TCP, 1M over UDP.");
        rate.Aliases.Add("-b");
        Option<long?> length = OptionFactory.Size("--length", "Octets of a write or a datagram. Default: 128K over TCP, what fits into a frame over UDP.");
        length.Aliases.Add("-l");
        Option<int> omit = Number("Seconds at the start that do not count.", "SECONDS", 0, 0, ParameterRules.MostOmitted, "-O", "--omit");
        Option<TimeSpan?> interval = OptionFactory.Duration("--interval", "Time between reports. Default 1s.");
        interval.Aliases.Add("-i");
        Option<bool> wide = OptionFactory.Flag("--udp-counters-64bit", "Number datagrams with 64 bits.");
        Option<bool> json = OptionFactory.Flag("--json", "Print the report as JSON, with the names that iperf3 uses.");
        DeviceOptions device = new();
        Command command = new("iperf3", "Measure throughput to an iperf3 server.")
        {
            client, port, time, octets, parallel, reverse, both, udp, rate, length, omit, interval, wide, json,
        };
        device.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(both)) result.AddError("--bidir is not supported: run one test with -R and one without.");
            if (result.GetValue(octets) is < 1) result.AddError("-n: a size of at least 1.");
            if (result.GetValue(octets) is not null && result.GetResult(time) is { Implicit: false }) result.AddError("-n and -t exclude each other.");
            if (result.GetValue(interval) is { TotalMilliseconds: < SmallestIntervalMilliseconds }) result.AddError("-i: a time of at least 100ms.");
            int smallest = result.GetValue(udp) ? DatagramHeader.SizeOf(wide: true) : 1;
            int largest = result.GetValue(udp) ? ParameterRules.LargestDatagram : ParameterRules.LargestBlock;
            if (result.GetValue(length) is long asked && (asked < smallest || asked > largest)) result.AddError($"-l: a size from {smallest} to {largest}.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string host = parsed.GetRequiredValue(client);
            IPAddress address = await HostNameLookup.FindAsync(host, cancellationToken);
            ClientPlan plan = new(host, new IPEndPoint(address, parsed.GetValue(port)))
            {
                Seconds = parsed.GetValue(time),
                Octets = parsed.GetValue(octets),
                Streams = parsed.GetValue(parallel),
                Reverse = parsed.GetValue(reverse),
                Udp = parsed.GetValue(udp),
                BitsPerSecond = parsed.GetValue(rate),
                BlockBytes = (int?)parsed.GetValue(length),
                OmittedSeconds = parsed.GetValue(omit),
                Interval = parsed.GetValue(interval) ?? TimeSpan.FromSeconds(1),
                WideCounters = parsed.GetValue(wide),
            };
            return await RunAsync(device.Read(parsed), plan, parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(DeviceChoice choice, ClientPlan plan, bool json, CancellationToken cancellationToken)
    {
        await using StackSession session = StackSession.Open(choice, new StackHostOptions());
        Iperf3Client client = new(session.Host, plan, Report);
        Iperf3Report report = await client.RunAsync(cancellationToken);
        if (json) await Console.Out.WriteLineAsync(report.ToJson());
        else ReportTables.Print(Terminal.Output(), report.End);
        return ExitCode.Ok;

        void Report(IntervalReport interval)
        {
            if (!json) Console.Out.WriteLine(ReportTables.Describe(interval));
        }
    }

    private static Option<int> Number(string description, string valueName, int otherwise, int least, int most, string name, string alias)
    {
        Option<int> option = new(name, alias) { Description = description, HelpName = valueName, DefaultValueFactory = _ => otherwise };
        option.Validators.Add((OptionResult result) =>
        {
            if (result.GetValueOrDefault<int>() is int value && (value < least || value > most)) result.AddError($"{name}: a number from {least} to {most}.");
        });
        return option;
    }
}
