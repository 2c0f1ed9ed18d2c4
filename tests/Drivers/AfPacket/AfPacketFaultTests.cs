using StackSharp.Drivers;
using StackSharp.Drivers.AfPacket;
using StackSharp.Drivers.Native;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Drivers.AfPacket;

/// <summary>What a user reads when an interface does not open: one line that says what to do.</summary>
public sealed class AfPacketFaultTests
{
    [Theory]
    [InlineData(""), InlineData("a-name-of-16-byte"), InlineData("a/b"), InlineData("a b"), InlineData("..")]
    public void An_unusable_name_is_refused(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The name is looked at on Linux only.");
        Assert.Equal(
            $"packet:{name}: '{name}' is no interface name: 1 to 15 octets, without '/', ':' and blanks.",
            Assert.Throws<DeviceException>(() => AfPacketDevice.Open(new AfPacketOptions { Interface = name })).Message);
    }

    [Fact]
    public void Other_systems_are_pointed_to_pcap() => Assert.Equal(
        "packet:x: packet sockets are Linux's; here use pcap:INTERFACE.", AfPacketFault.NotOnThisSystem("packet:x").Message);

    [Theory]
    [InlineData(ErrorNumber.OperationNotPermitted, "no permission for packet sockets: run as root, or give the program CAP_NET_RAW (setcap cap_net_raw+ep FILE).")]
    [InlineData(ErrorNumber.FamilyNotSupported, "the kernel has no packet sockets: load the module (modprobe af_packet), or use tap:NAME.")]
    [InlineData(ErrorNumber.NoBufferSpace, "cannot make a packet socket: No buffer space available (errno 105).")]
    public void Opening_says_what_to_do(int error, string expected) => AssertFault(expected, AfPacketFault.Open("packet:x", error), error);

    [Theory]
    [InlineData(ErrorNumber.NoDevice, "there is no such interface: list them with ip link.")]
    [InlineData(ErrorNumber.OperationNotPermitted, "no permission to bind: run as root.")]
    [InlineData(ErrorNumber.InvalidArgument, "cannot bind: Invalid argument (errno 22).")]
    public void Setting_up_says_what_to_do(int error, string expected) => AssertFault(expected, AfPacketFault.Set("packet:x", "bind", error), error);

    [Theory]
    [InlineData(ErrorNumber.NoMemory, "no memory for a ring of 4096 octets: ask for fewer frames (RingFrames).")]
    [InlineData(ErrorNumber.InvalidArgument, "no ring of 4096 octets: Invalid argument (errno 22).")]
    public void A_ring_refused_says_what_to_do(int error, string expected) => AssertFault(expected, AfPacketFault.Ring("packet:x", 4096, error), error);

    [Fact]
    public void The_interface_is_looked_at_before_anything_is_opened() => Veth.Run(() =>
    {
        AssertMessage("packet:v9: there is no such interface: list them with ip link.", Veth.Options with { Interface = "v9" });
        NamespaceThread.Execute("ip", "link", "set", "lo", "up");
        AssertMessage(
            "packet:lo: lo is no Ethernet interface (its hardware type is 772, not 1): only those can carry the stack's frames.", Veth.Options with { Interface = "lo" });
        AssertMessage(
            "packet:v1: the MTU of v1 is 1400, so packets of 9000 octets cannot leave: ip link set v1 mtu 9000", Veth.Options with { MaximumTransmissionUnit = 9000 });
        AssertMessage(
            "packet:v1: ff:ff:ff:ff:ff:ff is no station's hardware address: the lowest bit of the first octet must be 0.",
            Veth.Options with { Address = MacAddress.Broadcast });
        Assert.Throws<ArgumentOutOfRangeException>(() => AfPacketDevice.Open(Veth.Options with { RingFrames = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => AfPacketDevice.OpenQueues(Veth.Options, 257));
        NamespaceThread.Execute("ip", "link", "set", "v1", "down");
        AssertMessage("packet:v1: v1 is down: ip link set v1 up", Veth.Options);
    });

    private static void AssertMessage(string expected, AfPacketOptions options) =>
        Assert.Equal(expected, Assert.Throws<DeviceException>(() => AfPacketDevice.Open(options)).Message);

    private static void AssertFault(string expected, DeviceException exception, int error)
    {
        Assert.Equal("packet:x: " + expected, exception.Message);
        Assert.Equal(error, exception.ErrorNumber);
    }
}
