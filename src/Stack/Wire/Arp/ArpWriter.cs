using System.Buffers.Binary;
using System.Diagnostics;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack.Wire.Arp;

/// <summary>Writes ARP packets for IPv4 over Ethernet (RFC 826).</summary>
public static class ArpWriter
{
    /// <summary>Writes the 28 bytes; all protocol addresses are IPv4.</summary>
    public static void Write(
        Span<byte> destination,
        ArpOperation operation,
        MacAddress senderHardwareAddress,
        in IpAddress senderProtocolAddress,
        MacAddress targetHardwareAddress,
        in IpAddress targetProtocolAddress)
    {
        Debug.Assert(senderProtocolAddress.IsIpv4 && targetProtocolAddress.IsIpv4);
        Span<byte> packet = destination[..ArpPacket.Size];
        BinaryPrimitives.WriteUInt64BigEndian(packet, ArpPacket.EthernetIpv4 | (ushort)operation);
        senderHardwareAddress.WriteTo(packet[8..]);
        BinaryPrimitives.WriteUInt32BigEndian(packet[14..], senderProtocolAddress.Ipv4Value);
        targetHardwareAddress.WriteTo(packet[18..]);
        BinaryPrimitives.WriteUInt32BigEndian(packet[24..], targetProtocolAddress.Ipv4Value);
    }
}
