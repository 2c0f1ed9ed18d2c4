using System.Buffers.Binary;
using System.Runtime.InteropServices;
using StackSharp.Drivers.Offload;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Drivers.AfPacket;

/// <summary>How a slot of the receive ring begins: struct tpacket2_hdr, then struct sockaddr_ll. A virtio header, if any, stands right before the frame.</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct ReceiveSlot
{
    /// <summary>Octets in front of a VLAN tag.</summary>
    public const int AddressBytes = 2 * MacAddress.Size;

    /// <summary>Octets in front of the network header, at most: both structures, the link header aligned to 16, the virtio header.</summary>
    public const int OverheadBytes = 96;

    private const uint BelongsToUs = 1;
    private const uint HasCopy = 2;
    private const uint ChecksumIsOpen = 8;
    private const uint HasVlanTag = 0x10;
    private const uint HasVlanProtocol = 0x40;
    private const byte Outgoing = 4;

    [FieldOffset(0)]
    private uint _status;
    [FieldOffset(4)]
    private readonly uint _frameBytes;
    [FieldOffset(8)]
    private readonly uint _capturedBytes;
    [FieldOffset(12)]
    private readonly ushort _frameOffset;
    [FieldOffset(24)]
    private readonly ushort _vlanControl;
    [FieldOffset(26)]
    private readonly ushort _vlanProtocol;
    [FieldOffset(42)]
    private readonly byte _packetType;

    /// <summary>The kernel has filled the slot. What it wrote is to be read after this only.</summary>
    public bool IsFilled => (Volatile.Read(ref _status) & BelongsToUs) != 0;

    /// <summary>This machine sent it: the kernel leaves those out, but not every kernel does so for a group of sockets.</summary>
    public readonly bool IsOutgoing => _packetType == Outgoing;

    /// <summary>The slot has only the frame's beginning: the whole of it is next in the socket's queue, if the slot before was taken.</summary>
    public readonly bool IsQueued => (_status & HasCopy) != 0;

    /// <summary>The kernel took the outer VLAN tag out of the frame.</summary>
    public readonly bool HasTag => (_status & HasVlanTag) != 0;

    /// <summary>Octets of the whole frame, without the tag.</summary>
    public readonly uint FrameBytes => _frameBytes;

    /// <summary>Gives the slot back. What it held may be overwritten from here on.</summary>
    public void Release() => Volatile.Write(ref _status, 0);

    /// <summary>Copies the frame and what the kernel says of it.</summary>
    /// <param name="slot">Filled.</param>
    /// <param name="hasHeader">A virtio header stands before the frame.</param>
    /// <returns>False: the slot or the buffer is too short for it.</returns>
    public static bool TryCopyTo(ReceiveSlot* slot, bool hasHeader, PacketBuffer buffer)
    {
        int length = (int)slot->_capturedBytes;
        int total = slot->HasTag ? length + VlanTag.Size : length;
        if (slot->_capturedBytes != slot->_frameBytes || length < EthernetHeader.Size || total > buffer.Capacity) return false;
        byte* start = (byte*)slot + slot->_frameOffset;
        ReadOnlySpan<byte> frame = new(start, length);
        buffer.SetRange(0, total);
        if (slot->HasTag) CopyTagged(slot, frame, buffer.Span);
        else frame.CopyTo(buffer.Span);

        // A checksum that the sender left open never crossed a wire: nothing can have damaged the frame.
        buffer.Offload = hasHeader
            ? ((VirtioHeader*)(start - VirtioHeader.Size))->Received
            : new ReceiveOffload((slot->_status & ChecksumIsOpen) != 0, 0);
        return true;
    }

    /// <summary>Writes the tag that the kernel took out, to where the stack wants it back: behind the addresses.</summary>
    public readonly void WriteTag(Span<byte> frame)
    {
        ushort protocol = (_status & HasVlanProtocol) != 0 ? _vlanProtocol : (ushort)EtherType.Vlan;
        BinaryPrimitives.WriteUInt16BigEndian(frame[AddressBytes..], protocol);
        BinaryPrimitives.WriteUInt16BigEndian(frame[(AddressBytes + sizeof(ushort))..], _vlanControl);
    }

    private static void CopyTagged(ReceiveSlot* slot, ReadOnlySpan<byte> frame, Span<byte> destination)
    {
        frame[..AddressBytes].CopyTo(destination);
        slot->WriteTag(destination);
        frame[AddressBytes..].CopyTo(destination[(AddressBytes + VlanTag.Size)..]);
    }
}
