using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>What one connection with a peer leaves to the next (RFC 9040).</summary>
public sealed class SharedStateScenarios
{
    [Theory, Covers("TCB-1")]
    [InlineData(true, "+1.8")]
    [InlineData(false, "+1")]
    public void A_long_round_trip_makes_the_first_timeout_of_the_next_connection_longer(bool shares, string timeout)
    {
        using TcpScenario tcp = TcpScenario.Listening(options: new TcpLayerOptions { ShareConnectionState = shares });
        Open(tcp, roundTrip: "+.6");
        tcp.App.Abort();
        tcp.DropSent();
        tcp.Inject("+1 < S 0:0(0) win 65535 <mss 1000>");
        // Variation was half of it: 0.6 s + 4 x 0.3 s.
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>", $"{timeout} > S. 0:0(0) ack 1 <...>");
    }

    [Fact, Covers("TCB-1")]
    public void A_quick_answer_after_slow_ones_is_believed_with_caution()
    {
        using TcpScenario tcp = TcpScenario.Listening();
        Open(tcp, roundTrip: "+.6");
        tcp.App.Abort();
        tcp.DropSent();
        Open(tcp, roundTrip: "+.1");
        Assert.Equal((100, 250, 1100), (
            tcp.Info.SmoothedRoundTripTime.TotalMilliseconds, tcp.Info.RoundTripTimeVariation.TotalMilliseconds, tcp.Info.RetransmissionTimeout.TotalMilliseconds));
    }

    [Fact, Covers("TCB-1")]
    public void It_is_forgotten_with_age_and_when_the_peer_was_lost()
    {
        using TcpScenario tcp = TcpScenario.Listening(options: new TcpLayerOptions { SharedStateLifetime = TimeSpan.FromMinutes(1) });
        Open(tcp, roundTrip: "+.6");
        tcp.App.Abort();
        tcp.DropSent();
        tcp.Advance(TimeSpan.FromMinutes(1.1));
        Open(tcp, roundTrip: "+.1");
        Assert.Equal(50, tcp.Info.RoundTripTimeVariation.TotalMilliseconds);
        tcp.App.Send(10);
        tcp.Advance(TimeSpan.FromSeconds(1));
        tcp.App.Abort();
        tcp.DropSent();
        Assert.Equal(0, tcp.Layer.PeerStates!.Count);
    }

    [Theory, Covers("TCB-1")]
    [InlineData(true)]
    [InlineData(false)]
    public void The_threshold_is_taken_over_only_if_asked_for(bool shares)
    {
        using TcpScenario tcp = TcpScenario.Listening(new TcpSocketOptions { CongestionControl = "reno" }, new TcpLayerOptions { ShareSlowStartThreshold = shares });
        Open(tcp, roundTrip: "+.01");
        // Enough round trips for a window whose half is more than the least threshold there is.
        uint acknowledged = 1;
        tcp.App.Send(150_000);
        for (int round = 0; round < 3; round++)
        {
            while (tcp.Network.Sent.Count > 0) acknowledged = tcp.TakeText().End;
            tcp.Inject($"+.01 < . 1:1(0) ack {acknowledged} win 65535");
        }
        tcp.Inject($"+.01 < . 1:1(0) ack {acknowledged} win 65535", $"+0 < . 1:1(0) ack {acknowledged} win 65535", $"+0 < . 1:1(0) ack {acknowledged} win 65535");
        long threshold = tcp.Info.SlowStartThreshold;
        Assert.InRange(threshold, 20_001, 65_535);
        tcp.DropSent();
        tcp.Inject($"+.01 < . 1:1(0) ack {tcp.Info.BytesSent + 1} win 65535");
        tcp.DropSent();
        tcp.App.Abort();
        tcp.DropSent();
        Open(tcp, roundTrip: "+.01");
        Assert.Equal(shares ? threshold : long.MaxValue, tcp.Info.SlowStartThreshold);
    }

    private static void Open(TcpScenario tcp, string roundTrip)
    {
        tcp.Inject("+.1 < S 0:0(0) win 65535 <mss 1000>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        tcp.Inject($"{roundTrip} < . 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
    }
}
