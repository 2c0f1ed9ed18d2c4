using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Network;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Network;

public sealed class RouteTests
{
    private static readonly IpAddress FirstGateway = IpAddress.FromIpv4(198, 18, 0, 254), SecondGateway = IpAddress.FromIpv4(198, 18, 0, 253);
    private static readonly IpEndpoint Far = new(IpAddress.FromIpv4(198, 19, 9, 9), 53);

    [Fact, Covers("IP4-RT-1")]
    public void The_longest_prefix_wins_then_the_lowest_metric()
    {
        Gen<IpPrefix> prefix =
            from length in Gen.Choose(0, 32)
            from bits in Gen.Choose(0, 255)
            select new IpPrefix(IpAddress.FromIpv4(198, 18, (byte)(bits >> 4), (byte)(bits << 4)), length);
        Gen<(IpPrefix Prefix, int Interface, int Metric)> route =
            from network in prefix
            from index in Gen.Choose(1, 3)
            from metric in Gen.Choose(0, 5)
            select (network, index, metric);
        Prop.ForAll(route.ListOf().ToArbitrary(), prefix.ToArbitrary(), (routes, destination) =>
        {
            RouteTable table = new();
            List<Route> model = [];
            foreach ((IpPrefix network, int index, int metric) in routes)
            {
                Route added = new(new IpPrefix(network.Network, network.Length), null, index, metric);
                if (table.Add(network, null, index, metric)) model.Add(added);
                else if (!model.Exists(known => known.Prefix == added.Prefix && known.InterfaceIndex == index)) return false;
            }
            for (int index = 0; index <= 3; index++)
            {
                IEnumerable<Route> fitting = model.Where(known => known.Prefix.Contains(destination.Address) && (index == 0 || known.InterfaceIndex == index));
                Route? best = fitting.OrderByDescending(known => known.Prefix.Length).ThenBy(known => known.Metric).FirstOrDefault();
                bool found = table.TryLookup(destination.Address, index, out Route? chosen);
                if (found != best is not null) return false;
                if (found && (chosen!.Prefix.Length, chosen.Metric) != (best!.Prefix.Length, best.Metric)) return false;
            }
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact, Covers("IP4-RT-1")]
    public void Own_before_link_before_gateway_before_default()
    {
        using StackOnWire wire = new();
        wire.Stack.Routes.Add(IpPrefix.Parse("0.0.0.0/0"), FirstGateway, wire.Interface.Index);
        wire.Stack.Routes.Add(IpPrefix.Parse("198.19.0.0/16"), SecondGateway, wire.Interface.Index);
        wire.Interface.Neighbors.AddStatic(FirstGateway, new MacAddress(0x02_00_00_00_00_FE));
        wire.Interface.Neighbors.AddStatic(SecondGateway, new MacAddress(0x02_00_00_00_00_FD));
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        Assert.Null(NextHop(wire, endpoint, StackOnWire.Own));
        Assert.Equal(StackOnWire.PeerMac, NextHop(wire, endpoint, StackOnWire.Peer));
        Assert.Equal(new MacAddress(0x02_00_00_00_00_FD), NextHop(wire, endpoint, Far.Address));
        Assert.Equal(new MacAddress(0x02_00_00_00_00_FE), NextHop(wire, endpoint, IpAddress.Parse("8.8.8.8")));
        endpoint.Close();
    }

    [Fact, Covers("IP4-RT-2")]
    public void A_gateway_that_does_not_answer_is_passed_over_and_comes_back_later()
    {
        using StackOnWire wire = new();
        wire.Stack.Routes.Add(IpPrefix.Parse("0.0.0.0/0"), FirstGateway, wire.Interface.Index, metric: 1);
        wire.Stack.Routes.Add(IpPrefix.Parse("0.0.0.0/0"), SecondGateway, wire.Interface.Index, metric: 2);
        wire.Interface.Neighbors.AddStatic(SecondGateway, new MacAddress(0x02_00_00_00_00_FD));
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Connect(Far);
        endpoint.Send([1], null, wire.Now);
        wire.Advance(TimeSpan.FromSeconds(4));
        wire.TakeFrames();
        Assert.Equal(TransportError.WouldBlock, endpoint.TryReceive(false, out _));   // There is another way: no error.
        Assert.Equal(TransportError.None, endpoint.Send([2], null, wire.Now));
        Assert.True(EthernetHeader.TryParse(Assert.Single(wire.TakeFrames()), out EthernetHeader sent));
        Assert.Equal(new MacAddress(0x02_00_00_00_00_FD), sent.Destination);
        // Nobody pings it meanwhile; after a minute it is tried again.
        wire.Advance(TimeSpan.FromSeconds(55));
        Assert.Empty(wire.TakeFrames());
        wire.Advance(TimeSpan.FromSeconds(6));
        endpoint.Send([3], null, wire.Now);
        Assert.True(EthernetHeader.TryParse(Assert.Single(wire.TakeFrames()), out sent));
        Assert.Equal(EtherType.Arp, sent.EtherType);
        endpoint.Close();
    }

    [Fact, Covers("IP4-RT-2")]
    public void Advice_from_a_transport_makes_the_gateway_prove_itself()
    {
        using StackOnWire wire = new(knowsPeer: false);
        wire.Stack.Routes.Add(IpPrefix.Parse("0.0.0.0/0"), FirstGateway, wire.Interface.Index);
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Send([1], Far, wire.Now);
        MacAddress gatewayMac = new(0x02_00_00_00_00_FE);
        wire.InjectArp(StackSharp.Stack.Wire.Arp.ArpOperation.Reply, gatewayMac, FirstGateway, StackOnWire.OwnMac, StackOnWire.Own, StackOnWire.OwnMac);
        wire.TakeFrames();
        Assert.Equal(RouteError.None, wire.Stack.Paths.TryGet(IpAddress.AnyIpv4, Far.Address, 0, out NetworkPath? path));
        ((TransportPath)path!.View!).SuspectUnreachable();
        Assert.True(EthernetHeader.TryParse(Assert.Single(wire.TakeFrames()), out EthernetHeader probe));
        Assert.Equal((EtherType.Arp, gatewayMac), (probe.EtherType, probe.Destination));
        ((TransportPath)path.View!).ConfirmReachable();
        Assert.Equal(NeighborState.Reachable, wire.Interface.Neighbors.Entries.Single().State);
        endpoint.Close();
    }

    [Fact, Covers("IP4-RT-3")]
    public void With_the_source_bound_the_interface_that_has_it_is_preferred()
    {
        using StackOnWire wire = new();
        NetworkInterface second = wire.Stack.AddInterface(new LinkDeviceInfo("second", LinkMedium.Ip, default, 1500, 1500), wire.Now);
        IpAddress secondAddress = IpAddress.FromIpv4(198, 19, 0, 1);
        wire.Stack.AddAddress(second, new IpPrefix(secondAddress, 32), wire.Now);
        wire.Stack.Routes.Add(IpPrefix.Parse("0.0.0.0/0"), FirstGateway, wire.Interface.Index, metric: 1);
        wire.Stack.Routes.Add(IpPrefix.Parse("0.0.0.0/0"), null, second.Index, metric: 2);
        UdpEndpoint bound = wire.Stack.Udp.Create(this), unbound = wire.Stack.Udp.Create(this);
        bound.Bind(new IpEndpoint(secondAddress, 0), PortSharing.Default);
        bound.Send([1], Far, wire.Now);
        Assert.Equal(1, second.TransmitQueue.Count);
        unbound.Send([1], Far, wire.Now);
        Assert.Equal(1, second.TransmitQueue.Count);
        bound.Close();
        unbound.Close();
    }

    [Fact]
    public void A_path_outlives_changes_that_do_not_concern_it_and_ends_with_its_interface()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Connect(new IpEndpoint(StackOnWire.Peer, 9));
        Assert.Equal(RouteError.None, wire.Stack.Paths.TryGet(StackOnWire.Own, StackOnWire.Peer, 0, out NetworkPath? path));
        wire.Stack.Routes.Add(IpPrefix.Parse("10.0.0.0/8"), FirstGateway, wire.Interface.Index);
        Assert.True(path!.IsValid);
        Assert.Equal(RouteError.None, wire.Stack.Paths.TryGet(StackOnWire.Own, StackOnWire.Peer, 0, out NetworkPath? again));
        Assert.Same(path, again);
        endpoint.Send([1], null, wire.Now);
        wire.Stack.RemoveInterface(wire.Interface, wire.Now);
        Assert.False(path.IsValid);
        Assert.Equal(0, wire.Interface.TransmitQueue.Count);
        Assert.Equal(TransportError.AddressNotAvailable, endpoint.Send([1], null, wire.Now));
        Assert.DoesNotContain(wire.Stack.Routes.Entries, route => route.InterfaceIndex == wire.Interface.Index);
        endpoint.Close();
    }

    [Fact]
    public void The_table_of_paths_is_bounded()
    {
        using StackOnWire wire = new(new NetworkStackOptions { Ipv4 = new StackSharp.Stack.Network.Ipv4.Ipv4LayerOptions { MaximumPaths = 50 } });
        wire.Stack.Routes.Add(IpPrefix.Parse("0.0.0.0/0"), StackOnWire.Peer, wire.Interface.Index);
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        for (uint i = 0; i < 500; i++) Assert.Equal(TransportError.None, endpoint.Send([1], new IpEndpoint(IpAddress.FromIpv4(0x0A00_0001 + i), 9), wire.Now));
        Assert.Equal(50, wire.Stack.Paths.Count);
        wire.TakeFrames();
        endpoint.Close();
    }

    private static MacAddress? NextHop(StackOnWire wire, UdpEndpoint endpoint, IpAddress destination)
    {
        Assert.Equal(TransportError.None, endpoint.Send([1], new IpEndpoint(destination, 1), wire.Now));
        List<byte[]> frames = wire.TakeFrames();
        if (frames.Count == 0) return null;
        Assert.True(EthernetHeader.TryParse(Assert.Single(frames), out EthernetHeader header));
        return header.Destination;
    }
}
