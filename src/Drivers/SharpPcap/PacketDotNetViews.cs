using System.Net;
using System.Net.NetworkInformation;
using PacketDotNet;
using PacketDotNet.Utils;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Stack.Wire.Udp;

namespace StackSharp.Drivers.SharpPcap;

/// <summary>PacketDotNet's packets to and from StackSharp's views. A packet owns its bytes and a view borrows them, so every way copies.</summary>
public static class PacketDotNetViews
{
    /// <summary>An Ethernet frame as PacketDotNet takes it apart.</summary>
    public static EthernetPacket ParseFrame(ReadOnlySpan<byte> frame) => (EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, frame.ToArray());

    public static IPv4Packet ToPacket(this Ipv4Header header) => new(new ByteArraySegment(header.Packet.ToArray()));

    public static TcpPacket ToPacket(this TcpHeader header) => new(new ByteArraySegment(header.Segment.ToArray()));

    public static UdpPacket ToPacket(this UdpHeader header) => new(new ByteArraySegment(header.Datagram.ToArray()));

    /// <summary>A view over a packet's bytes; false if they are not valid, as PacketDotNet checks less.</summary>
    public static bool TryView(this EthernetPacket packet, out EthernetHeader header) => EthernetHeader.TryParse(packet.Bytes, out header);

    /// <summary>As <see cref="TryView(EthernetPacket, out EthernetHeader)"/>; the header checksum is verified.</summary>
    public static bool TryView(this IPv4Packet packet, out Ipv4Header header) => Ipv4Header.TryParse(packet.Bytes, out header);

    /// <summary>As <see cref="TryView(EthernetPacket, out EthernetHeader)"/>; the checksum is not verified.</summary>
    public static bool TryView(this TcpPacket packet, out TcpHeader header) => TcpHeader.TryParse(packet.Bytes, out header);

    /// <summary>As <see cref="TryView(EthernetPacket, out EthernetHeader)"/>; the checksum is not verified.</summary>
    public static bool TryView(this UdpPacket packet, out UdpHeader header) => UdpHeader.TryParse(packet.Bytes, out header);

    public static PhysicalAddress ToPhysicalAddress(this MacAddress address)
    {
        byte[] bytes = new byte[MacAddress.Size];
        address.WriteTo(bytes);
        return new PhysicalAddress(bytes);
    }

    /// <exception cref="ArgumentException">Not six octets.</exception>
    public static MacAddress ToMacAddress(this PhysicalAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        return bytes.Length == MacAddress.Size ? MacAddress.FromBytes(bytes) : throw new ArgumentException("A hardware address has six octets.", nameof(address));
    }

    public static IPAddress ToSystemAddress(this in IpAddress address)
    {
        Span<byte> bytes = stackalloc byte[IpAddress.Ipv6Size];
        address.WriteTo(bytes);
        return new IPAddress(bytes[..address.Size]);
    }

    /// <summary>Scope identifiers are left out.</summary>
    public static IpAddress ToIpAddress(this IPAddress address) => IpAddress.FromBytes(address.GetAddressBytes());
}
