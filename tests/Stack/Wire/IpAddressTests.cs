using System.Net;
using FsCheck.Fluent;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Wire;

public sealed class IpAddressTests
{
    [Theory, Covers("IP6-ADDR-3")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("2001:DB8::ABCD", "2001:db8::abcd")]
    [InlineData("2001:0db8:0000:0000:0000:0000:0002:0001", "2001:db8::2:1")]
    [InlineData("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
    [InlineData("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
    [InlineData("2001:0:0:1:0:0:0:1", "2001:0:0:1::1")]
    [InlineData("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("::", "::")]
    [InlineData("0:0:0:0:0:0:0:0", "::")]
    [InlineData("::1", "::1")]
    [InlineData("1::", "1::")]
    [InlineData("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
    [InlineData("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8")]
    [InlineData("0:0:3::", "0:0:3::")]
    [InlineData("ff02::1:ff00:0", "ff02::1:ff00:0")]
    [InlineData("64:ff9b::192.0.2.33", "64:ff9b::c000:221")]
    [InlineData("::13.1.68.3", "::d01:4403")]
    [InlineData("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304")]
    [InlineData("::ffff:129.144.52.38", "129.144.52.38")]
    [InlineData("::ffff:8190:3426", "129.144.52.38")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("198.18.0.99", "198.18.0.99")]
    public void Any_text_form_is_read_and_the_canonical_one_written(string text, string canonical)
    {
        Assert.True(IpAddress.TryParse(text, out IpAddress address));
        Assert.Equal(canonical, address.ToString());
    }

    [Theory, Covers("IP6-ADDR-3")]
    [InlineData(""), InlineData(":"), InlineData(":::"), InlineData("1"), InlineData("1:"), InlineData(":1"), InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9"), InlineData("1::2::3"), InlineData("1:2:3:4::5:6:7:8"), InlineData("12345::"), InlineData("g::")]
    [InlineData("::1.2.3"), InlineData("::1.2.3.4.5"), InlineData("1:2:3:4:5:6:7:1.2.3.4"), InlineData("::1.2.3.4:5"), InlineData("fe80::1%1")]
    [InlineData("1:2:3:4:5:6:7:8:"), InlineData("::1:"), InlineData("[::1]"), InlineData(" ::1"), InlineData("1::/64"), InlineData("::-1")]
    [InlineData("1.2.3"), InlineData("1.2.3.4.5"), InlineData("1.2.3.256"), InlineData("01.2.3.4"), InlineData("1.2.3.04"), InlineData("1.2.3.")]
    [InlineData(".1.2.3"), InlineData("1..2.3"), InlineData("1.2.3.4 "), InlineData("+1.2.3.4"), InlineData("1.2.3.0x4"), InlineData("1.2.3.1000")]
    public void What_is_no_address_is_refused(string text)
    {
        Assert.False(IpAddress.TryParse(text, out IpAddress address));
        Assert.Equal(default, address);
        Assert.Throws<FormatException>(() => IpAddress.Parse(text));
    }

    [Fact, Covers("IP6-ADDR-3")]
    public void Text_comes_back_as_the_same_address() =>
        WireGenerators.Address.Holds(address => IpAddress.Parse(address.ToString()) == address).Check();

    /// <summary>The runtime's writer is a second opinion on everything but the forms with a dotted tail, which ours writes for IPv4 only.</summary>
    [Fact, Covers("IP6-ADDR-3")]
    public void Text_is_what_the_runtime_writes() => WireGenerators.Address.Holds(address =>
    {
        byte[] bytes = new byte[address.Size];
        address.WriteTo(bytes);
        string expected = new IPAddress(bytes).ToString();
        return expected == address.ToString() || (!address.IsIpv4 && expected.Contains('.', StringComparison.Ordinal));
    }).Check();

    [Fact]
    public void Text_that_does_not_fit_is_not_written()
    {
        IpAddress address = IpAddress.Parse("2001:db8::1");
        Assert.False(address.TryFormat(new char[10], out int none));
        Assert.Equal(0, none);
        char[] exact = new char[11];
        Assert.True(address.TryFormat(exact, out int written));
        Assert.Equal(("2001:db8::1", 11), (new string(exact), written));
        string longest = new('f', 4);
        Assert.Equal(IpAddress.MaximumTextLength, IpAddress.Parse(string.Join(':', Enumerable.Repeat(longest, 8))).ToString().Length);
    }

    [Fact]
    public void Bytes_come_back_as_the_same_address() => WireGenerators.Address.Holds(address =>
    {
        Span<byte> bytes = stackalloc byte[address.Size];
        address.WriteTo(bytes);
        return IpAddress.FromBytes(bytes) == address;
    }).Check();

    [Theory]
    [InlineData(0), InlineData(3), InlineData(5), InlineData(15), InlineData(17)]
    public void An_address_has_four_or_sixteen_bytes(int length) =>
        Assert.Throws<ArgumentException>(() => IpAddress.FromBytes(new byte[length]));

    [Fact]
    public void Default_is_the_unspecified_IPv6_address()
    {
        IpAddress address = default;
        Assert.False(address.IsIpv4);
        Assert.Equal(("::", IpAddress.AnyIpv6, 16, 128), (address.ToString(), address, address.Size, address.BitLength));
        Assert.NotEqual(address, IpAddress.AnyIpv4);
        Assert.Equal(("0.0.0.0", 4, 32), (IpAddress.AnyIpv4.ToString(), IpAddress.AnyIpv4.Size, IpAddress.AnyIpv4.BitLength));
        Assert.Equal("1.2.3.4", IpAddress.FromIpv4(1, 2, 3, 4).ToString());
        Assert.Equal(0x0102_0304u, IpAddress.FromIpv4(1, 2, 3, 4).Ipv4Value);
    }

    [Theory]
    [InlineData("0.0.0.0", "unspecified"), InlineData("::", "unspecified")]
    [InlineData("0.0.0.1", ""), InlineData("::2", ""), InlineData("198.18.0.1", ""), InlineData("fd00:198:18::1", "")]
    [InlineData("127.0.0.1", "loopback"), InlineData("127.255.255.255", "loopback"), InlineData("::1", "loopback")]
    [InlineData("126.255.255.255", ""), InlineData("128.0.0.0", ""), InlineData("7f00::1", "")]
    [InlineData("223.255.255.255", ""), InlineData("224.0.0.0", "multicast"), InlineData("239.255.255.255", "multicast"), InlineData("ff02::1", "multicast")]
    [InlineData("fe00::1", ""), InlineData("feff::1", ""), InlineData("::e000:1", "")]
    [InlineData("240.0.0.0", "classE"), InlineData("255.255.255.254", "classE"), InlineData("255.255.255.255", "broadcast"), InlineData("::ffff:ffff", "")]
    [InlineData("169.254.0.1", "linkLocal"), InlineData("169.253.0.1", ""), InlineData("169.255.0.1", "")]
    [InlineData("fe80::1", "linkLocal"), InlineData("febf::1", "linkLocal"), InlineData("fec0::1", ""), InlineData("fe7f::1", "")]
    public void An_address_is_of_at_most_one_kind(string text, string kind)
    {
        IpAddress address = IpAddress.Parse(text);
        List<string> kinds = [];
        if (address.IsUnspecified) kinds.Add("unspecified");
        if (address.IsLoopback) kinds.Add("loopback");
        if (address.IsMulticast) kinds.Add("multicast");
        if (address.IsClassE) kinds.Add("classE");
        if (address.IsLimitedBroadcast) kinds.Add("broadcast");
        if (address.IsLinkLocal) kinds.Add("linkLocal");
        Assert.Equal(kind, string.Join(' ', kinds));
    }

    [Fact]
    public void Order_is_that_of_the_bytes() =>
        WireGenerators.AddressPair.Holds(pair =>
        {
            Span<byte> source = stackalloc byte[pair.Source.Size];
            Span<byte> destination = stackalloc byte[pair.Source.Size];
            pair.Source.WriteTo(source);
            pair.Destination.WriteTo(destination);
            int expected = Math.Sign(source.SequenceCompareTo(destination));
            return Math.Sign(pair.Source.CompareTo(pair.Destination)) == expected
                && (pair.Source < pair.Destination) == (expected < 0) && (pair.Source <= pair.Destination) == (expected <= 0)
                && (pair.Source > pair.Destination) == (expected > 0) && (pair.Source >= pair.Destination) == (expected >= 0)
                && (pair.Source == pair.Destination) == (expected == 0) && (pair.Source != pair.Destination) == (expected != 0);
        }).Check();

    [Fact]
    public void A_prefix_compares_exactly_its_bits() =>
        (from address in WireGenerators.Address
         from length in Gen.Choose(0, address.BitLength)
         from bit in Gen.Choose(0, address.BitLength - 1)
         select (address, length, bit)).Holds(input =>
        {
            byte[] bytes = new byte[input.address.Size];
            input.address.WriteTo(bytes);
            bytes[input.bit / 8] ^= (byte)(0x80 >> (input.bit % 8));
            IpAddress flipped = IpAddress.FromBytes(bytes);
            if (flipped.IsIpv4 != input.address.IsIpv4) return true;
            return flipped.IsInPrefix(input.address, input.length) == (input.bit >= input.length);
        }).Check();

    [Fact]
    public void A_prefix_holds_no_address_of_the_other_family()
    {
        Assert.False(IpAddress.LoopbackIpv4.IsInPrefix(IpAddress.AnyIpv6, 0));
        Assert.False(IpAddress.LoopbackIpv6.IsInPrefix(IpAddress.AnyIpv4, 0));
        Assert.True(IpAddress.LoopbackIpv4.IsInPrefix(IpAddress.AnyIpv4, 0));
    }

    /// <summary>Neighbouring addresses must not share a table's slots: of 65536 in 2^16 slots about 63 % are taken by chance.</summary>
    [Theory]
    [InlineData("198.18.0.0", 0), InlineData("fd00:198:18::", 0), InlineData("fd00:198:18::", 16), InlineData("fd00::", 64), InlineData("fd00::", 100)]
    public void Hash_codes_of_neighbours_spread(string first, int shift)
    {
        IpAddress start = IpAddress.Parse(first);
        HashSet<int> low = [];
        HashSet<int> high = [];
        for (ulong i = 0; i < 65536; i++)
        {
            IpAddress address = shift < 64
                ? IpAddress.FromHalves(start.High, start.Low + (i << shift))
                : IpAddress.FromHalves(start.High + (i << (shift - 64)), start.Low);
            int hash = address.GetHashCode();
            low.Add(hash & 0xFFFF);
            high.Add(hash >>> 16);
        }

        Assert.InRange(low.Count, 40_000, 65_536);
        Assert.InRange(high.Count, 40_000, 65_536);
    }
}
