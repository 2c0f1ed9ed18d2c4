using StackSharp.Drivers.Tap;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Drivers.Tap;

/// <summary>Against the kernel, in namespaces: what the kernel sees of our side, and how devices begin and end.</summary>
public sealed class TapDeviceTests
{
    private static readonly TapOptions Options = new() { Name = "tap0", HostAddress = IpPrefix.Parse("198.18.0.1/24") };

    [Theory]
    [InlineData(LinkMedium.Ethernet, true), InlineData(LinkMedium.Ethernet, false)]
    [InlineData(LinkMedium.Ip, true), InlineData(LinkMedium.Ip, false)]
    public void The_kernels_ping_loses_nothing(LinkMedium medium, bool offload) => NamespaceThread.Run(() =>
    {
        TapDevice device = TapDevice.Open(Options with { Medium = medium, Offload = offload });
        using (new Responder(device, new RawStation(device.Info.Address, IpAddress.Parse("198.18.0.2"))))
        {
            string output = NamespaceThread.Execute("ping", "-f", "-q", "-c", "2000", "-s", "1400", "198.18.0.2");
            Assert.Contains(" 0% packet loss", output, StringComparison.Ordinal);
        }

        // Only now: ping may have its last answer before the responder has counted it.
        Assert.InRange(device.Statistics.FramesReceived, 2000, 2100);
        Assert.InRange(device.Statistics.FramesSent, 2000, 2100);
    });

    [Fact]
    public void Settings_reach_the_kernel() => NamespaceThread.Run(() =>
    {
        using TapDevice device = TapDevice.Open(Options with { MaximumTransmissionUnit = 4000, TransmitQueueLength = 321 });
        using (TapDevice second = TapDevice.Open(new TapOptions { Name = "tap1", HostAddress = IpPrefix.Parse("fd00:198:18::1/64"), BringUp = false }))
            Assert.Contains("inet6 fd00:198:18::1/64", NamespaceThread.Execute("ip", "addr", "show", "tap1"), StringComparison.Ordinal);
        string shown = NamespaceThread.Execute("ip", "addr", "show", "tap0");
        Assert.Contains("inet 198.18.0.1/24", shown, StringComparison.Ordinal);
        Assert.Contains("mtu 4000", shown, StringComparison.Ordinal);
        Assert.Contains("qlen 321", shown, StringComparison.Ordinal);
        Assert.Contains("UP", shown, StringComparison.Ordinal);
        Assert.Contains($"link/ether {device.HostAddress}", shown, StringComparison.Ordinal);
        Assert.Equal(4000, device.Info.MaximumTransmissionUnit);
        Assert.Equal("tap:tap0", device.Info.Name);
        Assert.NotEqual(device.HostAddress, device.Info.Address);
        Assert.True(device.Info.Address is { IsLocallyAdministered: true, IsMulticast: false });
    });

    [Fact]
    public void The_kernel_numbers_the_interface_and_it_vanishes_with_the_device() => NamespaceThread.Run(() =>
    {
        string name;
        using (TapDevice device = TapDevice.Open(new TapOptions { Name = "t%d" }))
        {
            name = device.InterfaceName;
            Assert.Matches("^t[0-9]+$", name);
            Assert.Equal("tap:" + name, device.Info.Name);
        }

        Assert.DoesNotContain(name, NamespaceThread.Execute("ip", "link"), StringComparison.Ordinal);
    });

    [Fact]
    public void Attaching_to_an_interface_that_others_made_works_whatever_its_header_size() => NamespaceThread.Run(() =>
    {
        NamespaceThread.Execute("ip", "tuntap", "add", "dev", "tap0", "mode", "tap", "vnet_hdr");
        for (int round = 0; round < 2; round++)
        {
            TapDevice device = TapDevice.Open(Options);
            using Responder responder = new(device, new RawStation(device.Info.Address, IpAddress.Parse("198.18.0.2")));
            NamespaceThread.Execute("ping", "-q", "-c", "1", "-W", "5", "198.18.0.2");
        }
    });

    [Fact]
    public void A_deleted_interface_ends_the_device() => NamespaceThread.Run(() =>
    {
        using FrameSource source = new();
        using TapDevice device = TapDevice.Open(Options);
        PacketBuffer buffer = source.Buffer();
        int result = 0;
        Thread receiving = DeviceCalls.Start(() =>
        {
            while ((result = device.Receive([buffer])) >= 0) device.WaitForFrames(Timeout.InfiniteTimeSpan);
        });
        NamespaceThread.Execute("ip", "link", "del", "tap0");
        receiving.MustEnd();
        Assert.Equal(-1, result);
        Assert.Equal(0, device.Send(source.Frame(new byte[60])));
        Assert.Equal(1, device.Statistics.TransmitDrops);
    });

    [Fact]
    public void An_interface_that_is_down_drops_frames_and_goes_on_afterwards() => NamespaceThread.Run(() =>
    {
        using FrameSource source = new();
        using TapDevice device = TapDevice.Open(Options);
        NamespaceThread.Execute("ip", "link", "set", "tap0", "down");
        Assert.Equal(0, device.Send(source.Frame(new byte[60])));
        Assert.Equal(1, device.Statistics.TransmitDrops);
        device.ReceiveAll(source);
        NamespaceThread.Execute("ip", "link", "set", "tap0", "up");
        Assert.Equal(1, device.Send(source.Frame(new byte[60])));
        Assert.Equal(0, source.Outstanding);
    });

    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_waiting_thread_comes_back_on_wake_and_on_disposal(bool dispose) => NamespaceThread.Run(() =>
    {
        TapDevice device = TapDevice.Open(new TapOptions { Name = "tap0", BringUp = false });
        Thread waiting = DeviceCalls.Start(() => device.WaitForFrames(Timeout.InfiniteTimeSpan));
        Assert.False(waiting.Join(50), "It did not wait.");
        if (dispose) device.Dispose();
        else device.Wake();
        waiting.MustEnd();
        device.Dispose();
        device.Dispose();
        device.Wake();
        device.WaitForFrames(Timeout.InfiniteTimeSpan);
        Assert.Equal(-1, device.Receive([]));
    });

    [Fact]
    public void A_wake_before_the_wait_counts_and_the_time_limit_holds() => NamespaceThread.Run(() =>
    {
        using TapDevice device = TapDevice.Open(new TapOptions { Name = "tap0", BringUp = false });
        device.Wake();
        device.WaitForFrames(Timeout.InfiniteTimeSpan);
        long started = Environment.TickCount64;
        device.WaitForFrames(TimeSpan.FromMilliseconds(40));
        Assert.InRange(Environment.TickCount64 - started, 30, 5000);
    });

    [Fact]
    public void Several_queues_are_devices_of_one_interface() => NamespaceThread.Run(() =>
    {
        IReadOnlyList<TapDevice> devices = TapDevice.OpenQueues(Options, 3);
        Assert.Equal(3, devices.Count);
        Assert.All(devices, device => Assert.Equal("tap0", device.InterfaceName));
        Assert.Single(devices.Select(device => device.Info.Address).Distinct());
        RawStation station = new(devices[0].Info.Address, IpAddress.Parse("198.18.0.2"));
        Responder[] responders = [.. devices.Select(device => new Responder(device, station))];
        Assert.Contains(" 0% packet loss", NamespaceThread.Execute("ping", "-f", "-q", "-c", "200", "198.18.0.2"), StringComparison.Ordinal);
        foreach (Responder responder in responders) responder.Dispose();
    });

    [Fact]
    public void A_frame_allocates_nothing() => NamespaceThread.Run(() =>
    {
        using FrameSource source = new();
        using TapDevice device = TapDevice.Open(Options);
        RawStation us = new(device.Info.Address, IpAddress.Parse("198.18.0.2"));
        byte[] ping = new RawStation(device.HostAddress, IpAddress.Parse("198.18.0.1")).Udp(us, 1, 2, new byte[100]);
        PacketBuffer[] buffers = source.BufferBatch(4);
        TransmitFrame[] frames = new TransmitFrame[4];
        Allocations.MustBeNone(() =>
        {
            for (int i = 0; i < frames.Length; i++) frames[i] = source.Frame(ping);
            device.Transmit(frames);
            device.Receive(buffers);
            device.WaitForFrames(TimeSpan.FromTicks(10));
        });
        Assert.True(device.Statistics.FramesSent >= 800);
    });
}
