using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Network;

/// <summary>Which pieces belong together (RFC 791 §3.2, RFC 8200 §4.5).</summary>
/// <param name="Identification">16 bits in IPv4, 32 in IPv6.</param>
/// <param name="Protocol">Part of the key in IPv4 only; 0 in IPv6.</param>
internal readonly record struct FragmentKey(IpAddress Source, IpAddress Destination, uint Identification, byte Protocol);

/// <summary>With a secret, as strangers choose the keys.</summary>
internal sealed class FragmentKeyComparer(ulong secret) : IEqualityComparer<FragmentKey>
{
    public bool Equals(FragmentKey x, FragmentKey y) =>
        x.Identification == y.Identification && x.Protocol == y.Protocol && x.Source == y.Source && x.Destination == y.Destination;

    public int GetHashCode(FragmentKey obj) =>
        (int)(KeyedAddressComparer.Mix(KeyedAddressComparer.Mix(secret ^ (((ulong)obj.Identification << 8) | obj.Protocol), obj.Source), obj.Destination) >> 16);
}
