using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Network;

/// <summary>To how many stations a packet goes.</summary>
internal enum Cast
{
    Unicast,
    Multicast,
    Broadcast,
}

/// <summary>What was decided for a pair of addresses.</summary>
/// <param name="NextHop">The gateway, or the destination itself.</param>
internal readonly record struct RouteDecision(INetworkLink Link, IpAddress Source, IpAddress NextHop, Cast Cast);

/// <summary>The way from one of our addresses to a remote one, with what was found out about it.</summary>
/// <remarks>Looks again by itself when routes or addresses have changed: it stays valid as long as link and source stay the same.</remarks>
internal sealed class NetworkPath(PathTable table)
{
    private int _routeGeneration;
    private int _mtuGeneration = -1;
    private int _maximumTransmissionUnit;
    private IpAddress _wantedLocal;
    private int _wantedInterface;
    private bool _isValid;

    /// <summary>What the layer above hangs on the path.</summary>
    public object? View { get; set; }

    /// <summary>What the link hangs on the path.</summary>
    public object? LinkHint;

    public INetworkLink Link { get; private set; } = null!;

    public IpAddress Source { get; private set; }

    public IpAddress Destination { get; private set; }

    public IpAddress NextHop { get; private set; }

    public Cast Cast { get; private set; }

    public PathTable Table => table;

    public bool IsOnLink => Link.IsLoopback || NextHop == Destination;

    public bool IsValid
    {
        get
        {
            if (_routeGeneration != table.Resolver.Generation) Refresh();
            return _isValid;
        }
    }

    /// <summary>Octets of the largest packet that gets through whole, as far as is known.</summary>
    public int MaximumTransmissionUnit
    {
        get
        {
            if (_mtuGeneration != table.PathMtus.Generation)
            {
                _mtuGeneration = table.PathMtus.Generation;
                _maximumTransmissionUnit = Math.Min(Link.MaximumTransmissionUnit, Cast == Cast.Unicast ? table.PathMtus.Find(Destination) : int.MaxValue);
            }
            return _maximumTransmissionUnit;
        }
    }

    public void Set(in RouteDecision decision, in IpAddress destination, in IpAddress wantedLocal, int wantedInterface)
    {
        _wantedLocal = wantedLocal;
        _wantedInterface = wantedInterface;
        Destination = destination;
        Link = decision.Link;
        Source = decision.Source;
        NextHop = decision.NextHop;
        Cast = decision.Cast;
        LinkHint = null;
        _mtuGeneration = -1;
        _routeGeneration = table.Resolver.Generation;
        _isValid = true;
    }

    // A changed gateway is no reason to give the path up: that is how dead gateways are got around.
    private void Refresh()
    {
        _routeGeneration = table.Resolver.Generation;
        RouteError error = table.Resolver.TryResolve(_wantedLocal, Destination, _wantedInterface, out RouteDecision decision);
        _isValid = error == RouteError.None && ReferenceEquals(decision.Link, Link) && decision.Source == Source && decision.Cast == Cast;
        if (!_isValid || decision.NextHop == NextHop) return;
        NextHop = decision.NextHop;
        LinkHint = null;
    }
}
