using System.Buffers.Binary;
using System.IO;

namespace StackSharp.Drivers.PcapFile;

/// <summary>Reads pcap and pcapng files of either byte order, frame by frame: memory does not grow with the file.</summary>
/// <remarks>Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng. Unknown blocks and options are passed over.</remarks>
public abstract class CaptureReader : IDisposable
{
    private const int BufferBytes = 1 << 16;

    private protected CaptureReader(CaptureInput input) => Input = input;

    /// <summary>Interfaces known so far: in pcapng they may be described anywhere before their first frame.</summary>
    public abstract IReadOnlyList<CaptureInterface> Interfaces { get; }

    private protected CaptureInput Input { get; }

    /// <exception cref="CaptureFormatException">No capture file.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static CaptureReader Open(string path) =>
        Open(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferBytes, FileOptions.SequentialScan));

    /// <param name="stream">Belongs to the reader from now on. Need not be seekable.</param>
    /// <exception cref="CaptureFormatException">No capture file; the stream is closed.</exception>
    public static CaptureReader Open(Stream stream)
    {
        CaptureInput input = new(stream);
        try
        {
            Span<byte> magic = stackalloc byte[4];
            if (!input.TryFill(magic)) throw new CaptureFormatException(0, "the file is empty.");
            uint number = BinaryPrimitives.ReadUInt32LittleEndian(magic);
            if (number == PcapngReader.SectionHeader) return new PcapngReader(input);
            if (PcapReader.TryCreate(input, number, out PcapReader? reader)) return reader;
            throw new CaptureFormatException(0, $"neither pcap nor pcapng: the file begins with {Convert.ToHexString(magic)}.");
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next frame.</summary>
    /// <returns>False at the end of the capture.</returns>
    /// <exception cref="CaptureFormatException">The file is damaged or cut off; no more can be read.</exception>
    public abstract bool TryRead(out CapturedFrame frame);

    public void Dispose()
    {
        Input.Dispose();
        GC.SuppressFinalize(this);
    }
}
