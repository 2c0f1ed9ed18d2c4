using System.CommandLine;
using System.IO;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Tasks;
using StackSharp.Cli.Control;
using StackSharp.Cli.Output;
using StackSharp.Cli.Session;

namespace StackSharp.Cli.Commands;

/// <summary><c>netstat</c>: what a running <c>serve</c> is doing.</summary>
internal static class NetstatCommand
{
    public static Command Create()
    {
        Option<string?> device = new("--device") { Description = "The device that the serve runs on.", HelpName = "DEVICE" };
        Option<string?> control = new("--control") { Description = "The serve's control socket.", HelpName = "PATH" };
        Option<bool> json = OptionFactory.Flag("--json", "Print the report as JSON.");
        Command command = new("netstat", "Show connections, listeners, interfaces and counters of a running serve.") { device, control, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string path = parsed.GetValue(control)
                ?? (parsed.GetValue(device) is string name ? ControlPath.ForDevice(name) : ControlPath.FindOnly());
            string text = await AskAsync(path, cancellationToken);
            if (parsed.GetValue(json)) await Console.Out.WriteLineAsync(text);
            else NetstatTables.Print(Terminal.Output(), JsonSerializer.Deserialize(text, ReportJson.Default.NetstatReport)!);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<string> AskAsync(string path, CancellationToken cancellationToken)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        }
        catch (SocketException failure)
        {
            throw new CommandFailure($"no serve answers on {path}: start 'stacksharp serve', or name its socket with --control", failure);
        }

        await using NetworkStream stream = new(socket);
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
