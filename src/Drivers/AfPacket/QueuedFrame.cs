using System.Runtime.InteropServices;
using StackSharp.Drivers.Native;
using StackSharp.Drivers.Offload;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Drivers.AfPacket;

/// <summary>A frame too long for its slot of the receive ring: the kernel queues it, in the order of the slots (PACKET_COPY_THRESH).</summary>
internal static unsafe class QueuedFrame
{
    /// <summary>Reads the oldest frame of the queue straight into a buffer, behind what the kernel says of it.</summary>
    /// <param name="socket">With a virtio header before each frame.</param>
    /// <param name="slot">The frame's.</param>
    /// <param name="hasFailed">The interface went down: this call was told, and nobody else will be.</param>
    /// <returns>False: the buffer is too short for it. It is out of the queue all the same.</returns>
    public static bool TryRead(AfPacketSocket socket, ReceiveSlot* slot, PacketBuffer buffer, out bool hasFailed)
    {
        uint length = slot->FrameBytes;
        uint total = slot->HasTag ? length + VlanTag.Size : length;
        bool fits = length >= EthernetHeader.Size && total <= (uint)buffer.Capacity;
        VirtioHeader header;
        Libc.IoVector* vectors = stackalloc Libc.IoVector[3];
        vectors[0] = new Libc.IoVector { Base = (byte*)&header, Length = VirtioHeader.Size };
        int count = 1;
        if (fits && slot->HasTag)
        {
            vectors[count++] = new Libc.IoVector { Base = buffer.Address, Length = ReceiveSlot.AddressBytes };
            vectors[count++] = new Libc.IoVector
            {
                Base = buffer.Address + ReceiveSlot.AddressBytes + VlanTag.Size,
                Length = length - ReceiveSlot.AddressBytes,
            };
        }
        else if (fits)
        {
            vectors[count++] = new Libc.IoVector { Base = buffer.Address, Length = length };
        }

        // What does not fit into the vectors is thrown away.
        nint read = Read(socket, vectors, count, out hasFailed);
        if (!fits || read != VirtioHeader.Size + (nint)length) return false;
        buffer.SetRange(0, (int)total);
        if (slot->HasTag) slot->WriteTag(buffer.Span);
        buffer.Offload = header.Received;
        return true;
    }

    // An error that waits to be told keeps a frame in the queue for one more call.
    private static nint Read(AfPacketSocket socket, Libc.IoVector* vectors, int count, out bool hasFailed)
    {
        hasFailed = false;
        while (true)
        {
            nint read = Libc.ReadVector(socket.Descriptor, vectors, count);
            if (read >= 0) return read;
            int error = Marshal.GetLastSystemError();
            if (error == ErrorNumber.NetworkIsDown) hasFailed = true;
            else if (error != ErrorNumber.Interrupted) return read;
        }
    }
}
