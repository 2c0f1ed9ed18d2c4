using StackSharp.Drivers.Wrappers;
using StackSharp.Stack.Time;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Drivers.Wrappers;

/// <summary>The decisions, in virtual time, with fixed seeds: shares within about four standard deviations.</summary>
public sealed class ImpairmentsTests
{
    private const int Frames = 100_000;
    private const int Bytes = 1000;

    [Fact]
    public void A_perfect_link_delivers_at_once()
    {
        Assert.True(new ImpairmentOptions().IsPerfect);
        Impairments link = Link(new ImpairmentOptions());
        Instant now = Instant.FromMilliseconds(5);
        Assert.Equal(new ImpairmentVerdict(ImpairmentFate.Delivered, now, false, -1), link.Decide(Bytes, now));
    }

    [Fact]
    public void The_same_seed_decides_the_same()
    {
        ImpairmentOptions options = new()
        {
            Loss = 0.1,
            BurstLoss = new BurstLoss(0.01, 0.3),
            Jitter = TimeSpan.FromMilliseconds(3),
            Duplication = 0.1,
            Reordering = 0.1,
            Corruption = 0.1,
            BitsPerSecond = 1_000_000_000,
            Delay = TimeSpan.FromMilliseconds(1),
        };
        Assert.Equal(Run(options, 7, 1000).ToList(), Run(options, 7, 1000).ToList());
        Assert.NotEqual(Run(options, 7, 1000).ToList(), Run(options, 8, 1000).ToList());
    }

    [Fact]
    public void Independent_loss_hits_its_share()
    {
        List<ImpairmentVerdict> verdicts = [.. Run(new ImpairmentOptions { Loss = 0.02 }, 1, Frames)];
        Assert.InRange(verdicts.Count(verdict => verdict.Fate == ImpairmentFate.Lost), 1820, 2180);
        Assert.All(verdicts, verdict => Assert.True(verdict.Fate is ImpairmentFate.Lost or ImpairmentFate.Delivered));
    }

    [Fact]
    public void Burst_loss_comes_in_bursts_of_the_expected_length()
    {
        // Stationary share of the bad state: 0.01 / (0.01 + 0.25); mean burst: 1 / 0.25 frames.
        List<bool> lost = [.. Run(new ImpairmentOptions { BurstLoss = new BurstLoss(0.01, 0.25) }, 1, Frames).Select(verdict => !verdict.IsDelivered)];
        int losses = lost.Count(one => one);
        int bursts = lost.Zip(lost.Skip(1)).Count(pair => !pair.First && pair.Second);
        Assert.InRange(losses, 3300, 4400);
        Assert.InRange(losses / (double)bursts, 3.6, 4.4);
    }

    [Fact]
    public void A_rate_spaces_frames_and_its_queue_drops_the_rest()
    {
        // 8 Mbit/s: a 1000-byte frame takes 1 ms; the queue holds ten.
        Impairments link = Link(new ImpairmentOptions { BitsPerSecond = 8_000_000, QueueBytes = 10_000 });
        List<ImpairmentVerdict> burst = [.. Enumerable.Range(0, 15).Select(_ => link.Decide(Bytes, Instant.FromMilliseconds(100)))];
        Assert.Equal(Enumerable.Range(101, 10).Select(at => Instant.FromMilliseconds(at)), burst.Where(verdict => verdict.IsDelivered).Select(verdict => verdict.DeliverAt));
        Assert.Equal(5, burst.Count(verdict => verdict.Fate == ImpairmentFate.QueueFull));
        Assert.Equal(Instant.FromMilliseconds(111), link.Decide(Bytes, Instant.FromMilliseconds(101)).DeliverAt);
        Assert.Equal(Instant.FromMilliseconds(501), link.Decide(Bytes, Instant.FromMilliseconds(500)).DeliverAt);
        Assert.Equal(new ImpairmentStatistics(17, 12, 5, 0, 0, 0, 0, 0), link.Statistics);
    }

    [Fact]
    public void An_idle_line_takes_a_frame_larger_than_its_queue() =>
        Assert.True(Link(new ImpairmentOptions { BitsPerSecond = 1000, QueueBytes = 10 }).Decide(Bytes, Instant.Origin).IsDelivered);

    [Fact]
    public void A_saturated_rate_is_reached_to_the_bit()
    {
        Impairments link = Link(new ImpairmentOptions { BitsPerSecond = 3_000_000, QueueBytes = 20_000 });
        Instant last = Instant.Origin;
        long delivered = 0;
        for (int i = 0; i < 10_000; i++)
        {
            ImpairmentVerdict verdict = link.Decide(Bytes, Instant.FromMilliseconds(i));
            if (!verdict.IsDelivered) continue;
            delivered++;
            last = verdict.DeliverAt;
        }

        Assert.InRange(delivered * Bytes * 8 / (last - Instant.Origin).TotalSeconds, 2_999_000, 3_000_100);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public void Jitter_stays_in_its_range_and_overtakes_only_if_it_may(bool reorders)
    {
        ImpairmentOptions options = new() { Delay = TimeSpan.FromMilliseconds(10), Jitter = TimeSpan.FromMilliseconds(4), JitterReorders = reorders };
        Impairments link = Link(options);
        int overtaken = 0;
        double sum = 0;
        Instant previous = Instant.Origin;
        for (int i = 0; i < Frames; i++)
        {
            Instant now = Instant.FromMilliseconds(i);
            Instant arrival = link.Decide(Bytes, now).DeliverAt;
            Assert.InRange((arrival - now).TotalMilliseconds, 10, 14);
            sum += (arrival - now).TotalMilliseconds;
            if (arrival < previous) overtaken++;
            previous = arrival;
        }

        if (!reorders) Assert.Equal(0, overtaken);
        else Assert.InRange(overtaken, Frames / 5, Frames / 2);
        if (reorders) Assert.InRange(sum / Frames, 11.97, 12.03);
    }

    [Fact]
    public void Reordered_frames_are_overtaken_by_later_ones()
    {
        ImpairmentOptions options = new() { Reordering = 0.1, ReorderingDelay = TimeSpan.FromMilliseconds(5) };
        List<ImpairmentVerdict> verdicts = [.. Run(options, 1, Frames)];
        int late = verdicts.Zip(verdicts.Skip(1)).Count(pair => pair.First.DeliverAt > pair.Second.DeliverAt);
        Assert.InRange(late, 8600, 9400);   // 0.1 x 0.9: one late frame behind another is no inversion.
    }

    [Fact]
    public void Duplicates_and_flipped_bits_hit_their_shares()
    {
        List<ImpairmentVerdict> verdicts = [.. Run(new ImpairmentOptions { Duplication = 0.05, Corruption = 0.03 }, 1, Frames)];
        Assert.InRange(verdicts.Count(verdict => verdict.IsDuplicated), 4720, 5280);
        List<int> bits = [.. verdicts.Where(verdict => verdict.FlippedBit >= 0).Select(verdict => verdict.FlippedBit)];
        Assert.InRange(bits.Count, 2780, 3220);
        Assert.All(bits, bit => Assert.InRange(bit, 0, (Bytes * 8) - 1));
        Assert.InRange(bits.Average(), 3800, 4200);
        byte[] frame = new byte[Bytes];
        verdicts.First(verdict => verdict.FlippedBit >= 0).Corrupt(frame);
        Assert.Equal(1, frame.Sum(octet => System.Numerics.BitOperations.PopCount(octet)));
    }

    [Fact, Covers("ECN-7")]
    public void Ecn_capable_packets_are_marked_by_chance_and_no_others()
    {
        Impairments link = Link(new ImpairmentOptions { EcnMarking = 0.05 });
        List<ImpairmentVerdict> capable = [.. Enumerable.Range(0, Frames).Select(i => link.Decide(Bytes, Instant.FromMicroseconds(10 * i), isEcnCapable: true))];
        int marked = capable.Count(verdict => verdict.IsMarked);
        Assert.InRange(marked, 4720, 5280);
        Assert.All(capable, verdict => Assert.True(verdict.IsDelivered));
        Assert.All(Run(new ImpairmentOptions { EcnMarking = 1 }, 1, 100), verdict => Assert.False(verdict.IsMarked));
        Assert.Equal(marked, link.Statistics.Marked);
    }

    [Fact, Covers("ECN-7")]
    public void A_queue_above_its_threshold_marks_what_comes_next()
    {
        // 8 Mbit/s: a 1000-byte frame takes 1 ms. The fourth frame finds 3000 octets waiting, the fifth 4000.
        Impairments link = Link(new ImpairmentOptions { BitsPerSecond = 8_000_000, QueueBytes = 6_000, EcnThresholdBytes = 3_000 });
        List<ImpairmentVerdict> burst = [.. Enumerable.Range(0, 8).Select(_ => link.Decide(Bytes, Instant.FromMilliseconds(1), isEcnCapable: true))];
        Assert.Equal([false, false, false, false, true, true, false, false], burst.Select(verdict => verdict.IsMarked));
        Assert.Equal(2, burst.Count(verdict => verdict.Fate == ImpairmentFate.QueueFull));
        Assert.False(link.Decide(Bytes, Instant.FromMilliseconds(4), isEcnCapable: true).IsMarked);
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Link(new ImpairmentOptions { Loss = 1.1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Link(new ImpairmentOptions { Corruption = double.NaN }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Link(new ImpairmentOptions { BurstLoss = new BurstLoss(-0.1, 0) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Link(new ImpairmentOptions { BitsPerSecond = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Link(new ImpairmentOptions { QueueBytes = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Link(new ImpairmentOptions { EcnMarking = 1.1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Link(new ImpairmentOptions { EcnThresholdBytes = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Link(new ImpairmentOptions { Delay = TimeSpan.FromTicks(-1) }));
    }

    [Fact]
    public void A_delay_line_gives_things_out_by_arrival_then_by_order()
    {
        DelayLine<string> line = new();
        Assert.Equal(Instant.Never, line.NextArrival);
        line.Add("c", Instant.FromMilliseconds(2));
        line.Add("a", Instant.FromMilliseconds(1));
        line.Add("b", Instant.FromMilliseconds(1));
        Assert.Equal(Instant.FromMilliseconds(1), line.NextArrival);
        Assert.False(line.TryTake(Instant.FromMicroseconds(999), out _));
        List<string> taken = [];
        while (line.TryTake(Instant.FromMilliseconds(2), out string item)) taken.Add(item);
        Assert.Equal(["a", "b", "c"], taken);
        Assert.Equal(0, line.Count);
    }

    [Fact]
    public void A_delay_line_keeps_its_order_however_things_overtake_each_other()
    {
        DelayLine<int> line = new();
        SeededRandomSource random = new(3);
        List<(Instant At, int Number)> underWay = [];
        for (int i = 0; i < 5000; i++)
        {
            Instant now = Instant.FromMicroseconds(i);
            Instant arrival = now + random.Between(TimeSpan.Zero, TimeSpan.FromMicroseconds(i % 100 < 50 ? 1 : 200));
            line.Add(i, arrival);
            underWay.Add((arrival, i));
            while (line.TryTake(now, out int taken))
            {
                (Instant At, int Number) expected = underWay.OrderBy(one => one.At).ThenBy(one => one.Number).First();
                Assert.Equal(expected.Number, taken);
                Assert.True(expected.At <= now);
                underWay.Remove(expected);
            }

            Assert.Equal(underWay.Count, line.Count);
            Assert.True(line.NextArrival > now);
        }
    }

    private static Impairments Link(ImpairmentOptions options) => new(options, new SeededRandomSource(1));

    private static IEnumerable<ImpairmentVerdict> Run(ImpairmentOptions options, ulong seed, int frames)
    {
        Impairments link = new(options, new SeededRandomSource(seed));
        return Enumerable.Range(0, frames).Select(i => link.Decide(Bytes, Instant.FromMicroseconds(10 * i)));
    }
}
