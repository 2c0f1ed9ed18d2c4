using System.Buffers.Binary;
using System.Diagnostics;

namespace StackSharp.Stack.Wire.Ipv4;

/// <summary>Writes IPv4 headers (RFC 791 §3.1), checksum included.</summary>
public static class Ipv4Writer
{
    /// <summary>Where the header checksum stands.</summary>
    public const int ChecksumOffset = 10;

    private const int TimeToLiveOffset = 8;

    /// <summary>Bytes of a header with these options, padded to a multiple of four.</summary>
    public static int HeaderLength(ReadOnlySpan<byte> options) => Ipv4Header.MinimumSize + ((options.Length + 3) & ~3);

    /// <summary>Writes a header without options: 20 bytes.</summary>
    /// <param name="payloadLength">Bytes after the header.</param>
    /// <returns>Bytes of the header.</returns>
    public static int Write(Span<byte> destination, in Ipv4Fields fields, int payloadLength) =>
        Write(destination, fields, payloadLength, default);

    /// <summary>Writes a header with options, padded with zeros, which end the list (RFC 791 §3.1).</summary>
    /// <param name="payloadLength">Bytes after the header; with it at most 65535.</param>
    /// <param name="options">0..40 bytes.</param>
    /// <returns>Bytes of the header.</returns>
    public static int Write(Span<byte> destination, in Ipv4Fields fields, int payloadLength, ReadOnlySpan<byte> options)
    {
        int headerLength = HeaderLength(options);
        Debug.Assert(headerLength <= Ipv4Header.MaximumSize && payloadLength >= 0);
        Debug.Assert(headerLength + payloadLength <= Ipv4Header.MaximumTotalLength && fields.FragmentOffset % 8 == 0);
        Debug.Assert(fields.Source.IsIpv4 && fields.Destination.IsIpv4);
        Span<byte> header = destination[..headerLength];
        options.CopyTo(header[Ipv4Header.MinimumSize..]);
        header[(Ipv4Header.MinimumSize + options.Length)..].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(header[16..], fields.Destination.Ipv4Value);
        BinaryPrimitives.WriteUInt32BigEndian(header[12..], fields.Source.Ipv4Value);
        BinaryPrimitives.WriteUInt16BigEndian(header[ChecksumOffset..], 0);
        header[9] = (byte)fields.Protocol;
        header[TimeToLiveOffset] = fields.TimeToLive;
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], FlagsAndOffset(fields));
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], fields.Identification);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(headerLength + payloadLength));
        header[1] = fields.TrafficClass.Value;
        header[0] = (byte)(0x40 | (headerLength >> 2));
        BinaryPrimitives.WriteUInt16BigEndian(header[ChecksumOffset..], InternetChecksum.Finish(InternetChecksum.Sum(header)));
        return headerLength;
    }

    /// <summary>Takes one from the time to live, which is above 0, and corrects the checksum without adding up anew (RFC 1624 §3).</summary>
    public static void DecrementTimeToLive(Span<byte> header)
    {
        Debug.Assert(header[TimeToLiveOffset] > 0);
        ushort old = BinaryPrimitives.ReadUInt16BigEndian(header[TimeToLiveOffset..]);
        header[TimeToLiveOffset]--;
        ushort updated = BinaryPrimitives.ReadUInt16BigEndian(header[TimeToLiveOffset..]);
        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(header[ChecksumOffset..]);
        BinaryPrimitives.WriteUInt16BigEndian(header[ChecksumOffset..], InternetChecksum.Update(checksum, old, updated));
    }

    private static ushort FlagsAndOffset(in Ipv4Fields fields) => (ushort)(
        (fields.DontFragment ? Ipv4Header.DontFragmentBit : 0)
        | (fields.MoreFragments ? Ipv4Header.MoreFragmentsBit : 0)
        | (fields.FragmentOffset / 8));
}
