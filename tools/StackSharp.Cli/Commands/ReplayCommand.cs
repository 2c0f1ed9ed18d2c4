using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Text.Json;
using StackSharp.Cli.Output;
using StackSharp.Cli.Replay;
using StackSharp.Cli.Session;
using StackSharp.Drivers.PcapFile;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Cli.Commands;

/// <summary><c>replay</c>: what a stack answers to a capture.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        Argument<FileInfo> file = new("FILE") { Description = "A pcap or pcapng file with Ethernet frames." };
        file.AcceptExistingOnly();
        Option<IpPrefix?> address = OptionFactory.Prefix("--address", "The stack's address, with prefix length: the one that the capture's frames were sent to.");
        address.Required = true;
        Option<IpAddress?> gateway = OptionFactory.Address("--gateway", "The router to everything else.");
        Option<MacAddress?> mac = OptionFactory.Mac("--mac", "The stack's hardware address. Without it, frames for any station count as sent to the stack.");
        Option<ushort[]> listen = OptionFactory.Ports("--listen", "TCP ports that accept connections and read what comes.");
        Option<TimeSpan?> after = OptionFactory.Duration("--after", "How long the stack goes on after the last frame. Default 1s.");
        Option<ulong?> seed = OptionFactory.Seed("Of sequence numbers, ports and identifiers. Default 1.");
        Option<bool> all = OptionFactory.Flag("--all", "Print the capture's own frames too.");
        Option<bool> json = OptionFactory.Flag("--json", "Print a JSON object for each frame, one a line.");
        Command command = new("replay", "Feed a capture to a stack, in the capture's own time, and print what the stack sends.") { file, address, gateway, mac, listen, after, seed, all, json };
        command.SetAction((parsed, cancellationToken) => System.Threading.Tasks.Task.FromResult(Run(
            parsed.GetRequiredValue(file).FullName,
            new ReplayPlan(
                parsed.GetValue(address)!.Value, parsed.GetValue(gateway), parsed.GetValue(mac), parsed.GetValue(listen) ?? [], parsed.GetValue(seed) ?? 1),
            parsed.GetValue(after) ?? TimeSpan.FromSeconds(1),
            parsed.GetValue(all),
            parsed.GetValue(json) ? PrintJson : PrintText,
            cancellationToken)));
        return command;
    }

    private static int Run(string path, ReplayPlan plan, TimeSpan after, bool all, Action<ReplayLine> print, CancellationToken cancellationToken)
    {
        try
        {
            using CaptureReader capture = CaptureReader.Open(path);
            using CaptureReplay replay = new(plan, print);
            long? origin = null;
            Instant last = Instant.Origin;
            while (capture.TryRead(out CapturedFrame frame) && !cancellationToken.IsCancellationRequested)
            {
                if (frame.Interface.LinkType != CaptureLinkType.Ethernet)
                    throw new CommandFailure($"{path} holds {frame.Interface.LinkType} frames: replay needs Ethernet");
                origin ??= frame.NanosecondsSinceEpoch;
                last = Instant.Max(last, new Instant(frame.NanosecondsSinceEpoch - origin.Value));   // Captures are not always in order.
                replay.Feed(frame.Bytes, last, all);
            }

            replay.RunUntil(last + after);
        }
        catch (CaptureFormatException damaged)
        {
            throw new CommandFailure($"{path}: {damaged.Message}", damaged);
        }

        return cancellationToken.IsCancellationRequested ? ExitCode.Failed : ExitCode.Ok;
    }

    private static void PrintText(ReplayLine line) => Console.Out.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"{line.Seconds,12:0.000000} {Mark(line.Direction)} {line.Text}"));

    private static char Mark(string direction) => direction switch { "in" => '<', "out" => '>', _ => '=' };

    private static void PrintJson(ReplayLine line) => Console.Out.WriteLine(JsonSerializer.Serialize(line, ReplayJson.Default.ReplayLine));
}
