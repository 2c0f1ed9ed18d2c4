using System.Buffers.Binary;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Link.Offload;

/// <summary>How a received frame bears on the merging of TCP segments.</summary>
internal enum MergeClass
{
    /// <summary>No TCP: it may be overtaken by what is merged around it.</summary>
    Unconcerned,

    /// <summary>TCP, but a fragment, with IP options or malformed: of which flow is not looked for, and nothing may overtake it.</summary>
    Barrier,

    /// <summary>TCP of a known flow that stays by itself: no text, or a flag beside ACK and PSH. Its flow's order must be kept.</summary>
    Alone,

    /// <summary>Text with ACK and perhaps PSH, AE or ECE, and nothing unusual. With CWR it would be cut differently: where that stands for itself, it is for the
    /// first segment only.</summary>
    Text,
}

/// <summary>Where the parts of a received TCP frame lie, counted from its start. Exists only for a frame that has them all.</summary>
/// <param name="Network">First octet of the IP header.</param>
/// <param name="Transport">First octet of the TCP header.</param>
/// <param name="Text">First octet of TCP's payload.</param>
/// <param name="End">Behind the last octet of the IP packet: what follows is padding of the link.</param>
internal readonly record struct MergeableSegment(int Network, int Transport, int Text, int End)
{
    private const int Ipv6Bytes = 40;
    private const int Flags = 13;
    private const int Reserved = 0xE;
    private const int FragmentBits = 0x3FFF;

    /// <summary>Octets of text.</summary>
    public int Length => End - Text;

    /// <summary>Reads the headers of a frame.</summary>
    /// <param name="segment">For <see cref="MergeClass.Alone"/> and <see cref="MergeClass.Text"/>.</param>
    public static MergeClass Classify(ReadOnlySpan<byte> frame, LinkMedium medium, out MergeableSegment segment)
    {
        segment = default;
        int network = medium == LinkMedium.Ip ? 0 : FindNetwork(frame);
        if (network < 0 || frame.Length <= network) return MergeClass.Unconcerned;
        ReadOnlySpan<byte> packet = frame[network..];
        MergeClass found = packet[0] >> 4 == 4 ? ClassifyIpv4(packet, out int headerBytes, out int end) : ClassifyIpv6(packet, out headerBytes, out end);
        if (found != MergeClass.Text) return found;
        if (end - headerBytes < TcpHeader.MinimumSize) return MergeClass.Barrier;
        ReadOnlySpan<byte> tcp = packet[headerBytes..end];
        int tcpBytes = (tcp[12] >> 4) * 4;
        if (tcpBytes < TcpHeader.MinimumSize || tcpBytes > tcp.Length) return MergeClass.Barrier;
        segment = new MergeableSegment(network, network + headerBytes, network + headerBytes + tcpBytes, network + end);
        bool isPlain = (tcp[12] & Reserved) == 0 && (tcp[Flags] & ~(byte)(TcpControlBits.Psh | TcpControlBits.Ece)) == (byte)TcpControlBits.Ack;
        return isPlain && segment.Length > 0 ? MergeClass.Text : MergeClass.Alone;
    }

    // Negative: no IP in Ethernet II. What is wrapped in LLC carries its length in the link header, which merging would make wrong.
    private static int FindNetwork(ReadOnlySpan<byte> frame)
    {
        int type = EthernetHeader.Size - sizeof(ushort);
        for (int tags = 0; frame.Length >= type + sizeof(ushort); tags++, type += VlanTag.Size)
        {
            EtherType found = (EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[type..]);
            if (found is EtherType.Ipv4 or EtherType.Ipv6) return type + sizeof(ushort);
            if (tags == 2 || !VlanTag.IsTagProtocol(found)) break;
        }
        return -1;
    }

    private static MergeClass ClassifyIpv4(ReadOnlySpan<byte> packet, out int headerBytes, out int end)
    {
        headerBytes = Ipv4Header.MinimumSize;
        end = 0;
        if (packet.Length < Ipv4Header.MinimumSize || packet[9] != (byte)IpProtocol.Tcp) return MergeClass.Unconcerned;
        end = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        bool isPlain = packet[0] == 0x45 && (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & FragmentBits) == 0;
        return isPlain && end >= headerBytes && end <= packet.Length ? MergeClass.Text : MergeClass.Barrier;
    }

    private static MergeClass ClassifyIpv6(ReadOnlySpan<byte> packet, out int headerBytes, out int end)
    {
        headerBytes = Ipv6Bytes;
        end = 0;
        if (packet.Length < Ipv6Bytes || packet[0] >> 4 != 6 || packet[6] is (byte)IpProtocol.Udp or (byte)IpProtocol.Icmpv6) return MergeClass.Unconcerned;
        end = Ipv6Bytes + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        return packet[6] == (byte)IpProtocol.Tcp && end <= packet.Length ? MergeClass.Text : MergeClass.Barrier;
    }
}
