using StackSharp.Drivers.AfPacket;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Drivers.AfPacket;

/// <summary>Over a veth pair, against the kernel: what arrives, what leaves, and how devices begin and end.</summary>
public sealed class AfPacketDeviceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(true, 56), InlineData(true, 1300)]
    [InlineData(false, 56), InlineData(false, 1300)]
    public void The_kernels_ping_loses_nothing(bool offload, int octets) => Veth.Run(() =>
    {
        AfPacketDevice device = AfPacketDevice.Open(Veth.Options with { Offload = offload });
        Assert.Equal(("packet:v1", 1400, Veth.OurHardware), (device.Info.Name, device.Info.MaximumTransmissionUnit, device.Info.Address));
        using (new Responder(device, Veth.Us))
            Assert.Contains(" 0% packet loss", NamespaceThread.Execute("ping", "-f", "-q", "-c", "2000", "-s", $"{octets}", "198.18.0.2"), StringComparison.Ordinal);
        Assert.InRange(device.Statistics.FramesReceived, 2001, 2200);
        Assert.InRange(device.Statistics.FramesSent, 2001, 2200);
        Assert.Equal((0, 0), (device.Statistics.ReceiveDrops, device.Statistics.TransmitDrops));
    });

    [Fact]
    public void Fragments_arrive_as_they_are() => Veth.Run(() =>
    {
        using FrameSource source = new();
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options);
        NamespaceThread.Execute("ip", "neigh", "add", "198.18.0.2", "lladdr", Veth.OurHardware.ToString(), "dev", "v0");
        Assert.Throws<InvalidOperationException>(() => NamespaceThread.Execute("ping", "-q", "-c", "1", "-W", "0.1", "-s", "9000", "198.18.0.2"));
        Assert.Equal(7, device.ReceiveAll(source).Count(frame => frame[12] == 8 && frame[13] == 0 && frame[23] == 1));
    });

    [Fact]
    public void An_address_of_its_own_is_a_station_of_its_own() => Veth.Run(() =>
    {
        MacAddress address = MacAddress.Parse("02:00:00:00:00:77");
        AfPacketDevice device = AfPacketDevice.Open(Veth.Options with { Address = address });
        Assert.Contains("promiscuity 1", NamespaceThread.Execute("ip", "-d", "link", "show", "v1"), StringComparison.Ordinal);
        using (new Responder(device, new RawStation(address, Veth.Us.Address)))
            NamespaceThread.Execute("ping", "-q", "-c", "2", "-i", "0.01", "-W", "5", "198.18.0.2");
        Assert.Contains("promiscuity 0", NamespaceThread.Execute("ip", "-d", "link", "show", "v1"), StringComparison.Ordinal);
    });

    [Theory]
    [InlineData(true), InlineData(false)]
    public void What_this_side_sends_does_not_come_back(bool asGroup) => Veth.Run(() =>
    {
        using FrameSource source = new();
        using AfPacketDevice device = asGroup ? AfPacketDevice.OpenQueues(Veth.Options, 1)[0] : AfPacketDevice.Open(Veth.Options);
        using AfPacketDevice neighbor = AfPacketDevice.Open(Veth.Options);
        using AfPacketDevice other = AfPacketDevice.Open(Veth.Other);
        device.Send(source.Frame(Veth.Us.Udp(Veth.Kernel, 1, 9, [1])));
        neighbor.Send(source.Frame(Veth.Us.Udp(Veth.Kernel, 1, 9, [1, 2])));
        Assert.Equal(43, other.ReceiveOne(source, Veth.IsToUs).Length);
        Assert.Equal(44, other.ReceiveOne(source, Veth.IsToUs).Length);
        other.Send(source.Frame(Veth.ToUs(3)));
        Assert.Equal(45, device.ReceiveOne(source, Veth.IsToUs).Length);
        Assert.DoesNotContain(device.ReceiveAll(source), Veth.IsToUs);
        Assert.Equal(0, source.Outstanding);
    });

    [Theory]
    [InlineData(true, 0x8100), InlineData(true, 0x88A8)]
    [InlineData(false, 0x8100), InlineData(false, 0x88A8)]
    public void The_tag_that_the_kernel_takes_out_is_put_back(bool headers, int protocol) => Veth.Run(() =>
    {
        using FrameSource source = new();
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options with { AllowVirtioHeaders = headers });
        using AfPacketDevice other = AfPacketDevice.Open(Veth.Other);
        byte[] plain = Veth.ToUs(1300);
        byte[] tagged = [.. plain[..12], (byte)(protocol >> 8), (byte)protocol, 0x60, 7, .. plain[12..]];
        byte[] twice = [.. tagged[..16], 0x81, 0, 0, 8, .. plain[12..]];
        other.Transmit([source.Frame(tagged, 58), source.Frame(twice, 62)]);
        Assert.Equal(tagged, device.ReceiveOne(source, frame => frame[12] == (byte)(protocol >> 8)));
        Assert.Equal(twice, device.ReceiveOne(source, frame => frame[12] == (byte)(protocol >> 8)));
    });

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Frames_that_overflow_the_ring_are_counted(bool headers) => Veth.Run(() =>
    {
        const int Total = 100;
        using FrameSource source = new();
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options with { AllowVirtioHeaders = headers, RingFrames = 8 });
        using AfPacketDevice other = AfPacketDevice.Open(Veth.Other);
        device.ReceiveAll(source);
        byte[] frame = Veth.ToUs(1300);
        for (int i = 0; i < Total; i++) Assert.Equal(1, other.Send(source.Frame(frame)));
        Eventually(() => device.Statistics.ReceiveDrops >= Total - 16);
        int received = device.ReceiveAll(source).Count(Veth.IsToUs);
        Assert.InRange(received, 8, 16);   // The last block of memory is filled up.
        Assert.InRange(device.Statistics.ReceiveDrops, Total - received, Total);
        long drops = device.Statistics.ReceiveDrops;
        Assert.Equal(drops, device.Statistics.ReceiveDrops);   // The kernel forgets what it has told; the device does not.
        other.Send(source.Frame(frame));
        device.ReceiveOne(source, Veth.IsToUs);
        Assert.InRange(device.Statistics.ReceiveDrops, drops, drops);
    });

    [Fact]
    public void A_frame_longer_than_its_buffer_or_slot_is_dropped_and_counted() => Veth.Run(() =>
    {
        using FrameSource source = new();
        using FrameSource small = new(bufferBytes: 512);
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options);
        using AfPacketDevice plain = AfPacketDevice.Open(Veth.Options with { AllowVirtioHeaders = false });
        using AfPacketDevice other = AfPacketDevice.Open(Veth.Other);
        TransmitOffload work = new(true, 34, 6, SegmentationKind.Udp, 1000, RawStation.UdpHeaders);
        byte[] large = Veth.Kernel.Udp(Veth.Us, 1, 9, new byte[4000], partial: true);
        other.Transmit([source.Frame(Veth.ToUs(1300)), source.Frame(Veth.ToUs(100)), source.Frame(large, RawStation.UdpHeaders, work)]);
        Assert.Equal(142, device.ReceiveOne(small, Veth.IsToUs).Length);
        Assert.Equal(1, device.Statistics.ReceiveDrops);
        Assert.Equal([1342, 142], [plain.ReceiveOne(source, Veth.IsToUs).Length, plain.ReceiveOne(source, Veth.IsToUs).Length]);
        Eventually(() => plain.ReceiveAll(source).Count == 0 && plain.Statistics.ReceiveDrops == 1);
    });

    [Fact]
    public void A_deleted_interface_ends_the_device() => Veth.Run(() =>
    {
        using FrameSource source = new();
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options);
        PacketBuffer buffer = source.Buffer();
        int result = 0;
        Thread receiving = DeviceCalls.Start(() =>
        {
            while ((result = device.Receive([buffer])) >= 0) device.WaitForFrames(Timeout.InfiniteTimeSpan);
        });
        NamespaceThread.Execute("ip", "link", "del", "v0");
        receiving.MustEnd();
        Assert.Equal(-1, result);
        Assert.Equal(0, device.Transmit([source.Frame(new byte[60]), source.Frame(new byte[60])]));
        Assert.Equal(2, device.Statistics.TransmitDrops);
        device.WaitForFrames(Timeout.InfiniteTimeSpan);
        buffer.Release();
        Assert.Equal(0, source.Outstanding);
    });

    [Fact]
    public void An_interface_that_is_down_drops_frames_and_goes_on_afterwards() => Veth.Run(() =>
    {
        using FrameSource source = new();
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options);
        NamespaceThread.Execute("ip", "link", "set", "v1", "down");
        Assert.Equal(0, device.Transmit([source.Frame(new byte[60]), source.Frame(new byte[60])]));
        Assert.Equal(2, device.Statistics.TransmitDrops);
        Veth.BringUp();

        // The socket has yet to tell that the interface was down: no frame may be lost for that.
        Assert.Equal(1, device.Send(source.Frame(new byte[60])));

        NamespaceThread.Execute("ip", "link", "set", "v1", "down");
        device.ReceiveAll(source);
        device.WaitForFrames(TimeSpan.FromSeconds(5));   // Returns for the error, which is not the end.
        Assert.Equal(0, device.Receive([]));
        Veth.BringUp();
        using AfPacketDevice other = AfPacketDevice.Open(Veth.Other);
        other.Send(source.Frame(Veth.ToUs(100)));
        Assert.Equal(142, device.ReceiveOne(source, Veth.IsToUs).Length);
        Assert.Equal(0, source.Outstanding);
    });

    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_waiting_thread_comes_back_on_wake_and_on_disposal(bool dispose) => Quiet(() =>
    {
        AfPacketDevice device = AfPacketDevice.Open(Veth.Options);
        Thread waiting = DeviceCalls.Start(() => device.WaitForFrames(Timeout.InfiniteTimeSpan));
        Assert.False(waiting.Join(1200), "It did not wait.");   // Longer than it sleeps in one go.
        if (dispose) device.Dispose();
        else device.Wake();
        waiting.MustEnd();
        device.Dispose();
        device.Dispose();
        device.Wake();
        device.WaitForFrames(Timeout.InfiniteTimeSpan);
        Assert.Equal(-1, device.Receive([]));
        Assert.Equal(0, device.Statistics.FramesReceived);
    });

    [Fact]
    public void A_wake_before_the_wait_counts_and_the_time_limit_holds() => Quiet(() =>
    {
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options);
        device.Wake();
        device.WaitForFrames(Timeout.InfiniteTimeSpan);
        foreach (int limit in (int[])[40, 1100])
        {
            long started = Environment.TickCount64;
            device.WaitForFrames(TimeSpan.FromMilliseconds(limit));
            Assert.InRange(Environment.TickCount64 - started, limit - 15, limit + 5000);
        }
    });

    [Fact]
    public void Several_queues_share_the_interface_each_frame_once() => Veth.Run(() =>
    {
        using FrameSource source = new();
        IReadOnlyList<AfPacketDevice> devices = AfPacketDevice.OpenQueues(Veth.Options, 3);
        using AfPacketDevice other = AfPacketDevice.Open(Veth.Other);
        for (int port = 1; port <= 90; port++) other.Send(source.Frame(Veth.ToUs(port, (ushort)port)));
        List<byte[]>[] received = [[], [], []];
        Eventually(() =>
        {
            for (int i = 0; i < 3; i++) received[i].AddRange(devices[i].ReceiveAll(source).Where(Veth.IsToUs));
            return received.Sum(frames => frames.Count) >= 90;
        });
        Assert.Equal(90, received.SelectMany(frames => frames).Select(frame => frame.Length).Distinct().Count());
        Assert.Equal(90, received.Sum(frames => frames.Count));
        Assert.All(received, frames => Assert.InRange(frames.Count, 5, 80));

        Responder[] responders = [.. devices.Select(device => new Responder(device, Veth.Us))];
        Assert.Contains(" 0% packet loss", NamespaceThread.Execute("ping", "-f", "-q", "-c", "200", "198.18.0.2"), StringComparison.Ordinal);
        foreach (Responder responder in responders) responder.Dispose();
    });

    [Fact]
    public void A_frame_allocates_nothing() => Veth.Run(() =>
    {
        using FrameSource source = new();
        using AfPacketDevice device = AfPacketDevice.Open(Veth.Options);
        using AfPacketDevice other = AfPacketDevice.Open(Veth.Other);
        PacketBuffer[] buffers = source.BufferBatch(4);
        byte[] frame = Veth.ToUs(100);
        TransmitFrame[] frames = new TransmitFrame[4];
        Allocations.MustBeNone(() =>
        {
            for (int i = 0; i < frames.Length; i++) frames[i] = source.Frame(frame);
            other.Transmit(frames);
            device.Receive(buffers);
            device.WaitForFrames(TimeSpan.FromTicks(10));
        });
        Assert.True(other.Statistics.FramesSent >= 800);
        Assert.True(device.Statistics.FramesReceived >= 800);
    });

    /// <summary>Without the kernel's own neighbour discovery, which would end a wait.</summary>
    private static void Quiet(Action body) => Veth.Run(() =>
    {
        NamespaceThread.Execute("ip", "link", "set", "v0", "down");
        NamespaceThread.Execute("ip", "link", "set", "v1", "addrgenmode", "none");
        NamespaceThread.Execute("ip", "link", "set", "v1", "arp", "off");
        body();
    });

    private static void Eventually(Func<bool> condition)
    {
        DateTime end = DateTime.UtcNow + Patience;
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < end, "It did not happen.");
            Thread.Yield();
        }
    }
}
