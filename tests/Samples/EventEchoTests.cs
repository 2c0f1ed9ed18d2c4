using System.IO;
using System.Threading.Tasks;
using EventEcho;
using Xunit;

namespace StackSharp.Tests.Samples;

/// <summary>The sample does what it shows. It sets up the one Winsock behind Ws2_32's functions, so no other test may.</summary>
public sealed class EventEchoTests
{
    [Fact]
    public async Task Every_client_gets_back_what_it_sent()
    {
        StringWriter output = new();
        long echoed = await Demonstration.RunAsync(20, 500_000, output);
        Assert.Equal(20 * 500_000, echoed);
        Assert.Contains("20 clients, 9765 KiB echoed", output.ToString(), StringComparison.Ordinal);
    }
}
