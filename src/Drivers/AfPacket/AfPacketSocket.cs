using System.Buffers.Binary;
using System.Runtime.InteropServices;
using StackSharp.Drivers.Native;

namespace StackSharp.Drivers.AfPacket;

/// <summary>A packet socket for one interface, and what the kernel agreed to on it (packet(7)).</summary>
internal sealed unsafe class AfPacketSocket
{
    private const int Family = 17;
    private const int RawNonBlockingCloseOnExec = 3 | 0x800 | 0x80000;
    private const ushort AllProtocols = 3;
    private const int AddressBytes = 20;
    private const int Version2 = 1;
    private const ushort Promiscuous = 1;
    private const ushort AllMulticast = 2;
    private const int FanoutByFlow = 0;
    private const int FanoutHidesOutgoing = 0x4000;
    private const int FanoutNewGroup = 0x2000;
    private readonly int _interfaceIndex;

    private AfPacketSocket(string device, int interfaceIndex, int descriptor)
    {
        Device = device;
        _interfaceIndex = interfaceIndex;
        Descriptor = descriptor;
    }

    private enum Level
    {
        Socket = 1,
        Packet = 263,
    }

    private enum SocketOption
    {
        Error = 4,
        SendBuffer = 7,
        ReceiveBuffer = 8,
        SendBufferForce = 32,
        ReceiveBufferForce = 33,
    }

    private enum PacketOption
    {
        AddMembership = 1,
        ReceiveRing = 5,
        Statistics = 6,
        CopyThreshold = 7,
        Version = 10,
        VirtioHeader = 15,
        Fanout = 18,
        IgnoreOutgoing = 23,
    }

    public string Device { get; }

    public int Descriptor { get; }

    /// <summary>A virtio header stands before each frame, in both directions.</summary>
    public bool HasHeader { get; private set; }

    /// <summary>The interface was removed, or moved to another namespace: nothing comes from this socket any more.</summary>
    public bool HasLostInterface
    {
        get
        {
            byte* address = stackalloc byte[AddressBytes];
            uint length = AddressBytes;
            return Libc.GetSocketName(Descriptor, address, &length) == 0 && *(int*)(address + 4) < 0;
        }
    }

    /// <summary>Makes a socket that nothing arrives at before <see cref="Bind"/>.</summary>
    /// <param name="interfaceIndex">The kernel's number for the interface.</param>
    /// <param name="promiscuous">Receive frames to other stations too.</param>
    /// <exception cref="DeviceException">No permission, or a kernel that lacks what is needed.</exception>
    public static AfPacketSocket Open(AfPacketOptions options, int interfaceIndex, bool promiscuous)
    {
        int descriptor = Libc.Socket(Family, RawNonBlockingCloseOnExec, 0);
        if (descriptor < 0) throw AfPacketFault.Open(options.DeviceName, Marshal.GetLastSystemError());
        AfPacketSocket socket = new(options.DeviceName, interfaceIndex, descriptor);
        try
        {
            socket.Prepare(options, promiscuous);
            return socket;
        }
        catch (DeviceException)
        {
            socket.Close();
            throw;
        }
    }

    /// <summary>From here on frames arrive.</summary>
    public void Bind()
    {
        byte* address = stackalloc byte[AddressBytes];   // struct sockaddr_ll
        new Span<byte>(address, AddressBytes).Clear();
        *(ushort*)address = Family;
        BinaryPrimitives.WriteUInt16BigEndian(new Span<byte>(address + 2, sizeof(ushort)), AllProtocols);
        *(int*)(address + 4) = _interfaceIndex;
        if (Libc.Bind(Descriptor, address, AddressBytes) < 0) throw AfPacketFault.Set(Device, "bind to the interface", Marshal.GetLastSystemError());
    }

    /// <summary>Shares the interface's frames with other sockets, each flow to one of them.</summary>
    /// <param name="group">That of the first socket; null: a new one, which no other socket of this network has.</param>
    /// <returns>The group.</returns>
    public int JoinFanout(int? group)
    {
        int flags = FanoutByFlow | FanoutHidesOutgoing | (group is null ? FanoutNewGroup : 0);
        Require(PacketOption.Fanout, (flags << 16) | (group ?? 0), "share the interface among several queues");
        int joined = 0;
        uint length = sizeof(int);
        if (Libc.GetSocketOption(Descriptor, (int)Level.Packet, (int)PacketOption.Fanout, &joined, &length) < 0)
            throw AfPacketFault.Set(Device, "read the group of queues", Marshal.GetLastSystemError());
        return joined & ushort.MaxValue;
    }

    /// <returns>The error's number; 0 if the kernel took it.</returns>
    public int TrySetRing(RingLayout layout) =>
        Libc.SetSocketOption(Descriptor, (int)Level.Packet, (int)PacketOption.ReceiveRing, &layout, (uint)sizeof(RingLayout)) == 0 ? 0 : Marshal.GetLastSystemError();

    /// <summary>Has the kernel queue each frame that is too long for its slot, whole, and say so in the slot.</summary>
    /// <param name="octets">Those frames may take so much of its memory.</param>
    /// <returns>False: it grants less.</returns>
    public bool TryQueueLongFrames(int octets)
    {
        int half = octets / 2;   // The kernel doubles what it is told.
        if (TrySet(SocketOption.ReceiveBufferForce, half) != 0) _ = TrySet(SocketOption.ReceiveBuffer, half);
        int granted = 0;
        uint length = sizeof(int);
        return Libc.GetSocketOption(Descriptor, (int)Level.Socket, (int)SocketOption.ReceiveBuffer, &granted, &length) == 0 && granted >= half * 2
            && TrySet(PacketOption.CopyThreshold, 1) == 0;
    }

    /// <summary>Frames dropped for want of room since the last call: the kernel forgets what it has told.</summary>
    public long TakeDrops()
    {
        uint* counts = stackalloc uint[2];   // struct tpacket_stats: all frames, dropped ones.
        uint length = 2 * sizeof(uint);
        return Libc.GetSocketOption(Descriptor, (int)Level.Packet, (int)PacketOption.Statistics, counts, &length) == 0 ? counts[1] : 0;
    }

    /// <summary>The error that waits to be told: it is told once, and until then every wait comes back at once.</summary>
    public int TakeError()
    {
        int error = 0;
        uint length = sizeof(int);
        return Libc.GetSocketOption(Descriptor, (int)Level.Socket, (int)SocketOption.Error, &error, &length) == 0 ? error : Marshal.GetLastSystemError();
    }

    public void Close() => Libc.Close(Descriptor);

    private void Prepare(AfPacketOptions options, bool promiscuous)
    {
        Require(PacketOption.Version, Version2, "use a receive ring (TPACKET_V2)");
        HasHeader = options.AllowVirtioHeaders && TrySet(PacketOption.VirtioHeader, 1) == 0;
        _ = TrySet(PacketOption.IgnoreOutgoing, 1);   // Linux 4.20. Before that they come, and are left out one by one.
        if (TrySet(SocketOption.SendBufferForce, options.SendBufferBytes / 2) != 0)
            _ = TrySet(SocketOption.SendBuffer, options.SendBufferBytes / 2);   // As far as an ordinary user may.
        AddMembership(promiscuous ? Promiscuous : AllMulticast);   // Which groups the stack is in is its own business: it takes what it wants.
    }

    private void AddMembership(ushort type)
    {
        byte* request = stackalloc byte[16];   // struct packet_mreq: interface, type, an address that these types do not use.
        new Span<byte>(request, 16).Clear();
        *(int*)request = _interfaceIndex;
        *(ushort*)(request + 4) = type;
        if (Libc.SetSocketOption(Descriptor, (int)Level.Packet, (int)PacketOption.AddMembership, request, 16) == 0) return;
        string mode = type == Promiscuous ? "frames to other addresses (promiscuous mode)" : "all multicast frames";
        throw AfPacketFault.Set(Device, $"receive {mode}", Marshal.GetLastSystemError());
    }

    private void Require(PacketOption option, int value, string what)
    {
        int error = TrySet(option, value);
        if (error != 0) throw AfPacketFault.Set(Device, what, error);
    }

    private int TrySet(SocketOption option, int value) => TrySet(Level.Socket, (int)option, value);

    private int TrySet(PacketOption option, int value) => TrySet(Level.Packet, (int)option, value);

    private int TrySet(Level level, int option, int value) =>
        Libc.SetSocketOption(Descriptor, (int)level, option, &value, sizeof(int)) == 0 ? 0 : Marshal.GetLastSystemError();
}
