using System.IO;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Tasks;
using StackSharp.Cli.Output;
using StackSharp.Hosting;

namespace StackSharp.Cli.Control;

/// <summary>Answers each connection to the control socket with one report, and closes it.</summary>
internal sealed class ControlServer : IDisposable
{
    private readonly Socket _listener;
    private readonly IReadOnlyList<StackHost> _shards;
    private readonly string _path;

    private ControlServer(Socket listener, IReadOnlyList<StackHost> shards, string path)
    {
        _listener = listener;
        _shards = shards;
        _path = path;
    }

    /// <exception cref="CommandFailure">Another serve has the socket, or the folder cannot be written.</exception>
    public static ControlServer Start(IReadOnlyList<StackHost> shards, string path)
    {
        ControlPath.CreateFolder(path);
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (File.Exists(path) && !IsAnswered(path)) File.Delete(path);   // Left by one that was killed.
            listener.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen();
        }
        catch (SocketException failure)
        {
            listener.Dispose();
            throw new CommandFailure($"control socket {path}: {failure.Message.TrimEnd('.')}; name another with --control", failure);
        }

        ControlServer server = new(listener, shards, path);
        _ = server.AcceptAsync();
        return server;
    }

    public void Dispose()
    {
        _listener.Dispose();
        File.Delete(_path);
    }

    private static bool IsAnswered(string path)
    {
        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket asker = await _listener.AcceptAsync();
                _ = AnswerAsync(asker);
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task AnswerAsync(Socket asker)
    {
        await using NetworkStream stream = new(asker, ownsSocket: true);
        try
        {
            await JsonSerializer.SerializeAsync(stream, NetstatCollector.Collect(_shards), ReportJson.Default.NetstatReport);
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException)
        {
            // Who asked did not wait for the answer, or the stack ends.
        }
    }
}
