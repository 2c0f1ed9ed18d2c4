using System.Text.Json;
using System.Xml.Linq;
using Spectre.Console;
using StackSharp.Cli.Bench;
using StackSharp.Cli.Services;
using Xunit;

namespace StackSharp.Tests.Cli.Bench;

public sealed class BenchReportTests
{
    private const string Reason = "needs root, to make a network namespace";

    [Fact]
    public void Json_has_every_row_with_its_figures()
    {
        using JsonDocument json = JsonDocument.Parse(JsonSerializer.Serialize(Report(), BenchJson.Default.BenchReport));
        JsonElement root = json.RootElement;
        Assert.Equal("pool", root.GetProperty("completions").GetString());
        Assert.Equal(0.5, root.GetProperty("seconds").GetDouble());
        Assert.Equal(3, root.GetProperty("rounds").GetInt32());
        Assert.Equal(Reason, root.GetProperty("links")[1].GetProperty("skipped").GetString());
        JsonElement[] rows = [.. root.GetProperty("rows").EnumerateArray()];
        Assert.Equal(BenchWork.All.Count * 3, rows.Length);
        JsonElement first = rows[0];
        Assert.Equal("send1", first.GetProperty("work").GetString());
        Assert.Equal("memory", first.GetProperty("link").GetString());
        Assert.Equal("bit/s", first.GetProperty("unit").GetString());
        Assert.Equal([1e9, 3e9, 2e9], first.GetProperty("rates").EnumerateArray().Select(rate => rate.GetDouble()));
        Assert.Equal(2e9, first.GetProperty("median").GetDouble());
        Assert.Equal(1.25, first.GetProperty("ratioToKernel").GetDouble());
        JsonElement skipped = rows[1];
        Assert.Equal(JsonValueKind.Null, skipped.GetProperty("median").ValueKind);
        Assert.Equal(0, skipped.GetProperty("rates").GetArrayLength());
        Assert.Equal(Reason, skipped.GetProperty("failure").GetString());
    }

    [Fact]
    public void The_chart_is_a_picture_with_every_row()
    {
        BenchReport report = Report();
        XDocument picture = XDocument.Parse(BenchChart.Draw(report));
        Assert.Equal("svg", picture.Root!.Name.LocalName);
        string[] texts = [.. picture.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value)];
        foreach (BenchWork work in BenchWork.All) Assert.Single(texts, text => text == work.Title);
        Assert.Equal(4, texts.Count(text => text == "memory: 2 Gbit/s, 1.25x"));
        Assert.Equal(5, texts.Count(text => text == "memory: 2,000,000,000 /s, 1.25x"));
        Assert.Equal(BenchWork.All.Count, texts.Count(text => text == "tap: skipped"));
        Assert.Equal(4, texts.Count(text => text == "kernel: 1.6 Gbit/s"));
    }

    [Theory]
    [InlineData("send1")]
    [InlineData("rr1")]
    public void A_chart_of_one_kind_of_figures_is_a_picture_too(string work)
    {
        BenchReport report = Report();
        report = report with { Rows = [.. report.Rows.Where(row => row.Work == work)] };
        Assert.Contains(XDocument.Parse(BenchChart.Draw(report)).Descendants(), element => element.Value == report.Rows[0].Title);
    }

    [Fact]
    public void The_table_says_what_was_skipped_and_why()
    {
        using System.IO.StringWriter writer = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Ansi = AnsiSupport.No });
        console.Profile.Width = 160;
        BenchTable.Print(Report(), console);
        string text = writer.ToString();
        Assert.Contains("2 Gbit/s  1.25x", text, StringComparison.Ordinal);
        Assert.Contains($"tap: skipped: {Reason}", text, StringComparison.Ordinal);
        Assert.Contains("kernel: veth", text, StringComparison.Ordinal);
    }

    private static BenchReport Report()
    {
        BenchPlan plan = new(["memory", "tap", "kernel"], BenchWork.All, TimeSpan.FromSeconds(0.5), 3, ServiceStyle.Pool);
        BenchLinkReport[] links = [new("memory", "two stacks", null), new("tap", "", Reason), new("kernel", "veth", null)];
        IEnumerable<BenchRow> rows = BenchWork.All.SelectMany(work => new BenchRow[]
        {
            new(work.Name, work.Title, "memory", work.Unit, [1e9, 3e9, 2e9], 2e9, 1.25, null),
            new(work.Name, work.Title, "tap", work.Unit, [], null, null, Reason),
            new(work.Name, work.Title, "kernel", work.Unit, [1.6e9], 1.6e9, null, null),
        });
        return BenchReport.Create(plan, links, [.. rows]);
    }
}
