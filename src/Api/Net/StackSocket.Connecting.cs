using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using StackSharp.Hosting;
using StackSharp.Stack.Wire;

namespace StackSharp.Net;

/// <content>Connecting, by address and by name.</content>
public sealed partial class StackSocket
{
    /// <summary>Connects; a datagram socket gets a default peer.</summary>
    /// <param name="remoteEP">An address, or a name that <see cref="StackHost.Resolve"/> knows, whose addresses are tried in turn.</param>
    /// <exception cref="SocketException">ConnectionRefused; TimedOut; NetworkUnreachable; HostUnreachable; AddressNotAvailable; IsConnected;
    /// AlreadyInProgress; WouldBlock: not <see cref="Blocking"/>, the attempt goes on; HostNotFound.</exception>
    public void Connect(EndPoint remoteEP)
    {
        ThrowIfDisposed();
        SocketError error = SocketError.HostNotFound;
        if (remoteEP is IPEndPoint address) error = TryConnect(ToStack(address));
        else
        {
            foreach (IpEndpoint remote in Candidates(remoteEP))
            {
                error = TryConnect(remote);
                if (!IsWorthAnotherTry(error)) break;
            }
        }
        ThrowIfFailed(error);
    }

    /// <inheritdoc cref="Connect(EndPoint)"/>
    public void Connect(IPAddress address, int port) => Connect(new IPEndPoint(address, port));

    /// <inheritdoc cref="Connect(EndPoint)"/>
    public void Connect(string host, int port) => Connect(new DnsEndPoint(host, port));

    /// <summary>As <see cref="Connect(EndPoint)"/>. Cancelling ends the attempt; the socket can then connect anew.</summary>
    public ValueTask ConnectAsync(EndPoint remoteEP, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        return remoteEP is IPEndPoint address ? ConnectAsync(ToStack(address), cancellationToken) : ConnectToAnyAsync(Candidates(remoteEP), cancellationToken);
    }

    /// <inheritdoc cref="ConnectAsync(EndPoint, CancellationToken)"/>
    public ValueTask ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken = default) =>
        ConnectAsync(new IPEndPoint(address, port), cancellationToken);

    /// <inheritdoc cref="ConnectAsync(EndPoint, CancellationToken)"/>
    public ValueTask ConnectAsync(string host, int port, CancellationToken cancellationToken = default) =>
        ConnectAsync(new DnsEndPoint(host, port), cancellationToken);

    private SocketError TryConnect(in IpEndpoint remote)
    {
        SocketError error = _core is TcpSocketCore stream
            ? stream.Connect(remote, _blocking ? Timeout.Infinite : 0)
            : ((UdpSocketCore)_core).Connect(remote);
        if (error is SocketError.Success or SocketError.WouldBlock) _connectedOnce = true;
        return error;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ConnectAsync(IpEndpoint remote, CancellationToken cancellationToken)
    {
        if (_core is TcpSocketCore stream)
        {
            try
            {
                await stream.ConnectAsync(remote, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException exception)
            {
                ObjectDisposedException.ThrowIf(exception.SocketErrorCode == SocketError.NotSocket, this);
                throw;
            }
        }
        else ThrowIfFailed(((UdpSocketCore)_core).Connect(remote));
        _connectedOnce = true;
    }

    private async ValueTask ConnectToAnyAsync(IEnumerable<IpEndpoint> candidates, CancellationToken cancellationToken)
    {
        SocketException? failure = null;
        foreach (IpEndpoint remote in candidates)
        {
            try
            {
                await ConnectAsync(remote, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (SocketException exception) when (IsWorthAnotherTry(exception.SocketErrorCode))
            {
                failure = exception;
            }
        }
        throw failure ?? Failure(SocketError.HostNotFound);
    }

    // What another address of the same name may not suffer from.
    private static bool IsWorthAnotherTry(SocketError error) => error is SocketError.ConnectionRefused or SocketError.TimedOut
        or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.AddressNotAvailable or SocketError.ConnectionReset;

    private IpEndpoint[] Candidates(EndPoint remote)
    {
        ArgumentNullException.ThrowIfNull(remote);
        if (remote is not DnsEndPoint name) return [ToStack(remote)];
        IpEndpoint[] candidates = [.. Host.Resolve(name.Host)
            .Select(address => new IpEndpoint(address.ToStack(), (ushort)name.Port))
            .Where(candidate => candidate.Address.IsIpv4 != _core.IsIpv6)];
        return candidates.Length > 0 ? candidates : throw Failure(SocketError.HostNotFound);
    }
}
