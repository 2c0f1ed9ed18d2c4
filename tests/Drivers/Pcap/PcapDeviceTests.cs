using StackSharp.Drivers;
using StackSharp.Drivers.Pcap;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Drivers.Pcap;

/// <summary>Over a veth pair in a namespace: the kernel has an address on v0, libpcap has v1.</summary>
public sealed class PcapDeviceTests
{
    private static readonly IpAddress OurIp = IpAddress.Parse("198.18.0.2");

    [Fact]
    public void The_kernels_ping_loses_nothing() => OnVeth(() =>
    {
        PcapDevice device = PcapDevice.Open(new PcapOptions { Interface = "v1" });
        Assert.True(device.Info.Address is { IsLocallyAdministered: true, IsMulticast: false });
        Assert.Equal(("pcap:v1", 1400), (device.Info.Name, device.Info.MaximumTransmissionUnit));
        using (new Responder(device, new RawStation(device.Info.Address, OurIp)))
            Assert.Contains(" 0% packet loss", NamespaceThread.Execute("ping", "-f", "-q", "-c", "500", "-s", "1300", "198.18.0.2"), StringComparison.Ordinal);
        Assert.InRange(device.Statistics.FramesReceived, 501, 700);
        Assert.InRange(device.Statistics.FramesSent, 501, 700);
        Assert.Equal(0, device.Statistics.ReceiveDrops);
    });

    [Fact]
    public void What_we_send_does_not_come_back() => OnVeth(() =>
    {
        using FrameSource source = new();
        using PcapDevice device = PcapDevice.Open(new PcapOptions { Interface = "v1", Filter = "udp port 9" });
        using PcapDevice other = PcapDevice.Open(new PcapOptions { Interface = "v0", Filter = "udp port 9" });
        Assert.True(device.HidesOwnFrames);
        RawStation us = new(device.Info.Address, OurIp);
        RawStation them = new(other.Info.Address, IpAddress.Parse("198.18.0.3"));
        device.Send(source.Frame(us.Udp(them, 1, 9, [1])));
        Assert.Equal(43, other.ReceiveOne(source).Length);
        other.Send(source.Frame(them.Udp(us, 1, 9, [1, 2])));
        Assert.Equal(44, device.ReceiveOne(source).Length);
        Assert.Empty(device.ReceiveAll(source));
        Assert.Empty(other.ReceiveAll(source));
        Assert.Equal(0, source.Outstanding);
    });

    [Fact]
    public void A_filter_keeps_the_rest_away() => OnVeth(() =>
    {
        using FrameSource source = new();
        using PcapDevice device = PcapDevice.Open(new PcapOptions { Interface = "v1", Filter = "udp port 9" });
        using PcapDevice other = PcapDevice.Open(new PcapOptions { Interface = "v0" });
        RawStation us = new(other.Info.Address, OurIp);
        RawStation them = new(device.Info.Address, IpAddress.Parse("198.18.0.3"));
        other.Transmit([source.Frame(us.Udp(them, 1, 8, [1])), source.Frame(us.Udp(them, 1, 9, [1, 2])), source.Frame(us.Udp(them, 1, 10, [1]))]);
        Assert.Equal(44, device.ReceiveOne(source).Length);
        Assert.Empty(device.ReceiveAll(source));
    });

    [Fact]
    public void Without_promiscuous_mode_the_cards_own_address_is_enough() => OnVeth(() =>
    {
        PcapDevice device = PcapDevice.Open(new PcapOptions { Interface = "v1", UseInterfaceAddress = true, Promiscuous = false });
        Assert.Equal(MacAddress.Parse("02:00:00:00:00:11"), device.Info.Address);
        using Responder responder = new(device, new RawStation(device.Info.Address, OurIp));
        NamespaceThread.Execute("ping", "-q", "-c", "2", "-i", "0.01", "-W", "5", "198.18.0.2");
    });

    [Fact]
    public void Frames_that_overflow_the_kernels_buffer_are_counted() => OnVeth(() =>
    {
        using FrameSource source = new();
        using PcapDevice device = PcapDevice.Open(new PcapOptions { Interface = "v1", BufferBytes = 1 << 17, Filter = "udp port 9" });
        using PcapDevice other = PcapDevice.Open(new PcapOptions { Interface = "v0" });
        RawStation us = new(other.Info.Address, OurIp);
        byte[] frame = us.Udp(new RawStation(device.Info.Address, OurIp), 1, 9, new byte[1300]);
        for (int i = 0; i < 2000; i++) other.Send(source.Frame(frame));
        int received = 0;
        // The kernel hands frames on in a softirq, which on a busy machine runs after Send has returned.
        Assert.True(SpinWait.SpinUntil(() => (received += device.ReceiveAll(source).Count) + device.Statistics.ReceiveDrops == 2000, DeviceCalls.Patience));
        Assert.InRange(received, 1, 1999);
        Assert.Equal(2000 - received, device.Statistics.ReceiveDrops);
        Assert.Equal(2000 - received, device.Statistics.ReceiveDrops);   // Reading them again does not count them again.
    });

    [Fact]
    public void A_removed_interface_ends_the_device() => OnVeth(() =>
    {
        using FrameSource source = new();
        using PcapDevice device = PcapDevice.Open(new PcapOptions { Interface = "v1" });
        PacketBuffer buffer = source.Buffer();
        int result = 0;
        Thread receiving = DeviceCalls.Start(() =>
        {
            while ((result = device.Receive([buffer])) >= 0) device.WaitForFrames(Timeout.InfiniteTimeSpan);
        });
        NamespaceThread.Execute("ip", "link", "del", "v0");
        receiving.MustEnd();
        Assert.Equal(-1, result);
        Assert.Equal(0, device.Send(source.Frame(new byte[60])));
    });

    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_waiting_thread_comes_back_on_wake_and_on_disposal(bool dispose) => OnVeth(() =>
    {
        PcapDevice device = PcapDevice.Open(new PcapOptions { Interface = "v1", Filter = "udp port 9" });
        Thread waiting = DeviceCalls.Start(() => device.WaitForFrames(Timeout.InfiniteTimeSpan));
        Assert.False(waiting.Join(50), "It did not wait.");
        if (dispose) device.Dispose();
        else device.Wake();
        waiting.MustEnd();
        device.Dispose();
        device.Dispose();
        Assert.Equal(-1, device.Receive([]));
        Assert.Equal(0, device.Statistics.FramesReceived);
    });

    [Fact]
    public void A_frame_allocates_nothing() => OnVeth(() =>
    {
        using FrameSource source = new();
        using PcapDevice device = PcapDevice.Open(new PcapOptions { Interface = "v1" });
        PacketBuffer[] buffers = source.BufferBatch(4);
        byte[] frame = new RawStation(device.Info.Address, OurIp).Udp(new RawStation(device.Info.Address, OurIp), 1, 2, new byte[100]);
        TransmitFrame[] frames = new TransmitFrame[4];
        Allocations.MustBeNone(() =>
        {
            for (int i = 0; i < frames.Length; i++) frames[i] = source.Frame(frame);
            device.Transmit(frames);
            device.Receive(buffers);
            device.WaitForFrames(TimeSpan.FromTicks(10));
        });
        Assert.True(device.Statistics.FramesSent >= 800);
    });

    [Fact]
    public void What_does_not_open_says_why() => OnVeth(() =>
    {
        Assert.Equal(
            "pcap:v9: there is no interface v9: list them with ip link, or tcpdump -D.",
            Assert.Throws<DeviceException>(() => PcapDevice.Open(new PcapOptions { Interface = "v9" })).Message);
        Assert.StartsWith(
            "pcap:v1: the filter 'udp prt' is wrong: ",
            Assert.Throws<DeviceException>(() => PcapDevice.Open(new PcapOptions { Interface = "v1", Filter = "udp prt" })).Message, StringComparison.Ordinal);
        NamespaceThread.Execute("ip", "link", "set", "v1", "down");
        Assert.Equal(
            "pcap:v1: v1 is down: ip link set v1 up",
            Assert.Throws<DeviceException>(() => PcapDevice.Open(new PcapOptions { Interface = "v1" })).Message);
    });

    [Theory]
    [InlineData(PcapNative.ErrorPermissionDenied, "pcap:x: no permission to capture: run as root, or give the program CAP_NET_RAW (setcap cap_net_raw+ep FILE).")]
    [InlineData(PcapNative.ErrorPromiscuousPermissionDenied, "pcap:x: no permission for promiscuous mode: run as root, or turn it off and use the card's own address.")]
    [InlineData(PcapNative.ErrorGeneric, "pcap:x: words of libpcap.")]
    public void A_refusal_says_what_to_do(int status, string expected) =>
        Assert.Equal(expected, PcapFault.Activate("pcap:x", "x", status, "words of libpcap.").Message);

    [Fact]
    public void Other_links_and_a_missing_library_are_named()
    {
        Assert.Equal(
            "pcap:x: link type 113 is not Ethernet (1): only Ethernet interfaces can carry the stack's frames.",
            PcapFault.NotEthernet("pcap:x", 113).Message);
        Assert.StartsWith("pcap:x: libpcap is not installed: ", PcapFault.LibraryIsMissing("pcap:x", new DllNotFoundException("why")).Message, StringComparison.Ordinal);
    }

    private static void OnVeth(Action body) => NamespaceThread.Run(() =>
    {
        NamespaceThread.Execute("ip", "link", "add", "v0", "mtu", "1400", "type", "veth", "peer", "name", "v1", "mtu", "1400");
        NamespaceThread.Execute("ip", "link", "set", "v1", "address", "02:00:00:00:00:11");
        NamespaceThread.Execute("ip", "addr", "add", "198.18.0.1/24", "dev", "v0");
        NamespaceThread.Execute("ip", "link", "set", "v0", "up");
        NamespaceThread.Execute("ip", "link", "set", "v1", "up");
        body();
    });
}
