using StackSharp.Cli.Link;
using StackSharp.Drivers.Wrappers;
using StackSharp.Stack.Time;
using Xunit;

namespace StackSharp.Tests.Cli.Link;

public sealed class ImpairmentTextTests
{
    [Fact]
    public void Burst_loss_is_a_share_and_a_mean_length()
    {
        BurstLoss burst = ImpairmentText.TryParseBurstLoss("2%,5")!;
        Impairments link = new(new ImpairmentOptions { BurstLoss = burst }, new SeededRandomSource(1));
        List<bool> lost = [.. Enumerable.Range(0, 400_000).Select(i => !link.Decide(1000, Instant.FromMicroseconds(i)).IsDelivered)];
        int losses = lost.Count(one => one);
        int bursts = lost.Zip(lost.Skip(1)).Count(pair => !pair.First && pair.Second);
        Assert.InRange(losses / 400_000.0, 0.018, 0.022);
        Assert.InRange(losses / (double)bursts, 4.6, 5.4);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1%,0.9")]
    [InlineData("100%,5")]
    [InlineData("99%,1")]
    [InlineData("1%,5,2")]
    [InlineData("x,5")]
    public void Impossible_bursts_are_refused(string text) => Assert.Null(ImpairmentText.TryParseBurstLoss(text));

    [Fact]
    public void Reordering_is_a_share_and_a_time()
    {
        Assert.Equal(new Reordering(0.05, TimeSpan.FromMilliseconds(5)), ImpairmentText.TryParseReordering("5%:5ms"));
        Assert.Equal(new Reordering(0.5, TimeSpan.FromSeconds(1)), ImpairmentText.TryParseReordering("50:1"));
    }

    [Theory]
    [InlineData("5%")]
    [InlineData("5%:")]
    [InlineData("5%:0ms")]
    [InlineData("101%:5ms")]
    [InlineData("5%:5ms:1")]
    public void Impossible_reordering_is_refused(string text) => Assert.Null(ImpairmentText.TryParseReordering(text));
}
