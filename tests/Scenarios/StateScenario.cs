using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit.Tcp;

namespace StackSharp.Tests.Scenarios;

/// <summary>Leads a connection into each of the states of RFC 9293 §3.3.2, the shortest way.</summary>
internal static class StateScenario
{
    /// <summary>The states that a table of segments or calls goes through; both ways into SYN-RECEIVED count.</summary>
    public static readonly string[] Names =
    [
        "Listen", "SynSent", "SynReceived", "SynReceivedActive", "Established", "FinWait1", "FinWait2", "CloseWait", "Closing", "LastAck", "TimeWait",
    ];

    /// <summary>RCV.NXT counted from the peer's initial sequence number, in the state that <see cref="Enter"/> leaves.</summary>
    public static uint ReceiveNext(string state) => state switch
    {
        "SynReceived" or "SynReceivedActive" => 1,
        "Established" or "FinWait1" or "FinWait2" => 101,
        "CloseWait" or "Closing" or "LastAck" or "TimeWait" => 102,
        _ => 0,
    };

    /// <summary>SND.NXT counted from our initial sequence number.</summary>
    public static uint SendNext(string state) => state switch
    {
        "SynSent" or "SynReceived" or "SynReceivedActive" or "Established" or "CloseWait" => 1,
        "FinWait1" or "FinWait2" or "Closing" or "LastAck" or "TimeWait" => 2,
        _ => 0,
    };

    public static TcpState StateOf(string name) => name == "SynReceivedActive" ? TcpState.SynReceived : Enum.Parse<TcpState>(name);

    /// <param name="reads">The program has read the 100 octets that the peer sent.</param>
    public static TcpScenario Enter(string state, bool reads = true, uint? localIsn = null, uint peerIsn = 0xFFFF_FF00)
    {
        switch (state)
        {
            case "Listen":
                return TcpScenario.Listening(localIsn: localIsn, peerIsn: peerIsn);
            case "SynSent":
                TcpScenario connecting = TcpScenario.Connecting(localIsn: localIsn, peerIsn: peerIsn);
                connecting.Expect("+0 > S 0:0(0) <...>");
                return connecting;
            case "SynReceived":
                TcpScenario half = TcpScenario.Listening(localIsn: localIsn, peerIsn: peerIsn);
                half.Inject("+0 < S 0:0(0) win 65535 <mss 1000>");
                half.Expect("+0 > S. 0:0(0) ack 1 <mss 1460>");
                half.Connection = half.Layer.Connections.Single();
                return half;
            case "SynReceivedActive":
                TcpScenario crossing = TcpScenario.Connecting(localIsn: localIsn, peerIsn: peerIsn);
                crossing.Expect("+0 > S 0:0(0) <...>");
                crossing.Inject("+0 < S 0:0(0) win 65535 <mss 1000>");
                crossing.Expect("+0 > S. 0:0(0) ack 1 <mss 1460>");
                return crossing;
            default:
                return AfterHandshake(state, reads, localIsn, peerIsn);
        }
    }

    private static TcpScenario AfterHandshake(string state, bool reads, uint? localIsn, uint peerIsn)
    {
        TcpScenario tcp = TcpScenario.Established(mss: 1000, localIsn: localIsn, peerIsn: peerIsn);
        tcp.Inject("+0 < P. 1:101(100) ack 1 win 65535");
        tcp.Expect("+0 > . 1:1(0) ack 101");
        if (reads) tcp.App.Receive(100);
        switch (state)
        {
            case "FinWait1" or "FinWait2" or "Closing" or "TimeWait":
                tcp.App.ShutdownSend();
                tcp.Expect("+0 > F. 1:1(0) ack 101");
                if (state is "FinWait2" or "TimeWait") tcp.Inject("+0 < . 101:101(0) ack 2 win 65535");
                break;
        }
        switch (state)
        {
            case "CloseWait" or "LastAck":
                tcp.Inject("+0 < F. 101:101(0) ack 1 win 65535");
                tcp.Expect("+.04 > . 1:1(0) ack 102");
                break;
            case "Closing":
                tcp.Inject("+0 < F. 101:101(0) ack 1 win 65535");
                tcp.Expect("+0 > . 2:2(0) ack 102");
                break;
            case "TimeWait":
                tcp.Inject("+0 < F. 101:101(0) ack 2 win 65535");
                tcp.Expect("+0 > . 2:2(0) ack 102");
                break;
        }
        if (state == "LastAck")
        {
            tcp.App.ShutdownSend();
            tcp.Expect("+0 > F. 1:1(0) ack 102");
        }
        return tcp;
    }
}
