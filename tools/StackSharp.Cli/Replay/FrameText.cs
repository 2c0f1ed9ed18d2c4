using System.Globalization;
using System.Text;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Arp;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Stack.Wire.Udp;

namespace StackSharp.Cli.Replay;

/// <summary>A frame as one line, after the manner of tcpdump.</summary>
internal static class FrameText
{
    public static string Describe(ReadOnlySpan<byte> frame)
    {
        if (!EthernetHeader.TryParse(frame, out EthernetHeader ethernet)) return Text($"{frame.Length} octets that are no Ethernet frame");
        string tags = ethernet.TagCount > 0 ? Text($"vlan {ethernet.OuterTag.Identifier} ") : "";
        return tags + ethernet.EtherType switch
        {
            EtherType.Arp => Arp(ethernet.Payload),
            EtherType.Ipv4 => Ipv4(ethernet.Payload),
            _ => Text($"{ethernet.Source} > {ethernet.Destination} type 0x{(int)ethernet.EtherType:x4}, {ethernet.Payload.Length} octets"),
        };
    }

    private static string Arp(ReadOnlySpan<byte> payload)
    {
        if (!ArpPacket.TryParse(payload, out ArpPacket arp)) return "ARP of an unknown kind";
        return arp.Operation switch
        {
            ArpOperation.Request => $"ARP who-has {arp.TargetProtocolAddress} tell {arp.SenderProtocolAddress}",
            ArpOperation.Reply => $"ARP {arp.SenderProtocolAddress} is-at {arp.SenderHardwareAddress}",
            _ => Text($"ARP operation {(int)arp.Operation}"),
        };
    }

    private static string Ipv4(ReadOnlySpan<byte> payload)
    {
        if (!Ipv4Header.TryParse(payload, out Ipv4Header ip)) return "IPv4, malformed";
        if (ip.IsFragment && ip.FragmentOffset > 0)
            return Text($"IP {ip.Source} > {ip.Destination}: fragment {ip.FragmentOffset}+{ip.Payload.Length} of {ip.Identification}{(ip.MoreFragments ? ", more" : "")}");
        string fragment = ip.IsFragment ? Text($" (first fragment of {ip.Identification})") : "";
        return ip.Protocol switch
        {
            IpProtocol.Tcp => Tcp(ip) + fragment,
            IpProtocol.Udp => Udp(ip) + fragment,
            IpProtocol.Icmp => Icmp(ip) + fragment,
            _ => Text($"IP {ip.Source} > {ip.Destination}: protocol {(int)ip.Protocol}, {ip.Payload.Length} octets") + fragment,
        };
    }

    private static string Tcp(in Ipv4Header ip)
    {
        if (!TcpHeader.TryParse(ip.Payload, out TcpHeader tcp)) return $"TCP {ip.Source} > {ip.Destination}: malformed";
        uint first = tcp.Sequence.Value;
        string range = tcp.Payload.Length > 0 ? Text($"{first}:{unchecked(first + (uint)tcp.Payload.Length)}") : Text($"{first}");
        string acknowledged = tcp.Has(TcpControlBits.Ack) ? Text($" ack {tcp.Acknowledgment.Value}") : "";
        return Text($"TCP {ip.Source}:{tcp.SourcePort} > {ip.Destination}:{tcp.DestinationPort}: [{Flags(tcp.ControlBits)}] seq {range}{acknowledged} win {tcp.Window}{Options(tcp)} length {tcp.Payload.Length}");
    }

    private static string Flags(TcpControlBits bits)
    {
        StringBuilder text = new();
        Add(TcpControlBits.Syn, 'S');
        Add(TcpControlBits.Fin, 'F');
        Add(TcpControlBits.Rst, 'R');
        Add(TcpControlBits.Psh, 'P');
        Add(TcpControlBits.Urg, 'U');
        Add(TcpControlBits.Ece, 'E');
        Add(TcpControlBits.Cwr, 'W');
        Add(TcpControlBits.Ack, '.');
        return text.ToString();

        void Add(TcpControlBits bit, char letter)
        {
            if ((bits & bit) != 0) text.Append(letter);
        }
    }

    private static string Options(in TcpHeader tcp)
    {
        if (tcp.Options.IsEmpty) return "";
        TcpSegmentOptions options = TcpSegmentOptions.Parse(tcp.Options);
        List<string> words = [];
        if (options.MaximumSegmentSize > 0) words.Add(Text($"mss {options.MaximumSegmentSize}"));
        if (options.SackPermitted) words.Add("sackOK");
        if (options.HasTimestamps) words.Add(Text($"TS val {options.TimestampValue} ecr {options.TimestampEchoReply}"));
        if (options.WindowScale >= 0) words.Add(Text($"wscale {options.WindowScale}"));
        for (int i = 0; i < options.SackCount; i++) words.Add(Text($"sack {options.Sack(i).Left.Value}:{options.Sack(i).Right.Value}"));
        if (options.Malformed) words.Add("malformed");
        return words.Count > 0 ? $" <{string.Join(", ", words)}>" : "";
    }

    private static string Udp(in Ipv4Header ip) =>
        UdpHeader.TryParse(ip.Payload, out UdpHeader udp)
            ? Text($"UDP {ip.Source}:{udp.SourcePort} > {ip.Destination}:{udp.DestinationPort}: length {udp.Payload.Length}")
            : $"UDP {ip.Source} > {ip.Destination}: malformed";

    private static string Icmp(in Ipv4Header ip)
    {
        if (!Icmpv4Header.TryParse(ip.Payload, out Icmpv4Header icmp, verifyChecksum: !ip.IsFragment)) return $"ICMP {ip.Source} > {ip.Destination}: malformed";
        string what = icmp.Type switch
        {
            Icmpv4Type.EchoRequest => Text($"echo request id {icmp.Identifier} seq {icmp.SequenceNumber} length {icmp.Payload.Length}"),
            Icmpv4Type.EchoReply => Text($"echo reply id {icmp.Identifier} seq {icmp.SequenceNumber} length {icmp.Payload.Length}"),
            _ => Text($"{icmp.Type} code {icmp.Code}{Quotation(icmp)}"),
        };
        return $"ICMP {ip.Source} > {ip.Destination}: {what}";
    }

    private static string Quotation(in Icmpv4Header icmp) =>
        icmp.IsError && Ipv4Header.TryParseQuoted(icmp.Payload, out Ipv4Header quoted) ? $" about {quoted.Protocol} {quoted.Source} > {quoted.Destination}" : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
