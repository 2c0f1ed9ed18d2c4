using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Interop;

/// <summary>Two kernels, or a kernel and a stack, talk over <c>stacksharp link</c>.</summary>
[Collection(InteropCollection.Name)]
public sealed partial class LinkTests
{
    [Fact]
    public void Ping_takes_the_round_trip_time_that_was_asked_for()
    {
        using LinkedPair pair = LinkedPair.Create("--delay", "40ms");
        double least = double.Parse(LeastRoundTrip().Match(pair.Ping(5)).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(least, 80, 90);
    }

    [Fact]
    public void A_direction_that_loses_everything_counts_what_it_lost()
    {
        using LinkedPair pair = LinkedPair.Create("--loss-ba", "100%");
        Assert.Contains("100% packet loss", pair.Ping(10), StringComparison.Ordinal);
        JsonElement report = pair.End();
        Assert.Equal(10, report.GetProperty("aToB").GetProperty("framesSent").GetInt64());
        Assert.Equal((0, 10), (Counter(report, "bToA", "delivered"), Counter(report, "bToA", "lost")));
        Assert.Equal(0, report.GetProperty("bToA").GetProperty("framesSent").GetInt64());
    }

    [Fact]
    public void Loss_by_chance_is_found_by_ping_and_counter_alike()
    {
        using LinkedPair pair = LinkedPair.Create("--loss-ab", "20%", "--seed", "7");
        int answered = int.Parse(Answered().Match(pair.Ping(200)).Groups[1].Value, CultureInfo.InvariantCulture);
        JsonElement report = pair.End();
        Assert.Equal(200 - Counter(report, "aToB", "lost"), answered);
        Assert.InRange(answered, 130, 185);
        Assert.Equal(7u, report.GetProperty("seed").GetUInt64());
    }

    [Fact]
    public void A_stack_beside_the_kernel_on_one_end_reaches_the_kernel_on_the_other()
    {
        using LinkedPair pair = LinkedPair.Create("--delay", "10ms", "--rate", "100M");
        pair.First.Ip("address", "flush", "dev", "la");
        CommandResult ping = CliProcess.Run(pair.First, CliProcess.StartTimeout, "ping", "198.18.0.2", "-c", "3", "-i", "0.1", "--device", "packet:la", "--address", "198.18.0.1/24", "--json");
        using JsonDocument json = JsonDocument.Parse(ping.MustSucceed().Output);
        Assert.Equal(3, json.RootElement.GetProperty("received").GetInt32());
        Assert.InRange(json.RootElement.GetProperty("minimumMilliseconds").GetDouble(), 20, 40);
    }

    [Fact]
    public void Both_ends_of_a_veth_are_joined_and_frames_to_any_station_pass()
    {
        Requirement.Namespaces();
        using NetworkNamespace first = NetworkNamespace.Create();
        using NetworkNamespace second = NetworkNamespace.Create();
        using NetworkNamespace middle = NetworkNamespace.Create();
        first.Connect("e0", middle, "m0");
        second.Connect("e0", middle, "m1");
        first.AddAddress("e0", "198.18.0.1/24");
        second.AddAddress("e0", "198.18.0.2/24");
        CliProcess.StartReady(middle, "link", "--a", "packet:m0", "--b", "packet:m1", "--delay", "10ms");
        Assert.Contains(" 0% packet loss", first.Run("ping", "-c", "3", "-i", "0.1", "198.18.0.2").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_deleted_ends_the_link_with_a_reason()
    {
        Requirement.Namespaces();
        using NetworkNamespace first = NetworkNamespace.Create();
        using NetworkNamespace middle = NetworkNamespace.Create();
        first.Connect("e0", middle, "m0");
        first.Connect("e1", middle, "m1");
        BackgroundProcess link = CliProcess.StartReady(middle, "link", "--a", "packet:m0", "--b", "packet:m1");
        middle.Ip("link", "delete", "m1");
        Assert.Equal(1, link.WaitForExit(CliProcess.StartTimeout));
        Assert.Contains(link.Lines, line => line.StartsWith("stacksharp: packet:m1 is gone", StringComparison.Ordinal));
    }

    [Fact]
    public void Devices_that_cannot_be_joined_are_refused_with_a_reason()
    {
        Requirement.Tap();
        using NetworkNamespace first = NetworkNamespace.Create();
        using NetworkNamespace middle = NetworkNamespace.Create();
        first.Connect("e0", middle, "m0");
        first.Connect("e1", middle, "m1");
        middle.Ip("link", "set", "m1", "mtu", "1400");
        AssertRefused(middle, "packet:m0", "packet:m1", "packet:m1: has an MTU of 1400, but packet:m0 of 1500");
        AssertRefused(middle, "packet:m0", "tun:t0", "tun:t0: cannot be joined with packet:m0");
        AssertRefused(middle, "packet:m0", "packet:m2", "packet:m2: there is no such interface");
        AssertRefused(middle, "tap:m0", "packet:m1", "tap:m0: ");
    }

    private static void AssertRefused(NetworkNamespace place, string a, string b, string reason)
    {
        CommandResult result = CliProcess.Run(place, CliProcess.StartTimeout, "link", "--a", a, "--b", b, "--time", "5s");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"stacksharp: {reason}", result.ErrorOutput, StringComparison.Ordinal);
        Assert.Single(result.ErrorOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static long Counter(JsonElement report, string direction, string name) =>
        report.GetProperty(direction).GetProperty("impairments").GetProperty(name).GetInt64();

    [GeneratedRegex(@"= ([\d.]+)/")]
    private static partial Regex LeastRoundTrip();

    [GeneratedRegex(@"(\d+) received")]
    private static partial Regex Answered();

    /// <summary>Two namespaces with a TAP each, and the program that holds and joins them.</summary>
    private sealed class LinkedPair : IDisposable
    {
        private readonly NetworkNamespace _second;
        private readonly BackgroundProcess _link;

        private LinkedPair(NetworkNamespace first, NetworkNamespace second, BackgroundProcess link) => (First, _second, _link) = (first, second, link);

        public NetworkNamespace First { get; }

        public static LinkedPair Create(params string[] impairments)
        {
            Requirement.Tap();
            Requirement.Program("ping");
            NetworkNamespace first = NetworkNamespace.Create();
            NetworkNamespace second = NetworkNamespace.Create();
            foreach (NetworkNamespace place in (NetworkNamespace[])[first, second]) place.Run("sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1");
            BackgroundProcess link = CliProcess.StartReady(
                first, ["link", "--a", "tap:la", "--b", "tap:lb", "--netns-b", second.Name, "--json", .. impairments]);
            first.AddAddress("la", "198.18.0.1/24");
            second.AddAddress("lb", "198.18.0.2/24");

            // Only pings are to pass, to be lost and to be counted: the neighbours know each other.
            first.Ip("link", "set", "la", "address", "02:00:00:00:00:0a");
            second.Ip("link", "set", "lb", "address", "02:00:00:00:00:0b");
            first.Ip("neigh", "replace", "198.18.0.2", "lladdr", "02:00:00:00:00:0b", "dev", "la");
            second.Ip("neigh", "replace", "198.18.0.1", "lladdr", "02:00:00:00:00:0a", "dev", "lb");
            return new LinkedPair(first, second, link);
        }

        public string Ping(int count) =>
            First.TryRun(Command.DefaultTimeout, "ping", "-c", count.ToString(CultureInfo.InvariantCulture), "-i", "0.01", "-W", "1", "198.18.0.2").Output;

        /// <summary>What the link counted.</summary>
        public JsonElement End()
        {
            Assert.Equal(0, _link.Stop(Signals.Interrupt));
            string output = string.Join('\n', _link.Lines);
            using JsonDocument json = JsonDocument.Parse(output[output.IndexOf("{\n", StringComparison.Ordinal)..]);
            return json.RootElement.Clone();
        }

        public void Dispose()
        {
            First.Dispose();
            _second.Dispose();
        }
    }
}
