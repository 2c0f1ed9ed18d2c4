using System.IO;
using System.Text.Json;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Interop;

/// <summary>tools/bad-paths and tools/plot-trace, as a user runs them, for a second of one path.</summary>
[Collection(InteropCollection.Name)]
public sealed class BadPathsTests : IDisposable
{
    // The system's own: another python3 on the path need not have matplotlib.
    private const string Python = "/usr/bin/python3";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("stacksharp-bad-paths-");

    [Fact]
    public void A_path_is_compared_traced_and_drawn()
    {
        Require();
        string picture = Path.Combine(_place.FullName, "ratios.svg");
        CommandResult compared = Run(
            "bad-paths", "--program", Path.Combine(AppContext.BaseDirectory, "stacksharp"), "--only", "loss-1", "--secs", "1", "--runs", "1", "--json",
            "--svg", picture, "--traces", _place.FullName);
        using JsonDocument report = JsonDocument.Parse(compared.Output);
        JsonElement[] runs = [.. report.RootElement.GetProperty("paths")[0].GetProperty("runs").EnumerateArray()];
        Assert.Equal(3, runs.Length);
        Assert.All(runs, run => Assert.True(run.GetProperty("bitsPerSecond").GetDouble() > 100_000, compared.ToString()));
        Assert.Contains("</svg>", File.ReadAllText(picture), StringComparison.Ordinal);

        string drawn = Path.Combine(_place.FullName, "trace.svg");
        Run("plot-trace", Path.Combine(_place.FullName, "loss-1.csv"), "--out", drawn).MustSucceed();
        Assert.Contains("</svg>", File.ReadAllText(drawn), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bad-paths", "no path 'nowhere'", "--only", "nowhere")]
    [InlineData("bad-paths", "there is no folder", "--traces", "/nonexistent")]
    [InlineData("plot-trace", "no trace", "/nonexistent", "--out", "x.svg")]
    public void What_cannot_be_done_is_said_in_a_line(string tool, string reason, params string[] arguments)
    {
        Require();
        CommandResult result = Run(tool, arguments);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(reason, result.ErrorOutput, StringComparison.Ordinal);
        Assert.DoesNotContain("Traceback", result.ErrorOutput, StringComparison.Ordinal);
    }

    public void Dispose() => _place.Delete(recursive: true);

    private static void Require()
    {
        Requirement.Tap();
        Requirement.Program("iperf3");
        Assert.SkipUnless(File.Exists(Python) && Command.Run(Limit, Python, "-c", "import matplotlib").ExitCode == 0, $"needs {Python} with matplotlib");
    }

    private static CommandResult Run(string tool, params IEnumerable<string> arguments) =>
        Command.Run(Limit, Python, [Repository.PathOf($"tools/{tool}"), .. arguments]);
}
