using StackSharp.Stack.Wire;

namespace StackSharp.Tests.Stack.Wire;

/// <summary>The Internet checksum as RFC 1071 §1 words it, one 16-bit word at a time.</summary>
internal static class ChecksumReference
{
    /// <summary>One's complement addition: a carry out of the top goes back in at the bottom.</summary>
    public static uint Add(uint sum, uint word)
    {
        sum += word;
        return sum > 0xFFFF ? sum - 0xFFFF : sum;
    }

    public static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i += 2)
        {
            uint low = i + 1 < bytes.Length ? bytes[i + 1] : 0u;
            sum = Add(sum, ((uint)bytes[i] << 8) | low);
        }

        return sum;
    }

    /// <summary>The sum over a pseudo-header written out byte by byte (RFC 9293 §3.1, RFC 8200 §8.1), then over the segment.</summary>
    public static uint Sum(IpAddress source, IpAddress destination, IpProtocol protocol, ReadOnlySpan<byte> segment)
    {
        List<byte> bytes = [.. Octets(source), .. Octets(destination)];
        if (source.IsIpv4) bytes.AddRange([0, (byte)protocol, (byte)(segment.Length >> 8), (byte)segment.Length]);
        else bytes.AddRange([0, (byte)(segment.Length >> 16), (byte)(segment.Length >> 8), (byte)segment.Length, 0, 0, 0, (byte)protocol]);
        bytes.AddRange(segment);
        return Sum(bytes.ToArray());
    }

    private static byte[] Octets(IpAddress address)
    {
        byte[] octets = new byte[address.Size];
        address.WriteTo(octets);
        return octets;
    }
}
