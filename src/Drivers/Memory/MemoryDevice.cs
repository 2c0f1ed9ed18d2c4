using StackSharp.Drivers.Native;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;

namespace StackSharp.Drivers.Memory;

/// <summary>A device that hands its frames to a queue and takes them from a queue: one end of a pair, or both ends of a loop.</summary>
internal sealed class MemoryDevice(LinkDeviceInfo info, FrameQueue outgoing, FrameQueue incoming, WaitSignal arrived) : ILinkDevice
{
    private DeviceCounters _counters;

    public LinkDeviceInfo Info => info;

    public LinkDeviceStatistics Statistics => _counters.Read();

    public int Receive(ReadOnlySpan<PacketBuffer> buffers) => incoming.Dequeue(buffers, ref _counters);

    public void WaitForFrames(TimeSpan timeout)
    {
        if (!incoming.IsReadable) arrived.Wait(timeout);
    }

    public void Wake() => arrived.Set();

    public int Transmit(ReadOnlySpan<TransmitFrame> frames) => outgoing.Enqueue(frames, ref _counters);

    public void Dispose()
    {
        incoming.CloseConsumer();
        outgoing.CloseProducer();
    }
}
