using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;

namespace StackSharp.Stack.Wire.Ethernet;

/// <summary>A 48-bit hardware address (IEEE 802). default is 00:00:00:00:00:00, which no station has.</summary>
public readonly record struct MacAddress
{
    /// <summary>Octets on the wire.</summary>
    public const int Size = 6;

    private const int TextLength = (Size * 3) - 1;
    private const ulong GroupBit = 0x0100_0000_0000;
    private const ulong LocalBit = 0x0200_0000_0000;
    private const ulong BroadcastValue = 0xFFFF_FFFF_FFFF;

    /// <param name="value">The six octets as a big-endian number; the upper 16 bits are cut off.</param>
    public MacAddress(ulong value) => Value = value & BroadcastValue;

    public static MacAddress Broadcast => new(BroadcastValue);

    /// <summary>The six octets as a big-endian number: 02:00:00:00:00:01 is 0x020000000001.</summary>
    public ulong Value { get; }

    /// <summary>The group bit: true for multicast and for broadcast.</summary>
    public bool IsMulticast => (Value & GroupBit) != 0;

    public bool IsBroadcast => Value == BroadcastValue;

    /// <summary>The universal/local bit: true if whoever runs the network chose the address.</summary>
    public bool IsLocallyAdministered => (Value & LocalBit) != 0;

    public bool IsZero => Value == 0;

    /// <summary>01:00:5E and the low 23 bits of the group (RFC 1112 §6.4).</summary>
    public static MacAddress FromIpv4Multicast(in IpAddress group)
    {
        Debug.Assert(group.IsIpv4 && group.IsMulticast);
        return new MacAddress(0x0100_5E00_0000UL | (group.Ipv4Value & 0x007F_FFFF));
    }

    /// <summary>33:33 and the low 32 bits of the group (RFC 2464 §7).</summary>
    public static MacAddress FromIpv6Multicast(in IpAddress group)
    {
        Debug.Assert(!group.IsIpv4 && group.IsMulticast);
        return new MacAddress(0x3333_0000_0000UL | (uint)group.Low);
    }

    /// <summary>Reads the first six octets; the caller has checked that they are there.</summary>
    public static MacAddress FromBytes(ReadOnlySpan<byte> bytes) =>
        new(((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]));

    /// <summary>Writes six octets.</summary>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination[2..], (uint)Value);
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)(Value >> 32));
    }

    /// <summary>Reads six two-digit hexadecimal numbers between colons or between hyphens.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MacAddress address)
    {
        address = default;
        if (text.Length != TextLength || text[2] is not (':' or '-')) return false;
        ulong value = 0;
        for (int i = 0; i < TextLength; i += 3)
        {
            if (i > 0 && text[i - 1] != text[2]) return false;
            if (!byte.TryParse(text.Slice(i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte octet)) return false;
            value = (value << 8) | octet;
        }

        address = new MacAddress(value);
        return true;
    }

    /// <exception cref="FormatException">Not a hardware address.</exception>
    public static MacAddress Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out MacAddress address) ? address : throw new FormatException($"Not a hardware address: '{text}'.");

    /// <summary>Lower case with colons.</summary>
    public override string ToString() => string.Create(TextLength, Value, static (text, value) =>
    {
        text.Fill(':');
        for (int i = 0; i < Size; i++)
        {
            byte octet = (byte)(value >> (8 * (Size - 1 - i)));
            octet.TryFormat(text.Slice(3 * i, 2), out _, "x2", CultureInfo.InvariantCulture);
        }
    });

    public override int GetHashCode() => (int)(unchecked(Value * 0x9E37_79B9_7F4A_7C15) >> 32);
}
