using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Tcp;
using Xunit;

namespace StackSharp.Tests.Scenarios;

/// <summary>What the network says: path MTU and other ICMP (RFC 1191, 5927, 5461); and large segments that the device cuts.</summary>
public sealed class PathScenarios
{
    [Fact, Covers("PMTU4-5", "PMTU4-6", "TCP-ICMP-1")]
    public void A_smaller_path_is_obeyed_at_once_and_is_no_congestion()
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1460);
        tcp.App.Send(3000);
        tcp.Expect("+0 > . 1:1461(1460) ack 1", "+0 > . 1461:2921(1460) ack 1", "+0 > P. 2921:3001(80) ack 1");
        tcp.Report(NetworkProblemKind.PacketTooBig, quotedSequence: 1, mtu: 1040);
        tcp.Expect("+0 > . 1:1001(1000) ack 1", "+0 > . 1001:1461(460) ack 1", "+0 > . 1461:2461(1000) ack 1", "+0 > . 2461:2921(460) ack 1");
        tcp.ExpectSilence();
        Assert.Equal((1000, 14_600, 0), (tcp.Info.SendMss, tcp.Info.CongestionWindow, tcp.Info.Timeouts));
        tcp.Inject("+.05 < . 1:1(0) ack 3001 win 65535");
        tcp.App.Send(2000);
        tcp.Expect("+0 > . 3001:4001(1000) ack 1", "+0 > P. 4001:5001(1000) ack 1");
    }

    [Theory, Covers("PMTU4-6", "TCP-ICMP-1")]
    [InlineData(0)]
    [InlineData(3001)]
    [InlineData(2_000_000_000)]
    public void A_note_about_what_is_not_in_flight_is_ignored(uint quoted)
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1460);
        tcp.App.Send(3000);
        tcp.DropSent();
        tcp.Report(NetworkProblemKind.PacketTooBig, quoted, mtu: 600);
        tcp.Report(NetworkProblemKind.PortUnreachable, quoted);
        tcp.ExpectSilence();
        Assert.Equal(1460, tcp.Info.SendMss);
    }

    [Theory, Covers("TCP-9293-54", "TCP-ICMP-2")]
    [InlineData(NetworkProblemKind.PortUnreachable)]
    [InlineData(NetworkProblemKind.ProtocolUnreachable)]
    [InlineData(NetworkProblemKind.AdministrativelyProhibited)]
    [InlineData(NetworkProblemKind.NetworkUnreachable)]
    [InlineData(NetworkProblemKind.HostUnreachable)]
    [InlineData(NetworkProblemKind.SourceRouteFailed)]
    [InlineData(NetworkProblemKind.HopLimitExceeded)]
    [InlineData(NetworkProblemKind.ReassemblyTimeExceeded)]
    [InlineData(NetworkProblemKind.ParameterProblem)]
    public void No_note_ends_an_established_connection(NetworkProblemKind kind)
    {
        using TcpScenario tcp = TcpScenario.Established(mss: 1000);
        tcp.App.Send(1000);
        tcp.Expect("+0 > P. 1:1001(1000) ack 1");
        tcp.Report(kind, quotedSequence: 1);
        tcp.ExpectSilence();
        tcp.Inject("+0 < . 1:1(0) ack 1001 win 65535");
        Assert.Equal(TcpState.Established, tcp.State);
    }

    [Theory, Covers("TCP-9293-54")]
    [InlineData(NetworkProblemKind.PortUnreachable, TransportError.ConnectionRefused)]
    [InlineData(NetworkProblemKind.ProtocolUnreachable, TransportError.ConnectionRefused)]
    [InlineData(NetworkProblemKind.AdministrativelyProhibited, TransportError.HostUnreachable)]
    [InlineData(NetworkProblemKind.HostUnreachable, TransportError.None)]
    [InlineData(NetworkProblemKind.HopLimitExceeded, TransportError.None)]
    public void Hard_notes_end_an_attempt_and_soft_ones_do_not(NetworkProblemKind kind, TransportError error)
    {
        using TcpScenario tcp = TcpScenario.Connecting();
        tcp.Expect("+0 > S 0:0(0) <...>");
        tcp.Report(kind, quotedSequence: 0);
        Assert.Equal(error, tcp.Connection!.Error);
        if (error != TransportError.None) return;
        tcp.Advance(TimeSpan.FromMinutes(10));
        // It is the reason that is given in the end (RFC 5461).
        Assert.Equal(TransportError.HostUnreachable, tcp.Connection.Error);
    }

    [Fact, Covers("TCP-9293-47")]
    public void Soft_notes_and_the_third_retransmission_are_told_and_forgotten_with_the_next_progress()
    {
        using TcpScenario tcp = TcpScenario.Established();
        tcp.App.Send(100);
        tcp.Expect("+0 > P. 1:101(100) ack 1");
        tcp.Connection!.TakeEvents();
        tcp.Report(NetworkProblemKind.NetworkUnreachable, quotedSequence: 1);
        Assert.True(tcp.Connection.TakeEvents().HasFlag(EndpointEvents.SoftError));
        Assert.Equal(TransportError.NetworkUnreachable, tcp.Connection.SoftError);
        tcp.Inject("+.01 < . 1:1(0) ack 101 win 65535");
        Assert.Equal(TransportError.None, tcp.Connection.SoftError);

        tcp.App.Send(100);
        for (int i = 0; i < 3; i++) tcp.Expect("* > P. 101:201(100) ack 1");
        Assert.False(tcp.Connection.TakeEvents().HasFlag(EndpointEvents.SoftError));
        tcp.Expect("* > P. 101:201(100) ack 1");
        Assert.True(tcp.Connection.TakeEvents().HasFlag(EndpointEvents.SoftError));
        Assert.Equal(TransportError.TimedOut, tcp.Connection.SoftError);
        Assert.Equal(TransportError.None, tcp.Connection.Error);
    }

    [Fact]
    public void What_our_own_address_resolution_finds_ends_an_attempt()
    {
        using TcpScenario tcp = TcpScenario.Connecting();
        tcp.Expect("+0 > S 0:0(0) <...>");
        tcp.Report(NetworkProblemKind.HostUnreachable, quotedSequence: 0, reporter: default(StackSharp.Stack.Wire.IpAddress));
        Assert.Equal(TransportError.HostUnreachable, tcp.Connection!.Error);
    }

    [Fact, Covers("TCP-9293-18")]
    public void One_frame_holds_many_segments_when_the_device_cuts()
    {
        using TcpScenario tcp = Large();
        tcp.App.Send(30_500);
        // A burst is half a window.
        tcp.Expect("+0 > P. 1:5001(5000) ack 1 <...>", "+0 > P. 5001:10001(5000) ack 1 <...>");
        tcp.ExpectSilence();
        Ack(tcp, 10_001);
        tcp.Expect("+0 > P. 10001:20001(10000) ack 1 <...>", "+0 > P. 20001:30001(10000) ack 1 <...>");
        Ack(tcp, 30_001);
        tcp.Expect("+0 > P. 30001:30501(500) ack 1 <...>");
        Ack(tcp, 30_501);
        Assert.Equal(0, tcp.Info.BytesInFlight);
        Assert.Equal(31, tcp.Info.SegmentsSent - 1);
    }

    [Fact, Covers("TCP-6675-4", "TCP-6675-5")]
    public void Part_of_a_large_segment_may_be_reported_and_the_hole_sent_again()
    {
        using TcpScenario tcp = Large();
        tcp.App.Send(10_000);
        tcp.Expect("+0 > P. 1:5001(5000) ack 1 <...>", "+0 > P. 5001:10001(5000) ack 1 <...>");
        Ack(tcp, 2_001, "4001:5001");
        Ack(tcp, 2_001, "4001:6001");
        Ack(tcp, 2_001, "4001:7001");
        // 2001 to 4001 are lost; 7001 to 10001 were sent behind what was reported.
        tcp.Expect("+0 > . 2001:3001(1000) ack 1 <...>");
        Ack(tcp, 2_001, "4001:8001");
        Ack(tcp, 2_001, "4001:9001");
        tcp.Expect("+0 > . 3001:4001(1000) ack 1 <...>");
        tcp.ExpectSilence();
        Ack(tcp, 10_001);
        Assert.False(tcp.Info.InRecovery);
    }

    [Fact, Covers("PMTU4-5")]
    public void A_large_segment_is_cut_smaller_when_the_path_shrinks()
    {
        using TcpScenario tcp = Large();
        tcp.App.Send(5_000);
        tcp.Expect("+0 > P. 1:5001(5000) ack 1 <...>");
        tcp.Report(NetworkProblemKind.PacketTooBig, quotedSequence: 1001, mtu: 600);
        Assert.Equal(560, tcp.Info.SendMss);
        uint at = 1;
        while (at < 5001)
        {
            (uint start, uint end) = tcp.TakeText();
            Assert.Equal(at, start);
            Assert.True((end - at) % 560 == 0 || end == 5001, $"{at}:{end}");
            at = end;
        }
        Assert.Equal(0, tcp.Info.Timeouts);
    }

    [Fact, Covers("TCP-RTO-10")]
    public void After_a_timeout_one_segment_of_a_large_one_goes_first()
    {
        using TcpScenario tcp = Large();
        tcp.App.Send(10_000);
        tcp.Expect("+0 > P. 1:5001(5000) ack 1 <...>", "+0 > P. 5001:10001(5000) ack 1 <...>", "+.2 > . 1:1001(1000) ack 1 <...>");
        Ack(tcp, 1_001);
        tcp.Expect("+0 > . 1001:2001(1000) ack 1 <...>", "+0 > . 2001:3001(1000) ack 1 <...>");
        Ack(tcp, 10_001);
        tcp.ExpectSilence(TimeSpan.FromSeconds(5));
    }

    private static TcpScenario Large()
    {
        TcpScenario tcp = TcpScenario.Listening(new TcpSocketOptions { CongestionControl = "reno", RackTlp = false });
        tcp.Network.Path.Segmentation = 65_535;
        tcp.Inject("+0 < S 0:0(0) win 65535 <mss 1000,nop,nop,sackOK>");
        tcp.Expect("+0 > S. 0:0(0) ack 1 <...>");
        tcp.Inject("+0 < . 1:1(0) ack 1 win 65535");
        tcp.App.Accept();
        return tcp;
    }

    private static void Ack(TcpScenario tcp, uint acknowledgment, string? blocks = null) =>
        tcp.Inject($"+.001 < . 1:1(0) ack {acknowledgment} win 65535" + (blocks is null ? "" : $" <nop,nop,sack {blocks}>"));
}
