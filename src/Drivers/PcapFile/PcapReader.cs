using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace StackSharp.Drivers.PcapFile;

/// <summary>Reads the classic format: one header, then records, with time in microseconds or nanoseconds.</summary>
internal sealed class PcapReader : CaptureReader
{
    public const uint MicrosecondMagic = 0xA1B2_C3D4;
    public const uint NanosecondMagic = 0xA1B2_3C4D;
    private const int HeaderBytes = 24;
    private const int RecordBytes = 16;
    private const int MajorVersion = 2;
    private readonly CaptureInterface _interface;
    private readonly long _nanosecondsPerUnit;

    private PcapReader(CaptureInput input, bool nanoseconds)
        : base(input)
    {
        ReadOnlySpan<byte> header = input.Take(HeaderBytes - sizeof(uint), 0);
        int version = input.UInt16(header);
        if (version != MajorVersion) throw new CaptureFormatException(0, $"pcap version {version} is not read, only {MajorVersion}.");

        // The upper bits tell of frame check sequences (draft-ietf-opsawg-pcap §4), which no frame here is expected to have.
        CaptureLinkType linkType = (CaptureLinkType)(ushort)input.UInt32(header[16..]);
        _interface = new CaptureInterface(linkType, input.UInt32(header[12..]));
        _nanosecondsPerUnit = nanoseconds ? 1 : 1000;
        Interfaces = [_interface];
    }

    public override IReadOnlyList<CaptureInterface> Interfaces { get; }

    /// <param name="number">The first four octets, read little-endian.</param>
    public static bool TryCreate(CaptureInput input, uint number, [NotNullWhen(true)] out PcapReader? reader)
    {
        uint swapped = BinaryPrimitives.ReverseEndianness(number);
        reader = null;
        if (number is not (MicrosecondMagic or NanosecondMagic) && swapped is not (MicrosecondMagic or NanosecondMagic)) return false;
        input.BigEndian = swapped is MicrosecondMagic or NanosecondMagic;
        reader = new PcapReader(input, number == NanosecondMagic || swapped == NanosecondMagic);
        return true;
    }

    public override bool TryRead(out CapturedFrame frame)
    {
        frame = default;
        long start = Input.Offset;
        Span<byte> record = stackalloc byte[RecordBytes];
        if (!Input.TryFill(record)) return false;
        long seconds = Input.UInt32(record);
        long fraction = Input.UInt32(record[4..]) * _nanosecondsPerUnit;
        uint captured = Input.UInt32(record[8..]);
        uint original = Input.UInt32(record[12..]);
        frame = new CapturedFrame
        {
            Bytes = Input.Take(captured, start),
            OriginalLength = original,
            NanosecondsSinceEpoch = seconds * 1_000_000_000 + fraction,
            Interface = _interface,
        };
        return true;
    }
}
