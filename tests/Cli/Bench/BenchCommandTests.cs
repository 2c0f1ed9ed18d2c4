using System.IO;
using System.Text.Json;
using System.Xml.Linq;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Cli.Bench;

/// <summary>The command as a program: what it sets up must not outlive it.</summary>
[Collection(InteropCollection.Name)]
public sealed class BenchCommandTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Theory]
    [InlineData("--seconds", "0")]
    [InlineData("--seconds", "soon")]
    [InlineData("--rounds", "0")]
    [InlineData("--rounds", "some")]
    [InlineData("--links", "wire")]
    [InlineData("--work", "fly")]
    [InlineData("--completions", "never")]
    public void Options_without_sense_end_with_2_and_say_what_is_expected(string option, string value)
    {
        CommandResult result = Command.Run(Limit, "dotnet", [CliProcess.Program, "bench", option, value]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(value, result.ErrorOutput, StringComparison.Ordinal);
        Assert.Contains("stacksharp bench --help", result.ErrorOutput, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void On_a_tap_it_measures_against_the_kernel_and_leaves_nothing_behind()
    {
        Requirement.Tap();
        string picture = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using BackgroundProcess bench = Start($"--links tap,kernel --work send1,rr1,connect,udp1 --seconds 0.05 --rounds 1 --json --svg {picture}");
            int exitCode = bench.WaitForExit(Limit);
            string output = string.Join('\n', bench.Lines);
            Assert.True(exitCode == 0, output);
            using JsonDocument json = JsonDocument.Parse(output);
            JsonElement[] rows = [.. json.RootElement.GetProperty("rows").EnumerateArray()];
            Assert.Equal(8, rows.Length);
            Assert.All(rows, row => Assert.True(row.GetProperty("median").GetDouble() > 0, output));
            Assert.All(
                rows.Where(row => row.GetProperty("link").GetString() == "tap"),
                row => Assert.True(row.GetProperty("ratioToKernel").GetDouble() > 0, output));
            Assert.Equal("svg", XDocument.Load(picture).Root!.Name.LocalName);
            AssertNothingIsLeftOf(bench);
        }
        finally
        {
            File.Delete(picture);
        }
    }

    [Fact]
    public void Interrupted_it_takes_down_what_it_has_set_up()
    {
        Requirement.Tap();
        using BackgroundProcess bench = Start("--links tap,kernel --work rr1 --seconds 1000");
        Assert.True(SpinWait.SpinUntil(() => Namespaces(bench).Length == 3 || bench.HasExited, CliProcess.StartTimeout), "its namespaces were not made");
        Assert.Equal(1, bench.Stop(Signals.Interrupt));
        Assert.Contains("stacksharp: interrupted", bench.Lines);
        AssertNothingIsLeftOf(bench);
    }

    private static BackgroundProcess Start(string options) => BackgroundProcess.Start("dotnet", [CliProcess.Program, "bench", .. options.Split(' ')]);

    private static void AssertNothingIsLeftOf(BackgroundProcess bench)
    {
        Assert.Empty(Namespaces(bench));
        Assert.DoesNotContain("/sys/class/net/bench0", Directory.EnumerateFileSystemEntries("/sys/class/net"));
        Assert.DoesNotContain("/sys/class/net/bench1", Directory.EnumerateFileSystemEntries("/sys/class/net"));
    }

    private static string[] Namespaces(BackgroundProcess bench) => !Directory.Exists("/run/netns") ? [] : Directory.GetFiles("/run/netns", $"stacksharp-bench-{bench.ProcessId}-*");
}
