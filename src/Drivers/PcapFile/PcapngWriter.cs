using System.Buffers;
using System.Buffers.Binary;
using System.IO;
using System.Text;

namespace StackSharp.Drivers.PcapFile;

/// <summary>Writes pcapng in one section, little-endian, with time stamps in nanoseconds. One thread at a time.</summary>
public sealed class PcapngWriter : IDisposable
{
    private const byte NanosecondResolution = 9;
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly ArrayBufferWriter<byte> _block = new(4096);

    /// <summary>Writes the section header.</summary>
    /// <param name="stream">Belongs to the writer, unless <paramref name="leaveOpen"/>.</param>
    /// <exception cref="IOException">Writing fails: as from every method here.</exception>
    public PcapngWriter(Stream stream, bool leaveOpen = false)
    {
        _stream = stream;
        _leaveOpen = leaveOpen;
        Begin(PcapngReader.SectionHeader);
        Add(PcapngReader.ByteOrderMagic);
        Add(0x0000_0001);   // Version 1.0.
        Add(uint.MaxValue);
        Add(uint.MaxValue);   // Section length unknown.
        AddOption(PcapngOption.SectionApplication, "StackSharp");
        EndBlock(hasOptions: true);
    }

    /// <summary>Interfaces described so far.</summary>
    public int InterfaceCount { get; private set; }

    /// <summary>Creates or overwrites a file.</summary>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public static PcapngWriter Create(string path) =>
        new(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16));

    /// <summary>Describes an interface.</summary>
    /// <returns>Its number, for <see cref="WriteFrame"/>.</returns>
    public int AddInterface(CaptureInterface described)
    {
        Begin(PcapngReader.InterfaceDescription);
        Add((uint)described.LinkType);
        Add(described.SnapLength);
        if (described.Name is not null) AddOption(PcapngOption.InterfaceName, described.Name);
        if (described.Description is not null) AddOption(PcapngOption.InterfaceDescription, described.Description);
        AddOption(PcapngOption.TimeResolution, [NanosecondResolution]);
        EndBlock(hasOptions: true);
        return InterfaceCount++;
    }

    /// <summary>Writes one frame.</summary>
    /// <param name="interfaceNumber">As <see cref="AddInterface"/> returned it.</param>
    /// <param name="nanosecondsSinceEpoch">Not before 1970-01-01 UTC.</param>
    /// <param name="bytes">What is kept of the frame.</param>
    /// <param name="originalLength">Octets that the frame had.</param>
    /// <param name="comments">Attached to the frame, each up to 65535 octets of UTF-8; longer ones are cut.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such interface, or time before 1970.</exception>
    public void WriteFrame(
        int interfaceNumber, long nanosecondsSinceEpoch, ReadOnlySpan<byte> bytes, int originalLength,
        CaptureDirection direction = CaptureDirection.Unknown, IEnumerable<string>? comments = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)interfaceNumber, (uint)InterfaceCount, nameof(interfaceNumber));
        ArgumentOutOfRangeException.ThrowIfNegative(nanosecondsSinceEpoch);
        Begin(PcapngReader.EnhancedPacket);
        Add((uint)interfaceNumber);
        Add((uint)(nanosecondsSinceEpoch >> 32));
        Add((uint)nanosecondsSinceEpoch);
        Add((uint)bytes.Length);
        Add((uint)originalLength);
        _block.Write(bytes);
        Pad(bytes.Length);
        bool hasOptions = direction != CaptureDirection.Unknown;
        if (hasOptions) AddOption(PcapngOption.PacketFlags, (uint)direction);
        foreach (string comment in comments ?? [])
        {
            AddOption(PcapngOption.Comment, comment);
            hasOptions = true;
        }

        EndBlock(hasOptions);
    }

    /// <summary>Writes an interface's counters (an Interface Statistics Block).</summary>
    /// <param name="nanosecondsSinceEpoch">When they were read.</param>
    /// <param name="received">Frames that passed the interface.</param>
    /// <param name="droppedByInterface">Frames that the interface dropped.</param>
    /// <param name="droppedBySystem">Frames that passed but were not recorded.</param>
    public void WriteStatistics(
        int interfaceNumber, long nanosecondsSinceEpoch, long received, long droppedByInterface, long droppedBySystem, IEnumerable<string>? comments = null)
    {
        Begin(PcapngReader.InterfaceStatistics);
        Add((uint)interfaceNumber);
        Add((uint)(nanosecondsSinceEpoch >> 32));
        Add((uint)nanosecondsSinceEpoch);
        foreach (string comment in comments ?? []) AddOption(PcapngOption.Comment, comment);
        AddOption(PcapngOption.StatisticsReceived, (ulong)received);
        AddOption(PcapngOption.StatisticsDroppedByInterface, (ulong)droppedByInterface);
        AddOption(PcapngOption.StatisticsDroppedBySystem, (ulong)droppedBySystem);
        EndBlock(hasOptions: true);
    }

    public void Flush() => _stream.Flush();

    public void Dispose()
    {
        _stream.Flush();
        if (!_leaveOpen) _stream.Dispose();
    }

    private void Begin(uint type)
    {
        _block.ResetWrittenCount();
        Add(type);
        Add(0);   // The length, once it is known.
    }

    private void EndBlock(bool hasOptions)
    {
        if (hasOptions) Add(PcapngOption.End);
        uint length = (uint)_block.WrittenCount + sizeof(uint);
        Add(length);

        // The one writer of this buffer may also patch it.
        Span<byte> block = System.Runtime.InteropServices.MemoryMarshal.AsMemory(_block.WrittenMemory).Span;
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], length);
        _stream.Write(block);
    }

    private void Add(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_block.GetSpan(sizeof(uint)), value);
        _block.Advance(sizeof(uint));
    }

    private void AddOption(ushort code, uint value)
    {
        Add(code | ((uint)sizeof(uint) << 16));
        Add(value);
    }

    private void AddOption(ushort code, ulong value)
    {
        Add(code | ((uint)sizeof(ulong) << 16));
        Add((uint)value);
        Add((uint)(value >> 32));
    }

    private void AddOption(ushort code, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        AddOption(code, bytes.AsSpan(0, Math.Min(bytes.Length, ushort.MaxValue)));
    }

    private void AddOption(ushort code, ReadOnlySpan<byte> value)
    {
        Add(code | (uint)(value.Length << 16));
        _block.Write(value);
        Pad(value.Length);
    }

    private void Pad(int length)
    {
        int padding = -length & 3;
        _block.GetSpan(4)[..padding].Clear();
        _block.Advance(padding);
    }
}
