namespace StackSharp.Stack.Wire;

/// <summary>Compares addresses for tables that strangers fill: with a secret in the hash, nobody can choose addresses that collide.</summary>
/// <param name="secret">Random, one for each table.</param>
public sealed class KeyedAddressComparer(ulong secret) : IEqualityComparer<IpAddress>
{
    public bool Equals(IpAddress x, IpAddress y) => x == y;

    public int GetHashCode(IpAddress obj) => (int)Mix(secret, obj);

    /// <summary>64 bits out of an address and a secret or an earlier result: two rounds of multiplication with both halves of the product kept.</summary>
    public static ulong Mix(ulong secret, in IpAddress address)
    {
        ulong high = Math.BigMul(address.High ^ secret ^ 0x9E37_79B9_7F4A_7C15, secret | 1, out ulong low);
        ulong mixed = high ^ low;
        high = Math.BigMul(address.Low ^ mixed, secret ^ 0xD6E8_FEB8_6659_FD93, out low);
        high = Math.BigMul(high ^ low ^ secret, 0xBF58_476D_1CE4_E5B9 ^ mixed, out low);
        return high ^ low;
    }
}
