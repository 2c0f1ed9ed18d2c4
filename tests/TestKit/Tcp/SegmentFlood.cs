using System.Buffers.Binary;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Transport;

namespace StackSharp.Tests.TestKit.Tcp;

/// <summary>One segment over and over, each time from another port, out of one buffer: what a stack allocates for it is the stack's.</summary>
internal sealed class SegmentFlood : IDisposable
{
    private readonly TcpScenario _tcp;
    private readonly BufferPool _pool = new(2048, 1 << 20, debug: false);
    private readonly PacketBuffer _buffer;
    private readonly int _length;
    private ushort _port = 1024;

    public SegmentFlood(TcpScenario tcp, byte[] segment)
    {
        _tcp = tcp;
        _buffer = _pool.TryRent(owner: "flood")!;
        segment.CopyTo(_buffer.Storage);
        _length = segment.Length;
        _buffer.SetRange(0, _length);
    }

    public void Run(int times)
    {
        for (int i = 0; i < times; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(_buffer.Storage, ++_port);
            TransportDatagram datagram = new()
            {
                Source = RecordingNetwork.PeerAddress,
                Destination = RecordingNetwork.LocalAddress,
                InterfaceIndex = 1,
                HopLimit = 64,
                Buffer = _buffer,
                Length = _length,
            };
            _tcp.Layer.OnSegment(datagram, checksumVerified: true, _tcp.Now);
            _tcp.Layer.OnBatchEnd(_tcp.Now);
        }
    }

    public void Dispose()
    {
        _buffer.Release();
        _pool.Dispose();
    }
}
