using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>The user timeout option (RFC 5482). Its value is G, one bit, and 15 bits of seconds or minutes.</summary>
public sealed class UserTimeoutScenarios
{
    private static readonly TcpSocketOptions Exchanging = new() { ExchangeUserTimeout = true };

    [Fact, Covers("UTO-1", "UTO-3")]
    public void It_is_told_on_the_SYN_and_on_the_first_segment_after_it()
    {
        using TcpScenario tcp = TcpScenario.Connecting(Exchanging with { AdvertisedUserTimeout = TimeSpan.FromSeconds(300), Timestamps = false });
        tcp.Expect("+0 > S 0:0(0) <mss 1460,nop,nop,sackOK,nop,wscale 9,kind 28 012c>");
        tcp.Inject("+.01 < S. 0:0(0) ack 1 win 65535 <mss 1460>");
        tcp.Expect("+0 > . 1:1(0) ack 1 <kind 28 012c>");
        tcp.App.Send(100);
        tcp.Expect("+0 > P. 1:101(100) ack 1");
    }

    [Fact, Covers("UTO-3")]
    public void A_change_is_told_on_the_next_segment_that_has_room()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: Exchanging);
        tcp.App.Send(1000);
        tcp.Expect("+0 > P. 1:1001(1000) ack 1");
        tcp.App.Send(10);
        tcp.Expect("+0 > P. 1001:1011(10) ack 1 <kind 28 012c>");
        tcp.App.SetOptions(options => options with { AdvertisedUserTimeout = TimeSpan.FromHours(10) });
        tcp.Inject("+.01 < P. 1:101(100) ack 1011 win 65535");
        // 600 minutes.
        tcp.Expect("* > . 1011:1011(0) ack 101 <kind 28 8258>");
        tcp.App.SetOptions(options => options with { NoDelay = true });
        tcp.App.Send(10);
        tcp.Expect("+0 > P. 1011:1021(10) ack 101");
    }

    [Fact, Covers("UTO-3")]
    public void Nothing_is_told_or_taken_unless_asked_for()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: "kind 28 0bb8");
        tcp.App.Send(10);
        tcp.Expect("+0 > P. 1:11(10) ack 1");
        Assert.Equal(TimeSpan.Zero, tcp.Info.UserTimeout);
    }

    [Theory, Covers("UTO-1", "UTO-2")]
    [InlineData("kind 28 0190", 400)]
    [InlineData("kind 28 800a", 600)]
    [InlineData("kind 28 0005", 300)]
    [InlineData("kind 28 7fff", 3600)]
    [InlineData("kind 28 ffff", 3600)]
    [InlineData("kind 28 0000", 0)]
    [InlineData("kind 28 8000", 0)]
    [InlineData("kind 28 01", 0)]
    [InlineData("kind 28 019000", 0)]
    public void The_longer_of_both_holds_within_limits(string option, int seconds)
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: option, socket: Exchanging);
        Assert.Equal(TimeSpan.FromSeconds(seconds), tcp.Info.UserTimeout);
    }

    [Fact, Covers("UTO-2")]
    public void A_peer_brings_about_no_less_than_the_lower_limit()
    {
        using TcpScenario tcp = TcpScenario.Established(
            mss: 1000, peerOptions: "kind 28 0005", socket: Exchanging with { AdvertisedUserTimeout = TimeSpan.FromSeconds(10) });
        Assert.Equal(TimeSpan.FromSeconds(100), tcp.Info.UserTimeout);
    }

    [Fact, Covers("UTO-2")]
    public void What_the_user_has_set_stays()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: "kind 28 0190", socket: Exchanging with { UserTimeout = TimeSpan.FromSeconds(20) });
        Assert.Equal(TimeSpan.FromSeconds(20), tcp.Info.UserTimeout);
        tcp.App.Send(10);
        // It is what the peer is told.
        tcp.Expect("+0 > P. 1:11(10) ack 1 <kind 28 0014>");
    }

    [Fact, Covers("UTO-2", "UTO-4")]
    public void What_was_agreed_on_counts_from_the_first_octet_that_waits_and_takes_the_place_of_R2()
    {
        TcpLayerOptions layer = new() { R2Retries = 4, MaximumRetransmissionTimeout = TimeSpan.FromSeconds(10) };
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: "kind 28 0190", socket: Exchanging, options: layer);
        tcp.Advance(TimeSpan.FromSeconds(30));
        tcp.App.Send(1000);
        tcp.Advance(TimeSpan.FromSeconds(399));
        Assert.Equal(TransportError.None, tcp.Connection!.Error);
        tcp.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal(TransportError.TimedOut, tcp.Connection.Error);
        tcp.DropSent();
    }

    [Fact]
    public void Limits_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TcpScenario.New(new TcpLayerOptions { LowestUserTimeout = TimeSpan.Zero }));
        Assert.Throws<ArgumentOutOfRangeException>(() => TcpScenario.New(new TcpLayerOptions { HighestUserTimeout = TimeSpan.FromSeconds(99) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => TcpScenario.New(new TcpLayerOptions { AdvertisedUserTimeout = TimeSpan.Zero }));
        Assert.False(new TcpSocketOptions { AdvertisedUserTimeout = TimeSpan.FromSeconds(-1) }.AreValid);
    }
}
