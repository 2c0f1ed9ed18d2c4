using StackSharp.Drivers.Loopback;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using Xunit;

namespace StackSharp.Tests.Drivers.Loopback;

public sealed class LoopbackDeviceTests
{
    [Fact]
    public void What_is_sent_comes_back()
    {
        using FrameSource source = new();
        using LoopbackDevice device = new();
        Assert.Equal(LinkMedium.Ip, device.Info.Medium);
        Assert.Equal(65535, device.Info.MaximumFrameBytes);
        Assert.Equal(2, device.Transmit([source.Frame([1, 2]), source.Frame([3])]));
        Assert.Equal([[1, 2], [3]], device.ReceiveAll(source));
        Assert.Equal(new LinkDeviceStatistics(2, 3, 0, 2, 3, 0), device.Statistics);
        Assert.Equal(0, source.Outstanding);
    }

    [Fact]
    public void After_disposal_nothing_is_left()
    {
        using FrameSource source = new();
        LoopbackDevice device = new();
        device.Send(source.Frame([1]));
        Thread waiting = DeviceCalls.Start(() =>
        {
            PacketBuffer buffer = source.Buffer();
            while (device.Receive([buffer]) >= 0) device.WaitForFrames(Timeout.InfiniteTimeSpan);
            buffer.Release();
        });
        device.Dispose();
        waiting.MustEnd();
        Assert.Equal(0, source.Outstanding);
        Assert.Equal(0, device.Send(source.Frame([2])));
        Assert.Equal(0, source.Outstanding);
    }
}
