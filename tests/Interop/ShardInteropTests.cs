using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using StackSharp.Drivers.Tap;
using StackSharp.Hosting;
using StackSharp.Hosting.Shards;
using StackSharp.Net;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Interop;

/// <summary>Two shards on a TAP with two queues, and the kernel that spreads over them.</summary>
[Collection(InteropCollection.Name)]
public sealed class ShardInteropTests
{
    private const int Downloads = 16;
    private const int ConnectionsPerShard = 8;
    private const int LateOctets = 200_000;

    /// <summary>Sends back the first octets, then is silent for longer than a TAP remembers a flow (3 s), then speaks first.</summary>
    private const string Server = "import socket,threading,time\ndef serve(c):\n d=c.recv(100)\n c.sendall(d)\n time.sleep(6)\n c.sendall(d*40000)\n"
        + " n=0\n while b:=c.recv(65536): n+=len(b)\n c.sendall(str(n).encode())\n c.close()\n"
        + "s=socket.create_server(('198.18.0.1',7000),backlog=64)\nprint('ready',flush=True)\n"
        + "while True: threading.Thread(target=serve,args=(s.accept()[0],),daemon=True).start()";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Fact]
    public void Serve_on_two_queues_spreads_downloads_and_answers_all()
    {
        Requirement.Tap();
        foreach (string program in new[] { "curl", "ping", "nc" }) Requirement.Program(program);
        using NetworkNamespace place = NetworkNamespace.Create();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("stacksharp-interop-");
        try
        {
            string control = Path.Combine(folder.FullName, ".control.sock");
            File.WriteAllBytes(Path.Combine(folder.FullName, "data"), new byte[1 << 20]);
            BackgroundProcess server = CliProcess.StartReady(place,
                "serve", "--device", "tap:t0", "--queues", "2", "--address", "198.18.0.99/16", "--host-address", "198.18.0.1/16",
                "--services", $"echo,daytime,http={folder.FullName}", "--control", control);
            Assert.Contains(" 0% packet loss", place.Run("ping", "-c", "3", "-i", "0.2", "-s", "4000", "198.18.0.99").Output, StringComparison.Ordinal);
            string script = $"for i in $(seq {Downloads}); do curl -sS --fail -o {folder.FullName}/got$i http://198.18.0.99/data & p=\"$p $!\"; done; for i in $p; do wait $i || exit 1; done";
            place.TryRun(Limit, "sh", "-c", script).MustSucceed();
            for (int i = 1; i <= Downloads; i++) Assert.Equal(1 << 20, new FileInfo(Path.Combine(folder.FullName, $"got{i}")).Length);
            for (int i = 0; i < 4; i++) Assert.Equal("hello\n", place.Run("sh", "-c", "echo hello | nc -N -w 10 198.18.0.99 7").Output);

            using JsonDocument report = JsonDocument.Parse(CliProcess.Run(place, Limit, "netstat", "--control", control, "--json").MustSucceed().Output);
            long[] accepted = [.. report.RootElement.GetProperty("shards").EnumerateArray().Select(shard => shard.GetProperty("tcpPassiveOpens").GetInt64())];
            Assert.Equal(2, accepted.Length);
            Assert.All(accepted, count => Assert.NotEqual(0, count));
            Assert.Equal(Downloads + 4, accepted.Sum());
            Assert.Equal(Downloads + 4, report.RootElement.GetProperty("counters").GetProperty("tcpPassiveOpens").GetInt64());
            Assert.Contains("Handed over", CliProcess.Run(place, Limit, "netstat", "--control", control).MustSucceed().Output, StringComparison.Ordinal);
            Assert.Equal(0, server.Stop());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("loopback", "2", 1, "only tap:NAME, tun:NAME and packet:INTERFACE can have more than one")]
    [InlineData("tap:t0", "0", 2, "--queues 0: not a number from 1 to 64")]
    public void Queues_that_cannot_be_are_refused_in_a_line(string device, string queues, int exitCode, string expected)
    {
        Requirement.Tap();
        using NetworkNamespace place = NetworkNamespace.Create();
        CommandResult result = CliProcess.Run(place, Limit, "serve", "--device", device, "--queues", queues, "--address", "198.18.0.99/16");
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(expected, result.ErrorOutput, StringComparison.Ordinal);
    }

    /// <summary>After 3 s without a frame of ours the kernel forgets which queue a flow was on, and chooses by a hash of its own.</summary>
    [Theory]
    [InlineData(true), InlineData(false)]
    public void Outgoing_connections_of_both_shards_survive_that_the_kernel_forgets_their_queue(bool offload)
    {
        Requirement.Tap();
        Requirement.Program("python3");
        NamespaceThread.Run(() =>
        {
            using ShardedHost host = new(TapDevice.OpenQueues(
                new TapOptions { Name = "t0", Offload = offload, HostAddress = IpPrefix.Parse("198.18.0.1/24") }, 2));
            host.AddAddress(IpPrefix.Parse("198.18.0.2/24"));
            using BackgroundProcess server = BackgroundProcess.Start("python3", "-c", Server);
            server.WaitForLine(line => line == "ready", Command.DefaultTimeout);
            Task[] flows = [.. host.Shards.SelectMany(shard => Enumerable.Range(0, ConnectionsPerShard).Select(_ => Task.Run(() => TalkAsync(shard))))];
            Assert.True(Task.WaitAll(flows, Limit), "The connections did not end in time.");
            Task.WhenAll(flows).GetAwaiter().GetResult();
            Assert.All(host.Shards, shard => Assert.Equal(ConnectionsPerShard, shard.ReadStatistics(statistics => statistics.Tcp.ActiveOpens)));
            // With 16 flows, a hash that had each of them right would be a wonder.
            Assert.NotEqual(0, host.Shards.Sum(shard => shard.ReadStatistics(statistics => statistics.Shard.HandedOver)));
            Assert.All(host.Shards, shard => Assert.Equal(0, shard.ReadStatistics(statistics => statistics.Tcp.OutRsts + statistics.Shard.Dropped)));
        });
    }

    private static async Task TalkAsync(StackHost shard)
    {
        using StackSocket socket = new(shard, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse("198.18.0.1"), 7000));
        await socket.SendAsync("hello"u8.ToArray(), SocketFlags.None);
        byte[] buffer = new byte[65536];
        Assert.Equal("hello", Encoding.ASCII.GetString(await ReceiveAsync(socket, buffer, 5)));
        byte[] late = await ReceiveAsync(socket, new byte[LateOctets], LateOctets);
        for (int i = 0; i < late.Length; i++) Assert.Equal("hello"u8[i % 5], late[i]);
        for (int done = 0; done < late.Length;) done += await socket.SendAsync(late.AsMemory(done), SocketFlags.None);
        socket.Shutdown(SocketShutdown.Send);
        Assert.Equal("200000", Encoding.ASCII.GetString(await ReceiveAsync(socket, buffer, 6)));
        Assert.Equal(0, await socket.ReceiveAsync(buffer, SocketFlags.None));
    }

    private static async Task<byte[]> ReceiveAsync(StackSocket socket, byte[] buffer, int octets)
    {
        int total = 0;
        for (int count; total < octets && (count = await socket.ReceiveAsync(buffer.AsMemory(total, octets - total), SocketFlags.None)) > 0;) total += count;
        return buffer[..total];
    }
}
