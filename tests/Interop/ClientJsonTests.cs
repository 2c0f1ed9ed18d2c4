using System.Text.Json;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Interop;

/// <summary>What the clients print for programs, run as programs against a second stack.</summary>
[Collection(InteropCollection.Name)]
public sealed class ClientJsonTests
{
    private const string Tap = "t1";
    private const string ClientAddress = "198.18.0.98/16";
    private const int Octets = 1_000_003;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly string[] TransferNames = ["url", "status", "octets", "seconds", "sha256", "bitsPerSecond"];
    private static readonly string[] SummaryNames =
        ["sent", "received", "lossPercent", "minimumMilliseconds", "averageMilliseconds", "maximumMilliseconds", "answers"];
    private static readonly string[] AnswerNames = ["sequence", "outcome", "from", "hopLimit", "octets", "milliseconds"];

    [Fact]
    public void Put_and_get_report_the_same_content()
    {
        Requirement.Tap();
        using ServedStack stack = new();
        stack.AddNeighbor(Tap);
        string content = stack.CreateFile(stack.PathOf("content"), Octets);
        string url = $"http://{ServedStack.StackAddress}/copy";
        using JsonDocument put = Run(stack, "put", content, url);
        CheckTransfer(put.RootElement, url, status: 201, ServedStack.Sha256(content));
        using JsonDocument again = Run(stack, "put", content, url);
        CheckTransfer(again.RootElement, url, status: 204, ServedStack.Sha256(content));
        using JsonDocument get = Run(stack, "get", url, "-o", stack.PathOf("back"));
        CheckTransfer(get.RootElement, url, status: 200, ServedStack.Sha256(content));

        string empty = stack.CreateFile(stack.PathOf("empty"), 0);
        using JsonDocument nothing = Run(stack, "put", empty, url);
        Assert.Equal(0, nothing.RootElement.GetProperty("octets").GetInt64());
        Assert.Equal(ServedStack.Sha256(empty), nothing.RootElement.GetProperty("sha256").GetString(), ignoreCase: true);
    }

    [Fact]
    public void Ping_reports_each_answer_and_their_sum()
    {
        Requirement.Tap();
        using ServedStack stack = new();
        stack.AddNeighbor(Tap);
        using JsonDocument json = Run(stack, "ping", ServedStack.StackAddress, "-c", "3", "-i", "20ms", "-s", "100");
        JsonElement summary = json.RootElement;
        Assert.Equal(SummaryNames, Names(summary));
        Assert.Equal(3, summary.GetProperty("sent").GetInt32());
        Assert.Equal(3, summary.GetProperty("received").GetInt32());
        Assert.Equal(0, summary.GetProperty("lossPercent").GetDouble());
        JsonElement[] answers = [.. summary.GetProperty("answers").EnumerateArray()];
        Assert.All(answers, answer =>
        {
            Assert.Equal(AnswerNames, Names(answer));
            Assert.Equal("Reply", answer.GetProperty("outcome").GetString());
            Assert.Equal(ServedStack.StackAddress, answer.GetProperty("from").GetString());
            Assert.Equal(64, answer.GetProperty("hopLimit").GetInt32());
            Assert.Equal(100, answer.GetProperty("octets").GetInt32());
        });
        Assert.Equal(answers.Length, answers.Select(answer => answer.GetProperty("sequence").GetInt32()).Distinct().Count());
        double[] times = [.. answers.Select(answer => answer.GetProperty("milliseconds").GetDouble())];
        Assert.All(times, time => Assert.InRange(time, 0.001, Limit.TotalMilliseconds));
        Assert.Equal(
            (times.Min(), times.Average(), times.Max()),
            (summary.GetProperty("minimumMilliseconds").GetDouble(), summary.GetProperty("averageMilliseconds").GetDouble(), summary.GetProperty("maximumMilliseconds").GetDouble()));
    }

    /// <summary>A program that reads the report has to learn that nobody answered from it too.</summary>
    [Fact]
    public void Ping_without_an_answer_fails_and_reports_all_the_same()
    {
        Requirement.Tap();
        using ServedStack stack = new();
        stack.AddNeighbor(Tap);
        CommandResult silent = CliProcess.Run(
            stack.Namespace, Limit, "ping", "198.18.77.77", "-c", "2", "-i", "10ms", "-W", "100ms", "--json", "--device", $"tap:{Tap}", "--address", ClientAddress);
        Assert.Equal(1, silent.ExitCode);
        using JsonDocument json = JsonDocument.Parse(silent.Output);
        Assert.Equal(2, json.RootElement.GetProperty("sent").GetInt32());
        Assert.Equal(0, json.RootElement.GetProperty("received").GetInt32());
        Assert.Equal(100, json.RootElement.GetProperty("lossPercent").GetDouble());
    }

    private static void CheckTransfer(JsonElement report, string url, int status, string sha256)
    {
        Assert.Equal(TransferNames, Names(report));
        Assert.Equal(url, report.GetProperty("url").GetString());
        Assert.Equal(status, report.GetProperty("status").GetInt32());
        Assert.Equal(Octets, report.GetProperty("octets").GetInt64());
        Assert.Equal(sha256, report.GetProperty("sha256").GetString(), ignoreCase: true);
        double seconds = report.GetProperty("seconds").GetDouble();
        Assert.InRange(seconds, 1e-6, Limit.TotalSeconds);
        Assert.Equal(Octets * 8 / seconds, report.GetProperty("bitsPerSecond").GetDouble(), tolerance: 1);
    }

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(property => property.Name)];

    private static JsonDocument Run(ServedStack stack, params string[] arguments) => JsonDocument.Parse(
        CliProcess.Run(stack.Namespace, Limit, [.. arguments, "--json", "--device", $"tap:{Tap}", "--address", ClientAddress]).MustSucceed().Output);
}
