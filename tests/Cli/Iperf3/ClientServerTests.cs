using System.Net;
using System.Text.Json;
using System.Threading.Tasks;
using StackSharp.Cli.Iperf3;
using StackSharp.Hosting;
using StackSharp.Tests.Api;
using Xunit;

namespace StackSharp.Tests.Cli.Iperf3;

/// <summary>Our client against our server, each on a stack of its own, over a link in memory that loses nothing.</summary>
public sealed class ClientServerTests
{
    private static readonly IPEndPoint Server = new(HostPair.SecondAddress, Iperf3Server.Port);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, false, CompletionMode.Inline)]
    [InlineData(8, false, CompletionMode.Inline)]
    [InlineData(1, true, CompletionMode.Inline)]
    [InlineData(8, true, CompletionMode.Inline)]
    [InlineData(8, false, CompletionMode.ThreadPool)]
    [InlineData(8, true, CompletionMode.ThreadPool)]
    public async Task Over_TCP_what_was_sent_is_received_to_the_octet(int streams, bool reverse, CompletionMode completions)
    {
        const long Octets = (16 << 20) + 12_345;
        using HostPair pair = new();
        Iperf3Server.Start(pair.Second, completions);
        Iperf3Report report = await RunAsync(pair, new ClientPlan("two", Server) { Streams = streams, Reverse = reverse, Octets = Octets });
        Assert.Equal(Octets, report.End.SumSent.Bytes);
        Assert.Equal(Octets, report.End.SumReceived.Bytes);
        Assert.Equal(streams, report.End.Streams.Count);
        Assert.All(report.End.Streams, stream => Assert.Equal(stream.Sender.Bytes, stream.Receiver.Bytes));
        Assert.NotNull(report.End.SumSent.Retransmits);
        Assert.Equal(!reverse, report.End.SumSent.Sender);
    }

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(4, false, true)]
    [InlineData(1, true, true)]
    [InlineData(4, true, false)]
    public async Task Over_UDP_nothing_is_lost_and_the_rate_is_kept(int streams, bool reverse, bool wide)
    {
        using HostPair pair = new();
        Iperf3Server.Start(pair.Second, CompletionMode.Inline);
        ClientPlan plan = new("two", Server) { Udp = true, Streams = streams, Reverse = reverse, Seconds = 1, BitsPerSecond = 20_000_000, BlockBytes = 1000, WideCounters = wide };
        Iperf3Report report = await RunAsync(pair, plan);
        Assert.Equal(0, report.End.Sum!.LostPackets);
        Assert.Equal(report.End.SumSent.Packets, report.End.SumReceived.Packets);
        Assert.Equal(report.End.SumSent.Bytes, report.End.SumReceived.Bytes);
        Assert.Equal(report.End.SumSent.Packets * 1000, report.End.SumSent.Bytes);
        // A busy machine may hold the sender up for longer than the pacer makes good; it never sends more.
        Assert.InRange(report.End.SumSent.BitsPerSecond, streams * 8e6, streams * 20.5e6);
        Assert.All(report.End.Streams, stream => Assert.InRange(stream.Udp!.JitterMs!.Value, 0, 1000));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Over_UDP_a_number_of_octets_is_rounded_up_to_datagrams(bool reverse)
    {
        using HostPair pair = new();
        Iperf3Server.Start(pair.Second, CompletionMode.Inline);
        Iperf3Report report = await RunAsync(pair, new ClientPlan("two", Server) { Udp = true, Reverse = reverse, Octets = 100_500, BlockBytes = 1000, BitsPerSecond = 50_000_000 });
        Assert.Equal(101, report.End.SumSent.Packets);
        Assert.Equal(101_000, report.End.SumReceived.Bytes);
    }

    [Fact]
    public async Task TCP_is_paced_too_and_intervals_add_up()
    {
        using HostPair pair = new();
        Iperf3Server.Start(pair.Second, CompletionMode.Inline);
        List<IntervalReport> told = [];
        ClientPlan plan = new("two", Server) { Seconds = 1, BitsPerSecond = 40_000_000, BlockBytes = 10_000, Interval = TimeSpan.FromMilliseconds(200) };
        Iperf3Report report = await RunAsync(pair, plan, told.Add);
        Assert.InRange(report.End.SumSent.BitsPerSecond, 20e6, 41e6);
        Assert.Equal(report.Intervals, told);
        Assert.InRange(report.Intervals.Count, 4, 6);
        Assert.InRange(report.End.SumSent.Bytes - report.Intervals.Sum(interval => interval.Sum.Bytes), 0, 10_000);
    }

    [Fact]
    public async Task What_is_omitted_does_not_count_at_either_end()
    {
        using HostPair pair = new();
        Iperf3Server.Start(pair.Second, CompletionMode.Inline);
        ClientPlan plan = new("two", Server) { Seconds = 1, OmittedSeconds = 1, BitsPerSecond = 8_000_000, BlockBytes = 1000 };
        Iperf3Report report = await RunAsync(pair, plan);
        Assert.InRange(report.End.SumSent.Bytes, 500_000, 1_100_000);
        Assert.InRange(report.End.SumReceived.Bytes, 500_000, 1_300_000);
        Assert.InRange(report.End.SumSent.Seconds, 0.9, 1.5);
        Assert.True(report.Intervals[0].Sum.Omitted);
        Assert.False(report.Intervals[^1].Sum.Omitted);
    }

    [Fact]
    public async Task The_server_runs_one_test_after_the_other_and_one_at_a_time()
    {
        using HostPair pair = new();
        Iperf3Server.Start(pair.Second, CompletionMode.Inline);
        TaskCompletionSource running = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ClientPlan plan = new("two", Server) { Seconds = 1, BitsPerSecond = 1_000_000, BlockBytes = 1000, Interval = TimeSpan.FromMilliseconds(100) };
        Task<Iperf3Report> first = RunAsync(pair, plan, _ => running.TrySetResult());
        await running.Task.Soon();
        Iperf3Failure busy = await Assert.ThrowsAsync<Iperf3Failure>(() => RunAsync(pair, plan));
        Assert.Contains("busy", busy.Message, StringComparison.Ordinal);
        Assert.True((await first).End.SumReceived.Bytes > 0);
        await RunWhenFreeAsync(pair, plan with { Octets = 1000 });
    }

    [Fact]
    public async Task A_client_that_is_interrupted_frees_the_server_at_once()
    {
        using HostPair pair = new();
        Iperf3Server.Start(pair.Second, CompletionMode.Inline);
        using CancellationTokenSource interrupt = new();
        Task<Iperf3Report> running = new Iperf3Client(pair.First, new ClientPlan("two", Server) { Interval = TimeSpan.FromMilliseconds(100) }, _ => interrupt.Cancel()).RunAsync(interrupt.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.Soon());
        await RunWhenFreeAsync(pair, new ClientPlan("two", Server) { Octets = 1000 });
    }

    [Fact]
    public async Task The_report_has_the_names_that_iperf3_uses()
    {
        using HostPair pair = new();
        Iperf3Server.Start(pair.Second, CompletionMode.Inline);
        string text = (await RunAsync(pair, new ClientPlan("two", Server) { Octets = 1 << 20, Streams = 2 })).ToJson();
        using JsonDocument json = JsonDocument.Parse(text);
        JsonElement root = json.RootElement;
        Assert.Equal("TCP", root.GetProperty("start").GetProperty("test_start").GetProperty("protocol").GetString());
        Assert.Equal(2, root.GetProperty("start").GetProperty("test_start").GetProperty("num_streams").GetInt32());
        Assert.Equal(5201, root.GetProperty("start").GetProperty("connecting_to").GetProperty("port").GetInt32());
        Assert.Equal(2, root.GetProperty("start").GetProperty("connected").GetArrayLength());
        JsonElement interval = root.GetProperty("intervals")[0];
        Assert.True(interval.GetProperty("sum").GetProperty("bits_per_second").GetDouble() >= 0);
        foreach (string name in (string[])["socket", "start", "end", "seconds", "bytes", "retransmits", "snd_cwnd", "snd_wnd", "rtt", "rttvar", "pmtu", "omitted", "sender"])
            Assert.True(interval.GetProperty("streams")[0].TryGetProperty(name, out _), name);
        Assert.Equal(1 << 20, root.GetProperty("end").GetProperty("sum_sent").GetProperty("bytes").GetInt64());
        Assert.Equal(1 << 20, root.GetProperty("end").GetProperty("sum_received").GetProperty("bytes").GetInt64());
        Assert.True(root.GetProperty("end").GetProperty("cpu_utilization_percent").TryGetProperty("remote_total", out _));
    }

    // The client ends a moment before the server knows that it has.
    private static async Task RunWhenFreeAsync(HostPair pair, ClientPlan plan)
    {
        long end = Environment.TickCount64 + (long)Within.Limit.TotalMilliseconds;
        while (true)
        {
            try
            {
                await RunAsync(pair, plan);
                return;
            }
            catch (Iperf3Failure busy) when (busy.Message.Contains("busy", StringComparison.Ordinal) && Environment.TickCount64 < end)
            {
                await Task.Delay(10, Ct);
            }
        }
    }

    private static Task<Iperf3Report> RunAsync(HostPair pair, ClientPlan plan, Action<IntervalReport>? onInterval = null) =>
        new Iperf3Client(pair.First, plan, onInterval ?? (_ => { })).RunAsync(Ct).WaitAsync(TimeSpan.FromMinutes(1), Ct);
}
