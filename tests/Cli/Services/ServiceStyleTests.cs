using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Cli.Services;
using StackSharp.Net;
using StackSharp.Tests.Api;
using Xunit;

namespace StackSharp.Tests.Cli.Services;

/// <summary>However the classic services are written, they do the same.</summary>
public sealed class ServiceStyleTests : IDisposable
{
    private readonly HostPair _hosts = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _hosts.Dispose();

    [Theory]
    [InlineData(nameof(ServiceStyle.Inline)), InlineData(nameof(ServiceStyle.Pool)), InlineData(nameof(ServiceStyle.Blocking))]
    public async Task Echo_sends_back_what_comes_and_closes_after_its_peer(string style)
    {
        Serve(style);
        byte[] sent = new byte[1 << 20];
        Random.Shared.NextBytes(sent);
        for (int connection = 0; connection < 3; connection++)
        {
            using StackSocket client = await ConnectAsync(TcpEcho.Port);
            Task sending = Task.Run(() =>
            {
                for (int done = 0; done < sent.Length;) done += client.Send(sent.AsSpan(done, Math.Min(100_000, sent.Length - done)));
                client.Shutdown(SocketShutdown.Send);
            }, Ct);
            Assert.Equal(sent, await ReadAsync(client, sent.Length));
            await sending.Soon();
            Assert.Equal(0, await client.ReceiveAsync(new byte[1], Ct).Soon());
        }
    }

    [Theory]
    [InlineData(nameof(ServiceStyle.Inline)), InlineData(nameof(ServiceStyle.Pool)), InlineData(nameof(ServiceStyle.Blocking))]
    public async Task Chargen_sends_the_pattern_and_discard_takes_anything(string style)
    {
        Serve(style);
        using StackSocket generator = await ConnectAsync(TcpChargen.Port);
        Assert.Equal(CharacterPattern.CreateBlock(100), await ReadAsync(generator, 100 * CharacterPattern.PeriodBytes));
        using StackSocket sink = await ConnectAsync(TcpDiscard.Port);
        await Within.Start(() => sink.Send(new byte[4 << 20])).Soon();
        sink.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await sink.ReceiveAsync(new byte[1], Ct).Soon());
    }

    [Theory]
    [InlineData(nameof(ServiceStyle.Inline)), InlineData(nameof(ServiceStyle.Pool)), InlineData(nameof(ServiceStyle.Blocking))]
    public async Task Datagrams_are_echoed(string style)
    {
        Serve(style);
        using StackSocket client = _hosts.NewUdp(_hosts.First);
        await client.ConnectAsync(new IPEndPoint(HostPair.SecondAddress, TcpEcho.Port), Ct);
        foreach (int length in (int[])[1, 1000, 20_000, 0])
        {
            byte[] buffer = new byte[30_000];
            client.Send(new byte[length]);
            Assert.Equal(length, await client.ReceiveAsync(buffer, Ct).Soon());
        }
    }

    private void Serve(string style) =>
        ClassicServices.Start(_hosts.Second, new ServiceSelection(true, true, true, false, false, null), Enum.Parse<ServiceStyle>(style));

    private async Task<StackSocket> ConnectAsync(int port)
    {
        StackSocket client = _hosts.NewTcp(_hosts.First);
        await client.ConnectAsync(new IPEndPoint(HostPair.SecondAddress, port), Ct).Soon();
        return client;
    }

    private static async Task<byte[]> ReadAsync(StackSocket socket, int octets)
    {
        byte[] received = new byte[octets];
        for (int count = 0; count < octets;)
        {
            int more = await socket.ReceiveAsync(received.AsMemory(count), Ct).Soon();
            Assert.NotEqual(0, more);
            count += more;
        }
        return received;
    }
}
