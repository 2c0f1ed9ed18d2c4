using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Udp;

/// <summary>Which endpoint gets a datagram: the connected one, else one bound to the very address, else one bound to all (RFC 1122 §4.1.3.5).</summary>
internal sealed class UdpEndpointTable(ulong secret)
{
    private readonly Dictionary<Pair, List<UdpEndpoint>> _connected = new(new PairComparer(secret));
    private readonly Dictionary<ushort, List<UdpEndpoint>> _bound = [];

    /// <summary>Every bound endpoint on a port; null when there is none. As the list that it is: an enumerator behind an interface would be allocated.</summary>
    public List<UdpEndpoint>? OnPort(ushort port) => _bound.GetValueOrDefault(port);

    public void AddBound(UdpEndpoint endpoint)
    {
        ushort port = endpoint.Local.Port;
        if (!_bound.TryGetValue(port, out List<UdpEndpoint>? endpoints)) _bound[port] = endpoints = [];
        endpoints.Add(endpoint);
    }

    public void RemoveBound(UdpEndpoint endpoint)
    {
        if (!_bound.TryGetValue(endpoint.Local.Port, out List<UdpEndpoint>? endpoints)) return;
        endpoints.Remove(endpoint);
        if (endpoints.Count == 0) _bound.Remove(endpoint.Local.Port);
    }

    public void AddConnected(UdpEndpoint endpoint)
    {
        Pair pair = new(endpoint.Local, endpoint.Remote);
        if (!_connected.TryGetValue(pair, out List<UdpEndpoint>? endpoints)) _connected[pair] = endpoints = [];
        endpoints.Add(endpoint);
    }

    public void RemoveConnected(UdpEndpoint endpoint)
    {
        Pair pair = new(endpoint.Local, endpoint.Remote);
        if (!_connected.TryGetValue(pair, out List<UdpEndpoint>? endpoints)) return;
        endpoints.Remove(endpoint);
        if (endpoints.Count == 0) _connected.Remove(pair);
    }

    /// <summary>The one endpoint for a unicast datagram, or null.</summary>
    public UdpEndpoint? Find(in IpEndpoint local, in IpEndpoint remote)
    {
        if (_connected.Count > 0 && _connected.TryGetValue(new Pair(local, remote), out List<UdpEndpoint>? connected)) return connected[0];
        if (!_bound.TryGetValue(local.Port, out List<UdpEndpoint>? endpoints)) return null;
        UdpEndpoint? wildcard = null;
        foreach (UdpEndpoint endpoint in endpoints)
        {
            if (endpoint.IsConnected) continue;
            IpAddress address = endpoint.Local.Address;
            if (address == local.Address) return endpoint;
            if (wildcard is null && address.IsUnspecified && address.IsIpv4 == local.Address.IsIpv4) wildcard = endpoint;
        }
        return wildcard;
    }

    private readonly record struct Pair(IpEndpoint Local, IpEndpoint Remote);

    private sealed class PairComparer(ulong secret) : IEqualityComparer<Pair>
    {
        public bool Equals(Pair x, Pair y) => x.Local == y.Local && x.Remote == y.Remote;

        public int GetHashCode(Pair obj)
        {
            ulong ports = ((ulong)obj.Local.Port << 16) | obj.Remote.Port;
            return (int)(KeyedAddressComparer.Mix(KeyedAddressComparer.Mix(secret ^ ports, obj.Local.Address), obj.Remote.Address) >> 16);
        }
    }
}
