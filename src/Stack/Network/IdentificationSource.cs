using System.Numerics;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Network;

/// <summary>IPv4 identification: a counter for each of many groups of flows, each flow reading it from a secret place of its own (RFC 7739 §5.3).</summary>
/// <remarks>Says nothing to strangers about how much is sent elsewhere. Only packets that may be cut carry one that means something (RFC 6864 §4).</remarks>
/// <param name="stripe">Which part of the numbers is used: stacks that share an address must not cut two datagrams under one of them.</param>
/// <param name="stripes">How many stacks share the address.</param>
internal sealed class IdentificationSource(ulong firstSecret, ulong secondSecret, int stripe = 0, int stripes = 1)
{
    private const int Counters = 2048;

    // Low bits, so that a counter that runs over goes on with the number after its last.
    private readonly int _stripeBits = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)stripes));
    private readonly ushort[] _counters = new ushort[Counters];

    /// <param name="count">Packets that take one each, counting up from the first. Such a run leaves the stripe: none of its packets is cut here.</param>
    public ushort Next(in IpAddress source, in IpAddress destination, IpProtocol protocol, int count = 1)
    {
        ulong hash = KeyedAddressComparer.Mix(KeyedAddressComparer.Mix(firstSecret + (byte)protocol, source), destination);
        ulong offset = KeyedAddressComparer.Mix(secondSecret ^ hash, destination);
        ref ushort counter = ref _counters[hash % Counters];
        ushort first = unchecked((ushort)(((counter + offset) << _stripeBits) | (uint)stripe));
        counter = unchecked((ushort)(counter + count));
        return first;
    }
}
