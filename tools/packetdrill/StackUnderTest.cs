using StackSharp.Stack;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Packetdrill;

/// <summary>One stack with one interface that carries bare IP packets: what the tool injects goes in, what the stack sends is kept to be shown.</summary>
internal sealed class StackUnderTest : IDisposable
{
    private const int MaximumPacketBytes = 65535;
    private const int MaximumFrames = 1 << 14;
    private readonly SentPackets _device;
    private readonly SoftwareOffload _offload;
    private readonly NetworkInterface _interface;
    private readonly int _mergedSegmentBytes;
    private readonly TransmitFrame[] _frames = new TransmitFrame[64];
    private readonly PacketBuffer[] _arrival = new PacketBuffer[1];

    public StackUnderTest(AdapterFlags flags, NetworkStackOptions options, Instant now)
    {
        _device = new SentPackets(flags.Mtu);
        _mergedSegmentBytes = flags.MergedSegmentBytes;
        _offload = new SoftwareOffload(_device, MaximumFrames, padShortFrames: false);
        // The same numbers in every run: a script that fails fails again.
        Stack = new NetworkStack(options, new SeededRandomSource(1));
        _interface = Stack.AddInterface(_offload.Info, now);
        Stack.AddAddress(_interface, flags.Local, now);
        IpAddress gateway = IpAddress.FromIpv4(flags.Local.Network.Ipv4Value + 2);
        Stack.Routes.Add(new IpPrefix(IpAddress.AnyIpv4, 0), gateway, _interface.Index);
    }

    public NetworkStack Stack { get; }

    /// <summary>Packets sent and not shown yet.</summary>
    public Queue<SentPacket> Sent => _device.Packets;

    /// <summary>A packet arrives; anything it triggers at once is in <see cref="Sent"/> afterwards.</summary>
    public void Receive(ReadOnlySpan<byte> packet, Instant now)
    {
        PacketBuffer? buffer = Stack.RentReceiveBuffer(_interface);
        if (buffer is null || packet.Length > buffer.Capacity)
        {
            buffer?.Release();
            return;
        }
        packet.CopyTo(buffer.Storage);
        buffer.SetRange(0, packet.Length);
        if (_mergedSegmentBytes > 0 && packet.Length > _mergedSegmentBytes) buffer.Offload = new ReceiveOffload { SegmentBytes = (ushort)_mergedSegmentBytes };
        _arrival[0] = buffer;
        Stack.OnFrames(_interface, _arrival, now);
        buffer.Release();
        Flush(now);
    }

    /// <summary>Runs the timers that are due.</summary>
    public void RunTimers(Instant now)
    {
        Stack.OnDeadline(now);
        Flush(now);
    }

    /// <summary>After calls into the stack: what they sent leaves.</summary>
    public void Flush(Instant now)
    {
        Stack.OnEntryEnd(now);
        _device.Now = now;
        int count;
        while ((count = _interface.TransmitQueue.Dequeue(_frames)) > 0) _offload.Transmit(_frames.AsSpan(0, count));
        // The sockets are asked what they can do after every change: there is nothing that an event would add.
        while (Stack.Ready.Take() is { } endpoint) endpoint.TakeEvents();
    }

    public void Dispose()
    {
        Stack.Dispose();
        _device.Dispose();
        _offload.Dispose();
    }

    /// <summary>The device: writes down what is sent, and when.</summary>
    private sealed class SentPackets(int mtu) : ILinkDevice
    {
        public Queue<SentPacket> Packets { get; } = new();

        public Instant Now { get; set; }

        public LinkDeviceInfo Info { get; } = new("script", LinkMedium.Ip, default, mtu, MaximumPacketBytes);

        public LinkDeviceStatistics Statistics => default;

        public int Receive(ReadOnlySpan<PacketBuffer> buffers) => 0;

        public void WaitForFrames(TimeSpan timeout)
        {
        }

        public void Wake()
        {
        }

        public int Transmit(ReadOnlySpan<TransmitFrame> frames)
        {
            foreach (TransmitFrame frame in frames)
            {
                byte[] packet = new byte[frame.Length];
                frame.CopyTo(packet);
                frame.Release();
                Packets.Enqueue(new SentPacket(Now, packet));
            }
            return frames.Length;
        }

        public void Dispose() => Packets.Clear();
    }
}

/// <summary>A packet as it left, IP header first.</summary>
/// <param name="At">When.</param>
internal readonly record struct SentPacket(Instant At, byte[] Bytes);
