using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Udp;

/// <summary>A received datagram. Who takes it holds the slice's reference and releases it.</summary>
/// <param name="Payload">The data; its buffer is null when there is none.</param>
/// <param name="Destination">The address it was sent to (RFC 1122 §4.1.3.5).</param>
public readonly record struct UdpDatagram(
    PacketSlice Payload, IpEndpoint Source, IpAddress Destination, int InterfaceIndex, byte HopLimit, byte TrafficClass, bool IsBroadcast, bool IsMulticast);
