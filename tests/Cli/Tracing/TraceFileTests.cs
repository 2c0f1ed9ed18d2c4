using System.IO;
using System.Threading.Tasks;
using StackSharp.Cli.Bench;
using StackSharp.Cli.Services;
using StackSharp.Cli.Tracing;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Tcp.Tracing;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit.Interop;
using Xunit;

namespace StackSharp.Tests.Cli.Tracing;

[Collection(InteropCollection.Name)]
public sealed class TraceFileTests
{
    [Fact]
    public void A_line_has_what_the_header_says()
    {
        TcpTraceEvent happened = new()
        {
            At = Instant.FromMilliseconds(3500),
            Kind = TcpTraceKind.Lost,
            Local = IpEndpoint.Parse("198.18.0.1:40000"),
            Remote = IpEndpoint.Parse("198.18.0.2:80"),
            State = TcpState.Established,
            Octets = 1448,
            Offset = 5_000_000_000,
            CongestionWindow = 14_480,
            SlowStartThreshold = long.MaxValue,
            SendWindow = 65_535,
            InFlight = 2896,
            LostBytes = 1448,
            SmoothedRoundTripTime = TimeSpan.FromMicroseconds(50_250),
            RetransmissionTimeout = TimeSpan.FromMilliseconds(250),
            DeliveryRate = 12_500_000,
        };
        string line = TraceText.Format(happened, Instant.FromMilliseconds(1000));
        Assert.Equal("2.500000,198.18.0.1:40000,198.18.0.2:80,Lost,Established,Open,1448,5000000000,14480,,65535,2896,1448,50250,250000,0,12500000", line);
        Assert.Equal(TraceText.Header.Split(',').Length, line.Split(',').Length);
        Assert.Contains(",7240,", TraceText.Format(happened with { SlowStartThreshold = 7240 }, Instant.Origin), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_benchmark_in_memory_leaves_both_ends_of_its_connections_in_the_file()
    {
        FileInfo file = new(Path.Combine(Path.GetTempPath(), $"stacksharp-trace-{Guid.NewGuid()}.csv"));
        try
        {
            BenchPlan plan = new([BenchLink.Memory], [BenchWork.All[0]], TimeSpan.FromSeconds(0.05), 1, ServiceStyle.Inline, file);
            await BenchRun.ExecuteAsync(plan, (_, _) => { }, TestContext.Current.CancellationToken);
            string[] lines = await File.ReadAllLinesAsync(file.FullName, TestContext.Current.CancellationToken);
            Assert.Equal(TraceText.Header, lines[0]);
            Assert.All(lines, line => Assert.Equal(17, line.Split(',').Length));
            Assert.Contains(lines, line => line.Contains(",198.18.0.99:19,StateChanged,Established,", StringComparison.Ordinal));
            Assert.Contains(lines, line => line.Contains(",198.18.0.99:19,198.18.0.1:", StringComparison.Ordinal) && line.Contains(",Acknowledged,", StringComparison.Ordinal));
        }
        finally
        {
            file.Delete();
        }
    }
}
