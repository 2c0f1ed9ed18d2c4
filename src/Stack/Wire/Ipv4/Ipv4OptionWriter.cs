using System.Buffers.Binary;

namespace StackSharp.Stack.Wire.Ipv4;

/// <summary>Writes IPv4 options one after the other, without aligning them.</summary>
/// <remarks>Writing past the destination is a bug of the caller and throws <see cref="ArgumentOutOfRangeException"/>.</remarks>
public ref struct Ipv4OptionWriter(Span<byte> destination)
{
    /// <summary>Bytes that options may take in a header.</summary>
    public const int MaximumSize = Ipv4Header.MaximumSize - Ipv4Header.MinimumSize;

    private const int CopiedBit = 0x80;

    private readonly Span<byte> _destination = destination;

    /// <summary>Bytes written so far.</summary>
    public int Written { get; private set; }

    /// <summary>An empty route with room for 1..9 addresses (RFC 791 §3.1).</summary>
    public void RecordRoute(int slots)
    {
        Span<byte> value = Append(Ipv4OptionType.RecordRoute, Ipv4RecordRoute.Size(slots));
        value.Clear();
        value[0] = 4;
    }

    /// <summary>An empty timestamp option (RFC 791 §3.1).</summary>
    /// <param name="slots">1..9 for timestamps only, else 1..4.</param>
    public void Timestamp(Ipv4TimestampMode mode, int slots)
    {
        Span<byte> value = Append(Ipv4OptionType.Timestamp, Ipv4TimestampOption.Size(mode, slots));
        value.Clear();
        value[0] = 5;
        value[1] = (byte)mode;
    }

    /// <summary>Asks every router to look at the packet (RFC 2113 §2.1).</summary>
    public void RouterAlert(ushort value = 0) => BinaryPrimitives.WriteUInt16BigEndian(Append(Ipv4OptionType.RouterAlert, 4), value);

    public void NoOperation() => _destination[Written++] = (byte)Ipv4OptionType.NoOperation;

    /// <summary>Ends the list with zeros up to a multiple of four bytes (RFC 791 §3.1).</summary>
    public void PadToWord()
    {
        int padding = -Written & 3;
        _destination.Slice(Written, padding).Clear();
        Written += padding;
    }

    /// <summary>The options that go into fragments after the first: those with the copied bit (RFC 791 §3.2).</summary>
    /// <param name="options">The options of the datagram; the walk ends at a malformed one.</param>
    /// <param name="destination">As long as the options, which fill whole words.</param>
    /// <returns>Bytes written, a multiple of four.</returns>
    public static int CopyForLaterFragments(ReadOnlySpan<byte> options, Span<byte> destination)
    {
        Ipv4OptionReader reader = new(options);
        Ipv4OptionWriter writer = new(destination);
        while (reader.TryRead(out Ipv4OptionType type, out ReadOnlySpan<byte> value))
        {
            if (((int)type & CopiedBit) != 0) value.CopyTo(writer.Append(type, value.Length + 2));
        }

        writer.PadToWord();
        return writer.Written;
    }

    private Span<byte> Append(Ipv4OptionType type, int length)
    {
        Span<byte> option = _destination.Slice(Written, length);
        option[0] = (byte)type;
        option[1] = (byte)length;
        Written += length;
        return option[2..];
    }
}
