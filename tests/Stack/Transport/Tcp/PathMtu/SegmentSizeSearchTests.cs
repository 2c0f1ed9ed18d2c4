using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.PathMtu;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.PathMtu;

public sealed class SegmentSizeSearchTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private static readonly Instant Start = Instant.FromMilliseconds(1000);

    [Theory, Covers("PLPMTU-2", "PLPMTU-4")]
    [InlineData(1500)]
    [InlineData(9000)]
    public void Any_path_is_found_to_within_a_few_octets_and_its_full_size_exactly(int largest)
    {
        for (int path = 1064; path <= largest; path++)
        {
            SegmentSizeSearch search = new();
            search.Begin(1064, Start, Interval);
            int probes = Run(search, largest, path, Start);
            Assert.InRange(search.Low, path - 7, path);
            if (path == largest) Assert.Equal(largest, search.Low);
            // Each half of the range costs three probes at most.
            Assert.InRange(probes, 0, 3 * 14);
            Assert.Equal(0, search.NextSize(largest, Start + Interval - TimeSpan.FromTicks(1), Interval));
        }
    }

    [Fact, Covers("PLPMTU-2")]
    public void What_has_failed_is_tried_again_after_the_interval()
    {
        SegmentSizeSearch search = new();
        search.Begin(1064, Start, Interval);
        Run(search, 1500, 1200, Start);
        Run(search, 1500, 1500, Start + Interval);
        Assert.Equal(1500, search.Low);
    }

    [Fact, Covers("PLPMTU-2")]
    public void A_size_fails_with_its_third_probe()
    {
        SegmentSizeSearch search = new();
        search.Begin(1064, Start, Interval);
        int size = search.NextSize(1500, Start, Interval);
        for (int i = 0; i < 2; i++)
        {
            Send(search, size);
            Assert.Equal(0, search.NextSize(1500, Start, Interval));
            search.OnProbeLost(Start, Interval);
            Assert.Equal(size, search.NextSize(1500, Start, Interval));
        }
        Send(search, size);
        search.OnProbeLost(Start, Interval);
        Assert.True(search.NextSize(1500, Start, Interval) < size);
        Assert.Equal((0, 3), (search.Successes, search.Failures));
    }

    [Fact, Covers("PLPMTU-5")]
    public void A_path_that_ICMP_says_is_smaller_bounds_the_search()
    {
        SegmentSizeSearch search = new();
        search.Begin(1064, Start, Interval);
        Assert.Equal(1282, search.NextSize(1500, Start, Interval));
        Assert.Equal(1132, search.NextSize(1200, Start, Interval));
        Assert.Equal(0, search.NextSize(1000, Start, Interval));
    }

    private static int Run(SegmentSizeSearch search, int largest, int path, Instant now)
    {
        int probes = 0;
        for (int size; (size = search.NextSize(largest, now, Interval)) != 0; probes++)
        {
            Send(search, size);
            if (size <= path) search.OnProbeArrived(now, Interval);
            else search.OnProbeLost(now, Interval);
        }
        return probes;
    }

    private static void Send(SegmentSizeSearch search, int size) => search.OnProbeSent(size, new SequenceNumber(1), new SequenceNumber(1 + (uint)size));
}
