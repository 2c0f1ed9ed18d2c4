using System.Buffers.Binary;

namespace StackSharp.Stack.Wire.Tcp;

/// <summary>TCP header (RFC 9293 §3.1): a view over a received segment that never allocates.</summary>
/// <remarks>The checksum is not verified by parsing, since devices may vouch for it: see <see cref="IsChecksumValid"/>.</remarks>
public readonly ref struct TcpHeader
{
    /// <summary>Bytes of a header without options.</summary>
    public const int MinimumSize = 20;

    /// <summary>Bytes of a header with all the options that fit.</summary>
    public const int MaximumSize = 60;

    private const int ControlBitsMask = 0x1FF;   // The three bits before AE are reserved: ignored when received.

    private readonly ReadOnlySpan<byte> _segment;

    private TcpHeader(ReadOnlySpan<byte> segment) => _segment = segment;

    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_segment);

    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_segment[2..]);

    public SequenceNumber Sequence => new(BinaryPrimitives.ReadUInt32BigEndian(_segment[4..]));

    /// <summary>Meaningful only with <see cref="TcpControlBits.Ack"/>.</summary>
    public SequenceNumber Acknowledgment => new(BinaryPrimitives.ReadUInt32BigEndian(_segment[8..]));

    /// <summary>Data offset in bytes: 20..60.</summary>
    public int HeaderLength => (_segment[12] >> 4) * 4;

    public TcpControlBits ControlBits => (TcpControlBits)(BinaryPrimitives.ReadUInt16BigEndian(_segment[12..]) & ControlBitsMask);

    /// <summary>The window field as it stands, not yet scaled (RFC 7323 §2.3).</summary>
    public ushort Window => BinaryPrimitives.ReadUInt16BigEndian(_segment[14..]);

    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_segment[16..]);

    /// <summary>Offset from <see cref="Sequence"/> to the octet after the urgent data. Meaningful only with <see cref="TcpControlBits.Urg"/>.</summary>
    public ushort UrgentPointer => BinaryPrimitives.ReadUInt16BigEndian(_segment[18..]);

    public ReadOnlySpan<byte> Options => _segment[MinimumSize..HeaderLength];

    public ReadOnlySpan<byte> Payload => _segment[HeaderLength..];

    /// <summary>Header and payload.</summary>
    public ReadOnlySpan<byte> Segment => _segment;

    /// <summary>SEG.LEN: octets of sequence space used, SYN and FIN counting one each (RFC 9293 §3.4).</summary>
    public uint SequenceLength => (uint)Payload.Length + (Has(TcpControlBits.Syn) ? 1u : 0u) + (Has(TcpControlBits.Fin) ? 1u : 0u);

    /// <summary>True if all of the bits are set.</summary>
    public bool Has(TcpControlBits bits) => (ControlBits & bits) == bits;

    /// <summary>Verifies the checksum, which TCP always carries (RFC 9293 §3.1, MUST-3).</summary>
    public bool IsChecksumValid(in IpAddress source, in IpAddress destination)
    {
        uint seed = InternetChecksum.PseudoHeader(source, destination, IpProtocol.Tcp, _segment.Length);
        return InternetChecksum.Finish(InternetChecksum.Sum(_segment, seed)) == 0;
    }

    /// <summary>Checks the data offset, 5..15 words, against the bytes there are.</summary>
    /// <param name="bytes">The IP payload, trimmed to the IP length.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out TcpHeader header)
    {
        header = default;
        if (bytes.Length < MinimumSize) return false;
        int headerLength = (bytes[12] >> 4) * 4;
        if (headerLength < MinimumSize || headerLength > bytes.Length) return false;
        header = new TcpHeader(bytes);
        return true;
    }
}
