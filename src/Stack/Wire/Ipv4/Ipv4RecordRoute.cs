using System.Buffers.Binary;

namespace StackSharp.Stack.Wire.Ipv4;

/// <summary>Record Route (RFC 791 §3.1): a pointer, counted from 1 at the type octet, and room for addresses. Source routes
/// have the same shape.</summary>
public static class Ipv4RecordRoute
{
    /// <summary>The largest number of addresses that a header has room for.</summary>
    public const int MaximumSlots = 9;

    private const int PrefixSize = 3;   // Type, length, pointer.
    private const int FirstPointer = PrefixSize + 1;

    /// <summary>Bytes of an option with room for so many addresses.</summary>
    public static int Size(int slots) => PrefixSize + (slots * IpAddress.Ipv4Size);

    /// <summary>Puts an address into the next free slot, if there is one left (RFC 791 §3.1).</summary>
    /// <param name="option">From the type octet to the end of the option, checked by <see cref="Ipv4Options.TryParse"/>.</param>
    /// <returns>False if the route is full; the option is then unchanged.</returns>
    public static bool TryRecord(Span<byte> option, in IpAddress address)
    {
        int slot = option[2] - 1;
        if (slot + IpAddress.Ipv4Size > option.Length) return false;
        BinaryPrimitives.WriteUInt32BigEndian(option[slot..], address.Ipv4Value);
        option[2] += IpAddress.Ipv4Size;
        return true;
    }

    /// <summary>Checks length and pointer; on failure moves the offset of the option to that of the octet at fault.</summary>
    internal static bool IsWellFormed(ReadOnlySpan<byte> value, ref int offset)
    {
        int slotBytes = value.Length - 1;
        if (slotBytes < 0 || slotBytes % IpAddress.Ipv4Size != 0)
        {
            offset++;
            return false;
        }

        int pointer = value[0];
        if (pointer >= FirstPointer && pointer % IpAddress.Ipv4Size == 0) return true;
        offset += 2;
        return false;
    }
}
