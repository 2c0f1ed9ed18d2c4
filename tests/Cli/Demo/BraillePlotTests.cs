using StackSharp.Cli.Demo;
using Xunit;

namespace StackSharp.Tests.Cli.Demo;

public sealed class BraillePlotTests
{
    [Fact]
    public void A_ramp_fills_dot_by_dot_from_below() =>
        Assert.Equal(["\u2800\u28fc", "\u28b0\u28ff"], BraillePlot.Draw([0.0, 3, 6, 8], 8, 2));

    [Fact]
    public void Nothing_to_show_is_blank() => Assert.Equal(["\u2800\u2800"], BraillePlot.Draw([0.0, 0, 0], 0, 1));

    [Fact]
    public void Columns_hold_their_highest_sample_or_the_last_before_them()
    {
        (TimeSpan, double)[] samples = [(TimeSpan.FromSeconds(0.1), 1), (TimeSpan.FromSeconds(0.6), 5), (TimeSpan.FromSeconds(0.7), 3), (TimeSpan.FromSeconds(1), 2)];
        Assert.Equal([1, 1, 5, 2], BraillePlot.Columns(samples, TimeSpan.FromSeconds(1), 2));
    }
}
