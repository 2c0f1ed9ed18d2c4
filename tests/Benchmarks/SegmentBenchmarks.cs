using BenchmarkDotNet.Attributes;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;

namespace StackSharp.Benchmarks;

/// <summary>A segment's way through the stack, from the frame in the device's buffer to the ACK in the transmit queue, and its text's to the reader.</summary>
/// <remarks>Text of 1460 octets is a frame as on a wire, its checksum verified here. 64,240 octets are 44 of them that the device has merged and
/// vouches for. No timestamps. Copying text to the reader's own memory is not part of it.</remarks>
public class SegmentBenchmarks
{
    private readonly PacketSlice[] _slices = new PacketSlice[64];
    private StackOnWire? _wire;

    [Params(1460, 64_240)]
    public int Octets { get; set; }

    [GlobalSetup]
    public void Connect() => _wire = new StackOnWire(Octets, new TcpSocketOptions { QuickAck = true });

    [GlobalCleanup]
    public void Close() => _wire?.Dispose();

    [Benchmark]
    public long InToAcknowledgmentOut()
    {
        StackOnWire wire = _wire!;
        wire.Deliver();
        if (wire.Connection.Detach(Octets, _slices, wire.Now, out int count) != TransportError.None) return 0;
        for (int i = 0; i < count; i++) _slices[i].Buffer.Release();
        return wire.TakeSent();
    }
}
