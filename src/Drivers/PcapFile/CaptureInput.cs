using System.Buffers.Binary;
using System.IO;

namespace StackSharp.Drivers.PcapFile;

/// <summary>Reads numbers and runs of octets from a capture, in the byte order that the file turned out to have, and knows where it is.</summary>
internal sealed class CaptureInput(Stream stream) : IDisposable
{
    /// <summary>No frame and no block that is read as a whole is larger: what claims to be is damaged.</summary>
    public const int MaximumBytes = 16 << 20;

    private byte[] _bytes = new byte[4096];

    public bool BigEndian { get; set; }

    /// <summary>Octets read so far.</summary>
    public long Offset { get; private set; }

    public ushort UInt16(ReadOnlySpan<byte> bytes) =>
        BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    public uint UInt32(ReadOnlySpan<byte> bytes) =>
        BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    public long Int64(ReadOnlySpan<byte> bytes) =>
        BigEndian ? BinaryPrimitives.ReadInt64BigEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes);

    /// <summary>Fills a short span, or finds that nothing more is there.</summary>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="CaptureFormatException">The file ends in the middle.</exception>
    public bool TryFill(Span<byte> destination)
    {
        long start = Offset;
        int read = stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        Offset += read;
        if (read == destination.Length) return true;
        return read == 0 ? false : throw CutOff(start);
    }

    /// <summary>Fills a short span.</summary>
    /// <param name="start">Where what it belongs to begins, for the message.</param>
    /// <exception cref="CaptureFormatException">The file ends before.</exception>
    public void Fill(Span<byte> destination, long start)
    {
        int read = stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        Offset += read;
        if (read < destination.Length) throw CutOff(start);
    }

    /// <summary>The next octets, valid until the next call.</summary>
    /// <param name="start">Where what they belong to begins, for the message.</param>
    /// <exception cref="CaptureFormatException">The file ends before, or so many cannot be meant.</exception>
    public ReadOnlySpan<byte> Take(uint length, long start)
    {
        if (length > MaximumBytes) throw new CaptureFormatException(start, $"a length of {length} octets: the file is damaged.");
        if (length > _bytes.Length) _bytes = new byte[length];
        int read = stream.ReadAtLeast(_bytes.AsSpan(0, (int)length), (int)length, throwOnEndOfStream: false);
        Offset += read;
        return read == length ? _bytes.AsSpan(0, read) : throw CutOff(start);
    }

    /// <summary>Passes over octets without keeping them.</summary>
    /// <exception cref="CaptureFormatException">The file ends before.</exception>
    public void Skip(uint length, long start)
    {
        for (uint left = length; left > 0;)
        {
            uint piece = Math.Min(left, 4096);
            Take(piece, start);
            left -= piece;
        }
    }

    public void Dispose() => stream.Dispose();

    private static CaptureFormatException CutOff(long start) => new(start, "the file ends in the middle of what begins here.");
}
