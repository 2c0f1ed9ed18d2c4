using StackSharp.Cli.Bench;
using Xunit;

namespace StackSharp.Tests.Cli.Bench;

public sealed class MedianTests
{
    [Theory]
    [InlineData(new double[] { 5 }, 5)]
    [InlineData(new double[] { 9, 1, 5 }, 5)]
    [InlineData(new double[] { 9, 1, 5, 3 }, 4)]
    public void The_middle_one_or_the_mean_of_the_two_in_the_middle(double[] values, double expected) => Assert.Equal(expected, Median.Of(values));

    [Fact]
    public void Of_nothing_there_is_none() => Assert.Null(Median.Of([]));

    [Fact]
    public void Ratios_are_formed_round_by_round() =>
        // The machine was ten times slower in the second round, for both: medians of each series would give 30 / 20.
        Assert.Equal(2, Median.OfRatios([40, 4, 30], [20, 2, 20]));

    [Fact]
    public void A_round_without_a_figure_for_the_base_gives_no_ratio()
    {
        Assert.Equal(3, Median.OfRatios([3, 9], [1]));
        Assert.Equal(4, Median.OfRatios([3, 8], [0, 2]));
        Assert.Null(Median.OfRatios([3], []));
    }
}
