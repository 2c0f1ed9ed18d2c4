using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using StackSharp.Cli.Output;
using StackSharp.Net;

namespace StackSharp.Cli.Services;

/// <summary>A socket and a loop that serves one connection after another on it: a connection costs no new object.</summary>
internal sealed class StreamSession : IValueTaskSource
{
    private readonly StreamServer _server;
    private ManualResetValueTaskSourceCore<bool> _started;

    public StreamSession(StreamServer server, StackSocket listener)
    {
        _server = server;
        Socket = new StackSocket(listener.Host, listener.AddressFamily, listener.SocketType, listener.ProtocolType);
        _ = RunAsync();
    }

    /// <summary>To accept into.</summary>
    public StackSocket Socket { get; }

    /// <summary>The socket has a connection: serves it, on this thread as far as it goes without waiting.</summary>
    public void Start() => _started.SetResult(true);

    void IValueTaskSource.GetResult(short token)
    {
        _started.GetResult(token);
        _started.Reset();
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _started.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _started.OnCompleted(continuation, state, token, flags);

    private async Task RunAsync()
    {
        do
        {
            await new ValueTask(this, _started.Version);
            await ServeAsync();
        }
        while (TryFree() && _server.TryKeep(this));
        Socket.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ServeAsync()
    {
        try
        {
            await _server.Serve(Socket);
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The peer reset the connection, or the host ends: nothing that the service could still do.
        }
        catch (Exception failure)
        {
            await Console.Error.WriteLineAsync($"stacksharp: {_server.Name} failed: {FailureText.Describe(failure, default) ?? failure.ToString()}");
        }
    }

    private bool TryFree()
    {
        try
        {
            Socket.Disconnect(reuseSocket: true);
            return true;
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            return false;   // The service has disposed it, or the host ends.
        }
    }
}
