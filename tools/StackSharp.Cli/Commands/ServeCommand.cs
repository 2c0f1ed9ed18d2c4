using System.CommandLine;
using System.Net;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using StackSharp.AspNetCore;
using StackSharp.Cli.Control;
using StackSharp.Cli.Output;
using StackSharp.Cli.Services;
using StackSharp.Cli.Session;
using StackSharp.Cli.Web;
using StackSharp.Hosting;
using StackSharp.Stack;

namespace StackSharp.Cli.Commands;

/// <summary><c>serve</c>: the classic services and a file server on a device, until SIGTERM or Ctrl-C.</summary>
internal static class ServeCommand
{
    private const int HttpPort = 80;

    public static Command Create()
    {
        DeviceOptions device = new();
        Option<ServiceSelection> services = new("--services")
        {
            Description = "Comma-separated: echo, discard, chargen (TCP and UDP), daytime (TCP), iperf3 (TCP and UDP), http=DIR (port 80: GET with ranges, PUT, listings).",
            HelpName = "LIST",
            DefaultValueFactory = _ => new ServiceSelection(true, true, true, true, false, null),
            CustomParser = result =>
            {
                if (!ServiceSelection.TryParse(result.Tokens[^1].Value, out ServiceSelection selection, out string error)) result.AddError($"--services: {error}");
                return selection;
            },
        };
        Option<ServiceStyle> completions = ServiceStyles.CreateOption("echo, discard and chargen");
        Option<int?> queues = OptionFactory.Count("--queues", "Queues of the device (tap, tun, packet), each with a stack and a receive thread of its own. Default 1.", "N", 1, ShardGroup.MaximumShards);
        Option<string?> control = new("--control") { Description = "The control socket for netstat. Default: by device, for this user.", HelpName = "PATH" };
        Command command = new("serve", "Answer ping and serve echo, discard, chargen, daytime, iperf3 and files.");
        device.AddTo(command);
        command.Add(services);
        command.Add(completions);
        command.Add(queues);
        command.Add(control);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            device.Read(parsed),
            parsed.GetRequiredValue(services),
            parsed.GetValue(completions),
            parsed.GetValue(queues) ?? 1,
            parsed.GetValue(control),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        DeviceChoice choice, ServiceSelection services, ServiceStyle style, int queues, string? controlPath, CancellationToken cancellationToken)
    {
        await using StackSession session = StackSession.OpenSharded(choice, new StackHostOptions(), queues);
        foreach (StackHost shard in session.Shards) ClassicServices.Start(shard, services, style);
        using ControlServer control = ControlServer.Start(session.Shards, controlPath ?? ControlPath.ForDevice(choice.Device));
        if (services.HttpFolder is string folder) await ServeWithFilesAsync(session.Shards, folder, cancellationToken);
        else await ServeUntilAskedToEndAsync(cancellationToken);
        return ExitCode.Ok;
    }

    // A method of its own, so that a server without files never loads ASP.NET Core.
    private static async Task ServeWithFilesAsync(IReadOnlyList<StackHost> shards, string folder, CancellationToken cancellationToken)
    {
        List<WebApplication> servers = [];
        try
        {
            foreach (StackHost shard in shards)
            {
                servers.Add(await FileServer.StartAsync(
                    folder, new IPEndPoint(IPAddress.Any, HttpPort), web => web.UseStackSharp(shard, options => options.KeepHalfOpen = true), cancellationToken));
            }

            await ServeUntilAskedToEndAsync(cancellationToken);
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(1));
            await Task.WhenAll(servers.Select(server => server.StopAsync(patience.Token)));
        }
        finally
        {
            foreach (WebApplication server in servers) await server.DisposeAsync();
        }
    }

    private static async Task ServeUntilAskedToEndAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration asked = cancellationToken.Register(ended.SetResult);
        await Console.Out.WriteLineAsync("ready");
        await ended.Task;
    }
}
