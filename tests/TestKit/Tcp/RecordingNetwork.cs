using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Wire;

namespace StackSharp.Tests.TestKit.Tcp;

/// <summary>A network layer that keeps what TCP sends, so that TCP is tested without IP.</summary>
internal sealed class RecordingNetwork : ITransportNetwork, IDisposable
{
    private readonly BufferPool _small = new(2048, 64 << 20, debug: true);
    private readonly BufferPool _large = new(66_000, 64 << 20, debug: true);
    private readonly TransmitFramePool _frames = new(4096);

    public static readonly IpAddress LocalAddress = IpAddress.FromIpv4(198, 18, 0, 1);
    public static readonly IpAddress PeerAddress = IpAddress.FromIpv4(198, 18, 0, 2);

    /// <summary>Segments sent and not looked at yet, oldest first.</summary>
    public Queue<(Instant At, byte[] Segment, NetworkSendOptions Options)> Sent { get; } = new();

    public FixedPath Path { get; } = new();

    /// <summary>Looks at each segment that is sent.</summary>
    public Action<byte[]>? Watch { get; set; }

    /// <summary>What is sent is recorded; without it, long transfers cost nothing.</summary>
    public bool KeepsSegments { get; set; } = true;

    /// <summary>Sending stops as if the device were full.</summary>
    public bool IsOutOfFrames { get; set; }

    /// <summary>No memory is left for payload.</summary>
    public bool IsOutOfBuffers { get; set; }

    /// <summary>When set, sending fails with it and the frame is lost.</summary>
    public TransportError SendError { get; set; }

    /// <summary>When set, no path is found.</summary>
    public TransportError PathError { get; set; }

    public int Outstanding => _small.Outstanding + _large.Outstanding + _frames.Outstanding;

    public TransportError TryGetPath(in IpAddress local, in IpAddress remote, int interfaceIndex, out TransportPath? path)
    {
        path = PathError == TransportError.None ? Path : null;
        return PathError;
    }

    public TransportError TryGetPathForOnce(in IpAddress local, in IpAddress remote, out TransportPath? path) => TryGetPath(local, remote, 0, out path);

    public TransmitFrame? TryRentFrame() => IsOutOfFrames ? null : _frames.TryRent();

    public MemoryState Memory { get; set; }

    public PacketBuffer? TryRentBuffer(int octets, BufferUse use, string owner) => IsOutOfBuffers ? null : (octets <= _small.BufferBytes ? _small : _large).TryRent(0, owner, use);

    public TransportError Send(TransportPath path, TransmitFrame frame, in NetworkSendOptions options, Instant now)
    {
        if (!KeepsSegments)
        {
            frame.Release();
            return TransportError.None;
        }
        byte[] segment = new byte[frame.Length];
        frame.CopyTo(segment);
        frame.Release();
        if (SendError != TransportError.None) return SendError;
        Watch?.Invoke(segment);
        Sent.Enqueue((now, segment, options));
        return TransportError.None;
    }

    public bool IsLocalAddress(in IpAddress address) => address == LocalAddress;

    public bool IsBroadcastAddress(in IpAddress address) => address == IpAddress.FromIpv4(198, 18, 255, 255);

    public void Dispose()
    {
        _small.Dispose();
        _large.Dispose();
        _frames.Dispose();
    }

    internal sealed class FixedPath : TransportPath
    {
        public int Mtu { get; set; } = 1500;

        public int InterfaceMtu { get; set; } = 1500;

        public int Segmentation { get; set; }

        public int Confirmations { get; private set; }

        public int Suspicions { get; private set; }

        public override IpAddress LocalAddress => RecordingNetwork.LocalAddress;

        public override IpAddress RemoteAddress => PeerAddress;

        public override int MaximumTransmissionUnit => Mtu;

        public override int InterfaceMaximumTransmissionUnit => InterfaceMtu;

        public override int MaximumSegmentationBytes => Segmentation;

        public override bool DeviceCompletesChecksum => false;

        public override bool IsValid => true;

        public override bool IsOnLink => true;

        public override int InterfaceIndex => 1;

        public override void ConfirmReachable() => Confirmations++;

        public override void SuspectUnreachable() => Suspicions++;

        public override void LowerMaximumTransmissionUnit(int octets) => Mtu = Math.Min(Mtu, octets);
    }
}
