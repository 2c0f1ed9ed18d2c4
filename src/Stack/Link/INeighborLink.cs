using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack.Link;

/// <summary>What a neighbour cache needs of its interface: ARP stands behind it for IPv4, neighbour discovery for IPv6.</summary>
internal interface INeighborLink
{
    /// <summary>Asks who has an address.</summary>
    /// <param name="at">Ask this station alone; null: everybody.</param>
    void Solicit(in IpAddress target, MacAddress? at, Instant now);

    /// <summary>Sends a frame whose IP header is complete, and takes it over.</summary>
    /// <returns>False: the transmit queue is full (counted).</returns>
    bool Transmit(TransmitFrame frame, MacAddress destination);

    /// <summary>Nobody answered. The frames are those that waited; they stay the cache's.</summary>
    void OnUnreachable(in IpAddress neighbor, ReadOnlySpan<TransmitFrame> waiting, Instant now);

    /// <summary>The neighbour answers.</summary>
    void OnReachable(in IpAddress neighbor);
}

/// <summary>What became of a frame for a neighbour.</summary>
internal enum LinkSendResult
{
    /// <summary>In the transmit queue, or waiting for the neighbour's address.</summary>
    Accepted,

    /// <summary>The neighbour has not answered; the frame is released.</summary>
    Unreachable,

    /// <summary>The transmit queue is full; the frame is released.</summary>
    QueueFull,
}
