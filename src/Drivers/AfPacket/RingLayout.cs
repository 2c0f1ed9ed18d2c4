using System.Numerics;
using System.Runtime.InteropServices;

namespace StackSharp.Drivers.AfPacket;

/// <summary>struct tpacket_req: a ring is blocks of memory, and in each of them as many slots as fit (packet_mmap.rst).</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct RingLayout
{
    private const int LargestBlockBytes = 1 << 20;
    private const int Alignment = 16;

    private RingLayout(int blockBytes, int blockCount, int slotBytes)
    {
        BlockBytes = (uint)blockBytes;
        BlockCount = (uint)blockCount;
        SlotBytes = (uint)slotBytes;
        SlotCount = (uint)(blockBytes / slotBytes * blockCount);
    }

    public readonly uint BlockBytes;
    public readonly uint BlockCount;
    public readonly uint SlotBytes;
    public readonly uint SlotCount;

    public uint SlotsPerBlock => BlockBytes / SlotBytes;

    public nuint TotalBytes => (nuint)BlockBytes * BlockCount;

    /// <param name="frameBytes">Longest frame that a slot holds.</param>
    /// <param name="frames">Slots, at least: the last block is filled up.</param>
    public static RingLayout For(int frameBytes, int frames)
    {
        int slotBytes = (ReceiveSlot.OverheadBytes + frameBytes + Alignment - 1) & -Alignment;

        // The kernel takes whole pages, and memory in powers of two: blocks of any other size would waste what is left of theirs.
        long wanted = Math.Clamp((long)slotBytes * frames, Math.Max(Environment.SystemPageSize, slotBytes), LargestBlockBytes);
        int blockBytes = (int)BitOperations.RoundUpToPowerOf2((uint)wanted);
        int slotsPerBlock = blockBytes / slotBytes;
        return new RingLayout(blockBytes, (int)(((long)frames + slotsPerBlock - 1) / slotsPerBlock), slotBytes);
    }
}
