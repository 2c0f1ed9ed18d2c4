using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Drivers.AfPacket;

/// <summary>Which network interface to use through a packet socket, and how.</summary>
public sealed record AfPacketOptions
{
    internal const int LargeFrames = 256;
    internal const int SmallFrames = 2048;
    internal const int PlainFrames = 4096;

    /// <summary>The interface's name: <c>eth0</c>. It must exist, be up and speak Ethernet.</summary>
    public required string Interface { get; init; }

    /// <summary>The stack's own hardware address. Null: the interface's. The kernel's stack then sees what is sent to ours: give the kernel no address
    /// of the stack's on this interface, and do not let it forward.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>Leave large segments and checksums of what we send to the kernel (PACKET_VNET_HDR). What is received is as the kernel has it,
    /// either way: a card's or a veth's merging is turned off with <c>ethtool -K IF gro off</c>, and at the peer <c>tx off tso off gso off</c>.</summary>
    public bool Offload { get; init; } = true;

    /// <summary>Frames that the kernel's ring holds for us, at least. Null: 2048, which takes 4 MiB of memory where the MTU is 1500. Where the kernel grants no
    /// <see cref="ReceiveBufferBytes"/>: 256 of 64 KiB each, which is 18 MiB. On a kernel without PACKET_VNET_HDR: 4096 of the MTU's size.</summary>
    public int? RingFrames { get; init; }

    /// <summary>Octets of frames longer than 2 KiB (or than the MTU, if that is less) that the kernel may hold for us, its own bookkeeping's included. What is beyond
    /// is dropped and counted. Needs CAP_NET_ADMIN or as much in net.core.rmem_max; otherwise such frames take room in the ring.</summary>
    public int ReceiveBufferBytes { get; init; } = 32 << 20;

    /// <summary>Octets on their way out that the kernel may hold for us, half of them its own bookkeeping's. What is beyond is dropped and counted.
    /// Without CAP_NET_ADMIN, net.core.wmem_max limits it.</summary>
    public int SendBufferBytes { get; init; } = 16 << 20;

    /// <summary>Receive frames to other addresses than the interface's too. Null: only if <see cref="Address"/> is another one. Most wireless cards refuse.</summary>
    public bool? Promiscuous { get; init; }

    /// <summary>Largest IP packet in octets. Null: as the interface has it; it cannot be more than that.</summary>
    public int? MaximumTransmissionUnit { get; init; }

    /// <summary>False: as on a kernel without PACKET_VNET_HDR.</summary>
    internal bool AllowVirtioHeaders { get; init; } = true;

    /// <summary>False: as for a user without CAP_NET_ADMIN where net.core.rmem_max is small.</summary>
    internal bool AllowQueuedFrames { get; init; } = true;

    internal string DeviceName => "packet:" + Interface;
}
