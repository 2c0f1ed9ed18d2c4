using System.Buffers.Binary;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Link.Offload;

/// <summary>Makes a copy of a large frame's headers into those of one of the frames that it is cut into.</summary>
internal static class SegmentHeaders
{
    private const byte Fin = 1;
    private const byte Psh = 8;
    private const byte Cwr = 0x80;
    private const int TcpFlags = 13;
    private const int Ipv6Bytes = 40;

    /// <summary>Writes all that differs from the large frame, but for the transport checksum, which is left 0.</summary>
    /// <param name="headers">Link, network and transport header.</param>
    /// <param name="index">Frames cut off before this one.</param>
    /// <param name="position">Octets of payload before it.</param>
    /// <param name="length">Octets of its payload.</param>
    /// <param name="isLast">The large frame ends with it.</param>
    public static void Write(Span<byte> headers, in TransportLocation location, int index, int position, int length, bool isLast)
    {
        WriteNetwork(headers[location.Network..], location, index, length);
        Span<byte> transport = headers[location.Transport..];
        if (location.Protocol == IpProtocol.Tcp) WriteTcp(transport, index, position, isLast);
        else BinaryPrimitives.WriteUInt16BigEndian(transport[4..], (ushort)(transport.Length + length));
        BinaryPrimitives.WriteUInt16BigEndian(transport[location.ChecksumOffset..], 0);
    }

    // Identifications count up, as the kernel's segmentation has them (RFC 6864 §4.1 asks for nothing more).
    private static void WriteNetwork(Span<byte> headers, in TransportLocation location, int index, int length)
    {
        int packetBytes = headers.Length + length;
        if (!location.IsIpv4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(headers[4..], (ushort)(packetBytes - Ipv6Bytes));
            return;
        }
        BinaryPrimitives.WriteUInt16BigEndian(headers[2..], (ushort)packetBytes);
        BinaryPrimitives.WriteUInt16BigEndian(headers[4..], unchecked((ushort)(BinaryPrimitives.ReadUInt16BigEndian(headers[4..]) + index)));
        BinaryPrimitives.WriteUInt16BigEndian(headers[10..], 0);
        Span<byte> network = headers[..(location.Transport - location.Network)];
        BinaryPrimitives.WriteUInt16BigEndian(headers[10..], InternetChecksum.Finish(InternetChecksum.Sum(network)));
    }

    // FIN and PSH belong to the last octet, CWR to the first segment (RFC 3168 §6.1.2).
    private static void WriteTcp(Span<byte> header, int index, int position, bool isLast)
    {
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], unchecked(sequence + (uint)position));
        if (!isLast) header[TcpFlags] &= unchecked((byte)~(Fin | Psh));
        if (index > 0) header[TcpFlags] &= unchecked((byte)~Cwr);
    }
}
