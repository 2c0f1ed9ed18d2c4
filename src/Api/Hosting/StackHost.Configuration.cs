using System.Net;
using System.Net.Sockets;
using StackSharp.Stack;
using StackSharp.Stack.Network;
using StackSharp.Stack.Wire;

namespace StackSharp.Hosting;

/// <content>Interfaces, routes, names, counters.</content>
public sealed partial class StackHost
{
    private static readonly IpPrefix Everything = new(IpAddress.AnyIpv4, 0);

    /// <summary>The interfaces as they are now: loopback first.</summary>
    public IReadOnlyList<NetworkInterface> Interfaces
    {
        get
        {
            using Entry entered = Enter();
            return [.. _stack.Interfaces];
        }
    }

    /// <summary>127/8.</summary>
    public NetworkInterface Loopback
    {
        get
        {
            using Entry entered = Enter();
            return _stack.Loopback;
        }
    }

    /// <summary>The routes as they are now, longest prefix first.</summary>
    public IReadOnlyList<Route> Routes
    {
        get
        {
            using Entry entered = Enter();
            return [.. _stack.Routes.Entries];
        }
    }

    /// <summary>The router for everything that has no better route; null: none. Setting replaces it.</summary>
    /// <exception cref="SocketException">NetworkUnreachable: no interface is on the gateway's network. InvalidArgument: no address of a host.</exception>
    public IpAddress? DefaultGateway
    {
        get
        {
            using Entry entered = Enter();
            return _stack.Routes.Entries.FirstOrDefault(IsDefault)?.Gateway;
        }
        set
        {
            using Entry entered = Enter();
            Route? way = null;
            if (value is { } gateway && !_stack.Routes.TryLookup(gateway, 0, out way)) throw new SocketException((int)SocketError.NetworkUnreachable);
            foreach (Route route in _stack.Routes.Entries.Where(IsDefault).ToArray())
            {
                _stack.Routes.Remove(route.Prefix, route.Gateway, route.InterfaceIndex);
            }
            if (value is null) return;
            if (!_stack.Routes.Add(Everything, value, way!.InterfaceIndex)) throw new SocketException((int)SocketError.InvalidArgument);
        }
    }

    /// <summary>Adds a route.</summary>
    /// <param name="gateway">Null: the destinations are on the link itself.</param>
    /// <exception cref="SocketException">InvalidArgument: the route exists, or the gateway is no address of a host of the same family.</exception>
    public void AddRoute(IpPrefix prefix, IpAddress? gateway, NetworkInterface networkInterface, int metric = 0)
    {
        ArgumentNullException.ThrowIfNull(networkInterface);
        using Entry entered = Enter();
        if (!_stack.Routes.Add(prefix, gateway, networkInterface.Index, metric)) throw new SocketException((int)SocketError.InvalidArgument);
    }

    /// <returns>False: there is no such route.</returns>
    public bool RemoveRoute(IpPrefix prefix, IpAddress? gateway, NetworkInterface networkInterface)
    {
        ArgumentNullException.ThrowIfNull(networkInterface);
        using Entry entered = Enter();
        return _stack.Routes.Remove(prefix, gateway, networkInterface.Index);
    }

    /// <summary>Reads counters while nothing changes them.</summary>
    /// <param name="read">Runs under the lock: takes what it needs and returns.</param>
    public T ReadStatistics<T>(Func<StackStatistics, T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        using Entry entered = Enter();
        return read(_stack.Statistics);
    }

    /// <summary>The addresses of a host: a literal, localhost, this host's own name, or one from <see cref="StackHostOptions.HostNames"/>.</summary>
    /// <exception cref="SocketException">HostNotFound: the name is none of these; there is no DNS client yet.</exception>
    public IReadOnlyList<IPAddress> Resolve(string hostName)
    {
        ArgumentNullException.ThrowIfNull(hostName);
        if (IPAddress.TryParse(hostName, out IPAddress? literal)) return [literal];
        if (Options.HostNames.TryGetValue(hostName, out IPAddress[]? addresses)) return addresses;
        foreach ((string name, IPAddress[] value) in Options.HostNames)
        {
            if (name.Equals(hostName, StringComparison.OrdinalIgnoreCase)) return value;
        }
        if (hostName.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return [IPAddress.Loopback];
        if (hostName.Equals(Options.HostName, StringComparison.OrdinalIgnoreCase)) return OwnAddresses();
        throw new SocketException((int)SocketError.HostNotFound,
            $"'{hostName}' is no address, and not among {nameof(StackHostOptions)}.{nameof(StackHostOptions.HostNames)}: this stack does not ask DNS.");
    }

    private IPAddress[] OwnAddresses()
    {
        using Entry entered = Enter();
        IPAddress[] own = [.. _stack.Interfaces.Where(candidate => !candidate.IsLoopback)
            .SelectMany(candidate => candidate.Addresses)
            .Where(address => address.State == AddressState.Usable)
            .Select(address => address.Prefix.Address.ToSystem())];
        return own.Length > 0 ? own : [IPAddress.Loopback];
    }

    private static bool IsDefault(Route route) => route.Prefix.Length == 0 && route.Prefix.Address.IsIpv4 && route.Gateway is not null;
}
