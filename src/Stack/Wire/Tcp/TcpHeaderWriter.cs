using System.Buffers.Binary;
using System.Diagnostics;

namespace StackSharp.Stack.Wire.Tcp;

/// <summary>Writes TCP headers (RFC 9293 §3.1).</summary>
public static class TcpHeaderWriter
{
    /// <summary>Where the checksum stands, for devices that complete it.</summary>
    public const int ChecksumOffset = 16;

    /// <summary>Writes the fixed 20 bytes, reserved bits and checksum zero. The options, if any, are the caller's to write at 20.</summary>
    /// <param name="headerLength">Bytes, options included: 20..60 and a multiple of 4.</param>
    /// <param name="urgentPointer">Offset from the sequence number to the octet after the urgent data.</param>
    public static void Write(
        Span<byte> destination,
        ushort sourcePort,
        ushort destinationPort,
        SequenceNumber sequence,
        SequenceNumber acknowledgment,
        TcpControlBits controlBits,
        int headerLength,
        ushort window,
        ushort urgentPointer)
    {
        Debug.Assert(headerLength is >= TcpHeader.MinimumSize and <= TcpHeader.MaximumSize && headerLength % 4 == 0);
        Span<byte> header = destination[..TcpHeader.MinimumSize];
        BinaryPrimitives.WriteUInt16BigEndian(header[18..], urgentPointer);
        BinaryPrimitives.WriteUInt16BigEndian(header[ChecksumOffset..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(header[14..], window);
        BinaryPrimitives.WriteUInt16BigEndian(header[12..], (ushort)((headerLength << 10) | ((int)controlBits & 0x1FF)));
        BinaryPrimitives.WriteUInt32BigEndian(header[8..], acknowledgment.Value);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], sequence.Value);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(header, sourcePort);
    }

    /// <summary>Sets the checksum field, given in host order.</summary>
    public static void SetChecksum(Span<byte> header, ushort checksum) =>
        BinaryPrimitives.WriteUInt16BigEndian(header[ChecksumOffset..], checksum);

    /// <summary>Computes and sets the checksum of a whole segment whose checksum field is zero.</summary>
    public static void FillChecksum(Span<byte> segment, in IpAddress source, in IpAddress destination)
    {
        uint seed = InternetChecksum.PseudoHeader(source, destination, IpProtocol.Tcp, segment.Length);
        SetChecksum(segment, InternetChecksum.Finish(InternetChecksum.Sum(segment, seed)));
    }
}
