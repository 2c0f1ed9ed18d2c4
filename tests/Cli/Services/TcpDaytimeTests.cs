using System.Text;
using System.Threading.Tasks;
using StackSharp.Cli.Services;
using StackSharp.Net;
using StackSharp.Tests.Api;
using Xunit;

namespace StackSharp.Tests.Cli.Services;

public sealed class TcpDaytimeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_service_ends_whether_or_not_its_peer_does(bool peerFinishes)
    {
        using HostPair pair = new();
        (StackSocket client, StackSocket server) = pair.Connect();
        Task serving = TcpDaytime.ServeAsync(server, peerFinishes ? Within.Limit * 10 : TimeSpan.FromMilliseconds(50)).AsTask();
        byte[] line = new byte[100];
        int length = 0;
        for (int read; (read = await client.ReceiveAsync(line.AsMemory(length), TestContext.Current.CancellationToken).Soon()) > 0;) length += read;
        Assert.EndsWith("-UTC\r\n", Encoding.ASCII.GetString(line, 0, length), StringComparison.Ordinal);
        if (peerFinishes) client.Dispose();
        await serving.Soon();
        client.Dispose();
        server.Dispose();
    }
}
