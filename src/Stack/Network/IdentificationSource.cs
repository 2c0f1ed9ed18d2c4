using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Network;

/// <summary>IPv4 identification: a counter for each of many groups of flows, each flow reading it from a secret place of its own (RFC 7739 §5.3).</summary>
/// <remarks>Says nothing to strangers about how much is sent elsewhere. Only packets that may be cut carry one that means something (RFC 6864 §4).</remarks>
internal sealed class IdentificationSource(ulong firstSecret, ulong secondSecret)
{
    private const int Counters = 2048;
    private readonly ushort[] _counters = new ushort[Counters];

    public ushort Next(in IpAddress source, in IpAddress destination, IpProtocol protocol)
    {
        ulong hash = KeyedAddressComparer.Mix(KeyedAddressComparer.Mix(firstSecret + (byte)protocol, source), destination);
        ulong offset = KeyedAddressComparer.Mix(secondSecret ^ hash, destination);
        return unchecked((ushort)(_counters[hash % Counters]++ + offset));
    }
}
