namespace StackSharp.Stack.Network;

/// <summary>IP's counters, named as in the IP MIB (RFC 4293 §4, ipSystemStatsTable), and a counter for each reason to drop a packet.</summary>
public sealed class IpStatistics
{
    private readonly long[] _drops = new long[Enum.GetValues<IpDropReason>().Length];

    /// <summary>ipSystemStatsInReceives.</summary>
    public long InReceives { get; internal set; }

    /// <summary>ipSystemStatsInOctets.</summary>
    public long InOctets { get; internal set; }

    /// <summary>ipSystemStatsInHdrErrors.</summary>
    public long InHdrErrors { get; internal set; }

    /// <summary>ipSystemStatsInAddrErrors: not for us, or an address that must not be there.</summary>
    public long InAddrErrors { get; internal set; }

    /// <summary>ipSystemStatsInUnknownProtos.</summary>
    public long InUnknownProtos { get; internal set; }

    /// <summary>ipSystemStatsInTruncatedPkts.</summary>
    public long InTruncatedPkts { get; internal set; }

    /// <summary>ipSystemStatsInDiscards: no fault of the packet.</summary>
    public long InDiscards { get; internal set; }

    /// <summary>ipSystemStatsInDelivers.</summary>
    public long InDelivers { get; internal set; }

    /// <summary>ipSystemStatsInNoRoutes: packets for others that no route serves.</summary>
    public long InNoRoutes { get; internal set; }

    /// <summary>ipSystemStatsInForwDatagrams: packets for others that this router tried to forward.</summary>
    public long InForwDatagrams { get; internal set; }

    /// <summary>ipSystemStatsOutForwDatagrams: packets for others that were handed to a link.</summary>
    public long OutForwDatagrams { get; internal set; }

    /// <summary>ipSystemStatsInMcastPkts.</summary>
    public long InMcastPkts { get; internal set; }

    /// <summary>ipSystemStatsInMcastOctets.</summary>
    public long InMcastOctets { get; internal set; }

    /// <summary>ipSystemStatsInBcastPkts.</summary>
    public long InBcastPkts { get; internal set; }

    /// <summary>ipSystemStatsReasmReqds: fragments received.</summary>
    public long ReasmReqds { get; internal set; }

    /// <summary>ipSystemStatsReasmOKs.</summary>
    public long ReasmOKs { get; internal set; }

    /// <summary>ipSystemStatsReasmFails: datagrams given up.</summary>
    public long ReasmFails { get; internal set; }

    /// <summary>ipSystemStatsOutRequests: packets that the layers above wanted sent.</summary>
    public long OutRequests { get; internal set; }

    /// <summary>ipSystemStatsOutNoRoutes.</summary>
    public long OutNoRoutes { get; internal set; }

    /// <summary>ipSystemStatsOutDiscards.</summary>
    public long OutDiscards { get; internal set; }

    /// <summary>ipSystemStatsOutFragReqds.</summary>
    public long OutFragReqds { get; internal set; }

    /// <summary>ipSystemStatsOutFragOKs.</summary>
    public long OutFragOKs { get; internal set; }

    /// <summary>ipSystemStatsOutFragFails.</summary>
    public long OutFragFails { get; internal set; }

    /// <summary>ipSystemStatsOutFragCreates.</summary>
    public long OutFragCreates { get; internal set; }

    /// <summary>ipSystemStatsOutTransmits: packets handed to a link, fragments counted one by one.</summary>
    public long OutTransmits { get; internal set; }

    /// <summary>ipSystemStatsOutOctets.</summary>
    public long OutOctets { get; internal set; }

    /// <summary>ipSystemStatsOutMcastPkts: of those in <see cref="OutTransmits"/>.</summary>
    public long OutMcastPkts { get; internal set; }

    /// <summary>ipSystemStatsOutMcastOctets.</summary>
    public long OutMcastOctets { get; internal set; }

    /// <summary>ipSystemStatsOutBcastPkts: of those in <see cref="OutTransmits"/>.</summary>
    public long OutBcastPkts { get; internal set; }

    /// <summary>Packets dropped on the way in, for each reason.</summary>
    public long Drops(IpDropReason reason) => _drops[(int)reason];

    internal void CountDrop(IpDropReason reason) => _drops[(int)reason]++;
}

/// <summary>Why a received packet, or fragment, went no further.</summary>
public enum IpDropReason
{
    /// <summary>Shorter than a header.</summary>
    Truncated,
    BadVersion,
    BadHeaderLength,

    /// <summary>A total length shorter than the header or longer than what arrived.</summary>
    BadTotalLength,
    BadHeaderChecksum,

    /// <summary>Source is multicast, broadcast, class E, of network 0, loopback from a wire, or one of our own from a wire.</summary>
    InvalidSource,

    /// <summary>Destination is 0/8, class E, or loopback from a wire.</summary>
    InvalidDestination,

    /// <summary>A unicast address that the arrival interface does not have; when forwarding, that this stack must not forward to or from.</summary>
    NotForUs,

    /// <summary>A group that nobody joined on the arrival interface.</summary>
    GroupNotJoined,

    /// <summary>A unicast address in a link broadcast or multicast (RFC 1122 §3.3.6).</summary>
    UnicastInLinkBroadcast,

    /// <summary>Options with a bad length or pointer; answered by a Parameter Problem.</summary>
    BadOptions,

    /// <summary>A source route (RFC 7126 §4.3).</summary>
    SourceRoute,

    /// <summary>No transport for the protocol; answered by Protocol Unreachable.</summary>
    UnknownProtocol,

    /// <summary>A version that is not built in.</summary>
    UnsupportedVersion,

    /// <summary>A piece whose length is no multiple of 8, or that ends beyond 65,535.</summary>
    BadFragment,

    /// <summary>Overlaps another piece: the whole datagram is given up.</summary>
    FragmentOverlap,

    /// <summary>The same piece once more.</summary>
    FragmentDuplicate,

    /// <summary>More pieces than are kept of one datagram.</summary>
    TooManyFragments,

    /// <summary>A TCP piece that could hide the header (RFC 1858, RFC 3128).</summary>
    TinyTcpFragment,

    /// <summary>Pieces that mix ECN-capable and not (RFC 3168 §5.3).</summary>
    FragmentEcnMix,

    /// <summary>Waited too long for the other pieces. Counts pieces.</summary>
    ReassemblyTimeout,

    /// <summary>Went to keep the memory budget. Counts pieces.</summary>
    ReassemblyBudget,

    /// <summary>No buffer to collect pieces in.</summary>
    NoBuffers,

    /// <summary>Waiting for other pieces when the stack ended. Counts pieces.</summary>
    Shutdown,

    /// <summary>For others, with a TTL of 0 or 1; answered by Time Exceeded.</summary>
    TimeToLiveExceeded,

    /// <summary>For others, and no route leads there; answered by Network Unreachable.</summary>
    NoRoute,

    /// <summary>For others, but from or to 169.254/16 (RFC 3927 §2.7).</summary>
    LinkLocal,

    /// <summary>To the broadcast address of another network of ours (RFC 2644).</summary>
    DirectedBroadcast,

    /// <summary>For others, too big for the next link, and not to be fragmented; answered by Fragmentation Needed.</summary>
    TooBig,

    /// <summary>For others, merged by the device from several packets that cannot be told apart again.</summary>
    NotSegmentable,
}
