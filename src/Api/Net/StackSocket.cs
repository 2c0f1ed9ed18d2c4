using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using StackSharp.Hosting;
using StackSharp.Stack.Wire;

namespace StackSharp.Net;

/// <summary>System.Net.Sockets.Socket on a StackHost: the same member names, behaviour and error codes, another TCP/IP below.</summary>
/// <remarks>
/// Safe for one reader and one writer at a time and more: calls of one direction are served in the order in which they came.
/// Errors are <see cref="SocketException"/> with the <see cref="SocketError"/> that Winsock documents for the call; a socket that was
/// disposed throws <see cref="ObjectDisposedException"/>, a canceled call <see cref="OperationCanceledException"/>. Dispose every socket:
/// there is no finalizer, it stays open as long as its host otherwise.
/// </remarks>
public sealed partial class StackSocket : IDisposable
{
    private readonly SocketCore _core;
    private int _sendTimeout;
    private int _receiveTimeout;
    private bool _blocking = true;
    private bool _connectedOnce;

    /// <param name="addressFamily">InterNetwork; InterNetworkV6 where <see cref="StackHost.SupportsIpv6"/>.</param>
    /// <param name="socketType">Stream or Dgram.</param>
    /// <param name="protocolType">Tcp with Stream, Udp with Dgram, or Unspecified with either.</param>
    /// <exception cref="SocketException">AddressFamilyNotSupported; SocketNotSupported; ProtocolNotSupported; NoBufferSpaceAvailable.</exception>
    public StackSocket(StackHost host, AddressFamily addressFamily, SocketType socketType, ProtocolType protocolType)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (socketType is not (SocketType.Stream or SocketType.Dgram)) throw Failure(SocketError.SocketNotSupported);
        bool isIpv6 = addressFamily == AddressFamily.InterNetworkV6;
        if (addressFamily != AddressFamily.InterNetwork && !(isIpv6 && StackHost.SupportsIpv6)) throw Failure(SocketError.AddressFamilyNotSupported);
        ProtocolType expected = socketType == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp;
        if (protocolType != expected && protocolType != ProtocolType.Unspecified) throw Failure(SocketError.ProtocolNotSupported);
        _core = socketType == SocketType.Stream ? new TcpSocketCore(host, isIpv6) : new UdpSocketCore(host, isIpv6);
    }

    /// <summary>A TCP socket over IPv4.</summary>
    public StackSocket(StackHost host, SocketType socketType, ProtocolType protocolType)
        : this(host, AddressFamily.InterNetwork, socketType, protocolType)
    {
    }

    private StackSocket(StackSocket listener, TcpSocketCore accepted)
    {
        _sendTimeout = listener._sendTimeout;
        _receiveTimeout = listener._receiveTimeout;
        _blocking = listener._blocking;
        _connectedOnce = true;
        _core = accepted;
    }

    /// <summary>The stack that the socket belongs to.</summary>
    public StackHost Host => _core.Host;

    public AddressFamily AddressFamily => _core.IsIpv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;

    public SocketType SocketType => _core.IsStream ? SocketType.Stream : SocketType.Dgram;

    public ProtocolType ProtocolType => _core.IsStream ? ProtocolType.Tcp : ProtocolType.Udp;

    /// <summary>Where continuations of asynchronous calls run. Accepted sockets start with their listener's. Default: the host's.</summary>
    public CompletionMode CompletionMode
    {
        get => _core.CompletionMode;
        set => _core.CompletionMode = value;
    }

    /// <summary>False: synchronous calls that would wait fail with WouldBlock. Default true.</summary>
    public bool Blocking
    {
        get => _blocking;
        set
        {
            ThrowIfDisposed();
            _blocking = value;
        }
    }

    /// <summary>Whether the last call found the connection up, as far as this end knows.</summary>
    public bool Connected => _connectedOnce && !_core.IsClosed && _core.RemoteEndpoint is not null && (_core.Readiness & SocketReadiness.Failed) == 0;

    public bool IsBound => !_core.IsClosed && _core.LocalEndpoint is not null;

    /// <summary>Octets that can be read without waiting: of the stream, or of all waiting datagrams.</summary>
    public int Available
    {
        get
        {
            ThrowIfDisposed();
            return _core.Available;
        }
    }

    /// <summary>Null before binding.</summary>
    public EndPoint? LocalEndPoint
    {
        get
        {
            ThrowIfDisposed();
            return _core.LocalEndpoint is { } local ? local.ToSystem() : null;
        }
    }

    /// <exception cref="SocketException">NotConnected.</exception>
    public EndPoint RemoteEndPoint
    {
        get
        {
            ThrowIfDisposed();
            return _core.RemoteEndpoint is { } remote ? remote.ToSystem() : throw Failure(SocketError.NotConnected);
        }
    }

    /// <summary>Gives the socket its local address.</summary>
    /// <param name="localEP">Port 0 asks for one from 49152-65535.</param>
    /// <exception cref="SocketException">AddressAlreadyInUse; AddressNotAvailable: no interface has it; AccessDenied: another socket holds it
    /// exclusively; InvalidArgument: bound already; AddressFamilyNotSupported.</exception>
    public void Bind(EndPoint localEP) => ThrowIfFailed(_core.Bind(ToStack(localEP)));

    /// <summary>Starts to listen.</summary>
    /// <param name="backlog">Established connections that may wait to be accepted.</param>
    /// <exception cref="SocketException">InvalidArgument: not bound; IsConnected; OperationNotSupported: a datagram socket.</exception>
    public void Listen(int backlog = int.MaxValue) => ThrowIfFailed(Stream(SocketError.OperationNotSupported).Listen(backlog < 0 ? int.MaxValue : backlog));

    /// <summary>Takes the connection that has waited longest, waiting for one if need be.</summary>
    /// <exception cref="SocketException">InvalidArgument: not listening; WouldBlock; Interrupted: closed by another thread.</exception>
    public StackSocket Accept()
    {
        ThrowIfFailed(Stream(SocketError.OperationNotSupported).Accept(_blocking ? Timeout.Infinite : 0, out TcpSocketCore? accepted));
        return new StackSocket(this, accepted!);
    }

    /// <exception cref="SocketException">InvalidArgument: not listening; OperationAborted: closed.</exception>
    public ValueTask<StackSocket> AcceptAsync(CancellationToken cancellationToken = default) => AcceptAsync(null, cancellationToken);

    /// <summary>Accepts into a socket that is there already: one never used, or one that <see cref="Disconnect"/> has freed. A server that does so allocates
    /// nothing for a connection.</summary>
    /// <param name="acceptSocket">Becomes the connection's socket, with the listener's settings; null: a new one is made.</param>
    /// <exception cref="SocketException">InvalidArgument: not listening, or acceptSocket is bound, connected or disposed; OperationAborted: closed.</exception>
    /// <exception cref="ArgumentException">acceptSocket is of another stack or type.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<StackSocket> AcceptAsync(StackSocket? acceptSocket, CancellationToken cancellationToken = default)
    {
        TcpSocketCore listener = Stream(SocketError.OperationNotSupported);
        TcpSocketCore? into = acceptSocket?._core as TcpSocketCore;
        if (acceptSocket is not null && (into is null || into.Host != Host || into.IsIpv6 != listener.IsIpv6))
            throw new ArgumentException("The socket to accept into has to be a stream socket of the same stack and address family.", nameof(acceptSocket));
        TcpSocketCore accepted = await listener.AcceptAsync(into, cancellationToken).ConfigureAwait(false);
        if (acceptSocket is null) return new StackSocket(this, accepted);
        acceptSocket._connectedOnce = true;
        return acceptSocket;
    }

    /// <summary>Ends the connection: what was sent still arrives, by <see cref="LingerState"/>.</summary>
    /// <param name="reuseSocket">The socket is as a new one afterwards, its options kept, and may connect or be accepted into. Otherwise it can only be
    /// disposed.</param>
    /// <exception cref="SocketException">NotConnected; InProgress: another call is sending; OperationNotSupported: a datagram socket.</exception>
    public void Disconnect(bool reuseSocket)
    {
        TcpSocketCore stream = Stream(SocketError.OperationNotSupported);
        if (!reuseSocket)
        {
            Shutdown(SocketShutdown.Both);
            return;
        }
        ThrowIfFailed(stream.Disconnect());
        _connectedOnce = false;
    }

    /// <summary>As <see cref="Disconnect"/>, which never waits.</summary>
    public ValueTask DisconnectAsync(bool reuseSocket, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        Disconnect(reuseSocket);
        return ValueTask.CompletedTask;
    }

    /// <summary>Polls or waits for readiness.</summary>
    /// <param name="microSeconds">0: look only; negative: no limit.</param>
    /// <param name="mode">SelectRead: data, a connection, the end or an error waits. SelectWrite: there is room. SelectError: a non-blocking
    /// connect failed, or an urgent octet waits.</param>
    public bool Poll(int microSeconds, SelectMode mode)
    {
        ThrowIfDisposed();
        SocketReadiness wanted = mode switch
        {
            SelectMode.SelectRead => SocketReadiness.Read,
            SelectMode.SelectWrite => SocketReadiness.Write,
            SelectMode.SelectError => SocketReadiness.Urgent | SocketReadiness.ConnectFailed,
            _ => throw new NotSupportedException($"No such mode: {mode}."),
        };
        int milliseconds = microSeconds < 0 ? Timeout.Infinite : (int)((microSeconds + 999L) / 1000);
        return SocketWait.ForReadiness(_core, wanted, milliseconds);
    }

    /// <inheritdoc cref="Poll(int, SelectMode)"/>
    public bool Poll(TimeSpan timeout, SelectMode mode) =>
        Poll(timeout == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Min(int.MaxValue, timeout.Ticks / 10), mode);

    /// <summary>Ends one or both directions.</summary>
    /// <exception cref="SocketException">NotConnected.</exception>
    public void Shutdown(SocketShutdown how) => ThrowIfFailed(_core.Shutdown(how));

    /// <summary>Closes, by <see cref="LingerState"/>. Calls that wait end with OperationAborted, ConnectionAborted or Interrupted.</summary>
    public void Close() => Dispose();

    /// <summary>Closes; waits for the peer to acknowledge what was sent.</summary>
    /// <param name="timeout">Seconds, up to 65,535; 0 aborts; -1 closes in the background.</param>
    /// <exception cref="ArgumentOutOfRangeException">Below -1 or above 65,535.</exception>
    public void Close(int timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, -1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout, ushort.MaxValue);
        if (_core is TcpSocketCore stream && !_core.IsClosed)
        {
            stream.LingerEnabled = timeout >= 0;
            stream.LingerSeconds = (ushort)Math.Max(0, timeout);
        }
        Dispose();
    }

    public void Dispose() => _core.Close();

    internal TcpSocketCore? StreamCore => _core as TcpSocketCore;

    internal static SocketException Failure(SocketError error) => new((int)error);

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_core.IsClosed, this);

    private void ThrowIfFailed(SocketError error)
    {
        if (error != SocketError.Success) Throw(error);
    }

    private void Throw(SocketError error)
    {
        ObjectDisposedException.ThrowIf(error == SocketError.NotSocket, this);
        throw Failure(error);
    }

    private TcpSocketCore Stream(SocketError otherwise)
    {
        ThrowIfDisposed();
        return _core as TcpSocketCore ?? throw Failure(otherwise);
    }

    private IpEndpoint ToStack(EndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ThrowIfDisposed();
        if (endPoint is not IPEndPoint ip) throw new ArgumentException($"Not an IP endpoint: {endPoint}.", nameof(endPoint));
        IpEndpoint converted = ip.ToStack();
        if (converted.Address.IsIpv4 == _core.IsIpv6 && !converted.Address.IsUnspecified) throw Failure(SocketError.AddressFamilyNotSupported);
        return new IpEndpoint(converted.Address.IsUnspecified ? _core.Unspecified : converted.Address, converted.Port);
    }
}
