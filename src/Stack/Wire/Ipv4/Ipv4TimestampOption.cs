using System.Buffers.Binary;

namespace StackSharp.Stack.Wire.Ipv4;

/// <summary>What the Timestamp option asks for (RFC 791 §3.1).</summary>
public enum Ipv4TimestampMode : byte
{
    /// <summary>Timestamps only.</summary>
    TimestampsOnly = 0,

    /// <summary>Each timestamp after the address of who gave it.</summary>
    WithAddresses = 1,

    /// <summary>The sender named the addresses; only these answer.</summary>
    Prespecified = 3,
}

/// <summary>Internet Timestamp (RFC 791 §3.1): a pointer, a counter of those that found no room, a mode, and slots.</summary>
public static class Ipv4TimestampOption
{
    private const int PrefixSize = 4;   // Type, length, pointer, overflow and mode.
    private const int FirstPointer = PrefixSize + 1;
    private const int MaximumOverflow = 15;
    private const int ModeMask = 0xF;

    /// <summary>Bytes of one slot.</summary>
    public static int SlotSize(Ipv4TimestampMode mode) => mode == Ipv4TimestampMode.TimestampsOnly ? 4 : 8;

    /// <summary>Bytes of an option with so many slots.</summary>
    public static int Size(Ipv4TimestampMode mode, int slots) => PrefixSize + (slots * SlotSize(mode));

    /// <summary>Puts a timestamp into the next free slot, or counts that there was none.</summary>
    /// <param name="option">From the type octet to the end of the option, checked by <see cref="Ipv4Options.TryParse"/>.</param>
    /// <param name="millisecondsSinceMidnight">Universal time; the highest bit set marks another unit.</param>
    /// <returns>False if the overflow counter itself overflowed, which drops the datagram with a Parameter Problem.</returns>
    public static bool TryRecord(Span<byte> option, in IpAddress address, uint millisecondsSinceMidnight)
    {
        Ipv4TimestampMode mode = (Ipv4TimestampMode)(option[3] & ModeMask);
        int slot = option[2] - 1;
        int slotSize = SlotSize(mode);
        if (slot + slotSize > option.Length) return TryCountOverflow(option);
        if (mode == Ipv4TimestampMode.Prespecified && BinaryPrimitives.ReadUInt32BigEndian(option[slot..]) != address.Ipv4Value) return true;
        if (mode != Ipv4TimestampMode.TimestampsOnly) BinaryPrimitives.WriteUInt32BigEndian(option[slot..], address.Ipv4Value);
        BinaryPrimitives.WriteUInt32BigEndian(option[(slot + slotSize - sizeof(uint))..], millisecondsSinceMidnight);
        option[2] += (byte)slotSize;
        return true;
    }

    /// <summary>Checks length, pointer and mode; on failure moves the offset of the option to that of the octet at fault.</summary>
    internal static bool IsWellFormed(ReadOnlySpan<byte> value, ref int offset)
    {
        if (value.Length < PrefixSize - 2)
        {
            offset++;
            return false;
        }

        int mode = value[1] & ModeMask;
        if (mode is not (0 or 1 or 3))
        {
            offset += 3;
            return false;
        }

        int slotSize = SlotSize((Ipv4TimestampMode)mode);
        if ((value.Length + 2 - PrefixSize) % slotSize != 0)
        {
            offset++;
            return false;
        }

        if (value[0] >= FirstPointer && (value[0] - FirstPointer) % slotSize == 0) return true;
        offset += 2;
        return false;
    }

    private static bool TryCountOverflow(Span<byte> option)
    {
        int overflow = option[3] >> 4;
        if (overflow == MaximumOverflow) return false;
        option[3] += 1 << 4;
        return true;
    }
}
