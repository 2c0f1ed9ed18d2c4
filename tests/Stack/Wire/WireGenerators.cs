using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Wire;

namespace StackSharp.Tests.Stack.Wire;

/// <summary>Random values in wire formats. Bytes come from short arrays of small numbers as well as from full ranges, so that
/// lengths, pointers and counts often nearly fit.</summary>
internal static class WireGenerators
{
    public static Gen<byte> Byte { get; } = Gen.Choose(0, byte.MaxValue).Select(value => (byte)value);

    public static Gen<ushort> UInt16 { get; } =
        Gen.OneOf(Gen.Choose(0, ushort.MaxValue), Gen.Elements(0, 1, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF)).Select(value => (ushort)value);

    public static Gen<uint> UInt32 { get; } =
        from high in UInt16
        from low in UInt16
        select ((uint)high << 16) | low;

    public static Gen<ulong> UInt64 { get; } =
        from high in UInt32
        from low in UInt32
        select ((ulong)high << 32) | low;

    public static Gen<bool> Boolean { get; } = Gen.Elements(false, true);

    public static Gen<IpAddress> Ipv4 { get; } = UInt32.Select(IpAddress.FromIpv4);

    /// <summary>Groups are often zero, for the sake of "::".</summary>
    public static Gen<IpAddress> Ipv6 { get; } =
        Gen.OneOf(UInt16, Gen.Constant((ushort)0)).ArrayOf(8)
            .Select(groups => IpAddress.FromHalves(Join(groups.AsSpan(0, 4)), Join(groups.AsSpan(4))))
            .Where(address => !address.IsIpv4);

    public static Gen<IpAddress> Address { get; } = Gen.OneOf(Ipv4, Ipv6);

    /// <summary>Two addresses of one family.</summary>
    public static Gen<(IpAddress Source, IpAddress Destination)> AddressPair { get; } =
        Gen.OneOf(Ipv4.Two(), Ipv6.Two()).Select(pair => (pair.Item1, pair.Item2));

    public static Gen<byte[]> Bytes(int minimumLength, int maximumLength) =>
        Gen.Choose(minimumLength, maximumLength).SelectMany(length => Byte.ArrayOf(length));

    /// <summary>Any bytes, or a valid packet of which some bytes changed, some were cut off or some were added.</summary>
    public static Gen<byte[]> Hostile(Gen<byte[]> valid) => Gen.OneOf(Bytes(0, 100), valid, Damaged(valid), Damaged(valid));

    public static Property Holds<T>(this Gen<T> values, Func<T, bool> property) => Prop.ForAll(values.ToArbitrary(), property);

    /// <summary>Throws unless the property holds a thousand times.</summary>
    public static void Check(this Property property) => property.Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static Gen<byte[]> Damaged(Gen<byte[]> valid) =>
        from packet in valid
        from length in Gen.OneOf(Gen.Constant(packet.Length), Gen.Choose(0, packet.Length + 8))
        from places in Gen.Choose(0, Math.Max(0, Math.Min(length, 64) - 1)).ListOf()
        from values in Gen.OneOf(Byte, Gen.Choose(0, 12).Select(value => (byte)value)).ArrayOf(places.Count)
        select Damage(packet, length, [.. places], values);

    private static byte[] Damage(byte[] packet, int length, int[] places, byte[] values)
    {
        byte[] damaged = new byte[length];
        packet.AsSpan(0, Math.Min(length, packet.Length)).CopyTo(damaged);
        for (int i = 0; i < places.Length && length > 0; i++) damaged[places[i]] = values[i];
        return damaged;
    }

    private static ulong Join(ReadOnlySpan<ushort> groups) =>
        ((ulong)groups[0] << 48) | ((ulong)groups[1] << 32) | ((ulong)groups[2] << 16) | groups[3];
}
