using System.Buffers.Binary;
using System.Diagnostics;

namespace StackSharp.Stack.Wire;

/// <summary>An IPv4 or IPv6 address in 16 bytes, so that no table is written twice. IPv4 is held as ::ffff:a.b.c.d
/// (RFC 4291 §2.5.5.2), which never appears on a wire as IPv6.</summary>
/// <remarks>default is ::, the IPv6 unspecified address. Zone identifiers are kept beside an address, not in it (RFC 4007 §11).</remarks>
public readonly partial struct IpAddress : IEquatable<IpAddress>, IComparable<IpAddress>
{
    public const int Ipv4Size = 4;
    public const int Ipv6Size = 16;

    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;
    private const uint LimitedBroadcastValue = 0xFFFF_FFFF;

    private IpAddress(ulong high, ulong low)
    {
        High = high;
        Low = low;
    }

    /// <summary>0.0.0.0. Its IPv6 counterpart is default.</summary>
    public static IpAddress AnyIpv4 => FromIpv4(0);

    /// <summary>::.</summary>
    public static IpAddress AnyIpv6 => default;

    /// <summary>127.0.0.1.</summary>
    public static IpAddress LoopbackIpv4 => FromIpv4(0x7F00_0001);

    /// <summary>::1.</summary>
    public static IpAddress LoopbackIpv6 => new(0, 1);

    /// <summary>255.255.255.255 (RFC 919 §7).</summary>
    public static IpAddress LimitedBroadcast => FromIpv4(LimitedBroadcastValue);

    /// <summary>The first eight octets, read as a big-endian number.</summary>
    public ulong High { get; }

    /// <summary>The last eight octets, read as a big-endian number.</summary>
    public ulong Low { get; }

    public bool IsIpv4 => High == 0 && Low >> 32 == MappedPrefix >> 32;

    /// <summary>The IPv4 address as a number in host order, 192.0.2.1 being 0xC0000201. Meaningful only when <see cref="IsIpv4"/>.</summary>
    public uint Ipv4Value => (uint)Low;

    /// <summary>Octets on the wire: 4 or 16.</summary>
    public int Size => IsIpv4 ? Ipv4Size : Ipv6Size;

    /// <summary>Bits of an address of this family: 32 or 128.</summary>
    public int BitLength => IsIpv4 ? 32 : 128;

    /// <summary>0.0.0.0 or ::.</summary>
    public bool IsUnspecified => High == 0 && Low is 0 or MappedPrefix;

    /// <summary>224.0.0.0/4 (RFC 1112 §4) or ff00::/8 (RFC 4291 §2.7).</summary>
    public bool IsMulticast => IsIpv4 ? Ipv4Value >> 28 == 0xE : High >> 56 == 0xFF;

    public bool IsLimitedBroadcast => High == 0 && Low == (MappedPrefix | LimitedBroadcastValue);

    /// <summary>127.0.0.0/8 (RFC 1122 §3.2.1.3 g) or ::1.</summary>
    public bool IsLoopback => IsIpv4 ? Ipv4Value >> 24 == 127 : High == 0 && Low == 1;

    /// <summary>169.254.0.0/16 (RFC 3927) or fe80::/10 (RFC 4291 §2.5.6).</summary>
    public bool IsLinkLocal => IsIpv4 ? Ipv4Value >> 16 == 0xA9FE : High >> 54 == 0xFE80 >> 6;

    /// <summary>240.0.0.0/4 without the limited broadcast address (RFC 1112 §4).</summary>
    public bool IsClassE => IsIpv4 && Ipv4Value >> 28 == 0xF && Ipv4Value != LimitedBroadcastValue;

    public static IpAddress FromIpv4(uint hostOrderValue) => new(0, MappedPrefix | hostOrderValue);

    public static IpAddress FromIpv4(byte first, byte second, byte third, byte fourth) =>
        FromIpv4(((uint)first << 24) | ((uint)second << 16) | ((uint)third << 8) | fourth);

    /// <summary>An IPv6 address from its two halves, each a big-endian number. A high half of 0 with a low half of
    /// 0xFFFF_a.b.c.d is the IPv4 address.</summary>
    public static IpAddress FromHalves(ulong high, ulong low) => new(high, low);

    /// <param name="bytes">Network order; 4 octets are IPv4, 16 are IPv6. An IPv6 packet with ::ffff:a.b.c.d in it thus yields an
    /// IPv4 address, which tells its receiver to drop it.</param>
    /// <exception cref="ArgumentException">Any other length.</exception>
    public static IpAddress FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        Ipv4Size => FromIpv4(BinaryPrimitives.ReadUInt32BigEndian(bytes)),
        Ipv6Size => new IpAddress(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..])),
        _ => throw new ArgumentException("An address has 4 or 16 octets.", nameof(bytes)),
    };

    /// <summary>Writes <see cref="Size"/> octets in network order.</summary>
    public void WriteTo(Span<byte> destination)
    {
        if (IsIpv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, Ipv4Value);
            return;
        }

        // The later half first: too short a span is then left untouched.
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
    }

    /// <summary>True if the first <paramref name="length"/> bits equal those of <paramref name="prefix"/>, which is of the same family.</summary>
    /// <param name="length">0..32 for IPv4, 0..128 for IPv6.</param>
    public bool IsInPrefix(in IpAddress prefix, int length) =>
        IsIpv4 == prefix.IsIpv4 && Masked(length).Equals(prefix.Masked(length));

    /// <summary>The address with all bits after the first <paramref name="length"/> of its family cleared.</summary>
    /// <param name="length">0..<see cref="BitLength"/>.</param>
    public IpAddress Masked(int length)
    {
        Debug.Assert(length >= 0 && length <= BitLength);
        if (IsIpv4) return FromIpv4(Ipv4Value & (uint)LeadingOnes(length + 32));
        return new IpAddress(High & LeadingOnes(length), Low & LeadingOnes(length - 64));
    }

    public bool Equals(IpAddress other) => High == other.High && Low == other.Low;

    public override bool Equals(object? obj) => obj is IpAddress other && Equals(other);

    /// <summary>The same in every process: it mixes well, but whoever chooses the addresses can choose collisions.
    /// A table that strangers fill adds a secret key of its own.</summary>
    public override int GetHashCode()
    {
        ulong mixed = unchecked((High * 0x9E37_79B9_7F4A_7C15) ^ Low);
        mixed = unchecked((mixed ^ (mixed >> 32)) * 0xD6E8_FEB8_6659_FD93);
        mixed = unchecked((mixed ^ (mixed >> 32)) * 0xD6E8_FEB8_6659_FD93);
        return (int)(mixed >> 32);
    }

    /// <summary>Numeric order of the 128 bits.</summary>
    public int CompareTo(IpAddress other)
    {
        int high = High.CompareTo(other.High);
        return high != 0 ? high : Low.CompareTo(other.Low);
    }

    public static bool operator ==(IpAddress left, IpAddress right) => left.Equals(right);
    public static bool operator !=(IpAddress left, IpAddress right) => !left.Equals(right);
    public static bool operator <(IpAddress left, IpAddress right) => left.CompareTo(right) < 0;
    public static bool operator <=(IpAddress left, IpAddress right) => left.CompareTo(right) <= 0;
    public static bool operator >(IpAddress left, IpAddress right) => left.CompareTo(right) > 0;
    public static bool operator >=(IpAddress left, IpAddress right) => left.CompareTo(right) >= 0;

    /// <summary>A 64-bit word with its upper <paramref name="count"/> bits set; counts out of range give none or all.</summary>
    private static ulong LeadingOnes(int count) => count <= 0 ? 0 : count >= 64 ? ulong.MaxValue : ~(ulong.MaxValue >> count);
}
