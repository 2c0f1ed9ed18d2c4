using System.IO;
using System.Text.Json;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Cli;

/// <summary>What the commands that need no device print for programs; tests/Interop has the others.</summary>
public sealed class JsonOutputTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly string[] LineNames = ["seconds", "direction", "octets", "text"];
    private static readonly string[] DemoNames =
    [
        "octets", "seconds", "goodputBitsPerSecond", "contentIntact", "sha256", "linkRoundTrip", "lossPercent", "smoothedRoundTrip", "minimumRoundTrip",
        "segmentsSent", "segmentsRetransmitted", "fastRecoveries", "timeouts", "congestionControl", "capture",
    ];

    [Fact]
    public void Replay_prints_an_object_for_each_frame_in_order()
    {
        string output = Run("replay", CaptureFile.PathOf("icmp/kernel-ping-over-veth.pcap"), "--address", "198.18.0.2/24", "--all", "--json");
        List<(double Seconds, string Direction, int Octets, string Text)> lines = [];
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement frame = json.RootElement;
            Assert.Equal(LineNames, Names(frame));
            lines.Add((frame.GetProperty("seconds").GetDouble(), frame.GetProperty("direction").GetString()!, frame.GetProperty("octets").GetInt32(), frame.GetProperty("text").GetString()!));
        }

        Assert.Equal(lines.Select(line => line.Seconds).Order(), lines.Select(line => line.Seconds));
        Assert.Equal((3, 3), (lines.Count(line => line.Direction == "in"), lines.Count(line => line.Direction == "recorded")));
        // The pings are 14 + 20 + 8 + 8 octets; an answer is filled up to the shortest frame of Ethernet, less its checksum.
        Assert.Equal(2, lines.Count(line => line is { Direction: "in", Octets: 50 } && line.Text.Contains("echo request", StringComparison.Ordinal)));
        Assert.Equal(2, lines.Count(line => line is { Direction: "out", Octets: 60 } && line.Text.Contains("echo reply", StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.Contains(line.Direction, (string[])["in", "out", "recorded"]));
    }

    [Fact]
    public void Demo_reports_what_it_moved_and_how()
    {
        string recording = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using JsonDocument json = JsonDocument.Parse(Run("demo", "--json", "--size", "2M", "--rtt", "2ms", "--loss", "1", "--seed", "3", "--capture", recording));
            JsonElement report = json.RootElement;
            Assert.Equal(DemoNames, Names(report));
            Assert.Equal(2 << 20, report.GetProperty("octets").GetInt64());
            Assert.True(report.GetProperty("contentIntact").GetBoolean());
            Assert.Matches("^[0-9a-f]{64}$", report.GetProperty("sha256").GetString());
            Assert.Equal(2, report.GetProperty("linkRoundTrip").GetDouble());
            Assert.Equal(1, report.GetProperty("lossPercent").GetDouble());
            double seconds = report.GetProperty("seconds").GetDouble();
            Assert.InRange(seconds, 0.002, Limit.TotalSeconds);
            Assert.Equal((2 << 20) * 8 / seconds, report.GetProperty("goodputBitsPerSecond").GetDouble(), tolerance: 1);
            // The link's own delay is the least that a round trip takes.
            Assert.InRange(report.GetProperty("minimumRoundTrip").GetDouble(), 2, report.GetProperty("smoothedRoundTrip").GetDouble() + 1000);
            long sent = report.GetProperty("segmentsSent").GetInt64();
            Assert.InRange(report.GetProperty("segmentsRetransmitted").GetInt64(), 0, sent);
            Assert.True(sent > 0);
            Assert.True(report.GetProperty("fastRecoveries").GetInt32() >= 0 && report.GetProperty("timeouts").GetInt32() >= 0);
            Assert.NotEqual("", report.GetProperty("congestionControl").GetString());
            Assert.Equal(recording, report.GetProperty("capture").GetString());
            Assert.True(new FileInfo(recording).Length > 2 << 20, "The recording lacks what was moved.");
        }
        finally
        {
            File.Delete(recording);
        }
    }

    private static string Run(params string[] arguments) => Command.Run(Limit, "dotnet", [CliProcess.Program, .. arguments]).MustSucceed().Output;

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(property => property.Name)];
}
