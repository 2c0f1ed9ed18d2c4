using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>Constants of the protocol that a stack may be made with: other values than the defaults do what they say.</summary>
public sealed class LayerOptionScenarios
{
    public static TheoryData<TcpLayerOptions> Impossible() =>
    [
        new TcpLayerOptions { DuplicateThreshold = 0 }, new TcpLayerOptions { UrgentOctets = 0 }, new TcpLayerOptions { MinimumSegmentSize = 0 }, new TcpLayerOptions { MaximumScoreboardRecords = 0 },
        new TcpLayerOptions { BlockedRetryDelay = TimeSpan.Zero }, new TcpLayerOptions { SillyWindowOverrideTimeout = TimeSpan.Zero },
        new TcpLayerOptions { Socket = new TcpSocketOptions { KeepAliveCount = 0 } },
    ];

    [Theory]
    [MemberData(nameof(Impossible), DisableDiscoveryEnumeration = true)]
    public void No_stack_is_made_with_values_that_segments_would_run_into(TcpLayerOptions options) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TcpScenario.New(options));

    [Theory]
    [InlineData(1), InlineData(3), InlineData(5)]
    public void So_many_duplicate_acknowledgments_mean_loss(int threshold)
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, options: new TcpLayerOptions { DuplicateThreshold = threshold });
        tcp.App.Send(8000);
        for (int i = 0; i < 8; i++) tcp.Expect($"+0 > {(i == 7 ? "P." : ".")} {i * 1000 + 1}:{i * 1000 + 1001}(1000) ack 1");
        for (int i = 1; i < threshold; i++)
        {
            tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
            tcp.ExpectSilence();
        }
        tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1001(1000) ack 1");
    }

    [Theory]
    [InlineData(48, 48), InlineData(100, 100)]
    public void However_little_the_peer_announces_a_full_segment_has_so_much(int least, int expected)
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 10, options: new TcpLayerOptions { MinimumSegmentSize = least });
        tcp.App.Send(expected);
        tcp.Expect($"+0 > P. 1:{expected + 1}({expected}) ack 1");
    }

    [Fact]
    public void Of_urgent_octets_the_latest_are_kept()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, options: new TcpLayerOptions { UrgentOctets = 2 });
        for (int i = 1; i <= 5; i++)
        {
            tcp.Inject($"+0 < UP. {i}:{i + 1}(1) ack 1 win 65535 urg 1");
            tcp.Expect($"+0 > . 1:1(0) ack {i + 1}");
        }
        foreach (uint place in (uint[])[4, 5])
        {
            Assert.Equal(TransportError.None, tcp.Connection!.ReceiveUrgent(peek: false, out byte octet));
            Assert.Equal(SegmentText.PayloadOctet(place), octet);
        }
        Assert.Equal(TransportError.InvalidArgument, tcp.Connection!.ReceiveUrgent(peek: false, out _));
    }

    [Fact]
    public void Past_its_lifetime_a_timestamp_condemns_nothing()
    {
        TcpLayerOptions options = new() { TimestampLifetime = TimeSpan.FromSeconds(10) };
        using TcpScenario tcp = TcpScenario.Established(peerOptions: "nop,nop,TS val 100 ecr 0", options: options);
        tcp.Inject("+0 < P. 1:11(10) ack 1 win 65535 <nop,nop,TS val 200 ecr 0>");
        tcp.Expect("+0 > . 1:1(0) ack 11 <...>");
        tcp.Inject("+9 < P. 11:21(10) ack 1 win 65535 <nop,nop,TS val 150 ecr 0>");
        tcp.Expect("+0 > . 1:1(0) ack 11 <...>");
        Assert.Equal(1, tcp.Layer.Statistics.Drops(TcpDropReason.Paws));
        tcp.Inject("+2 < P. 11:21(10) ack 1 win 65535 <nop,nop,TS val 150 ecr 0>");
        tcp.Expect("+0 > . 1:1(0) ack 21 <...>");
    }

    [Fact]
    public void Where_timestamps_are_not_required_a_segment_without_one_is_taken()
    {
        using TcpScenario tcp = TcpScenario.Established(peerOptions: "nop,nop,TS val 100 ecr 0", options: new TcpLayerOptions { RequireTimestamps = false });
        tcp.Inject("+0 < P. 1:11(10) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 11 <...>");
        Assert.Equal(0, tcp.Layer.Statistics.Drops(TcpDropReason.MissingTimestamp));
    }

    [Theory]
    [InlineData(false, TransportError.ConnectionReset, 0), InlineData(true, TransportError.None, 10)]
    public void What_arrived_before_a_reset_is_read_where_the_stack_says_so(bool survives, TransportError error, int octets)
    {
        using TcpScenario tcp = TcpScenario.Established(options: new TcpLayerOptions { UnreadSurvivesReset = survives });
        tcp.Inject("+0 < P. 1:11(10) ack 1 win 65535", "+0 < R 11:11(0) win 0");
        Assert.Equal(error, tcp.Connection!.Receive(new byte[100], peek: false, tcp.Now, out int received));
        Assert.Equal(octets, received);
        Assert.Equal(TransportError.ConnectionReset, tcp.Connection.Receive(new byte[100], peek: false, tcp.Now, out _));
    }

    [Fact]
    public void A_socket_may_ask_for_fewer_syns()
    {
        using TcpScenario tcp = TcpScenario.Connecting(new TcpSocketOptions { SynRetries = 1 });
        tcp.Expect("+0 > S 0:0(0) <...>", "+1 > S 0:0(0) <...>");
        tcp.ExpectSilence(TimeSpan.FromSeconds(10));
        Assert.Equal(TransportError.TimedOut, tcp.Connection!.Error);
    }

    [Fact]
    public void A_lost_handshake_slows_the_first_timeout_down_as_far_as_it_is_told()
    {
        TcpLayerOptions options = new() { RetransmissionTimeoutAfterLostHandshake = TimeSpan.FromSeconds(2) };
        using TcpScenario tcp = TcpScenario.Listening(options: options);
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1000>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <mss 1460>", "+1 > S. 0:0(0) ack 1 <mss 1460>");
        tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        tcp.App.Send(500);
        tcp.Expect("+0 > P. 1:501(500) ack 1", "+2 > P. 1:501(500) ack 1");
    }

    [Fact]
    public void The_granularity_of_the_clock_counts_against_a_steady_path()
    {
        TcpLayerOptions options = new() { ClockGranularity = TimeSpan.FromSeconds(1), MinimumRetransmissionTimeout = TimeSpan.FromMilliseconds(1) };
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, options: options);
        tcp.App.Send(500);
        tcp.Expect("+0 > P. 1:501(500) ack 1");
        tcp.Inject("+.1 < . 1:1(0) ack 501 win 65535");
        Assert.InRange(tcp.Info.RetransmissionTimeout.TotalSeconds, 1, 1.11);
    }

    [Fact]
    public void The_override_of_silly_window_avoidance_comes_when_it_is_told()
    {
        TcpLayerOptions options = new() { SillyWindowOverrideTimeout = TimeSpan.FromMilliseconds(100), MinimumRetransmissionTimeout = TimeSpan.FromSeconds(1) };
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerWindow: 1000, options: options);
        tcp.App.Send(2000);
        tcp.Expect("+0 > . 1:1001(1000) ack 1");
        tcp.Inject("+0 < . 1:1(0) ack 1001 win 200");
        tcp.Expect("+.1 > . 1001:1201(200) ack 1");
    }
}
