using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Wire;

public sealed class IpPrefixTests
{
    [Theory]
    [InlineData("198.18.0.99/16", "198.18.0.0", "198.18.255.255")]
    [InlineData("10.1.2.3/8", "10.0.0.0", "10.255.255.255")]
    [InlineData("192.0.2.130/25", "192.0.2.128", "192.0.2.255")]
    [InlineData("192.0.2.5/30", "192.0.2.4", "192.0.2.7")]
    [InlineData("1.2.3.4/0", "0.0.0.0", "255.255.255.255")]
    [InlineData("fd00:198:18:1::5/48", "fd00:198:18::", null)]
    [InlineData("2001:db8:ffff:ffff:ffff::1/65", "2001:db8:ffff:ffff:8000::", null)]
    [InlineData("2001:db8::1/128", "2001:db8::1", null)]
    public void A_prefix_keeps_its_host_bits_and_knows_its_network(string text, string network, string? broadcast)
    {
        IpPrefix prefix = IpPrefix.Parse(text);
        Assert.Equal(text, prefix.ToString());
        Assert.Equal(network, prefix.Network.ToString());
        Assert.Equal(broadcast, prefix.Broadcast?.ToString());
        Assert.True(prefix.Contains(prefix.Address));
        Assert.True(prefix.Contains(prefix.Network));
        Assert.Equal(prefix.Length == prefix.Address.BitLength, prefix.IsSingleAddress);
    }

    [Theory, Covers("IP4-8")]
    [InlineData("192.0.2.4/31"), InlineData("192.0.2.5/31"), InlineData("192.0.2.5/32")]
    public void A_prefix_of_one_or_two_addresses_has_no_broadcast_address(string text) => Assert.Null(IpPrefix.Parse(text).Broadcast);

    [Fact]
    public void A_prefix_contains_what_shares_its_bits()
    {
        IpPrefix prefix = IpPrefix.Parse("198.18.0.99/15");
        Assert.True(prefix.Contains(IpAddress.Parse("198.19.255.255")));
        Assert.False(prefix.Contains(IpAddress.Parse("198.20.0.0")));
        Assert.False(prefix.Contains(IpAddress.Parse("198.17.255.255")));
    }

    [Theory]
    [InlineData(""), InlineData("/8"), InlineData("1.2.3.4"), InlineData("1.2.3.4/"), InlineData("1.2.3.4/33"), InlineData("1.2.3.4/-1"), InlineData("::/129")]
    [InlineData("::1/ 64"), InlineData("1.2.3.4/8/8"), InlineData("1.2.3/24"), InlineData("::1/300")]
    public void What_is_no_prefix_is_refused(string text)
    {
        Assert.False(IpPrefix.TryParse(text, out _));
        Assert.Throws<FormatException>(() => IpPrefix.Parse(text));
    }

    [Fact]
    public void A_length_fits_the_family()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new IpPrefix(IpAddress.AnyIpv4, 33));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IpPrefix(IpAddress.AnyIpv6, -1));
    }
}
