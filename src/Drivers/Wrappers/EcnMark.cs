using System.Buffers.Binary;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Drivers.Wrappers;

/// <summary>The mark that a congested router leaves in place of a loss (RFC 3168 §5), on IPv4 and IPv6.</summary>
internal static class EcnMark
{
    private const int Ipv4Bytes = 20;
    private const int Ipv4ChecksumOffset = 10;
    private const int Ipv6Bytes = 40;
    private const int Ipv6EcnShift = 4;

    /// <summary>The frame carries an IP packet that says ECT(0) or ECT(1).</summary>
    public static bool IsCapable(ReadOnlySpan<byte> frame, LinkMedium medium) =>
        TryFindPacket(frame, medium, out int start) && CodepointOf(frame[start..]) is EcnCodepoint.Ect0 or EcnCodepoint.Ect1;

    /// <summary>Says "congestion experienced" in a frame that <see cref="IsCapable"/>; a wrong header checksum stays as wrong as it was.</summary>
    public static void Set(Span<byte> frame, LinkMedium medium)
    {
        if (!TryFindPacket(frame, medium, out int start)) return;
        Span<byte> packet = frame[start..];
        if (packet[0] >> 4 == 6)
        {
            packet[1] |= (int)EcnCodepoint.CongestionExperienced << Ipv6EcnShift;
            return;
        }

        ushort before = BinaryPrimitives.ReadUInt16BigEndian(packet);
        packet[1] |= (byte)EcnCodepoint.CongestionExperienced;
        Span<byte> checksum = packet[Ipv4ChecksumOffset..];
        ushort updated = InternetChecksum.Update(BinaryPrimitives.ReadUInt16BigEndian(checksum), before, BinaryPrimitives.ReadUInt16BigEndian(packet));
        BinaryPrimitives.WriteUInt16BigEndian(checksum, updated);
    }

    private static EcnCodepoint CodepointOf(ReadOnlySpan<byte> packet) => packet[0] >> 4 == 4
        ? new TrafficClass(packet[1]).Ecn
        : new TrafficClass((byte)(packet[1] >> Ipv6EcnShift)).Ecn;

    private static bool TryFindPacket(ReadOnlySpan<byte> frame, LinkMedium medium, out int start)
    {
        start = 0;
        if (medium == LinkMedium.Ethernet)
        {
            if (!EthernetHeader.TryParse(frame, out EthernetHeader ethernet) || ethernet.EtherType is not (EtherType.Ipv4 or EtherType.Ipv6)) return false;
            if (!frame.Overlaps(ethernet.Payload, out start)) return false;
        }

        ReadOnlySpan<byte> packet = frame[start..];
        return !packet.IsEmpty && (packet[0] >> 4) switch
        {
            4 => packet.Length >= Ipv4Bytes,
            6 => packet.Length >= Ipv6Bytes,
            _ => false,
        };
    }
}
