using System.Buffers.Binary;

namespace StackSharp.Stack.Wire.Icmp;

/// <summary>Writes ICMP messages (RFC 792).</summary>
public static class Icmpv4Writer
{
    /// <summary>Writes the 8 bytes of header with the checksum, over a payload that is already in place.</summary>
    /// <param name="message">Header and payload.</param>
    /// <param name="restOfHeader">The second word: see <see cref="EchoWord"/>, or an MTU, a pointer in the first octet, a gateway.</param>
    public static void Write(Span<byte> message, Icmpv4Type type, byte code, uint restOfHeader) =>
        Write(message, type, code, restOfHeader, InternetChecksum.Sum(message[Icmpv4Header.Size..]));

    /// <summary>Writes the 8 bytes of header with the checksum, for a payload that lies elsewhere.</summary>
    /// <param name="payloadSum">The payload's partial sum, see <see cref="InternetChecksum.Sum"/>.</param>
    public static void Write(Span<byte> header, Icmpv4Type type, byte code, uint restOfHeader, uint payloadSum)
    {
        ushort typeAndCode = (ushort)(((int)type << 8) | code);
        uint sum = payloadSum + typeAndCode + (restOfHeader >> 16) + (ushort)restOfHeader;
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], restOfHeader);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], InternetChecksum.Finish(sum));
        BinaryPrimitives.WriteUInt16BigEndian(header, typeAndCode);
    }

    /// <summary>The second word of an echo request or reply.</summary>
    public static uint EchoWord(ushort identifier, ushort sequenceNumber) => ((uint)identifier << 16) | sequenceNumber;
}
