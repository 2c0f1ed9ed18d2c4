using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Udp;

/// <summary>A UDP port (RFC 768; RFC 1122 §4.1).</summary>
public sealed partial class UdpEndpoint : TransportEndpoint
{
    private readonly UdpLayer _layer;
    private readonly DatagramQueue _queue = new();
    private List<(IpAddress Group, int InterfaceIndex)>? _groups;
    private PortBinding? _binding;
    private IpEndpoint _local;
    private IpEndpoint _remote;
    private bool _isClosed;
    private bool _addressFromConnect;

    internal UdpEndpoint(UdpLayer layer, ReadyQueue ready)
        : base(ready)
    {
        _layer = layer;
        Options = layer.Options.Socket;
        _local = new IpEndpoint(IpAddress.AnyIpv4, 0);
        _remote = new IpEndpoint(IpAddress.AnyIpv4, 0);
    }

    /// <summary>Bound address and port; port 0 before binding.</summary>
    public IpEndpoint Local => _local;

    /// <summary>The peer of a connected endpoint; port 0 when there is none.</summary>
    public IpEndpoint Remote => _remote;

    public UdpSocketOptions Options { get; set; }

    /// <summary>Datagrams waiting.</summary>
    public int QueuedDatagrams => _queue.Count;

    /// <summary>Octets of payload in all waiting datagrams (FIONREAD).</summary>
    public int QueuedBytes => _queue.Octets;

    /// <summary>Datagrams that found the queue full.</summary>
    public long Dropped { get; private set; }

    internal bool IsConnected => _remote.Port != 0;

    /// <summary>Claims a local address and port; port 0: one is drawn (RFC 6056). A multicast group may be named too.</summary>
    /// <returns>InvalidArgument: bound already. AddressNotAvailable; AddressAlreadyInUse; AccessDenied.</returns>
    public TransportError Bind(in IpEndpoint local, PortSharing sharing)
    {
        if (_isClosed || _binding is not null) return TransportError.InvalidArgument;
        IpAddress address = local.Address;
        bool isPossible = address.IsUnspecified || address.IsMulticast || _layer.Network.IsLocalAddress(address) || _layer.Network.IsBroadcastAddress(address);
        if (!isPossible) return TransportError.AddressNotAvailable;
        ushort port = local.Port;
        if (port == 0 && !_layer.TryDrawPort(out port)) return TransportError.AddressAlreadyInUse;
        TransportError error = _layer.Ports.TryBind(new IpEndpoint(address, port), sharing, out _binding);
        if (error != TransportError.None) return error;
        _local = new IpEndpoint(address, port);
        _layer.Table.AddBound(this);
        return TransportError.None;
    }

    /// <summary>Sets the default peer and receives from it alone. Repeatable. Binds if need be.</summary>
    /// <returns>NetworkUnreachable; AccessDenied: broadcast without permission; AddressNotAvailable: port 0 or an unspecified address.</returns>
    public TransportError Connect(in IpEndpoint remote)
    {
        if (_isClosed) return TransportError.InvalidArgument;
        if (remote.Port == 0 || remote.Address.IsUnspecified) return TransportError.AddressNotAvailable;
        if (!Options.Broadcast && _layer.Network.IsBroadcastAddress(remote.Address)) return TransportError.AccessDenied;
        IpAddress boundAddress = _binding?.Local.Address ?? Unspecified(remote.Address);
        TransportError error = FindPath(boundAddress, remote.Address, out TransportPath? path);
        if (error != TransportError.None) return error;
        if (_binding is null && (error = Bind(new IpEndpoint(boundAddress, 0), PortSharing.Default)) != TransportError.None) return error;
        Disconnect();
        if (_local.Address.IsUnspecified)
        {
            _addressFromConnect = true;
            _local = _local with { Address = path!.LocalAddress };
        }
        _remote = remote;
        _path = path;
        _layer.Table.AddConnected(this);
        return TransportError.None;
    }

    /// <summary>Forgets the default peer.</summary>
    public void Disconnect()
    {
        if (!IsConnected) return;
        _layer.Table.RemoveConnected(this);
        _remote = new IpEndpoint(Unspecified(_local.Address), 0);
        _path = null;
        if (!_addressFromConnect) return;
        _addressFromConnect = false;
        _local = _local with { Address = _binding!.Local.Address };
    }

    /// <summary>Takes (or, peeking, references) the oldest datagram.</summary>
    /// <returns>WouldBlock: none. ConnectionReset, NetworkReset, HostUnreachable, ...: ICMP reported an earlier datagram; told once.</returns>
    public TransportError TryReceive(bool peek, out UdpDatagram datagram)
    {
        datagram = default;
        if (Error != TransportError.None)
        {
            TransportError error = Error;
            Error = TransportError.None;
            return error;
        }
        if (_queue.Count == 0) return TransportError.WouldBlock;
        if (!peek)
        {
            datagram = _queue.Dequeue();
            return TransportError.None;
        }
        datagram = _queue.Peek();
        datagram.Payload.Buffer?.AddReference();
        return TransportError.None;
    }

    /// <summary>Joins a group on an interface.</summary>
    /// <param name="interfaceIndex">0: the interface that the route to the group leads to.</param>
    /// <returns>AddressNotAvailable: joined already, or no such interface. InvalidArgument: no group address.</returns>
    public TransportError JoinGroup(in IpAddress group, int interfaceIndex)
    {
        if (_isClosed || !group.IsMulticast) return TransportError.InvalidArgument;
        TransportError error = _layer.Groups.JoinGroup(group, interfaceIndex, out int joined);
        if (error != TransportError.None) return error;
        if (IsMember(group, joined))
        {
            _layer.Groups.LeaveGroup(group, joined);
            return TransportError.AddressNotAvailable;
        }
        (_groups ??= []).Add((group, joined));
        return TransportError.None;
    }

    /// <summary>Leaves a group.</summary>
    /// <param name="interfaceIndex">0: the first interface on which it was joined.</param>
    /// <returns>AddressNotAvailable: not a member.</returns>
    public TransportError LeaveGroup(in IpAddress group, int interfaceIndex)
    {
        for (int i = 0; i < (_groups?.Count ?? 0); i++)
        {
            (IpAddress joined, int index) = _groups![i];
            if (joined != group || (interfaceIndex != 0 && interfaceIndex != index)) continue;
            _groups.RemoveAt(i);
            _layer.Groups.LeaveGroup(group, index);
            return TransportError.None;
        }
        return TransportError.AddressNotAvailable;
    }

    /// <summary>Frees port, groups and queue. The owner hears nothing more.</summary>
    public void Close()
    {
        if (_isClosed) return;
        _isClosed = true;
        Owner = null;
        Disconnect();
        if (_binding is not null)
        {
            _layer.Table.RemoveBound(this);
            _binding.Release();
        }
        if (_groups is not null) foreach ((IpAddress group, int index) in _groups) _layer.Groups.LeaveGroup(group, index);
        _groups = null;
        _queue.Clear();
        _layer.Remove(this);
    }

    internal bool HasRoom(int heldBytes) => _queue.HasRoom(heldBytes, Options.ReceiveBufferBytes);

    /// <summary>What memory for a datagram is wanted for: a reader that keeps up is served even while others hold all that queues may have.</summary>
    internal BufferUse NextUse => _queue.Count == 0 ? BufferUse.Progress : BufferUse.Queued;

    internal void CountDropped() => Dropped++;

    internal void Enqueue(in UdpDatagram datagram)
    {
        _queue.Enqueue(datagram);
        Raise(EndpointEvents.Readable);
    }

    /// <summary>Whether a broadcast or multicast datagram to our port is for us.</summary>
    internal bool Wants(in TransportDatagram datagram, in IpEndpoint remote)
    {
        IpAddress bound = _binding!.Local.Address;
        if (bound.IsIpv4 != datagram.Destination.IsIpv4) return false;
        if (IsConnected && remote != _remote) return false;
        if (bound == datagram.Destination) return true;
        if (datagram.Destination.IsMulticast) return bound.IsUnspecified && IsMember(datagram.Destination, datagram.InterfaceIndex);
        return bound.IsUnspecified;
    }

    internal void OnNetworkProblem(in NetworkProblem problem, in IpEndpoint remote)
    {
        if (problem.Kind == NetworkProblemKind.PacketTooBig) LowerPathMtu(problem);
        if (problem.Kind == NetworkProblemKind.PortUnreachable ? !Options.ReportUnreachable : !IsConnected) return;
        if (IsConnected && remote != _remote) return;
        TransportError error = ErrorFor(problem.Kind);
        if (error == TransportError.None) return;
        Error = error;
        Raise(EndpointEvents.Readable);
    }

    private bool IsMember(in IpAddress group, int interfaceIndex)
    {
        if (_groups is null) return false;
        foreach ((IpAddress joined, int index) in _groups)
            if (joined == group && index == interfaceIndex) return true;
        return false;
    }

    // Too big is worth an error only for who asked for whole packets; others are cut the next time.
    private TransportError ErrorFor(NetworkProblemKind kind) => kind switch
    {
        NetworkProblemKind.PortUnreachable => TransportError.ConnectionReset,
        NetworkProblemKind.HopLimitExceeded or NetworkProblemKind.ReassemblyTimeExceeded => TransportError.NetworkReset,
        NetworkProblemKind.PacketTooBig => Options.DontFragment ? TransportError.MessageSize : TransportError.None,
        NetworkProblemKind.NetworkUnreachable => TransportError.NetworkUnreachable,
        NetworkProblemKind.ParameterProblem => TransportError.None,
        _ => TransportError.HostUnreachable,
    };

    private static IpAddress Unspecified(in IpAddress sameFamily) => sameFamily.IsIpv4 ? IpAddress.AnyIpv4 : IpAddress.AnyIpv6;
}
