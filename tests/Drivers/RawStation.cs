using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Arp;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Stack.Wire.Udp;

namespace StackSharp.Tests.Drivers;

/// <summary>A station on a link, as far as a test of drivers needs one: builds Ethernet frames, answers ARP and ping.</summary>
internal sealed record RawStation(MacAddress Hardware, IpAddress Address)
{
    public const int UdpHeaders = EthernetHeader.Size + Ipv4Header.MinimumSize + UdpHeader.Size;
    public const int TcpHeaders = EthernetHeader.Size + Ipv4Header.MinimumSize + TcpHeader.MinimumSize;

    /// <summary>The answer to an ARP request for this station or to a ping; null for everything else.</summary>
    public byte[]? Answer(ReadOnlySpan<byte> frame)
    {
        if (!EthernetHeader.TryParse(frame, out EthernetHeader ethernet)) return null;
        if (ethernet.EtherType == EtherType.Ipv4 && AnswerPing(ethernet.Payload) is { } packet)
            return [.. Header(ethernet.Source, EtherType.Ipv4), .. packet];
        if (ethernet.EtherType != EtherType.Arp || !ArpPacket.TryParse(ethernet.Payload, out ArpPacket arp)) return null;
        if (arp.Operation != ArpOperation.Request || arp.TargetProtocolAddress != Address) return null;
        byte[] answer = new byte[ArpPacket.Size];
        ArpWriter.Write(answer, ArpOperation.Reply, Hardware, Address, arp.SenderHardwareAddress, arp.SenderProtocolAddress);
        return [.. Header(ethernet.Source, EtherType.Arp), .. answer];
    }

    /// <summary>The answer to a bare IP packet that is a ping; null for everything else.</summary>
    public byte[]? AnswerPing(ReadOnlySpan<byte> packet)
    {
        if (!Ipv4Header.TryParse(packet, out Ipv4Header ip) || ip.Protocol != IpProtocol.Icmp || ip.Destination != Address || ip.IsFragment) return null;
        if (!Icmpv4Header.TryParse(ip.Payload, out Icmpv4Header icmp) || icmp.Type != Icmpv4Type.EchoRequest) return null;
        byte[] answer = new byte[Ipv4Header.MinimumSize + ip.Payload.Length];
        WriteIpv4(answer, ip.Source, IpProtocol.Icmp, ip.Payload.Length);
        ip.Payload.CopyTo(answer.AsSpan(Ipv4Header.MinimumSize));
        Icmpv4Writer.Write(answer.AsSpan(Ipv4Header.MinimumSize), Icmpv4Type.EchoReply, 0, icmp.RestOfHeader);
        return answer;
    }

    /// <param name="partial">Leave the sum of the pseudo-header in the checksum field, for the device to complete.</param>
    public byte[] Udp(RawStation to, ushort sourcePort, ushort destinationPort, ReadOnlySpan<byte> payload, bool partial = false)
    {
        byte[] frame = new byte[UdpHeaders + payload.Length];
        Header(to.Hardware, EtherType.Ipv4).CopyTo(frame, 0);
        WriteIpv4(frame.AsSpan(EthernetHeader.Size), to.Address, IpProtocol.Udp, UdpHeader.Size + payload.Length);
        Span<byte> header = frame.AsSpan(EthernetHeader.Size + Ipv4Header.MinimumSize);
        payload.CopyTo(header[UdpHeader.Size..]);
        UdpWriter.Write(header, sourcePort, destinationPort, payload.Length);
        if (partial) UdpWriter.SetChecksum(header, (ushort)InternetChecksum.PseudoHeader(Address, to.Address, IpProtocol.Udp, header.Length));
        else UdpWriter.FillChecksum(header, Address, to.Address, InternetChecksum.Sum(payload), payload.Length);
        return frame;
    }

    /// <param name="partial">Leave the sum of the pseudo-header in the checksum field, for the device to complete.</param>
    public byte[] Tcp(RawStation to, ushort sourcePort, ushort destinationPort, uint sequence, uint acknowledgment, TcpControlBits bits,
        ReadOnlySpan<byte> payload, bool partial = false)
    {
        byte[] frame = new byte[TcpHeaders + payload.Length];
        Header(to.Hardware, EtherType.Ipv4).CopyTo(frame, 0);
        WriteIpv4(frame.AsSpan(EthernetHeader.Size), to.Address, IpProtocol.Tcp, TcpHeader.MinimumSize + payload.Length);
        Span<byte> segment = frame.AsSpan(EthernetHeader.Size + Ipv4Header.MinimumSize);
        payload.CopyTo(segment[TcpHeader.MinimumSize..]);
        TcpHeaderWriter.Write(segment, sourcePort, destinationPort, new SequenceNumber(sequence), new SequenceNumber(acknowledgment), bits, TcpHeader.MinimumSize, 65535, 0);
        if (partial) TcpHeaderWriter.SetChecksum(segment, (ushort)InternetChecksum.PseudoHeader(Address, to.Address, IpProtocol.Tcp, segment.Length));
        else TcpHeaderWriter.FillChecksum(segment, Address, to.Address);
        return frame;
    }

    private void WriteIpv4(Span<byte> packet, IpAddress destination, IpProtocol protocol, int payloadLength) => Ipv4Writer.Write(
        packet,
        new Ipv4Fields { TimeToLive = 64, Protocol = protocol, Source = Address, Destination = destination, DontFragment = true },
        payloadLength);

    private byte[] Header(MacAddress destination, EtherType type)
    {
        byte[] header = new byte[EthernetHeader.Size];
        EthernetWriter.Write(header, destination, Hardware, type);
        return header;
    }
}
