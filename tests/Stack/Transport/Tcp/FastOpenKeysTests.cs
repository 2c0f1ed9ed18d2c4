using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp;

public sealed class FastOpenKeysTests
{
    // a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4 as Linux's tcp_fastopen_key has it.
    private static readonly byte[] Key = [.. new byte[] { 0xA1, 0xB2, 0xC3, 0xD4 }.SelectMany(octet => Enumerable.Repeat(octet, 4))];

    [Theory, Covers("TFO-2")]
    [InlineData("192.0.2.1", "192.168.0.1", "3021b9d889017eeb")]
    [InlineData("fd3d:fa7b:d17d::1", "fd3d:a0b:17d6::1", "c1d1e9742a47a9bc")]
    public void A_cookie_is_the_one_that_Linux_makes_of_the_same_key(string client, string server, string expected)
    {
        byte[] cookie = new byte[FastOpenKeys.CookieSize];
        new FastOpenKeys(Key).MakeCookie(IpAddress.Parse(client), IpAddress.Parse(server), cookie);
        Assert.Equal(expected, Convert.ToHexStringLower(cookie));
    }

    [Fact, Covers("TFO-2")]
    public void A_cookie_holds_for_its_addresses_and_keys_only()
    {
        IpAddress client = IpAddress.FromIpv4(198, 18, 0, 1);
        IpAddress server = IpAddress.FromIpv4(198, 18, 0, 2);
        IpAddress other = IpAddress.FromIpv4(198, 18, 0, 3);
        byte[] second = [.. Key.Reverse()];
        FastOpenKeys first = new(Key);
        byte[] cookie = new byte[FastOpenKeys.CookieSize];
        first.MakeCookie(client, server, cookie);
        Assert.Equal(FastOpenKeys.Verdict.Current, first.Check(client, server, cookie));
        Assert.Equal(FastOpenKeys.Verdict.Former, new FastOpenKeys(second, Key).Check(client, server, cookie));
        Assert.Equal(FastOpenKeys.Verdict.Unknown, new FastOpenKeys(second).Check(client, server, cookie));
        Assert.Equal(FastOpenKeys.Verdict.Unknown, first.Check(other, server, cookie));
        Assert.Equal(FastOpenKeys.Verdict.Unknown, first.Check(client, other, cookie));
        Assert.Equal(FastOpenKeys.Verdict.Unknown, first.Check(client, server, cookie.AsSpan(0, 4)));
        Assert.Equal(FastOpenKeys.Verdict.Unknown, first.Check(client, server, [.. cookie, .. cookie]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(17)]
    public void A_key_of_another_length_is_refused(int octets) =>
        Assert.Throws<ArgumentException>("current", () => new FastOpenKeys(new byte[octets]));
}
