using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Network;

/// <summary>A way to a range of addresses.</summary>
/// <param name="Prefix">The destinations, host bits cleared.</param>
/// <param name="Gateway">The router to hand packets to; null: the destinations are on the link itself.</param>
/// <param name="InterfaceIndex">Outgoing interface.</param>
/// <param name="Metric">Of two routes with the same prefix length the lower one wins.</param>
public sealed record Route(IpPrefix Prefix, IpAddress? Gateway, int InterfaceIndex, int Metric)
{
    /// <summary>Follows from an interface's address and goes with it.</summary>
    public bool IsDirect { get; init; }
}
