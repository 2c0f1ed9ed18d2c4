using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Golden;

/// <summary>Connections of the Linux kernel with itself, read by our views, and played to a stack in the listener's place.</summary>
public sealed class TcpCaptureTests
{
    [Fact, Covers("TCP-SACK-3", "TCP-SACK-4", "TCP-SACK-5")]
    public void Selective_acknowledgments_are_the_kernel_s_block_by_block()
    {
        IReadOnlyList<RecordedFrame> frames = CaptureFile.Read("tcp/sack-after-loss.pcap");
        using RecordedHost host = new(port: 5000);
        IReadOnlyList<byte[]> answers = host.Play(frames);
        List<(uint, string)> kernel = [.. Blocks(frames.Select(frame => frame.Bytes))];
        Assert.Equal(14, kernel.Count);
        Assert.Contains(kernel, answer => answer.Item2.Contains(' ', StringComparison.Ordinal));   // Two holes at once.
        Assert.Equal(kernel, Blocks(answers));
        TcpConnection connection = Assert.Single(host.Accepted);
        Assert.Equal(new string('s', 40_000), host.Received(connection));
        Assert.Equal(Segments(frames.Select(frame => frame.Bytes)).Last().Acknowledgment, Recorded(frames).Last().Sequence + 1);
    }

    [Fact]
    public void A_closed_port_refuses_as_the_kernel_does()
    {
        IReadOnlyList<RecordedFrame> frames = CaptureFile.Read("tcp/reset-from-closed-port.pcap");
        using RecordedHost host = new();
        SegmentFacts reset = Assert.Single(Segments(host.Play(frames)));
        Assert.Equal(Assert.Single(Recorded(frames)), reset);
        Assert.Equal((TcpControlBits.Rst | TcpControlBits.Ack, 0u), (reset.Bits, reset.Sequence));
    }

    [Fact]
    public void A_keep_alive_probe_is_answered_and_carries_nothing()
    {
        IReadOnlyList<RecordedFrame> frames = CaptureFile.Read("tcp/keepalive.pcap");
        SegmentFacts text = Assert.Single(Segments(frames.Select(frame => frame.Bytes)), segment => segment.Text.Length > 0);
        uint next = text.Sequence + (uint)text.Text.Length;
        // One below SND.NXT, so that it cannot be acceptable (RFC 9293 §3.8.4).
        Assert.Equal(2, Segments(frames.Select(frame => frame.Bytes)).Count(segment => segment.Source == RecordedHost.Peer && segment.Sequence == next - 1 && segment.Text == ""));
        using RecordedHost host = new(port: 5002);
        IReadOnlyList<SegmentFacts> answers = [.. Segments(host.Play(frames))];
        // The text, two probes: each is acknowledged with the same number, before the FIN moves it.
        Assert.Equal(3, answers.Count(answer => answer.Acknowledgment == next && answer.Bits == TcpControlBits.Ack));
        Assert.Equal("hello", host.Received(Assert.Single(host.Accepted)));
    }

    [Fact]
    public void Probes_of_a_zero_window_are_answered()
    {
        IReadOnlyList<RecordedFrame> frames = CaptureFile.Read("tcp/zero-window.pcap");
        IReadOnlyList<SegmentFacts> all = [.. Segments(frames.Select(frame => frame.Bytes))];
        uint stuck = all.First(segment => segment.Source == RecordedHost.Own && segment.Window == 0 && !segment.Has(TcpControlBits.Syn)).Acknowledgment;
        Assert.Equal(3, all.Count(segment => segment.Source == RecordedHost.Peer && segment.Sequence == stuck - 1 && segment.Text == ""));
        using RecordedHost host = new(port: 5001);
        IReadOnlyList<SegmentFacts> answers = [.. Segments(host.Play(frames))];
        Assert.True(answers.Count(answer => answer.Acknowledgment == stuck) >= 3);
        Assert.Equal(new string('z', 12_000), host.Received(Assert.Single(host.Accepted)));
    }

    [Fact]
    public void The_urgent_octet_is_the_one_before_the_pointer()
    {
        IReadOnlyList<RecordedFrame> frames = CaptureFile.Read("tcp/urgent.pcap");
        SegmentFacts urgent = Assert.Single(Segments(frames.Select(frame => frame.Bytes)), segment => segment.Has(TcpControlBits.Urg));
        Assert.Equal(("urgent!", 7), (urgent.Text, (int)urgent.UrgentPointer));
        using RecordedHost host = new(port: 5003);
        host.Play(frames);
        Assert.Equal(("beforeurgentafter", "!"), (host.Received(Assert.Single(host.Accepted)), host.Urgent));
    }

    /// <summary>We do not take part in TCP Fast Open: what comes in the SYN is either kept or asked for again, never lost.</summary>
    [Fact]
    public void A_fast_open_cookie_is_read_and_not_granted()
    {
        IReadOnlyList<RecordedFrame> frames = CaptureFile.Read("tcp/fast-open.pcap");
        SegmentFacts[] handshakes = [.. Segments(frames.Select(frame => frame.Bytes)).Where(segment => segment.Has(TcpControlBits.Syn) && segment.HasFastOpen)];
        Assert.Equal([(0, ""), (8, ""), (8, "in the SYN")], handshakes.Select(segment => (segment.CookieOctets, segment.Text)));
        using RecordedHost host = new(port: 5004);
        SegmentFacts[] answers = [.. Segments(host.Play(frames))];
        Assert.Equal(2, answers.Count(answer => answer.Has(TcpControlBits.Syn | TcpControlBits.Ack)));
        Assert.All(answers, answer => Assert.False(answer.HasFastOpen));
        Assert.Equal("in the SYN", host.Received(host.Accepted[0]));   // The first connection sends it after its handshake.
        SegmentFacts second = answers.Last(answer => answer.Has(TcpControlBits.Syn));
        Assert.Equal(handshakes[^1].Sequence + 1, second.Acknowledgment);
    }

    [Fact]
    public void A_request_of_curl_arrives_and_the_handshake_offers_what_nginx_s_kernel_did()
    {
        IReadOnlyList<RecordedFrame> frames = CaptureFile.Read("tcp/http-get.pcap");
        using RecordedHost host = new(port: 80);
        SegmentFacts ours = Segments(host.Play(frames)).First();
        SegmentFacts kernel = Recorded(frames).First();
        Assert.Equal(
            (kernel.Bits, kernel.Acknowledgment, kernel.MaximumSegmentSize, kernel.SackPermitted, kernel.HasTimestamps, kernel.TimestampEcho),
            (ours.Bits, ours.Acknowledgment, ours.MaximumSegmentSize, ours.SackPermitted, ours.HasTimestamps, ours.TimestampEcho));
        Assert.True(ours.WindowScale >= 0);
        Assert.StartsWith("GET /f HTTP/1.1\r\nHost: 198.18.0.2\r\n", host.Received(Assert.Single(host.Accepted)), StringComparison.Ordinal);
    }

    private static IEnumerable<SegmentFacts> Segments(IEnumerable<byte[]> frames) => frames.Select(SegmentFacts.From).OfType<SegmentFacts>();

    /// <summary>What the recorded host sent.</summary>
    private static IEnumerable<SegmentFacts> Recorded(IEnumerable<RecordedFrame> frames) =>
        Segments(frames.Select(frame => frame.Bytes)).Where(segment => segment.Source == RecordedHost.Own);

    private static IEnumerable<(uint Acknowledgment, string Sack)> Blocks(IEnumerable<byte[]> frames) =>
        Segments(frames).Where(segment => segment.Sack.Length > 0).Select(segment => (segment.Acknowledgment, segment.Sack));
}
