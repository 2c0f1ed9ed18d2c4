using StackSharp.Cli.Replay;
using StackSharp.Drivers.PcapFile;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Cli.Replay;

public sealed class CaptureReplayTests
{
    [Fact]
    public void Echo_requests_of_a_capture_are_answered_in_its_own_time()
    {
        List<ReplayLine> lines = Replay(IpPrefix.Parse("198.18.0.2/24"));
        List<ReplayLine> requests = [.. lines.Where(line => line.Direction == "in" && line.Text.Contains("198.18.0.2: echo request", StringComparison.Ordinal))];
        List<ReplayLine> replies = [.. lines.Where(line => line.Direction == "out" && line.Text.Contains("echo reply", StringComparison.Ordinal))];
        Assert.NotEmpty(requests);
        Assert.Equal(requests.Select(line => line.Seconds), replies.Select(line => line.Seconds));
        Assert.Equal(
            lines.Where(line => line.Direction == "recorded" && line.Text.StartsWith("ICMP", StringComparison.Ordinal)).Select(line => line.Text),
            replies.Select(line => line.Text));
        Assert.Equal(
            requests.Select(line => line.Text[line.Text.IndexOf(" id ", StringComparison.Ordinal)..]),
            replies.Select(line => line.Text[line.Text.IndexOf(" id ", StringComparison.Ordinal)..]));
    }

    [Fact]
    public void A_stack_that_nobody_asked_says_nothing_but_its_announcement()
    {
        List<ReplayLine> lines = Replay(IpPrefix.Parse("198.18.99.1/24"));
        Assert.All(lines.Where(line => line.Direction == "out"), line => Assert.StartsWith("ARP", line.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_seed_says_the_same() =>
        Assert.Equal(Replay(IpPrefix.Parse("198.18.0.2/24")), Replay(IpPrefix.Parse("198.18.0.2/24")));

    private static List<ReplayLine> Replay(IpPrefix address)
    {
        List<ReplayLine> lines = [];
        using CaptureReader capture = CaptureReader.Open(CaptureFile.PathOf("icmp/kernel-ping-over-veth.pcap"));
        using CaptureReplay replay = new(new ReplayPlan(address, null, null, [], Seed: 1), lines.Add);
        long? origin = null;
        while (capture.TryRead(out CapturedFrame frame))
        {
            origin ??= frame.NanosecondsSinceEpoch;
            replay.Feed(frame.Bytes, new Instant(frame.NanosecondsSinceEpoch - origin.Value), show: true);
        }

        return lines;
    }
}
