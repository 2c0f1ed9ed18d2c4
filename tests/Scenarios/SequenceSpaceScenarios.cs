using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>Whatever holds must hold wherever the sequence numbers of either side wrap or change sign (RFC 9293 §3.4).</summary>
public sealed class SequenceSpaceScenarios
{
    private static readonly uint[] Starts =
    [
        0, 1, 0x7FFF_FFFF, 0x8000_0000, 0x7FFF_FF00, 0x7FFF_F000, 0xFFFF_FFFF, 0xFFFF_FFFE, 0xFFFF_FF00, 0xFFFF_F000, 0xFFFF_C000, 0x1234_5678,
    ];

    public static TheoryData<uint, uint> Pairs
    {
        get
        {
            TheoryData<uint, uint> pairs = [];
            for (int i = 0; i < Starts.Length; i++)
                for (int j = 0; j < 3; j++) pairs.Add(Starts[i], Starts[(i + j * 5) % Starts.Length]);
            return pairs;
        }
    }

    [Theory, MemberData(nameof(Pairs)), Covers("TCP-9293-10", "TCP-SM-10")]
    public void Opening_transfer_loss_and_closing(uint localIsn, uint peerIsn)
    {
        using TcpScenario tcp = TcpScenario.Connecting(localIsn: localIsn, peerIsn: peerIsn);
        tcp.Expect("+0 > S 0:0(0) <...>");
        Assert.Equal(localIsn, tcp.LocalIsn);
        tcp.Inject("+.1 < S. 0:0(0) ack 1 win 65535 <mss 1000,nop,nop,sackOK>");
        tcp.Expect("+0 > . 1:1(0) ack 1");
        tcp.App.Send(20_000);
        for (uint i = 0; i < 10; i++) tcp.Expect($"+0 > . {1 + i * 1000}:{1001 + i * 1000}(1000) ack 1");
        tcp.Inject("+.1 < . 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:2001>");
        tcp.Expect("+0 > . 10001:11001(1000) ack 1");
        tcp.Inject("+0 < . 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:3001>");
        tcp.Expect("+0 > . 11001:12001(1000) ack 1");
        tcp.Inject("+0 < . 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:4001>");
        tcp.Expect("+0 > . 1:1001(1000) ack 1");
        tcp.Inject("+.1 < . 1:1(0) ack 12001 win 0");
        tcp.Expect("* > . 12000:12000(0) ack 1");
        tcp.Inject("+0 < . 1:1(0) ack 12001 win 65535");
        while (tcp.Info.BytesInFlight > 0) tcp.Inject($"+.1 < . 1:1(0) ack {tcp.Info.BytesSent + 1} win 65535");
        tcp.DropSent();
        tcp.Inject("+0 < . 1001:2001(1000) ack 20001 win 65535");
        tcp.Expect("+0 > . 20001:20001(0) ack 1 <nop,nop,sack 1001:2001>");
        tcp.Inject("+0 < PU. 1:1001(1000) ack 20001 win 65535 urg 1000");
        tcp.Expect("+0 > . 20001:20001(0) ack 2001");
        Assert.Equal(TransportError.None, tcp.Connection!.ReceiveUrgent(peek: false, out byte urgent));
        Assert.Equal(SegmentText.PayloadOctet(1000), urgent);
        tcp.App.Receive(999);
        tcp.App.SkipOctet();
        tcp.App.Receive(1000);
        tcp.App.ShutdownSend();
        tcp.Expect("+0 > F. 20001:20001(0) ack 2001");
        tcp.Inject("+0 < F. 2001:2001(0) ack 20002 win 65535");
        tcp.Expect("+0 > . 20002:20002(0) ack 2002");
        Assert.Equal(TcpState.TimeWait, tcp.State);
    }

    [Theory, MemberData(nameof(Pairs)), Covers("TCP-SM-5", "TCP-SM-6", "TCP-5961-1", "TCP-5961-3")]
    public void Strays_are_strays(uint localIsn, uint peerIsn)
    {
        using TcpScenario tcp = StateScenario.Enter("Established", localIsn: localIsn, peerIsn: peerIsn);
        foreach (uint distance in (uint[])[70_000, 1u << 30, 0x7FFF_FFFF, 0x8000_0000, 0xC000_0000, 0xFFFF_0000])
        {
            uint at = unchecked(101 + distance);
            tcp.Inject($"+1 < R {at}:{at}(0) win 0");
            tcp.ExpectSilence();
            tcp.Inject($"+1 < P. {at}:{unchecked(at + 10)}(10) ack 1 win 65535");
            tcp.Expect("+0 > . 1:1(0) ack 101");
            tcp.Inject($"+1 < . 101:101(0) ack {unchecked(1 + distance)} win 65535");
            tcp.Expect("+0 > . 1:1(0) ack 101");
        }
        Assert.Equal(TcpState.Established, tcp.State);
    }

    /// <summary>Marks of the past (the small segment of Nagle's rule, the recovery point) must not come to lie ahead.</summary>
    [Fact, Covers("TCP-9293-17", "TCP-CC-15")]
    public void After_more_than_half_the_sequence_space_nothing_has_changed()
    {
        using TcpScenario tcp = TcpScenario.Established(
            mss: 1460, peerWindow: 65535, peerOptions: "nop,wscale 14", socket: new() { SendBufferBytes = 1 << 29 },
            options: new() { InitialWindowSegments = 200_000 });
        tcp.Network.Path.Segmentation = 65_535;
        tcp.App.Send(100);
        tcp.DropSent();
        tcp.Inject("+0 < . 1:1(0) ack 101 win 65535");
        byte[] block = new byte[1460 * 4000];
        uint at = 101;
        tcp.Network.KeepsSegments = false;
        while (at < 0x8000_0000 + 10_000_000)
        {
            Assert.Equal(TransportError.None, tcp.Connection!.Send(block, TcpSendFlags.None, tcp.Now, out int taken));
            at += (uint)taken;
            tcp.Inject($"+0 < . 1:1(0) ack {at} win 65535");
            Assert.Equal(0, tcp.Info.BytesInFlight);
        }
        tcp.Network.KeepsSegments = true;
        tcp.Connection!.Send(new byte[100], TcpSendFlags.None, tcp.Now, out int _);
        Assert.Equal((at, at + 100), tcp.TakeText());
        tcp.Inject($"+0 < . 1:1(0) ack {at + 100} win 65535");
        tcp.Connection.Send(new byte[14_600], TcpSendFlags.None, tcp.Now, out int _);
        tcp.DropSent();
        for (int i = 0; i < 3; i++) tcp.Inject($"+0 < . 1:1(0) ack {at + 100} win 65535");
        Assert.Equal((at + 100, at + 1560), tcp.TakeText());
        Assert.Equal(1, tcp.Info.FastRecoveries);
    }
}
