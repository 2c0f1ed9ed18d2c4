using System.Globalization;

namespace StackSharp.Stack.Wire;

/// <summary>An address with a prefix length (RFC 4632 §3.1, RFC 4291 §2.3). The host bits are kept: 198.18.0.99/16 is both
/// an interface's address and its network.</summary>
public readonly record struct IpPrefix
{
    /// <param name="length">0..32 for IPv4, 0..128 for IPv6.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length does not fit the family.</exception>
    public IpPrefix(IpAddress address, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, address.BitLength);
        Address = address;
        Length = length;
    }

    /// <summary>The address as given, host bits included.</summary>
    public IpAddress Address { get; }

    /// <summary>Bits of the network part.</summary>
    public int Length { get; }

    /// <summary>The address with the host bits cleared.</summary>
    public IpAddress Network => Address.Masked(Length);

    /// <summary>True for one address only: /32 in IPv4, /128 in IPv6.</summary>
    public bool IsSingleAddress => Length == Address.BitLength;

    /// <summary>The subnet-directed broadcast address: all host bits one (RFC 922 §7). None in IPv6, and none in a /31
    /// (RFC 3021 §2.1) or a /32.</summary>
    public IpAddress? Broadcast =>
        Address.IsIpv4 && Length <= 30 ? IpAddress.FromIpv4(Address.Ipv4Value | (uint.MaxValue >> Length)) : null;

    public bool Contains(in IpAddress address) => address.IsInPrefix(Address, Length);

    /// <summary>Reads "198.18.0.99/16" or "fd00::1/64"; the length must be there.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpPrefix prefix)
    {
        prefix = default;
        int slash = text.IndexOf('/');
        if (slash < 0 || !IpAddress.TryParse(text[..slash], out IpAddress address)) return false;
        ReadOnlySpan<char> digits = text[(slash + 1)..];
        if (!byte.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out byte length)) return false;
        if (length > address.BitLength) return false;
        prefix = new IpPrefix(address, length);
        return true;
    }

    /// <exception cref="FormatException">Not an address with a prefix length.</exception>
    public static IpPrefix Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out IpPrefix prefix) ? prefix : throw new FormatException($"Not an address with a prefix length: '{text}'.");

    public override string ToString() => $"{Address}/{Length}";
}
