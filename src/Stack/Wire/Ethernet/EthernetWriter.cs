using System.Buffers.Binary;

namespace StackSharp.Stack.Wire.Ethernet;

/// <summary>Writes Ethernet II headers (RFC 894) and VLAN tags (IEEE 802.1Q).</summary>
public static class EthernetWriter
{
    /// <summary>Bytes without tags.</summary>
    public const int Size = EthernetHeader.Size;

    /// <summary>The shortest frame on a wire, FCS not counted (RFC 894): shorter ones are padded with zeros.</summary>
    public const int MinimumFrameSize = 60;

    /// <summary>Writes the 14 bytes of an untagged header.</summary>
    public static void Write(Span<byte> frame, MacAddress destination, MacAddress source, EtherType type)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], (ushort)type);
        WriteAddresses(frame, destination, source);
    }

    /// <summary>Writes 18 bytes: addresses, tag, type.</summary>
    public static void Write(Span<byte> frame, MacAddress destination, MacAddress source, VlanTag tag, EtherType type)
    {
        WriteTag(frame[12..], tag, type);
        WriteAddresses(frame, destination, source);
    }

    /// <summary>Writes 22 bytes: addresses, both tags, type.</summary>
    public static void Write(Span<byte> frame, MacAddress destination, MacAddress source, VlanTag outer, VlanTag inner, EtherType type)
    {
        WriteTag(frame[16..], inner, type);
        WriteTag(frame[12..], outer, inner.Protocol);
        WriteAddresses(frame, destination, source);
    }

    /// <summary>Writes zeros from the end of the payload up to the shortest frame.</summary>
    /// <param name="frame">Room for the frame and its padding.</param>
    /// <param name="length">Bytes of the frame so far.</param>
    /// <returns>Bytes of the frame with its padding.</returns>
    public static int Pad(Span<byte> frame, int length)
    {
        if (length >= MinimumFrameSize) return length;
        frame[length..MinimumFrameSize].Clear();
        return MinimumFrameSize;
    }

    /// <summary>TPID, TCI and the type that follows: 6 bytes.</summary>
    private static void WriteTag(Span<byte> destination, VlanTag tag, EtherType next)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], (ushort)next);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], tag.ControlInformation);
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)tag.Protocol);
    }

    private static void WriteAddresses(Span<byte> frame, MacAddress destination, MacAddress source)
    {
        destination.WriteTo(frame);
        source.WriteTo(frame[MacAddress.Size..]);
    }
}
