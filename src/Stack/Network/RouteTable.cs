using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Network;

/// <summary>Routes of both families: longest prefix first, then lowest metric (RFC 1122 §3.3.1).</summary>
public sealed class RouteTable
{
    /// <summary>Every route, longest prefix first.</summary>
    public IReadOnlyList<Route> Entries => throw new NotImplementedException();

    /// <summary>Adds a route.</summary>
    /// <param name="gateway">Null: the destinations are on the link.</param>
    /// <returns>False: that route (prefix, gateway, interface) exists, or the gateway is of the other family or no unicast address.</returns>
    public bool Add(IpPrefix prefix, IpAddress? gateway, int interfaceIndex, int metric = 0) => throw new NotImplementedException();

    /// <summary>Removes a route.</summary>
    /// <returns>False: there is no such route.</returns>
    public bool Remove(IpPrefix prefix, IpAddress? gateway, int interfaceIndex) => throw new NotImplementedException();

    /// <summary>The route that a packet to this address would take.</summary>
    /// <param name="interfaceIndex">Only routes over this interface; 0: any.</param>
    public bool TryLookup(in IpAddress destination, int interfaceIndex, out Route? route) => throw new NotImplementedException();
}
