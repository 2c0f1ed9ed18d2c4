using StackSharp.Stack.Transport;
using StackSharp.Stack.Wire;
using Xunit;

namespace StackSharp.Tests.Stack.Udp;

/// <summary>Winsock's table on "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE": who is there, who comes, and what the second bind says.</summary>
public sealed class PortTableTests
{
    private const string Ok = "None", InUse = "AddressAlreadyInUse", Denied = "AccessDenied";
    private static readonly IpAddress Wildcard = IpAddress.AnyIpv4, Specific = IpAddress.FromIpv4(198, 18, 0, 1);

    // Columns: default wildcard, default specific, reuse wildcard, reuse specific, exclusive wildcard, exclusive specific.
    [Theory]
    [InlineData(PortSharing.Default, true, InUse, Ok, Denied, Ok, InUse, Ok)]
    [InlineData(PortSharing.Default, false, Ok, InUse, Ok, Denied, InUse, InUse)]
    [InlineData(PortSharing.ReuseAddress, true, InUse, Ok, Ok, Ok, InUse, Ok)]
    [InlineData(PortSharing.ReuseAddress, false, Ok, InUse, Ok, Ok, InUse, InUse)]
    [InlineData(PortSharing.Exclusive, true, InUse, Denied, Denied, Denied, InUse, Denied)]
    [InlineData(PortSharing.Exclusive, false, Ok, InUse, Ok, Denied, InUse, InUse)]
    public void The_sharing_table_holds(PortSharing first, bool firstIsWildcard, params string[] expected)
    {
        (PortSharing, bool)[] columns =
        [
            (PortSharing.Default, true), (PortSharing.Default, false), (PortSharing.ReuseAddress, true),
            (PortSharing.ReuseAddress, false), (PortSharing.Exclusive, true), (PortSharing.Exclusive, false),
        ];
        string[] actual = [.. columns.Select(column => Bind(first, firstIsWildcard, column.Item1, column.Item2).ToString())];
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Two_specific_addresses_and_two_families_never_meet()
    {
        PortTable table = new();
        Assert.Equal(TransportError.None, table.TryBind(new IpEndpoint(Specific, 80), PortSharing.Exclusive, out _));
        Assert.Equal(TransportError.None, table.TryBind(new IpEndpoint(IpAddress.FromIpv4(198, 18, 0, 2), 80), PortSharing.Exclusive, out _));
        Assert.Equal(TransportError.None, table.TryBind(new IpEndpoint(IpAddress.AnyIpv6, 80), PortSharing.Exclusive, out _));
    }

    [Fact]
    public void A_released_port_is_free_and_releasing_twice_harms_nobody()
    {
        PortTable table = new();
        table.TryBind(new IpEndpoint(Wildcard, 80), PortSharing.Default, out PortBinding? first);
        Assert.True(table.IsInUse(80));
        first!.Release();
        Assert.False(table.IsInUse(80));
        Assert.Equal(TransportError.None, table.TryBind(new IpEndpoint(Wildcard, 80), PortSharing.Exclusive, out _));
        first.Release();
        Assert.True(table.IsInUse(80));
    }

    private static TransportError Bind(PortSharing first, bool firstIsWildcard, PortSharing second, bool secondIsWildcard)
    {
        PortTable table = new();
        Assert.Equal(TransportError.None, table.TryBind(new IpEndpoint(firstIsWildcard ? Wildcard : Specific, 80), first, out _));
        return table.TryBind(new IpEndpoint(secondIsWildcard ? Wildcard : Specific, 80), second, out _);
    }
}
