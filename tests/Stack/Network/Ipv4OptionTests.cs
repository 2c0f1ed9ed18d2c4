using StackSharp.Stack.Network;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Packets;
using Xunit;

namespace StackSharp.Tests.Stack.Network;

public sealed class Ipv4OptionTests
{
    [Theory, Covers("IP4-OPT-1", "ICMP4-PP-1")]
    [InlineData(new byte[] { 7, 1, 4, 0 }, 21)]
    [InlineData(new byte[] { 1, 7, 40, 4 }, 22)]
    [InlineData(new byte[] { 7, 7, 5, 0, 0, 0, 0, 0 }, 22)]
    [InlineData(new byte[] { 148, 3, 0, 0 }, 21)]
    public void Malformed_options_give_a_parameter_problem_at_the_octet(byte[] options, byte pointer)
    {
        using StackOnWire wire = new();
        wire.InjectIpv4(With(options, Ping()));
        Icmpv4Header message = StackOnWire.IcmpOf(Assert.Single(wire.TakeIpv4()));
        Assert.Equal(Icmpv4Type.ParameterProblem, message.Type);
        Assert.Equal(pointer, message.Pointer);
        Assert.Equal(1, wire.Stack.Statistics.Ip.Drops(IpDropReason.BadOptions));
    }

    [Theory, Covers("IP4-OPT-1")]
    [InlineData(new byte[] { 1, 1, 1, 0 })]
    [InlineData(new byte[] { 148, 4, 0, 0 })]
    [InlineData(new byte[] { 200, 4, 9, 9 })]
    public void Known_and_unknown_options_do_not_keep_a_packet_from_being_delivered(byte[] options)
    {
        using StackOnWire wire = new();
        wire.InjectIpv4(With(options, Ping()));
        Assert.Equal(Icmpv4Type.EchoReply, StackOnWire.IcmpOf(Assert.Single(wire.TakeIpv4())).Type);
    }

    [Fact, Covers("IP4-OPT-2")]
    public void Source_routes_are_dropped_silently()
    {
        using StackOnWire wire = new();
        wire.InjectIpv4(With([131, 7, 4, 198, 18, 0, 9, 0], Ping()));
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(1, wire.Stack.Statistics.Ip.Drops(IpDropReason.SourceRoute));
    }

    [Fact, Covers("IP4-OPT-3")]
    public void Two_source_routes_are_a_parameter_problem()
    {
        using StackOnWire wire = new();
        wire.InjectIpv4(With([131, 7, 4, 198, 18, 0, 9, 137, 7, 4, 198, 18, 0, 9, 0, 0], Ping()));
        Icmpv4Header message = StackOnWire.IcmpOf(Assert.Single(wire.TakeIpv4()));
        Assert.Equal((Icmpv4Type.ParameterProblem, (byte)27), (message.Type, message.Pointer));
    }

    [Fact, Covers("IP4-OPT-4")]
    public void An_echo_reply_returns_the_recorded_route_with_our_address_added()
    {
        using StackOnWire wire = new();
        wire.InjectIpv4(With([7, 11, 8, 10, 0, 0, 1, 0, 0, 0, 0, 0], Ping()));
        Ipv4Header reply = StackOnWire.Ipv4Of(Assert.Single(wire.TakeIpv4()));
        Assert.Equal([7, 11, 12, 10, 0, 0, 1, 198, 18, 0, 1, 0], reply.Options.ToArray());
        // Full: nothing is inserted.
        wire.InjectIpv4(With([7, 7, 8, 10, 0, 0, 1, 0], Ping()));
        Assert.Equal([7, 7, 8, 10, 0, 0, 1, 0], StackOnWire.Ipv4Of(Assert.Single(wire.TakeIpv4())).Options.ToArray());
    }

    [Fact, Covers("IP4-OPT-4")]
    public void An_echo_reply_returns_timestamps_with_ours_added_or_counts_that_it_found_no_room()
    {
        using StackOnWire wire = new();
        wire.InjectIpv4(With([68, 8, 5, 0, 0, 0, 0, 0], Ping()));
        byte[] options = StackOnWire.Ipv4Of(Assert.Single(wire.TakeIpv4())).Options.ToArray();
        Assert.Equal([68, 8, 9, 0], options[..4]);
        Assert.Equal(0x80, options[4] & 0x80);   // Not universal time.
        wire.InjectIpv4(With([68, 8, 9, 0x20, 1, 2, 3, 4], Ping()));
        Assert.Equal([68, 8, 9, 0x30, 1, 2, 3, 4], StackOnWire.Ipv4Of(Assert.Single(wire.TakeIpv4())).Options.ToArray());
    }

    [Fact, Covers("UDP-6")]
    public void An_application_sets_options_time_to_live_and_class()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Options = endpoint.Options with { NetworkOptions = [148, 4, 0, 0], HopLimit = 9, TrafficClass = 0xB9 };
        Assert.Equal(TransportError.None, endpoint.Send([1], new IpEndpoint(StackOnWire.Peer, 1), wire.Now));
        Ipv4Header sent = StackOnWire.Ipv4Of(Assert.Single(wire.TakeIpv4()));
        Assert.Equal([148, 4, 0, 0], sent.Options.ToArray());
        Assert.Equal((9, 0xB9), (sent.TimeToLive, sent.TrafficClass.Value));
        endpoint.Close();
    }

    private static byte[] Ping() => StackOnWire.Ipv4Of(StackOnWire.EchoRequest([1, 2, 3])).Payload.ToArray();

    private static byte[] With(byte[] options, byte[] payload) => PacketBuilder.Ipv4(
        new Ipv4Fields { Source = StackOnWire.Peer, Destination = StackOnWire.Own, Protocol = IpProtocol.Icmp, TimeToLive = 64 }, payload, options);
}
