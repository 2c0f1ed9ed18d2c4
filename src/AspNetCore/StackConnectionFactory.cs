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

/// <summary>Opens client connections on a stack for what speaks ASP.NET Core's connection abstractions.</summary>
public sealed class StackConnectionFactory : IConnectionFactory
{
    private readonly StackHost _host;
    private readonly StackTransportOptions _options;
    private readonly ILogger _logger;

    public StackConnectionFactory(StackHost host, IOptions<StackTransportOptions> options, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(options);
        _host = host;
        _options = options.Value;
        _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger("StackSharp.AspNetCore.Transport");
    }

    /// <summary>Connects from the stack to an IP endpoint.</summary>
    /// <exception cref="SocketException">The connection failed: refused, unreachable, timed out.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled meanwhile.</exception>
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (endpoint is not IPEndPoint address) throw new NotSupportedException($"A stack connects to IP endpoints, not to '{endpoint}'.");

        StackSocket socket = new(_host, address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return StackConnectionContext.Start(socket, _options, MemoryPool<byte>.Shared, _logger);
    }
}
