using StackSharp.Hosting;
using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Network;
using StackSharp.Stack.Network.Icmp;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Udp;

namespace StackSharp.Cli.Control;

/// <summary>Takes the report from a running stack, in one entry, so that its parts fit together.</summary>
internal static class NetstatCollector
{
    /// <summary>One report on all stacks of a device: their sockets, the sums of their counters, and what each has to do with it.</summary>
    public static NetstatReport Collect(IReadOnlyList<StackHost> shards)
    {
        NetstatReport[] reports = [.. shards.Select(Collect)];
        if (reports is [NetstatReport only]) return only with { Shards = [] };
        return new NetstatReport(
            [.. reports.SelectMany(report => report.Interfaces).GroupBy(entry => entry.Index).Select(Sum)],
            [.. reports.SelectMany(report => report.Listeners)],
            [.. reports.SelectMany(report => report.Connections)],
            [.. reports.SelectMany(report => report.Udp)],
            reports[0].Routes,
            [.. reports.SelectMany(report => report.Neighbors).DistinctBy(neighbor => (neighbor.Interface, neighbor.Address))],
            Sum(reports.Select(report => report.Counters)),
            Sum(reports.Select(report => report.Drops)),
            reports.Sum(report => report.OutstandingBuffers),
            [.. reports.Select((report, index) => report.Shards[0] with { Index = index })],
            ProcessReport.Current());
    }

    private static InterfaceReport Sum(IEnumerable<InterfaceReport> shards) => shards.Aggregate((sum, entry) => sum with
    {
        FramesReceived = sum.FramesReceived + entry.FramesReceived,
        OctetsReceived = sum.OctetsReceived + entry.OctetsReceived,
        FramesSent = sum.FramesSent + entry.FramesSent,
        OctetsSent = sum.OctetsSent + entry.OctetsSent,
    });

    private static Dictionary<string, long> Sum(IEnumerable<IReadOnlyDictionary<string, long>> shards) =>
        shards.SelectMany(counters => counters).GroupBy(counter => counter.Key).ToDictionary(counter => counter.Key, counter => counter.Sum(entry => entry.Value));

    private static NetstatReport Collect(StackHost host)
    {
        using StackHost.Entry entered = host.Enter();
        NetworkStack stack = entered.Stack;
        Instant now = entered.Now;
        return new NetstatReport(
            [.. stack.Interfaces.Select(Describe)],
            [.. stack.Tcp.Listeners.Select(listener => new ListenerReport(listener.Local.ToString(), listener.AcceptableCount, listener.Backlog))],
            [.. stack.Tcp.Connections.Select(connection => Describe(connection, connection.GetInfo(now)))],
            [.. stack.Udp.Endpoints.Select(endpoint => new UdpReport(
                endpoint.Local.ToString(), endpoint.Remote.ToString(), endpoint.QueuedDatagrams, endpoint.QueuedBytes, endpoint.Dropped))],
            [.. stack.Routes.Entries.Select(route => new RouteReport(route.Prefix.ToString(), route.Gateway?.ToString(), route.InterfaceIndex, route.Metric))],
            [.. stack.Interfaces.Where(entry => !entry.IsLoopback).SelectMany(Neighbors)],
            Counters(stack.Statistics),
            Drops(stack.Statistics),
            stack.OutstandingBuffers,
            [Describe(stack)],
            ProcessReport.Current());
    }

    private static ShardReport Describe(NetworkStack stack) => new(
        0,
        stack.Statistics.Tcp.PassiveOpens,
        stack.Statistics.Tcp.ActiveOpens,
        stack.Tcp.Connections.Count(),
        stack.Statistics.Link.FramesReceived,
        stack.Statistics.Link.FramesSent,
        stack.Statistics.Shard.HandedOver,
        stack.Statistics.Shard.Copied,
        stack.Statistics.Shard.Received,
        stack.Statistics.Shard.Dropped);

    private static InterfaceReport Describe(NetworkInterface networkInterface) => new(
        networkInterface.Index,
        networkInterface.Name,
        networkInterface.Device.Address.ToString(),
        networkInterface.Device.MaximumTransmissionUnit,
        [.. networkInterface.Addresses.Select(address => address.State == AddressState.Usable ? $"{address.Prefix}" : $"{address.Prefix} ({address.State})")],
        networkInterface.Statistics.FramesReceived,
        networkInterface.Statistics.OctetsReceived,
        networkInterface.Statistics.FramesSent,
        networkInterface.Statistics.OctetsSent);

    private static ConnectionReport Describe(TcpConnection connection, TcpInfo info) => new(
        connection.Local.ToString(),
        connection.Remote.ToString(),
        info.State.ToString(),
        info.BytesReadable,
        info.BytesUnsent + info.BytesInFlight,
        info.BytesInFlight,
        info.CongestionWindow,
        info.SlowStartThreshold,
        info.SendWindow,
        info.SendBuffer,
        info.ReceiveBuffer,
        info.SmoothedRoundTripTime.TotalMicroseconds,
        info.MinimumRoundTripTime.TotalMicroseconds,
        info.RetransmissionTimeout.TotalMicroseconds,
        info.SendMss,
        info.BytesSent,
        info.BytesReceived,
        info.SegmentsRetransmitted,
        info.Timeouts,
        info.CongestionControl);

    private static IEnumerable<NeighborReport> Neighbors(NetworkInterface networkInterface) =>
        networkInterface.Neighbors.Entries.Select(neighbor => new NeighborReport(
            networkInterface.Index, neighbor.Address.ToString(), neighbor.HardwareAddress.ToString(), neighbor.State.ToString()));

    private static Dictionary<string, long> Counters(StackStatistics statistics) => new()
    {
        ["ipInReceives"] = statistics.Ip.InReceives,
        ["ipInDelivers"] = statistics.Ip.InDelivers,
        ["ipOutRequests"] = statistics.Ip.OutRequests,
        ["ipReasmOKs"] = statistics.Ip.ReasmOKs,
        ["ipReasmFails"] = statistics.Ip.ReasmFails,
        ["ipOutFragCreates"] = statistics.Ip.OutFragCreates,
        ["icmpInMsgs"] = statistics.Icmp.InMsgs,
        ["icmpOutMsgs"] = statistics.Icmp.OutMsgs,
        ["udpInDatagrams"] = statistics.Udp.InDatagrams,
        ["udpOutDatagrams"] = statistics.Udp.OutDatagrams,
        ["udpNoPorts"] = statistics.Udp.NoPorts,
        ["tcpActiveOpens"] = statistics.Tcp.ActiveOpens,
        ["tcpPassiveOpens"] = statistics.Tcp.PassiveOpens,
        ["tcpAttemptFails"] = statistics.Tcp.AttemptFails,
        ["tcpEstabResets"] = statistics.Tcp.EstabResets,
        ["tcpCurrEstab"] = statistics.Tcp.CurrEstab,
        ["tcpInSegs"] = statistics.Tcp.InSegs,
        ["tcpOutSegs"] = statistics.Tcp.OutSegs,
        ["tcpRetransSegs"] = statistics.Tcp.RetransSegs,
        ["tcpInErrs"] = statistics.Tcp.InErrs,
        ["tcpOutRsts"] = statistics.Tcp.OutRsts,
        ["receiveBufferFailures"] = statistics.ReceiveBufferFailures,
    };

    private static Dictionary<string, long> Drops(StackStatistics statistics)
    {
        Dictionary<string, long> drops = [];
        Add<LinkDropReason>("link", statistics.Link.Drops);
        Add<IpDropReason>("ip", statistics.Ip.Drops);
        Add<IcmpDropReason>("icmp", statistics.Icmp.Drops);
        Add<UdpDropReason>("udp", statistics.Udp.Drops);
        Add<TcpDropReason>("tcp", statistics.Tcp.Drops);
        return drops;

        void Add<TReason>(string layer, Func<TReason, long> count)
            where TReason : struct, Enum
        {
            foreach (TReason reason in Enum.GetValues<TReason>())
                if (count(reason) is > 0 and long dropped) drops[$"{layer}.{reason}"] = dropped;
        }
    }
}
