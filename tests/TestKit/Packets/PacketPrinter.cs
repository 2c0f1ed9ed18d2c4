using System.Globalization;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Arp;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Stack.Wire.Udp;

namespace StackSharp.Tests.TestKit.Packets;

/// <summary>
/// Frames as one line each, for traces of failing tests: <c>198.18.0.1:1000 > 198.18.0.2:80 S 0:0(0) win 65535 &lt;mss 1460></c>.
/// Numbers of a connection are relative once its SYN was printed. Any octets have a line: nothing is thrown.
/// </summary>
public sealed class PacketPrinter
{
    /// <summary>ISN of what goes from the first to the second endpoint.</summary>
    private readonly Dictionary<(IpEndpoint From, IpEndpoint To), uint> _origins = [];

    /// <summary>An Ethernet frame.</summary>
    public string Frame(ReadOnlySpan<byte> frame)
    {
        if (!EthernetHeader.TryParse(frame, out EthernetHeader ethernet, out EthernetFault fault)) return Invariant($"no Ethernet frame ({fault}), {frame.Length} octets");
        string tags = ethernet.TagCount switch
        {
            0 => "",
            1 => Invariant($"vlan {ethernet.OuterTag.Identifier} "),
            _ => Invariant($"vlan {ethernet.OuterTag.Identifier}.{ethernet.InnerTag.Identifier} "),
        };
        string content = ethernet.EtherType switch
        {
            EtherType.Ipv4 => Packet(ethernet.Payload),
            EtherType.Arp => Arp(ethernet.Payload),
            _ => Invariant($"{ethernet.Source} > {ethernet.Destination} type {(int)ethernet.EtherType:x4} ({ethernet.Payload.Length})"),
        };
        return tags + content;
    }

    /// <summary>An IPv4 packet.</summary>
    public string Packet(ReadOnlySpan<byte> packet)
    {
        if (!Ipv4Header.TryParse(packet, out Ipv4Header ip, out Ipv4Fault fault)) return Invariant($"no IPv4 packet ({fault}), {packet.Length} octets");
        if (ip.IsFragment)
        {
            string more = ip.MoreFragments ? "+" : "";
            return Invariant($"{ip.Source} > {ip.Destination} {ip.Protocol} fragment {ip.Identification} {ip.FragmentOffset}({ip.Payload.Length}){more}");
        }
        return ip.Protocol switch
        {
            IpProtocol.Tcp => Tcp(ip),
            IpProtocol.Udp => Udp(ip),
            IpProtocol.Icmp => Icmp(ip),
            _ => Invariant($"{ip.Source} > {ip.Destination} {ip.Protocol} ({ip.Payload.Length})"),
        };
    }

    private static string Arp(ReadOnlySpan<byte> payload)
    {
        if (!ArpPacket.TryParse(payload, out ArpPacket arp)) return Invariant($"no ARP packet, {payload.Length} octets");
        return arp.Operation switch
        {
            ArpOperation.Request => $"arp who has {arp.TargetProtocolAddress} tell {arp.SenderProtocolAddress} at {arp.SenderHardwareAddress}",
            ArpOperation.Reply => $"arp {arp.SenderProtocolAddress} is at {arp.SenderHardwareAddress}",
            _ => Invariant($"arp operation {(int)arp.Operation}"),
        };
    }

    private string Tcp(in Ipv4Header ip)
    {
        if (!TcpHeader.TryParse(ip.Payload, out TcpHeader tcp)) return Invariant($"{ip.Source} > {ip.Destination} no TCP segment, {ip.Payload.Length} octets");
        IpEndpoint source = new(ip.Source, tcp.SourcePort);
        IpEndpoint destination = new(ip.Destination, tcp.DestinationPort);
        if (tcp.Has(TcpControlBits.Syn)) _origins[(source, destination)] = tcp.Sequence.Value;
        InitialSequenceNumbers origins = new(_origins.GetValueOrDefault((source, destination)), _origins.GetValueOrDefault((destination, source)));
        EcnCodepoint? ecn = ip.Ecn == EcnCodepoint.NotEct ? null : ip.Ecn;
        string segment = PacketLineCodec.Decode(tcp, PacketDirection.Expect, origins, ecn: ecn).Segment;
        return $"{source} > {destination} {segment}{(tcp.IsChecksumValid(ip.Source, ip.Destination) ? "" : " (bad checksum)")}";
    }

    private static string Udp(in Ipv4Header ip)
    {
        if (!UdpHeader.TryParse(ip.Payload, out UdpHeader udp)) return Invariant($"{ip.Source} > {ip.Destination} no UDP datagram, {ip.Payload.Length} octets");
        string note = !udp.HasChecksum ? " (no checksum)" : udp.IsChecksumValid(ip.Source, ip.Destination) ? "" : " (bad checksum)";
        return Invariant($"{new IpEndpoint(ip.Source, udp.SourcePort)} > {new IpEndpoint(ip.Destination, udp.DestinationPort)} udp ({udp.Payload.Length}){note}");
    }

    private static string Icmp(in Ipv4Header ip)
    {
        string ends = $"{ip.Source} > {ip.Destination}";
        if (!Icmpv4Header.TryParse(ip.Payload, out Icmpv4Header icmp)) return Invariant($"{ends} no ICMP message, {ip.Payload.Length} octets");
        return icmp.Type switch
        {
            Icmpv4Type.EchoRequest => Invariant($"{ends} echo request {icmp.Identifier}.{icmp.SequenceNumber} ({icmp.Payload.Length})"),
            Icmpv4Type.EchoReply => Invariant($"{ends} echo reply {icmp.Identifier}.{icmp.SequenceNumber} ({icmp.Payload.Length})"),
            Icmpv4Type.DestinationUnreachable => Invariant($"{ends} unreachable {(Icmpv4UnreachableCode)icmp.Code} mtu {icmp.NextHopMtu} ({icmp.Payload.Length})"),
            Icmpv4Type.TimeExceeded => Invariant($"{ends} time exceeded {(Icmpv4TimeExceededCode)icmp.Code} ({icmp.Payload.Length})"),
            _ => Invariant($"{ends} icmp {icmp.Type} code {icmp.Code} ({icmp.Payload.Length})"),
        };
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
