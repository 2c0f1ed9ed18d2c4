using System.Buffers.Binary;
using System.Diagnostics;

namespace StackSharp.Stack.Wire.Udp;

/// <summary>Writes UDP headers (RFC 768).</summary>
public static class UdpWriter
{
    /// <summary>Where the checksum stands, for devices that complete it.</summary>
    public const int ChecksumOffset = 6;

    /// <summary>Writes the 8 bytes.</summary>
    /// <param name="payloadLength">Bytes, 0..65527.</param>
    /// <param name="checksum">In host order; 0 says that there is none.</param>
    public static void Write(Span<byte> destination, ushort sourcePort, ushort destinationPort, int payloadLength, ushort checksum = 0)
    {
        Debug.Assert(payloadLength is >= 0 and <= ushort.MaxValue - UdpHeader.Size);
        Span<byte> header = destination[..UdpHeader.Size];
        BinaryPrimitives.WriteUInt16BigEndian(header[ChecksumOffset..], checksum);
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)(payloadLength + UdpHeader.Size));
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(header, sourcePort);
    }

    /// <summary>Sets the checksum field, given in host order.</summary>
    public static void SetChecksum(Span<byte> header, ushort checksum) =>
        BinaryPrimitives.WriteUInt16BigEndian(header[ChecksumOffset..], checksum);

    /// <summary>Computes and sets the checksum of a header whose checksum field is zero; a result of 0 is sent as 0xFFFF (RFC 768).</summary>
    /// <param name="payloadSum">The payload's partial sum, see <see cref="InternetChecksum.Sum"/>.</param>
    /// <param name="payloadLength">Bytes.</param>
    public static void FillChecksum(Span<byte> header, in IpAddress source, in IpAddress destination, uint payloadSum, int payloadLength)
    {
        uint seed = InternetChecksum.PseudoHeader(source, destination, IpProtocol.Udp, UdpHeader.Size + payloadLength);
        uint sum = InternetChecksum.Sum(header[..UdpHeader.Size], seed);
        SetChecksum(header, InternetChecksum.FinishNonZero(sum + payloadSum));
    }
}
