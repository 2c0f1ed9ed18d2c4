using FsCheck.Fluent;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Wire.Ethernet;

public sealed class MacAddressTests
{
    [Theory]
    [InlineData("02:00:00:00:00:01", 0x0200_0000_0001), InlineData("02-00-00-00-00-01", 0x0200_0000_0001), InlineData("FF:FF:FF:ff:ff:ff", 0xFFFF_FFFF_FFFF)]
    [InlineData("00:00:00:00:00:00", 0), InlineData("01:23:45:67:89:aB", 0x0123_4567_89AB)]
    public void Text_is_read_with_colons_or_hyphens(string text, long value)
    {
        MacAddress address = MacAddress.Parse(text);
        Assert.Equal((ulong)value, address.Value);
        Assert.Equal(text.ToLowerInvariant().Replace('-', ':'), address.ToString());
    }

    [Theory]
    [InlineData(""), InlineData("02:00:00:00:00"), InlineData("02:00:00:00:00:01:"), InlineData("02:00:00:00:00:0g"), InlineData("02:00-00:00:00:01")]
    [InlineData("020000000001"), InlineData("02.00.00.00.00.01"), InlineData("02:00:00:00:00: 1"), InlineData("2:0:0:0:0:1:0:0:00"), InlineData("+2:00:00:00:00:01")]
    public void What_is_no_hardware_address_is_refused(string text)
    {
        Assert.False(MacAddress.TryParse(text, out _));
        Assert.Throws<FormatException>(() => MacAddress.Parse(text));
    }

    [Fact]
    public void Bytes_and_text_come_back_as_the_same_address() => WireGenerators.UInt64.Holds(value =>
    {
        MacAddress address = new(value);
        Span<byte> bytes = stackalloc byte[MacAddress.Size];
        address.WriteTo(bytes);
        return MacAddress.FromBytes(bytes) == address && MacAddress.Parse(address.ToString()) == address
            && address.Value == (value & 0xFFFF_FFFF_FFFF) && bytes[0] == (byte)(value >> 40) && bytes[5] == (byte)value;
    }).Check();

    [Theory]
    [InlineData("01:00:5e:00:00:01", true, false, false), InlineData("ff:ff:ff:ff:ff:ff", true, true, true), InlineData("02:00:00:00:00:01", false, false, true)]
    [InlineData("00:01:01:01:01:01", false, false, false), InlineData("33:33:00:00:00:01", true, false, true), InlineData("ff:ff:ff:ff:ff:fe", true, false, true)]
    public void The_group_bit_is_the_lowest_of_the_first_octet(string text, bool multicast, bool broadcast, bool local)
    {
        MacAddress address = MacAddress.Parse(text);
        Assert.Equal((multicast, broadcast, local), (address.IsMulticast, address.IsBroadcast, address.IsLocallyAdministered));
        Assert.Equal(broadcast, address == MacAddress.Broadcast);
    }

    [Theory, Covers("ETH-7")]
    [InlineData("224.0.0.1", "01:00:5e:00:00:01"), InlineData("224.0.0.251", "01:00:5e:00:00:fb"), InlineData("239.255.255.250", "01:00:5e:7f:ff:fa")]
    [InlineData("239.128.0.1", "01:00:5e:00:00:01"), InlineData("225.129.2.3", "01:00:5e:01:02:03")]
    public void An_IPv4_group_maps_by_its_low_23_bits(string group, string expected) =>
        Assert.Equal(expected, MacAddress.FromIpv4Multicast(IpAddress.Parse(group)).ToString());

    [Fact, Covers("ETH-7")]
    public void Thirty_two_IPv4_groups_share_a_hardware_address()
    {
        uint[] groups = [.. Enumerable.Range(0, 32).Select(i => 0xE000_0001u | ((uint)i << 23))];
        Assert.Equal(32, groups.Distinct().Count());
        Assert.Single(groups.Select(group => MacAddress.FromIpv4Multicast(IpAddress.FromIpv4(group))).Distinct());
    }

    [Theory]
    [InlineData("ff02::1", "33:33:00:00:00:01"), InlineData("ff02::1:ff12:3456", "33:33:ff:12:34:56"), InlineData("ff0e::abcd:ef01:2345:6789", "33:33:23:45:67:89")]
    public void An_IPv6_group_maps_by_its_low_32_bits(string group, string expected) =>
        Assert.Equal(expected, MacAddress.FromIpv6Multicast(IpAddress.Parse(group)).ToString());
}
