using System.Buffers.Binary;
using System.Diagnostics;

namespace StackSharp.Stack.Wire;

/// <summary>The Internet checksum: one's complement sum of 16-bit words (RFC 1071), with incremental update (RFC 1624).</summary>
/// <remarks>
/// Byte order: words are read as they stand on the wire, big-endian. So a sum and a finished checksum are numbers in host
/// order, and a checksum goes into its field with <see cref="BinaryPrimitives.WriteUInt16BigEndian(Span{byte}, ushort)"/>.
/// <para>A partial sum is folded: 0..0xFFFF. Partial sums add up by passing one as the seed of the next, as long as each part
/// but the last has an even length; <see cref="Combine"/> joins parts of any length.</para>
/// <para>Verifying: the sum over everything, the checksum field included, is 0xFFFF, so <see cref="Finish"/> gives 0.</para>
/// </remarks>
public static partial class InternetChecksum
{
    /// <summary>Adds up the bytes as big-endian words, an odd last byte being padded with a zero (RFC 1071 §1).</summary>
    /// <param name="seed">A partial sum to start from: earlier bytes of an even count, or a pseudo-header.</param>
    /// <returns>The folded sum, 0..0xFFFF; not complemented.</returns>
    public static uint Sum(ReadOnlySpan<byte> bytes, uint seed = 0) => Fold((ulong)seed + ToNetworkOrder(Accumulate(bytes)));

    /// <summary>Joins the sums of two parts that follow each other, each summed as if it stood at an even offset.</summary>
    /// <param name="firstLength">Bytes in the first part. If odd, the second part's words straddle: its sum is byte-swapped (RFC 1071 §2 B).</param>
    public static uint Combine(uint first, int firstLength, uint second)
    {
        uint aligned = Fold(second);
        if ((firstLength & 1) != 0) aligned = BinaryPrimitives.ReverseEndianness((ushort)aligned);
        return Fold((ulong)first + aligned);
    }

    /// <summary>The checksum: the complement of the sum, in host order, to be written big-endian.</summary>
    public static ushort Finish(uint sum) => (ushort)~Fold(sum);

    /// <summary>As <see cref="Finish"/>, with 0 turned into 0xFFFF: for UDP, where 0 says that there is no checksum (RFC 768).</summary>
    public static ushort FinishNonZero(uint sum)
    {
        ushort checksum = Finish(sum);
        return checksum == 0 ? ushort.MaxValue : checksum;
    }

    /// <summary>The sum of the pseudo-header of TCP, UDP and ICMPv6 (RFC 9293 §3.1, RFC 8200 §8.1); the addresses choose the form.</summary>
    /// <param name="length">Bytes of the transport header and its payload.</param>
    /// <returns>A seed for <see cref="Sum"/>. Uncomplemented and big-endian in the checksum field, it is what a device that
    /// completes checksums expects there.</returns>
    public static uint PseudoHeader(in IpAddress source, in IpAddress destination, IpProtocol protocol, int length)
    {
        Debug.Assert(source.IsIpv4 == destination.IsIpv4 && length >= 0);
        ulong sum = (ulong)protocol + (uint)length;
        if (source.IsIpv4) return Fold(sum + source.Ipv4Value + destination.Ipv4Value);
        return Fold(sum + Halves(source.High) + Halves(source.Low) + Halves(destination.High) + Halves(destination.Low));
    }

    /// <summary>The checksum after one aligned 16-bit word changed: HC' = ~(~HC + ~m + m') (RFC 1624 §3, equation 3).</summary>
    public static ushort Update(ushort checksum, ushort oldWord, ushort newWord) =>
        Finish((uint)(ushort)~checksum + (ushort)~oldWord + newWord);

    /// <summary>The checksum after two neighbouring words changed, given as big-endian 32-bit numbers, such as an IPv4 address.</summary>
    public static ushort Update(ushort checksum, uint oldWords, uint newWords)
    {
        uint removed = ~oldWords;
        return Finish((uint)(ushort)~checksum + (removed >> 16) + (ushort)removed + (newWords >> 16) + (ushort)newWords);
    }

    /// <summary>Folds a sum of words in the machine's own order: swapping the bytes of each word swaps those of the sum (RFC 1071 §2 B).</summary>
    internal static uint ToNetworkOrder(ulong nativeSum)
    {
        ushort words = (ushort)Fold(nativeSum);
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(words) : words;
    }

    private static ulong Halves(ulong value) => (value >> 32) + (uint)value;

    /// <summary>Adds the carries back in until 16 bits remain; only a sum of nothing but zeros folds to 0.</summary>
    private static uint Fold(ulong sum)
    {
        sum = (sum >> 32) + (uint)sum;
        sum = (sum >> 32) + (uint)sum;
        sum = (sum >> 16) + (ushort)sum;
        sum = (sum >> 16) + (ushort)sum;
        return (uint)((sum >> 16) + (ushort)sum);
    }
}
