using System.Buffers.Binary;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack.Link.Offload;

/// <summary>Where the headers of a TCP or UDP frame lie, counted from its start.</summary>
/// <param name="Network">First octet of the IP header.</param>
/// <param name="Transport">First octet of the TCP or UDP header.</param>
/// <param name="End">Behind the last octet of the IP packet: what follows is padding of the link.</param>
internal readonly record struct TransportLocation(int Network, int Transport, int End, IpProtocol Protocol, bool IsIpv4)
{
    private const int Ipv4Bytes = 20;
    private const int Ipv6Bytes = 40;

    /// <summary>Octets of the transport header: TCP's own data offset, or UDP's eight.</summary>
    public int TransportHeaderBytes(ReadOnlySpan<byte> frame) => Protocol == IpProtocol.Tcp ? (frame[Transport + 12] >> 4) * 4 : 8;

    /// <summary>Octets from the transport header to its checksum field.</summary>
    public int ChecksumOffset => Protocol == IpProtocol.Tcp ? 16 : 6;

    /// <summary>The sum of the pseudo-header for a transport header and payload of this length.</summary>
    public uint PseudoHeader(ReadOnlySpan<byte> frame, int length)
    {
        ReadOnlySpan<byte> ip = frame[Network..];
        return IsIpv4
            ? InternetChecksum.PseudoHeader(IpAddress.FromBytes(ip.Slice(12, 4)), IpAddress.FromBytes(ip.Slice(16, 4)), Protocol, length)
            : InternetChecksum.PseudoHeader(IpAddress.FromBytes(ip.Slice(8, 16)), IpAddress.FromBytes(ip.Slice(24, 16)), Protocol, length);
    }

    /// <summary>False for what is neither whole TCP nor whole UDP: other protocols, fragments, frames that are cut or malformed.</summary>
    public static bool TryFind(ReadOnlySpan<byte> frame, LinkMedium medium, out TransportLocation location)
    {
        location = default;
        int network = 0;
        if (medium == LinkMedium.Ethernet)
        {
            if (!EthernetHeader.TryParse(frame, out EthernetHeader ethernet) || !frame.Overlaps(ethernet.Payload, out network)) return false;
            if (ethernet.EtherType is not (EtherType.Ipv4 or EtherType.Ipv6)) return false;
        }

        ReadOnlySpan<byte> packet = frame[network..];
        if (packet.IsEmpty) return false;
        bool found = packet[0] >> 4 == 4
            ? TryFindIpv4(packet, out TransportLocation relative)
            : TryFindIpv6(packet, out relative);
        if (!found) return false;
        location = relative with { Network = network, Transport = network + relative.Transport, End = network + relative.End };
        int least = location.Protocol == IpProtocol.Tcp ? 20 : 8;
        return location.End - location.Transport >= least
            && location.TransportHeaderBytes(frame) >= least && location.Transport + location.TransportHeaderBytes(frame) <= location.End;
    }

    private static bool TryFindIpv4(ReadOnlySpan<byte> packet, out TransportLocation location)
    {
        const int FragmentBits = 0x3FFF;
        location = default;
        if (packet.Length < Ipv4Bytes) return false;
        int headerBytes = (packet[0] & 0xF) * 4;
        int total = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (headerBytes < Ipv4Bytes || total < headerBytes || total > packet.Length) return false;
        if ((BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & FragmentBits) != 0) return false;
        location = new TransportLocation(0, headerBytes, total, (IpProtocol)packet[9], IsIpv4: true);
        return location.Protocol is IpProtocol.Tcp or IpProtocol.Udp;
    }

    private static bool TryFindIpv6(ReadOnlySpan<byte> packet, out TransportLocation location)
    {
        location = default;
        if (packet.Length < Ipv6Bytes || packet[0] >> 4 != 6) return false;
        int end = Ipv6Bytes + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        if (end > packet.Length) return false;
        IpProtocol next = (IpProtocol)packet[6];
        int position = Ipv6Bytes;

        // Each turn moves on by at least eight octets. A routing header would change the address that the checksum covers: left alone.
        while (next is IpProtocol.HopByHop or IpProtocol.Ipv6DestinationOptions)
        {
            if (position + 8 > end) return false;
            next = (IpProtocol)packet[position];
            position += 8 + (packet[position + 1] * 8);
        }

        if (position > end) return false;
        location = new TransportLocation(0, position, end, next, IsIpv4: false);
        return next is IpProtocol.Tcp or IpProtocol.Udp;
    }
}
