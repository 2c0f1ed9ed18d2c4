using System.Globalization;

namespace StackSharp.Stack.Wire;

/// <summary>Reads and writes addresses as text.</summary>
internal static class IpAddressText
{
    private const int GroupCount = 8;

    public static bool TryParse(ReadOnlySpan<char> text, out IpAddress address)
    {
        if (text.Contains(':')) return TryParseIpv6(text, out address);
        bool parsed = TryParseIpv4(text, out uint value);
        address = parsed ? IpAddress.FromIpv4(value) : default;
        return parsed;
    }

    /// <summary>Writes the canonical text and returns its length; the destination holds IpAddress.MaximumTextLength characters.</summary>
    public static int Format(in IpAddress address, Span<char> destination) =>
        address.IsIpv4 ? FormatIpv4(address.Ipv4Value, destination) : FormatIpv6(address, destination);

    private static bool TryParseIpv4(ReadOnlySpan<char> text, out uint value)
    {
        value = 0;
        for (int part = 0; part < 4; part++)
        {
            int end = part < 3 ? text.IndexOf('.') : text.Length;
            if (end < 0 || !TryParseOctet(text[..end], out uint octet)) return false;
            value = (value << 8) | octet;
            text = part < 3 ? text[(end + 1)..] : default;
        }

        return true;
    }

    /// <summary>One to three digits, 0..255. A leading zero is refused: some readers take it for octal.</summary>
    private static bool TryParseOctet(ReadOnlySpan<char> digits, out uint octet)
    {
        octet = 0;
        if (digits.Length is 0 or > 3 || (digits[0] == '0' && digits.Length > 1)) return false;
        foreach (char digit in digits)
        {
            if (!char.IsAsciiDigit(digit)) return false;
            octet = (octet * 10) + (uint)(digit - '0');
        }

        return octet <= byte.MaxValue;
    }

    private static bool TryParseIpv6(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        Span<ushort> groups = stackalloc ushort[GroupCount];
        int count = 0;
        int gap = -1;   // How many groups come before "::".
        if (text.StartsWith("::"))
        {
            gap = 0;
            text = text[2..];
        }

        while (!text.IsEmpty)
        {
            int colon = text.IndexOf(':');
            if (colon < 0 && text.Contains('.'))
            {
                if (count > GroupCount - 2 || !TryParseIpv4(text, out uint tail)) return false;
                groups[count++] = (ushort)(tail >> 16);
                groups[count++] = (ushort)tail;
                break;
            }

            if (count == GroupCount || !TryParseGroup(colon < 0 ? text : text[..colon], out groups[count])) return false;
            count++;
            if (colon < 0) break;
            text = text[(colon + 1)..];
            if (text.IsEmpty) return false;
            if (text[0] != ':') continue;
            if (gap >= 0) return false;
            gap = count;
            text = text[1..];
        }

        return TryJoin(groups, count, gap, out address);
    }

    private static bool TryParseGroup(ReadOnlySpan<char> digits, out ushort group)
    {
        group = 0;
        if (digits.Length is 0 or > 4) return false;
        foreach (char digit in digits)
        {
            if (!char.IsAsciiHexDigit(digit)) return false;
            group = (ushort)((group << 4) | HexValue(digit));
        }

        return true;
    }

    private static int HexValue(char digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    /// <summary>Puts the zeros of "::" in: it stands for one group or more (RFC 4291 §2.2).</summary>
    private static bool TryJoin(Span<ushort> groups, int count, int gap, out IpAddress address)
    {
        address = default;
        if (gap < 0 ? count != GroupCount : count == GroupCount) return false;
        if (gap >= 0)
        {
            int after = count - gap;
            groups[gap..count].CopyTo(groups[(GroupCount - after)..]);
            groups[gap..(GroupCount - after)].Clear();
        }

        ulong high = 0;
        ulong low = 0;
        for (int i = 0; i < 4; i++)
        {
            high = (high << 16) | groups[i];
            low = (low << 16) | groups[i + 4];
        }

        address = IpAddress.FromHalves(high, low);
        return true;
    }

    private static int FormatIpv4(uint value, Span<char> destination)
    {
        int length = 0;
        for (int shift = 24; shift >= 0; shift -= 8)
        {
            ((byte)(value >> shift)).TryFormat(destination[length..], out int digits, default, CultureInfo.InvariantCulture);
            length += digits;
            if (shift > 0) destination[length++] = '.';
        }

        return length;
    }

    /// <summary>RFC 5952 §4: lower case, no leading zeros, "::" for the longest run of two or more zero groups, the first if tied.</summary>
    private static int FormatIpv6(in IpAddress address, Span<char> destination)
    {
        (int gapStart, int gapEnd) = LongestZeroRun(address);
        int length = 0;
        for (int i = 0; i < GroupCount; i++)
        {
            if (i == gapStart)
            {
                destination[length++] = ':';
                destination[length++] = ':';
                i = gapEnd - 1;
                continue;
            }

            if (i > 0 && i != gapEnd) destination[length++] = ':';
            Group(address, i).TryFormat(destination[length..], out int digits, "x", CultureInfo.InvariantCulture);
            length += digits;
        }

        return length;
    }

    private static (int Start, int End) LongestZeroRun(in IpAddress address)
    {
        (int Start, int End) longest = (-1, -1);
        int start = 0;
        for (int i = 0; i <= GroupCount; i++)
        {
            if (i < GroupCount && Group(address, i) == 0) continue;
            if (i - start >= 2 && i - start > longest.End - longest.Start) longest = (start, i);
            start = i + 1;
        }

        return longest;
    }

    private static ushort Group(in IpAddress address, int index) =>
        (ushort)((index < 4 ? address.High : address.Low) >> (48 - (16 * (index & 3))));
}
