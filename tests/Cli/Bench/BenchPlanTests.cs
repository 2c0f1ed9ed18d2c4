using StackSharp.Cli.Bench;
using Xunit;

namespace StackSharp.Tests.Cli.Bench;

public sealed class BenchPlanTests
{
    [Fact]
    public void A_list_names_each_once_in_the_order_given()
    {
        Assert.True(BenchPlan.TrySelect("rr64, send1,rr64", BenchWork.All, work => work.Name, out IReadOnlyList<BenchWork> selected, out string error));
        Assert.Equal(["rr64", "send1"], selected.Select(work => work.Name));
        Assert.Equal("", error);
    }

    [Theory]
    [InlineData("memory,wire", "wire")]
    [InlineData("", "none")]
    [InlineData(" , ", "none")]
    public void An_unknown_name_is_told_with_the_names_there_are(string text, string expected)
    {
        Assert.False(BenchPlan.TrySelect(text, BenchLink.Names, name => name, out IReadOnlyList<string> _, out string error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.All(BenchLink.Names, name => Assert.Contains(name, error, StringComparison.Ordinal));
    }

    [Fact]
    public void Names_of_works_are_unique() => Assert.Distinct(BenchWork.All.Select(work => work.Name));
}
