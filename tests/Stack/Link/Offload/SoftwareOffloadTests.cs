using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;
using Xunit;

namespace StackSharp.Tests.Stack.Link.Offload;

public sealed class SoftwareOffloadTests
{
    private const TransmitCapabilities ChecksumAndTcp = TransmitCapabilities.Checksum | TransmitCapabilities.TcpSegmentationIpv4;

    [Theory]
    [InlineData(TransmitCapabilities.None, 0, 1514, true, true)]
    [InlineData(ChecksumAndTcp, 65535, 66_000, true, false)]
    [InlineData(OffloadRules.Everything, 65535, 66_000, false, false)]
    [InlineData(OffloadRules.Everything, 65535, 1514, false, true)]
    [InlineData(OffloadRules.Everything, 32768, 66_000, true, false)]
    public void What_the_device_lacks_is_found_out(TransmitCapabilities capabilities, int segmentation, int frame, bool segments, bool merges)
    {
        using CollectingDevice device = new(capabilities, segmentation, frame);
        using SoftwareOffload offload = new(device, 64);
        Assert.Equal((segments, merges), (offload.IsSegmenting, offload.IsCoalescing));
        Assert.Equal((OffloadRules.Everything, 65535), (offload.Info.Capabilities, offload.Info.MaximumSegmentationBytes));
        Assert.InRange(offload.Info.MaximumFrameBytes, 65535 + 14, int.MaxValue);
        Assert.Equal(offload.Info with { Capabilities = capabilities, MaximumSegmentationBytes = segmentation, MaximumFrameBytes = frame }, device.Info);
    }
}
