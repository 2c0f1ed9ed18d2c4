using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>Whom a listener has to do with, and when its user hears of it.</summary>
public sealed class AcceptScenarios
{
    private static readonly TcpSocketOptions Deferring = new() { DeferAccept = TimeSpan.FromSeconds(3) };

    [Theory]
    [InlineData(SynVerdict.Accept)]
    [InlineData(SynVerdict.Reset)]
    [InlineData(SynVerdict.Drop)]
    public void A_filter_decides_before_a_SYN_is_answered(SynVerdict verdict)
    {
        using TcpScenario tcp = TcpScenario.Listening(options: new() { SynCookies = SynCookieUse.Always });
        (IpEndpoint Local, IpEndpoint Remote, int Mss, int Scale, int Window, int Text) seen = default;
        tcp.Listener!.Filter = (in IncomingSyn syn) =>
        {
            seen = (syn.Local, syn.Remote, syn.Options.MaximumSegmentSize, syn.Options.WindowScale, syn.Window, syn.Text.Length);
            return verdict;
        };
        tcp.Inject("+0 < S 0:20(20) win 1000 <mss 1400,nop,wscale 7>");
        Assert.Equal((new(RecordingNetwork.LocalAddress, TcpScenario.LocalPort), TcpScenario.Peer, 1400, 7, 1000, 20), seen);
        if (verdict == SynVerdict.Accept) tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        else if (verdict == SynVerdict.Reset) tcp.Expect("+0 > R. 0:0(0) ack 21 win 0");
        tcp.ExpectSilence(TimeSpan.FromSeconds(5));
        Assert.Equal(verdict == SynVerdict.Accept ? 0 : 1, tcp.Layer.Statistics.Drops(TcpDropReason.SynRefused));
        Assert.Empty(tcp.Layer.Connections);
    }

    [Fact]
    public void A_connection_that_says_nothing_is_accepted_when_the_time_is_over()
    {
        using TcpScenario tcp = TcpScenario.Listening(Deferring);
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1460>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535", "+2 < . 1:1(0) ack 1 win 65535");
        Assert.Equal((0, 1), (tcp.Listener!.AcceptableCount, tcp.Listener.HalfOpenCount));
        tcp.Expect("+1 > S. 0:0(0) ack 1 <...>");
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535");
        Assert.Equal((1, 0), (tcp.Listener.AcceptableCount, tcp.Listener.HalfOpenCount));
        Assert.Equal(2, tcp.Layer.Statistics.Drops(TcpDropReason.AcceptDeferred));
    }

    [Theory]
    [InlineData(SynCookieUse.WhenFull)]
    [InlineData(SynCookieUse.Always)]
    public void The_first_octets_have_a_connection_accepted(SynCookieUse cookies)
    {
        using TcpScenario tcp = TcpScenario.Listening(Deferring, new() { SynCookies = cookies });
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1460>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535");
        Assert.Equal(0, tcp.Listener!.AcceptableCount);
        tcp.Inject("+2 < P. 1:11(10) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 11");
        tcp.App.Accept();
        tcp.App.Receive(10);
        if (cookies == SynCookieUse.WhenFull) Assert.Equal(TimeSpan.FromMilliseconds(100), tcp.Info.SmoothedRoundTripTime);
    }

    [Fact]
    public void A_FIN_without_octets_has_a_connection_accepted_too()
    {
        using TcpScenario tcp = TcpScenario.Listening(Deferring);
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1460>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        tcp.Inject("+.1 < F. 1:1(0) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 2");
        Assert.Equal(1, tcp.Listener!.AcceptableCount);
    }

    [Fact]
    public void Closing_the_listener_ends_what_was_kept_back()
    {
        using TcpScenario tcp = TcpScenario.Listening(Deferring, new() { SynCookies = SynCookieUse.Always });
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1460>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535");
        Assert.Single(tcp.Layer.Connections);
        tcp.Listener!.Close(tcp.Now);
        tcp.Expect("+0 > R. 1:1(0) ack 1 <...>");
        Assert.Empty(tcp.Layer.Connections);
    }
}
