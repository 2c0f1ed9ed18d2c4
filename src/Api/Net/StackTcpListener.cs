using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Hosting;

namespace StackSharp.Net;

/// <summary>System.Net.Sockets.TcpListener on a StackHost.</summary>
public sealed class StackTcpListener : IDisposable
{
    private readonly StackHost _host;
    private readonly IPEndPoint _localEP;
    private StackSocket _server;
    private bool _active;

    public StackTcpListener(StackHost host, IPEndPoint localEP)
    {
        ArgumentNullException.ThrowIfNull(localEP);
        _host = host;
        _localEP = localEP;
        _server = NewServer();
    }

    public StackTcpListener(StackHost host, IPAddress localaddr, int port)
        : this(host, new IPEndPoint(localaddr, port))
    {
    }

    /// <summary>The listening socket: for options before <see cref="Start()"/>.</summary>
    public StackSocket Server => _server;

    /// <summary>Where it listens; after <see cref="Start()"/> with the port that was drawn.</summary>
    public EndPoint LocalEndpoint => _active ? _server.LocalEndPoint! : _localEP;

    public void Start() => Start(int.MaxValue);

    /// <summary>Binds and listens. A second call does nothing.</summary>
    /// <exception cref="SocketException">As Bind and Listen.</exception>
    public void Start(int backlog)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(backlog);
        if (_active) return;
        _server.Bind(_localEP);
        try
        {
            _server.Listen(backlog);
        }
        catch (SocketException)
        {
            Stop();
            throw;
        }
        _active = true;
    }

    /// <summary>Ends listening: connections that were not accepted are reset, waiting accepts end. It can be started again.</summary>
    public void Stop()
    {
        _server.Dispose();
        _active = false;
        _server = NewServer();
    }

    /// <summary>A connection waits to be accepted.</summary>
    public bool Pending() => Active.Poll(0, SelectMode.SelectRead);

    public StackSocket AcceptStackSocket() => Active.Accept();

    public ValueTask<StackSocket> AcceptStackSocketAsync(CancellationToken cancellationToken = default) => Active.AcceptAsync(cancellationToken);

    public void Dispose()
    {
        _active = false;
        _server.Dispose();
    }

    private StackSocket Active => _active ? _server : throw new InvalidOperationException("The listener has not been started.");

    private StackSocket NewServer() => new(_host, _localEP.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
}
