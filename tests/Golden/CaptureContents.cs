using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Arp;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Stack.Wire.Udp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Golden;

/// <summary>What a capture holds, as our views read it.</summary>
/// <param name="Fragments">Pieces of datagrams, whatever is in them.</param>
internal sealed record CaptureContents(int Arp, int Icmp, int Udp, int Tcp, int Fragments)
{
    /// <summary>Decodes every frame to its end. One that does not decode, or whose checksum is wrong, fails the test.</summary>
    public static CaptureContents Of(IReadOnlyList<RecordedFrame> frames)
    {
        CaptureContents contents = new(0, 0, 0, 0, 0);
        for (int i = 0; i < frames.Count; i++) contents = contents.With(frames[i].Bytes, $"frame {i + 1}");
        return contents;
    }

    /// <summary>As the description of a capture says it.</summary>
    public override string ToString()
    {
        (int Count, string Name)[] parts = [(Arp, "ARP"), (Icmp, "ICMP"), (Udp, "UDP"), (Tcp, "TCP"), (Fragments, "fragments")];
        return $"{parts.Sum(part => part.Count)} frames: {string.Join(", ", parts.Where(part => part.Count > 0).Select(part => $"{part.Count} {part.Name}"))}";
    }

    private CaptureContents With(byte[] frame, string name)
    {
        Assert.True(EthernetHeader.TryParse(frame, out EthernetHeader ethernet), name);
        if (ethernet.EtherType == EtherType.Arp)
        {
            Assert.True(ArpPacket.TryParse(ethernet.Payload, out _), name);
            return this with { Arp = Arp + 1 };
        }

        Assert.Equal(EtherType.Ipv4, ethernet.EtherType);
        Assert.True(Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip), name);   // With the header's checksum.
        if (ip.IsFragment) return this with { Fragments = Fragments + 1 };
        switch (ip.Protocol)
        {
            case IpProtocol.Icmp:
                Assert.True(Icmpv4Header.TryParse(ip.Payload, out _), name);
                return this with { Icmp = Icmp + 1 };
            case IpProtocol.Udp:
                Assert.True(UdpHeader.TryParse(ip.Payload, out UdpHeader udp) && udp.IsChecksumValid(ip.Source, ip.Destination), name);
                return this with { Udp = Udp + 1 };
            default:
                Assert.Equal(IpProtocol.Tcp, ip.Protocol);
                Assert.True(TcpHeader.TryParse(ip.Payload, out TcpHeader tcp) && tcp.IsChecksumValid(ip.Source, ip.Destination), name);
                Assert.False(TcpSegmentOptions.Parse(tcp.Options).Malformed, name);
                return this with { Tcp = Tcp + 1 };
        }
    }
}
