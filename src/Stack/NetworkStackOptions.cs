using StackSharp.Stack.Link;
using StackSharp.Stack.Network.Icmp;
using StackSharp.Stack.Network.Ipv4;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Udp;

namespace StackSharp.Stack;

/// <summary>Every constant of a stack, each with its default.</summary>
public sealed record NetworkStackOptions
{
    public TcpLayerOptions Tcp { get; init; } = new();

    public UdpLayerOptions Udp { get; init; } = new();

    public Ipv4LayerOptions Ipv4 { get; init; } = new();

    public IcmpOptions Icmp { get; init; } = new();

    public ArpOptions Arp { get; init; } = new();

    public NeighborOptions Neighbors { get; init; } = new();

    /// <summary>Memory for buffers of up to 2 KiB of data, in octets. Default 64 MiB; taken as needed, in steps of 1 MiB.</summary>
    public long SmallBufferBytes { get; init; } = 64 << 20;

    /// <summary>Memory for buffers of 16 KiB, in octets. Default 256 MiB; taken as needed.</summary>
    public long ChunkBufferBytes { get; init; } = 256 << 20;

    /// <summary>Memory for buffers of 66 KiB, in octets. Default 256 MiB; taken as needed.</summary>
    public long LargeBufferBytes { get; init; } = 256 << 20;

    /// <summary>Buffers of each size that queued data cannot take, so that frames are received, and those who read go on, however much others leave unread:
    /// so many for frames received, and so many for the first octets in a queue. Default 128; a quarter of a pool at most.</summary>
    public int ReservedBuffers { get; init; } = 128;

    /// <summary>Frames on their way out, all interfaces together. Default 65,536.</summary>
    public int MaximumFrames { get; init; } = 1 << 16;

    /// <summary>Frames in the transmit queue of one interface. Default 4096.</summary>
    public int TransmitQueueFrames { get; init; } = 4096;

    /// <summary>Frames on their way from this stack to itself. Default 4096.</summary>
    public int LoopbackQueueFrames { get; init; } = 4096;

    /// <summary>MTU of the loopback interface in octets. Default 65,535.</summary>
    public int LoopbackMtu { get; init; } = 65535;

    /// <summary>Takes frames for other stations as well. Default false.</summary>
    public bool Promiscuous { get; init; }

    /// <summary>Fills frames under 60 octets up (RFC 894). Default true.</summary>
    public bool PadShortFrames { get; init; } = true;

    /// <summary>This stack's place among those that share a device's queues, and with them its addresses. Default null: it is alone.</summary>
    public ShardPlace? Shard { get; init; }

    /// <summary>Poisons released buffers and remembers who rented them. Default false.</summary>
    public bool DebugBuffers { get; init; }
}
