using System.Buffers.Binary;
using System.Text;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Arp;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Udp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Golden;

/// <summary>ARP, VLANs, fragments, ICMP errors and datagrams of Linux programs, read by our views, and played to a stack.</summary>
public sealed class NetworkCaptureTests
{
    [Fact]
    public void Arp_probes_and_requests_are_answered_as_the_kernel_does()
    {
        IReadOnlyList<RecordedFrame> frames = CaptureFile.Read("arp/probe-and-announce.pcap");
        string[] said = [.. frames.Select(frame => Describe(frame.Bytes))];
        Assert.Equal(
            [
                "Request 0.0.0.0 198.18.0.9", "Request 0.0.0.0 198.18.0.2", "Reply 198.18.0.2 0.0.0.0", "Request 198.18.0.1 198.18.0.1",
                "Reply 198.18.0.1 198.18.0.1", "Request 198.18.0.1 198.18.0.2", "Reply 198.18.0.2 198.18.0.1",
            ],
            said);
        using RecordedHost host = new();
        // Octet by octet: addresses, order, and to whom.
        Assert.Equal(frames.Where(frame => frame.Bytes[11] == 2).Select(frame => frame.Bytes), host.Play(frames));

        static string Describe(byte[] frame)
        {
            Assert.True(EthernetHeader.TryParse(frame, out EthernetHeader ethernet));
            Assert.True(ArpPacket.TryParse(ethernet.Payload, out ArpPacket arp));
            return $"{arp.Operation} {arp.SenderProtocolAddress} {arp.TargetProtocolAddress}";
        }
    }

    [Fact]
    public void A_tagged_ping_is_answered_with_its_tag_on_its_vlan_only()
    {
        IReadOnlyList<RecordedFrame> frames = CaptureFile.Read("ethernet/tagged-ping.pcap");
        Assert.All(frames, frame =>
        {
            Assert.True(EthernetHeader.TryParse(frame.Bytes, out EthernetHeader ethernet));
            Assert.Equal((1, 7), (ethernet.TagCount, (int)ethernet.OuterTag.Identifier));
        });
        using RecordedHost host = new(vlan: 7);
        Assert.Equal(Echoes(frames.Where(frame => frame.Bytes[11] == 2).Select(frame => frame.Bytes)), Echoes(host.Play(frames)));
        Assert.Equal(2, Echoes(frames.Where(frame => frame.Bytes[11] == 2).Select(frame => frame.Bytes)).Count);
        using RecordedHost elsewhere = new(vlan: 8);
        Assert.Empty(elsewhere.Play(frames));
    }

    [Fact]
    public void A_fragmented_ping_is_put_together_and_answered_in_fragments()
    {
        IReadOnlyList<RecordedFrame> frames = CaptureFile.Read("ipv4/fragmented-ping.pcap");
        List<string> kernel = Pieces(frames.Where(frame => frame.Bytes[11] == 2).Select(frame => frame.Bytes));
        Assert.Equal(6, kernel.Count);
        using RecordedHost host = new();
        IReadOnlyList<byte[]> answers = host.Play(frames);
        Assert.Equal(kernel, Pieces(answers));
        Assert.Equal(2, host.Stack.Statistics.Ip.ReasmOKs);
    }

    /// <summary>The probe for port 33434 ran out of hops at the router, 33435 found the host.</summary>
    [Fact]
    public void Port_unreachable_quotes_what_the_kernel_quotes()
    {
        IReadOnlyList<RecordedFrame> frames = CaptureFile.Read("icmp/traceroute.pcap");
        Assert.Equal([(Icmpv4Type.TimeExceeded, 0, 33434), (Icmpv4Type.DestinationUnreachable, 3, 33435)], Errors(frames.Select(frame => frame.Bytes)));
        // In the place of router and host at once: every probe arrives, so it is refused. The probes follow each other at once, and a destination gets
        // one error a second from us (RFC 1812 §4.3.2.8): so they are played further apart.
        using RecordedHost host = new(own: IpPrefix.Parse("198.18.1.2/15"), mac: new MacAddress(0x02_00_00_00_00_0f));
        Assert.Equal([(Icmpv4Type.DestinationUnreachable, 3, 33434), (Icmpv4Type.DestinationUnreachable, 3, 33435)], Errors(host.Play([.. frames.Select((frame, i) => frame with { At = TimeSpan.FromSeconds(2 * i) })])));
    }

    [Fact]
    public void Fragmentation_needed_names_the_link_and_quotes_the_segment()
    {
        IReadOnlyList<RecordedFrame> frames = CaptureFile.Read("icmp/fragmentation-needed.pcap");
        HashSet<uint> sent = [];
        int errors = 0;
        foreach (RecordedFrame frame in frames)
        {
            if (SegmentFacts.From(frame.Bytes) is { Text.Length: > 0 } segment) sent.Add(segment.Sequence);
            if (IcmpOf(frame.Bytes, out Icmpv4Header icmp) is false) continue;
            errors++;
            Assert.Equal((Icmpv4Type.DestinationUnreachable, (byte)Icmpv4UnreachableCode.FragmentationNeeded, 1280), (icmp.Type, icmp.Code, icmp.NextHopMtu));
            Assert.True(Ipv4Header.TryParseQuoted(icmp.Payload, out Ipv4Header quoted) && quoted.DontFragment);
            Assert.Contains(BinaryPrimitives.ReadUInt32BigEndian(quoted.Payload[4..]), sent);
        }

        Assert.Equal(2, errors);
        // Sent again in segments that fit: 1280 less the headers of IPv4 and TCP, and 12 octets of timestamps.
        Assert.Contains(frames, frame => SegmentFacts.From(frame.Bytes) is { Text.Length: 1280 - 20 - 20 - 12 });
    }

    [Fact]
    public void A_question_to_dnsmasq_arrives_and_its_answer_leaves_as_it_was_sent()
    {
        IReadOnlyList<RecordedFrame> frames = CaptureFile.Read("udp/dns.pcap");
        using RecordedHost host = new();
        UdpEndpoint server = host.Stack.Udp.Create(this);
        Assert.Equal(TransportError.None, server.Bind(new IpEndpoint(IpAddress.AnyIpv4, 53), PortSharing.Default));
        foreach (RecordedFrame[] exchange in frames.Chunk(2))
        {
            Assert.Empty(host.Play([exchange[0]]));
            Assert.Equal(TransportError.None, server.TryReceive(peek: false, out UdpDatagram question));
            Assert.Equal(Payload(exchange[0].Bytes), question.Payload.Span.ToArray());
            question.Payload.Buffer?.Release();
            Assert.Equal(TransportError.None, server.Send(Payload(exchange[1].Bytes), question.Source, host.Now));
            byte[] answer = Assert.Single(host.TakeFrames());
            Assert.Equal(Datagram(exchange[1].Bytes), Datagram(answer));   // Ports, length and checksum too.
        }

        Assert.Contains("stack", Encoding.Latin1.GetString(Payload(frames[0].Bytes)), StringComparison.Ordinal);
        server.Close();
    }

    private static bool IcmpOf(byte[] frame, out Icmpv4Header icmp)
    {
        icmp = default;
        return EthernetHeader.TryParse(frame, out EthernetHeader ethernet) && ethernet.EtherType == EtherType.Ipv4
            && Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip) && ip.Protocol == IpProtocol.Icmp && !ip.IsFragment && Icmpv4Header.TryParse(ip.Payload, out icmp);
    }

    /// <summary>The ICMP messages of whole packets, in hexadecimal, with the tag before them.</summary>
    private static List<string> Echoes(IEnumerable<byte[]> frames)
    {
        List<string> echoes = [];
        foreach (byte[] frame in frames)
            if (IcmpOf(frame, out Icmpv4Header icmp)) echoes.Add($"{Convert.ToHexString(frame.AsSpan(12, 4))} {Convert.ToHexString(icmp.Message)}");
        return echoes;
    }

    /// <summary>Fragments without what is each host's own: identification and checksum.</summary>
    private static List<string> Pieces(IEnumerable<byte[]> frames)
    {
        List<string> pieces = [];
        foreach (byte[] frame in frames)
        {
            Assert.True(EthernetHeader.TryParse(frame, out EthernetHeader ethernet));
            Assert.True(Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip));
            pieces.Add($"{ip.FragmentOffset} {ip.MoreFragments} {Convert.ToHexString(ip.Payload)}");
        }

        return pieces;
    }

    /// <summary>ICMP errors about UDP: type, code, and the port that the quoted datagram was for.</summary>
    private static List<(Icmpv4Type Type, int Code, int Port)> Errors(IEnumerable<byte[]> frames)
    {
        List<(Icmpv4Type, int, int)> errors = [];
        foreach (byte[] frame in frames)
        {
            if (!IcmpOf(frame, out Icmpv4Header icmp) || !icmp.IsError) continue;
            Assert.True(Ipv4Header.TryParseQuoted(icmp.Payload, out Ipv4Header quoted));
            Assert.Equal((IpProtocol.Udp, RecordedHost.Peer), (quoted.Protocol, quoted.Source));
            // Ports and length, and all of the probe's 32 octets (RFC 1812 §4.3.2.3: as much as fits).
            Assert.True(UdpHeader.TryParse(quoted.Payload, out UdpHeader udp) && udp.Payload.Length == 32);
            errors.Add((icmp.Type, icmp.Code, udp.DestinationPort));
        }

        return errors;
    }

    private static byte[] Datagram(byte[] frame)
    {
        Assert.True(EthernetHeader.TryParse(frame, out EthernetHeader ethernet));
        Assert.True(Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip));
        Assert.True(UdpHeader.TryParse(ip.Payload, out UdpHeader udp));
        Assert.True(udp.IsChecksumValid(ip.Source, ip.Destination));
        return udp.Datagram.ToArray();
    }

    private static byte[] Payload(byte[] frame) => Datagram(frame)[UdpHeader.Size..];
}
