using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Drivers.Native;

/// <summary>struct ifreq (netdevice(7)): an interface's name and one value.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal unsafe struct InterfaceRequest
{
    /// <summary>Octets that a name may have; the field has one more for the zero at the end.</summary>
    public const int MaximumNameLength = 15;

    private const int FamilyIpv4 = 2;

    [FieldOffset(16)]
    public short Flags;

    [FieldOffset(16)]
    public int Value;

    [FieldOffset(0)]
    private fixed byte _name[MaximumNameLength + 1];

    [FieldOffset(16)]
    private fixed byte _address[16];

    public InterfaceRequest(string name)
    {
        fixed (byte* start = _name) Encoding.UTF8.GetBytes(name, new Span<byte>(start, MaximumNameLength));
    }

    /// <summary>The name that the kernel wrote.</summary>
    public readonly string Name
    {
        get
        {
            fixed (byte* start = _name) return Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(start));
        }
    }

    /// <summary>The hardware address that the kernel wrote, behind the address family.</summary>
    public readonly MacAddress HardwareAddress
    {
        get
        {
            fixed (byte* start = _address) return MacAddress.FromBytes(new ReadOnlySpan<byte>(start + 2, MacAddress.Size));
        }
    }

    /// <summary>The kind of hardware address that the kernel wrote: ARPHRD_ETHER is 1.</summary>
    public readonly int HardwareType => (ushort)Flags;

    /// <summary>Names are octets to the kernel; what it or its users would trip over is refused.</summary>
    public static bool IsUsableName(string name) =>
        Encoding.UTF8.GetByteCount(name) is > 0 and <= MaximumNameLength && name is not ("." or "..")
        && !name.Any(letter => letter is '/' or ':' || char.IsWhiteSpace(letter) || char.IsControl(letter));

    public static InterfaceRequest WithIpv4(string name, uint address)
    {
        InterfaceRequest request = new(name);
        Span<byte> socketAddress = new(request._address, 16);
        BitConverter.TryWriteBytes(socketAddress, (ushort)FamilyIpv4);
        BinaryPrimitives.WriteUInt32BigEndian(socketAddress[4..], address);
        return request;
    }
}
