using System.Diagnostics;
using System.Threading.Tasks;
using StackSharp.Drivers;
using StackSharp.Drivers.Loopback;
using StackSharp.Drivers.Memory;
using StackSharp.Drivers.Wrappers;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;
using Xunit;

namespace StackSharp.Tests.Drivers.Wrappers;

/// <summary>Two links in memory, joined by a bridge: a frame goes in at the far end of one and comes out at the far end of the other.</summary>
public sealed class ImpairedBridgeTests : IDisposable
{
    private static readonly TransmitOffload LargeSegment = new(true, 34, 16, SegmentationKind.TcpIpv4, 1000, 54);
    private static readonly MemoryLinkOptions Plain = new() { Offload = false };
    private static readonly byte[] Text = [.. Enumerable.Range(0, 3500).Select(i => (byte)i)];
    private readonly FrameSource _source = new();
    private readonly List<IDisposable> _parts = [];

    [Fact]
    public void A_perfect_bridge_passes_frames_both_ways_unchanged()
    {
        (ImpairedBridge bridge, ILinkDevice left, ILinkDevice right) = Join(new(), Plain, Plain);
        byte[] longest = [.. Enumerable.Range(0, 1514).Select(i => (byte)(i * 7))];
        left.Send(_source.Frame(longest));
        Assert.Equal(longest, right.ReceiveOne(_source));
        right.Send(_source.Frame([1, 2, 3]));
        Assert.Equal([1, 2, 3], left.ReceiveOne(_source));
        AssertCounts((1, 1514, 1, 1514, 0), () => bridge.Forward);
        AssertCounts((1, 3, 1, 3, 0), () => bridge.Backward);
    }

    [Fact]
    public void Each_direction_has_impairments_of_its_own()
    {
        ImpairedBridgeOptions options = new() { Forward = new() { Delay = TimeSpan.FromMilliseconds(150) }, Backward = new() { Loss = 1 } };
        (ImpairedBridge bridge, ILinkDevice left, ILinkDevice right) = Join(options, Plain, Plain);
        right.Send(_source.Frame([9]));
        long started = Stopwatch.GetTimestamp();
        for (byte i = 0; i < 5; i++) left.Send(_source.Frame([i, 1]));
        for (byte i = 0; i < 5; i++) Assert.Equal([i, 1], right.ReceiveOne(_source));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 150, 5000);
        Assert.Empty(left.ReceiveAll(_source));
        Assert.Equal(new ImpairmentStatistics(5, 5, 0, 0, 0, 0, 0, 0), bridge.Forward.Impairments);
        Assert.Equal(new ImpairmentStatistics(1, 0, 0, 1, 0, 0, 0, 0), bridge.Backward.Impairments);
        AssertCounts((1, 1, 0, 0, 0), () => bridge.Backward);
    }

    [Fact]
    public void A_large_segment_passes_a_perfect_bridge_whole_and_an_impaired_one_cut()
    {
        (_, ILinkDevice left, ILinkDevice right) = Join(new(), new(), new());
        left.Send(Large(left, right));
        PacketBuffer buffer = _source.Buffer();
        while (right.Receive([buffer]) == 0) right.WaitForFrames(Timeout.InfiniteTimeSpan);
        Assert.Equal(new ReceiveOffload(true, 1000), buffer.Offload);
        Assert.Equal(Text, buffer.Span[54..].ToArray());
        buffer.Release();

        (ImpairedBridge bridge, left, right) = Join(new() { Forward = new() { Delay = TimeSpan.FromMilliseconds(1) } }, new(), new());
        left.Send(Large(left, right));
        AssertArrivesInFourPieces(right);
        Assert.Equal(4, bridge.Forward.Impairments.Delivered);
    }

    [Fact]
    public void A_large_segment_is_cut_for_a_device_that_takes_none()
    {
        (_, ILinkDevice left, ILinkDevice right) = Join(new(), new(), Plain);
        left.Send(Large(left, right));
        AssertArrivesInFourPieces(right);
    }

    [Fact]
    public void An_ecn_capable_packet_arrives_marked()
    {
        (ImpairedBridge bridge, ILinkDevice left, ILinkDevice right) = Join(new() { Forward = new() { EcnMarking = 1 } }, Plain, Plain);
        byte[] frame = Segment(left, right, [1], partial: false);
        frame[EthernetHeader.Size + 1] |= (byte)EcnCodepoint.Ect0;
        left.Send(_source.Frame(frame));
        left.Send(_source.Frame(Segment(left, right, [1], partial: false)));
        Assert.Equal(3, right.ReceiveOne(_source)[EthernetHeader.Size + 1]);
        Assert.Equal(0, right.ReceiveOne(_source)[EthernetHeader.Size + 1]);
        Assert.Equal((2, 1), (bridge.Forward.Impairments.Delivered, bridge.Forward.Impairments.Marked));
    }

    [Fact]
    public void Devices_that_do_not_fit_are_refused()
    {
        (ILinkDevice ethernet, ILinkDevice peer) = MemoryLink.CreatePair();
        (ILinkDevice jumbo, ILinkDevice jumboPeer) = MemoryLink.CreatePair(new() { MaximumTransmissionUnit = 9000 });
        LoopbackDevice bare = new();
        _parts.AddRange([ethernet, peer, jumbo, jumboPeer, bare]);
        Assert.Contains("9000", Assert.Throws<DeviceException>(() => new ImpairedBridge(ethernet, jumbo, new())).Message, StringComparison.Ordinal);
        Assert.Contains("bare IP", Assert.Throws<DeviceException>(() => new ImpairedBridge(ethernet, bare, new())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_when_a_device_is_gone_after_what_was_under_way_has_arrived()
    {
        (ImpairedBridge bridge, ILinkDevice left, ILinkDevice right) = Join(new() { Forward = new() { Delay = TimeSpan.FromMilliseconds(50) } }, Plain, Plain);
        left.Send(_source.Frame([7]));
        left.Dispose();
        ILinkDevice gone = await bridge.DeviceGone.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal("memory:left-b", gone.Info.Name);
        Assert.Equal([7], right.ReceiveOne(_source));
    }

    [Fact]
    public void Nothing_is_left_out_when_a_bridge_is_closed_under_traffic()
    {
        for (int round = 0; round < 20; round++)
        {
            using FrameSource source = new();
            (ILinkDevice left, ILinkDevice first) = MemoryLink.CreatePair(Plain);
            (ILinkDevice second, ILinkDevice right) = MemoryLink.CreatePair(Plain);
            ImpairmentOptions way = new() { Delay = TimeSpan.FromMicroseconds(50), Jitter = TimeSpan.FromMicroseconds(100), Duplication = 0.2 };
            ImpairedBridge bridge = new(first, second, new() { Forward = way });
            for (int i = 0; i < 200; i++) left.Send(source.Frame(new byte[100]));
            bridge.Dispose();
            left.Dispose();
            right.Dispose();
            Assert.Equal(0, source.Outstanding);
        }
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void It_allocates_nothing_for_a_frame(bool isPerfect)
    {
        (ILinkDevice left, ILinkDevice first) = MemoryLink.CreatePair(Plain);
        (ILinkDevice second, ILinkDevice right) = MemoryLink.CreatePair(Plain);
        ImpairmentOptions way = isPerfect ? new() : new()
        {
            BitsPerSecond = 1_000_000_000,
            Delay = TimeSpan.FromMilliseconds(3),
            Loss = 0.1,
            BurstLoss = new BurstLoss(0.01, 0.3),
            Reordering = 0.2,
            Duplication = 0.1,
            Corruption = 0.1,
            EcnMarking = 0.5,
        };
        BridgeDirection direction = new(first, second, way, 1, 64 << 20);
        byte[] bytes = Segment(left, right, new byte[100], partial: false);
        PacketBuffer[] buffers = _source.BufferBatch(32);
        TransmitFrame[] frames = new TransmitFrame[10];
        Instant now = Instant.Origin;
        Allocations.MustBeNone(() =>
        {
            for (int i = 0; i < frames.Length; i++)
            {
                frames[i] = _source.Frames.TryRent()!;
                bytes.CopyTo(frames[i].Prepend(bytes.Length));
            }

            left.Transmit(frames);
            now += TimeSpan.FromMilliseconds(1);
            direction.TakeTurn(now);
            while (right.Receive(buffers) > 0) { }
        });
        Assert.True(direction.Statistics.FramesSent > 1000, "Nothing passed.");
        foreach (PacketBuffer buffer in buffers) buffer.Release();
        foreach (ILinkDevice device in (ILinkDevice[])[first, second, left, right]) device.Dispose();
        direction.Dispose();
    }

    public void Dispose()
    {
        foreach (IDisposable part in _parts) part.Dispose();
        Assert.Equal(0, _source.Outstanding);
        _source.Dispose();
    }

    // A device counts a frame after its receiver may have it.
    private static void AssertCounts((long, long, long, long, long) expected, Func<ImpairedBridgeStatistics> read)
    {
        SpinWait.SpinUntil(() => Counts() == expected, TimeSpan.FromSeconds(10));
        Assert.Equal(expected, Counts());

        (long, long, long, long, long) Counts()
        {
            ImpairedBridgeStatistics now = read();
            return (now.FramesReceived, now.OctetsReceived, now.FramesSent, now.OctetsSent, now.Drops);
        }
    }

    private static byte[] Segment(ILinkDevice left, ILinkDevice right, byte[] text, bool partial)
    {
        RawStation from = new(left.Info.Address, IpAddress.Parse("198.18.0.1"));
        RawStation to = new(right.Info.Address, IpAddress.Parse("198.18.0.2"));
        return from.Tcp(to, 1, 2, 3, 4, TcpControlBits.Ack, text, partial);
    }

    private TransmitFrame Large(ILinkDevice left, ILinkDevice right) => _source.Frame(Segment(left, right, Text, partial: true), 54, LargeSegment);

    private void AssertArrivesInFourPieces(ILinkDevice right)
    {
        List<byte> joined = [];
        for (int i = 0; i < 4; i++)
        {
            EthernetHeader.TryParse(right.ReceiveOne(_source), out EthernetHeader ethernet);
            Assert.True(Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip));
            Assert.True(TcpHeader.TryParse(ip.Payload, out TcpHeader tcp));
            Assert.True(tcp.IsChecksumValid(ip.Source, ip.Destination));
            Assert.InRange(tcp.Payload.Length, 500, 1000);
            joined.AddRange(tcp.Payload);
        }

        Assert.Equal(Text, joined);
    }

    private (ImpairedBridge Bridge, ILinkDevice Left, ILinkDevice Right) Join(ImpairedBridgeOptions options, MemoryLinkOptions leftLink, MemoryLinkOptions rightLink)
    {
        (ILinkDevice left, ILinkDevice first) = MemoryLink.CreatePair(leftLink with { Name = "left" });
        (ILinkDevice second, ILinkDevice right) = MemoryLink.CreatePair(rightLink with { Name = "right" });
        ImpairedBridge bridge = new(first, second, options);
        _parts.AddRange([bridge, left, right]);
        return (bridge, left, right);
    }
}
