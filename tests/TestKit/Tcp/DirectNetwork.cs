using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;

namespace StackSharp.Tests.TestKit.Tcp;

/// <summary>A network of one wire between two TCPs, which itself allocates nothing.</summary>
internal sealed class DirectNetwork(IpAddress address, IpAddress peerAddress) : ITransportNetwork, IDisposable
{
    private readonly BufferPool _small = new(2048, 64 << 20);
    private readonly BufferPool _large = new(66_000, 64 << 20);
    private readonly TransmitFramePool _frames = new(4096);
    private readonly Queue<(TransmitFrame Frame, TrafficClass Class)> _sent = new(4096);
    private readonly DirectPath _path = new(address, peerAddress);

    public long SegmentsCarried { get; private set; }

    /// <summary>Of so many ECN-capable segments one is marked; 0: none.</summary>
    public int MarkedOneOf { get; set; }

    public int Outstanding => _small.Outstanding + _large.Outstanding + _frames.Outstanding;

    /// <summary>Carries what was sent to the other side, as one batch; false when there was nothing.</summary>
    public bool CarryTo(TcpLayer peer, Instant now)
    {
        if (_sent.Count == 0) return false;
        while (_sent.TryDequeue(out (TransmitFrame Frame, TrafficClass Class) sent))
        {
            TransmitFrame frame = sent.Frame;
            bool isMarked = sent.Class.Ecn != EcnCodepoint.NotEct && MarkedOneOf > 0 && SegmentsCarried % MarkedOneOf == 0;
            PacketBuffer arrival = TryRentBuffer(frame.Length, BufferUse.Receive, "arrival")!;
            int length = frame.CopyTo(arrival.Storage);
            frame.Release();
            TransportDatagram datagram = new()
            {
                Source = address,
                Destination = peerAddress,
                InterfaceIndex = 1,
                HopLimit = 64,
                TrafficClass = isMarked ? sent.Class.WithEcn(EcnCodepoint.CongestionExperienced).Value : sent.Class.Value,
                Buffer = arrival,
                Length = length,
            };
            peer.OnSegment(datagram, checksumVerified: false, now);
            arrival.Release();
            SegmentsCarried++;
        }
        peer.OnBatchEnd(now);
        return true;
    }

    public TransportError TryGetPath(in IpAddress local, in IpAddress remote, int interfaceIndex, out TransportPath? path)
    {
        path = _path;
        return TransportError.None;
    }

    public TransportError TryGetPathForOnce(in IpAddress local, in IpAddress remote, out TransportPath? path) => TryGetPath(local, remote, 0, out path);

    public TransmitFrame? TryRentFrame() => _frames.TryRent();

    public MemoryState Memory => _large.State;

    public PacketBuffer? TryRentBuffer(int octets, BufferUse use, string owner) => (octets <= _small.BufferBytes ? _small : _large).TryRent(0, owner, use);

    public TransportError Send(TransportPath path, TransmitFrame frame, in NetworkSendOptions options, Instant now)
    {
        _sent.Enqueue((frame, new TrafficClass(options.TrafficClass)));
        return TransportError.None;
    }

    public bool IsLocalAddress(in IpAddress candidate) => candidate == address;

    public bool IsBroadcastAddress(in IpAddress candidate) => false;

    public void Dispose()
    {
        while (_sent.TryDequeue(out (TransmitFrame Frame, TrafficClass Class) sent)) sent.Frame.Release();
        _small.Dispose();
        _large.Dispose();
        _frames.Dispose();
    }

    private sealed class DirectPath(IpAddress local, IpAddress remote) : TransportPath
    {
        public override IpAddress LocalAddress => local;

        public override IpAddress RemoteAddress => remote;

        public override int MaximumTransmissionUnit => 1500;

        public override int InterfaceMaximumTransmissionUnit => 1500;

        public override int MaximumSegmentationBytes => 0;

        public override bool DeviceCompletesChecksum => false;

        public override bool IsValid => true;

        public override bool IsOnLink => true;

        public override int InterfaceIndex => 1;

        public override void ConfirmReachable()
        {
        }

        public override void SuspectUnreachable()
        {
        }
    }
}
