namespace StackSharp.Drivers.PcapFile;

/// <summary>Reads pcapng: sections, each of a byte order of its own, with blocks that describe interfaces and hold frames.</summary>
internal sealed class PcapngReader : CaptureReader
{
    public const uint SectionHeader = 0x0A0D_0D0A;
    public const uint ByteOrderMagic = 0x1A2B_3C4D;
    public const uint InterfaceDescription = 1;
    public const uint ObsoletePacket = 2;
    public const uint SimplePacket = 3;
    public const uint InterfaceStatistics = 5;
    public const uint EnhancedPacket = 6;
    private const int MinimumBlockBytes = 12;
    private const int SectionHeaderBytes = 28;
    private readonly List<CaptureInterface> _interfaces = [];

    /// <param name="input">Behind the block type of the first section header.</param>
    public PcapngReader(CaptureInput input)
        : base(input) => ReadSection(0);

    public override IReadOnlyList<CaptureInterface> Interfaces => _interfaces;

    public override bool TryRead(out CapturedFrame frame)
    {
        frame = default;
        Span<byte> header = stackalloc byte[8];
        while (true)   // Each turn reads a block or ends.
        {
            long start = Input.Offset;
            if (!Input.TryFill(header[..4])) return false;
            uint type = Input.UInt32(header);
            if (type == SectionHeader)
            {
                ReadSection(start);
                continue;
            }

            Input.Fill(header[4..], start);
            uint length = BodyLength(Input.UInt32(header[4..]), start);
            if (type is InterfaceDescription or ObsoletePacket or SimplePacket or EnhancedPacket)
            {
                ReadOnlySpan<byte> body = Input.Take(length + 4, start);
                CheckTrailer(body[^4..], length, start);
                if (TryReadFrame(type, body[..^4], start, out frame)) return true;
                continue;
            }

            Input.Skip(length, start);
            CheckTrailer(Input.Take(4, start), length, start);
        }
    }

    // The type of a section header reads the same in either byte order; the magic number behind its length tells which it is.
    private void ReadSection(long start)
    {
        Span<byte> header = stackalloc byte[8];
        Input.Fill(header, start);
        Input.BigEndian = false;
        if (Input.UInt32(header[4..]) != ByteOrderMagic)
        {
            Input.BigEndian = true;
            if (Input.UInt32(header[4..]) != ByteOrderMagic) throw new CaptureFormatException(start, "a section without byte-order magic.");
        }

        uint length = BodyLength(Input.UInt32(header), start);
        if (length < SectionHeaderBytes - MinimumBlockBytes) throw new CaptureFormatException(start, "a section header that is too short.");
        ReadOnlySpan<byte> rest = Input.Take(length, start);
        int version = Input.UInt16(rest);
        if (version != 1) throw new CaptureFormatException(start, $"pcapng version {version} is not read, only 1.");
        CheckTrailer(rest[^4..], length, start);
        _interfaces.Clear();
    }

    private static uint BodyLength(uint total, long start)
    {
        if (total < MinimumBlockBytes || total % 4 != 0) throw new CaptureFormatException(start, $"a block length of {total} octets.");
        return total - MinimumBlockBytes;
    }

    private void CheckTrailer(ReadOnlySpan<byte> trailer, uint length, long start)
    {
        uint repeated = Input.UInt32(trailer);
        if (repeated != length + MinimumBlockBytes)
            throw new CaptureFormatException(start, $"a block says {length + MinimumBlockBytes} octets at its start and {repeated} at its end.");
    }

    private bool TryReadFrame(uint type, ReadOnlySpan<byte> body, long start, out CapturedFrame frame)
    {
        frame = default;
        switch (type)
        {
            case InterfaceDescription:
                _interfaces.Add(ReadInterface(body, start));
                return false;
            case SimplePacket:
                frame = ReadSimplePacket(body, start);
                return true;
            default:
                frame = ReadPacket(body, type == ObsoletePacket, start);
                return true;
        }
    }

    private CaptureInterface ReadInterface(ReadOnlySpan<byte> body, long start)
    {
        if (body.Length < 8) throw new CaptureFormatException(start, "an interface description that is too short.");
        CaptureInterface described = new((CaptureLinkType)Input.UInt16(body), Input.UInt32(body[4..]));
        PcapngOptionReader options = new(Input, body[8..], start);
        while (options.TryRead(out ushort code, out ReadOnlySpan<byte> value))
        {
            described = code switch
            {
                PcapngOption.InterfaceName => described with { Name = PcapngOption.Text(value) },
                PcapngOption.InterfaceDescription => described with { Description = PcapngOption.Text(value) },
                PcapngOption.TimeResolution when value.Length == 1 => described with { UnitsPerSecond = UnitsPerSecond(value[0], start) },
                PcapngOption.TimeOffset when value.Length == 8 => described with { OffsetSeconds = Input.Int64(value) },
                _ => described,
            };
        }

        return described;
    }

    /// <summary>The top bit chooses between powers of two and of ten.</summary>
    private static UInt128 UnitsPerSecond(byte resolution, long start)
    {
        const int LargestExponent = 30;
        int exponent = resolution & 0x7F;
        if ((resolution & 0x80) != 0 ? exponent > 64 : exponent > LargestExponent)
            throw new CaptureFormatException(start, $"a time resolution of 0x{resolution:x2}.");
        UInt128 units = 1;
        for (int i = 0; i < exponent; i++) units *= (resolution & 0x80) != 0 ? 2u : 10u;
        return units;
    }

    private CapturedFrame ReadSimplePacket(ReadOnlySpan<byte> body, long start)
    {
        if (body.Length < 4) throw new CaptureFormatException(start, "a packet block that is too short.");
        CaptureInterface source = InterfaceAt(0, start);
        uint original = Input.UInt32(body);

        // How much was kept is not said: the snap length, or what there is (draft-ietf-opsawg-pcapng §4.4).
        uint kept = Math.Min(original, source.SnapLength == 0 ? uint.MaxValue : source.SnapLength);
        if (kept > body.Length - 4) throw new CaptureFormatException(start, $"a packet of {kept} octets in a block of {body.Length}.");
        return new CapturedFrame { Bytes = body.Slice(4, (int)kept), OriginalLength = original, NanosecondsSinceEpoch = 0, Interface = source };
    }

    private CapturedFrame ReadPacket(ReadOnlySpan<byte> body, bool obsolete, long start)
    {
        const int FixedBytes = 20;
        if (body.Length < FixedBytes) throw new CaptureFormatException(start, "a packet block that is too short.");
        CaptureInterface source = InterfaceAt(obsolete ? Input.UInt16(body) : Input.UInt32(body), start);
        ulong time = ((ulong)Input.UInt32(body[4..]) << 32) | Input.UInt32(body[8..]);
        uint kept = Input.UInt32(body[12..]);
        if (kept > body.Length - FixedBytes) throw new CaptureFormatException(start, $"a packet of {kept} octets in a block of {body.Length}.");
        int padded = Math.Min(body.Length - FixedBytes, ((int)kept + 3) & ~3);
        CaptureDirection direction = CaptureDirection.Unknown;
        string? comment = null;
        PcapngOptionReader options = new(Input, body[(FixedBytes + padded)..], start);
        while (options.TryRead(out ushort code, out ReadOnlySpan<byte> value))
        {
            if (code == PcapngOption.Comment) comment = comment is null ? PcapngOption.Text(value) : $"{comment}\n{PcapngOption.Text(value)}";
            else if (code == PcapngOption.PacketFlags && value.Length == 4) direction = (CaptureDirection)(Input.UInt32(value) & 3);
        }

        return new CapturedFrame
        {
            Bytes = body.Slice(FixedBytes, (int)kept),
            OriginalLength = Input.UInt32(body[16..]),
            NanosecondsSinceEpoch = ToNanoseconds(time, source, start),
            Interface = source,
            Direction = direction is CaptureDirection.Inbound or CaptureDirection.Outbound ? direction : CaptureDirection.Unknown,
            Comment = comment,
        };
    }

    private static long ToNanoseconds(ulong time, CaptureInterface source, long start)
    {
        Int128 nanoseconds = (Int128)((UInt128)time * 1_000_000_000 / source.UnitsPerSecond) + (Int128)source.OffsetSeconds * 1_000_000_000;
        if (nanoseconds < long.MinValue || nanoseconds > long.MaxValue) throw new CaptureFormatException(start, "a time stamp beyond the year 2262.");
        return (long)nanoseconds;
    }

    private CaptureInterface InterfaceAt(uint index, long start) =>
        index < _interfaces.Count
            ? _interfaces[(int)index]
            : throw new CaptureFormatException(start, $"a packet of interface {index}, of which there are {_interfaces.Count}.");
}
