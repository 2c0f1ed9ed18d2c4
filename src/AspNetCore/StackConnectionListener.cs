using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using StackSharp.Net;

namespace StackSharp.AspNetCore;

/// <summary>A listening socket of the stack as Kestrel sees it.</summary>
public sealed class StackConnectionListener : IConnectionListener
{
    private readonly StackSocket _socket;
    private readonly StackTransportOptions _options;
    private readonly MemoryPool<byte> _pool;
    private readonly ILogger _logger;
    private volatile bool _unbound;

    internal StackConnectionListener(StackSocket socket, StackTransportOptions options, MemoryPool<byte> pool, ILogger logger)
    {
        _socket = socket;
        _options = options;
        _pool = pool;
        _logger = logger;
        EndPoint = socket.LocalEndPoint!;
    }

    /// <summary>Where connections arrive; with the port that was drawn if port 0 was asked for.</summary>
    public EndPoint EndPoint { get; }

    /// <returns>The next connection, or null once the listener is unbound.</returns>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                StackSocket accepted = await _socket.AcceptAsync(cancellationToken);
                if (TryStart(accepted) is StackConnectionContext connection) return connection;
            }
            catch (ObjectDisposedException) when (_unbound)
            {
                return null;
            }
            catch (SocketException) when (_unbound)
            {
                return null;
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionReset)
            {
                // The client took its connection back before anyone accepted it: not the listener's fault.
                TransportLog.ResetBeforeAccept(_logger);
            }
        }
    }

    /// <summary>Stops listening; connections that were accepted live on.</summary>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _unbound = true;
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        if (!ReferenceEquals(_pool, MemoryPool<byte>.Shared)) _pool.Dispose();
    }

    /// <returns>Null: the connection has failed between being accepted and now.</returns>
    private StackConnectionContext? TryStart(StackSocket accepted)
    {
        try
        {
            return StackConnectionContext.Start(accepted, _options, _pool, _logger);
        }
        catch (SocketException)
        {
            accepted.Dispose();
            TransportLog.ResetBeforeAccept(_logger);
            return null;
        }
    }
}
