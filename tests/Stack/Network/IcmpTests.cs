using System.Buffers.Binary;
using StackSharp.Stack;
using StackSharp.Stack.Network.Icmp;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Echo;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Packets;
using Xunit;

namespace StackSharp.Tests.Stack.Network;

public sealed class IcmpTests
{
    private static readonly IpAddress Router = IpAddress.FromIpv4(198, 18, 0, 254);

    [Fact, Covers("ICMP4-1")]
    public void Bad_checksums_are_dropped_silently()
    {
        using StackOnWire wire = new();
        byte[] packet = StackOnWire.EchoRequest([1]);
        packet[^1] ^= 1;
        wire.InjectIpv4(packet);
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(1, wire.Stack.Statistics.Icmp.Drops(IcmpDropReason.Malformed));
        Assert.Equal(1, wire.Stack.Statistics.Icmp.InErrors);
    }

    [Theory, Covers("ICMP4-1", "ICMP4-DEP-1", "ICMP4-SQ-1")]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    [InlineData(13)]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(30)]
    [InlineData(37)]
    [InlineData(200)]
    public void Unknown_and_deprecated_types_are_dropped_silently(byte type)
    {
        using StackOnWire wire = new();
        byte[] quoted = StackOnWire.Udp(1, [1], StackOnWire.Peer, StackOnWire.Own);
        wire.InjectIpv4(Message((Icmpv4Type)type, 0, 0, quoted));
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(1, wire.Stack.Statistics.Icmp.Drops(IcmpDropReason.IgnoredType));
    }

    [Theory, Covers("ICMP4-ECHO-1", "IP4-RT-4", "IP4-11")]
    [InlineData(0)]
    [InlineData(56)]
    [InlineData(1400)]
    [InlineData(2049)]
    [InlineData(65507)]
    public void An_echo_comes_back_whole_from_the_address_that_was_asked(int length)
    {
        using StackOnWire wire = new();
        IpAddress second = IpAddress.FromIpv4(198, 18, 0, 77);
        wire.Stack.AddAddress(wire.Interface, new IpPrefix(second, 24), wire.Now);
        wire.Advance(TimeSpan.FromSeconds(5));
        wire.TakeFrames();
        byte[] data = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];
        byte[] request = StackOnWire.EchoRequest(data, 0xABCD, 0x1234, second);
        int[] cuts = [.. Enumerable.Range(1, Math.Max(0, (length + 8 - 1) / 1480)).Select(i => i * 1480)];
        wire.InjectIpv4([.. cuts.Length == 0 ? [request] : PacketBuilder.Fragments(request, 1, cuts)]);
        List<byte[]> packets = wire.TakeIpv4();
        byte[] reply = [.. packets.SelectMany(packet => StackOnWire.Ipv4Of(packet).Payload.ToArray())];
        Assert.True(Icmpv4Header.TryParse(reply, out Icmpv4Header message));
        Assert.Equal((Icmpv4Type.EchoReply, (ushort)0xABCD, (ushort)0x1234), (message.Type, message.Identifier, message.SequenceNumber));
        Assert.True(message.Payload.SequenceEqual(data));
        Assert.All(packets, packet => Assert.Equal(second, StackOnWire.Ipv4Of(packet).Source));
    }

    [Theory, Covers("ICMP4-ECHO-1")]
    [InlineData("198.18.0.255")]
    [InlineData("255.255.255.255")]
    [InlineData("224.0.0.1")]
    public void Broadcast_and_multicast_echo_is_ignored(string destination)
    {
        using StackOnWire wire = new();
        IpAddress address = IpAddress.Parse(destination);
        MacAddress mac = address.IsMulticast ? MacAddress.FromIpv4Multicast(address) : MacAddress.Broadcast;
        wire.Inject(PacketBuilder.Ethernet(mac, StackOnWire.PeerMac, EtherType.Ipv4, StackOnWire.EchoRequest([1], destination: address)));
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(1, wire.Stack.Statistics.Icmp.Drops(IcmpDropReason.BroadcastEcho));
    }

    [Fact, Covers("ICMP4-DU-1", "ICMP4-2", "UDP-4")]
    public void A_datagram_to_a_closed_port_is_answered_with_as_much_as_fits_in_576()
    {
        using StackOnWire wire = new();
        byte[] datagram = StackOnWire.Udp(1234, new byte[1000]);
        wire.InjectIpv4(datagram);
        byte[] packet = Assert.Single(wire.TakeIpv4());
        Ipv4Header header = StackOnWire.Ipv4Of(packet);
        Icmpv4Header message = StackOnWire.IcmpOf(packet);
        Assert.Equal((Icmpv4Type.DestinationUnreachable, (byte)3), (message.Type, message.Code));
        Assert.Equal(576, header.TotalLength);
        Assert.Equal(StackOnWire.Own, header.Source);
        Assert.Equal(48, header.Dscp);   // CS6, network control.
        Assert.True(message.Payload.SequenceEqual(datagram.AsSpan(0, 548)));
    }

    [Fact, Covers("ICMP4-DU-1")]
    public void An_unknown_protocol_is_answered()
    {
        using StackOnWire wire = new();
        wire.InjectIpv4(PacketBuilder.Ipv4(StackOnWire.Peer, StackOnWire.Own, IpProtocol.Sctp, new byte[20]));
        Icmpv4Header message = StackOnWire.IcmpOf(Assert.Single(wire.TakeIpv4()));
        Assert.Equal((Icmpv4Type.DestinationUnreachable, (byte)2), (message.Type, message.Code));
        Assert.Equal(1, wire.Stack.Statistics.Ip.InUnknownProtos);
    }

    [Fact, Covers("ICMP4-3", "UDP-4")]
    public void There_are_things_that_no_error_is_sent_about()
    {
        using StackOnWire wire = new();
        byte[] toUs = StackOnWire.Udp(1, [1]);
        byte[] unknown = PacketBuilder.Ipv4(StackOnWire.Peer, StackOnWire.Own, IpProtocol.Sctp, new byte[64]);
        MacAddress own = StackOnWire.OwnMac, everybody = MacAddress.Broadcast, peer = StackOnWire.PeerMac;
        // To a broadcast address, to a group, about an ICMP error, about a later fragment, from what is no single host.
        wire.Inject(PacketBuilder.Ethernet(everybody, peer, EtherType.Ipv4, StackOnWire.Udp(1, [1], IpAddress.LimitedBroadcast)));
        wire.Inject(PacketBuilder.Ethernet(own, peer, EtherType.Ipv4, StackOnWire.Udp(1, [1], IpAddress.FromIpv4(198, 18, 0, 255))));
        wire.Inject(PacketBuilder.Ethernet(own, peer, EtherType.Ipv4, StackOnWire.Udp(1, [1], IpAddress.FromIpv4(224, 0, 0, 1))));
        wire.Inject(PacketBuilder.Ethernet(everybody, peer, EtherType.Ipv4, toUs));
        wire.InjectIpv4(Message(Icmpv4Type.DestinationUnreachable, 3, 0, toUs));
        wire.InjectIpv4(Message((Icmpv4Type)99, 0, 0, toUs));
        wire.InjectIpv4(PacketBuilder.Fragments(unknown, 5, 8)[1]);
        foreach (string source in new[] { "0.0.0.0", "127.0.0.1", "255.255.255.255", "198.18.0.255", "224.0.0.9", "255.1.1.1" })
            wire.InjectIpv4(StackOnWire.Udp(1, [1], source: IpAddress.Parse(source)));
        Assert.Empty(wire.TakeFrames());
        // And the same to us alone is answered, so the test means something.
        wire.InjectIpv4(toUs);
        Assert.Single(wire.TakeFrames());
    }

    [Fact, Covers("ICMP4-4")]
    public void Errors_to_one_destination_are_a_second_apart_and_all_together_are_limited()
    {
        using StackOnWire wire = new();
        for (int i = 0; i < 100; i++) wire.InjectIpv4(StackOnWire.Udp(1, [1]));
        Assert.Single(wire.TakeFrames());
        Assert.Equal(99, wire.Stack.Statistics.Icmp.RateLimited);
        wire.Advance(TimeSpan.FromSeconds(1.1));
        wire.InjectIpv4(StackOnWire.Udp(1, [1]));
        Assert.Single(wire.TakeFrames());
        wire.Advance(TimeSpan.FromSeconds(5));
        for (byte i = 10; i < 250; i++)
        {
            IpAddress source = IpAddress.FromIpv4(198, 18, 0, i);
            wire.Interface.Neighbors.AddStatic(source, StackOnWire.PeerMac);
            wire.InjectIpv4(StackOnWire.Udp(1, [1], source: source));
        }
        Assert.Equal(50, wire.TakeFrames().Count);
    }

    [Fact, Covers("ICMP4-4")]
    public void The_limits_can_be_set()
    {
        using StackOnWire wire = new(new NetworkStackOptions { Icmp = new IcmpOptions { ErrorInterval = TimeSpan.Zero, ErrorBurst = 7 } });
        for (int i = 0; i < 100; i++) wire.InjectIpv4(StackOnWire.Udp(1, [1]));
        Assert.Equal(7, wire.TakeFrames().Count);
    }

    [Theory, Covers("ICMP4-5", "ICMP4-DU-2", "ICMP4-TE-1", "UDP-5")]
    [InlineData(3, 0, TransportError.NetworkUnreachable)]
    [InlineData(3, 1, TransportError.HostUnreachable)]
    [InlineData(3, 3, TransportError.ConnectionReset)]
    [InlineData(3, 5, TransportError.HostUnreachable)]
    [InlineData(3, 13, TransportError.HostUnreachable)]
    [InlineData(11, 0, TransportError.NetworkReset)]
    [InlineData(11, 1, TransportError.NetworkReset)]
    public void Errors_reach_the_endpoint_whose_datagram_they_quote_and_no_other(byte type, byte code, TransportError expected)
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this), bystander = wire.Stack.Udp.Create(this);
        endpoint.Connect(new IpEndpoint(StackOnWire.Peer, 5000));
        bystander.Connect(new IpEndpoint(StackOnWire.Peer, 5001));
        endpoint.Send([1, 2, 3], null, wire.Now);
        byte[] sent = Assert.Single(wire.TakeIpv4());
        wire.InjectIpv4(Message((Icmpv4Type)type, code, 0, sent, Router));
        Assert.Same(endpoint, wire.Stack.Ready.Take());
        Assert.Equal(expected, endpoint.TryReceive(false, out _));
        Assert.Equal(TransportError.WouldBlock, endpoint.TryReceive(false, out _));
        Assert.Equal(TransportError.WouldBlock, bystander.TryReceive(false, out _));
        endpoint.Close();
        bystander.Close();
    }

    [Fact, Covers("ICMP4-5")]
    public void Errors_about_what_nobody_sent_are_dropped_and_counted()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Connect(new IpEndpoint(StackOnWire.Peer, 5000));
        endpoint.Send([1], null, wire.Now);
        byte[] sent = Assert.Single(wire.TakeIpv4());
        byte[] otherPort = [.. sent];
        otherPort[23]++;
        wire.InjectIpv4(Message(Icmpv4Type.DestinationUnreachable, 3, 0, otherPort));
        Assert.Equal(1, wire.Stack.Statistics.Icmp.Drops(IcmpDropReason.NoEndpoint));
        wire.InjectIpv4(Message(Icmpv4Type.DestinationUnreachable, 3, 0, sent.AsSpan(0, 27)));
        byte[] notOurs = [.. sent];
        notOurs[15]++;
        wire.InjectIpv4(Message(Icmpv4Type.DestinationUnreachable, 3, 0, notOurs));
        Assert.Equal(2, wire.Stack.Statistics.Icmp.Drops(IcmpDropReason.BadQuotation));
        Assert.Equal(TransportError.WouldBlock, endpoint.TryReceive(false, out _));
        endpoint.Close();
    }

    [Fact, Covers("ICMP4-ECHO-2", "ICMP4-TE-1", "ICMP4-PP-1")]
    public void The_echo_client_gets_replies_and_errors()
    {
        using StackOnWire wire = new();
        Assert.Equal(TransportError.None, wire.Stack.OpenEcho(this, out EchoEndpoint? echo));
        Assert.Equal(TransportError.None, echo!.SendEcho(StackOnWire.Peer, 1, [1, 2, 3], 0, false, wire.Now));
        byte[] request = Assert.Single(wire.TakeIpv4());
        Icmpv4Header message = StackOnWire.IcmpOf(request);
        wire.Advance(TimeSpan.FromMilliseconds(20));
        wire.InjectIpv4(Message(Icmpv4Type.EchoReply, 0, message.RestOfHeader, message.Payload));
        Assert.True(echo.TryReceive(out EchoReply reply));
        Assert.Equal((EchoOutcome.Reply, (ushort)1, StackOnWire.Peer, true, 3), (reply.Outcome, reply.Sequence, reply.From, reply.IsDataIntact, reply.DataLength));
        Assert.Equal(20, reply.RoundTripTime.TotalMilliseconds, 1.0);
        foreach ((Icmpv4Type type, byte code, EchoOutcome outcome) in new[]
        {
            (Icmpv4Type.TimeExceeded, (byte)0, EchoOutcome.HopLimitExceeded),
            (Icmpv4Type.DestinationUnreachable, (byte)1, EchoOutcome.HostUnreachable),
            (Icmpv4Type.ParameterProblem, (byte)0, EchoOutcome.ParameterProblem),
        })
        {
            echo.SendEcho(StackOnWire.Peer, 2, [1], 1, false, wire.Now);
            wire.InjectIpv4(Message(type, code, 0, Assert.Single(wire.TakeIpv4()), Router));
            Assert.True(echo.TryReceive(out reply));
            Assert.Equal((outcome, (ushort)2, Router, StackOnWire.Peer), (reply.Outcome, reply.Sequence, reply.From, reply.Destination));
        }
        wire.InjectIpv4(Message(Icmpv4Type.EchoReply, 0, message.RestOfHeader + 9, [1]));
        Assert.False(echo.TryReceive(out _));
        Assert.Equal(1, wire.Stack.Statistics.Icmp.Drops(IcmpDropReason.UnexpectedReply));
        echo.Close();
    }

    [Fact, Covers("ICMP4-RED-1", "ICMP4-RED-2")]
    public void A_redirect_is_followed_only_from_the_first_hop_to_a_neighbour_and_only_if_allowed()
    {
        IpAddress far = IpAddress.FromIpv4(10, 1, 2, 3), better = IpAddress.FromIpv4(198, 18, 0, 253);
        foreach ((bool allowed, IpAddress from, IpAddress to, bool follows) in new[]
        {
            (true, Router, better, true),
            (false, Router, better, false),
            (true, StackOnWire.Peer, better, false),
            (true, Router, IpAddress.FromIpv4(10, 9, 9, 9), false),
            (true, Router, StackOnWire.Own, false),
        })
        {
            using StackOnWire wire = new(new NetworkStackOptions { Icmp = new IcmpOptions { AcceptRedirects = allowed } });
            wire.Stack.Routes.Add(IpPrefix.Parse("0.0.0.0/0"), Router, wire.Interface.Index);
            byte[] quoted = StackOnWire.Udp(53, [1], far, StackOnWire.Own);
            byte[] redirect = Message(Icmpv4Type.Redirect, 1, to.Ipv4Value, quoted, from);
            wire.InjectIpv4(redirect);
            Assert.True(wire.Stack.Routes.TryLookup(far, 0, out StackSharp.Stack.Network.Route? route));
            Assert.Equal(follows ? better : Router, route!.Gateway);
            Assert.Equal(follows ? 0 : 1, wire.Stack.Statistics.Icmp.Drops(IcmpDropReason.RedirectRefused));
        }
    }

    private static byte[] Message(Icmpv4Type type, byte code, uint word, ReadOnlySpan<byte> payload, IpAddress? from = null) =>
        PacketBuilder.Ipv4(from ?? StackOnWire.Peer, StackOnWire.Own, IpProtocol.Icmp, StackOnWire.Icmp(type, code, word, payload));

    internal static byte[] TooBig(ReadOnlySpan<byte> quoted, ushort mtu) =>
        Message(Icmpv4Type.DestinationUnreachable, (byte)Icmpv4UnreachableCode.FragmentationNeeded, mtu, quoted, Router);

    internal static ushort LengthOf(byte[] packet) => BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2));
}
