using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Hosting;
using StackSharp.Net;

namespace StackSharp.Cli.Services;

/// <summary>Accepts TCP connections on one port and runs a service on each. Ends with the host.</summary>
internal sealed class StreamServer
{
    private const int Backlog = 1024;
    private const int MostSpare = 1024;
    private readonly StackSocket _listener;
    private readonly Stack<StreamSession> _spare = new();

    private StreamServer(string name, StackSocket listener, Func<StackSocket, ValueTask> serve)
    {
        Name = name;
        Serve = serve;
        _listener = listener;
    }

    public string Name { get; }

    public Func<StackSocket, ValueTask> Serve { get; }

    public static void Start(StackHost host, string name, int port, CompletionMode completions, Func<StackSocket, ValueTask> serve)
    {
        StackSocket listener = new(host, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { CompletionMode = completions, NoDelay = true };
        listener.Bind(new IPEndPoint(IPAddress.Any, port));
        listener.Listen(Backlog);
        _ = new StreamServer(name, listener, serve).AcceptAsync();
    }

    /// <summary>Keeps a session whose connection has ended for the next one.</summary>
    /// <returns>False: there are enough.</returns>
    public bool TryKeep(StreamSession session)
    {
        lock (_spare)
        {
            if (_spare.Count >= MostSpare) return false;
            _spare.Push(session);
            return true;
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            StreamSession session = RentSession();
            try
            {
                await _listener.AcceptAsync(session.Socket);
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                return;   // The host ends.
            }

            session.Start();
        }
    }

    private StreamSession RentSession()
    {
        lock (_spare) return _spare.TryPop(out StreamSession? session) ? session : new StreamSession(this, _listener);
    }
}
