using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Network;

/// <summary>Routes of both families: longest prefix first, then lowest metric, then direct before gateway (RFC 1122 §3.3.1).</summary>
/// <remarks>
/// Looked up when a path is made, not for each packet, so a sorted list does. A gateway that does not answer is passed over for a
/// while if another route of the same prefix length serves (RFC 1122 §3.3.1.4).
/// </remarks>
public sealed class RouteTable : ITimerOwner
{
    private readonly List<Route> _routes = [];
    private readonly List<(int InterfaceIndex, IpAddress Gateway, Instant Until)> _deadGateways = [];
    private readonly TimerWheel? _wheel;
    private readonly TimeSpan _deadTime;
    private readonly int _timer;

    internal RouteTable(TimerWheel? wheel = null, TimeSpan deadTime = default)
    {
        _wheel = wheel;
        _deadTime = deadTime;
        if (wheel is not null) _timer = wheel.Register(this);
    }

    /// <summary>Every route, longest prefix first.</summary>
    public IReadOnlyList<Route> Entries => _routes;

    /// <summary>Rises with every change: what was looked up before may be out of date.</summary>
    internal int Generation { get; private set; }

    /// <summary>Adds a route.</summary>
    /// <param name="gateway">Null: the destinations are on the link.</param>
    /// <returns>False: that route (prefix, gateway, interface) exists, or the gateway is of the other family or no unicast address.</returns>
    public bool Add(IpPrefix prefix, IpAddress? gateway, int interfaceIndex, int metric = 0) =>
        AddRoute(new Route(new IpPrefix(prefix.Network, prefix.Length), gateway, interfaceIndex, metric));

    /// <summary>Removes a route.</summary>
    /// <returns>False: there is no such route.</returns>
    public bool Remove(IpPrefix prefix, IpAddress? gateway, int interfaceIndex)
    {
        int index = IndexOf(new IpPrefix(prefix.Network, prefix.Length), gateway, interfaceIndex);
        if (index < 0) return false;
        _routes.RemoveAt(index);
        Generation++;
        return true;
    }

    /// <summary>The route that a packet to this address would take.</summary>
    /// <param name="interfaceIndex">Only routes over this interface; 0: any.</param>
    public bool TryLookup(in IpAddress destination, int interfaceIndex, out Route? route)
    {
        Route? suspect = null;
        route = null;
        foreach (Route candidate in _routes)
        {
            if (suspect is not null && candidate.Prefix.Length < suspect.Prefix.Length) break;
            if (interfaceIndex != 0 && candidate.InterfaceIndex != interfaceIndex) continue;
            if (!candidate.Prefix.Contains(destination)) continue;
            if (candidate.Gateway is { } gateway && IsDead(candidate.InterfaceIndex, gateway))
            {
                suspect ??= candidate;
                continue;
            }
            route = candidate;
            return true;
        }
        route = suspect;
        return route is not null;
    }

    internal bool AddRoute(Route route)
    {
        if (route.Gateway is { } gateway)
        {
            bool isUnicast = !gateway.IsMulticast && !gateway.IsUnspecified && !gateway.IsLoopback && !gateway.IsLimitedBroadcast && !gateway.IsClassE;
            if (!isUnicast || gateway.IsIpv4 != route.Prefix.Address.IsIpv4) return false;
        }
        if (IndexOf(route.Prefix, route.Gateway, route.InterfaceIndex) >= 0) return false;
        int position = 0;
        while (position < _routes.Count && Compare(_routes[position], route) <= 0) position++;
        _routes.Insert(position, route);
        Generation++;
        return true;
    }

    internal void RemoveInterface(int interfaceIndex)
    {
        _routes.RemoveAll(route => route.InterfaceIndex == interfaceIndex);
        _deadGateways.RemoveAll(dead => dead.InterfaceIndex == interfaceIndex);
        Generation++;
    }

    /// <summary>Something else that lookups depend on has changed: addresses, interfaces.</summary>
    internal void Invalidate() => Generation++;

    /// <summary>A neighbour does not answer: if it is a gateway, others are preferred for a while.</summary>
    internal void OnUnreachable(int interfaceIndex, in IpAddress neighbor, Instant now)
    {
        if (!IsGateway(interfaceIndex, neighbor) || IsDead(interfaceIndex, neighbor)) return;
        _deadGateways.Add((interfaceIndex, neighbor, now + _deadTime));
        Generation++;
        _wheel?.Schedule(_timer, _deadGateways[0].Until);
    }

    /// <summary>A neighbour answers again.</summary>
    internal void OnReachable(int interfaceIndex, in IpAddress neighbor)
    {
        for (int i = 0; i < _deadGateways.Count; i++)
        {
            if (_deadGateways[i].InterfaceIndex != interfaceIndex || _deadGateways[i].Gateway != neighbor) continue;
            _deadGateways.RemoveAt(i);
            Generation++;
            return;
        }
    }

    void ITimerOwner.OnTimer(int handle, Instant now)
    {
        while (_deadGateways.Count > 0 && _deadGateways[0].Until <= now)
        {
            _deadGateways.RemoveAt(0);
            Generation++;
        }
        if (_deadGateways.Count > 0) _wheel!.Schedule(handle, _deadGateways[0].Until);
    }

    private bool IsGateway(int interfaceIndex, in IpAddress address)
    {
        foreach (Route route in _routes)
            if (route.InterfaceIndex == interfaceIndex && route.Gateway == address) return true;
        return false;
    }

    private bool IsDead(int interfaceIndex, in IpAddress gateway)
    {
        foreach ((int index, IpAddress dead, _) in _deadGateways)
            if (index == interfaceIndex && dead == gateway) return true;
        return false;
    }

    private int IndexOf(IpPrefix prefix, IpAddress? gateway, int interfaceIndex) =>
        _routes.FindIndex(route => route.Prefix == prefix && route.Gateway == gateway && route.InterfaceIndex == interfaceIndex);

    private static int Compare(Route left, Route right)
    {
        int length = right.Prefix.Length.CompareTo(left.Prefix.Length);
        if (length != 0) return length;
        int metric = left.Metric.CompareTo(right.Metric);
        return metric != 0 ? metric : (left.Gateway is null ? 0 : 1) - (right.Gateway is null ? 0 : 1);
    }
}
