using System.Buffers.Binary;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Stack.Wire.Udp;

namespace StackSharp.Stack.Network.Ipv4;

/// <summary>What a router has to know of a packet's transport, when a device left checksum or segmentation to it.</summary>
/// <param name="HeaderBytes">Octets of the transport header.</param>
/// <param name="ChecksumOffset">Octets from the transport header to its checksum field.</param>
internal readonly record struct TransportPart(int HeaderBytes, int ChecksumOffset)
{
    private const int TcpFlags = 13;
    private const byte Fin = 1;
    private const byte Psh = 8;
    private const byte Cwr = 0x80;

    /// <summary>False for what is neither whole TCP nor whole UDP.</summary>
    public static bool TryFind(in Ipv4Header header, out TransportPart part)
    {
        part = default;
        if (header.IsFragment) return false;
        ReadOnlySpan<byte> payload = header.Payload;
        switch (header.Protocol)
        {
            case IpProtocol.Tcp when payload.Length >= TcpHeader.MinimumSize:
                part = new TransportPart((payload[12] >> 4) * 4, TcpHeaderWriter.ChecksumOffset);
                return part.HeaderBytes >= TcpHeader.MinimumSize && part.HeaderBytes <= payload.Length;
            case IpProtocol.Udp when payload.Length >= UdpHeader.Size:
                part = new TransportPart(UdpHeader.Size, UdpWriter.ChecksumOffset);
                return BinaryPrimitives.ReadUInt16BigEndian(payload[4..]) == payload.Length;
            default:
                return false;
        }
    }

    /// <summary>The header of one segment out of a merged one: its place in the stream, or its length.</summary>
    /// <param name="position">Octets of payload before it.</param>
    /// <param name="length">Octets of its payload.</param>
    public void WriteSegment(Span<byte> header, IpProtocol protocol, int position, int length, bool isLast)
    {
        if (protocol == IpProtocol.Udp)
        {
            BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)(HeaderBytes + length));
            return;
        }
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], unchecked(sequence + (uint)position));
        // FIN and PSH belong to the last octet, CWR to the first segment (RFC 3168 §6.1.2).
        if (!isLast) header[TcpFlags] &= unchecked((byte)~(Fin | Psh));
        if (position > 0) header[TcpFlags] &= unchecked((byte)~Cwr);
    }
}
