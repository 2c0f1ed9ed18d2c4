using BenchmarkDotNet.Attributes;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;

namespace StackSharp.Benchmarks;

/// <summary>One transaction of a server: a request of 64 octets comes in, is read, and a response of 64 octets goes out.</summary>
public class RequestBenchmarks
{
    private const int MessageBytes = 64;
    private readonly byte[] _message = new byte[MessageBytes];
    private StackOnWire? _wire;

    [GlobalSetup]
    public void Connect() => _wire = new StackOnWire(MessageBytes, new TcpSocketOptions());

    [GlobalCleanup]
    public void Close() => _wire?.Dispose();

    [Benchmark]
    public long RequestToResponse()
    {
        StackOnWire wire = _wire!;
        wire.Deliver();
        TransportError error = wire.Connection.Receive(_message, peek: false, wire.Now, out int received);
        if (error != TransportError.None || received != MessageBytes) return 0;
        error = wire.Connection.Send(_message, TcpSendFlags.None, wire.Now, out int taken);
        if (error != TransportError.None || taken != MessageBytes) return 0;
        return wire.TakeSent();
    }
}
