using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Tasks;
using StackSharp.Drivers.Memory;
using StackSharp.Hosting;
using StackSharp.Net;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Api.Net;

public sealed class TcpEchoTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Blocking_calls_carry_octets_both_ways()
    {
        using HostPair pair = new();
        Within.Run(() =>
        {
            (StackSocket client, StackSocket server) = pair.Connect();
            Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
            Assert.Equal(client.RemoteEndPoint, server.LocalEndPoint);
            byte[] buffer = new byte[64];
            Assert.Equal(5, client.Send("hello"u8));
            Assert.Equal(5, server.Receive(buffer));
            Assert.Equal("hello"u8, buffer.AsSpan(0, 5));
            Assert.Equal(6, server.Send("answer"u8));
            Assert.Equal(6, client.Receive(buffer));
            Assert.Equal("answer"u8, buffer.AsSpan(0, 6));
        });
    }

    [Theory]
    [InlineData(CompletionMode.ThreadPool)]
    [InlineData(CompletionMode.Inline)]
    public async Task Awaited_calls_echo(CompletionMode mode)
    {
        using HostPair pair = new(mode);
        (StackSocket client, StackSocket server) = pair.Connect();
        Task echo = EchoUntilEnd(server);
        byte[] buffer = new byte[100];
        for (int i = 0; i < 500; i++)
        {
            buffer.AsSpan(0, 37).Fill((byte)i);
            await client.SendAsync(buffer.AsMemory(0, 37), Ct).Soon();
            int received = 0;
            while (received < 37) received += await client.ReceiveAsync(buffer.AsMemory(received), Ct).Soon();
            Assert.Equal(-1, buffer.AsSpan(0, 37).IndexOfAnyExcept((byte)i));
        }
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await client.ReceiveAsync(buffer, Ct).Soon());
        await echo.Soon();
    }

    [Theory]
    [InlineData(true, CompletionMode.ThreadPool)]
    [InlineData(false, CompletionMode.ThreadPool)]
    [InlineData(false, CompletionMode.Inline)]
    [Covers("INV-2")]
    public async Task Sixty_four_mebibytes_arrive_unchanged(bool offload, CompletionMode mode)
    {
        using HostPair pair = new(mode, new MemoryLinkOptions { Offload = offload });
        (StackSocket client, StackSocket server) = pair.Connect();
        Task<byte[]> sending = SendRandom(client, 64 << 20, 1 << 18);
        Task<byte[]> received = HashUntilEnd(server);
        Assert.Equal(await sending.WaitAsync(TimeSpan.FromMinutes(1), Ct), await received.WaitAsync(TimeSpan.FromMinutes(1), Ct));
    }

    [Fact]
    public async Task Blocking_threads_move_four_mebibytes_unchanged()
    {
        using HostPair pair = new();
        (StackSocket client, StackSocket server) = pair.Connect();
        byte[] data = RandomNumberGenerator.GetBytes(4 << 20);
        Task<int> sending = Within.Start(() =>
        {
            int sent = client.Send(data);
            client.Shutdown(SocketShutdown.Send);
            return sent;
        });
        byte[] received = new byte[data.Length];
        int count = 0;
        for (int read; (read = server.Receive(received.AsSpan(count))) > 0;) count += read;
        Assert.Equal(data.Length, await sending.Soon());
        Assert.Equal(data.Length, count);
        Assert.Equal(data, received);
    }

    [Fact]
    public async Task A_half_closed_connection_still_carries_octets_the_other_way()
    {
        using HostPair pair = new();
        (StackSocket client, StackSocket server) = pair.Connect();
        byte[] buffer = new byte[16];
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await server.ReceiveAsync(buffer, Ct).Soon());
        await server.SendAsync("late"u8.ToArray(), Ct).Soon();
        Assert.Equal(4, await client.ReceiveAsync(buffer, Ct).Soon());
        Assert.Equal(SocketError.Shutdown, Assert.Throws<SocketException>(() => client.Send(buffer)).SocketErrorCode);
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await client.ReceiveAsync(buffer, Ct).Soon());
    }

    [Fact]
    public async Task Receives_are_served_in_the_order_in_which_they_came()
    {
        using HostPair pair = new();
        (StackSocket client, StackSocket server) = pair.Connect();
        byte[][] buffers = [new byte[16], new byte[16], new byte[16]];
        Task<int>[] receives = [.. buffers.Select(buffer => server.ReceiveAsync(buffer, Ct).AsTask())];
        byte[] data = new byte[48];
        for (int i = 0; i < data.Length; i++) data[i] = (byte)i;
        client.Send(data);
        Assert.Equal(new int[] { 16, 16, 16 }, await Task.WhenAll(receives).Soon());
        Assert.Equal(data, buffers.SelectMany(buffer => buffer));
    }

    [Fact]
    public async Task Sends_that_wait_for_room_keep_their_order()
    {
        using HostPair pair = new();
        (StackSocket client, StackSocket server) = pair.Connect();
        Task<int>[] sends = [.. Enumerable.Range(0, 40).Select(i =>
        {
            byte[] data = new byte[100_000];
            data.AsSpan().Fill((byte)i);
            return client.SendAsync(data, Ct).AsTask();
        })];
        byte[] buffer = new byte[100_000];
        for (int i = 0; i < sends.Length; i++)
        {
            int count = 0;
            while (count < buffer.Length) count += await server.ReceiveAsync(buffer.AsMemory(count), Ct).Soon();
            Assert.Equal(-1, buffer.AsSpan().IndexOfAnyExcept((byte)i));
        }
        Assert.All(await Task.WhenAll(sends).Soon(), sent => Assert.Equal(100_000, sent));
    }

    [Fact]
    public async Task An_empty_receive_waits_for_octets_and_leaves_them()
    {
        using HostPair pair = new();
        (StackSocket client, StackSocket server) = pair.Connect();
        ValueTask<int> waiting = server.ReceiveAsync(Memory<byte>.Empty, Ct);
        Assert.False(waiting.IsCompleted);
        client.Send("abc"u8);
        Assert.Equal(0, await waiting.Soon());
        Assert.Equal(3, server.Available);
        Assert.Equal(3, await server.ReceiveAsync(new byte[8], Ct).Soon());
    }

    [Fact]
    public async Task Peeking_leaves_the_octets()
    {
        using HostPair pair = new();
        (StackSocket client, StackSocket server) = pair.Connect();
        byte[] buffer = new byte[8];
        ValueTask<int> waiting = server.ReceiveAsync(buffer, SocketFlags.Peek, Ct);
        client.Send("abc"u8);
        Assert.Equal(3, await waiting.Soon());
        Assert.Equal(3, server.Receive(buffer, SocketFlags.Peek));
        Assert.Equal(3, server.Receive(buffer));
        Assert.True(buffer.AsSpan(0, 3).SequenceEqual("abc"u8));
        Assert.Equal(0, server.Available);
    }

    [Fact]
    public async Task Loopback_needs_no_device()
    {
        using StackHost host = HostPair.NewHost();
        using StackSocket listener = new(host, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        listener.Listen();
        using StackSocket client = new(host, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!, Ct).Soon();
        using StackSocket server = await listener.AcceptAsync(Ct).Soon();
        Task<byte[]> sending = SendRandom(client, 8 << 20, 1 << 16);
        Assert.Equal(await HashUntilEnd(server).Soon(), await sending.Soon());
    }

    internal static async Task EchoUntilEnd(StackSocket socket)
    {
        byte[] buffer = new byte[65536];
        for (int read; (read = await socket.ReceiveAsync(buffer, Ct)) > 0;) await socket.SendAsync(buffer.AsMemory(0, read), Ct);
        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task<byte[]> SendRandom(StackSocket socket, int total, int piece)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] data = new byte[piece];
        Random random = new(1);
        for (int sent = 0; sent < total; sent += piece)
        {
            random.NextBytes(data);
            hash.AppendData(data);
            Assert.Equal(piece, await socket.SendAsync(data, Ct));
        }
        socket.Shutdown(SocketShutdown.Send);
        return hash.GetHashAndReset();
    }

    private static async Task<byte[]> HashUntilEnd(StackSocket socket)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[200_000];
        for (int read; (read = await socket.ReceiveAsync(buffer, Ct)) > 0;) hash.AppendData(buffer, 0, read);
        return hash.GetHashAndReset();
    }
}
