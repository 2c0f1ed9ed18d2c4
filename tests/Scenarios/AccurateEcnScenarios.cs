using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>Accurate feedback of congestion marks on a connection (RFC 9768 §3.2).</summary>
public sealed class AccurateEcnScenarios
{
    private static readonly TcpSocketOptions Reno = new() { CongestionControl = "reno" };

    [Fact, Covers("ACC-5", "ACC-6", "ACC-8", "ACC-11")]
    public void Segments_and_octets_are_counted_by_their_mark()
    {
        using TcpScenario tcp = Answering();
        tcp.Inject("+0 < [ect0] EA. 1:1001(1000) ack 1 win 65535");
        tcp.Expect("+0 > EA. 1:1(0) ack 1001 <ECN e0b 1001,nop,nop,nop>");
        tcp.Inject("+0 < [ce] EA. 1001:2001(1000) ack 1 win 65535");
        tcp.Expect("+0 > WA. 1:1(0) ack 2001 <ECN e0b 1001 ceb 1000>");
        tcp.Inject("+0 < [noecn] EA. 2001:3001(1000) ack 1 win 65535");
        tcp.Expect("+0 > WA. 1:1(0) ack 3001");
        tcp.Inject("+0 < [ect1] EA. 3001:4001(1000) ack 1 win 65535");
        tcp.Expect("+0 > WA. 1:1(0) ack 4001 <ECN e0b 1001 ceb 1000 e1b 1001,nop>");
        // Octets that came before count again, those outside the window and without ACK do not.
        tcp.Inject("+0 < [ce] EA. 3501:4501(1000) ack 1 win 65535");
        tcp.Expect("+0 > EWA. 1:1(0) ack 4501 <ECN e0b 1001 ceb 2000 e1b 1001,nop>");
        tcp.Inject("+1 < [ce] EA. 3501:4501(1000) ack 1 win 65535");
        tcp.Expect("+0 > EWA. 1:1(0) ack 4501");
        Assert.Equal((2, 2000, 1000, 1000), (tcp.Info.CeReceived, tcp.Info.CeBytesReceived, tcp.Info.Ect0BytesReceived, tcp.Info.Ect1BytesReceived));
        // The field goes round.
        tcp.Inject("+0 < [ce] EA. 4501:5501(1000) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 5501 <...>");
    }

    [Fact, Covers("ACC-11")]
    public void With_ECT1_alone_the_option_begins_with_it()
    {
        using TcpScenario tcp = Answering();
        tcp.Inject("+0 < [ect1] EA. 1:1001(1000) ack 1 win 65535");
        tcp.Expect("+0 > EA. 1:1(0) ack 1001 <ECN e1b 1001,nop,nop,nop>");
        tcp.Inject("+0 < [ce] EA. 1001:2001(1000) ack 1 win 65535");
        tcp.Expect("+0 > WA. 1:1(0) ack 2001 <ECN e1b 1001 ceb 1000>");
    }

    [Fact, Covers("ACC-11")]
    public void Two_blocks_of_what_arrived_go_before_counts()
    {
        using TcpScenario tcp = Answering("sackOK,TS val 100 ecr 0");
        const string Stamp = "<nop,nop,TS val 101 ecr 0>";
        tcp.Inject($"+0 < [ect0] EA. 1001:1501(500) ack 1 win 65535 {Stamp}");
        tcp.Expect("+0 > EA. 1:1(0) ack 1 <...>");
        Assert.Equal("nop,nop,TS,ECN e0b 501,nop,nop,nop,nop,nop,sack 1001:1501", Options(tcp));
        tcp.Inject($"+0 < [ce] EA. 3001:3501(500) ack 1 win 65535 {Stamp}");
        tcp.Expect("+0 > WA. 1:1(0) ack 1 <...>");
        Assert.Equal("nop,nop,TS,ECN e0b 501 ceb 500,nop,nop,sack 3001:3501 1001:1501", Options(tcp));
        // Three counts would leave room for one block: the one that has changed has to do.
        tcp.Inject($"+0 < [ect1] EA. 5001:5501(500) ack 1 win 65535 {Stamp}");
        tcp.Expect("+0 > WA. 1:1(0) ack 1 <...>");
        Assert.Equal("nop,nop,TS,ECN e1b 501,nop,nop,nop,nop,nop,sack 5001:5501 3001:3501", Options(tcp));
    }

    [Fact, Covers("ACC-11")]
    public void Counts_ride_on_text_that_leaves_them_room_and_marks_do_not_wait_for_it()
    {
        using TcpScenario tcp = Answering();
        tcp.Inject("+0 < [ect0] EA. 1:1001(1000) ack 1 win 65535");
        tcp.DropSent();
        tcp.App.Send(900);
        tcp.Expect("+0 > [ect0] PEA. 1:901(900) ack 1001");
        tcp.Inject("+0 < EA. 1001:1001(0) ack 901 win 65535");
        tcp.InjectBatch("+0 < [ect0] EA. 1001:2001(1000) ack 901 win 65535");
        tcp.DropSent();
        tcp.InjectBatch("+0 < [ce] EA. 2001:3001(1000) ack 901 win 65535");
        tcp.Expect("+0 > WA. 901:901(0) ack 3001 <ECN e0b 2001 ceb 1000>");
    }

    [Fact, Covers("ACC-9b", "ACC-9", "TCP-DCTCP-2")]
    public void A_change_to_marked_is_acknowledged_at_once_and_then_every_second()
    {
        using TcpScenario tcp = Answering(options: new() { QuickAckSegments = 0 });
        tcp.Inject("+0 < [ect0] EA. 1:501(500) ack 1 win 65535");
        tcp.ExpectSilence();
        tcp.Expect("+.04 > EA. 1:1(0) ack 501 <...>");
        tcp.Inject("+0 < [ce] EA. 501:601(100) ack 1 win 65535");
        tcp.Expect("+0 > WA. 1:1(0) ack 601 <...>");
        tcp.Inject("+0 < [ce] EA. 601:701(100) ack 1 win 65535");
        tcp.ExpectSilence();
        tcp.Inject("+0 < [ce] EA. 701:801(100) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 801 <...>");
        tcp.Inject("+0 < [ect0] EA. 801:901(100) ack 1 win 65535");
        tcp.ExpectSilence();
    }

    [Fact, Covers("ACC-9")]
    public void Marks_on_acks_are_told_of_by_threes()
    {
        using TcpScenario tcp = Answering("sackOK,nop,nop");
        tcp.App.Send(4000);
        tcp.DropSent();
        tcp.Inject("+.01 < [ce] EA. 1:1(0) ack 1001 win 65535", "+0 < [ce] EA. 1:1(0) ack 2001 win 65535");
        tcp.ExpectSilence();
        tcp.Inject("+0 < [ce] EA. 1:1(0) ack 3001 win 65535");
        tcp.Expect("+0 > [ect0] . 4001:4001(0) ack 1");
        // And one that answers ours is not taken for a duplicate.
        long duplicates = tcp.Info.DuplicateAcknowledgments;
        tcp.Inject("+0 < EA. 1:1(0) ack 3001 win 65535", "+0 < EA. 1:1(0) ack 3001 win 65535", "+0 < EA. 1:1(0) ack 3001 win 65535");
        Assert.Equal((duplicates, false), (tcp.Info.DuplicateAcknowledgments, tcp.Info.InRecovery));
    }

    [Fact, Covers("ACC-9")]
    public void In_a_batch_the_field_never_goes_round_untold_and_merged_segments_count_each()
    {
        using TcpScenario tcp = Answering();
        string[] batch = [.. Enumerable.Range(0, 12).Select(i => $"+0 < [ce] EA. {1 + i * 100}:{101 + i * 100}(100) ack 1 win 65535")];
        tcp.InjectBatch(batch);
        // 5 + 6, then 5 + 12.
        tcp.Expect("+0 > EW. 1:1(0) ack 501 <...>", "+0 > E. 1:1(0) ack 1101 <...>", "+0 > E. 1:1(0) ack 1201 <...>");
        tcp.InjectMerged("+0 < [ce] EA. 1201:4701(3500) ack 1 win 65535", mergedOf: 1000);
        tcp.Expect("+0 > EA. 1:1(0) ack 4701 <...>");
        Assert.Equal((16, 4700), (tcp.Info.CeReceived, tcp.Info.CeBytesReceived));
    }

    [Fact, Covers("ACC-6", "TCP-9293-19", "TCP-HSPP-5")]
    public void A_mark_reduces_the_window_once_for_a_window_of_data()
    {
        using TcpScenario tcp = Answering();
        tcp.App.Send(40_000);
        tcp.DropSent();
        tcp.Inject("+.05 < WA. 1:1(0) ack 1001 win 65535 <ECN e0b 1 ceb 1000>");
        Assert.Equal((5000, 5000), (tcp.Info.SlowStartThreshold, tcp.Info.CongestionWindow));
        Assert.Equal((1, 1000), (tcp.Info.CeDelivered, tcp.Info.CeBytesDelivered));
        tcp.Inject("+0 < EWA. 1:1(0) ack 10001 win 65535 <ECN e0b 8001 ceb 2000>");
        Assert.Equal((5000, 2, 2000, 8000), (tcp.Info.SlowStartThreshold, tcp.Info.CeDelivered, tcp.Info.CeBytesDelivered, tcp.Info.Ect0BytesDelivered));
        // No CWR here: the three bits are a count.
        tcp.Expect("+0 > [ect0] EA. 10001:11001(1000) ack 1");
        tcp.DropSent();
        tcp.Inject("+.05 < . 1:1(0) ack 11001 win 65535 <ECN e0b 8001 ceb 3000>");
        Assert.True(tcp.Info.SlowStartThreshold < 5000);
        Assert.Equal(3, tcp.Layer.Statistics.DeliveredCe);
    }

    [Theory, Covers("ACC-10")]
    [InlineData("", "ECN e0b 9001 ceb 1000", 1)]        // The option says how often it went round.
    [InlineData("", "ECN e0b 1 ceb 10000", 9)]
    [InlineData("nop,nop,nop,nop", "nop,nop,nop,nop", 9)]   // None ever came: as often as it can have.
    public void Ten_segments_at_once_may_have_gone_round_the_field(string synOptions, string options, int expected)
    {
        using TcpScenario tcp = Answering(synOptions, socket: Reno with { CongestionControl = "dctcp" });
        tcp.App.Send(40_000);
        tcp.DropSent();
        tcp.Inject($"+.05 < WA. 1:1(0) ack 10001 win 65535 <{options}>");
        Assert.Equal(expected, tcp.Info.CeDelivered);
    }

    [Fact, Covers("ACC-10")]
    public void A_peer_that_answers_so_many_at_a_time_as_a_rule_is_not_thought_to_lose_acks()
    {
        using TcpScenario tcp = Answering();
        tcp.App.Send(100_000);
        uint acknowledged = 1;
        for (int i = 0; i < 12; i++)
        {
            tcp.DropSent();
            acknowledged += 6000;
            tcp.Inject($"+.05 < EA. 1:1(0) ack {acknowledged} win 65535");
        }
        tcp.Inject($"+.05 < EA. 1:1(0) ack {acknowledged + 9000} win 65535");
        Assert.Equal(0, tcp.Info.CeDelivered);
    }

    [Fact, Covers("ACC-10")]
    public void An_ack_that_was_overtaken_tells_nothing()
    {
        using TcpScenario tcp = Answering("sackOK,TS val 100 ecr 0");
        tcp.App.Send(4000);
        tcp.DropSent();
        tcp.Inject("+.05 < EWA. 1:1(0) ack 2953 win 65535 <nop,nop,TS val 120 ecr 0,ECN e0b 1 ceb 1976>");
        Assert.Equal((2, 1976), (tcp.Info.CeDelivered, tcp.Info.CeBytesDelivered));
        tcp.Inject("+0 < WA. 1:1(0) ack 989 win 65535 <nop,nop,TS val 110 ecr 0,ECN e0b 1 ceb 988>");
        Assert.Equal((2, 1976), (tcp.Info.CeDelivered, tcp.Info.CeBytesDelivered));
    }

    [Fact, Covers("ACC-12")]
    public void An_option_that_was_zeroed_is_ignored_and_the_field_counts_alone()
    {
        using TcpScenario tcp = TcpScenario.Connecting(Reno with { Ecn = EcnUse.Request });
        tcp.Expect("+0 > SEWA 0:0(0) <...>");
        tcp.Inject("+.1 < SW. 0:0(0) ack 1 win 65535 <mss 1000,ECN e0b 0 ceb 0 e1b 0,nop>");
        tcp.Expect("+0 > W. 1:1(0) ack 1 <ECN e0b 1 ceb 0 e1b 1,nop>");
        tcp.App.Send(4000);
        tcp.DropSent();
        tcp.Inject("+.1 < WA. 1:1(0) ack 4001 win 65535 <ECN e0b 0 ceb 4000 e1b 0,nop>");
        Assert.Equal((1, 0), (tcp.Info.CeDelivered, tcp.Info.CeBytesDelivered));
        Assert.True(tcp.Info.SlowStartThreshold < long.MaxValue);
    }

    [Fact, Covers("ACC-12")]
    public void Marked_octets_in_no_marked_segment_end_our_marks()
    {
        using TcpScenario tcp = Answering();
        tcp.App.Send(2000);
        tcp.DropSent();
        tcp.Inject("+.1 < EA. 1:1(0) ack 2001 win 65535 <ECN e0b 1 ceb 1000>");
        Assert.Equal(1, tcp.Layer.Statistics.EcnMangled);
        tcp.App.Send(100);
        tcp.Expect("+0 > [noecn] PEA. 2001:2101(100) ack 1");
    }

    [Theory, Covers("ACC-11")]
    [InlineData("kind 172", 0, 0)]
    [InlineData("kind 174 000000", 0, 0)]
    [InlineData("kind 172 0000010003e8ff", 1000, 0)]                          // A third field cut short is padding.
    [InlineData("kind 174 0007d10003e80003e9ffffff", 1000, 1000)]             // And so is a fourth.
    public void Options_of_any_length_are_read_as_far_as_whole_fields_go(string option, int ce, int ect0)
    {
        using TcpScenario tcp = Answering();
        tcp.App.Send(3000);
        tcp.DropSent();
        tcp.Inject($"+.1 < {(ce > 0 ? "WA." : "EA.")} 1:1(0) ack 3001 win 65535 <{option}>");
        Assert.Equal((ce, ect0), (tcp.Info.CeBytesDelivered, tcp.Info.Ect0BytesDelivered));
    }

    [Fact, Covers("ACC-13")]
    public void A_needless_repair_is_reported_where_there_is_SACK()
    {
        using TcpScenario tcp = Answering("sackOK,nop,nop");
        tcp.Inject("+0 < [ect0] EA. 1:1001(1000) ack 1 win 65535");
        tcp.DropSent();
        tcp.Inject("+1 < [noecn] EA. 1:1001(1000) ack 1 win 65535");
        tcp.Expect("+0 > EA. 1:1(0) ack 1001 <nop,nop,sack 1:1001>");
    }

    [Theory]
    [InlineData(EcnPackets.Data, "", "noecn", "noecn")]
    [InlineData(EcnPackets.AllButSyn, "", "ect0", "noecn")]
    [InlineData(EcnPackets.AllButSyn, "sackOK,nop,nop", "ect0", "ect0")]
    public void Which_packets_are_ecn_capable_is_the_sockets_choice(EcnPackets packets, string options, string control, string ack)
    {
        using TcpScenario tcp = TcpScenario.Listening(Reno with { EcnPackets = packets });
        tcp.Inject($"+0 < SEWA 0:0(0) win 65535 <mss 1000{(options.Length > 0 ? "," : "")}{options}>");
        tcp.Expect($"+0 > [{control}] SW. 0:0(0) ack 1 <...>");
        tcp.Inject($"+0 < {(control == "ect0" ? "A." : "W.")} 1:1(0) ack 1 win 65535", "+0 < EA. 1:101(100) ack 1 win 65535");
        tcp.App.Accept();
        tcp.Expect($"+0 > [{ack}] EA. 1:1(0) ack 101");
        tcp.App.Send(10);
        tcp.Expect("+0 > [ect0] PEA. 1:11(10) ack 101");
        tcp.Expect($"+.1~+2 > [{control}] PEA. 1:11(10) ack 101");
        tcp.DropSent();
        tcp.Inject("+0 < EA. 101:101(0) ack 11 win 65535");
        tcp.App.Receive(100);
        tcp.App.Close();
        tcp.Expect($"+0 > [{control}] FEA. 11:11(0) ack 101");
        tcp.Inject("+0 < EA. 101:201(100) ack 12 win 65535");
        tcp.Expect($"+0 > [{control}] REA. 12:12(0) ack 101");
    }

    [Fact, Covers("ACC-6")]
    public void A_count_that_the_device_would_not_keep_is_sent_on_single_segments()
    {
        using TcpScenario tcp = Answering();
        tcp.Network.Path.Segmentation = 65_535;
        tcp.App.Send(60_000);
        tcp.Expect("+0 > [ect0] PEA. 1:5001(5000) ack 1", "+0 > [ect0] PEA. 5001:10001(5000) ack 1");
        tcp.Inject("+.01 < [ce] EA. 1:101(100) ack 10001 win 65535 <ECN e0b 10001,nop,nop,nop>");
        tcp.Expect("+0 > [ect0] WA. 10001:11001(1000) ack 101");
        tcp.DropSent();
        tcp.Inject("+.01 < [ce] EA. 101:201(100) ack 11001 win 65535", "+.01 < [ce] EA. 201:301(100) ack 20001 win 65535");
        // 8 is told by zeros: the device may cut again.
        Assert.Contains(tcp.Network.Sent, sent => sent.Segment.Length > 2000);
    }

    [Fact, Covers("IP4-10")]
    public void The_class_of_a_socket_has_no_say_in_its_marks()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: new() { TrafficClass = 0xBB });
        tcp.App.Send(10);
        tcp.Expect("+0 > [noecn] P. 1:11(10) ack 1");
    }

    private static string Options(TcpScenario tcp) => string.Join(',', tcp.Last.Options!.Select(option => option.ToString().StartsWith("TS", StringComparison.Ordinal) ? "TS" : option.ToString()));

    private static TcpScenario Answering(string peerOptions = "", TcpLayerOptions? options = null, TcpSocketOptions? socket = null)
    {
        TcpScenario tcp = TcpScenario.Listening(socket ?? Reno, options);
        tcp.Inject($"+0 < SEWA 0:0(0) win 65535 <mss 1000{(peerOptions.Length > 0 ? "," : "")}{peerOptions}>");
        tcp.Expect("+0 > SW. 0:0(0) ack 1 <...>");
        bool stamped = peerOptions.Contains("TS", StringComparison.Ordinal);
        tcp.Inject($"+0 < A. 1:1(0) ack 1 win 65535 {(stamped ? "<nop,nop,TS val 101 ecr 0>" : "")}");
        tcp.App.Accept();
        return tcp;
    }
}
