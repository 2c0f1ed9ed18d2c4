using System.Threading.Tasks;
using StackSharp.Cli.Bench;
using StackSharp.Cli.Services;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Cli.Bench;

/// <summary>Alone, since a machine that runs other tests may give one of 64 connections no turn in the time that counts.</summary>
[Collection(InteropCollection.Name)]
public sealed class BenchRunTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(0.05);

    [Theory]
    [InlineData(nameof(ServiceStyle.Inline)), InlineData(nameof(ServiceStyle.Pool)), InlineData(nameof(ServiceStyle.Blocking))]
    public async Task Every_work_on_the_link_in_memory_gives_a_figure_each_round(string style)
    {
        BenchPlan plan = new([BenchLink.Memory], BenchWork.All, Moment, 2, Enum.Parse<ServiceStyle>(style));
        List<int> progress = [];
        BenchReport report = await BenchRun.ExecuteAsync(plan, (number, total) => progress.Add(number), TestContext.Current.CancellationToken);
        Assert.Null(Assert.Single(report.Links).Skipped);
        Assert.Equal(BenchWork.All.Select(work => work.Name), report.Rows.Select(row => row.Work));
        Assert.All(report.Rows, row =>
        {
            Assert.Null(row.Failure);
            Assert.Equal(2, row.Rates.Count);
            Assert.All(row.Rates, rate => Assert.True(rate > 0, $"{row.Work}: {rate}"));
            Assert.Null(row.RatioToKernel);
        });
        Assert.Equal(Enumerable.Range(0, 2 * BenchWork.All.Count), progress);
    }

    [Fact]
    public async Task What_does_not_open_is_skipped_with_the_reason_and_the_rest_is_measured()
    {
        // As on a machine where a driver is missing: no such kind of device, or no privilege to try.
        BenchPlan plan = new(["nonsense", BenchLink.Memory], [BenchWork.All[0]], Moment, 1, ServiceStyle.Inline);
        BenchReport report = await BenchRun.ExecuteAsync(plan, (_, _) => { }, TestContext.Current.CancellationToken);
        Assert.NotEqual("", Assert.IsType<string>(report.Links[0].Skipped));
        Assert.Equal(report.Links[0].Skipped, report.Rows[0].Failure);
        Assert.Null(report.Rows[0].Median);
        Assert.True(report.Rows[1].Median > 0);
    }

    [Fact]
    public async Task An_interruption_ends_it_at_once()
    {
        using CancellationTokenSource interruption = new();
        BenchPlan plan = new([BenchLink.Memory], [BenchWork.All[0]], TimeSpan.FromHours(1), 1, ServiceStyle.Inline);
        await Assert.ThrowsAsync<OperationCanceledException>(() => BenchRun.ExecuteAsync(plan, (_, _) => interruption.Cancel(), interruption.Token));
    }
}
