using BenchmarkDotNet.Attributes;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Benchmarks;

/// <summary>From the octets of a frame to header views that are known to be valid, the IPv4 header's checksum included.</summary>
public class HeaderBenchmarks
{
    private const int TextBytes = 1460;
    private readonly byte[] _frame = new byte[SegmentFrame.HeaderBytes + TextBytes];

    [GlobalSetup]
    public void Write() => SegmentFrame.Write(_frame, TcpControlBits.Ack, new SequenceNumber(1), default);

    [Benchmark]
    public long Ethernet() => EthernetHeader.TryParse(_frame, out EthernetHeader ethernet) ? ethernet.Payload.Length : 0;

    [Benchmark]
    public long Ipv4() => Ipv4Header.TryParse(_frame.AsSpan(SegmentFrame.Ipv4Offset), out Ipv4Header ipv4) ? ipv4.Payload.Length : 0;

    [Benchmark]
    public long Tcp() => TcpHeader.TryParse(_frame.AsSpan(SegmentFrame.TcpOffset), out TcpHeader tcp) ? tcp.SequenceLength : 0;

    [Benchmark]
    public long EthernetThenIpv4ThenTcp()
    {
        if (!EthernetHeader.TryParse(_frame, out EthernetHeader ethernet)) return 0;
        if (!Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ipv4)) return 0;
        return TcpHeader.TryParse(ipv4.Payload, out TcpHeader tcp) ? tcp.SequenceLength : 0;
    }
}
