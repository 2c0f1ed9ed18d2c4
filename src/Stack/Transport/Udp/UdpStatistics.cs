namespace StackSharp.Stack.Transport.Udp;

/// <summary>UDP's counters, named as in the UDP MIB (RFC 4113), and a counter for each reason to drop a datagram.</summary>
public sealed class UdpStatistics
{
    private readonly long[] _drops = new long[Enum.GetValues<UdpDropReason>().Length];

    /// <summary>udpInDatagrams: delivered to an endpoint.</summary>
    public long InDatagrams { get; internal set; }

    /// <summary>udpNoPorts.</summary>
    public long NoPorts { get; internal set; }

    /// <summary>udpInErrors: not delivered for another reason than a missing listener.</summary>
    public long InErrors { get; internal set; }

    /// <summary>udpOutDatagrams.</summary>
    public long OutDatagrams { get; internal set; }

    /// <summary>Datagrams dropped, for each reason.</summary>
    public long Drops(UdpDropReason reason) => _drops[(int)reason];

    internal void CountDrop(UdpDropReason reason) => _drops[(int)reason]++;
}

/// <summary>Why a datagram was not delivered.</summary>
public enum UdpDropReason
{
    /// <summary>Length field under 8 or beyond the IP payload.</summary>
    BadLength,
    BadChecksum,

    /// <summary>No checksum, and <see cref="UdpLayerOptions.AcceptZeroChecksum"/> is off.</summary>
    MissingChecksum,

    /// <summary>Destination port 0, or a source that no host can have (RFC 1122 §4.1.3.6).</summary>
    InvalidAddressOrPort,

    /// <summary>No endpoint; answered by Port Unreachable if it was unicast.</summary>
    NoEndpoint,

    /// <summary>The endpoint's queue is full: the newest is dropped. Counts endpoints.</summary>
    QueueFull,

    /// <summary>No buffer to keep it in.</summary>
    NoBuffers,
}
