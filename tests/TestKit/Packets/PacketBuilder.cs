using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Arp;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Udp;

namespace StackSharp.Tests.TestKit.Packets;

/// <summary>Whole packets and frames for tests, checksums included. Innermost first: a datagram goes into a packet, that into a frame.</summary>
public static class PacketBuilder
{
    public const byte DefaultTimeToLive = 64;

    /// <summary>An Ethernet II frame, not padded.</summary>
    public static byte[] Ethernet(MacAddress destination, MacAddress source, EtherType type, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[EthernetHeader.Size + payload.Length];
        EthernetWriter.Write(frame, destination, source, type);
        payload.CopyTo(frame.AsSpan(EthernetHeader.Size));
        return frame;
    }

    /// <summary>An Ethernet II frame with a VLAN tag, not padded.</summary>
    public static byte[] Ethernet(MacAddress destination, MacAddress source, VlanTag tag, EtherType type, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[EthernetHeader.Size + VlanTag.Size + payload.Length];
        EthernetWriter.Write(frame, destination, source, tag, type);
        payload.CopyTo(frame.AsSpan(EthernetHeader.Size + VlanTag.Size));
        return frame;
    }

    /// <summary>An ARP packet: the payload of a frame.</summary>
    public static byte[] Arp(ArpOperation operation, MacAddress senderHardware, IpAddress sender, MacAddress targetHardware, IpAddress target)
    {
        byte[] packet = new byte[ArpPacket.Size];
        ArpWriter.Write(packet, operation, senderHardware, sender, targetHardware, target);
        return packet;
    }

    public static byte[] Ipv4(in Ipv4Fields fields, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> options = default)
    {
        byte[] packet = new byte[Ipv4Writer.HeaderLength(options) + payload.Length];
        int headerLength = Ipv4Writer.Write(packet, fields, payload.Length, options);
        payload.CopyTo(packet.AsSpan(headerLength));
        return packet;
    }

    public static byte[] Ipv4(IpAddress source, IpAddress destination, IpProtocol protocol, ReadOnlySpan<byte> payload, byte timeToLive = DefaultTimeToLive, EcnCodepoint ecn = EcnCodepoint.NotEct) =>
        Ipv4(
            new Ipv4Fields
            {
                Source = source,
                Destination = destination,
                Protocol = protocol,
                TimeToLive = timeToLive,
                TrafficClass = TrafficClass.Default.WithEcn(ecn),
                DontFragment = true,
            },
            payload);

    /// <summary>Cuts a packet into fragments at the given offsets into its payload, multiples of 8, in order (RFC 791 §3.2).</summary>
    public static IReadOnlyList<byte[]> Fragments(ReadOnlySpan<byte> packet, ushort identification, params ReadOnlySpan<int> offsets)
    {
        if (!Ipv4Header.TryParse(packet, out Ipv4Header whole)) throw new ArgumentException("Not an IPv4 packet.", nameof(packet));
        Ipv4Fields fields = Ipv4Fields.From(whole) with { Identification = identification, DontFragment = false };
        int[] edges = [0, .. offsets, whole.Payload.Length];
        List<byte[]> fragments = [];
        for (int index = 1; index < edges.Length; index++)
        {
            ReadOnlySpan<byte> part = whole.Payload[edges[index - 1]..edges[index]];
            fragments.Add(Ipv4(fields with { FragmentOffset = edges[index - 1], MoreFragments = index < edges.Length - 1 }, part, whole.Options));
        }
        return fragments;
    }

    /// <summary>An IPv4 packet with a UDP datagram.</summary>
    public static byte[] Udp(IpEndpoint source, IpEndpoint destination, ReadOnlySpan<byte> payload, bool checksum = true)
    {
        byte[] datagram = new byte[UdpHeader.Size + payload.Length];
        payload.CopyTo(datagram.AsSpan(UdpHeader.Size));
        UdpWriter.Write(datagram, source.Port, destination.Port, payload.Length);
        if (checksum) UdpWriter.FillChecksum(datagram, source.Address, destination.Address, InternetChecksum.Sum(payload), payload.Length);
        return Ipv4(source.Address, destination.Address, IpProtocol.Udp, datagram);
    }

    /// <summary>An IPv4 packet with the TCP segment that a packet line describes; see <see cref="PacketLineCodec.Encode"/>.</summary>
    public static byte[] Tcp(PacketLine line, IpEndpoint source, IpEndpoint destination, InitialSequenceNumbers origins, ReadOnlySpan<byte> data = default) =>
        Ipv4(
            source.Address,
            destination.Address,
            IpProtocol.Tcp,
            PacketLineCodec.Encode(line, source, destination, origins, data),
            ecn: line.Ecn ?? EcnCodepoint.NotEct);

    /// <summary>An IPv4 packet with an echo request or reply.</summary>
    public static byte[] Echo(Icmpv4Type type, IpAddress source, IpAddress destination, ushort identifier, ushort sequenceNumber, ReadOnlySpan<byte> payload) =>
        Icmp(source, destination, type, 0, Icmpv4Writer.EchoWord(identifier, sequenceNumber), payload);

    /// <summary>An IPv4 packet with an ICMP message. The payload of an error is what it quotes.</summary>
    /// <param name="restOfHeader">The second word: an MTU in its low half, a pointer in its first octet, a gateway.</param>
    public static byte[] Icmp(IpAddress source, IpAddress destination, Icmpv4Type type, byte code, uint restOfHeader, ReadOnlySpan<byte> payload)
    {
        byte[] message = new byte[Icmpv4Header.Size + payload.Length];
        payload.CopyTo(message.AsSpan(Icmpv4Header.Size));
        Icmpv4Writer.Write(message, type, code, restOfHeader);
        return Ipv4(source, destination, IpProtocol.Icmp, message);
    }
}
