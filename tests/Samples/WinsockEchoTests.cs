using System.IO;
using System.Threading.Tasks;
using WinsockEcho;
using Xunit;

namespace StackSharp.Tests.Samples;

/// <summary>The sample does what it shows. It sets up the one Winsock behind Ws2_32's functions, so no other test may.</summary>
public sealed class WinsockEchoTests
{
    [Theory]
    [InlineData("events")]
    [InlineData("port")]
    public async Task Every_client_gets_back_what_it_sent(string style)
    {
        StringWriter output = new();
        long echoed = await Demonstration.RunAsync(style, 20, 500_000, output);
        Assert.Equal(20 * 500_000, echoed);
        Assert.Contains($"{style}: 20 clients, 9765 KiB echoed", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_style_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Demonstration.RunAsync("signals", 1, 1, TextWriter.Null));
}
