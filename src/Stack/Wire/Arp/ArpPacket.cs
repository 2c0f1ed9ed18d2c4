using System.Buffers.Binary;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack.Wire.Arp;

/// <summary>An ARP packet for IPv4 over Ethernet (RFC 826): a view over received bytes.</summary>
public readonly ref struct ArpPacket
{
    /// <summary>Bytes for Ethernet and IPv4 addresses.</summary>
    public const int Size = 28;

    /// <summary>Hardware type 1, protocol type 0x0800, lengths 6 and 4: the first eight bytes but for the opcode.</summary>
    internal const ulong EthernetIpv4 = 0x0001_0800_0604_0000;

    private const ulong OperationMask = 0xFFFF;

    private readonly ReadOnlySpan<byte> _packet;

    private ArpPacket(ReadOnlySpan<byte> packet) => _packet = packet;

    public ArpOperation Operation => (ArpOperation)BinaryPrimitives.ReadUInt16BigEndian(_packet[6..]);

    public MacAddress SenderHardwareAddress => MacAddress.FromBytes(_packet[8..]);

    public IpAddress SenderProtocolAddress => IpAddress.FromIpv4(BinaryPrimitives.ReadUInt32BigEndian(_packet[14..]));

    public MacAddress TargetHardwareAddress => MacAddress.FromBytes(_packet[18..]);

    public IpAddress TargetProtocolAddress => IpAddress.FromIpv4(BinaryPrimitives.ReadUInt32BigEndian(_packet[24..]));

    /// <summary>Checks hardware type, protocol type and both lengths; the opcode is for the receiver to judge after it has merged (RFC 826).</summary>
    /// <param name="bytes">The frame's payload; padding after 28 bytes is ignored.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out ArpPacket packet)
    {
        packet = default;
        if (bytes.Length < Size) return false;
        if ((BinaryPrimitives.ReadUInt64BigEndian(bytes) & ~OperationMask) != EthernetIpv4) return false;
        packet = new ArpPacket(bytes[..Size]);
        return true;
    }
}
