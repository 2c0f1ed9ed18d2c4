using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Net;
using StackSharp.Stack;
using Xunit;

namespace StackSharp.Tests.Api.Net;

public sealed class UnreadConnectionTests
{
    /// <summary>The size of two segments that a device has merged: it arrives in a buffer of 66 KiB.</summary>
    private const int Piece = 2896;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connections_that_nobody_reads_do_not_stop_one_that_is_read(bool offload)
    {
        const int Unread = 30;
        NetworkStackOptions smallPools = new() { SmallBufferBytes = 2 << 20, ChunkBufferBytes = 4 << 20, LargeBufferBytes = 8 << 20 };
        using HostPair pair = new(link: new() { Offload = offload }, secondStack: smallPools);
        List<(StackSocket Client, StackSocket Server)> connections = [];
        for (int i = 0; i < Unread; i++)
        {
            (StackSocket client, StackSocket server) = pair.Connect();
            client.NoDelay = true;
            client.Blocking = false;
            connections.Add((client, server));
            while (client.Send(new byte[Piece], SocketFlags.None, out SocketError error) > 0 && error == SocketError.Success)
            {
            }
        }
        Within.Happens(() => pair.Second.ReadStatistics(statistics => statistics.Tcp.Drops(StackSharp.Stack.Transport.Tcp.TcpDropReason.MemoryPressure)) > 0);
        (StackSocket healthy, StackSocket reader) = pair.Connect();
        byte[] data = new byte[256 << 10];
        new Random(1).NextBytes(data);
        Task<int> sending = healthy.SendAsync(data, Ct).AsTask();
        byte[] received = new byte[data.Length];
        for (int total = 0; total < data.Length;) total += await reader.ReceiveAsync(received.AsMemory(total), Ct).Soon();
        Assert.Equal(data.Length, await sending.Soon());
        Assert.True(data.AsSpan().SequenceEqual(received));
        Assert.Equal(0, pair.Second.ReadStatistics(statistics => statistics.ReceiveBufferFailures));
        foreach ((StackSocket client, StackSocket server) in (IEnumerable<(StackSocket, StackSocket)>)[.. connections, (healthy, reader)])
        {
            client.Dispose();
            server.Dispose();
        }
    }
}
