using StackSharp.Cli.Output;
using Xunit;

namespace StackSharp.Tests.Cli.Output;

public sealed class ByteTextTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("65536", 65536L)]
    [InlineData("64K", 65536L)]
    [InlineData("64KiB", 65536L)]
    [InlineData("1.5m", 1572864L)]
    [InlineData("1G", 1L << 30)]
    [InlineData("2TiB", 2L << 40)]
    public void Sizes_are_powers_of_1024(string text, long octets)
    {
        Assert.True(ByteText.TryParseSize(text, out long parsed));
        Assert.Equal(octets, parsed);
    }

    [Theory]
    [InlineData("8000", 8000L)]
    [InlineData("64kbit", 64_000L)]
    [InlineData("100mbit", 100_000_000L)]
    [InlineData("2.5Gbit", 2_500_000_000L)]
    public void Rates_are_powers_of_1000(string text, long bitsPerSecond)
    {
        Assert.True(ByteText.TryParseRate(text, out long parsed));
        Assert.Equal(bitsPerSecond, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("-1")]
    [InlineData("1,5")]
    [InlineData("1X")]
    [InlineData("99999999999999999999G")]
    public void What_is_no_amount_is_refused(string text)
    {
        Assert.False(ByteText.TryParseSize(text, out _));
        Assert.False(ByteText.TryParseRate(text, out _));
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(67_108_864, "64 MiB")]
    public void Amounts_are_shown_in_the_unit_that_fits(double octets, string text) => Assert.Equal(text, ByteText.Size(octets));

    [Theory]
    [InlineData("5ms", 5000)]
    [InlineData("250us", 250)]
    [InlineData("1.5s", 1_500_000)]
    [InlineData("2", 2_000_000)]
    [InlineData("0", 0)]
    public void Times_have_units(string text, double microseconds)
    {
        Assert.True(DurationText.TryParse(text, out TimeSpan time));
        Assert.Equal(microseconds, time.TotalMicroseconds, 3);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ms")]
    [InlineData("-5ms")]
    [InlineData("5h")]
    [InlineData("9e99")]
    public void What_is_no_time_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));
}
