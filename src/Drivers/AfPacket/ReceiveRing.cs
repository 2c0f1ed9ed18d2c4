using System.Runtime.InteropServices;
using StackSharp.Drivers.Native;

namespace StackSharp.Drivers.AfPacket;

/// <summary>The memory that the kernel puts received frames into, slot after slot (TPACKET_V2). One thread reads it.</summary>
internal sealed unsafe class ReceiveRing
{
    private const int ReadAndWrite = 3;
    private const int Shared = 1;
    private readonly AfPacketSocket _socket;
    private readonly RingLayout _layout;
    private byte* _memory;
    private byte* _current;
    private uint _block;
    private uint _slotInBlock;

    /// <exception cref="DeviceException">No memory for it.</exception>
    public ReceiveRing(AfPacketSocket socket, RingLayout layout)
    {
        _socket = socket;
        _layout = layout;
        int error = Map();
        if (error != 0) throw AfPacketFault.Ring(socket.Device, (long)layout.TotalBytes, error);
    }

    /// <summary>The oldest frame; null if there is none.</summary>
    public ReceiveSlot* Current => _current != null && ((ReceiveSlot*)_current)->IsFilled ? (ReceiveSlot*)_current : null;

    /// <summary>Gives the current slot back to the kernel and goes on to the next.</summary>
    public void Advance()
    {
        ((ReceiveSlot*)_current)->Release();
        if (++_slotInBlock < _layout.SlotsPerBlock)
        {
            _current += _layout.SlotBytes;
            return;
        }

        _slotInBlock = 0;
        _block = _block + 1 == _layout.BlockCount ? 0 : _block + 1;
        _current = _memory + ((nuint)_block * _layout.BlockBytes);
    }

    /// <summary>Takes a new ring for this one. What was in it is lost.</summary>
    /// <returns>False: the kernel gives none; there is no ring from here on.</returns>
    public bool TryRebuild()
    {
        Unmap();
        return _socket.TrySetRing(default) == 0 && Map() == 0;
    }

    /// <summary>Gives the memory back. The kernel frees its side with the socket.</summary>
    public void Unmap()
    {
        if (_memory != null) Libc.Unmap(_memory, _layout.TotalBytes);
        _memory = _current = null;
    }

    // Returns the error's number; 0 if there is none.
    private int Map()
    {
        int error = _socket.TrySetRing(_layout);
        if (error != 0) return error;
        nint address = Libc.Map(0, _layout.TotalBytes, ReadAndWrite, Shared, _socket.Descriptor, 0);
        if (address == -1) return Marshal.GetLastSystemError();
        _memory = _current = (byte*)address;
        _block = _slotInBlock = 0;
        return 0;
    }
}
