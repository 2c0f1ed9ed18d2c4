using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Drivers.Memory;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Stack.Transport.Tcp;
using Xunit;

namespace StackSharp.Tests.Api.Net;

/// <summary>Accepting into a socket that is there already, and freeing it again.</summary>
[Collection(nameof(AllocationTests))]
public sealed class SocketReuseTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_socket_serves_one_connection_after_another()
    {
        using HostPair pair = new();
        using StackSocket listener = pair.Listen();
        listener.NoDelay = true;
        using StackSocket server = pair.NewTcp(pair.Second);
        for (int round = 0; round < 5; round++)
        {
            using StackSocket client = pair.NewTcp();
            ValueTask<StackSocket> accepting = listener.AcceptAsync(server, Ct);
            await client.ConnectAsync(listener.LocalEndPoint!, Ct);
            Assert.Same(server, await accepting.Soon());
            Assert.True(server.Connected);
            Assert.True(server.NoDelay);
            await client.SendAsync(new byte[] { (byte)round }, Ct);
            byte[] received = new byte[10];
            Assert.Equal(1, await server.ReceiveAsync(received, Ct).Soon());
            Assert.Equal(round, received[0]);
            server.Send("the last words"u8);
            server.Disconnect(reuseSocket: true);
            Assert.False(server.Connected);
            byte[] last = new byte[100];
            Assert.Equal(14, await client.ReceiveAsync(last, Ct).Soon());
            Assert.Equal(0, await client.ReceiveAsync(last, Ct).Soon());
        }
    }

    [Fact]
    public async Task A_freed_socket_may_also_connect()
    {
        using HostPair pair = new();
        using StackSocket listener = pair.Listen();
        using StackSocket client = pair.NewTcp();
        for (int round = 0; round < 3; round++)
        {
            await client.ConnectAsync(listener.LocalEndPoint!, Ct);
            using StackSocket server = await listener.AcceptAsync(Ct).Soon();
            await client.DisconnectAsync(reuseSocket: true, Ct);
            Assert.Equal(0, await server.ReceiveAsync(new byte[1], Ct).Soon());
        }
    }

    [Fact]
    public async Task Disconnecting_without_reuse_ends_the_conversation_only()
    {
        using HostPair pair = new();
        (StackSocket client, StackSocket server) = pair.Connect();
        client.Disconnect(reuseSocket: false);
        Assert.Equal(0, await server.ReceiveAsync(new byte[1], Ct).Soon());
        Assert.Equal(SocketError.Shutdown, Assert.Throws<SocketException>(() => client.Send([1])).SocketErrorCode);
    }

    [Fact]
    public async Task Calls_that_wait_end_when_the_socket_is_freed()
    {
        using HostPair pair = new();
        (StackSocket client, StackSocket _) = pair.Connect();
        Task<int> receiving = client.ReceiveAsync(new byte[1], Ct).AsTask();
        client.Disconnect(reuseSocket: true);
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => receiving.Soon());
        Assert.Equal(SocketError.OperationAborted, failure.SocketErrorCode);
    }

    [Fact]
    public async Task A_socket_in_use_takes_no_connection_and_the_connection_is_not_lost()
    {
        using HostPair pair = new();
        using StackSocket listener = pair.Listen();
        using StackSocket bound = pair.NewTcp(pair.Second);
        bound.Bind(new IPEndPoint(HostPair.SecondAddress, 0));
        Assert.Equal(SocketError.InvalidArgument, (await Assert.ThrowsAsync<SocketException>(() => listener.AcceptAsync(bound, Ct).AsTask())).SocketErrorCode);
        Assert.Throws<SocketException>(() => bound.Disconnect(reuseSocket: true));
        await Assert.ThrowsAsync<ArgumentException>(() => listener.AcceptAsync(pair.NewTcp(pair.First), Ct).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => listener.AcceptAsync(pair.NewUdp(pair.Second), Ct).AsTask());

        // Put to use while it waits: the connection goes to the next who accepts.
        StackSocket late = pair.NewTcp(pair.Second);
        Task<StackSocket> waiting = listener.AcceptAsync(late, Ct).AsTask();
        late.Dispose();
        using StackSocket client = pair.NewTcp();
        await client.ConnectAsync(listener.LocalEndPoint!, Ct);
        Assert.Equal(SocketError.InvalidArgument, (await Assert.ThrowsAsync<SocketException>(() => waiting.Soon())).SocketErrorCode);
        using StackSocket server = await listener.AcceptAsync(Ct).Soon();
        Assert.True(server.Connected);
    }

    [Fact]
    public void Accepting_and_closing_allocates_nothing_on_either_side()
    {
        using HostPair pair = new(CompletionMode.Inline, new MemoryLinkOptions(), new TcpLayerOptions { MaximumTimeWait = 4 });
        using StackSocket listener = pair.Listen();
        using StackSocket client = pair.NewTcp();
        using StackSocket server = pair.NewTcp(pair.Second);
        EndPoint there = listener.LocalEndPoint!;
        byte[] octet = new byte[1];
        long allocated = long.MaxValue;
        Within.Run(() =>
        {
            for (int i = 0; i < 500; i++) Once();
            for (int run = 0; run < 5 && allocated > 0; run++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                for (int i = 0; i < 200; i++) Once();
                allocated = Math.Min(allocated, GC.GetTotalAllocatedBytes(precise: true) - before);
            }
        });

        // Nothing for each connection: what tables and lists grow by now and then is far less.
        Assert.True(allocated < 200 * 16, $"{allocated} octets for 200 connections.");

        // The server closes first, so that the client's ports are free at once; of its TIME-WAITs it keeps but a few.
        void Once()
        {
            ValueTask<StackSocket> accepting = listener.AcceptAsync(server);
            client.Connect(there);
            SpinWait wait = default;
            while (!accepting.IsCompleted) wait.SpinOnce();
            _ = accepting.Result;
            server.Disconnect(reuseSocket: true);
            if (client.Receive(octet) != 0) Assert.Fail("The end of the stream was expected.");
            client.Disconnect(reuseSocket: true);
        }
    }
}
