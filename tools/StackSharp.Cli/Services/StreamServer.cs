using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Cli.Output;
using StackSharp.Hosting;
using StackSharp.Net;

namespace StackSharp.Cli.Services;

/// <summary>Accepts TCP connections on one port and runs a service on each. Ends with the host.</summary>
internal sealed class StreamServer
{
    private const int Backlog = 1024;
    private readonly StackSocket _listener;
    private readonly Func<StackSocket, Task> _serve;
    private readonly string _name;

    private StreamServer(string name, StackSocket listener, Func<StackSocket, Task> serve)
    {
        _name = name;
        _listener = listener;
        _serve = serve;
    }

    public static void Start(StackHost host, string name, int port, CompletionMode completions, Func<StackSocket, Task> serve)
    {
        StackSocket listener = new(host, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { CompletionMode = completions };
        listener.Bind(new IPEndPoint(IPAddress.Any, port));
        listener.Listen(Backlog);
        _ = new StreamServer(name, listener, serve).AcceptAsync();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            StackSocket connection;
            try
            {
                connection = await _listener.AcceptAsync();
            }
            catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
            {
                continue;   // Gone before it was accepted.
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                return;   // The host ends.
            }

            _ = ServeAsync(connection);
        }
    }

    private async Task ServeAsync(StackSocket connection)
    {
        using (connection)
        {
            try
            {
                connection.NoDelay = true;
                await _serve(connection);
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                // The peer reset the connection, or the host ends: nothing that the service could still do.
            }
            catch (Exception failure)
            {
                await Console.Error.WriteLineAsync($"stacksharp: {_name} failed: {FailureText.Describe(failure, default) ?? failure.ToString()}");
            }
        }
    }
}
