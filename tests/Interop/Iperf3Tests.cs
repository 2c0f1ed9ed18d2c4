using System.Globalization;
using System.Text.Json;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Interop;

/// <summary>Debian's iperf3 and ours, over a TAP: its client against <c>stacksharp serve</c>, and our client against its server.</summary>
[Collection(InteropCollection.Name)]
public sealed class Iperf3Tests
{
    private const double DatagramRate = 100e6;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Tests => ["", "-P 8", "-R", "-R -P 8", "-u -b 100M", "-u -b 100M -R"];

    [Theory]
    [MemberData(nameof(Tests))]
    public void Debian_s_client_measures_our_server(string arguments)
    {
        Require();
        using ServedStack stack = new();
        CommandResult result = stack.Namespace.TryRun(Limit, "iperf3", ["-c", ServedStack.StackAddress, "-t", "1", "--json", .. Words(arguments)]);
        Check(result, arguments);
    }

    [Theory]
    [MemberData(nameof(Tests))]
    public void Our_client_measures_Debian_s_server(string arguments)
    {
        Require();
        using NetworkNamespace place = NetworkNamespace.Create();
        place.AddTap("t0");
        place.AddAddress("t0", ServedStack.KernelAddress + ServedStack.Prefix);
        BackgroundProcess server = place.Start("iperf3", "-s", "--forceflush");
        server.WaitForLine(line => line.StartsWith("Server listening", StringComparison.Ordinal), Limit);
        CommandResult result = CliProcess.Run(place, Limit,
            ["iperf3", "-c", ServedStack.KernelAddress, "-t", "1", "--json", .. Words(arguments), "--device", "tap:t0", "--address", "198.18.0.99/16"]);
        Check(result, arguments);
        Assert.DoesNotContain(server.Lines, line => line.Contains("error", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Our_server_runs_many_tests_and_refuses_what_it_does_not_do()
    {
        Require();
        using ServedStack stack = new();
        foreach (string arguments in (string[])["-n 3M", "-k 10 -l 10000", "-n 3M -R", "-t 1 -O 1 -b 10M", "-n 1M -w 64K -S 16 -N", "-u -n 200K -b 20M --udp-counters-64bit"])
        {
            CommandResult result = stack.Namespace.TryRun(Limit, "iperf3", ["-c", ServedStack.StackAddress, "--json", .. Words(arguments)]).MustSucceed();
            using JsonDocument report = JsonDocument.Parse(result.Output);
            Assert.True(Figure(report, "sum_received", "bytes") > 0, $"{arguments}: {result}");
        }

        foreach (string arguments in (string[])["--bidir", "-M 1000", "-C cubic"])
        {
            CommandResult result = stack.Namespace.TryRun(Limit, "iperf3", ["-c", ServedStack.StackAddress, "-t", "1", .. Words(arguments)]);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("not implemented", result.Output + result.ErrorOutput, StringComparison.Ordinal);
        }

        stack.Namespace.TryRun(Limit, "iperf3", "-c", ServedStack.StackAddress, "-n", "100K").MustSucceed();
        Assert.Equal(0, stack.Server.Stop());
    }

    [Fact]
    public void Our_client_s_report_for_people_names_both_ends()
    {
        Require();
        using NetworkNamespace place = NetworkNamespace.Create();
        place.AddTap("t0");
        place.AddAddress("t0", ServedStack.KernelAddress + ServedStack.Prefix);
        BackgroundProcess server = place.Start("iperf3", "-s", "--forceflush");
        server.WaitForLine(line => line.StartsWith("Server listening", StringComparison.Ordinal), Limit);
        string[] device = ["--device", "tap:t0", "--address", "198.18.0.99/16"];
        CommandResult result = CliProcess.Run(place, Limit, ["iperf3", "-c", ServedStack.KernelAddress, "-n", "1M", .. device]).MustSucceed();
        Assert.Contains("sender", result.Output, StringComparison.Ordinal);
        Assert.Contains("receiver", result.Output, StringComparison.Ordinal);
        CommandResult refused = CliProcess.Run(place, Limit, ["iperf3", "-c", ServedStack.KernelAddress, "-p", "5999", .. device]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("connection refused", refused.ErrorOutput, StringComparison.Ordinal);
    }

    private static void Check(CommandResult result, string arguments)
    {
        Assert.True(result.ExitCode == 0, result.ToString());
        using JsonDocument report = JsonDocument.Parse(result.Output);
        Assert.False(report.RootElement.TryGetProperty("error", out _), result.Output);
        double sent = Figure(report, "sum_sent", "bytes");
        double received = Figure(report, "sum_received", "bytes");
        Assert.True(sent > 100_000, result.Output);
        int streams = arguments.Contains("-P 8", StringComparison.Ordinal) ? 8 : 1;
        Assert.Equal(streams, report.RootElement.GetProperty("end").GetProperty("streams").GetArrayLength());
        if (arguments.Contains("-u", StringComparison.Ordinal))
        {
            Assert.InRange(Figure(report, "sum_sent", "bits_per_second"), DatagramRate * 0.5, DatagramRate * 1.05);
            Assert.InRange(Figure(report, "sum", "lost_percent"), 0, 20);
            Assert.InRange(received, sent * 0.75, sent);
            return;
        }

        // What is on its way at the end is in one figure and not the other: the buffers at both ends, at the most.
        Assert.True(received <= sent * 1.01 && received >= sent - (streams * 16e6), string.Create(CultureInfo.InvariantCulture, $"{sent} sent, {received} received"));
        Assert.True(Figure(report, "sum_sent", "retransmits") >= 0, result.Output);
    }

    private static double Figure(JsonDocument report, string sum, string name)
    {
        bool isThere = report.RootElement.TryGetProperty("end", out JsonElement end) && end.TryGetProperty(sum, out _);
        Assert.True(isThere, $"no {sum} in {report.RootElement}");
        return end.GetProperty(sum).GetProperty(name).GetDouble();
    }

    private static string[] Words(string arguments) => arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static void Require()
    {
        Requirement.Tap();
        Requirement.Program("iperf3");
    }
}
