using StackSharp.Drivers;
using StackSharp.Drivers.AfPacket;
using StackSharp.Drivers.Loopback;
using StackSharp.Drivers.Pcap;
using StackSharp.Drivers.PcapFile;
using StackSharp.Drivers.Tap;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Drivers;

public sealed class DeviceNameTests
{
    private const string Kinds = "There are: tap:NAME, tun:NAME, packet:INTERFACE, pcap:INTERFACE, file:PATH, loopback.";

    [Theory]
    [InlineData("", "'' is no device. " + Kinds)]
    [InlineData("eth0", "'eth0' is no device. " + Kinds)]
    [InlineData("bridge:br0", "'bridge:br0' is no device. " + Kinds)]
    [InlineData("TAP:tap0", "'TAP:tap0' is no device. " + Kinds)]
    [InlineData("loopback:1", "'loopback:1' is no device. " + Kinds)]
    [InlineData("tap:", "'tap:' names no device: tap:NAME is needed. " + Kinds)]
    [InlineData("packet:", "'packet:' names no device: packet:INTERFACE is needed. " + Kinds)]
    [InlineData("tun", "'tun' names no device: tun:NAME is needed. " + Kinds)]
    [InlineData("file:", "'file:' names no device: file:PATH is needed. " + Kinds)]
    [InlineData("memory", "'memory' cannot be opened by name: its ends are made in pairs, by MemoryLink.CreatePair.")]
    public void What_is_no_device_is_answered_with_what_there_is(string name, string expected) =>
        Assert.Equal(expected, Assert.Throws<DeviceException>(() => DeviceName.Open(name)).Message);

    [Fact]
    public void Each_kind_opens_with_its_options() => NamespaceThread.Run(() =>
    {
        MacAddress address = MacAddress.Parse("02:00:00:00:00:07");
        DeviceOptions options = new() { Address = address, MaximumTransmissionUnit = 1400, HostAddress = IpPrefix.Parse("198.18.0.1/24"), Offload = false };
        using (ILinkDevice tap = DeviceName.Open("tap:tap0", options))
        {
            Assert.IsType<TapDevice>(tap);
            Assert.Equal((LinkMedium.Ethernet, address, 1400, TransmitCapabilities.None), (tap.Info.Medium, tap.Info.Address, tap.Info.MaximumTransmissionUnit, tap.Info.Capabilities));
            using (ILinkDevice packet = DeviceName.Open("packet:tap0", options))
                Assert.Equal((address, 1400, TransmitCapabilities.None), (packet.Info.Address, packet.Info.MaximumTransmissionUnit, Assert.IsType<AfPacketDevice>(packet).Info.Capabilities));
            using ILinkDevice pcap = DeviceName.Open("pcap:tap0", options with { Filter = "arp" });
            Assert.Equal((address, 1400, "arp"), (pcap.Info.Address, pcap.Info.MaximumTransmissionUnit, Assert.IsType<PcapDevice>(pcap).Filter));
        }

        using (ILinkDevice tun = DeviceName.Open("tun:tun0", options)) Assert.Equal(("tun:tun0", LinkMedium.Ip), (tun.Info.Name, tun.Info.Medium));
        using (ILinkDevice loopback = DeviceName.Open("loopback", options)) Assert.Equal(1400, Assert.IsType<LoopbackDevice>(loopback).Info.MaximumTransmissionUnit);
        string path = CaptureFile.PathOf("icmp/kernel-ping-over-veth.pcap");
        using ILinkDevice file = DeviceName.Open("file:" + path, options);
        Assert.Equal(("file:" + path, address), (file.Info.Name, Assert.IsType<PcapFileDevice>(file).Info.Address));
    });
}
