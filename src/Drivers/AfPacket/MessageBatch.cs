using System.Runtime.InteropServices;
using StackSharp.Drivers.Native;
using StackSharp.Drivers.Offload;
using StackSharp.Stack.Buffers;

namespace StackSharp.Drivers.AfPacket;

/// <summary>Frames for one sendmmsg: nothing is copied, the kernel gathers headers and slices from where they are. One thread uses it.</summary>
internal sealed unsafe class MessageBatch
{
    /// <summary>Most frames in one call.</summary>
    public const int Capacity = 64;

    private const int DoNotWait = 0x40;
    private const int VectorsPerMessage = TransmitFrame.MaximumSlices + 2;
    private readonly AfPacketSocket _socket;
    private readonly Libc.Message* _messages;
    private readonly Libc.IoVector* _vectors;
    private readonly VirtioHeader* _headers;
    private int _count;

    public MessageBatch(AfPacketSocket socket)
    {
        _socket = socket;
        _messages = (Libc.Message*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(Libc.Message));
        _vectors = (Libc.IoVector*)NativeMemory.AllocZeroed(Capacity * VectorsPerMessage, (nuint)sizeof(Libc.IoVector));
        _headers = (VirtioHeader*)NativeMemory.AllocZeroed(Capacity, VirtioHeader.Size);
    }

    /// <summary>Adds a frame, which must live until <see cref="Send"/> has returned.</summary>
    public void Add(TransmitFrame frame)
    {
        Libc.IoVector* vectors = _vectors + (_count * VectorsPerMessage);
        int count = 0;
        if (_socket.HasHeader)
        {
            _headers[_count] = VirtioHeader.For(frame);
            vectors[count++] = new Libc.IoVector { Base = (byte*)(_headers + _count), Length = VirtioHeader.Size };
        }

        vectors[count++] = new Libc.IoVector { Base = frame.HeaderAddress, Length = (nuint)frame.HeaderLength };
        foreach (ref readonly PacketSlice slice in frame.Payload)
            vectors[count++] = new Libc.IoVector { Base = slice.Buffer.Address + slice.Offset, Length = (nuint)slice.Length };
        _messages[_count].Vectors = vectors;
        _messages[_count].VectorCount = (nuint)count;
        _count++;
    }

    /// <summary>Sends what was added, and starts afresh.</summary>
    /// <param name="octets">Of the frames that the kernel took.</param>
    /// <returns>Frames that the kernel took. The others found its queue full (EAGAIN, ENOBUFS), or make no sense to it (EINVAL, EMSGSIZE), or the
    /// interface is down (ENETDOWN) or gone (ENXIO).</returns>
    public int Send(out long octets)
    {
        octets = 0;
        int sent = 0;
        bool wasDown = false;
        for (int position = 0; position < _count;)
        {
            int taken = Libc.SendMessages(_socket.Descriptor, _messages + position, (uint)(_count - position), DoNotWait);
            if (taken > 0)
            {
                for (int end = position + taken; position < end; position++) octets += _messages[position].SentBytes;
                sent += taken;
                continue;
            }

            int error = Marshal.GetLastSystemError();
            if (error == ErrorNumber.Interrupted) continue;
            if (error == ErrorNumber.NoSuchDeviceOrAddress || (error == ErrorNumber.NetworkIsDown && wasDown)) break;   // So it will be for the rest.

            // Once, the socket tells that the interface was down, even if it is up again: that does not say that this frame cannot go.
            if (error == ErrorNumber.NetworkIsDown) wasDown = true;
            else position++;
        }

        if (_socket.HasHeader) octets -= (long)sent * VirtioHeader.Size;
        _count = 0;
        return sent;
    }

    public void Free()
    {
        NativeMemory.Free(_messages);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_headers);
    }
}
