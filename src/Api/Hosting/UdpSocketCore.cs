using System.Net.Sockets;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ipv4;

namespace StackSharp.Hosting;

/// <summary>A datagram socket on UDP.</summary>
internal sealed partial class UdpSocketCore : SocketCore
{
    private readonly UdpEndpoint _endpoint;
    private bool _receiveShutDown;
    private bool _sendShutDown;

    /// <exception cref="SocketException">NoBufferSpaceAvailable: the stack's limit of endpoints is reached.</exception>
    public UdpSocketCore(StackHost host, bool isIpv6)
        : base(host, isIpv6)
    {
        using StackHost.Entry entered = host.Enter();
        StackHost.ThrowIfFailed(entered.Stack.Udp.TryCreate(this, out UdpEndpoint? endpoint));
        _endpoint = endpoint!;
        host.Register(this);
    }

    public override bool IsStream => false;

    public bool IsBound => LocalEndpoint is not null;

    public UdpSocketOptions UdpOptions
    {
        get
        {
            using StackHost.Entry entered = Host.EnterAnyway();
            return _endpoint.Options;
        }
    }

    /// <returns>InvalidArgument: the IPv4 options are no list of at most 40 octets.</returns>
    public SocketError SetUdpOptions(in UdpSocketOptions options)
    {
        if (options.NetworkOptions is { } list && !Ipv4OptionReader.IsList(list)) return SocketError.InvalidArgument;
        using StackHost.Entry entered = Host.EnterAnyway();
        if (IsClosed) return SocketError.NotSocket;
        _endpoint.Options = options;
        return SocketError.Success;
    }

    public override SocketError Bind(in IpEndpoint local)
    {
        using StackHost.Entry entered = Host.EnterAnyway();
        return IsClosed ? SocketError.NotSocket : (SocketError)_endpoint.Bind(local, Sharing);
    }

    /// <summary>Sets the peer, or with an unspecified address and port 0 forgets it.</summary>
    public SocketError Connect(in IpEndpoint remote)
    {
        using StackHost.Entry entered = Host.EnterAnyway();
        if (IsClosed) return SocketError.NotSocket;
        if (!remote.Address.IsUnspecified) return (SocketError)_endpoint.Connect(remote);
        _endpoint.Disconnect();
        return SocketError.Success;
    }

    public SocketError JoinGroup(in IpAddress group, int interfaceIndex)
    {
        using StackHost.Entry entered = Host.EnterAnyway();
        return IsClosed ? SocketError.NotSocket : (SocketError)_endpoint.JoinGroup(group, interfaceIndex);
    }

    public SocketError LeaveGroup(in IpAddress group, int interfaceIndex)
    {
        using StackHost.Entry entered = Host.EnterAnyway();
        return IsClosed ? SocketError.NotSocket : (SocketError)_endpoint.LeaveGroup(group, interfaceIndex);
    }

    /// <summary>Sends one datagram. Never waits.</summary>
    /// <param name="destination">Null: the connected peer.</param>
    /// <returns>NotConnected; Shutdown; AccessDenied: broadcast without permission; MessageSize; NetworkUnreachable; HostUnreachable; NoBufferSpaceAvailable.</returns>
    public SocketError Send(ReadOnlySpan<byte> datagram, IpEndpoint? destination)
    {
        using StackHost.Entry entered = Host.EnterAnyway();
        if (IsClosed) return SocketError.NotSocket;
        return _sendShutDown ? SocketError.Shutdown : (SocketError)_endpoint.Send(datagram, destination, entered.Now);
    }

    /// <returns>Success always: a datagram socket has no connection to miss.</returns>
    public override SocketError Shutdown(SocketShutdown how)
    {
        using StackHost.Entry entered = Host.EnterAnyway();
        if (IsClosed) return SocketError.NotSocket;
        if (how != SocketShutdown.Receive) _sendShutDown = true;
        if (how != SocketShutdown.Send) _receiveShutDown = true;
        SignalPollers(ref entered.Completions);
        return SocketError.Success;
    }

    public override void Close()
    {
        using StackHost.Entry entered = Host.EnterAnyway();
        if (IsClosed) return;
        IsClosed = true;
        _endpoint.Close();
        CompleteAll(ref Receives, null, ref entered.Completions);
        SignalPollers(ref entered.Completions);
        Host.Unregister(this);
    }

    public override void OnHostDisposing(Instant now, ref CompletionBatch completions)
    {
        IsClosed = true;
        _endpoint.Owner = null;
        CompleteAll(ref Receives, null, ref completions);
        SignalPollers(ref completions);
    }

    public override void OnEvents(TransportEndpoint endpoint, EndpointEvents events, Instant now, ref CompletionBatch completions)
    {
        PumpReceives(ref completions);
        Report(events, ref completions);
    }

    public override SocketReadiness GetReadiness()
    {
        if (IsClosed) return SocketReadiness.Closed;
        SocketReadiness readiness = SocketReadiness.Write;
        if (_endpoint.QueuedDatagrams > 0) readiness |= SocketReadiness.Read | SocketReadiness.Data;
        if (_receiveShutDown || _endpoint.Error != TransportError.None) readiness |= SocketReadiness.Read;
        return readiness;
    }

    private protected override IpEndpoint? GetLocal() => IsClosed || _endpoint.Local.Port == 0 ? null : _endpoint.Local;

    private protected override IpEndpoint? GetRemote() => IsClosed || _endpoint.Remote.Port == 0 ? null : _endpoint.Remote;

    private protected override int GetAvailable() => IsClosed ? 0 : _endpoint.QueuedBytes;

    private protected override void Unqueue(SocketOperation operation, Instant now) => Receives.Remove(operation);

    private protected override SocketError CloseError(SocketOperation operation) =>
        operation.Parker is null ? SocketError.OperationAborted : SocketError.Interrupted;
}
