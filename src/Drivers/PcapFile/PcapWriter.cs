using System.Buffers.Binary;
using System.IO;

namespace StackSharp.Drivers.PcapFile;

/// <summary>Writes the classic pcap format: one link type, no names, no comments. One thread at a time.</summary>
public sealed class PcapWriter : IDisposable
{
    private readonly Stream _stream;
    private readonly int _unitNanoseconds;

    /// <summary>Writes the file's header, little-endian.</summary>
    /// <param name="stream">Belongs to the writer.</param>
    /// <param name="snapLength">Octets kept of each frame at most; the caller cuts them.</param>
    /// <param name="nanoseconds">False: microseconds, as old programs expect.</param>
    /// <exception cref="IOException">Writing fails: as from every method here.</exception>
    public PcapWriter(Stream stream, CaptureLinkType linkType, int snapLength = 262_144, bool nanoseconds = true)
    {
        _stream = stream;
        _unitNanoseconds = nanoseconds ? 1 : 1000;
        Span<byte> header = stackalloc byte[24];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, nanoseconds ? PcapReader.NanosecondMagic : PcapReader.MicrosecondMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], snapLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], (uint)linkType);
        stream.Write(header);
    }

    /// <param name="nanosecondsSinceEpoch">From 1970-01-01 UTC up to 2106-02-07, where the format's seconds end.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another time.</exception>
    public void WriteFrame(long nanosecondsSinceEpoch, ReadOnlySpan<byte> bytes, int originalLength)
    {
        (long seconds, long fraction) = Math.DivRem(nanosecondsSinceEpoch, 1_000_000_000);
        ArgumentOutOfRangeException.ThrowIfNegative(nanosecondsSinceEpoch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seconds, uint.MaxValue, nameof(nanosecondsSinceEpoch));
        Span<byte> record = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)(fraction / _unitNanoseconds));
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], originalLength);
        _stream.Write(record);
        _stream.Write(bytes);
    }

    public void Dispose() => _stream.Dispose();
}
