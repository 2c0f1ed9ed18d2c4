using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Tasks;
using StackSharp.Drivers.Memory;
using StackSharp.Hosting;
using StackSharp.Hosting.Shards;
using StackSharp.Net;
using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using Xunit;

namespace StackSharp.Tests.Api.Hosting.Shards;

public sealed class ShardedHostTests
{
    private const int Port = 7000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(CompletionMode.ThreadPool), InlineData(CompletionMode.Inline)]
    public async Task Incoming_connections_spread_and_none_is_handed_over(CompletionMode mode)
    {
        using ShardedPair pair = new(2, ShardedPair.ByFlow, mode);
        foreach (StackHost shard in pair.Shards) _ = ServeEchoAsync(ShardedPair.Listen(shard, Port));
        Task[] clients = [.. Enumerable.Range(0, 16).Select(_ => Task.Run(() => EchoAsync(pair.Peer, ShardedPair.Address, 200_000), Ct))];
        await Task.WhenAll(clients).Soon();
        Assert.Equal(16, pair.Sum(statistics => statistics.Tcp.PassiveOpens));
        Assert.All(pair.Shards, shard => Assert.NotEqual(0, shard.ReadStatistics(statistics => statistics.Tcp.PassiveOpens)));
        // On a busy machine a probe may come when its connection is over: nobody has that one, and it is refused. Nothing else leaves its shard.
        Assert.Equal(pair.Sum(statistics => statistics.Tcp.OutRsts), pair.Sum(statistics => statistics.Shard.HandedOver));
    }

    [Theory]
    [InlineData(2), InlineData(3)]
    public async Task Connections_opened_on_any_shard_work_though_every_segment_comes_in_on_another_queue(int shards)
    {
        using ShardedPair pair = new(shards, ShardedPair.Astray(shards));
        _ = ServeEchoAsync(ShardedPair.Listen(pair.Peer, Port));
        await Task.WhenAll(pair.Shards.Select(shard => Task.Run(() => EchoAsync(shard, ShardedPair.PeerAddress, 1 << 20), Ct))).Soon();
        Assert.All(pair.Shards, shard => Assert.NotEqual(0, shard.ReadStatistics(statistics => statistics.Shard.Received)));
        Assert.Equal(0, pair.Sum(statistics => statistics.Tcp.OutRsts));
    }

    [Theory]
    [InlineData(2, 1), InlineData(3, 2), InlineData(4, 3)]
    public async Task Everything_works_though_each_frame_comes_in_on_any_queue(int shards, int seed)
    {
        using ShardedPair pair = new(shards, ShardedPair.AtRandom(seed));
        foreach (StackHost host in pair.Shards.Append(pair.Peer)) _ = ServeEchoAsync(ShardedPair.Listen(host, Port));
        IEnumerable<Task> incoming = Enumerable.Range(0, 8).Select(_ => Task.Run(() => EchoAsync(pair.Peer, ShardedPair.Address, 300_000), Ct));
        IEnumerable<Task> outgoing = Enumerable.Range(0, 8).Select(i => Task.Run(() => EchoAsync(pair.Shards[i % shards], ShardedPair.PeerAddress, 300_000), Ct));
        IEnumerable<Task> pings = pair.Shards.Select(async shard => Assert.Equal(PingStatus.Success, (await shard.PingAsync(ShardedPair.PeerAddress, cancellationToken: Ct)).Status));
        await Task.WhenAll([.. incoming, .. outgoing, .. pings]).Soon();
        Assert.NotEqual(0, pair.Sum(statistics => statistics.Shard.HandedOver));
        Assert.Equal(0, pair.Sum(statistics => statistics.Shard.Dropped));
    }

    [Fact]
    public async Task A_datagram_socket_of_one_shard_serves_every_queue()
    {
        using ShardedPair pair = new(3, ShardedPair.ByFlow);
        using StackSocket server = ShardedPair.Udp(pair.Shards[2]);
        server.Bind(new IPEndPoint(IPAddress.Any, Port));
        byte[] buffer = new byte[100];
        for (int i = 0; i < 12; i++)
        {
            using StackSocket client = ShardedPair.Udp(pair.Peer);
            client.Connect(new IPEndPoint(ShardedPair.Address, Port));
            client.Send([(byte)i]);
            SocketReceiveFromResult request = await server.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), Ct).Soon();
            Assert.Equal((1, i), (request.ReceivedBytes, buffer[0]));
            server.SendTo(buffer.AsSpan(0, 1), request.RemoteEndPoint);
            Assert.Equal(1, await client.ReceiveAsync(buffer, SocketFlags.None, Ct).Soon());
        }
        Assert.NotEqual(0, pair.Shards[2].ReadStatistics(statistics => statistics.Shard.Received));
    }

    [Fact]
    public async Task Shards_connect_to_each_other()
    {
        using ShardedPair pair = new(2, ShardedPair.ByFlow);
        _ = ServeEchoAsync(ShardedPair.Listen(pair.Shards[1], Port));
        await EchoAsync(pair.Shards[0], ShardedPair.Address, 1 << 20).Soon();
        await EchoAsync(pair.Shards[0], IPAddress.Loopback, 1 << 20).Soon();
        Assert.Equal(2, pair.Shards[1].ReadStatistics(statistics => statistics.Tcp.PassiveOpens));
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public async Task Disposing_amid_traffic_ends_every_call_and_leaves_no_memory_behind(int seed)
    {
        using ShardedPair pair = new(3, ShardedPair.AtRandom(seed));
        foreach (StackHost host in pair.Shards.Append(pair.Peer)) _ = ServeEchoAsync(ShardedPair.Listen(host, Port));
        Task[] flows = [.. Enumerable.Range(0, 9).Select(i => Task.Run(
            () => i % 2 == 0 ? PumpAsync(pair.Peer, ShardedPair.Address) : PumpAsync(pair.Shards[i % 3], ShardedPair.PeerAddress), Ct))];
        Within.Happens(() => pair.Sum(statistics => statistics.Shard.Received) > 1000);
        // Unread data of one shard's device waits in sockets of another meanwhile.
        await pair.Host.DisposeAsync().Soon();
        pair.Peer.Dispose();
        await Task.WhenAll(flows).Soon();
        Assert.Throws<ObjectDisposedException>(() => pair.Host.Shards[0].Interfaces);
    }

    /// <summary>Or two threads, each in one shard on its way to the other, would wait for each other.</summary>
    [Fact]
    public void No_shard_is_entered_from_inside_another()
    {
        using ShardedPair pair = new(2, ShardedPair.ByFlow);
        ShardMailbox mailbox = pair.Shards[1].StackUnderLock.Siblings!.Mailbox;
        using (StackHost.Entry outer = pair.Shards[0].Enter())
        {
            UdpEndpoint endpoint = outer.Stack.Udp.Create(this);
            endpoint.JoinGroup(IpAddress.Parse("239.1.2.3"), pair.Host.Interfaces[0].Index);
            Assert.Equal(2, pair.Shards[0].Interfaces.Count);   // Enters and leaves, inside.
            Assert.False(mailbox.IsEmpty);
        }
        Assert.True(mailbox.IsEmpty);
    }

    [Fact]
    public void Settings_reach_every_shard()
    {
        using ShardedPair pair = new(3, ShardedPair.ByFlow);
        pair.Host.AddAddress(IpPrefix.Parse("198.18.5.1/24"));
        pair.Host.DefaultGateway = IpAddress.Parse("198.18.0.2");
        pair.Host.AddRoute(IpPrefix.Parse("198.18.9.0/24"), IpAddress.Parse("198.18.5.9"));
        Assert.All(pair.Shards, shard => Assert.Equal(IpAddress.Parse("198.18.0.2"), shard.DefaultGateway));
        Assert.All(pair.Host.Interfaces, networkInterface => Assert.Equal(2, networkInterface.Addresses.Count));
        Assert.All(pair.Shards, shard => Assert.Contains(shard.Routes, route => route.Prefix == IpPrefix.Parse("198.18.9.0/24")));
        Assert.True(pair.Host.RemoveRoute(IpPrefix.Parse("198.18.9.0/24"), IpAddress.Parse("198.18.5.9")));
        Assert.False(pair.Host.RemoveRoute(IpPrefix.Parse("198.18.9.0/24"), IpAddress.Parse("198.18.5.9")));
        pair.Host.RemoveAddress(IpAddress.Parse("198.18.5.1"));
        Assert.All(pair.Host.Interfaces, networkInterface => Assert.Single(networkInterface.Addresses));
        Assert.Equal(SocketError.AddressNotAvailable, Assert.Throws<SocketException>(() => pair.Host.RemoveAddress(IpAddress.Parse("198.18.5.1"))).SocketErrorCode);
    }

    [Fact]
    public void Devices_that_are_not_queues_of_one_are_refused_and_stay_the_callers()
    {
        (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair();
        using (first)
        using (second)
        {
            Assert.Contains("queues of one device", Assert.Throws<ArgumentException>(() => new ShardedHost([first, second])).Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => new ShardedHost([]));
            second.Wake();   // Not disposed.
        }
    }

    private static async Task ServeEchoAsync(StackSocket listener)
    {
        try
        {
            while (true) _ = AnswerAsync(await listener.AcceptAsync());
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The host ends.
        }
    }

    private static async Task AnswerAsync(StackSocket connection)
    {
        using (connection)
        {
            try
            {
                byte[] buffer = new byte[16384];
                for (int count; (count = await connection.ReceiveAsync(buffer, SocketFlags.None)) > 0;) await SendAllAsync(connection, buffer.AsMemory(0, count));
                connection.Shutdown(SocketShutdown.Send);
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                // The host ends.
            }
        }
    }

    /// <summary>Sends octets to an echo server and compares what comes back.</summary>
    private static async Task EchoAsync(StackHost host, IPAddress server, int length)
    {
        byte[] sent = RandomNumberGenerator.GetBytes(length);
        using StackSocket socket = ShardedPair.Tcp(host);
        await socket.ConnectAsync(new IPEndPoint(server, Port), Ct);
        Task sending = Task.Run(
            async () =>
            {
                await SendAllAsync(socket, sent);
                socket.Shutdown(SocketShutdown.Send);
            },
            Ct);
        byte[] received = new byte[length];
        int total = 0;
        for (int count; total < length && (count = await socket.ReceiveAsync(received.AsMemory(total), SocketFlags.None, Ct)) > 0;) total += count;
        await sending;
        Assert.Equal(length, total);
        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received));
        Assert.Equal(0, await socket.ReceiveAsync(new byte[1], SocketFlags.None, Ct));
    }

    /// <summary>Sends until the connection ends, and leaves most of what comes back unread.</summary>
    private static async Task PumpAsync(StackHost host, IPAddress server)
    {
        byte[] octets = new byte[32768];
        try
        {
            using StackSocket socket = ShardedPair.Tcp(host);
            await socket.ConnectAsync(new IPEndPoint(server, Port), Ct);
            while (true)
            {
                await SendAllAsync(socket, octets);
                await socket.ReceiveAsync(octets.AsMemory(0, 30_000), SocketFlags.None, Ct);
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // As it should.
        }
    }

    private static async Task SendAllAsync(StackSocket socket, ReadOnlyMemory<byte> octets)
    {
        for (int done = 0; done < octets.Length;) done += await socket.SendAsync(octets[done..], SocketFlags.None, Ct);
    }
}
