using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Packets;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>Agreeing on accurate feedback of congestion marks, or on less (RFC 9768 §3.1).</summary>
public sealed class AccurateEcnHandshakeScenarios
{
    private const string Test = "ECN e0b 1 ceb 0 e1b 1,nop";
    private static readonly TcpSocketOptions Asking = new() { Ecn = EcnUse.Request };

    [Theory, Covers("ACC-1", "ACC-7", "ACC-5", "ACC-11")]
    [InlineData("noecn", "W.", "PEA.")]
    [InlineData("ect1", "EW.", "PEA.")]
    [InlineData("ect0", "A.", "PEA.")]
    [InlineData("ce", "WA.", "PWA.")]
    public void A_client_asks_and_tells_how_the_SYN_ACK_arrived(string mark, string ack, string data)
    {
        using TcpScenario tcp = TcpScenario.Connecting(Asking);
        tcp.Expect("+0 > [noecn] SEWA 0:0(0) <...>");
        Assert.DoesNotContain(tcp.Last.Options!, option => option is PacketOption.AccurateEcn);
        tcp.Inject($"+.01 < [{mark}] SW. 0:0(0) ack 1 win 65535 <mss 1000,sackOK,nop,nop,{Test}>");
        tcp.Expect($"+0 > [ect0] {ack} 1:1(0) ack 1 <{Test}>");
        Assert.Equal(EcnFeedback.Accurate, tcp.Info.Ecn);
        // The first octets test the option too, and count as all that follow: from 5, or 6 where the SYN-ACK was marked.
        tcp.App.Send(10);
        tcp.Expect($"+0 > [ect0] {data} 1:11(10) ack 1 <{Test}>");
        tcp.App.Send(10, TcpSendFlags.None);
        tcp.Inject("+.01 < EA. 1:1(0) ack 11 win 65535");
        tcp.Expect($"+0 > [ect0] {data} 11:21(10) ack 1");
    }

    [Theory, Covers("ACC-3")]
    [InlineData("S.", EcnFeedback.None)]
    [InlineData("SEWA.", EcnFeedback.None)]
    [InlineData("SE.", EcnFeedback.Classic)]
    [InlineData("SEA.", EcnFeedback.Accurate)]
    [InlineData("SW.", EcnFeedback.Accurate)]
    public void A_server_that_can_do_less_or_reflects_what_it_does_not_know_gets_less(string synAck, EcnFeedback expected)
    {
        using TcpScenario tcp = TcpScenario.Connecting(Asking);
        tcp.Expect("+0 > SEWA 0:0(0) <...>");
        tcp.Inject($"+.01 < {synAck} 0:0(0) ack 1 win 65535 <mss 1000>");
        tcp.DropSent();
        Assert.Equal(expected, tcp.Info.Ecn);
        tcp.App.Send(10);
        tcp.Expect($"+0 > [{(expected == EcnFeedback.None ? "noecn" : "ect0")}] {(expected == EcnFeedback.Accurate ? "PEA." : "P.")} 1:11(10) ack 1 <...>");
    }

    [Theory, Covers("ACC-2", "ACC-11")]
    [InlineData("noecn", "SW.")]
    [InlineData("ect1", "SEW.")]
    [InlineData("ect0", "SA.")]
    [InlineData("ce", "SWA.")]
    public void A_server_tells_how_the_SYN_arrived(string mark, string synAck)
    {
        using TcpScenario tcp = TcpScenario.Listening();
        tcp.Inject($"+0 < [{mark}] SEWA 0:0(0) win 65535 <mss 1000>");
        tcp.Expect($"+0 > [ect0] {synAck} 0:0(0) ack 1 <mss 1460,{Test}>");
        tcp.Inject("+.01 < A. 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        Assert.Equal((EcnFeedback.Accurate, 0), (tcp.Info.Ecn, tcp.Info.CeReceived));
        Assert.Equal(1, tcp.Layer.Statistics.EcnAccurate);
    }

    [Theory, Covers("ACC-4")]
    [InlineData("S", "S.", EcnFeedback.None)]
    [InlineData("SEW", "SE.", EcnFeedback.Classic)]
    [InlineData("SE", "SW.", EcnFeedback.Accurate)]
    [InlineData("SW", "SW.", EcnFeedback.Accurate)]
    [InlineData("SA", "SW.", EcnFeedback.Accurate)]
    [InlineData("SEA", "SW.", EcnFeedback.Accurate)]
    [InlineData("SWA", "SW.", EcnFeedback.Accurate)]
    public void A_server_gives_what_is_asked_for_and_its_best_to_what_it_does_not_know(string syn, string synAck, EcnFeedback expected)
    {
        using TcpScenario tcp = TcpScenario.Listening();
        tcp.Inject($"+0 < {syn} 0:0(0) win 65535 <mss 1000>");
        tcp.Expect($"+0 > {synAck} 0:0(0) ack 1 <...>");
        tcp.Inject($"+.01 < {(expected == EcnFeedback.Accurate ? "A." : ".")} 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        Assert.Equal(expected, tcp.Info.Ecn);
    }

    // Our SYN-ACK says ECT(0): RFC 9768, table 4.
    [Theory, Covers("ACC-7")]
    [InlineData(".", false, 0, 10_000)]
    [InlineData("E.", true, 0, 10_000)]
    [InlineData("W.", false, 0, 10_000)]
    [InlineData("EW.", false, 0, 10_000)]
    [InlineData("A.", true, 0, 10_000)]
    [InlineData("EA.", true, 0, 10_000)]
    [InlineData("WA.", true, 1, 1000)]
    [InlineData("EWA.", true, 0, 10_000)]
    public void A_server_hears_how_its_SYN_ACK_arrived_and_trusts_no_path_that_changes_marks(string ack, bool trusts, int marked, int window)
    {
        using TcpScenario tcp = TcpScenario.Listening();
        tcp.Inject("+0 < SEWA 0:0(0) win 65535 <mss 1000>");
        tcp.Expect("+0 > [ect0] SW. 0:0(0) ack 1 <...>");
        tcp.Inject($"+.01 < {ack} 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        Assert.Equal((EcnFeedback.Accurate, marked, window), (tcp.Info.Ecn, tcp.Info.CeDelivered, tcp.Info.CongestionWindow));
        Assert.Equal(trusts ? 0 : 1, tcp.Layer.Statistics.EcnMangled);
        tcp.App.Send(1000);
        tcp.Expect($"+0 > [{(trusts ? "ect0" : "noecn")}] PEA. 1:1001(1000) ack 1");
        // Only to a 0 the rest of its counts is not believed either.
        long before = tcp.Info.SlowStartThreshold;
        tcp.Inject($"+.01 < {(marked > 0 ? "EWA." : "WA.")} 1:1(0) ack 1001 win 65535 <ECN e0b 1 ceb 1000>");
        Assert.Equal(ack != ".", tcp.Info.SlowStartThreshold < before);
        // Marks that come are told of whatever becomes of ours.
        tcp.Inject("+.01 < [ce] EWA. 1:1001(1000) ack 1001 win 65535");
        tcp.Expect("+0 > WA. 1001:1001(0) ack 1001 <ECN e0b 1 ceb 1000>");
    }

    [Fact, Covers("ACC-12", "ACC-13")]
    public void A_SYN_ACK_that_is_not_answered_goes_without_the_option_and_then_without_ECN()
    {
        using TcpScenario tcp = TcpScenario.Listening();
        tcp.Inject("+0 < [ect0] SEWA 0:0(0) win 65535 <mss 1000>");
        tcp.Expect(
            $"+0 > [ect0] SA. 0:0(0) ack 1 <mss 1460,{Test}>", "+1 > [noecn] SA. 0:0(0) ack 1 <mss 1460>",
            "+2 > [noecn] S. 0:0(0) ack 1 <mss 1460>");
        tcp.Inject("+.1 < EA. 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        // Marks are told of, but none are asked for: the peer may be without ECN.
        Assert.Equal(EcnFeedback.Accurate, tcp.Info.Ecn);
        tcp.App.Send(10);
        tcp.Expect("+0 > [noecn] PEA. 1:11(10) ack 1");
        tcp.Inject("+.1 < [ce] EA. 1:101(100) ack 11 win 65535");
        tcp.Expect("+0 > [noecn] WA. 11:11(0) ack 101");
    }

    [Fact, Covers("ACC-13")]
    public void The_latest_SYN_is_told_of_and_one_without_ECN_ends_our_ECT_but_not_the_mode()
    {
        using TcpScenario tcp = TcpScenario.Listening();
        tcp.Inject("+0 < [noecn] SEWA 0:0(0) win 65535 <mss 1000>");
        tcp.Expect("+0 > SW. 0:0(0) ack 1 <...>");
        tcp.Inject("+.5 < [ce] SEWA 0:0(0) win 65535 <mss 1000>");
        tcp.Expect("+0 > SWA. 0:0(0) ack 1 <mss 1460>");
        tcp.Inject("+.1 < [noecn] S 0:0(0) win 65535 <mss 1000>");
        tcp.Expect("+0 > SW. 0:0(0) ack 1 <mss 1460>");
        tcp.Inject("+.1 < EA. 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        Assert.Equal(EcnFeedback.Accurate, tcp.Info.Ecn);
        tcp.App.Send(10);
        tcp.Expect("+0 > [noecn] PEA. 1:11(10) ack 1");
    }

    [Theory, Covers("ACC-13")]
    [InlineData("SEWA", "SEW")]
    [InlineData("SEW", "SEWA")]
    public void Asking_for_two_kinds_is_refused(string first, string second)
    {
        using TcpScenario tcp = TcpScenario.Listening();
        tcp.Inject($"+0 < {first} 0:0(0) win 65535 <mss 1000>");
        tcp.DropSent();
        tcp.Inject($"+.1 < {second} 0:0(0) win 65535 <mss 1000>");
        tcp.ExpectUnanchored("+0 > R. 0:0(0) ack 1");
        Assert.Equal(0, tcp.Listener!.HalfOpenCount);
        Assert.Empty(tcp.Layer.Connections);
    }

    [Fact, Covers("ACC-13")]
    public void A_server_without_ECN_stays_without()
    {
        using TcpScenario tcp = TcpScenario.Listening();
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1000>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        tcp.Inject("+.1 < SEWA 0:0(0) win 65535 <mss 1000>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        Assert.Equal(EcnFeedback.None, tcp.Info.Ecn);
    }

    [Fact, Covers("ECN-6", "ACC-13")]
    public void The_third_SYN_goes_without_ECN_and_the_first_answer_counts()
    {
        using TcpScenario tcp = TcpScenario.Connecting(Asking);
        tcp.Expect("+0 > SEWA 0:0(0) <...>", "+1 > SEWA 0:0(0) <...>", "+2 > S 0:0(0) <...>");
        tcp.Inject("+.1 < SW. 0:0(0) ack 1 win 65535 <mss 1000>");
        tcp.Expect("+0 > W. 1:1(0) ack 1 <...>");
        // Once in a mode a client may be sure of the server.
        tcp.App.Send(10);
        tcp.Expect("+0 > [ect0] PEA. 1:11(10) ack 1 <...>");
        tcp.Inject("+.1 < S. 0:0(0) ack 1 win 65535 <mss 1000>");
        tcp.Expect("+0 > EA. 11:11(0) ack 1");
        Assert.Equal(EcnFeedback.Accurate, tcp.Info.Ecn);
    }

    [Fact, Covers("ACC-7", "ACC-8")]
    public void A_SYN_ACK_that_comes_again_is_answered_as_the_first_and_counted_once()
    {
        using TcpScenario tcp = TcpScenario.Connecting(Asking);
        tcp.Expect("+0 > SEWA 0:0(0) <...>");
        tcp.Inject("+.1 < [ect0] SW. 0:0(0) ack 1 win 65535 <mss 1000>");
        tcp.Expect("+0 > A. 1:1(0) ack 1 <...>");
        tcp.Inject("+1 < [ce] SW. 0:0(0) ack 1 win 65535 <mss 1000>");
        tcp.Expect("+0 > WA. 1:1(0) ack 1");
        tcp.Inject("+2 < [ce] SW. 0:0(0) ack 1 win 65535 <mss 1000>");
        tcp.Expect("+0 > WA. 1:1(0) ack 1");
        Assert.Equal(1, tcp.Info.CeReceived);
    }

    [Fact, Covers("ACC-4")]
    public void Both_sides_opening_at_once_answer_as_servers()
    {
        using TcpScenario tcp = TcpScenario.Connecting(Asking);
        tcp.Expect("+0 > SEWA 0:0(0) <...>");
        tcp.Inject("+.1 < [ect0] SEWA 0:0(0) win 65535 <mss 1000>");
        tcp.Expect("+0 > SA. 0:0(0) ack 1 <...>");
        tcp.Inject("+.1 < SW. 0:0(0) ack 1 win 65535 <mss 1000>");
        tcp.Expect("+0 > EA. 1:1(0) ack 1");
        Assert.Equal((TcpState.Established, EcnFeedback.Accurate), (tcp.State, tcp.Info.Ecn));
    }

    [Theory]
    [InlineData("SA.", EcnFeedback.Accurate, 10_000, "ect0")]   // ECT(0) arrived.
    [InlineData("SWA.", EcnFeedback.Accurate, 1000, "ect0")]    // It was marked.
    [InlineData("SW.", EcnFeedback.Accurate, 10_000, "noecn")]  // Somebody cleared it.
    [InlineData("SE.", EcnFeedback.Classic, 1000, "ect0")]      // Nobody can say.
    [InlineData("S.", EcnFeedback.None, 1000, "noecn")]
    public void An_ecn_capable_SYN_is_made_good_for(string synAck, EcnFeedback feedback, int window, string data)
    {
        using TcpScenario tcp = TcpScenario.Connecting(Asking with { EcnPackets = EcnPackets.All });
        tcp.Expect("+0 > [ect0] SEWA 0:0(0) <...>");
        tcp.Inject($"+.1 < {synAck} 0:0(0) ack 1 win 65535 <mss 1000>");
        tcp.DropSent();
        Assert.Equal((feedback, window), (tcp.Info.Ecn, tcp.Info.CongestionWindow));
        tcp.App.Send(10);
        tcp.Expect($"+0 > [{data}] {(feedback == EcnFeedback.Accurate ? "PEA." : "P.")} 1:11(10) ack 1 <...>");
    }

    [Theory]
    [InlineData("SEWA", "SW.", "A.", EcnFeedback.Accurate)]
    [InlineData("SEW", "SE.", ".", EcnFeedback.Classic)]
    [InlineData("SEW", "SE.", "E.", EcnFeedback.Classic)]
    [InlineData("S", "S.", ".", EcnFeedback.None)]
    public void A_cookie_keeps_that_there_is_ECN_and_the_ack_says_of_which_kind(string syn, string synAck, string ack, EcnFeedback expected)
    {
        using TcpScenario tcp = TcpScenario.Listening(options: new() { SynCookies = SynCookieUse.Always });
        tcp.Inject($"+0 < {syn} 0:0(0) win 65535 <mss 1000,nop,nop,TS val 100 ecr 0>");
        tcp.Expect($"+0 > [noecn] {synAck} 0:0(0) ack 1 <...>");
        uint stamp = tcp.Last.Options!.OfType<PacketOption.Timestamps>().Single().Value;
        tcp.Inject($"+.05 < {ack} 1:1(0) ack 1 win 65535 <nop,nop,TS val 150 ecr {stamp}>");
        tcp.App.Accept();
        Assert.Equal(expected, tcp.Info.Ecn);
        using TcpScenario bare = TcpScenario.Listening(options: new() { SynCookies = SynCookieUse.Always });
        bare.Inject($"+0 < {syn} 0:0(0) win 65535 <mss 1000>");
        bare.Expect("+0 > S. 0:0(0) ack 1 <mss 1460>");
    }
}
