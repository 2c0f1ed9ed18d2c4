using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>The retransmission timer: RFC 6298, and RFC 9293 §3.8.1 and §3.8.3.</summary>
public sealed class RetransmissionScenarios
{
    [Fact, Covers("TCP-RTO-9", "TCP-RTO-10", "TCP-RTO-14", "TCP-9293-19")]
    public void What_is_not_acknowledged_is_sent_again_with_doubled_timeouts()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(1000);
        tcp.Expect(
            "+0 > P. 1:1001(1000) ack 1", "+.2 > P. 1:1001(1000) ack 1", "+.4 > P. 1:1001(1000) ack 1", "+.8 > P. 1:1001(1000) ack 1");
        tcp.Inject("+.1 < . 1:1(0) ack 1001 win 65535");
        tcp.ExpectSilence(TimeSpan.FromMinutes(5));
    }

    [Fact, Covers("TCP-RTO-5")]
    public void Timeouts_double_up_to_two_minutes()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(1000);
        tcp.Expect("+0 > P. 1:1001(1000) ack 1");
        double timeout = 0.2;
        for (int i = 0; i < 15; i++, timeout = Math.Min(timeout * 2, 120))
            tcp.Expect(FormattableString.Invariant($"+{timeout:0.###} > P. 1:1001(1000) ack 1"));
    }

    [Fact, Covers("TCP-RTO-9")]
    public void An_acknowledgment_of_new_data_restarts_the_timer()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(2000);
        tcp.Expect("+0 > . 1:1001(1000) ack 1", "+0 > P. 1001:2001(1000) ack 1");
        tcp.Inject("+.15 < . 1:1(0) ack 1001 win 65535");
        // SRTT is an eighth of the 150 ms, and the minimum comes on top.
        tcp.Expect("+.218 > P. 1001:2001(1000) ack 1");
    }

    [Fact, Covers("TCP-RTO-13")]
    public void After_silence_the_timer_counts_from_the_segment_itself()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(1000);
        tcp.Expect("+0 > P. 1:1001(1000) ack 1");
        tcp.Inject("+0 < . 1:1(0) ack 1001 win 65535");
        tcp.Advance(TimeSpan.FromSeconds(10.1));
        tcp.App.Send(1000);
        tcp.Expect("+0 > P. 1001:2001(1000) ack 1", "+.2 > P. 1001:2001(1000) ack 1");
    }

    [Fact, Covers("TCP-RTO-6", "TCP-9293-18")]
    public void What_was_sent_twice_gives_no_sample_and_the_doubled_timeout_stays()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(1000);
        tcp.Expect("+0 > P. 1:1001(1000) ack 1", "+.2 > P. 1:1001(1000) ack 1", "+.4 > P. 1:1001(1000) ack 1");
        TimeSpan smoothed = tcp.Info.SmoothedRoundTripTime;
        tcp.Inject("+.3 < . 1:1(0) ack 1001 win 65535");
        Assert.Equal(smoothed, tcp.Info.SmoothedRoundTripTime);
        tcp.App.Send(1000);
        tcp.Expect("+0 > P. 1001:2001(1000) ack 1");
        Assert.Equal(0.8, tcp.Info.RetransmissionTimeout.TotalSeconds, 2);
        tcp.Inject("+.05 < . 1:1(0) ack 2001 win 65535");
        Assert.Equal(0.2, tcp.Info.RetransmissionTimeout.TotalSeconds, 1);
    }

    [Fact, Covers("TCP-RTO-6", "TCP-TS-5")]
    public void With_timestamps_the_echo_tells_which_copy_arrived()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1012, peerOptions: "nop,nop,TS val 100 ecr 0");
        tcp.App.Send(1000);
        tcp.Expect("+0 > P. 1:1001(1000) ack 1 <...>", "+.2 > P. 1:1001(1000) ack 1 <...>");
        uint copy = tcp.Last.Options!.OfType<TestKit.Packets.PacketOption.Timestamps>().Single().Value;
        tcp.Inject($"+.08 < . 1:1(0) ack 1001 win 65535 <nop,nop,TS val 480 ecr {copy}>");
        Assert.Equal(10, tcp.Info.SmoothedRoundTripTime.TotalMilliseconds, 1.0);
    }

    [Fact, Covers("TCP-RTO-11")]
    public void After_a_lost_syn_data_starts_with_three_seconds()
    {
        using TcpScenario tcp = TcpScenario.Connecting();
        tcp.Expect("+0 > S 0:0(0) <...>", "+1 > S 0:0(0) <...>");
        tcp.Inject("+.1 < S. 0:0(0) ack 1 win 65535 <mss 1000>");
        tcp.Expect("+0 > . 1:1(0) ack 1");
        tcp.App.Send(1000);
        tcp.Expect("+0 > P. 1:1001(1000) ack 1", "+3 > P. 1:1001(1000) ack 1", "+6 > P. 1:1001(1000) ack 1");
    }

    [Fact, Covers("TCP-9293-20")]
    public void R1_suspects_the_next_hop_and_R2_ends_the_connection()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, options: new() { R2Retries = 5 });
        tcp.App.Send(1000);
        tcp.Expect("+0 > P. 1:1001(1000) ack 1");
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(i >= 3 ? 1 : 0, tcp.Network.Path.Suspicions);
            tcp.Expect("* > P. 1:1001(1000) ack 1");
        }
        tcp.App.TakeEvents();
        tcp.Expect("+6.4 > R. 1001:1001(0) ack 1");
        Assert.Equal(TransportError.TimedOut, tcp.Connection!.Error);
        Assert.True(tcp.App.TakeEvents().HasFlag(EndpointEvents.Failed));
        tcp.App.ExpectReceive(TransportError.TimedOut);
    }

    [Fact, Covers("TCP-9293-20")]
    public void R2_is_far_more_than_a_hundred_seconds_unless_set()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(1000);
        tcp.Advance(TimeSpan.FromSeconds(600));
        Assert.Equal(TcpState.Established, tcp.State);
        tcp.Advance(TimeSpan.FromSeconds(900));
        Assert.Equal(TransportError.TimedOut, tcp.Connection!.Error);
    }

    [Fact, Covers("TCP-9293-20", "UTO-4")]
    public void The_user_timeout_ends_the_connection_on_time()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: new() { UserTimeout = TimeSpan.FromSeconds(5) });
        tcp.App.Send(1000);
        tcp.Expect("+0 > P. 1:1001(1000) ack 1");
        foreach (string delay in (string[])[".2", ".4", ".8", "1.6"]) tcp.Expect($"+{delay} > P. 1:1001(1000) ack 1");
        tcp.Expect("+2 > R. 1001:1001(0) ack 1");
        Assert.Equal(TransportError.TimedOut, tcp.Connection!.Error);
    }

    [Fact, Covers("TCP-9293-20")]
    public void The_user_timeout_counts_from_the_last_progress()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: new() { UserTimeout = TimeSpan.FromSeconds(5) });
        tcp.App.Send(2000);
        tcp.Inject("+4.9 < . 1:1(0) ack 1001 win 65535");
        tcp.Advance(TimeSpan.FromSeconds(4.8));
        Assert.Equal(TcpState.Established, tcp.State);
        tcp.Advance(TimeSpan.FromSeconds(0.3));
        Assert.Equal(TransportError.TimedOut, tcp.Connection!.Error);
    }

    [Fact, Covers("TCP-9293-20")]
    public void An_orphan_is_given_up_sooner()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, options: new() { OrphanRetries = 2 });
        tcp.App.Send(1000);
        tcp.App.Close();
        tcp.Expect("+0 > P. 1:1001(1000) ack 1", "+0 > F. 1001:1001(0) ack 1");
        tcp.Expect("+.2 > FP. 1:1001(1000) ack 1", "+.4 > FP. 1:1001(1000) ack 1", "+.8 > R. 1002:1002(0) ack 1");
        Assert.Empty(tcp.Layer.Connections);
    }

    [Fact, Covers("TCP-SM-16", "TCP-RTO-10")]
    public void A_lost_fin_is_sent_again()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.ShutdownSend();
        tcp.Expect("+0 > F. 1:1(0) ack 1", "+.2 > F. 1:1(0) ack 1", "+.4 > F. 1:1(0) ack 1");
        tcp.Inject("+0 < . 1:1(0) ack 2 win 65535");
        Assert.Equal(TcpState.FinWait2, tcp.State);
        tcp.ExpectSilence(TimeSpan.FromMinutes(5));
    }

    [Fact, Covers("TCP-SM-16")]
    public void A_fin_lost_with_its_data_is_sent_again_with_it()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(1000);
        tcp.App.ShutdownSend();
        tcp.Expect("+0 > P. 1:1001(1000) ack 1", "+0 > F. 1001:1001(0) ack 1", "+.2 > FP. 1:1001(1000) ack 1");
        tcp.Inject("+.01 < . 1:1(0) ack 1002 win 65535");
        Assert.Equal(TcpState.FinWait2, tcp.State);
        tcp.ExpectSilence(TimeSpan.FromSeconds(10));
    }

    [Fact, Covers("TCP-RTO-10")]
    public void A_fin_may_leave_for_the_first_time_with_text_that_is_sent_again()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(1000);
        tcp.Expect("+0 > P. 1:1001(1000) ack 1");
        tcp.Network.IsOutOfFrames = true;
        tcp.ExpectSilence(TimeSpan.FromMilliseconds(250));
        tcp.App.ShutdownSend();
        tcp.Network.IsOutOfFrames = false;
        tcp.Expect("* > FP. 1:1001(1000) ack 1");
        tcp.Inject("+.01 < . 1:1(0) ack 1002 win 65535");
        Assert.Equal(TcpState.FinWait2, tcp.State);
        tcp.ExpectSilence(TimeSpan.FromSeconds(10));
    }

    [Fact, Covers("TCP-RTO-10")]
    public void A_fin_lost_with_several_segments_follows_when_they_have_arrived()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(2000);
        tcp.App.ShutdownSend();
        tcp.Expect("+0 > . 1:1001(1000) ack 1", "+0 > P. 1001:2001(1000) ack 1", "+0 > F. 2001:2001(0) ack 1", "+.2 > . 1:1001(1000) ack 1");
        // The second segment had arrived, the FIN had not.
        tcp.Inject("+.01 < . 1:1(0) ack 2001 win 65535");
        tcp.Expect("+0 > F. 2001:2001(0) ack 1");
    }

    [Fact, Covers("TCP-9293-19")]
    public void Output_goes_on_when_frames_are_free_again()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.Network.IsOutOfFrames = true;
        tcp.App.Send(3000);
        tcp.ExpectSilence(TimeSpan.FromMilliseconds(10));
        tcp.Network.IsOutOfFrames = false;
        tcp.Expect("* > . 1:1001(1000) ack 1", "+0 > . 1001:2001(1000) ack 1", "+0 > P. 2001:3001(1000) ack 1");
        Assert.Equal(0, tcp.Info.SegmentsRetransmitted);
    }
}
