using System.Buffers.Binary;

namespace StackSharp.Stack.Wire.Ipv4;

/// <summary>IPv4 header (RFC 791 §3.1): a view over a received packet, trimmed to the total length.</summary>
public readonly ref struct Ipv4Header
{
    /// <summary>Bytes of a header without options.</summary>
    public const int MinimumSize = 20;

    /// <summary>Bytes of a header with all the options that fit.</summary>
    public const int MaximumSize = 60;

    /// <summary>Bytes of the longest packet.</summary>
    public const int MaximumTotalLength = ushort.MaxValue;

    internal const int DontFragmentBit = 0x4000;
    internal const int MoreFragmentsBit = 0x2000;
    internal const int FragmentOffsetMask = 0x1FFF;

    private readonly ReadOnlySpan<byte> _packet;

    private Ipv4Header(ReadOnlySpan<byte> packet) => _packet = packet;

    /// <summary>Bytes, options included: 20..60.</summary>
    public int HeaderLength => (_packet[0] & 0xF) * 4;

    public TrafficClass TrafficClass => new(_packet[1]);

    /// <summary>Differentiated services codepoint, 0..63.</summary>
    public int Dscp => TrafficClass.Dscp;

    public EcnCodepoint Ecn => TrafficClass.Ecn;

    /// <summary>Bytes of header and payload.</summary>
    public int TotalLength => _packet.Length;

    /// <summary>Says which fragments belong together; means nothing in an atomic datagram (RFC 6864 §4).</summary>
    public ushort Identification => BinaryPrimitives.ReadUInt16BigEndian(_packet[4..]);

    public bool DontFragment => (FlagsAndOffset & DontFragmentBit) != 0;

    public bool MoreFragments => (FlagsAndOffset & MoreFragmentsBit) != 0;

    /// <summary>Bytes, a multiple of 8 up to 65528. With the payload it may exceed 65535: reassembly must check.</summary>
    public int FragmentOffset => (FlagsAndOffset & FragmentOffsetMask) * 8;

    /// <summary>True for every piece of a fragmented datagram.</summary>
    public bool IsFragment => (FlagsAndOffset & (MoreFragmentsBit | FragmentOffsetMask)) != 0;

    public byte TimeToLive => _packet[8];

    public IpProtocol Protocol => (IpProtocol)_packet[9];

    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_packet[10..]);

    public IpAddress Source => IpAddress.FromIpv4(BinaryPrimitives.ReadUInt32BigEndian(_packet[12..]));

    public IpAddress Destination => IpAddress.FromIpv4(BinaryPrimitives.ReadUInt32BigEndian(_packet[16..]));

    public ReadOnlySpan<byte> Options => _packet[MinimumSize..HeaderLength];

    public ReadOnlySpan<byte> Payload => _packet[HeaderLength..];

    /// <summary>Header and payload, without what the link layer padded.</summary>
    public ReadOnlySpan<byte> Packet => _packet;

    private int FlagsAndOffset => BinaryPrimitives.ReadUInt16BigEndian(_packet[6..]);

    public static bool TryParse(ReadOnlySpan<byte> bytes, out Ipv4Header header, bool verifyChecksum = true) =>
        TryParse(bytes, out header, out _, verifyChecksum);

    /// <summary>Checks version, header length, total length and header checksum (RFC 1122 §3.2.1.1-2); addresses are not judged here.</summary>
    /// <param name="bytes">The link layer's payload; what exceeds the total length is padding.</param>
    /// <param name="fault">Why not.</param>
    /// <param name="verifyChecksum">False if a device vouched for the header checksum.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out Ipv4Header header, out Ipv4Fault fault, bool verifyChecksum = true)
    {
        header = default;
        fault = FindFault(bytes, verifyChecksum);
        if (fault != Ipv4Fault.None) return false;
        header = new Ipv4Header(bytes[..BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])]);
        return true;
    }

    /// <summary>Reads the header of a datagram that an ICMP error quotes: its payload may be cut short, and middleboxes
    /// leave its checksum wrong, so only version and header length are checked (RFC 1122 §3.2.2, RFC 5927 §3).</summary>
    public static bool TryParseQuoted(ReadOnlySpan<byte> bytes, out Ipv4Header header)
    {
        header = default;
        if (FindHeaderFault(bytes) != Ipv4Fault.None) return false;
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        int headerLength = (bytes[0] & 0xF) * 4;
        header = new Ipv4Header(bytes[..Math.Clamp(totalLength, headerLength, bytes.Length)]);
        return true;
    }

    private static Ipv4Fault FindFault(ReadOnlySpan<byte> bytes, bool verifyChecksum)
    {
        Ipv4Fault fault = FindHeaderFault(bytes);
        if (fault != Ipv4Fault.None) return fault;
        int headerLength = (bytes[0] & 0xF) * 4;
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (totalLength < headerLength || totalLength > bytes.Length) return Ipv4Fault.TotalLength;
        if (!verifyChecksum) return Ipv4Fault.None;
        return InternetChecksum.Finish(InternetChecksum.Sum(bytes[..headerLength])) == 0 ? Ipv4Fault.None : Ipv4Fault.Checksum;
    }

    private static Ipv4Fault FindHeaderFault(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < MinimumSize) return Ipv4Fault.Truncated;
        if (bytes[0] >> 4 != 4) return Ipv4Fault.Version;
        int headerLength = (bytes[0] & 0xF) * 4;
        if (headerLength < MinimumSize) return Ipv4Fault.HeaderLength;
        return headerLength > bytes.Length ? Ipv4Fault.Truncated : Ipv4Fault.None;
    }
}
