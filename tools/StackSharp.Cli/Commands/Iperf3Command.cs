using System.CommandLine;
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
    private const int DefaultSeconds = 10;

    public static Command Create()
    {
        Option<string> client = new("-c", "--client") { Description = "The server to test against: an address, or a name that this machine resolves.", HelpName = "HOST", Required = true };
        Option<int?> port = OptionFactory.Count("--port", "The server's port. Default 5201.", "PORT", 1, ushort.MaxValue);
        port.Aliases.Add("-p");
        Option<int?> time = OptionFactory.Count("--time", "Seconds to test. Default 10.", "SECONDS", 1, ParameterRules.MostSeconds);
        time.Aliases.Add("-t");
        Option<long?> octets = OptionFactory.Size("--bytes", "Octets to move instead, on all streams together.");
        octets.Aliases.Add("-n");
        Option<int?> parallel = OptionFactory.Count("--parallel", "Streams at once. Default 1.", "STREAMS", 1, ParameterRules.MostStreams);
        parallel.Aliases.Add("-P");
        Option<bool> reverse = new("-R", "--reverse") { Description = "The server sends." };
        Option<bool> both = new("--bidir") { Description = "Not supported: run one test with -R and one without.", Hidden = true };
        Option<bool> udp = new("-u", "--udp") { Description = "UDP instead of TCP." };
        Option<long?> rate = OptionFactory.Rate("--bitrate", "Rate of each stream, such as 100M; 0: no limit. Default: none over TCP, 1M over UDP.");
        rate.Aliases.Add("-b");
        Option<long?> length = OptionFactory.Size("--length", "Octets of a write or a datagram. Default: 128K over TCP, what fits into a frame over UDP.");
        length.Aliases.Add("-l");
        Option<int?> omit = OptionFactory.Count("--omit", "Seconds at the start that do not count. Default 0.", "SECONDS", 0, ParameterRules.MostOmitted);
        omit.Aliases.Add("-O");
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
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Check(parsed);
            string host = parsed.GetRequiredValue(client);
            IPAddress address = await HostNameLookup.FindAsync(host, cancellationToken);
            ClientPlan plan = new(host, new IPEndPoint(address, parsed.GetValue(port) ?? Iperf3Server.Port))
            {
                Seconds = parsed.GetValue(time) ?? DefaultSeconds,
                Octets = parsed.GetValue(octets),
                Streams = parsed.GetValue(parallel) ?? 1,
                Reverse = parsed.GetValue(reverse),
                Udp = parsed.GetValue(udp),
                BitsPerSecond = parsed.GetValue(rate),
                BlockBytes = (int?)parsed.GetValue(length),
                OmittedSeconds = parsed.GetValue(omit) ?? 0,
                Interval = parsed.GetValue(interval) ?? TimeSpan.FromSeconds(1),
                WideCounters = parsed.GetValue(wide),
            };
            return await RunAsync(device.Read(parsed), plan, parsed.GetValue(json), cancellationToken);
        });
        return command;

        void Check(ParseResult parsed)
        {
            if (parsed.GetValue(both)) throw new UsageFailure("--bidir is not supported: run one test with -R and one without.");
            if (parsed.GetValue(octets) is < 1) throw new UsageFailure("-n: a size of at least 1.");
            if (parsed.GetValue(octets) is not null && parsed.GetValue(time) is not null) throw new UsageFailure("-n and -t exclude each other.");
            if (parsed.GetValue(interval) is { TotalMilliseconds: < SmallestIntervalMilliseconds }) throw new UsageFailure("-i: a time of at least 100ms.");
            int smallest = parsed.GetValue(udp) ? DatagramHeader.SizeOf(wide: true) : 1;
            int largest = parsed.GetValue(udp) ? ParameterRules.LargestDatagram : ParameterRules.LargestBlock;
            if (parsed.GetValue(length) is long asked && (asked < smallest || asked > largest)) throw new UsageFailure($"-l: a size from {smallest} to {largest}.");
        }
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
}
