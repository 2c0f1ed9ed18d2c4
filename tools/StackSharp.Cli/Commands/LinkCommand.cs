using System.CommandLine;
using System.Text.Json;
using System.Threading.Tasks;
using StackSharp.Cli.Link;
using StackSharp.Cli.Output;
using StackSharp.Cli.Session;
using StackSharp.Drivers;
using StackSharp.Drivers.Wrappers;

namespace StackSharp.Cli.Commands;

/// <summary><c>link</c>: joins two devices by a link as bad as is asked for, until SIGTERM or Ctrl-C.</summary>
internal static class LinkCommand
{
    private const int LeastMtu = 68;   // RFC 791 §3.2.

    public static Command Create()
    {
        Option<string> a = Device("--a", "One end");
        Option<string> b = Device("--b", "The other end");
        Option<string?> placeOfA = Namespace("--netns-a", "--a");
        Option<string?> placeOfB = Namespace("--netns-b", "--b");
        Option<int?> mtu = OptionFactory.Count("--mtu", "Largest IP packet in octets. Set on a TAP. Default: as the devices have it.", "OCTETS", LeastMtu, ushort.MaxValue);
        ImpairmentChoice impairments = new();
        Option<bool> noOffload = OptionFactory.Flag("--no-offload", "Frames as they are on a wire, even if nothing happens to them. So it is anyway where anything does.");
        Option<ulong?> seed = OptionFactory.Seed("Of everything that is left to chance. Default 1.");
        Option<TimeSpan?> time = OptionFactory.Duration("--time", "End after this. Default: on Ctrl-C.");
        Option<bool> json = OptionFactory.Flag("--json", "Print the counters as JSON at the end; what is shown meanwhile goes to standard error.");
        Command command = new("link", "Join two devices by a bad link. Each impairment has two more forms, for one direction: --loss-ab, --loss-ba.") { a, b, placeOfA, placeOfB, mtu };
        impairments.AddTo(command);
        command.Add(noOffload);
        command.Add(seed);
        command.Add(time);
        command.Add(json);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new LinkPlan(
                new LinkEnd(parsed.GetRequiredValue(a), parsed.GetValue(placeOfA)),
                new LinkEnd(parsed.GetRequiredValue(b), parsed.GetValue(placeOfB)),
                parsed.GetValue(mtu),
                Offload: !parsed.GetValue(noOffload),
                impairments.Read(parsed, parsed.GetValue(seed) ?? 1),
                parsed.GetValue(time)),
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(LinkPlan plan, bool json, CancellationToken cancellationToken)
    {
        using ImpairedBridge bridge = LinkDevices.Join(plan);
        LinkRun run = new(plan);
        bool hasTerminal = json ? !Console.IsErrorRedirected : !Console.IsOutputRedirected;
        LinkReport report = hasTerminal
            ? await run.ShowTableAsync(bridge, json ? Terminal.Error() : Terminal.Output(), cancellationToken)
            : await run.PrintLinesAsync(bridge, json ? Console.Error : Console.Out, cancellationToken);
        if (json) await Console.Out.WriteLineAsync(JsonSerializer.Serialize(report, LinkJson.Default.LinkReport));
        else if (!hasTerminal) Terminal.Output().Write(LinkCounters.Draw(report, null));
        return ExitCode.Ok;
    }

    private static Option<string> Device(string name, string what) => new(name) { Description = $"{what}: {DeviceName.Kinds}.", HelpName = "DEVICE", Required = true };

    private static Option<string?> Namespace(string name, string device) =>
        new(name) { Description = $"The network namespace (ip netns) that {device} is in. Default: this process's.", HelpName = "NAME" };
}
