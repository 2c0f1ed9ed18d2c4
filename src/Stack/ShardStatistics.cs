namespace StackSharp.Stack;

/// <summary>A shard's exchange with its siblings. A packet is counted by IP where it arrives, and by its transport where it is taken.</summary>
public sealed class ShardStatistics
{
    /// <summary>Packets that had no endpoint here and went to a sibling that may have one.</summary>
    public long HandedOver { get; internal set; }

    /// <summary>Copies for siblings: ARP, and broadcast and multicast datagrams to a port of theirs.</summary>
    public long Copied { get; internal set; }

    /// <summary>Packets and copies taken from siblings.</summary>
    public long Received { get; internal set; }

    /// <summary>Packets and copies that found a sibling's mailbox full, and are lost.</summary>
    public long Dropped { get; internal set; }
}
