using StackSharp.Stack.Link;
using StackSharp.Stack.Network;
using StackSharp.Stack.Network.Icmp;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Udp;

namespace StackSharp.Stack;

/// <summary>All counters of a stack. Each received frame that is not delivered raises exactly one drop counter.</summary>
public sealed class StackStatistics
{
    private readonly Func<LinkStatistics> _sumOfLinks;

    internal StackStatistics(
        IpStatistics ip, IcmpStatistics icmp, UdpStatistics udp, TcpStatistics tcp, ShardStatistics shard, Func<LinkStatistics> sumOfLinks)
    {
        Ip = ip;
        Icmp = icmp;
        Udp = udp;
        Tcp = tcp;
        Shard = shard;
        _sumOfLinks = sumOfLinks;
    }

    public IpStatistics Ip { get; }

    public IcmpStatistics Icmp { get; }

    public UdpStatistics Udp { get; }

    public TcpStatistics Tcp { get; }

    /// <summary>What went to siblings and came from them; all 0 in a stack that is alone.</summary>
    public ShardStatistics Shard { get; }

    /// <summary>A snapshot: the sum over all interfaces, removed ones included. <see cref="NetworkInterface.Statistics"/> has each one's own.</summary>
    public LinkStatistics Link => _sumOfLinks();

    /// <summary>Times that no receive buffer was left.</summary>
    public long ReceiveBufferFailures { get; internal set; }
}
