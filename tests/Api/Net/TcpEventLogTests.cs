using System.Threading.Tasks;
using StackSharp.Net;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Tcp.Tracing;
using Xunit;

namespace StackSharp.Tests.Api.Net;

public sealed class TcpEventLogTests
{
    [Fact]
    public void The_oldest_give_way_and_are_counted()
    {
        TcpEventLog log = new(capacity: 4);
        for (int i = 0; i < 6; i++) log.OnEvent(Numbered(i));
        Assert.Equal(2, log.Dropped);
        TcpTraceEvent[] events = new TcpTraceEvent[3];
        Assert.Equal(3, log.Drain(events));
        Assert.Equal([2, 3, 4], events.Select(happened => happened.At.Nanoseconds));
        Assert.Equal(1, log.Drain(events));
        Assert.Equal(5, events[0].At.Nanoseconds);
        Assert.Equal(0, log.Drain(events));
    }

    [Fact]
    public async Task Reading_goes_on_until_the_log_is_complete_and_empty()
    {
        TcpEventLog log = new();
        log.OnEvent(Numbered(0));
        List<long> read = [];
        await foreach (TcpTraceEvent happened in log.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            read.Add(happened.At.Nanoseconds);
            // Written while it is being read, and after the end was announced: the one is read, the other is not taken in.
            if (read.Count < 600) log.OnEvent(Numbered(read.Count));
            else log.Complete();
        }
        log.OnEvent(Numbered(600));
        Assert.Equal(Enumerable.Range(0, 600).Select(number => (long)number), read);
        Assert.Equal(0, log.Drain(new TcpTraceEvent[1]));
    }

    [Fact]
    public async Task Waiting_for_events_can_be_canceled()
    {
        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (TcpTraceEvent happened in new TcpEventLog().ReadAllAsync(source.Token)) Assert.Fail($"{happened}");
        });
    }

    [Fact]
    public void A_socket_reports_its_connection_from_the_first_SYN_to_the_end()
    {
        using HostPair pair = new();
        TcpEventLog log = new();
        Within.Run(() =>
        {
            using StackSocket listener = pair.Listen();
            using StackSocket client = pair.NewTcp();
            client.TcpEvents = log;
            client.Connect(listener.LocalEndPoint!);
            using StackSocket server = listener.Accept();
            client.Send(new byte[5000]);
            for (int received = 0; received < 5000;) received += server.Receive(new byte[5000]);
            client.Close(0);
        });
        TcpTraceEvent[] events = new TcpTraceEvent[100];
        TcpTraceEvent[] read = [.. events.Take(log.Drain(events))];
        Assert.Equal(
            [TcpState.SynSent, TcpState.Established, TcpState.Closed],
            read.Where(happened => happened.Kind == TcpTraceKind.StateChanged).Select(happened => happened.State));
        Assert.All(read, happened => Assert.Equal("198.18.0.2", happened.Remote.Address.ToString()));
    }

    private static TcpTraceEvent Numbered(long number) => new() { At = new Instant(number), Kind = TcpTraceKind.Acknowledged };
}
