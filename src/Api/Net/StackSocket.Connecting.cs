using System.Net;
using System.Net.Sockets;
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
        foreach (IpEndpoint remote in Candidates(remoteEP))
        {
            error = _core is TcpSocketCore stream
                ? stream.Connect(remote, _blocking ? Timeout.Infinite : 0)
                : ((UdpSocketCore)_core).Connect(remote);
            if (error is SocketError.Success or SocketError.WouldBlock) _connectedOnce = true;
            if (!IsWorthAnotherTry(error)) break;
        }
        ThrowIfFailed(error);
    }

    /// <inheritdoc cref="Connect(EndPoint)"/>
    public void Connect(IPAddress address, int port) => Connect(new IPEndPoint(address, port));

    /// <inheritdoc cref="Connect(EndPoint)"/>
    public void Connect(string host, int port) => Connect(new DnsEndPoint(host, port));

    /// <summary>As <see cref="Connect(EndPoint)"/>. Cancelling ends the attempt; the socket can then connect anew.</summary>
    public async ValueTask ConnectAsync(EndPoint remoteEP, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        SocketException? failure = null;
        foreach (IpEndpoint remote in Candidates(remoteEP))
        {
            try
            {
                if (_core is TcpSocketCore stream) await stream.ConnectAsync(remote, cancellationToken).ConfigureAwait(false);
                else ThrowIfFailed(((UdpSocketCore)_core).Connect(remote));
                _connectedOnce = true;
                return;
            }
            catch (SocketException exception)
            {
                if (!IsWorthAnotherTry(exception.SocketErrorCode))
                {
                    ObjectDisposedException.ThrowIf(exception.SocketErrorCode == SocketError.NotSocket, this);
                    throw;
                }
                failure = exception;
            }
        }
        throw failure ?? Failure(SocketError.HostNotFound);
    }

    /// <inheritdoc cref="ConnectAsync(EndPoint, CancellationToken)"/>
    public ValueTask ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken = default) =>
        ConnectAsync(new IPEndPoint(address, port), cancellationToken);

    /// <inheritdoc cref="ConnectAsync(EndPoint, CancellationToken)"/>
    public ValueTask ConnectAsync(string host, int port, CancellationToken cancellationToken = default) =>
        ConnectAsync(new DnsEndPoint(host, port), cancellationToken);

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
