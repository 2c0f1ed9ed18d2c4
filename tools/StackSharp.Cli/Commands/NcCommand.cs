using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Cli.Netcat;
using StackSharp.Cli.Output;
using StackSharp.Cli.Session;
using StackSharp.Hosting;
using StackSharp.Net;

namespace StackSharp.Cli.Commands;

/// <summary><c>nc</c>: standard input and output over one connection or one exchange of datagrams.</summary>
internal static class NcCommand
{
    public static Command Create()
    {
        Argument<string[]> target = new("TARGET") { Description = "HOST PORT to connect to; with -l PORT to listen on.", Arity = new ArgumentArity(1, 2) };
        Option<bool> listen = new("-l", "--listen") { Description = "Wait for one peer instead of connecting." };
        Option<bool> udp = new("-u", "--udp") { Description = "UDP instead of TCP: each piece of input is a datagram." };
        Option<TimeSpan?> wait = OptionFactory.Duration("--wait", "UDP: how long to wait for answers after the input has ended. Default 1s.");
        wait.Aliases.Add("-w");
        DeviceOptions device = new();
        Command command = new("nc", "Send standard input to a peer and print what it sends, until both sides have finished.") { target, listen, udp, wait };
        device.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            string[] words = parsed.GetRequiredValue(target);
            int expected = parsed.GetValue(listen) ? 1 : 2;
            if (words.Length != expected || !ushort.TryParse(words[^1], out ushort port) || port == 0)
                throw new UsageFailure(expected == 1 ? "nc -l needs one argument: the port to listen on." : "nc needs two arguments: host and port.");
            return RunAsync(
                device.Read(parsed),
                parsed.GetValue(listen) ? null : words[0],
                port,
                parsed.GetValue(udp),
                parsed.GetValue(wait) ?? TimeSpan.FromSeconds(1),
                cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(DeviceChoice choice, string? host, int port, bool udp, TimeSpan wait, CancellationToken cancellationToken)
    {
        IPEndPoint? remote = host is null ? null : new IPEndPoint(await HostNameLookup.FindAsync(host, cancellationToken), port);
        await using StackSession session = StackSession.Open(choice, new StackHostOptions());
        if (udp)
        {
            using StackSocket socket = new(session.Host, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            await DatagramExchange.RunAsync(socket, remote, port, wait, cancellationToken);
        }
        else
        {
            using StackSocket connection = remote is null
                ? await AcceptOneAsync(session.Host, port, cancellationToken)
                : await ConnectAsync(session.Host, remote, cancellationToken);
            await StreamExchange.RunAsync(connection, Console.OpenStandardInput(), Console.OpenStandardOutput(), cancellationToken);
        }

        return ExitCode.Ok;
    }

    private static async Task<StackSocket> ConnectAsync(StackHost host, IPEndPoint remote, CancellationToken cancellationToken)
    {
        StackSocket connection = new(host, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await connection.ConnectAsync(remote, cancellationToken);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static async Task<StackSocket> AcceptOneAsync(StackHost host, int port, CancellationToken cancellationToken)
    {
        using StackSocket listener = new(host, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, port));
        listener.Listen(1);
        await Console.Error.WriteLineAsync($"listening on port {port}");
        return await listener.AcceptAsync(cancellationToken);
    }
}
