using System.Buffers.Binary;

namespace StackSharp.Stack.Wire.Udp;

/// <summary>UDP header (RFC 768): a view over received bytes that never allocates.</summary>
public readonly ref struct UdpHeader
{
    public const int Size = 8;

    private readonly ReadOnlySpan<byte> _datagram;

    private UdpHeader(ReadOnlySpan<byte> datagram) => _datagram = datagram;

    /// <summary>0 if the sender expects no answer.</summary>
    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_datagram);

    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_datagram[2..]);

    /// <summary>Bytes of header and payload: 8..65535.</summary>
    public int Length => _datagram.Length;

    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_datagram[6..]);

    /// <summary>False if the sender computed none, which it says with a zero. Over IPv6 that is an error unless the port allows it
    /// (RFC 8200 §8.1, RFC 6935 §5).</summary>
    public bool HasChecksum => Checksum != 0;

    public ReadOnlySpan<byte> Payload => _datagram[Size..];

    /// <summary>Header and payload, without surplus.</summary>
    public ReadOnlySpan<byte> Datagram => _datagram;

    /// <summary>Verifies a checksum that is there: ask <see cref="HasChecksum"/> first. Without one the answer is false.</summary>
    public bool IsChecksumValid(in IpAddress source, in IpAddress destination)
    {
        if (!HasChecksum) return false;
        uint seed = InternetChecksum.PseudoHeader(source, destination, IpProtocol.Udp, _datagram.Length);
        return InternetChecksum.Finish(InternetChecksum.Sum(_datagram, seed)) == 0;
    }

    /// <summary>The only way to obtain one: each length an accessor relies on is checked here, once.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out UdpHeader header)
    {
        header = default;
        if (bytes.Length < Size) return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (length < Size || length > bytes.Length) return false;
        header = new UdpHeader(bytes[..length]);   // What follows is surplus, not payload.
        return true;
    }
}
