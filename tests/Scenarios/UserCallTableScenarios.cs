using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>RFC 9293 §3.10.2 to §3.10.6 as a table: each state, each user call, what it returns, what is sent and the state after it.</summary>
public sealed class UserCallTableScenarios
{
    private static readonly string[] States = [.. StateScenario.Names.Where(state => state != "Listen"), "Closed"];

    public static TheoryData<string, TransportError, string> Sends => new()
    {
        { "SynSent", TransportError.WouldBlock, "-" },
        { "SynReceivedActive", TransportError.WouldBlock, "-" },
        { "Established", TransportError.None, "P. 1:11(10) ack 101" },
        { "FinWait1", TransportError.Shutdown, "-" },
        { "FinWait2", TransportError.Shutdown, "-" },
        { "CloseWait", TransportError.None, "P. 1:11(10) ack 102" },
        { "Closing", TransportError.Shutdown, "-" },
        { "LastAck", TransportError.Shutdown, "-" },
        { "TimeWait", TransportError.Shutdown, "-" },
        { "Closed", TransportError.ConnectionReset, "-" },
    };

    [Theory, MemberData(nameof(Sends)), Covers("TCP-SM-1")]
    public void Send(string state, TransportError expected, string sent)
    {
        using TcpScenario tcp = Enter(state);
        Assert.Equal(expected, tcp.App.TrySend(10, out int taken));
        Assert.Equal(expected == TransportError.None ? 10 : 0, taken);
        if (sent != "-") tcp.Expect("+0 > " + sent);
        tcp.ExpectSilence();
    }

    public static TheoryData<string, TransportError> Receives => new()
    {
        { "SynSent", TransportError.NotConnected },
        { "SynReceivedActive", TransportError.WouldBlock },
        { "Established", TransportError.WouldBlock },
        { "FinWait1", TransportError.WouldBlock },
        { "FinWait2", TransportError.WouldBlock },
        { "CloseWait", TransportError.None },
        { "Closing", TransportError.None },
        { "LastAck", TransportError.None },
        { "TimeWait", TransportError.None },
        { "Closed", TransportError.ConnectionReset },
    };

    [Theory, MemberData(nameof(Receives)), Covers("TCP-SM-1")]
    public void Receive_with_nothing_queued(string state, TransportError expected)
    {
        using TcpScenario tcp = Enter(state);
        tcp.App.ExpectReceive(expected);
        Assert.Equal(state is "CloseWait" or "Closing" or "LastAck" or "TimeWait", tcp.Connection!.IsEndOfStream);
    }

    public static TheoryData<string, TransportError, string, TcpState> Shutdowns => new()
    {
        { "SynSent", TransportError.NotConnected, "-", TcpState.SynSent },
        { "SynReceivedActive", TransportError.None, "-", TcpState.SynReceived },
        { "Established", TransportError.None, "F. 1:1(0) ack 101", TcpState.FinWait1 },
        { "FinWait1", TransportError.None, "-", TcpState.FinWait1 },
        { "FinWait2", TransportError.None, "-", TcpState.FinWait2 },
        { "CloseWait", TransportError.None, "F. 1:1(0) ack 102", TcpState.LastAck },
        { "Closing", TransportError.None, "-", TcpState.Closing },
        { "LastAck", TransportError.None, "-", TcpState.LastAck },
        { "TimeWait", TransportError.None, "-", TcpState.TimeWait },
        { "Closed", TransportError.ConnectionReset, "-", TcpState.Closed },
    };

    [Theory, MemberData(nameof(Shutdowns)), Covers("TCP-SM-1", "TCP-SM-16")]
    public void Shutdown_of_the_sending_side(string state, TransportError expected, string sent, TcpState after)
    {
        using TcpScenario tcp = Enter(state);
        Assert.Equal(expected, tcp.Connection!.ShutdownSend(tcp.Now));
        Assert.Equal(after, tcp.State);
        if (sent != "-") tcp.Expect("+0 > " + sent);
        tcp.ExpectSilence();
    }

    public static TheoryData<string, string, TcpState> Closes => new()
    {
        { "SynSent", "-", TcpState.Closed },
        { "SynReceivedActive", "-", TcpState.SynReceived },
        { "Established", "F. 1:1(0) ack 101", TcpState.FinWait1 },
        { "FinWait1", "-", TcpState.FinWait1 },
        { "FinWait2", "-", TcpState.FinWait2 },
        { "CloseWait", "F. 1:1(0) ack 102", TcpState.LastAck },
        { "Closing", "-", TcpState.Closing },
        { "LastAck", "-", TcpState.LastAck },
        { "TimeWait", "-", TcpState.TimeWait },
        { "Closed", "-", TcpState.Closed },
    };

    [Theory, MemberData(nameof(Closes)), Covers("TCP-SM-1", "TCP-SM-16")]
    public void Close(string state, string sent, TcpState after)
    {
        using TcpScenario tcp = Enter(state);
        tcp.App.Close();
        Assert.Equal(after, tcp.State);
        if (sent != "-") tcp.Expect("+0 > " + sent);
        tcp.ExpectSilence();
        Assert.NotEqual(TransportError.None, tcp.App.TrySend(1, out int _));
    }

    public static TheoryData<string, string> ClosesWithUnreadOctets => new()
    {
        { "Established", "R. 1:1(0) ack 101" },
        { "FinWait1", "R. 2:2(0) ack 101" },
        { "FinWait2", "R. 2:2(0) ack 101" },
        { "CloseWait", "R. 1:1(0) ack 102" },
        { "Closing", "-" },
        { "LastAck", "-" },
        { "TimeWait", "-" },
    };

    /// <summary>The peer learns by RST that what it sent was not read; in TIME-WAIT nobody is there to learn it.</summary>
    [Theory, MemberData(nameof(ClosesWithUnreadOctets)), Covers("TCP-9293-M1", "TCP-SM-18")]
    public void Close_with_unread_octets(string state, string sent)
    {
        using TcpScenario tcp = StateScenario.Enter(state, reads: false);
        tcp.App.Close();
        if (sent != "-") tcp.Expect("+0 > " + sent);
        tcp.ExpectSilence();
        Assert.Equal(state == "TimeWait" ? TcpState.TimeWait : TcpState.Closed, tcp.State);
    }

    public static TheoryData<string, string> Aborts => new()
    {
        { "SynSent", "-" },
        { "SynReceivedActive", "R. 1:1(0) ack 1" },
        { "Established", "R. 1:1(0) ack 101" },
        { "FinWait1", "R. 2:2(0) ack 101" },
        { "FinWait2", "R. 2:2(0) ack 101" },
        { "CloseWait", "R. 1:1(0) ack 102" },
        { "Closing", "-" },
        { "LastAck", "-" },
        { "TimeWait", "-" },
        { "Closed", "-" },
    };

    [Theory, MemberData(nameof(Aborts)), Covers("TCP-SM-1", "TCP-SM-18")]
    public void Abort(string state, string sent)
    {
        using TcpScenario tcp = Enter(state);
        tcp.App.Abort();
        if (sent != "-") tcp.Expect("+0 > " + sent);
        tcp.ExpectSilence(TimeSpan.FromMinutes(2));
        Assert.Equal(TcpState.Closed, tcp.State);
        Assert.Empty(tcp.Layer.Connections);
    }

    [Fact, Covers("TCP-SM-18")]
    public void Abort_takes_back_what_was_queued()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerWindow: 1000);
        tcp.App.Send(5000);
        tcp.Expect("+0 > . 1:1001(1000) ack 1");
        tcp.App.Abort();
        tcp.Expect("+0 > R. 1001:1001(0) ack 1");
        tcp.ExpectSilence(TimeSpan.FromMinutes(2));
        Assert.Equal(0, tcp.Network.Outstanding);
    }

    [Fact, Covers("TCP-SM-1")]
    public void Open_of_what_exists_fails()
    {
        using TcpScenario tcp = TcpScenario.Connecting();
        tcp.Expect("+0 > S 0:0(0) <...>");
        Assert.Equal(
            TransportError.AddressAlreadyInUse,
            tcp.Layer.Connect(TcpScenario.BindLocal(TcpScenario.LocalPort), TcpScenario.Peer, new(), new object(), tcp.Now, out TcpConnection? second));
        Assert.Null(second);
    }

    [Fact, Covers("TCP-SM-1")]
    public void Open_without_resources_fails_and_keeps_no_port()
    {
        using TcpScenario tcp = TcpScenario.Connecting(options: new() { MaximumConnections = 1 });
        tcp.Expect("+0 > S 0:0(0) <...>");
        for (int i = 0; i < 3; i++)
            Assert.Equal(
                TransportError.NoBufferSpaceAvailable,
                tcp.Layer.Connect(null, TcpScenario.Peer with { Port = 9 }, new(), new object(), tcp.Now, out TcpConnection? _));
        tcp.ExpectSilence();
        Assert.Equal(3, tcp.Layer.Statistics.Drops(TcpDropReason.ConnectionLimit));
    }

    [Fact]
    public void Every_state_is_in_every_table()
    {
        string[] usual = [.. States.Where(state => state != "SynReceived").Order()];
        Assert.Equal(usual, Sends.Select(row => row.Data.Item1).Order());
        Assert.Equal(usual, Receives.Select(row => row.Data.Item1).Order());
        Assert.Equal(usual, Shutdowns.Select(row => row.Data.Item1).Order());
        Assert.Equal(usual, Closes.Select(row => row.Data.Item1).Order());
        Assert.Equal(usual, Aborts.Select(row => row.Data.Item1).Order());
    }

    private static TcpScenario Enter(string state)
    {
        if (state != "Closed") return StateScenario.Enter(state);
        TcpScenario tcp = StateScenario.Enter("Established");
        tcp.Inject("+0 < R 101:101(0) win 0");
        return tcp;
    }
}
