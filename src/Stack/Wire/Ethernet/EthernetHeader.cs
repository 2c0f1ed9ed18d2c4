using System.Buffers.Binary;

namespace StackSharp.Stack.Wire.Ethernet;

/// <summary>Ethernet II header with up to two VLAN tags, or 802.3 with RFC 1042's LLC/SNAP (RFC 894, RFC 1122 §2.3.3): a view
/// over a received frame without its FCS.</summary>
public readonly ref struct EthernetHeader
{
    /// <summary>Bytes without tags.</summary>
    public const int Size = 14;

    /// <summary>Bytes with the two tags.</summary>
    public const int MaximumSize = Size + (MaximumTags * VlanTag.Size);

    /// <summary>The smallest type; below are lengths.</summary>
    public const int MinimumType = 0x0600;

    /// <summary>The largest 802.3 length.</summary>
    public const int MaximumLength = 1500;

    private const int MaximumTags = 2;
    private const int LlcSnapSize = 8;
    private const ulong LlcSnapMask = 0xFFFF_FFFF_FFFF_0000;
    private const ulong LlcSnap = 0xAAAA_0300_0000_0000;   // DSAP, SSAP, unnumbered information, OUI 0 (RFC 1042).

    private readonly ReadOnlySpan<byte> _frame;

    private EthernetHeader(ReadOnlySpan<byte> frame, VlanTags tags, EtherType type, ReadOnlySpan<byte> payload)
    {
        _frame = frame;
        OuterTag = tags.Outer;
        InnerTag = tags.Inner;
        TagCount = tags.Count;
        EtherType = type;
        Payload = payload;
    }

    public MacAddress Destination => MacAddress.FromBytes(_frame);

    public MacAddress Source => MacAddress.FromBytes(_frame[6..]);

    /// <summary>0..2.</summary>
    public int TagCount { get; }

    /// <summary>The tag next to the addresses, if there is one.</summary>
    public VlanTag OuterTag { get; }

    /// <summary>The second tag, if there are two.</summary>
    public VlanTag InnerTag { get; }

    /// <summary>What the payload is, after all tags and LLC; never a tag protocol in an Ethernet II frame.</summary>
    public EtherType EtherType { get; }

    /// <summary>What the frame carries. In Ethernet II this includes padding, which the payload's own length removes (RFC 894);
    /// in 802.3 it ends where the length says.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    public static bool TryParse(ReadOnlySpan<byte> frame, out EthernetHeader header) => TryParse(frame, out header, out _);

    /// <param name="frame">From the destination address on, without FCS.</param>
    /// <param name="fault">Why not.</param>
    public static bool TryParse(ReadOnlySpan<byte> frame, out EthernetHeader header, out EthernetFault fault)
    {
        header = default;
        fault = EthernetFault.Truncated;
        if (frame.Length < Size) return false;
        int typeOffset = Size - sizeof(ushort);
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(frame[typeOffset..]);
        VlanTags tags = default;
        while (VlanTag.IsTagProtocol((EtherType)type))
        {
            if (frame.Length < typeOffset + VlanTag.Size + sizeof(ushort)) return false;
            VlanTag tag = new((EtherType)type, BinaryPrimitives.ReadUInt16BigEndian(frame[(typeOffset + 2)..]));
            fault = tags.Add(tag);
            if (fault != EthernetFault.None) return false;
            fault = EthernetFault.Truncated;
            typeOffset += VlanTag.Size;
            type = BinaryPrimitives.ReadUInt16BigEndian(frame[typeOffset..]);
        }

        ReadOnlySpan<byte> payload = frame[(typeOffset + sizeof(ushort))..];
        fault = type >= MinimumType ? EthernetFault.None : UnwrapLlc(ref type, ref payload);
        if (fault != EthernetFault.None) return false;
        header = new EthernetHeader(frame, tags, (EtherType)type, payload);
        return true;
    }

    /// <summary>Turns an 802.3 length and LLC/SNAP into type and payload.</summary>
    private static EthernetFault UnwrapLlc(ref ushort lengthOrType, ref ReadOnlySpan<byte> payload)
    {
        int length = lengthOrType;
        if (length > MaximumLength) return EthernetFault.InvalidType;
        if (length > payload.Length) return EthernetFault.LengthBeyondFrame;
        if (length < LlcSnapSize) return EthernetFault.UnknownLlc;
        ulong snap = BinaryPrimitives.ReadUInt64BigEndian(payload);
        if ((snap & LlcSnapMask) != LlcSnap) return EthernetFault.UnknownLlc;
        lengthOrType = (ushort)snap;
        if (lengthOrType < MinimumType) return EthernetFault.InvalidType;
        payload = payload[LlcSnapSize..length];
        return EthernetFault.None;
    }

    /// <summary>The tags met so far.</summary>
    private struct VlanTags
    {
        public VlanTag Outer;
        public VlanTag Inner;
        public int Count;

        public EthernetFault Add(VlanTag tag)
        {
            if (Count == MaximumTags) return EthernetFault.TooManyTags;
            if (tag.Identifier == VlanTag.ReservedIdentifier) return EthernetFault.ReservedVlan;
            if (Count == 0) Outer = tag; else Inner = tag;
            Count++;
            return EthernetFault.None;
        }
    }
}
