using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Cli.Services;
using StackSharp.Hosting;
using StackSharp.Net;

namespace StackSharp.Cli.Iperf3;

/// <summary>An iperf3 server: one test at a time, over TCP or UDP, in either direction. Ends with the host.</summary>
internal sealed class Iperf3Server
{
    public const int Port = 5201;

    /// <summary>Connections that have not said yet what they are. One more is closed at once.</summary>
    private const int MostStrangers = 64;

    private readonly StackHost _host;
    private readonly CompletionMode _completions;
    private readonly ServerPatience _patience;
    private readonly Lock _gate = new();
    private ServerTest? _current;
    private int _strangers;

    private Iperf3Server(StackHost host, CompletionMode completions, ServerPatience patience)
    {
        _host = host;
        _completions = completions;
        _patience = patience;
    }

    /// <param name="completions">Where the streams' loops continue.</param>
    /// <param name="patience">Null: the defaults.</param>
    public static void Start(StackHost host, CompletionMode completions, ServerPatience? patience = null)
    {
        Iperf3Server server = new(host, completions, patience ?? new ServerPatience());
        DatagramPort.Start(host, completions, server.FindDatagramTest);
        StreamServer.Start(host, "iperf3", Port, completions, server.ServeAsync);
    }

    // The connection is closed when this returns.
    private async ValueTask ServeAsync(StackSocket connection)
    {
        ControlChannel channel = new(connection, _patience.Answer);
        try
        {
            if (await ReadCookieAsync(channel) is not { } cookie) return;
            if (Claim(cookie, channel, out ServerTest? owner))
            {
                await RunAsync(owner!);
            }
            else if (owner is null || !await owner.TakeStreamAsync(cookie, connection))
            {
                await channel.WriteStateAsync(ControlState.AccessDenied);
                await channel.LeaveAsync();
            }
        }
        catch (Iperf3Failure)
        {
            // A stranger, who has been told as much as there is to tell.
        }
    }

    private async Task<TestCookie?> ReadCookieAsync(ControlChannel channel)
    {
        if (Interlocked.Increment(ref _strangers) > MostStrangers)
        {
            Interlocked.Decrement(ref _strangers);
            return null;
        }

        try
        {
            return await channel.ReadCookieAsync();
        }
        finally
        {
            Interlocked.Decrement(ref _strangers);
        }
    }

    /// <returns>True: there is no other test, so the connection is the control connection of a new one.</returns>
    private bool Claim(TestCookie cookie, ControlChannel channel, out ServerTest? owner)
    {
        lock (_gate)
        {
            bool isFirst = _current is null;
            owner = _current ??= new ServerTest(_host, _completions, _patience, cookie, channel);
            return isFirst;
        }
    }

    private async Task RunAsync(ServerTest test)
    {
        try
        {
            await test.RunAsync();
        }
        catch (Iperf3Failure failure)
        {
            await Console.Error.WriteLineAsync($"stacksharp: iperf3: {failure.Message}");
            try
            {
                await test.Channel.RefuseAsync(failure.Code);
            }
            catch (SocketException)
            {
                // The client has gone, which may be what the failure is about.
            }
        }
        finally
        {
            lock (_gate) _current = null;
            test.Dispose();
        }
    }

    private ServerTest? FindDatagramTest()
    {
        lock (_gate) return _current;
    }
}
