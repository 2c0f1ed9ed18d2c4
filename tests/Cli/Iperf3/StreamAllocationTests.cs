using System.Net;
using StackSharp.Cli.Iperf3;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Tests.Api;
using StackSharp.Tests.Api.Net;
using Xunit;

namespace StackSharp.Tests.Cli.Iperf3;

/// <summary>Once it runs, a stream allocates nothing for a block or a datagram, at either end.</summary>
[Collection(nameof(AllocationTests))]
public sealed class StreamAllocationTests
{
    private const int Blocks = 4000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_block_costs_no_allocation(bool udp)
    {
        using HostPair pair = new(CompletionMode.Inline);
        (StackSocket client, StackSocket server) = udp ? ConnectDatagrams(pair) : pair.Connect();
        // Datagrams at a rate that the queues hold: a refused one is an exception, and no steady state.
        TestParameters parameters = new() { Udp = udp, Tcp = !udp, BlockBytes = 1400, BitsPerSecond = udp ? 100_000_000 : 0 };
        using StreamSet receivers = StreamSet.Create(parameters, [server], sends: false);
        using StreamSet senders = StreamSet.Create(parameters, [client], sends: true);
        receivers.Start();
        senders.Start();
        Move(receivers, Blocks);
        // Tiered compilation may still be at work in the background: the least of several runs is the program's own share.
        long allocated = long.MaxValue;
        for (int run = 0; run < 5 && allocated > 0; run++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Move(receivers, Blocks);
            allocated = Math.Min(allocated, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.True(allocated < Blocks, $"{allocated} octets for {Blocks} blocks.");
        Assert.Null(senders.Failure);
        Assert.Null(receivers.Failure);
    }

    private static void Move(StreamSet receivers, int blocks)
    {
        TestStream stream = receivers.Streams[0];
        long end = stream.Read().Octets + (blocks * 1400L);
        long limit = Environment.TickCount64 + (long)Within.Limit.TotalMilliseconds;
        while (stream.Read().Octets < end)
        {
            Assert.True(Environment.TickCount64 < limit, "The stream has come to a standstill.");
            Thread.Sleep(1);
        }
    }

    private static (StackSocket Client, StackSocket Server) ConnectDatagrams(HostPair pair)
    {
        StackSocket client = pair.NewUdp();
        StackSocket server = pair.NewUdp(pair.Second);
        client.Bind(new IPEndPoint(HostPair.FirstAddress, 0));
        server.Bind(new IPEndPoint(HostPair.SecondAddress, 0));
        client.Connect(server.LocalEndPoint!);
        server.Connect(client.LocalEndPoint!);
        return (client, server);
    }
}
