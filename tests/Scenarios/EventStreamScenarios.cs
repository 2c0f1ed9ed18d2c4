using System.IO;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Tcp.Congestion;
using StackSharp.Stack.Transport.Tcp.Tracing;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>What a connection tells of itself, event by event.</summary>
public sealed class EventStreamScenarios
{
    private static readonly string Documented = File.ReadAllText(Repository.PathOf("docs/tcp.md"));
    private readonly RecordedEvents _events = new();

    [Fact]
    public void A_connection_that_opens_and_closes_tells_of_each_state()
    {
        using TcpScenario tcp = TcpScenario.Connecting(Listened());
        tcp.Expect("+0 > S 0:0(0) <...>");
        tcp.Inject("+.1 < S. 0:0(0) ack 1 win 65535 <mss 1000>");
        tcp.Expect("+0 > . 1:1(0) ack 1");
        tcp.Inject("+.1 < F. 1:1(0) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 2");
        tcp.Advance(TimeSpan.FromSeconds(1));
        tcp.App.Close();
        tcp.Expect("+0 > F. 1:1(0) ack 2");
        tcp.Inject("+.1 < . 2:2(0) ack 2 win 65535");
        Assert.Equal(
            [TcpState.SynSent, TcpState.Established, TcpState.CloseWait, TcpState.LastAck, TcpState.Closed],
            _events.All.Where(happened => happened.Kind == TcpTraceKind.StateChanged).Select(happened => happened.State));
        Assert.Equal([0, 100, 200, 1200, 1300], _events.All.Where(happened => happened.Kind == TcpTraceKind.StateChanged).Select(happened => (int)(happened.At - _events.All[0].At).TotalMilliseconds));
        // No window is shown before there is one, and from the first moment on that there is.
        Assert.Equal((0L, 10_000L), (_events.All[0].CongestionWindow, _events.All[1].CongestionWindow));
        Assert.Equal((tcp.Connection!.Local, TcpScenario.Peer), (_events.All[0].Local, _events.All[0].Remote));
    }

    [Fact]
    public void A_loss_is_told_with_its_place_the_recovery_and_what_it_did_to_the_window()
    {
        using TcpScenario tcp = Sending(10_000);
        tcp.Inject("+.1 < . 1:1(0) ack 2001 win 65535", "+.001 < . 1:1(0) ack 2001 win 65535 <nop,nop,sack 3001:6001>", "+.1 < . 1:1(0) ack 10001 win 65535");
        Assert.Equal([TcpTraceKind.Lost, TcpTraceKind.RecoveryEntered, TcpTraceKind.Retransmitted, TcpTraceKind.RecoveryLeft], _events.Kinds);
        TcpTraceEvent delivered = _events.All[0];
        Assert.Equal((TcpTraceKind.Acknowledged, 2000L, 2000L, 8000L), (delivered.Kind, delivered.Octets, delivered.Offset, delivered.InFlight));
        Assert.Equal(TimeSpan.FromMilliseconds(100), delivered.SmoothedRoundTripTime);
        Assert.Equal(20_000, delivered.DeliveryRate);
        TcpTraceEvent lost = _events.All.First(happened => happened.Kind == TcpTraceKind.Lost);
        Assert.Equal((1000L, 2000L), (lost.Octets, lost.Offset));
        TcpTraceEvent entered = _events.All.First(happened => happened.Kind == TcpTraceKind.RecoveryEntered);
        Assert.Equal((CongestionPhase.Recovery, 1000L), (entered.Phase, entered.LostBytes));
        Assert.True(entered.SlowStartThreshold < delivered.CongestionWindow);
        TcpTraceEvent again = _events.All.First(happened => happened.Kind == TcpTraceKind.Retransmitted);
        Assert.Equal((1000L, 2000L), (again.Octets, again.Offset));
        TcpTraceEvent last = _events.All[^1];
        Assert.Equal((TcpTraceKind.Acknowledged, CongestionPhase.Open, 0L, 0L), (last.Kind, last.Phase, last.LostBytes, last.InFlight));
        Assert.Equal(entered.SlowStartThreshold, last.CongestionWindow);
    }

    [Fact, Covers("TCP-FRTO-3", "TCP-FRTO-4")]
    public void A_timeout_that_was_only_a_delay_reads_as_documented()
    {
        using TcpScenario tcp = Sending(20_000, initialSegments: 3);
        tcp.Expect("+.202 > . 3001:4001(1000) ack 1", "+.2~+.4 > . 1:1001(1000) ack 1");
        tcp.Inject("+.1 < . 1:1(0) ack 1001 win 65535");
        tcp.Expect("+0 > . 4001:5001(1000) ack 1", "+0 > . 5001:6001(1000) ack 1");
        tcp.Inject("+.01 < . 1:1(0) ack 3001 win 65535");
        Assert.Equal(TcpTraceKind.Undone, _events.Kinds.Last());
        Assert.Equal(_events.All[0].CongestionWindow, _events.All[^2].CongestionWindow);
        AssertDocumented();
    }

    [Fact, Covers("TCP-UNDO-1")]
    public void A_fast_recovery_that_was_only_reordering_reads_as_documented()
    {
        using TcpScenario tcp = Sending(10_000);
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:5001>");
        tcp.Expect("+0 > . 1:1001(1000) ack 1");
        tcp.Inject("+.02 < . 1:1(0) ack 10001 win 65535", "+.08 < . 1:1(0) ack 10001 win 65535 <nop,nop,sack 1:1001>");
        Assert.Equal(TcpTraceKind.Undone, _events.Kinds.Last());
        AssertDocumented();
    }

    [Fact]
    public void Silence_ends_the_window_that_was_there_before()
    {
        using TcpScenario tcp = Sending(1_000);
        tcp.Inject("+.1 < . 1:1(0) ack 1001 win 65535");
        Assert.DoesNotContain(TcpTraceKind.Restarted, _events.Kinds);
        tcp.Advance(TimeSpan.FromSeconds(30));
        tcp.App.Send(1000);
        Assert.Equal([TcpTraceKind.Restarted], _events.Kinds);
    }

    [Fact]
    public void Every_doubling_of_a_lost_SYN_is_told()
    {
        using TcpScenario tcp = TcpScenario.Connecting(Listened());
        tcp.Expect("+0 > S 0:0(0) <...>", "+1 > S 0:0(0) <...>", "+2 > S 0:0(0) <...>");
        Assert.Equal([TcpTraceKind.StateChanged, TcpTraceKind.TimedOut, TcpTraceKind.TimedOut], _events.Kinds);
        Assert.Equal([1, 2, 4], _events.All.Select(happened => (int)happened.RetransmissionTimeout.TotalSeconds));
    }

    [Fact]
    public void A_listener_passes_its_sink_on_and_a_connection_may_change_or_drop_it()
    {
        using TcpScenario tcp = Sending(1000);
        RecordedEvents other = new();
        tcp.App.SetOptions(options => options with { Events = other });
        tcp.Inject("+.1 < . 1:1(0) ack 1001 win 65535");
        Assert.Equal((0, 1), (_events.All.Count, other.All.Count));
        tcp.App.SetOptions(options => options with { Events = null });
        tcp.App.Close();
        Assert.Single(other.All);
    }

    private void AssertDocumented()
    {
        string table = _events.Table();
        Assert.True(Documented.Contains(table, StringComparison.Ordinal), $"docs/tcp.md shows another trace than this one:\n{table}");
    }

    private TcpSocketOptions Listened() => new() { Events = _events };

    // Segments of 1000 octets on a path of 100 ms; what came before they were sent is forgotten.
    private TcpScenario Sending(int octets, int initialSegments = 10)
    {
        TcpScenario tcp = TcpScenario.Listening(Listened(), new TcpLayerOptions { InitialWindowSegments = initialSegments });
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1000,nop,nop,sackOK>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        _events.Clear();
        tcp.App.Send(octets);
        tcp.DropSent();
        return tcp;
    }
}
