using StackSharp.Drivers;
using StackSharp.Drivers.Native;
using StackSharp.Drivers.Tap;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Drivers.Tap;

/// <summary>What a user reads when a TAP does not open: one line that says what to do.</summary>
public sealed class TapFaultTests
{
    private static readonly TapOptions Options = new() { Name = "tap0" };

    [Theory]
    [InlineData(""), InlineData("tap-with-16-bytes"), InlineData("a/b"), InlineData("a b"), InlineData("a:1"), InlineData(".."), InlineData("ääääääää")]
    public void An_unusable_name_is_refused(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The name is looked at on Linux only.");
        DeviceException exception = Assert.Throws<DeviceException>(() => TapDevice.Open(new TapOptions { Name = name }));
        Assert.Equal($"tap:{name}: '{name}' is no interface name: 1 to 15 octets, without '/', ':' and blanks.", exception.Message);
    }

    [Fact]
    public void Other_systems_are_pointed_to_pcap() => Assert.Equal(
        "tap:tap0: TAP and TUN interfaces are opened through Linux's /dev/net/tun; here use pcap:INTERFACE.", TapFault.NotOnThisSystem("tap:tap0").Message);

    [Theory]
    [InlineData(ErrorNumber.NoEntry, "/dev/net/tun is missing: load the module (modprobe tun), or give the container the device (--device /dev/net/tun).")]
    [InlineData(ErrorNumber.PermissionDenied, "no permission to open /dev/net/tun: run as root, or let your user read and write it.")]
    [InlineData(ErrorNumber.NoDevice, "the kernel has no TUN/TAP driver: load the module (modprobe tun).")]
    public void Opening_says_what_to_do(int error, string expected) => AssertFault(TapFault.Open("tap:tap0", error), error, expected);

    [Theory]
    [InlineData("tap", ErrorNumber.OperationNotPermitted, "no permission: run as root, or have root run: ip tuntap add dev tap0 mode tap user USER")]
    [InlineData("tun", ErrorNumber.OperationNotPermitted, "no permission: run as root, or have root run: ip tuntap add dev tap0 mode tun user USER")]
    [InlineData("tap", ErrorNumber.Busy, "another program has tap0 open: end it, or choose another name.")]
    [InlineData("tap", ErrorNumber.InvalidArgument, "tap0 exists and is no tap interface, or was made with other options (multi_queue): choose another name.")]
    public void Attaching_says_what_to_do(string kind, int error, string expected)
    {
        DeviceException exception = TapFault.Attach(kind + ":tap0", Options, error);
        Assert.Equal($"{kind}:tap0: {expected.Replace("USER", Environment.UserName, StringComparison.Ordinal)}", exception.Message);
    }

    [Fact]
    public void Setting_says_what_to_do() => AssertFault(
        InterfaceSettings.Fault("tap:tap0", "bring the interface up", "ip link set tap0 up", ErrorNumber.OperationNotPermitted),
        ErrorNumber.OperationNotPermitted,
        "no permission to bring the interface up: run as root, or have root run: ip link set tap0 up");

    [Fact]
    public void Busy_other_kinds_and_other_interfaces_are_told_apart_by_the_kernel() => NamespaceThread.Run(() =>
    {
        using TapDevice device = TapDevice.Open(Options);
        DeviceException busy = Assert.Throws<DeviceException>(() => TapDevice.Open(Options));
        Assert.Equal(ErrorNumber.Busy, busy.ErrorNumber);
        DeviceException kind = Assert.Throws<DeviceException>(() => TapDevice.Open(Options with { Medium = LinkMedium.Ip }));
        Assert.Equal("tun:tap0", kind.Device);
        Assert.Equal(ErrorNumber.InvalidArgument, kind.ErrorNumber);
        Assert.Equal(ErrorNumber.InvalidArgument, Assert.Throws<DeviceException>(() => TapDevice.Open(new TapOptions { Name = "lo" })).ErrorNumber);
    });

    [Fact]
    public void The_kernels_own_address_is_refused() => NamespaceThread.Run(() =>
    {
        NamespaceThread.Execute("ip", "tuntap", "add", "dev", "tap0", "mode", "tap");
        NamespaceThread.Execute("ip", "link", "set", "tap0", "address", "02:00:00:00:00:09");
        DeviceException exception = Assert.Throws<DeviceException>(() => TapDevice.Open(Options with { Address = MacAddress.Parse("02:00:00:00:00:09") }));
        Assert.Equal("tap:tap0: 02:00:00:00:00:09 is the kernel's side of the link: give the stack another hardware address.", exception.Message);
        Assert.Contains("no station's", Assert.Throws<DeviceException>(() => TapDevice.Open(Options with { Address = MacAddress.Broadcast })).Message, StringComparison.Ordinal);
        TapDevice.Open(Options).Dispose();   // The failures gave the interface back.
    });

    [Fact]
    public void A_setting_that_the_kernel_refuses_names_the_command() => NamespaceThread.Run(() =>
    {
        DeviceException exception = Assert.Throws<DeviceException>(() => TapDevice.Open(Options with { MaximumTransmissionUnit = 10 }));
        Assert.StartsWith("tap:tap0: cannot set the MTU to 10: ", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("By hand: ip link set tap0 mtu 10", exception.Message, StringComparison.Ordinal);
    });

    private static void AssertFault(DeviceException exception, int error, string expected)
    {
        Assert.Equal("tap:tap0: " + expected, exception.Message);
        Assert.Equal(error, exception.ErrorNumber);
        Assert.Equal("tap:tap0", exception.Device);
    }
}
