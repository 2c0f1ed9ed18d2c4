using System.Diagnostics;
using StackSharp.Drivers.Memory;
using StackSharp.Drivers.Wrappers;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;
using Xunit;

namespace StackSharp.Tests.Drivers.Wrappers;

public sealed class ImpairedDeviceTests : IDisposable
{
    private static readonly ImpairmentOptions Slow = new() { Delay = TimeSpan.FromMilliseconds(150) };
    private readonly FrameSource _source = new();
    private readonly List<ILinkDevice> _devices = [];

    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_delay_holds_in_either_direction(bool transmit)
    {
        (ImpairedDevice impaired, ILinkDevice peer) = Pair(transmit ? new() { Transmit = Slow } : new() { Receive = Slow });
        ILinkDevice from = transmit ? impaired : peer;
        ILinkDevice to = transmit ? peer : impaired;
        long started = Stopwatch.GetTimestamp();
        for (byte i = 0; i < 5; i++) Assert.Equal(1, from.Send(_source.Frame([i, 1, 2])));
        Assert.Equal(0, transmit ? _source.Outstanding : 0);   // The stack has its buffers back though the frames are under way.
        Assert.Empty(to.ReceiveAll(_source));
        for (byte i = 0; i < 5; i++) Assert.Equal([i, 1, 2], to.ReceiveOne(_source));
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 150, 5000);
        started = Stopwatch.GetTimestamp();
        to.Send(_source.Frame([9]));
        from.ReceiveOne(_source);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 0, 149);
        Assert.Equal(5, (transmit ? impaired.TransmitImpairments : impaired.ReceiveImpairments).Delivered);
    }

    [Fact]
    public void Loss_duplication_and_corruption_reach_the_peer_as_decided()
    {
        ImpairmentOptions noisy = new() { Loss = 0.1, Duplication = 0.1, Corruption = 0.1 };
        (ImpairedDevice impaired, ILinkDevice peer) = Pair(new() { Transmit = noisy, Seed = 5 });
        for (int i = 0; i < 1000; i++) impaired.Send(_source.Frame(new byte[50]));
        List<byte[]> received = peer.ReceiveAll(_source);
        ImpairmentStatistics decided = impaired.TransmitImpairments;
        Assert.Equal(1000, decided.Offered);
        Assert.InRange(decided.Lost, 60, 140);
        Assert.Equal(decided.Delivered + decided.Duplicated, received.Count);
        Assert.Equal(new LinkDeviceStatistics(0, 0, 0, 1000, 50_000, 0), impaired.Statistics);
        int corrupted = received.Count(frame => frame.Sum(octet => System.Numerics.BitOperations.PopCount(octet)) == 1);
        Assert.InRange(corrupted, decided.Corrupted, decided.Corrupted * 2);
        Assert.All(received, frame => Assert.InRange(frame.Sum(octet => System.Numerics.BitOperations.PopCount(octet)), 0, 1));
    }

    [Fact]
    public void A_full_queue_is_a_counted_drop()
    {
        (ImpairedDevice impaired, _) = Pair(new() { Transmit = new() { BitsPerSecond = 8000, QueueBytes = 300 } });
        Assert.Equal(3, impaired.Transmit([.. Enumerable.Range(0, 5).Select(_ => _source.Frame(new byte[100]))]));
        Assert.Equal(2, impaired.Statistics.TransmitDrops);
        Assert.Equal(2, impaired.TransmitImpairments.QueueDrops);
        Assert.Equal(0, _source.Outstanding);
    }

    [Fact]
    public void Only_an_impaired_transmit_direction_gives_up_offload()
    {
        (ImpairedDevice sending, _) = Pair(new() { Transmit = Slow });
        Assert.Equal(TransmitCapabilities.None, sending.Info.Capabilities);
        Assert.Equal(0, sending.Info.MaximumSegmentationBytes);
        (ImpairedDevice receiving, _) = Pair(new() { Receive = Slow });
        Assert.True(receiving.Info.Capabilities.HasFlag(TransmitCapabilities.TcpSegmentationIpv4));
        TransmitOffload offload = new(true, 34, 16, SegmentationKind.TcpIpv4, 1000, 54);
        Assert.Equal(0, sending.Send(_source.Frame(new byte[5000], 54, offload)));
        Assert.Equal(1, receiving.Send(_source.Frame(new byte[5000], 54, offload)));
    }

    [Fact]
    public void A_large_segment_from_the_peer_is_cut_before_anything_happens_to_it()
    {
        (ImpairedDevice impaired, ILinkDevice peer) = Pair(new() { Receive = new() { Delay = TimeSpan.FromMilliseconds(1) } });
        RawStation from = new(peer.Info.Address, IpAddress.Parse("198.18.0.1"));
        RawStation to = new(impaired.Info.Address, IpAddress.Parse("198.18.0.2"));
        byte[] payload = [.. Enumerable.Range(0, 3500).Select(i => (byte)i)];
        byte[] large = from.Tcp(to, 1, 2, 3, 4, TcpControlBits.Ack, payload, partial: true);
        peer.Send(_source.Frame(large, 54, new TransmitOffload(true, 34, 16, SegmentationKind.TcpIpv4, 1000, 54)));
        peer.Send(_source.Frame(from.Tcp(to, 1, 2, 9, 4, TcpControlBits.Ack, [], partial: true), 54, new TransmitOffload(true, 34, 16, SegmentationKind.None, 0, 54)));
        List<byte> joined = [];
        for (int i = 0; i < 5; i++)
        {
            PacketBuffer buffer = _source.Buffer();
            while (impaired.Receive([buffer]) == 0) impaired.WaitForFrames(Timeout.InfiniteTimeSpan);
            Assert.Equal(default, buffer.Offload);
            EthernetHeader.TryParse(buffer.Span, out EthernetHeader ethernet);
            Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip);
            TcpHeader.TryParse(ip.Payload, out TcpHeader tcp);
            Assert.True(tcp.IsChecksumValid(ip.Source, ip.Destination));
            Assert.InRange(tcp.Payload.Length, 0, 1000);
            joined.AddRange(tcp.Payload);
            buffer.Release();
        }

        Assert.Equal(payload, joined);
        Assert.Equal(5, impaired.ReceiveImpairments.Delivered);
    }

    [Fact]
    public void What_is_under_way_still_arrives_after_the_peer_is_gone()
    {
        (ImpairedDevice impaired, ILinkDevice peer) = Pair(new() { Receive = Slow });
        peer.Send(_source.Frame([1]));
        peer.Dispose();
        Assert.Equal([1], impaired.ReceiveOne(_source));
        PacketBuffer buffer = _source.Buffer();
        Assert.Equal(-1, impaired.Receive([buffer]));
        buffer.Release();
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_waiting_thread_comes_back_on_wake_and_on_disposal(bool dispose)
    {
        (ImpairedDevice impaired, ILinkDevice peer) = Pair(new() { Transmit = new() { Delay = TimeSpan.FromHours(1) }, Receive = new() { Delay = TimeSpan.FromHours(1) } });
        peer.Send(_source.Frame([1]));
        impaired.ReceiveAll(_source);
        impaired.Send(_source.Frame([2]));
        impaired.WaitForFrames(TimeSpan.FromMilliseconds(1));   // The arrival of that frame may be remembered once.
        Thread waiting = DeviceCalls.Start(() => impaired.WaitForFrames(Timeout.InfiniteTimeSpan));
        Assert.False(waiting.Join(50), "It did not wait.");
        if (dispose) impaired.Dispose();
        else impaired.Wake();
        waiting.MustEnd();
        impaired.Dispose();
        Assert.Equal(0, impaired.Send(_source.Frame([3])));
        Assert.Equal(-1, impaired.Receive([]));
        Assert.Equal(0, _source.Outstanding);
    }

    [Fact]
    public void Disposing_under_traffic_hangs_nobody_and_loses_no_buffer()
    {
        for (int round = 0; round < 50; round++)
        {
            using FrameSource source = new(bufferBytes: 70_000);
            (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair();
            ImpairmentOptions link = new() { Delay = TimeSpan.FromMicroseconds(50), Jitter = TimeSpan.FromMicroseconds(100), Duplication = 0.2 };
            ImpairedDevice impaired = new(first, new() { Transmit = link, Receive = link });
            Thread sending = DeviceCalls.Start(() =>
            {
                for (int i = 0; i < 200; i++) impaired.Send(source.Frame(new byte[100]));
            });
            Thread receiving = DeviceCalls.Start(() =>
            {
                using FrameSource own = new();
                PacketBuffer buffer = own.Buffer();
                while (impaired.Receive([buffer]) >= 0) impaired.WaitForFrames(Timeout.InfiniteTimeSpan);
                buffer.Release();
            });
            for (int i = 0; i < 20; i++) second.Send(source.Frame(new byte[100]));
            impaired.Dispose();
            sending.MustEnd();
            receiving.MustEnd();
            second.Dispose();
            Assert.Equal(0, source.Outstanding);
        }
    }

    public void Dispose()
    {
        foreach (ILinkDevice device in _devices) device.Dispose();
        Assert.Equal(0, _source.Outstanding);
        _source.Dispose();
    }

    private (ImpairedDevice Impaired, ILinkDevice Peer) Pair(ImpairedDeviceOptions options)
    {
        (ILinkDevice first, ILinkDevice second) = MemoryLink.CreatePair();
        ImpairedDevice impaired = new(first, options);
        _devices.AddRange([impaired, second]);
        return (impaired, second);
    }
}
