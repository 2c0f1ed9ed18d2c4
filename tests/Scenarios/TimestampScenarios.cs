using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Packets;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>Timestamps and protection against wrapped sequence numbers: RFC 7323.</summary>
public sealed class TimestampScenarios
{
    [Fact, Covers("TCP-TS-1", "TCP-TS-6")]
    public void Every_segment_carries_a_timestamp_of_a_millisecond_clock()
    {
        using TcpScenario tcp = Stamped();
        tcp.App.Send(10);
        tcp.Expect("+0 > P. 1:11(10) ack 1 <...>");
        PacketOption.Timestamps first = Stamp(tcp);
        Assert.Equal(101u, first.EchoReply);
        tcp.Inject("+.1 < . 1:1(0) ack 11 win 65535 <nop,nop,TS val 1100 ecr 0>");
        tcp.App.Send(10);
        tcp.Expect("+0 > P. 11:21(10) ack 1 <...>");
        Assert.Equal(100, (int)(Stamp(tcp).Value - first.Value));
        tcp.App.Abort();
        tcp.Expect("+0 > R. 21:21(0) ack 1 <...>");
        Assert.Single(tcp.Last.Options!.OfType<PacketOption.Timestamps>());
    }

    [Fact, Covers("TCP-TS-6")]
    public void Each_pair_of_addresses_has_a_clock_of_its_own()
    {
        uint[] starts = new uint[8];
        for (uint seed = 0; seed < starts.Length; seed++)
        {
            using TcpScenario tcp = TcpScenario.New(seed: seed);
            starts[seed] = tcp.Layer.SequenceNumbers.TimestampOffset(TcpScenario.Peer, TcpScenario.Peer);
        }
        Assert.Equal(starts.Length, starts.Distinct().Count());
    }

    [Fact, Covers("TCP-TS-2")]
    public void A_segment_without_a_timestamp_is_dropped_in_silence()
    {
        using TcpScenario tcp = Stamped();
        tcp.Inject("+0 < P. 1:11(10) ack 1 win 65535");
        tcp.ExpectSilence(TimeSpan.FromSeconds(1));
        Assert.Equal(1, tcp.Layer.Statistics.Drops(TcpDropReason.MissingTimestamp));
        tcp.Inject("+0 < R 1:1(0) win 0");
        Assert.Equal(TcpState.Closed, tcp.State);
    }

    [Fact, Covers("TCP-TS-3", "TCP-5961-3")]
    public void What_acknowledges_octets_never_sent_leaves_no_timestamp_behind()
    {
        using TcpScenario tcp = Stamped();
        tcp.Inject("+.1 < F. 1:1(0) ack 9999 win 65535 <nop,nop,TS val 200000 ecr 0>");
        tcp.Expect("+0 > . 1:1(0) ack 1 <...>");
        Assert.Equal(101u, Stamp(tcp).EchoReply);
        tcp.Inject("+0 < P. 1:1001(1000) ack 1 win 65535 <nop,nop,TS val 201 ecr 0>");
        tcp.Expect("+0 > . 1:1(0) ack 1001 <...>");
        Assert.Equal(201u, Stamp(tcp).EchoReply);
    }

    [Fact, Covers("TCP-PAWS-1", "TCP-PAWS-3")]
    public void An_old_timestamp_makes_a_segment_unacceptable()
    {
        using TcpScenario tcp = Stamped();
        tcp.Inject("+0 < P. 1:11(10) ack 1 win 65535 <nop,nop,TS val 200 ecr 0>");
        tcp.Expect("+0 > . 1:1(0) ack 11 <...>");
        tcp.Inject("+1 < P. 11:21(10) ack 1 win 65535 <nop,nop,TS val 199 ecr 0>");
        tcp.Expect("+0 > . 1:1(0) ack 11 <...>");
        Assert.Equal(200u, Stamp(tcp).EchoReply);
        Assert.Equal(1, tcp.Layer.Statistics.Drops(TcpDropReason.Paws));
        tcp.Inject("+0 < R 11:11(0) win 0 <nop,nop,TS val 5 ecr 0>");
        Assert.Equal(TcpState.Closed, tcp.State);
    }

    [Theory, Covers("TCP-PAWS-1")]
    [InlineData(20, 180u, true), InlineData(20, 179u, false), InlineData(0, 199u, false)]
    public void Text_that_a_retransmission_overtook_fills_its_hole(int tolerance, uint stamp, bool isTaken)
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: "sackOK,TS val 100 ecr 0", options: new TcpLayerOptions { TimestampTolerance = tolerance });
        tcp.Inject("+0 < . 2001:3001(1000) ack 1 win 65535 <nop,nop,TS val 190 ecr 0>", "+0 < . 1:1001(1000) ack 1 win 65535 <nop,nop,TS val 200 ecr 0>");
        tcp.DropSent();
        tcp.Inject($"+0 < . 1001:2001(1000) ack 1 win 65535 <nop,nop,TS val {stamp} ecr 0>");
        tcp.Expect($"+0 > . 1:1(0) ack {(isTaken ? 3001 : 1001)} <...>");
        Assert.Equal(isTaken ? 0 : 1, tcp.Layer.Statistics.Drops(TcpDropReason.Paws));
    }

    [Fact, Covers("TCP-PAWS-1")]
    public void An_old_segment_brings_no_acknowledgment_either()
    {
        using TcpScenario tcp = Stamped();
        tcp.Inject("+0 < P. 1:11(10) ack 1 win 65535 <nop,nop,TS val 200 ecr 0>");
        tcp.App.Send(100);
        tcp.DropSent();
        tcp.Inject("+0 < P. 1:11(10) ack 101 win 65535 <nop,nop,TS val 150 ecr 0>");
        Assert.Equal(100, tcp.Info.BytesInFlight);
        tcp.DropSent();
    }

    [Fact, Covers("TCP-PAWS-1")]
    public void Timestamps_wrap()
    {
        using TcpScenario tcp = Stamped(first: 0xFFFF_FFF0);
        tcp.Inject("+0 < P. 1:11(10) ack 1 win 65535 <nop,nop,TS val 5 ecr 0>");
        tcp.Expect("+0 > . 1:1(0) ack 11 <...>");
        Assert.Equal(5u, Stamp(tcp).EchoReply);
    }

    [Fact, Covers("TCP-PAWS-2")]
    public void After_24_days_of_silence_any_timestamp_will_do()
    {
        using TcpScenario tcp = Stamped();
        tcp.Inject("+0 < P. 1:11(10) ack 1 win 65535 <nop,nop,TS val 2000000000 ecr 0>");
        tcp.DropSent();
        tcp.Advance(TimeSpan.FromDays(25));
        tcp.Inject("+0 < P. 11:21(10) ack 1 win 65535 <nop,nop,TS val 7 ecr 0>");
        tcp.Expect("+0 > . 1:1(0) ack 21 <...>");
        Assert.Equal(7u, Stamp(tcp).EchoReply);
    }

    [Fact, Covers("TCP-TS-4", "TCP-TS-3")]
    public void A_delayed_acknowledgment_echoes_the_earliest_segment_it_answers()
    {
        using TcpScenario tcp = Stamped(quickAcks: 0);
        tcp.Inject(
            "+0 < P. 1:1001(1000) ack 1 win 65535 <nop,nop,TS val 200 ecr 0>", "+.01 < P. 1001:1101(100) ack 1 win 65535 <nop,nop,TS val 210 ecr 0>");
        tcp.Expect("+.03 > . 1:1(0) ack 1101 <...>");
        Assert.Equal(200u, Stamp(tcp).EchoReply);
    }

    [Fact, Covers("TCP-TS-4", "TCP-TS-3")]
    public void Out_of_order_the_last_in_order_is_echoed_and_then_the_filler()
    {
        using TcpScenario tcp = Stamped();
        tcp.Inject("+0 < . 1:1001(1000) ack 1 win 65535 <nop,nop,TS val 200 ecr 0>");
        tcp.Expect("+0 > . 1:1(0) ack 1001 <...>");
        tcp.Inject("+0 < . 2001:3001(1000) ack 1 win 65535 <nop,nop,TS val 220 ecr 0>");
        tcp.Expect("+0 > . 1:1(0) ack 1001 <...>");
        Assert.Equal(200u, Stamp(tcp).EchoReply);
        tcp.Inject("+0 < . 1001:2001(1000) ack 1 win 65535 <nop,nop,TS val 210 ecr 0>");
        tcp.Expect("+0 > . 1:1(0) ack 3001 <...>");
        Assert.Equal(210u, Stamp(tcp).EchoReply);
    }

    [Fact, Covers("TCP-TS-5")]
    public void An_echo_without_news_is_no_sample()
    {
        using TcpScenario tcp = Stamped();
        tcp.App.Send(10);
        tcp.Expect("+0 > P. 1:11(10) ack 1 <...>");
        uint sent = Stamp(tcp).Value;
        TimeSpan before = tcp.Info.SmoothedRoundTripTime;
        tcp.Inject($"+.1 < P. 1:11(10) ack 1 win 65535 <nop,nop,TS val 200 ecr {sent}>");
        Assert.Equal(before, tcp.Info.SmoothedRoundTripTime);
        tcp.DropSent();
    }

    private static TcpScenario Stamped(uint first = 100, int quickAcks = 16)
    {
        TcpScenario tcp = TcpScenario.Listening(options: new() { QuickAckSegments = quickAcks });
        tcp.Inject($"+0 < S 0:0(0) win 65535 <mss 1012,nop,nop,TS val {first} ecr 0>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        Assert.Equal(first, Stamp(tcp).EchoReply);
        tcp.Inject($"+0 < . 1:1(0) ack 1 win 65535 <nop,nop,TS val {first + 1} ecr 0>");
        tcp.App.Accept();
        return tcp;
    }

    private static PacketOption.Timestamps Stamp(TcpScenario tcp) => tcp.Last.Options!.OfType<PacketOption.Timestamps>().Single();
}
