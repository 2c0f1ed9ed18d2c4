using System.Text;

namespace StackSharp.Drivers.PcapFile;

/// <summary>Option codes of pcapng blocks (draft-ietf-opsawg-pcapng §3.5, §4): the same number means different things in different blocks.</summary>
internal static class PcapngOption
{
    public const ushort End = 0;
    public const ushort Comment = 1;
    public const ushort SectionApplication = 4;
    public const ushort InterfaceName = 2;
    public const ushort InterfaceDescription = 3;
    public const ushort TimeResolution = 9;
    public const ushort TimeOffset = 14;
    public const ushort PacketFlags = 2;
    public const ushort StatisticsReceived = 4;
    public const ushort StatisticsDroppedByInterface = 5;
    public const ushort StatisticsDroppedBySystem = 7;

    /// <summary>Strings are UTF-8 and need no zero at the end; some writers put one.</summary>
    public static string Text(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value.TrimEnd((byte)0));
}

/// <summary>Walks the options of a block.</summary>
internal ref struct PcapngOptionReader(CaptureInput input, ReadOnlySpan<byte> options, long blockStart)
{
    private ReadOnlySpan<byte> _rest = options;

    /// <exception cref="CaptureFormatException">An option reaches beyond its block.</exception>
    public bool TryRead(out ushort code, out ReadOnlySpan<byte> value)
    {
        code = PcapngOption.End;
        value = default;
        if (_rest.Length < 4) return false;
        code = input.UInt16(_rest);
        int length = input.UInt16(_rest[2..]);
        if (code == PcapngOption.End) return false;
        if (length > _rest.Length - 4) throw new CaptureFormatException(blockStart, $"option {code} of {length} octets reaches beyond its block.");
        value = _rest.Slice(4, length);
        _rest = _rest[Math.Min(_rest.Length, 4 + ((length + 3) & ~3))..];
        return true;
    }
}
