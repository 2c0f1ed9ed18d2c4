using System.Text.Json.Serialization;

namespace StackSharp.Cli.Control;

/// <summary>What a stack is doing at one moment.</summary>
internal sealed record NetstatReport(
    IReadOnlyList<InterfaceReport> Interfaces,
    IReadOnlyList<ListenerReport> Listeners,
    IReadOnlyList<ConnectionReport> Connections,
    IReadOnlyList<UdpReport> Udp,
    IReadOnlyList<RouteReport> Routes,
    IReadOnlyList<NeighborReport> Neighbors,
    IReadOnlyDictionary<string, long> Counters,
    IReadOnlyDictionary<string, long> Drops,
    int OutstandingBuffers,
    IReadOnlyList<ShardReport> Shards,
    ProcessReport Process);

/// <summary>The process that serves, since it started: what the stack and the services on it allocated from .NET's heap, and how often that was collected.</summary>
internal sealed record ProcessReport(long ManagedOctetsAllocated, int Collections, long WorkingSetOctets)
{
    /// <summary>This process, now.</summary>
    public static ProcessReport Current() => new(GC.GetTotalAllocatedBytes(), GC.CollectionCount(0), Environment.WorkingSet);
}

internal sealed record InterfaceReport(
    int Index, string Name, string HardwareAddress, int Mtu, IReadOnlyList<string> Addresses,
    long FramesReceived, long OctetsReceived, long FramesSent, long OctetsSent);

/// <summary>One of several stacks on one device. In the report's other parts they stand together: sockets one after the other, counters added up.</summary>
internal sealed record ShardReport(
    int Index, long TcpPassiveOpens, long TcpActiveOpens, int Connections, long FramesReceived, long FramesSent,
    long HandedOver, long Copied, long Received, long Dropped);

internal sealed record ListenerReport(string Local, int Waiting, int Backlog);

/// <summary>A TCP connection; amounts in octets, times in microseconds.</summary>
internal sealed record ConnectionReport(
    string Local, string Remote, string State, long ReceiveQueue, long SendQueue, long InFlight, long CongestionWindow, long SlowStartThreshold,
    long SendWindow, int SendBuffer, int ReceiveBuffer, double SmoothedRttMicroseconds, double MinimumRttMicroseconds, double RtoMicroseconds, int Mss,
    long BytesSent, long BytesReceived, long SegmentsRetransmitted, int Timeouts, string CongestionControl);

internal sealed record UdpReport(string Local, string Remote, int Datagrams, int Octets, long Dropped);

internal sealed record RouteReport(string Prefix, string? Gateway, int Interface, int Metric);

internal sealed record NeighborReport(int Interface, string Address, string HardwareAddress, string State);

/// <summary>Reads and writes reports without reflection, so that asking costs the server little.</summary>
[JsonSerializable(typeof(NetstatReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class ReportJson : JsonSerializerContext;
