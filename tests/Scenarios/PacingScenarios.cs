using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>How what the window allows is spread over the round trip.</summary>
public sealed class PacingScenarios
{
    private static readonly TcpLayerOptions Paced = new() { PacingMinimumRoundTrip = TimeSpan.FromMilliseconds(2), SlowStartPacingGain = 2, PacingGain = 1.2 };

    [Fact, Covers("TCP-PACE-1")]
    public void Slow_start_sends_two_windows_in_a_round_trip_in_bursts_of_two_segments()
    {
        using TcpScenario tcp = Sending();
        Assert.Equal(400_000, tcp.Info.PacingRate);
        // 20 segments in 100 ms, twice as fast: two of them every 5 ms. A timer that is late by up to a millisecond costs nothing, nor does the first burst.
        tcp.Expect("+0 > . 10001:11001(1000) ack 1", "+0 > . 11001:12001(1000) ack 1");
        tcp.ExpectSilence(TimeSpan.FromMilliseconds(3));
        tcp.Expect("+.004 > . 12001:13001(1000) ack 1", "+0 > . 13001:14001(1000) ack 1");
        for (int octet = 14_001; octet < 30_001; octet += 2_000)
        {
            tcp.ExpectSilence(TimeSpan.FromMilliseconds(4));
            tcp.Expect($"+.005 > . {octet}:{octet + 1000}(1000) ack 1", $"+0 > . {octet + 1000}:{octet + 2000}(1000) ack 1");
        }
        tcp.ExpectSilence(TimeSpan.FromMilliseconds(40));
    }

    [Fact, Covers("TCP-PACE-1")]
    public void In_avoidance_the_rate_is_the_window_per_round_trip_times_its_gain()
    {
        using TcpScenario tcp = Sending();
        tcp.Advance(TimeSpan.FromMilliseconds(60));
        tcp.DropSent();
        tcp.Inject("+.05 < . 1:1(0) ack 10001 win 65535 <nop,nop,sack 11001:30001>");
        tcp.Expect("+0 > . 10001:11001(1000) ack 1");
        tcp.Advance(TimeSpan.FromMilliseconds(100));
        tcp.DropSent();
        tcp.Inject($"+0 < . 1:1(0) ack {1 + tcp.Info.BytesSent} win 65535");
        TcpInfo info = tcp.Info;
        Assert.Equal(info.SlowStartThreshold, info.CongestionWindow);
        // Two segments now and every so often.
        double interval = 2_000 / (info.CongestionWindow * 1.2 / info.SmoothedRoundTripTime.TotalSeconds);
        tcp.Advance(TimeSpan.FromSeconds(interval * 2.5));
        Assert.Equal(6, tcp.Network.Sent.Count);
    }

    [Theory, Covers("TCP-PACE-1")]
    [InlineData(false, 2), InlineData(true, 200)]
    public void Without_pacing_or_on_a_shorter_path_the_window_leaves_at_once(bool isOn, int least)
    {
        TcpLayerOptions options = new() { PacingMinimumRoundTrip = TimeSpan.FromMilliseconds(least) };
        using TcpScenario tcp = Sending(options, new TcpSocketOptions { Pacing = isOn });
        Assert.Equal(20, tcp.Network.Sent.Count);
    }

    [Fact, Covers("TCP-PACE-1")]
    public void A_connection_sends_no_faster_than_it_may()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: new TcpSocketOptions { MaximumPacingRate = 100_000, Pacing = false });
        tcp.App.Send(6_000);
        tcp.Expect("+0 > . 1:1001(1000) ack 1", "+0 > . 1001:2001(1000) ack 1");
        tcp.Expect("+.019 > . 2001:3001(1000) ack 1", "+0 > . 3001:4001(1000) ack 1");
        tcp.Expect("+.02 > . 4001:5001(1000) ack 1", "+0 > P. 5001:6001(1000) ack 1");
    }

    [Fact, Covers("TCP-PACE-1", "TCP-CC-13")]
    public void The_first_repair_does_not_wait_for_the_pace()
    {
        using TcpScenario tcp = Sending();
        tcp.Advance(TimeSpan.FromMilliseconds(20));
        tcp.DropSent();
        tcp.Inject("+0 < . 1:1(0) ack 10001 win 65535 <nop,nop,sack 11001:14001>");
        tcp.Expect("+0 > . 10001:11001(1000) ack 1");
    }

    [Fact, Covers("TCP-PACE-1", "TCP-BBR-1")]
    public void Bbr_paces_whatever_the_option_says()
    {
        using TcpScenario tcp = Sending(new TcpLayerOptions { CongestionControl = "bbr" }, new TcpSocketOptions { Pacing = false });
        tcp.DropSent();
        tcp.Advance(TimeSpan.FromMilliseconds(4));
        Assert.InRange(tcp.Network.Sent.Count, 0, 2);
    }

    [Fact, Covers("TCP-PACE-1")]
    public void By_default_slow_start_sends_four_windows_in_a_round_trip()
    {
        using TcpScenario tcp = Sending(new TcpLayerOptions { PacingMinimumRoundTrip = TimeSpan.FromMilliseconds(2) });
        Assert.Equal(800_000, tcp.Info.PacingRate);
    }

    [Theory]
    [InlineData(0.9, 2), InlineData(4, 0.9)]
    public void A_gain_that_would_never_fill_the_window_is_refused(double slowStart, double avoidance) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TcpScenario.Established(options: new TcpLayerOptions { SlowStartPacingGain = slowStart, PacingGain = avoidance }));

    [Fact]
    public void A_rate_below_nothing_is_refused() => Assert.False(new TcpSocketOptions { MaximumPacingRate = -1 }.AreValid);

    // A round trip of 100 ms: ten segments have been acknowledged at once, and there is more to send than the window takes.
    private static TcpScenario Sending(TcpLayerOptions? options = null, TcpSocketOptions? socket = null)
    {
        TcpScenario tcp = TcpScenario.Listening(socket, options ?? Paced);
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1000,nop,nop,sackOK>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        tcp.App.Send(60_000);
        tcp.DropSent();
        tcp.Inject("+.1 < . 1:1(0) ack 10001 win 65535");
        return tcp;
    }
}
