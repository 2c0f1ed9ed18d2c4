using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport;

/// <summary>The payload of one received IP packet, and what its header said.</summary>
public readonly ref struct TransportDatagram
{
    public IpAddress Source { get; init; }

    public IpAddress Destination { get; init; }

    /// <summary>Arrival interface.</summary>
    public int InterfaceIndex { get; init; }

    public byte HopLimit { get; init; }

    /// <summary>DSCP and ECN.</summary>
    public byte TrafficClass { get; init; }

    /// <summary>The destination is a broadcast address, or the frame was a link-layer broadcast.</summary>
    public bool IsBroadcast { get; init; }

    /// <summary>The destination is a multicast group, or the frame was a link-layer multicast.</summary>
    public bool IsMulticast { get; init; }

    /// <summary>IPv4 options as received, or empty (RFC 1122 §3.2.1.8). Valid during the call.</summary>
    public ReadOnlySpan<byte> NetworkOptions { get; init; }

    /// <summary>Holds the payload. Whoever keeps a part takes a reference.</summary>
    public PacketBuffer Buffer { get; init; }

    /// <summary>First octet of the payload in the buffer's storage.</summary>
    public int Offset { get; init; }

    /// <summary>Octets of payload.</summary>
    public int Length { get; init; }

    public ReadOnlySpan<byte> Payload => Buffer.Storage.Slice(Offset, Length);
}
