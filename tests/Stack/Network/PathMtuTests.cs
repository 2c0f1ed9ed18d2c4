using StackSharp.Stack;
using StackSharp.Stack.Network.Ipv4;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Echo;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Network;

public sealed class PathMtuTests
{
    [Fact, Covers("PMTU4-1", "IP4-FRAG-2", "IP4-FRAG-3", "IP4-12")]
    public void Too_big_lowers_the_path_MTU_for_that_destination()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = Connect(wire, dontFragment: true);
        Assert.Equal(TransportError.None, endpoint.Send(new byte[1400], null, wire.Now));
        wire.InjectIpv4(IcmpTests.TooBig(Assert.Single(wire.TakeIpv4()), 1000));
        Assert.Equal(TransportError.MessageSize, endpoint.TryReceive(false, out _));
        Assert.Equal(TransportError.MessageSize, endpoint.Send(new byte[973], null, wire.Now));
        Assert.Equal(TransportError.None, endpoint.Send(new byte[972], null, wire.Now));
        Assert.Equal(1000, IcmpTests.LengthOf(Assert.Single(wire.TakeIpv4())));
        endpoint.Options = endpoint.Options with { DontFragment = false };
        Assert.Equal(TransportError.None, endpoint.Send(new byte[1400], null, wire.Now));
        Assert.Equal(2, wire.TakeIpv4().Count);
        IpAddress other = IpAddress.FromIpv4(198, 18, 0, 3);
        wire.Interface.Neighbors.AddStatic(other, StackOnWire.PeerMac);
        endpoint.Send(new byte[1400], new IpEndpoint(other, 1), wire.Now);
        Assert.Single(wire.TakeIpv4());
        endpoint.Close();
    }

    [Theory, Covers("PMTU4-1")]
    [InlineData(1472, 1492)]
    [InlineData(1464, 1006)]
    [InlineData(979, 1006)]
    [InlineData(978, 508)]
    public void A_router_that_does_not_say_gets_the_next_plateau(int payload, int expected)
    {
        using StackOnWire wire = new(new NetworkStackOptions { Ipv4 = new Ipv4LayerOptions { MinimumPathMtu = 68 } });
        UdpEndpoint endpoint = Connect(wire, dontFragment: true);
        endpoint.Send(new byte[payload], null, wire.Now);
        wire.InjectIpv4(IcmpTests.TooBig(Assert.Single(wire.TakeIpv4()), 0));
        endpoint.TryReceive(false, out _);
        Assert.Equal(TransportError.MessageSize, endpoint.Send(new byte[expected - 27], null, wire.Now));
        Assert.Equal(TransportError.None, endpoint.Send(new byte[expected - 28], null, wire.Now));
        endpoint.Close();
    }

    [Theory, Covers("PMTU4-2")]
    [InlineData(552, 100, 552)]
    [InlineData(68, 100, 100)]
    [InlineData(68, 20, 68)]
    public void It_never_goes_below_the_minimum(int minimum, ushort asked, int expected)
    {
        using StackOnWire wire = new(new NetworkStackOptions { Ipv4 = new Ipv4LayerOptions { MinimumPathMtu = minimum } });
        UdpEndpoint endpoint = Connect(wire, dontFragment: true);
        endpoint.Send(new byte[1400], null, wire.Now);
        wire.InjectIpv4(IcmpTests.TooBig(Assert.Single(wire.TakeIpv4()), asked));
        endpoint.TryReceive(false, out _);
        Assert.Equal(TransportError.MessageSize, endpoint.Send(new byte[expected - 27], null, wire.Now));
        Assert.Equal(TransportError.None, endpoint.Send(new byte[expected - 28], null, wire.Now));
        endpoint.Close();
    }

    [Fact, Covers("PMTU4-3", "PMTU4-4")]
    public void It_is_raised_by_age_alone()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = Connect(wire, dontFragment: true);
        endpoint.Send(new byte[1400], null, wire.Now);
        byte[] sent = Assert.Single(wire.TakeIpv4());
        wire.InjectIpv4(IcmpTests.TooBig(sent, 800));
        endpoint.TryReceive(false, out _);
        wire.InjectIpv4(IcmpTests.TooBig(sent, 1300));
        endpoint.TryReceive(false, out _);
        Assert.Equal(TransportError.MessageSize, endpoint.Send(new byte[900], null, wire.Now));
        wire.Advance(TimeSpan.FromMinutes(9.9));
        Assert.Equal(TransportError.MessageSize, endpoint.Send(new byte[900], null, wire.Now));
        wire.Advance(TimeSpan.FromMinutes(0.2));
        Assert.Equal(TransportError.None, endpoint.Send(new byte[1400], null, wire.Now));
        endpoint.Close();
    }

    [Fact, Covers("ICMP4-5")]
    public void A_forged_message_changes_nothing()
    {
        using StackOnWire wire = new();
        byte[] never = StackOnWire.Udp(5000, new byte[1400], StackOnWire.Peer, StackOnWire.Own, 4000);
        wire.InjectIpv4(IcmpTests.TooBig(never, 600));
        UdpEndpoint endpoint = Connect(wire, dontFragment: true);
        Assert.Equal(TransportError.None, endpoint.Send(new byte[1400], null, wire.Now));
        endpoint.Close();
    }

    [Fact]
    public void The_echo_client_learns_it_too()
    {
        using StackOnWire wire = new();
        wire.Stack.OpenEcho(this, out EchoEndpoint? echo);
        echo!.SendEcho(StackOnWire.Peer, 3, new byte[1400], 0, true, wire.Now);
        wire.InjectIpv4(IcmpTests.TooBig(Assert.Single(wire.TakeIpv4()), 900));
        Assert.True(echo.TryReceive(out EchoReply reply));
        Assert.Equal((EchoOutcome.PacketTooBig, 900), (reply.Outcome, reply.MaximumTransmissionUnit));
        Assert.Equal(TransportError.MessageSize, echo.SendEcho(StackOnWire.Peer, 4, new byte[1400], 0, true, wire.Now));
        echo.Close();
    }

    private UdpEndpoint Connect(StackOnWire wire, bool dontFragment)
    {
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Options = endpoint.Options with { DontFragment = dontFragment };
        Assert.Equal(TransportError.None, endpoint.Connect(new IpEndpoint(StackOnWire.Peer, 5000)));
        return endpoint;
    }
}
