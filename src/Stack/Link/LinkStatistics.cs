namespace StackSharp.Stack.Link;

/// <summary>Counters of an interface, or of all together: frames, ARP, and a counter for each reason to drop a frame.</summary>
public sealed class LinkStatistics
{
    private readonly long[] _drops = new long[Enum.GetValues<LinkDropReason>().Length];

    public long FramesReceived { get; internal set; }

    public long OctetsReceived { get; internal set; }

    /// <summary>Frames put into the transmit queue.</summary>
    public long FramesSent { get; internal set; }

    public long OctetsSent { get; internal set; }

    public long ArpRequestsReceived { get; internal set; }

    public long ArpRepliesReceived { get; internal set; }

    /// <summary>ARP packets that were neither request nor reply; learned from all the same (RFC 826).</summary>
    public long ArpOthersReceived { get; internal set; }

    public long ArpRequestsSent { get; internal set; }

    public long ArpRepliesSent { get; internal set; }

    /// <summary>ARP packets that showed another host using or probing an address of ours (RFC 5227).</summary>
    public long AddressConflicts { get; internal set; }

    /// <summary>Neighbours that did not answer.</summary>
    public long ResolutionFailures { get; internal set; }

    /// <summary>Frames dropped, for each reason.</summary>
    public long Drops(LinkDropReason reason) => _drops[(int)reason];

    internal void CountDrop(LinkDropReason reason) => _drops[(int)reason]++;

    internal void Add(LinkStatistics other)
    {
        FramesReceived += other.FramesReceived;
        OctetsReceived += other.OctetsReceived;
        FramesSent += other.FramesSent;
        OctetsSent += other.OctetsSent;
        ArpRequestsReceived += other.ArpRequestsReceived;
        ArpRepliesReceived += other.ArpRepliesReceived;
        ArpOthersReceived += other.ArpOthersReceived;
        ArpRequestsSent += other.ArpRequestsSent;
        ArpRepliesSent += other.ArpRepliesSent;
        AddressConflicts += other.AddressConflicts;
        ResolutionFailures += other.ResolutionFailures;
        for (int i = 0; i < _drops.Length; i++) _drops[i] += other._drops[i];
    }
}

/// <summary>Why a frame went no further.</summary>
public enum LinkDropReason
{
    /// <summary>Ends inside its header or a tag.</summary>
    Truncated,

    /// <summary>A type of 1501 to 1535.</summary>
    InvalidType,

    /// <summary>An 802.3 length beyond the end.</summary>
    LengthBeyondFrame,

    /// <summary>802.3 without RFC 1042's LLC.</summary>
    UnknownLlc,

    /// <summary>VLAN 4095.</summary>
    ReservedVlan,

    /// <summary>More than two tags.</summary>
    TooManyTags,

    /// <summary>A VLAN that no interface stands for.</summary>
    UnknownVlan,

    /// <summary>The source has the group bit set, or is all zero.</summary>
    GroupSource,

    /// <summary>Sent by ourselves and come back.</summary>
    OwnSource,

    /// <summary>For another station.</summary>
    OtherStation,

    /// <summary>Multicast that nobody joined.</summary>
    MulticastNotJoined,

    /// <summary>A type that nothing here handles.</summary>
    UnknownEtherType,

    /// <summary>ARP of another kind, or too short.</summary>
    MalformedArp,

    /// <summary>ARP whose sender address no host can have.</summary>
    InvalidArpSender,

    /// <summary>Outgoing: too many frames wait for the neighbour's address; the oldest went.</summary>
    NeighborQueueFull,

    /// <summary>Outgoing: the neighbour's address could not be found out.</summary>
    NeighborUnreachable,

    /// <summary>Outgoing: the entry it waited in was evicted or removed.</summary>
    NeighborEvicted,

    /// <summary>Outgoing: the transmit queue is full.</summary>
    TransmitQueueFull,

    /// <summary>Outgoing: no frame left for ARP.</summary>
    NoFrames,

    /// <summary>The interface is gone.</summary>
    InterfaceRemoved,
}
