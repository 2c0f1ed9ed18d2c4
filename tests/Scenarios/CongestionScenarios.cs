using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>Reno without SACK: RFC 5681, 6582, 3042, 6928.</summary>
public sealed class CongestionScenarios
{
    private static readonly TcpSocketOptions Reno = new() { CongestionControl = "reno" };

    [Theory, Covers("TCP-CC-2", "TCP-CC-4", "TCP-CC-1")]
    [InlineData(1000, 10_000)]
    [InlineData(1460, 14_600)]
    [InlineData(536, 5_360)]
    public void The_initial_window_is_ten_segments(int mss, int window)
    {
        using TcpScenario tcp = TcpScenario.Established(mss: mss, socket: Reno);
        Assert.Equal(window, tcp.Info.CongestionWindow);
        Assert.Equal(long.MaxValue, tcp.Info.SlowStartThreshold);
        tcp.App.Send(60_000);
        ExpectSegments(tcp, 1, 10, mss);
        tcp.ExpectSilence();
    }

    [Fact, Covers("TCP-CC-2")]
    public void With_large_segments_the_initial_window_is_less_than_ten()
    {
        using TcpScenario tcp = TcpScenario.Listening(Reno);
        tcp.Network.Path.Mtu = tcp.Network.Path.InterfaceMtu = 9000;
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 8960>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <mss 8960>");
        tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        Assert.Equal(2 * 8960, tcp.Info.CongestionWindow);
    }

    [Fact, Covers("TCP-CC-3")]
    public void A_lost_syn_ack_leaves_one_segment()
    {
        using TcpScenario tcp = TcpScenario.Listening(Reno);
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1000>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <mss 1460>", "+1 > S. 0:0(0) ack 1 <mss 1460>");
        tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        Assert.Equal(1000, tcp.Info.CongestionWindow);
    }

    [Fact, Covers("TCP-CC-5", "TCP-9293-19")]
    public void Slow_start_adds_what_is_acknowledged()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: Reno);
        tcp.App.Send(60_000);
        ExpectSegments(tcp, 1, 10, 1000);
        tcp.Inject("+.1 < . 1:1(0) ack 2001 win 65535");
        ExpectSegments(tcp, 10_001, 4, 1000);
        tcp.ExpectSilence();
        Assert.Equal(12_000, tcp.Info.CongestionWindow);
    }

    [Fact, Covers("TCP-CC-6")]
    public void Dividing_acknowledgments_gains_nothing()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: Reno);
        tcp.App.Send(60_000);
        ExpectSegments(tcp, 1, 10, 1000);
        for (int i = 1; i <= 500; i++) tcp.Inject($"+0 < . 1:1(0) ack {1 + i} win 65535");
        Assert.Equal(10_500, tcp.Info.CongestionWindow);
    }

    [Fact, Covers("TCP-CC-19")]
    public void A_window_that_is_not_used_does_not_grow()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: Reno);
        for (uint at = 1; at < 40_001; at += 1000)
        {
            tcp.App.Send(1000);
            tcp.Expect($"+0 > P. {at}:{at + 1000}(1000) ack 1");
            tcp.Inject($"+.01 < . 1:1(0) ack {at + 1000} win 65535");
        }
        Assert.Equal(10_000, tcp.Info.CongestionWindow);
    }

    [Fact, Covers("TCP-CC-18")]
    public void After_idling_the_window_is_the_initial_one_again()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: Reno);
        tcp.App.Send(30_000);
        tcp.Inject("+.01 < . 1:1(0) ack 10001 win 65535");
        Assert.Equal(20_000, tcp.Info.CongestionWindow);
        tcp.Inject("+.01 < . 1:1(0) ack 30001 win 65535");
        tcp.DropSent();
        tcp.Advance(TimeSpan.FromSeconds(1));
        // ACKs in between are no data: they do not count as sending.
        tcp.Inject("+0 < P. 1:11(10) ack 30001 win 65535");
        tcp.Expect("+0 > . 30001:30001(0) ack 11");
        tcp.App.Send(60_000);
        for (uint i = 0; i < 10; i++) tcp.Expect($"+0 > . {30_001 + i * 1000}:{31_001 + i * 1000}(1000) ack 11");
        tcp.ExpectSilence();
        Assert.Equal(10_000, tcp.Info.CongestionWindow);
    }

    [Fact, Covers("TCP-CC-10", "TCP-CC-12", "TCP-CC-13", "TCP-CC-14", "TCP-CC-16", "INV-5")]
    public void Three_duplicates_bring_limited_transmit_and_then_fast_retransmit()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: Reno);
        tcp.App.Send(14_000);
        ExpectSegments(tcp, 1, 10, 1000);
        tcp.Inject("+.05 < . 1:1(0) ack 1 win 65535");
        tcp.Expect("+0 > . 10001:11001(1000) ack 1");
        tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
        tcp.Expect("+0 > . 11001:12001(1000) ack 1");
        Assert.Equal(10_000, tcp.Info.CongestionWindow);
        tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1001(1000) ack 1");
        // FlightSize without what limited transmit added.
        Assert.Equal(5_000, tcp.Info.SlowStartThreshold);
        tcp.ExpectSilence();
        // Each further duplicate says that one more segment has left the network.
        for (int i = 0; i < 4; i++) tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
        tcp.ExpectSilence();
        for (int i = 0; i < 2; i++) tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
        tcp.Expect("+0 > . 12001:13001(1000) ack 1", "+0 > P. 13001:14001(1000) ack 1");
        tcp.Inject("+.05 < . 1:1(0) ack 14001 win 65535");
        Assert.Equal(2_000, tcp.Info.CongestionWindow);
        Assert.False(tcp.Info.InRecovery);
        Assert.Equal(1, tcp.Info.FastRecoveries);
    }

    [Theory, Covers("TCP-CC-10")]
    [InlineData("< . 1:1(0) ack 1 win 65000")]
    [InlineData("< P. 1:1(0) ack 1 win 65535")]
    public void A_changed_window_is_no_duplicate(string line)
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: Reno);
        tcp.App.Send(10_000);
        ExpectSegments(tcp, 1, 10, 1000);
        bool changes = line.Contains("65000", StringComparison.Ordinal);
        for (int i = 0; i < 3; i++) tcp.Inject("+0 " + (changes ? line.Replace("65000", (65_000 - i).ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal) : line));
        if (changes) tcp.ExpectSilence();
        else tcp.Expect("+0 > . 1:1001(1000) ack 1");
    }

    [Fact, Covers("TCP-CC-10")]
    public void Segments_with_text_are_no_duplicates()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: Reno);
        tcp.App.Send(10_000);
        ExpectSegments(tcp, 1, 10, 1000);
        for (int i = 0; i < 5; i++)
        {
            tcp.Inject($"+0 < . {1 + i * 10}:{11 + i * 10}(10) ack 1 win 65535");
            tcp.Expect($"+0 > . 10001:10001(0) ack {11 + i * 10}");
        }
        tcp.ExpectSilence();
        Assert.Equal(0, tcp.Info.DuplicateAcknowledgments);
    }

    [Fact, Covers("TCP-CC-16")]
    public void A_partial_acknowledgment_shows_the_next_hole()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: Reno);
        tcp.App.Send(10_000);
        ExpectSegments(tcp, 1, 10, 1000);
        for (int i = 0; i < 8; i++) tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1001(1000) ack 1");
        tcp.Inject("+.05 < . 1:1(0) ack 4001 win 65535");
        tcp.Expect("+0 > . 4001:5001(1000) ack 1");
        tcp.ExpectSilence();
        Assert.True(tcp.Info.InRecovery);
        tcp.Inject("+.05 < . 1:1(0) ack 10001 win 65535");
        Assert.False(tcp.Info.InRecovery);
        Assert.Equal(1, tcp.Info.FastRecoveries);
    }

    [Fact, Covers("TCP-CC-16")]
    public void Only_the_first_partial_acknowledgment_restarts_the_timer()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: Reno);
        tcp.App.Send(10_000);
        ExpectSegments(tcp, 1, 10, 1000);
        for (int i = 0; i < 3; i++) tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1001(1000) ack 1");
        tcp.Inject("+.1 < . 1:1(0) ack 1001 win 65535");
        tcp.Expect("+0 > . 1001:2001(1000) ack 1");
        tcp.Inject("+.1 < . 1:1(0) ack 2001 win 65535");
        tcp.Expect("+0 > . 2001:3001(1000) ack 1", "+.1 > . 2001:3001(1000) ack 1");
        Assert.Equal(1, tcp.Info.Timeouts);
    }

    [Fact, Covers("TCP-CC-7", "TCP-CC-8", "TCP-RTO-10")]
    public void A_timeout_leaves_one_segment_and_half_the_flight_as_threshold()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: Reno);
        tcp.App.Send(10_000);
        ExpectSegments(tcp, 1, 10, 1000);
        tcp.Expect("+.2 > . 1:1001(1000) ack 1");
        Assert.Equal((1_000, 5_000), (tcp.Info.CongestionWindow, tcp.Info.SlowStartThreshold));
        tcp.Expect("+.4 > . 1:1001(1000) ack 1");
        Assert.Equal((1_000, 5_000), (tcp.Info.CongestionWindow, tcp.Info.SlowStartThreshold));
        tcp.Inject("+.1 < . 1:1(0) ack 1001 win 65535");
        tcp.Expect("+0 > . 1001:2001(1000) ack 1", "+0 > . 2001:3001(1000) ack 1");
        tcp.ExpectSilence();
        tcp.Inject("+.1 < . 1:1(0) ack 3001 win 65535");
        ExpectSegments(tcp, 3_001, 3, 1000);
        tcp.ExpectSilence();
    }

    [Fact, Covers("TCP-CC-15", "TCP-CC-17")]
    public void After_a_timeout_old_duplicates_start_no_fast_retransmit()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: Reno);
        tcp.App.Send(10_000);
        ExpectSegments(tcp, 1, 10, 1000);
        tcp.Expect("+.2 > . 1:1001(1000) ack 1");
        for (int i = 0; i < 6; i++) tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
        tcp.ExpectSilence();
        Assert.Equal(0, tcp.Info.FastRecoveries);
    }

    [Fact, Covers("TCP-CC-20")]
    public void Losing_a_retransmission_is_a_second_event()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: Reno);
        tcp.App.Send(10_000);
        ExpectSegments(tcp, 1, 10, 1000);
        for (int i = 0; i < 9; i++) tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1001(1000) ack 1");
        Assert.Equal(5_000, tcp.Info.SlowStartThreshold);
        tcp.Expect("+.2 > . 1:1001(1000) ack 1");
        Assert.Equal(1_000, tcp.Info.CongestionWindow);
    }

    private static void ExpectSegments(TcpScenario tcp, uint start, int count, int mss)
    {
        for (uint i = 0; i < count; i++)
        {
            uint at = start + i * (uint)mss;
            bool last = tcp.Info.BytesUnsent == 0 && i == count - 1 && at + mss == tcp.Info.BytesSent + 1;
            tcp.Expect($"+0 > {(last ? "P." : ".")} {at}:{at + mss}({mss}) ack 1");
        }
    }
}
