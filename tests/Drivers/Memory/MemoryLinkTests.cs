using FsCheck;
using FsCheck.Fluent;
using StackSharp.Drivers.Memory;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using Xunit;

namespace StackSharp.Tests.Drivers.Memory;

public sealed class MemoryLinkTests
{
    [Fact]
    public void Any_frames_arrive_in_order_with_the_same_bytes() =>
        Prop.ForAll(Gen.Choose(1, 9000).Two().Select(Bytes).ArrayOf().ToArbitrary(), sent =>
        {
            using FrameSource source = new();
            (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair(new MemoryLinkOptions { MaximumTransmissionUnit = 9000 });
            first.Transmit([.. sent.Select(bytes => source.Frame(bytes))]);
            List<byte[]> received = second.ReceiveAll(source);
            first.Dispose();
            second.Dispose();
            return sent.Length == received.Count && sent.Zip(received).All(pair => pair.First.SequenceEqual(pair.Second)) && source.Outstanding == 0;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_super_frame_passes_whole_and_tells_its_segment_size()
    {
        using FrameSource source = new();
        (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair();
        TransmitOffload offload = new(true, 34, 16, SegmentationKind.TcpIpv4, 1448, 66);
        Assert.Equal(1, first.Send(source.Frame(new byte[65_000], 66, offload)));
        PacketBuffer buffer = source.Buffer();
        Assert.Equal(1, second.Receive([buffer]));
        Assert.Equal(65_000, buffer.Length);
        Assert.Equal(new ReceiveOffload(ChecksumVerified: true, SegmentBytes: 1448), buffer.Offload);
        buffer.Release();
    }

    [Fact]
    public void Without_offload_frames_are_those_of_a_wire()
    {
        using FrameSource source = new();
        (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair(new MemoryLinkOptions { Offload = false });
        Assert.Equal(TransmitCapabilities.None, first.Info.Capabilities);
        Assert.Equal(0, first.Info.MaximumSegmentationBytes);
        Assert.Equal(0, first.Send(source.Frame(new byte[100], 54, new TransmitOffload(true, 34, 16, SegmentationKind.None, 0, 54))));
        Assert.Equal(0, first.Send(source.Frame(new byte[1523])));
        Assert.Equal(1, first.Send(source.Frame(new byte[1522])));
        Assert.Equal(new LinkDeviceStatistics(0, 0, 0, 1, 1522, 2), first.Statistics);
        Assert.Equal(1522, Assert.Single(second.ReceiveAll(source)).Length);
        Assert.Equal(0, source.Outstanding);
    }

    [Theory]
    [InlineData(4, 1 << 20, 4)]
    [InlineData(100, 1000, 10)]
    public void What_does_not_fit_into_the_queue_is_dropped_and_counted(int frames, int octets, int expected)
    {
        using FrameSource source = new();
        (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair(new MemoryLinkOptions { QueueFrames = frames, QueueOctets = octets });
        Assert.Equal(expected, first.Transmit([.. Enumerable.Range(0, 20).Select(_ => source.Frame(new byte[100]))]));
        Assert.Equal(20 - expected, first.Statistics.TransmitDrops);
        Assert.Equal(expected, second.ReceiveAll(source).Count);
        Assert.Equal(1, first.Send(source.Frame(new byte[100])));
        Assert.Equal(1, source.Frames.Outstanding);
    }

    [Fact]
    public void A_frame_longer_than_its_buffer_is_dropped_and_the_next_takes_its_place()
    {
        using FrameSource source = new(bufferBytes: 200);
        (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair();
        first.Transmit([source.Frame(new byte[100]), source.Frame(new byte[201]), source.Frame(new byte[200])]);
        Assert.Equal([100, 200], second.ReceiveAll(source).Select(frame => frame.Length));
        Assert.Equal(1, second.Statistics.ReceiveDrops);
        Assert.Equal(0, source.Outstanding);
    }

    [Fact]
    public void Disposing_one_end_frees_its_frames_and_ends_the_other_after_what_was_sent()
    {
        using FrameSource source = new();
        (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair();
        first.Transmit([source.Frame([1, 2, 3]), source.Frame([4])]);
        second.Send(source.Frame([5]));
        first.Dispose();
        Assert.Equal(0, source.Outstanding);
        Assert.Equal([[1, 2, 3], [4]], second.ReceiveAll(source));
        PacketBuffer buffer = source.Buffer();
        Assert.Equal(-1, second.Receive([buffer]));
        Assert.Equal(-1, first.Receive([buffer]));
        Assert.Equal(0, second.Send(source.Frame([6])));
        Assert.Equal(0, first.Send(source.Frame([7])));
        buffer.Release();
        Assert.Equal(0, source.Outstanding);
    }

    [Theory]
    [InlineData("wake")]
    [InlineData("frame")]
    [InlineData("dispose this end")]
    [InlineData("dispose the other end")]
    public void A_waiting_thread_comes_back_on(string occasion)
    {
        using FrameSource source = new();
        (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair();
        Thread waiting = DeviceCalls.Start(() => first.WaitForFrames(Timeout.InfiniteTimeSpan));
        Assert.False(waiting.Join(50), "It did not wait.");
        switch (occasion)
        {
            case "wake": first.Wake(); break;
            case "frame": second.Send(source.Frame([1])); break;
            case "dispose this end": first.Dispose(); break;
            default: second.Dispose(); break;
        }

        waiting.MustEnd();
    }

    [Fact]
    public void A_wake_before_the_wait_counts_once()
    {
        (ILinkDevice first, _) = MemoryLink.CreatePair();
        first.Wake();
        first.Wake();
        first.WaitForFrames(Timeout.InfiniteTimeSpan);
        Thread waiting = DeviceCalls.Start(() => first.WaitForFrames(Timeout.InfiniteTimeSpan));
        Assert.False(waiting.Join(50), "One wake was kept twice.");
        first.Dispose();
        waiting.MustEnd();
    }

    [Fact]
    public void A_batch_allocates_nothing()
    {
        using FrameSource source = new();
        (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair();
        TransmitFrame[] frames = new TransmitFrame[8];
        PacketBuffer[] buffers = source.BufferBatch(8);
        byte[] bytes = new byte[1000];
        Allocations.MustBeNone(() =>
        {
            for (int i = 0; i < frames.Length; i++) frames[i] = source.Frame(bytes);
            first.Transmit(frames);
            second.Receive(buffers);
        });
        Assert.Equal(first.Statistics.FramesSent, second.Statistics.FramesReceived);
        Assert.True(second.Statistics.FramesReceived >= 1600);
    }

    [Theory]
    [InlineData(67), InlineData(65536)]
    public void An_impossible_mtu_is_refused(int mtu) => Assert.Throws<ArgumentOutOfRangeException>(
        () => MemoryLink.CreatePair(new MemoryLinkOptions { MaximumTransmissionUnit = mtu }));

    private static byte[] Bytes((int Length, int Seed) choice)
    {
        byte[] bytes = new byte[choice.Length];
        new Random(choice.Seed).NextBytes(bytes);
        return bytes;
    }
}
