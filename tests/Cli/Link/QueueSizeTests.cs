using StackSharp.Cli.Link;
using StackSharp.Cli.Output;
using Xunit;

namespace StackSharp.Tests.Cli.Link;

public sealed class QueueSizeTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(200);

    [Theory]
    [InlineData("1bdp", 12_500_000)]
    [InlineData("0.5BDP", 6_250_000)]
    [InlineData("64K", 65_536)]
    [InlineData("1", 1)]
    public void Octets_and_products_of_rate_and_round_trip_time(string text, int octets) =>
        Assert.Equal(octets, QueueSize.TryParse(text)!.Resolve("--queue", 500_000_000, RoundTrip));

    [Theory]
    [InlineData("")]
    [InlineData("bdp")]
    [InlineData("0")]
    [InlineData("0bdp")]
    [InlineData("-1bdp")]
    [InlineData("64X")]
    public void Nonsense_is_refused(string text) => Assert.Null(QueueSize.TryParse(text));

    [Fact]
    public void What_cannot_be_computed_or_held_is_refused()
    {
        Assert.Contains("--rate", Assert.Throws<UsageFailure>(() => QueueSize.TryParse("64K")!.Resolve("--queue", null, RoundTrip)).Message, StringComparison.Ordinal);
        Assert.Contains("--delay", Assert.Throws<UsageFailure>(() => QueueSize.TryParse("1bdp")!.Resolve("--queue", 1000, TimeSpan.Zero)).Message, StringComparison.Ordinal);
        Assert.Contains("too many", Assert.Throws<UsageFailure>(() => QueueSize.TryParse("4G")!.Resolve("--queue", 1000, RoundTrip)).Message, StringComparison.Ordinal);
    }
}
