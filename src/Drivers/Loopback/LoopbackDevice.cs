using StackSharp.Drivers.Memory;
using StackSharp.Drivers.Native;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;

namespace StackSharp.Drivers.Loopback;

/// <summary>A device whose own receive side gets what it sends: bare IP packets, handed through whole.</summary>
/// <remarks>A stack delivers to its own addresses without any device; this one is for measurements and for tests of drivers' users.</remarks>
public sealed class LoopbackDevice : ILinkDevice
{
    private const int DefaultQueueFrames = 4096;
    private const int DefaultQueueOctets = 8 << 20;
    private readonly MemoryDevice _device;

    /// <param name="maximumTransmissionUnit">Largest IP packet in octets, 68 to 65535.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another MTU.</exception>
    public LoopbackDevice(int maximumTransmissionUnit = OffloadRules.MaximumPacketBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumTransmissionUnit, 68);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximumTransmissionUnit, OffloadRules.MaximumPacketBytes);
        LinkDeviceInfo info = new(
            "loopback", LinkMedium.Ip, default, maximumTransmissionUnit, OffloadRules.MaximumPacketBytes, OffloadRules.Everything,
            OffloadRules.MaximumPacketBytes);
        WaitSignal arrived = new();
        FrameQueue queue = new(info, arrived, DefaultQueueFrames, DefaultQueueOctets);
        _device = new MemoryDevice(info, queue, queue, arrived);
    }

    public LinkDeviceInfo Info => _device.Info;

    public LinkDeviceStatistics Statistics => _device.Statistics;

    public int Receive(ReadOnlySpan<PacketBuffer> buffers) => _device.Receive(buffers);

    public void WaitForFrames(TimeSpan timeout) => _device.WaitForFrames(timeout);

    public void Wake() => _device.Wake();

    public int Transmit(ReadOnlySpan<TransmitFrame> frames) => _device.Transmit(frames);

    public void Dispose() => _device.Dispose();
}
