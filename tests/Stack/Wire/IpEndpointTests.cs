using FsCheck.Fluent;
using StackSharp.Stack.Wire;
using Xunit;

namespace StackSharp.Tests.Stack.Wire;

public sealed class IpEndpointTests
{
    [Theory]
    [InlineData("1.2.3.4:80", "1.2.3.4", 80)]
    [InlineData("0.0.0.0:0", "0.0.0.0", 0)]
    [InlineData("[::1]:65535", "::1", 65535)]
    [InlineData("[2001:db8::1]:443", "2001:db8::1", 443)]
    public void An_endpoint_is_read_and_written(string text, string address, int port)
    {
        IpEndpoint endpoint = IpEndpoint.Parse(text);
        Assert.Equal(new IpEndpoint(IpAddress.Parse(address), (ushort)port), endpoint);
        Assert.Equal(text, endpoint.ToString());
    }

    [Theory]
    [InlineData(""), InlineData(":"), InlineData(":80"), InlineData("1.2.3.4"), InlineData("1.2.3.4:"), InlineData("1.2.3.4:65536"), InlineData("1.2.3.4:-1")]
    [InlineData("1.2.3.4: 80"), InlineData("[1.2.3.4]:80"), InlineData("::1:80"), InlineData("[::1]"), InlineData("[::1]80"), InlineData("[::1:80")]
    [InlineData("[]:80"), InlineData("["), InlineData("[:80"), InlineData("]:80"), InlineData("host:80"), InlineData("1.2.3.4:8a")]
    public void What_is_no_endpoint_is_refused(string text)
    {
        Assert.False(IpEndpoint.TryParse(text, out _));
        Assert.Throws<FormatException>(() => IpEndpoint.Parse(text));
    }

    [Fact]
    public void Text_comes_back_as_the_same_endpoint() =>
        (from address in WireGenerators.Address
         from port in WireGenerators.UInt16
         select new IpEndpoint(address, port)).Holds(endpoint => IpEndpoint.Parse(endpoint.ToString()) == endpoint).Check();
}
