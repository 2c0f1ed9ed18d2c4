using System.Buffers.Binary;

namespace StackSharp.Stack.Wire.Tcp;

/// <summary>Everything that the options of one segment say. Options are taken as they come; which of them count on a SYN only
/// is for the connection to know. An option whose length is not its kind's is ignored; of two of a kind the later one counts.</summary>
public readonly ref struct TcpSegmentOptions
{
    /// <summary>The largest shift there is (RFC 7323 §2.3).</summary>
    public const int MaximumWindowScale = 14;

    /// <summary>What Fast Open was known as before it had a kind of its own (RFC 6994; RFC 7413 §7).</summary>
    internal const ushort FastOpenExperiment = 0xF989;

    /// <summary>G: the timeout is in minutes and not in seconds (RFC 5482 §3).</summary>
    internal const int UserTimeoutInMinutes = 0x8000;

    private const int MaximumSackBlocks = 4;
    private const int TimestampsLayoutSize = 12;
    private const uint TimestampsLayout = 0x0101_080A;   // NOP, NOP, kind 8, length 10 (RFC 7323 appendix A).

    private const int EcnFieldBytes = 3;

    private readonly ReadOnlySpan<byte> _sack;
    private readonly ReadOnlySpan<byte> _ecn;
    private readonly bool _isEcnReversed;

    private TcpSegmentOptions(ReadOnlySpan<byte> alignedTimestamps)
    {
        WindowScale = -1;
        HasTimestamps = true;
        TimestampValue = BinaryPrimitives.ReadUInt32BigEndian(alignedTimestamps);
        TimestampEchoReply = BinaryPrimitives.ReadUInt32BigEndian(alignedTimestamps[4..]);
    }

    private TcpSegmentOptions(TcpOptionReader reader)
    {
        WindowScale = -1;
        while (reader.TryRead(out TcpOptionKind kind, out ReadOnlySpan<byte> value))
        {
            switch (kind)
            {
                case TcpOptionKind.MaximumSegmentSize when value.Length == 2:
                    MaximumSegmentSize = BinaryPrimitives.ReadUInt16BigEndian(value);
                    break;
                case TcpOptionKind.WindowScale when value.Length == 1:
                    WindowScale = Math.Min((int)value[0], MaximumWindowScale);
                    break;
                case TcpOptionKind.SackPermitted when value.IsEmpty:
                    SackPermitted = true;
                    break;
                case TcpOptionKind.Sack when IsSackLength(value.Length):
                    _sack = value;
                    break;
                case TcpOptionKind.Timestamps when value.Length == 8:
                    HasTimestamps = true;
                    TimestampValue = BinaryPrimitives.ReadUInt32BigEndian(value);
                    TimestampEchoReply = BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
                    break;
                case TcpOptionKind.UserTimeout when value.Length == 2:
                    UserTimeout = ReadUserTimeout(BinaryPrimitives.ReadUInt16BigEndian(value));
                    break;
                case TcpOptionKind.FastOpen when IsCookieLength(value.Length):
                    HasFastOpen = true;
                    FastOpenCookie = value;
                    FastOpenIsExperimental = false;
                    break;
                case TcpOptionKind.AccurateEcn0 or TcpOptionKind.AccurateEcn1:
                    HasAccurateEcn = true;
                    _isEcnReversed = kind == TcpOptionKind.AccurateEcn1;
                    _ecn = value;
                    break;
                case TcpOptionKind.Experiment when IsFastOpenExperiment(value):
                    HasFastOpen = true;
                    FastOpenCookie = value[sizeof(ushort)..];
                    FastOpenIsExperimental = true;
                    break;
            }
        }

        Malformed = reader.Malformed;
    }

    /// <summary>Bytes; 0 if absent (RFC 9293 §3.7.1).</summary>
    public ushort MaximumSegmentSize { get; }

    /// <summary>The shift, more than 14 being taken as 14 (RFC 7323 §2.3); -1 if absent.</summary>
    public int WindowScale { get; }

    public bool SackPermitted { get; }

    public bool HasTimestamps { get; }

    /// <summary>TSval (RFC 7323 §3.2).</summary>
    public uint TimestampValue { get; }

    /// <summary>TSecr; valid only with ACK (RFC 7323 §3.2).</summary>
    public uint TimestampEchoReply { get; }

    /// <summary>Number of SACK blocks, 0..4.</summary>
    public int SackCount => _sack.Length / SackBlock.Size;

    /// <summary>Zero if absent, or if it says zero, which means nothing (RFC 5482 §3).</summary>
    public TimeSpan UserTimeout { get; }

    /// <summary>True for a cookie as well as for a request of one.</summary>
    public bool HasFastOpen { get; }

    /// <summary>4..16 bytes, or none if one is asked for (RFC 7413 §4.1.1).</summary>
    public ReadOnlySpan<byte> FastOpenCookie { get; }

    /// <summary>The option came in the form that it had as an experiment: it is answered in the same.</summary>
    public bool FastOpenIsExperimental { get; }

    /// <summary>There are counts of marked octets (RFC 9768 §3.2.3), or an option for them without any.</summary>
    public bool HasAccurateEcn { get; }

    /// <summary>Octets that arrived with ECT(0), modulo 2^24; -1: not said.</summary>
    public int EchoedEct0Bytes => EcnField(_isEcnReversed ? 2 : 0);

    /// <summary>Octets that arrived with CE, modulo 2^24; -1: not said.</summary>
    public int EchoedCeBytes => EcnField(1);

    /// <summary>Octets that arrived with ECT(1), modulo 2^24; -1: not said.</summary>
    public int EchoedEct1Bytes => EcnField(_isEcnReversed ? 0 : 2);

    /// <summary>True if an illegal length ended the walk (RFC 9293 §3.1, MUST-7); what came before it still counts.</summary>
    public bool Malformed { get; }

    /// <summary>Reads options at any alignment (RFC 9293 §3.1, MUST-64).</summary>
    /// <param name="options">The options of a header; the result refers to them.</param>
    public static TcpSegmentOptions Parse(ReadOnlySpan<byte> options)
    {
        if (options.Length == TimestampsLayoutSize && BinaryPrimitives.ReadUInt32BigEndian(options) == TimestampsLayout)
        {
            return new TcpSegmentOptions(options[4..]);
        }

        return new TcpSegmentOptions(new TcpOptionReader(options));
    }

    /// <summary>A SACK block in the order of the option.</summary>
    /// <param name="index">0..<see cref="SackCount"/>-1.</param>
    public SackBlock Sack(int index)
    {
        ReadOnlySpan<byte> block = _sack.Slice(index * SackBlock.Size, SackBlock.Size);
        return new SackBlock(
            new SequenceNumber(BinaryPrimitives.ReadUInt32BigEndian(block)),
            new SequenceNumber(BinaryPrimitives.ReadUInt32BigEndian(block[4..])));
    }

    private static TimeSpan ReadUserTimeout(int value)
    {
        int time = value & (UserTimeoutInMinutes - 1);
        return (value & UserTimeoutInMinutes) != 0 ? TimeSpan.FromMinutes(time) : TimeSpan.FromSeconds(time);
    }

    // Of an option of any other length the whole fields count (RFC 9768 §3.2.3).
    private int EcnField(int index)
    {
        if (_ecn.Length < (index + 1) * EcnFieldBytes) return -1;
        ReadOnlySpan<byte> field = _ecn[(index * EcnFieldBytes)..];
        return field[0] << 16 | BinaryPrimitives.ReadUInt16BigEndian(field[1..]);
    }

    private static bool IsCookieLength(int length) => length is 0 or (>= 4 and <= 16) && length % 2 == 0;

    private static bool IsFastOpenExperiment(ReadOnlySpan<byte> value) =>
        value.Length >= sizeof(ushort) && BinaryPrimitives.ReadUInt16BigEndian(value) == FastOpenExperiment && IsCookieLength(value.Length - sizeof(ushort));

    private static bool IsSackLength(int valueLength) =>
        valueLength is > 0 and <= MaximumSackBlocks * SackBlock.Size && valueLength % SackBlock.Size == 0;
}
