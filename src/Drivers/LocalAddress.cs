using System.Security.Cryptography;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Drivers;

/// <summary>Hardware addresses for stations that no vendor made.</summary>
internal static class LocalAddress
{
    private const ulong LocalBit = 0x0200_0000_0000;
    private const ulong GroupBit = 0x0100_0000_0000;

    /// <summary>A random unicast address with the local bit set (IEEE 802 §8.4): 46 bits, so that two of them never meet.</summary>
    public static MacAddress Random()
    {
        Span<byte> bytes = stackalloc byte[MacAddress.Size];
        RandomNumberGenerator.Fill(bytes);
        return new MacAddress((MacAddress.FromBytes(bytes).Value & ~GroupBit) | LocalBit);
    }
}
