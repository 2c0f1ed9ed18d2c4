using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Packets;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>Options as peers send them, well or ill, and segments that must not be believed.</summary>
public sealed class OptionScenarios
{
    [Theory, Covers("TCP-9293-4", "TCP-9293-5", "TCP-9293-64")]
    [InlineData("nop,nop,nop,mss 1000,eol")]
    [InlineData("wscale 7,mss 1000")]
    [InlineData("kind 253 0a0b0c,mss 1000,kind 30 01")]
    [InlineData("mss 1000,eol,eol,eol")]
    [InlineData("TS val 1 ecr 0,sackOK,mss 1000,wscale 3")]
    public void Options_count_in_any_order_and_unknown_ones_do_not(string options)
    {
        using TcpScenario tcp = TcpScenario.Listening();
        tcp.Inject($"+0 < S 0:0(0) win 65535 <{options}>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        bool stamped = options.Contains("TS", StringComparison.Ordinal);
        tcp.Inject("+0 < . 1:1(0) ack 1 win 65535" + (stamped ? " <nop,nop,TS val 2 ecr 0>" : " <kind 99 00,nop>"));
        tcp.App.Accept();
        Assert.Equal(stamped ? 988 : 1000, tcp.Info.SendMss);
    }

    [Theory, Covers("TCP-9293-7")]
    [InlineData(253, 0)]
    [InlineData(253, 1)]
    [InlineData(253, 40)]
    [InlineData(2, 0)]
    public void An_illegal_length_drops_the_segment(byte kind, byte length)
    {
        using TcpScenario tcp = TcpScenario.Listening();
        byte[] segment = SegmentText.Build(PacketLine.Parse("+0 < S 0:0(0) win 65535 <mss 1000>"), TcpScenario.PeerPort, TcpScenario.LocalPort, 0, 0);
        segment[20] = kind;
        segment[21] = length;
        tcp.Deliver(segment);
        tcp.ExpectSilence();
        Assert.Equal(1, tcp.Layer.Statistics.Drops(TcpDropReason.MalformedOptions));
    }

    [Theory, Covers("TCP-9293-16", "TCP-9293-14")]
    [InlineData(0, 536)]
    [InlineData(1, 48)]
    [InlineData(65535, 1460)]
    public void A_hostile_mss_gives_neither_tiny_nor_too_large_segments(int mss, int expected)
    {
        using TcpScenario tcp = TcpScenario.Established(mss: mss);
        Assert.Equal(expected, tcp.Info.SendMss);
        tcp.App.Send(2000);
        Assert.Equal(Math.Min(10, (2000 + expected - 1) / expected), tcp.Network.Sent.Count);
        tcp.DropSent();
    }

    [Fact, Covers("TCP-9293-16")]
    public void Timestamps_come_out_of_the_segment()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: "nop,nop,TS val 100 ecr 0");
        tcp.App.Send(2000);
        tcp.Expect("+0 > . 1:989(988) ack 1 <...>", "+0 > . 989:1977(988) ack 1 <...>", "+0 > P. 1977:2001(24) ack 1 <...>");
    }

    [Fact, Covers("TCP-WS-1", "TCP-WS-2")]
    public void A_shift_above_14_counts_as_14()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerWindow: 100, peerOptions: "nop,wscale 15");
        Assert.Equal(14, tcp.Info.SendWindowScale);
        Assert.Equal(100 << 14, tcp.Info.SendWindow);
    }

    [Fact, Covers("TCP-WS-1", "TCP-WS-2", "TCP-WS-4")]
    public void Without_the_peers_shift_nothing_is_scaled()
    {
        using TcpScenario tcp = TcpScenario.Connecting();
        tcp.Expect("+0 > S 0:0(0) win 65535 <...>");
        Assert.Equal(9, tcp.Last.Options!.OfType<PacketOption.WindowScale>().Single().Shift);
        tcp.Inject("+0 < S. 0:0(0) ack 1 win 1000 <mss 1000>");
        tcp.Expect("+0 > . 1:1(0) ack 1 win 65535");
        Assert.Equal((1000, 0, 0), (tcp.Info.SendWindow, tcp.Info.SendWindowScale, tcp.Info.ReceiveWindowScale));
    }

    [Fact, Covers("TCP-WS-3", "INV-3")]
    public void Scaling_never_takes_the_edge_back()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, peerOptions: "nop,wscale 7", socket: new() { ReceiveBufferBytes = 100_001 });
        uint at = 1;
        for (int i = 0; i < 300; i++)
        {
            int length = 1 + i * 37 % 700;
            tcp.Inject($"+0 < P. {at}:{at + length}({length}) ack 1 win 65535");
            at += (uint)length;
            if (i % 3 == 2) tcp.App.Receive(Math.Min(tcp.Connection!.ReadableBytes, 900));
        }
        Assert.Equal(at - 1, tcp.Info.BytesReceived);   // Each window announced was checked by the scenario's watch.
        tcp.DropSent();
    }

    [Theory, Covers("TCP-9293-2")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(25)]
    public void A_wrong_checksum_drops_the_segment(int octet)
    {
        using TcpScenario tcp = TcpScenario.Listening();
        byte[] segment = SegmentText.Build(PacketLine.Parse("+0 < S 0:6(6) win 65535"), TcpScenario.PeerPort, TcpScenario.LocalPort, 0, 0);
        StackSharp.Stack.Wire.Tcp.TcpHeaderWriter.FillChecksum(segment, RecordingNetwork.PeerAddress, RecordingNetwork.LocalAddress);
        segment[octet] ^= 0x10;
        tcp.Deliver(segment, checksumVerified: false);
        tcp.ExpectSilence();
        Assert.Equal(1, tcp.Layer.Statistics.Drops(TcpDropReason.BadChecksum));
        segment[octet] ^= 0x10;
        tcp.Deliver(segment, checksumVerified: false);
        tcp.Expect("+0 > S. 0:0(0) ack 257 <mss 1460>");   // The segment was built for an initial sequence number of 0.
    }

    [Fact, Covers("TCP-9293-63", "TCP-9293-41", "TCP-SM-15")]
    public void Sources_that_name_no_host_get_no_answer()
    {
        using TcpScenario tcp = TcpScenario.Listening();
        byte[] syn = SegmentText.Build(PacketLine.Parse("+0 < S 0:0(0) win 65535"), TcpScenario.PeerPort, TcpScenario.LocalPort, 0, 0);
        byte[] other = SegmentText.Build(PacketLine.Parse("+0 < . 0:0(0) ack 1 win 65535"), TcpScenario.PeerPort, 99, 0, 0);
        IpAddress[] sources =
        [
            IpAddress.AnyIpv4, IpAddress.FromIpv4(224, 0, 0, 1), IpAddress.FromIpv4(255, 255, 255, 255), IpAddress.FromIpv4(240, 0, 0, 1),
            IpAddress.FromIpv4(198, 18, 255, 255),
        ];
        foreach (IpAddress source in sources)
        {
            tcp.Deliver(syn, source: source);
            tcp.Deliver(other, source: source);
            IpEndpoint remote = new(source, 80);
            Assert.Equal(TransportError.AddressNotAvailable, tcp.Layer.Connect(null, remote, new(), new object(), tcp.Now, out TcpConnection? _));
        }
        tcp.ExpectSilence();
        Assert.Equal(2 * sources.Length, tcp.Layer.Statistics.Drops(TcpDropReason.InvalidSource));
    }

    [Fact, Covers("TCP-9293-41")]
    public void A_passive_open_disturbs_no_connection_on_its_port()
    {
        using TcpScenario tcp = TcpScenario.Connecting();
        tcp.Expect("+0 > S 0:0(0) <...>");
        PortBinding port = TcpScenario.BindLocal(TcpScenario.LocalPort);
        Assert.Equal(TransportError.None, tcp.Layer.Listen(port, 5, new(), new object(), out TcpListener? listener));
        tcp.OpenFromElsewhere(40_001);
        Assert.Equal(1, listener!.AcceptableCount);
        tcp.Inject("+0 < S. 0:0(0) ack 1 win 1000 <mss 1000>");
        tcp.Expect("+0 > . 1:1(0) ack 1");
        Assert.Equal(TcpState.Established, tcp.State);
    }

    [Fact, Covers("TCP-9293-48", "TCP-9293-49")]
    public void Traffic_class_and_hop_limit_are_the_users_and_may_change()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000, socket: new() { TrafficClass = 0xB8, HopLimit = 7 });
        tcp.App.Send(10);
        Assert.Equal((0xB8, 7, true), Sent(tcp));
        tcp.App.SetOptions(options => options with { TrafficClass = 0x20, HopLimit = 33 });
        tcp.Inject("+0 < . 1:1(0) ack 11 win 65535");
        tcp.App.Send(10);
        Assert.Equal((0x20, 33, true), Sent(tcp));
    }

    private static (int TrafficClass, int HopLimit, bool DontFragment) Sent(TcpScenario tcp)
    {
        NetworkSendOptions options = tcp.Network.Sent.Dequeue().Options;
        return (options.TrafficClass, options.HopLimit, options.DontFragment);
    }
}
