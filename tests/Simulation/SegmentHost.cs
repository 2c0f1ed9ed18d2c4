using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;

namespace StackSharp.Tests.Simulation;

/// <summary>TCP alone, its segments carried without IP but for the octet with DSCP and ECN in front: the fastest way to try many seeds.</summary>
internal sealed class SegmentHost : ISimulatedHost, ITransportNetwork
{
    private readonly BufferPool _small = new(2048, 256 << 20);
    private readonly BufferPool _large = new(66_000, 256 << 20);
    private readonly TransmitFramePool _frames = new(4096);
    private readonly Queue<byte[]> _sent = new();
    private readonly Path _path;

    public SegmentHost(IpAddress address, IpAddress peer, TcpLayerOptions options, ulong seed)
    {
        Address = address;
        _path = new Path(address, peer);
        Tcp = new TcpLayer(options, this, Ready, new SeededRandomSource(seed));
    }

    public TcpLayer Tcp { get; }

    public ReadyQueue Ready { get; } = new();

    public IpAddress Address { get; }

    public Instant NextDeadline => Tcp.NextDeadline;

    public void Deliver(byte[] frame, Instant now)
    {
        PacketBuffer buffer = _large.TryRent()!;
        frame.AsSpan(1).CopyTo(buffer.Storage);
        buffer.SetRange(0, frame.Length - 1);
        TransportDatagram datagram = new()
        {
            Source = _path.RemoteAddress,
            Destination = Address,
            InterfaceIndex = 1,
            HopLimit = 64,
            TrafficClass = frame[0],
            Buffer = buffer,
            Length = frame.Length - 1,
        };
        Tcp.OnSegment(datagram, checksumVerified: false, now);
        Tcp.OnBatchEnd(now);
        buffer.Release();
    }

    public void OnDeadline(Instant now) => Tcp.OnDeadline(now);

    public void EndEntry(Instant now) => Tcp.OnEntryEnd();

    public bool TryMark(byte[] frame)
    {
        TrafficClass sent = new(frame[0]);
        if (sent.Ecn == EcnCodepoint.NotEct) return false;
        frame[0] = sent.WithEcn(EcnCodepoint.CongestionExperienced).Value;
        return true;
    }

    public bool TryTakeFrame(out byte[] frame) => _sent.TryDequeue(out frame!);

    public int End(Instant now)
    {
        Tcp.Shutdown(now);
        return _small.Outstanding + _large.Outstanding + _frames.Outstanding;
    }

    public void Dispose()
    {
        _small.Dispose();
        _large.Dispose();
        _frames.Dispose();
    }

    TransportError ITransportNetwork.TryGetPath(in IpAddress local, in IpAddress remote, int interfaceIndex, out TransportPath? path)
    {
        path = _path;
        return TransportError.None;
    }

    TransportError ITransportNetwork.TryGetPathForOnce(in IpAddress local, in IpAddress remote, out TransportPath? path)
    {
        path = _path;
        return TransportError.None;
    }

    TransmitFrame? ITransportNetwork.TryRentFrame() => _frames.TryRent();

    MemoryState ITransportNetwork.Memory => _large.State;

    PacketBuffer? ITransportNetwork.TryRentBuffer(int octets, BufferUse use, string owner) => (octets <= _small.BufferBytes ? _small : _large).TryRent(0, owner, use);

    TransportError ITransportNetwork.Send(TransportPath path, TransmitFrame frame, in NetworkSendOptions options, Instant now)
    {
        byte[] bytes = new byte[1 + frame.Length];
        bytes[0] = options.TrafficClass;
        frame.CopyTo(bytes.AsSpan(1));
        frame.Release();
        _sent.Enqueue(bytes);
        return TransportError.None;
    }

    bool ITransportNetwork.IsLocalAddress(in IpAddress address) => address == Address;

    bool ITransportNetwork.IsBroadcastAddress(in IpAddress address) => false;

    private sealed class Path(IpAddress local, IpAddress remote) : TransportPath
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
