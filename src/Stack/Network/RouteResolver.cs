using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Network;

/// <summary>Why there is no way.</summary>
internal enum RouteError
{
    None,

    /// <summary>No route leads there.</summary>
    NoRoute,

    /// <summary>The local address is not ours, or is none to send from.</summary>
    LocalNotOurs,

    /// <summary>The remote address names nothing that can be sent to.</summary>
    RemoteImpossible,
}

/// <summary>Decides which interface, source and next hop a packet takes: local before direct before gateway before default (RFC 1122 §3.3.1).</summary>
/// <remarks>With the source bound, routes over the interface that has it are preferred (RFC 1122 §3.3.4.2).</remarks>
internal sealed class RouteResolver(RouteTable routes)
{
    private readonly List<INetworkLink> _links = [];

    public int Generation => routes.Generation;

    public RouteTable Routes => routes;

    public IReadOnlyList<INetworkLink> Links => _links;

    public INetworkLink? Loopback { get; private set; }

    public void Add(INetworkLink link)
    {
        _links.Add(link);
        if (link.IsLoopback) Loopback = link;
        routes.Invalidate();
    }

    public void Remove(INetworkLink link)
    {
        _links.Remove(link);
        routes.RemoveInterface(link.Index);
    }

    /// <summary>The interface that has an address in use; 127/8 and ::1 belong to the loopback interface.</summary>
    public INetworkLink? FindOwner(in IpAddress address)
    {
        if (address.IsLoopback) return Loopback;
        foreach (INetworkLink link in _links)
            if (link.AddressTable.IsUsable(address)) return link;
        return null;
    }

    public bool IsBroadcast(in IpAddress address)
    {
        if (address.IsLimitedBroadcast) return true;
        foreach (INetworkLink link in _links)
            if (link.AddressTable.IsBroadcast(address, orZeros: false)) return true;
        return false;
    }

    public RouteError TryResolve(in IpAddress local, in IpAddress remote, int interfaceIndex, out RouteDecision decision)
    {
        decision = default;
        if (remote.IsUnspecified || remote.IsClassE || (remote.IsIpv4 && remote.Ipv4Value >> 24 == 0)) return RouteError.RemoteImpossible;
        INetworkLink? owner = null;
        if (!local.IsUnspecified)
        {
            if (local.IsIpv4 != remote.IsIpv4) return RouteError.LocalNotOurs;
            owner = FindOwner(local);
            if (owner is null) return RouteError.LocalNotOurs;
        }
        if (!remote.IsMulticast && !remote.IsLimitedBroadcast && FindOwner(remote) is not null) return Loop(local, remote, out decision);
        if (local.IsLoopback) return RouteError.LocalNotOurs;   // 127/8 never leaves the host (RFC 1122 §3.2.1.3 g).
        if (remote.IsMulticast || remote.IsLimitedBroadcast) return ToGroup(local, owner, remote, interfaceIndex, out decision);
        return ToHost(local, owner, remote, interfaceIndex, out decision);
    }

    private RouteError Loop(in IpAddress local, in IpAddress remote, out RouteDecision decision)
    {
        decision = default;
        if (Loopback is null) return RouteError.NoRoute;
        IpAddress source = !local.IsUnspecified ? local : !remote.IsLoopback ? remote : remote.IsIpv4 ? IpAddress.LoopbackIpv4 : IpAddress.LoopbackIpv6;
        decision = new RouteDecision(Loopback, source, remote, Cast.Unicast);
        return RouteError.None;
    }

    private RouteError ToGroup(in IpAddress local, INetworkLink? owner, in IpAddress remote, int interfaceIndex, out RouteDecision decision)
    {
        decision = default;
        INetworkLink? link = interfaceIndex != 0 ? FindLink(interfaceIndex) : owner is { IsLoopback: false } ? owner : null;
        if (link is null && interfaceIndex == 0)
        {
            if (routes.TryLookup(remote, 0, out Route? route)) link = FindLink(route!.InterfaceIndex);
            link ??= _links.FirstOrDefault(candidate => !candidate.IsLoopback);
        }
        if (link is null) return RouteError.NoRoute;
        IpAddress source = local;
        // Without any address yet, a broadcast may leave from 0.0.0.0: how DHCP begins (RFC 1122 §3.2.1.3 a).
        if (local.IsUnspecified && !link.AddressTable.TryChooseSource(remote, out source))
        {
            if (!remote.IsLimitedBroadcast) return RouteError.NoRoute;
            source = IpAddress.AnyIpv4;
        }
        decision = new RouteDecision(link, source, remote, remote.IsMulticast ? Cast.Multicast : Cast.Broadcast);
        return RouteError.None;
    }

    private RouteError ToHost(in IpAddress local, INetworkLink? owner, in IpAddress remote, int interfaceIndex, out RouteDecision decision)
    {
        decision = default;
        Route? route = null;
        bool found = interfaceIndex == 0 && owner is not null && routes.TryLookup(remote, owner.Index, out route);
        if (!found && !routes.TryLookup(remote, interfaceIndex, out route)) return RouteError.NoRoute;
        INetworkLink? link = FindLink(route!.InterfaceIndex);
        if (link is null) return RouteError.NoRoute;
        bool isBroadcast = link.AddressTable.IsBroadcast(remote, orZeros: false);
        if (!isBroadcast && link.AddressTable.IsZeroBroadcast(remote)) return RouteError.RemoteImpossible;   // RFC 1122 §3.3.6.
        IpAddress nextHop = isBroadcast ? remote : route.Gateway ?? remote;
        IpAddress source = local;
        if (local.IsUnspecified && !link.AddressTable.TryChooseSource(nextHop, out source)) return RouteError.NoRoute;
        decision = new RouteDecision(link, source, nextHop, isBroadcast ? Cast.Broadcast : Cast.Unicast);
        return RouteError.None;
    }

    private INetworkLink? FindLink(int index)
    {
        foreach (INetworkLink link in _links)
            if (link.Index == index) return link;
        return null;
    }
}
