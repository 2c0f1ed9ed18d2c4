namespace StackSharp.Stack.Network.Icmp;

/// <summary>ICMP's counters, named as in the IP MIB (RFC 4293 §4, icmpStatsTable and icmpMsgStatsTable), and a counter for each reason to drop a message.</summary>
public sealed class IcmpStatistics
{
    private readonly long[] _inTypes = new long[256];
    private readonly long[] _outTypes = new long[256];
    private readonly long[] _drops = new long[Enum.GetValues<IcmpDropReason>().Length];

    /// <summary>icmpStatsInMsgs, those in error included.</summary>
    public long InMsgs { get; internal set; }

    /// <summary>icmpStatsInErrors: bad checksum or length.</summary>
    public long InErrors { get; internal set; }

    /// <summary>icmpStatsOutMsgs.</summary>
    public long OutMsgs { get; internal set; }

    /// <summary>icmpStatsOutErrors: not sent for want of buffers or of a route.</summary>
    public long OutErrors { get; internal set; }

    /// <summary>Errors of ours that the rate limit held back.</summary>
    public long RateLimited { get; internal set; }

    /// <summary>icmpMsgStatsInPkts.</summary>
    public long InPkts(byte type) => _inTypes[type];

    /// <summary>icmpMsgStatsOutPkts.</summary>
    public long OutPkts(byte type) => _outTypes[type];

    /// <summary>Messages dropped, for each reason.</summary>
    public long Drops(IcmpDropReason reason) => _drops[(int)reason];

    internal void CountIn(byte type) => _inTypes[type]++;

    internal void CountOut(byte type)
    {
        OutMsgs++;
        _outTypes[type]++;
    }

    internal void CountDrop(IcmpDropReason reason) => _drops[(int)reason]++;
}

/// <summary>Why an ICMP message was not acted on.</summary>
public enum IcmpDropReason
{
    /// <summary>Shorter than a header, or a wrong checksum (RFC 1122 §3.2.2).</summary>
    Malformed,

    /// <summary>Echo request to a broadcast or multicast address (RFC 1122 §3.2.2.6).</summary>
    BroadcastEcho,

    /// <summary>Answering echo requests is turned off.</summary>
    EchoDisabled,

    /// <summary>No buffer for the answer.</summary>
    NoBuffers,

    /// <summary>No route to answer by.</summary>
    NoRoute,

    /// <summary>A type that is unknown, deprecated (RFC 6918, RFC 6633) or only for routers.</summary>
    IgnoredType,

    /// <summary>An error without a readable quotation of a packet of ours.</summary>
    BadQuotation,

    /// <summary>An error about a packet that no live endpoint has sent.</summary>
    NoEndpoint,

    /// <summary>An echo reply that nobody waits for.</summary>
    UnexpectedReply,

    /// <summary>Redirects are turned off, or this one fails a check (RFC 1122 §3.2.2.2).</summary>
    RedirectRefused,
}
