using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackSharp.Hosting;
using StackSharp.Net;

namespace StackSharp.AspNetCore;

/// <summary>Opens listeners for Kestrel, and for anything else that speaks ASP.NET Core's connection abstractions, on a stack.</summary>
public sealed class StackTransportFactory : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly StackHost _host;
    private readonly StackTransportOptions _options;
    private readonly ILogger _logger;
    private readonly IMemoryPoolFactory<byte>? _pools;

    /// <param name="pools">Where each listener gets its buffers; null: the process's shared pool.</param>
    public StackTransportFactory(
        StackHost host, IOptions<StackTransportOptions> options, ILoggerFactory? loggers = null, IMemoryPoolFactory<byte>? pools = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(options);
        _host = host;
        _options = options.Value;
        _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger("StackSharp.AspNetCore.Transport");
        _pools = pools;
    }

    /// <summary>True for a <see cref="StackEndPoint"/> of this stack and, unless the options say otherwise, for every plain IPEndPoint.</summary>
    public bool CanBind(EndPoint endpoint) => endpoint switch
    {
        StackEndPoint ours => ReferenceEquals(ours.Host, _host),
        IPEndPoint => _options.AcceptPlainEndPoints,
        _ => false,
    };

    /// <summary>Listens on an address of the stack.</summary>
    /// <exception cref="AddressInUseException">Something listens there.</exception>
    /// <exception cref="SocketException">The stack has no such address (AddressNotAvailable), or no such family.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        cancellationToken.ThrowIfCancellationRequested();
        if (endpoint is not IPEndPoint address) throw new NotSupportedException($"A stack listens on IP endpoints, not on '{endpoint}'.");

        StackSocket socket = new(_host, address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address.Address, address.Port));
            socket.Listen(_options.Backlog);
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            throw new AddressInUseException($"{endpoint} is in use on this stack.", failure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        MemoryPool<byte> pool = _pools?.Create(new MemoryPoolOptions { Owner = "stacksharp" }) ?? MemoryPool<byte>.Shared;
        return ValueTask.FromResult<IConnectionListener>(new StackConnectionListener(socket, _options, pool, _logger));
    }
}
