using System.IO;
using System.Threading.Tasks;
using CongestionPlugIn;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Tests.Stack.Transport.Tcp.Congestion;
using Xunit;

namespace StackSharp.Tests.Samples;

/// <summary>The sample does what it shows.</summary>
public sealed class CongestionPlugInTests
{
    [Theory]
    [InlineData("vegas")]
    [InlineData("cubic")]
    public async Task The_transfer_arrives_under_the_algorithm_that_was_named(string algorithm)
    {
        StringWriter output = new();
        TcpInfo info = await Transfer.RunAsync(algorithm, 1 << 20, output);
        Assert.Equal(algorithm, info.CongestionControl);
        Assert.Contains("cwnd", output.ToString(), StringComparison.Ordinal);
        Assert.Contains($"1024 KiB with {algorithm}", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Vegas_fills_a_path_with_a_few_segments_in_its_queue()
    {
        SimulatedPath path = new(new Vegas());
        path.Start();
        path.Run(TimeSpan.FromSeconds(30));
        (double share, double queue) = path.Run(TimeSpan.FromSeconds(10));
        Assert.InRange(share, 0.97, 1.01);
        Assert.InRange(queue / SimulatedPath.SegmentBytes, 0.5, 6);
    }

    [Fact]
    public void Vegas_takes_a_spurious_loss_back()
    {
        Vegas vegas = new();
        vegas.Start(new CongestionStart { SegmentBytes = 1000, WindowBytes = 10_000, Random = new SeededRandomSource(1), Now = default });
        vegas.OnLoss(new LossEvent(10_000, 1000, default));
        Assert.Equal((7_500, 7_500), (vegas.Window, vegas.SlowStartThreshold));
        vegas.OnSpuriousLoss(default);
        Assert.Equal((10_000, long.MaxValue), (vegas.Window, vegas.SlowStartThreshold));
    }
}
