using StackSharp.Cli.Iperf3;
using Xunit;

namespace StackSharp.Tests.Cli.Iperf3;

/// <summary>The pacer in a time of its own: a timer that ticks every millisecond, or does not.</summary>
public sealed class PacerTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    [Theory]
    [InlineData(1_000_000, 1448)]
    [InlineData(100_000_000, 1448)]
    [InlineData(1_000_000_000, 1448)]
    [InlineData(10_000_000_000, 65_507)]
    [InlineData(1_000_000, 131_072)]
    public void The_rate_is_kept_and_no_burst_is_longer_than_4_ms_of_it_or_64_KiB(long bitsPerSecond, int itemBytes)
    {
        Pacer pacer = new(bitsPerSecond, itemBytes, TimeSpan.Zero);
        TimeSpan end = TimeSpan.FromSeconds(20);
        long sent = 0;
        long longest = 0;
        for (TimeSpan now = TimeSpan.Zero; now <= end; now += Tick)
        {
            long burst = Take(pacer, itemBytes, now);
            longest = Math.Max(longest, burst);
            sent += burst;
        }

        double expected = bitsPerSecond / 8.0 * end.TotalSeconds;
        Assert.InRange(sent, expected - itemBytes, expected + (2 * itemBytes));
        Assert.InRange(longest, itemBytes, Math.Max(Math.Max(itemBytes, Pacer.HarmlessBurst), bitsPerSecond / 8 / 250));
    }

    [Fact]
    public void A_sender_that_was_held_up_catches_up_at_no_more_than_twice_the_rate()
    {
        const int Item = 1000;
        Pacer pacer = new(800_000_000, Item, TimeSpan.Zero);   // 100,000 octets each millisecond.
        Take(pacer, Item, TimeSpan.Zero);
        TimeSpan now = TimeSpan.FromMilliseconds(50);
        long sent = Take(pacer, Item, now);
        Assert.Equal(400_000, sent);
        for (int i = 0; i < 10; i++) sent += Take(pacer, Item, now += Tick);
        Assert.Equal(2_400_000, sent);
        for (int i = 0; i < 90; i++) sent += Take(pacer, Item, now += Tick);
        Assert.Equal(15_000_000, sent);
    }

    [Fact]
    public void What_was_missed_long_ago_is_forgotten()
    {
        const int Item = 1000;
        Pacer pacer = new(80_000_000, Item, TimeSpan.Zero);
        TimeSpan now = TimeSpan.FromSeconds(100);
        long sent = Take(pacer, Item, now);
        for (int i = 0; i < 1000; i++) sent += Take(pacer, Item, now += Tick);
        Assert.InRange(sent, 10_000_000, 10_000_000 + 1_000_000);
    }

    [Fact]
    public void A_clock_that_goes_back_earns_nothing()
    {
        Pacer pacer = new(8_000_000, 1000, TimeSpan.FromSeconds(1));
        Assert.True(pacer.TryTake(1000, TimeSpan.FromSeconds(1)));
        Assert.False(pacer.TryTake(1000, TimeSpan.Zero));
    }

    private static long Take(Pacer pacer, int itemBytes, TimeSpan now)
    {
        long taken = 0;
        while (pacer.TryTake(itemBytes, now)) taken += itemBytes;
        return taken;
    }
}
