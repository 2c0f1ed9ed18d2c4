using System.Security.Cryptography;
using StackSharp.Drivers.AfPacket;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire.Udp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Drivers.AfPacket;

/// <summary>Frames too long for a slot of the ring, which wait in the socket's queue: between short ones, tagged, too many, too long.</summary>
public sealed class AfPacketQueueTests
{
    private const int HeaderBytes = RawStation.UdpHeaders;
    private static readonly TransmitOffload Work = new(true, 34, UdpWriter.ChecksumOffset, SegmentationKind.Udp, 1000, HeaderBytes);

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Long_and_short_frames_keep_their_order(bool queued) => Veth.Run(() =>
    {
        using FrameSource source = new();
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options with { AllowQueuedFrames = queued });
        using AfPacketDevice other = AfPacketDevice.Open(Veth.Other);
        int[] lengths = [100, 4000, 60_000, 1300, 1300, 30_000, 2000, 100, 65_000];
        byte[][] payloads = [.. lengths.Select(RandomNumberGenerator.GetBytes)];
        for (int round = 0; round < 30; round++)
        {
            foreach (byte[] payload in payloads) Assert.Equal(1, Send(other, source, payload));
            foreach (byte[] payload in payloads) Assert.Equal(payload, device.ReceiveOne(source, Veth.IsToUs)[HeaderBytes..]);
        }

        Assert.Equal(0, device.Statistics.ReceiveDrops);
        Assert.Equal(0, source.Outstanding);
    });

    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_long_frames_tag_is_put_back(bool queued) => Veth.Run(() =>
    {
        using FrameSource source = new();
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options with { AllowQueuedFrames = queued });
        using AfPacketDevice other = AfPacketDevice.Open(Veth.Other);
        byte[] payload = RandomNumberGenerator.GetBytes(20_000);
        byte[] plain = Veth.Kernel.Udp(Veth.Us, 1, 9, payload, partial: true);
        byte[] tagged = [.. plain[..12], 0x81, 0, 0x60, 7, .. plain[12..]];
        TransmitOffload work = Work with { ChecksumStart = 38, HeaderBytes = HeaderBytes + 4 };
        Assert.Equal(1, other.Send(source.Frame(tagged, HeaderBytes + 4, work)));
        Assert.Equal(tagged, device.ReceiveOne(source, frame => frame[12] == 0x81));
    });

    [Fact]
    public void Frames_for_which_the_queue_has_no_room_are_counted_and_the_others_arrive_in_order() => Veth.Run(() =>
    {
        const int Total = 100;
        using FrameSource source = new();
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options with { ReceiveBufferBytes = 400_000 });
        using AfPacketDevice other = AfPacketDevice.Open(Veth.Other);
        byte[] payload = new byte[30_000];
        for (byte i = 0; i < Total; i++)
        {
            payload[0] = i;
            Assert.Equal(1, Send(other, source, payload));
        }

        List<byte> arrived = [];
        Eventually(() =>
        {
            arrived.AddRange(device.ReceiveAll(source).Where(Veth.IsToUs).Select(frame => frame[HeaderBytes]));
            return arrived.Count + device.Statistics.ReceiveDrops >= Total;
        });
        Assert.Equal(Total, arrived.Count + device.Statistics.ReceiveDrops);
        Assert.InRange(arrived.Count, 5, 30);
        Assert.Equal(arrived.Order(), arrived);
        Send(other, source, payload);
        Assert.Equal(payload, device.ReceiveOne(source, Veth.IsToUs)[HeaderBytes..]);
    });

    [Fact]
    public void A_long_frame_that_its_buffer_does_not_take_is_out_of_the_queue_all_the_same() => Veth.Run(() =>
    {
        using FrameSource source = new();
        using FrameSource small = new(bufferBytes: 3000);
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options);
        using AfPacketDevice other = AfPacketDevice.Open(Veth.Other);
        byte[] payload = RandomNumberGenerator.GetBytes(2800);
        Send(other, source, new byte[4000]);
        Send(other, source, payload);
        Assert.Equal(payload, device.ReceiveOne(small, Veth.IsToUs)[HeaderBytes..]);
        Assert.Equal(1, device.Statistics.ReceiveDrops);
    });

    [Fact]
    public void The_error_of_an_interface_that_went_down_costs_no_frame() => Veth.Run(() =>
    {
        using FrameSource source = new();
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options);
        using AfPacketDevice other = AfPacketDevice.Open(Veth.Other);
        byte[] payload = RandomNumberGenerator.GetBytes(4000);
        Send(other, source, payload);
        Send(other, source, payload);
        NamespaceThread.Execute("ip", "link", "set", "v1", "down");
        Assert.Equal(payload, device.ReceiveOne(source, Veth.IsToUs)[HeaderBytes..]);
        Assert.Equal(payload, device.ReceiveOne(source, Veth.IsToUs)[HeaderBytes..]);
        Assert.Equal(0, device.Statistics.ReceiveDrops);
    });

    [Fact]
    public void Reading_from_the_queue_allocates_nothing() => Veth.Run(() =>
    {
        using FrameSource source = new();
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options);
        using AfPacketDevice other = AfPacketDevice.Open(Veth.Other);
        PacketBuffer[] buffers = source.BufferBatch(4);
        byte[] frame = Veth.Kernel.Udp(Veth.Us, 1, 9, new byte[4000], partial: true);
        TransmitFrame[] frames = new TransmitFrame[1];
        Allocations.MustBeNone(() =>
        {
            frames[0] = source.Frame(frame, HeaderBytes, Work);
            other.Transmit(frames);
            device.Receive(buffers);
        });
        Assert.True(device.Statistics.FramesReceived >= 200);
        foreach (PacketBuffer buffer in buffers) buffer.Release();
    });

    private static int Send(AfPacketDevice other, FrameSource source, byte[] payload) => payload.Length <= 1300
        ? other.Send(source.Frame(Veth.Kernel.Udp(Veth.Us, 1, 9, payload)))
        : other.Send(source.Frame(Veth.Kernel.Udp(Veth.Us, 1, 9, payload, partial: true), HeaderBytes, Work));

    private static void Eventually(Func<bool> condition)
    {
        DateTime end = DateTime.UtcNow + TimeSpan.FromSeconds(10);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < end, "It did not happen.");
            Thread.Yield();
        }
    }
}
