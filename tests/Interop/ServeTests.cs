using System.IO;
using System.Text.Json;
using System.Threading.Tasks;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Interop;

/// <summary>Programs on the Linux kernel talk to <c>stacksharp serve</c> over a TAP.</summary>
[Collection(InteropCollection.Name)]
public sealed class ServeTests
{
    private const string Url = $"http://{ServedStack.StackAddress}";
    private const int Large = 64 << 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Fact]
    public void Ping_is_answered_and_a_flood_loses_nothing()
    {
        Require("ping");
        using ServedStack stack = new();
        Assert.Contains(" 0% packet loss", stack.Namespace.Run("ping", "-c", "3", "-i", "0.2", ServedStack.StackAddress).Output, StringComparison.Ordinal);
        Assert.Contains(" 0% packet loss", stack.Namespace.Run("ping", "-f", "-c", "2000", ServedStack.StackAddress).Output, StringComparison.Ordinal);
        Assert.Contains(" 0% packet loss", stack.Namespace.Run("ping", "-c", "3", "-i", "0.2", "-s", "20000", ServedStack.StackAddress).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Curl_moves_files_both_ways_intact(bool offload)
    {
        Require("curl");
        using ServedStack stack = new(capture: false, offload ? [] : ["--no-offload"]);
        string original = stack.CreateFile(Path.Combine(stack.Folder, "data"), Large);
        stack.Namespace.TryRun(Limit, "curl", "-sS", "--fail", "-o", stack.PathOf("down"), $"{Url}/data").MustSucceed();
        Assert.Equal(ServedStack.Sha256(original), ServedStack.Sha256(stack.PathOf("down")));
        stack.Namespace.TryRun(Limit, "curl", "-sS", "--fail", "-T", original, $"{Url}/up").MustSucceed();
        Assert.Equal(ServedStack.Sha256(original), ServedStack.Sha256(Path.Combine(stack.Folder, "up")));
        CommandResult part = stack.Namespace.Run("curl", "-sS", "-r", "1000-1999", "-o", stack.PathOf("part"), "-w", "%{http_code}", $"{Url}/data");
        Assert.Equal("206", part.Output);
        Assert.Equal(File.ReadAllBytes(original)[1000..2000], File.ReadAllBytes(stack.PathOf("part")));
    }

    /// <summary>The kernel remembers on the interface what its last user agreed to.</summary>
    [Fact]
    public void A_TAP_that_was_used_with_offload_can_be_used_without()
    {
        Require("curl");
        using ServedStack stack = new();
        Assert.Equal(0, stack.Server.Stop());
        stack.Start("--no-offload");
        stack.CreateFile(Path.Combine(stack.Folder, "data"), 1 << 20);
        stack.Namespace.Run("curl", "-sS", "--fail", "--max-time", "20", "-o", stack.PathOf("down"), $"{Url}/data");
        Assert.Equal(File.ReadAllBytes(Path.Combine(stack.Folder, "data")), File.ReadAllBytes(stack.PathOf("down")));
    }

    [Fact]
    public async Task Sixty_four_downloads_run_at_once()
    {
        Require("curl");
        using ServedStack stack = new();
        string original = stack.CreateFile(Path.Combine(stack.Folder, "data"), 4 << 20);
        await Task.WhenAll(Enumerable.Range(0, 64).Select(number => Task.Factory.StartNew(
            () => stack.Namespace.TryRun(Limit, "curl", "-sS", "--fail", "-o", stack.PathOf($"down{number}"), $"{Url}/data").MustSucceed(),
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        string expected = ServedStack.Sha256(original);
        Assert.All(Enumerable.Range(0, 64), number => Assert.Equal(expected, ServedStack.Sha256(stack.PathOf($"down{number}"))));
    }

    [Fact]
    public void Two_thousand_requests_one_after_the_other_all_succeed()
    {
        Require("ab");
        using ServedStack stack = new();
        stack.CreateFile(Path.Combine(stack.Folder, "small"), 1000);
        CommandResult result = stack.Namespace.TryRun(Limit, "ab", "-q", "-n", "2000", "-c", "1", $"{Url}/small").MustSucceed();
        Assert.Matches(@"Complete requests:\s+2000", result.Output);
        Assert.Matches(@"Failed requests:\s+0", result.Output);
        Assert.DoesNotContain("Non-2xx", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Nc_gets_its_words_back_after_it_has_finished()
    {
        Require("nc");
        using ServedStack stack = new();
        Assert.Equal("over TCP\n", Shell(stack, $"echo over TCP | nc -N -w 10 {ServedStack.StackAddress} 7").Output);
        Assert.Equal("over UDP\n", Shell(stack, $"echo over UDP | nc -u -w 1 {ServedStack.StackAddress} 7").Output);
        Assert.Matches(@"^\w+, \w+ \d+, \d{4} \d\d:\d\d:\d\d-UTC\r\n$", Shell(stack, $"nc -w 10 {ServedStack.StackAddress} 13 < /dev/null").Output);
        string answer = Shell(stack, $"printf 'GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' | nc -N -w 10 {ServedStack.StackAddress} 80").Output;
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Chargen_sends_its_pattern_until_the_reader_leaves()
    {
        Require("nc");
        using ServedStack stack = new();
        string text = Shell(stack, $"nc {ServedStack.StackAddress} 19 < /dev/null | head -c 7030000 | tail -c 7030").Output;
        Assert.StartsWith(" !\"#$%&'()*+,-./0123456789", text, StringComparison.Ordinal);
        Assert.Equal(7030, text.Length);
    }

    [Fact]
    public void Netstat_reports_on_a_running_server()
    {
        Require("nc");
        using ServedStack stack = new();
        Shell(stack, $"echo hello | nc -N -w 10 {ServedStack.StackAddress} 7");
        CommandResult result = CliProcess.Run(stack.Namespace, Limit, "netstat", "--control", stack.ControlSocket, "--json").MustSucceed();
        using JsonDocument report = JsonDocument.Parse(result.Output);
        IEnumerable<string?> listeners = report.RootElement.GetProperty("listeners").EnumerateArray().Select(entry => entry.GetProperty("local").GetString());
        Assert.Equal(["0.0.0.0:13", "0.0.0.0:19", "0.0.0.0:5201", "0.0.0.0:7", "0.0.0.0:80", "0.0.0.0:9"], listeners.Order(StringComparer.Ordinal));
        Assert.True(report.RootElement.GetProperty("counters").GetProperty("tcpPassiveOpens").GetInt64() >= 1);
        Assert.True(report.RootElement.GetProperty("process").GetProperty("managedOctetsAllocated").GetInt64() > 0);
        Assert.Contains(ServedStack.StackAddress, CliProcess.Run(stack.Namespace, Limit, "netstat", "--control", stack.ControlSocket).MustSucceed().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void SIGTERM_ends_it_in_order()
    {
        Require();
        using ServedStack stack = new();
        Assert.Equal(0, stack.Server.Stop());
        Assert.Equal(["ready"], stack.Server.Lines);
        Assert.False(File.Exists(stack.ControlSocket));
    }

    [Fact]
    public void Ctrl_C_ends_it_in_order()
    {
        Require();
        using NetworkNamespace place = NetworkNamespace.Create();
        // Where the tests themselves run in the background, SIGINT is ignored, and what they start would inherit that.
        BackgroundProcess server = place.Start(
            "env", "--default-signal=INT", "dotnet", CliProcess.Program, "serve", "--device", "tap:fresh0", "--address", "198.18.0.99/16", "--control", "/tmp/stacksharp-test-interrupt.sock");
        server.WaitForLine(line => line == "ready", CliProcess.StartTimeout);
        Assert.Equal(0, server.Stop(Signals.Interrupt));
    }

    [Fact]
    public void The_kernels_side_of_a_new_TAP_is_set_up_on_request()
    {
        Require("ping");
        using NetworkNamespace place = NetworkNamespace.Create();
        BackgroundProcess server = CliProcess.StartReady(place,
            "serve", "--device", "tap:fresh0", "--address", "198.18.0.99/16", "--host-address", "198.18.0.1/16", "--services", "echo", "--control", "/tmp/stacksharp-test-fresh.sock");
        Assert.Contains(" 0% packet loss", place.Run("ping", "-c", "1", "-W", "5", "198.18.0.99").Output, StringComparison.Ordinal);
        Assert.Equal(0, server.Stop());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tshark_finds_no_fault_with_what_was_recorded(bool offload)
    {
        Require("curl", "ping", "nc", "tshark");
        using ServedStack stack = new(capture: true, offload ? [] : ["--no-offload"]);
        stack.CreateFile(Path.Combine(stack.Folder, "data"), 4 << 20);
        stack.Namespace.Run("ping", "-c", "2", "-i", "0.2", "-s", "4000", ServedStack.StackAddress);
        stack.Namespace.Run("curl", "-sS", "--fail", "-o", stack.PathOf("down"), $"{Url}/data");
        stack.Namespace.Run("curl", "-sS", "--fail", "-T", stack.PathOf("down"), $"{Url}/up");
        Shell(stack, $"echo over UDP | nc -u -w 1 {ServedStack.StackAddress} 7");
        Assert.Equal(0, stack.Server.Stop());
        Recording recording = new(stack.Namespace, stack.Capture);
        string faults = recording.Faults();
        Assert.True(faults.Length == 0, faults);
        Assert.InRange(recording.Count("tcp.len > 0"), 100, int.MaxValue);
        Assert.InRange(recording.Count("icmp"), 4, int.MaxValue);
        Assert.Equal(2, recording.Count("udp.port == 7"));
    }

    private static void Require(params IEnumerable<string> programs)
    {
        Requirement.Tap();
        foreach (string program in programs) Requirement.Program(program);
    }

    private static CommandResult Shell(ServedStack stack, string script) => stack.Namespace.Run("sh", "-c", script);
}
