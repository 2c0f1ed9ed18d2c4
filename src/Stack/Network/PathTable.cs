using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Network;

/// <summary>Paths that were made before, by local address, remote address and interface. Bounded: the oldest is forgotten, though who holds it may go on using it.</summary>
internal sealed class PathTable
{
    private readonly Dictionary<PathKey, NetworkPath> _paths;
    private readonly Queue<PathKey> _byAge = new();
    private readonly int _maximumPaths;
    private readonly NetworkPath _scratch;

    public PathTable(RouteResolver resolver, PathMtuTable pathMtus, int maximumPaths, ulong secret)
    {
        Resolver = resolver;
        PathMtus = pathMtus;
        _maximumPaths = maximumPaths;
        _paths = new Dictionary<PathKey, NetworkPath>(new PathKeyComparer(secret));
        _scratch = new NetworkPath(this);
    }

    public RouteResolver Resolver { get; }

    public PathMtuTable PathMtus { get; }

    public int Count => _paths.Count;

    /// <param name="local">Unspecified: to be chosen.</param>
    /// <param name="interfaceIndex">0: any.</param>
    public RouteError TryGet(in IpAddress local, in IpAddress remote, int interfaceIndex, out NetworkPath? path)
    {
        PathKey key = new(local, remote, interfaceIndex);
        if (_paths.TryGetValue(key, out path) && path.IsValid) return RouteError.None;
        path = null;
        RouteError error = Resolver.TryResolve(local, remote, interfaceIndex, out RouteDecision decision);
        if (error != RouteError.None) return error;
        if (!_paths.ContainsKey(key))
        {
            if (_paths.Count >= _maximumPaths) _paths.Remove(_byAge.Dequeue());
            _byAge.Enqueue(key);
        }
        path = new NetworkPath(this);
        path.Set(decision, remote, local, interfaceIndex);
        _paths[key] = path;
        return RouteError.None;
    }

    /// <summary>A path for one packet: valid until the next call, and never remembered, so that strangers do not fill the table.</summary>
    public RouteError TryGetForOnce(in IpAddress local, in IpAddress remote, int interfaceIndex, out NetworkPath? path)
    {
        path = null;
        RouteError error = Resolver.TryResolve(local, remote, interfaceIndex, out RouteDecision decision);
        if (error != RouteError.None) return error;
        path = _scratch;
        path.Set(decision, remote, local, interfaceIndex);
        return RouteError.None;
    }

    private readonly record struct PathKey(IpAddress Local, IpAddress Remote, int InterfaceIndex);

    private sealed class PathKeyComparer(ulong secret) : IEqualityComparer<PathKey>
    {
        public bool Equals(PathKey x, PathKey y) => x.Remote == y.Remote && x.Local == y.Local && x.InterfaceIndex == y.InterfaceIndex;

        public int GetHashCode(PathKey obj) =>
            (int)(KeyedAddressComparer.Mix(KeyedAddressComparer.Mix(secret, obj.Local), obj.Remote) >> 32) ^ obj.InterfaceIndex;
    }
}
