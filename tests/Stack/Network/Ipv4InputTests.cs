using System.Buffers.Binary;
using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Network;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Packets;
using Xunit;

namespace StackSharp.Tests.Stack.Network;

public sealed class Ipv4InputTests
{
    [Theory, Covers("IP4-1")]
    [InlineData(IpDropReason.BadVersion)]
    [InlineData(IpDropReason.BadHeaderLength)]
    [InlineData(IpDropReason.BadHeaderChecksum)]
    [InlineData(IpDropReason.BadTotalLength)]
    [InlineData(IpDropReason.Truncated)]
    public void Malformed_packets_are_dropped_silently(IpDropReason reason)
    {
        using StackOnWire wire = new();
        byte[] packet = StackOnWire.EchoRequest([1, 2, 3]);
        switch (reason)
        {
            case IpDropReason.BadVersion: packet[0] = 0x55; break;
            case IpDropReason.BadHeaderLength: packet[0] = 0x44; break;
            case IpDropReason.BadHeaderChecksum: packet[10] ^= 1; break;
            case IpDropReason.BadTotalLength: BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), 19); break;
            default: packet = packet[..19]; break;
        }
        wire.InjectIpv4(packet);
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(1, wire.Stack.Statistics.Ip.Drops(reason));
        Assert.Equal(1, wire.Stack.Statistics.Ip.InHdrErrors);
    }

    [Fact, Covers("IP4-1")]
    public void A_total_length_beyond_the_frame_is_dropped()
    {
        using StackOnWire wire = new();
        wire.InjectIpv4(StackOnWire.EchoRequest(new byte[100])[..120]);
        Assert.Equal(1, wire.Stack.Statistics.Ip.Drops(IpDropReason.BadTotalLength));
    }

    [Theory, Covers("IP4-2")]
    [InlineData("198.18.0.3", IpDropReason.NotForUs)]
    [InlineData("8.8.8.8", IpDropReason.NotForUs)]
    [InlineData("239.1.2.3", IpDropReason.GroupNotJoined)]
    public void What_is_not_for_us_is_dropped_silently(string destination, IpDropReason reason)
    {
        using StackOnWire wire = new();
        wire.InjectIpv4(StackOnWire.EchoRequest([1], destination: IpAddress.Parse(destination)));
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(1, wire.Stack.Statistics.Ip.Drops(reason));
    }

    [Theory, Covers("IP4-3", "IP4-5", "UDP-7")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("198.18.0.255")]
    [InlineData("240.0.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("198.18.0.1")]
    public void Impossible_sources_are_dropped_silently(string source)
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Bind(new IpEndpoint(IpAddress.AnyIpv4, 7), PortSharing.Default);
        wire.InjectIpv4(StackOnWire.Udp(7, [1], source: IpAddress.Parse(source)));
        Assert.Equal(0, endpoint.QueuedDatagrams);
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(1, wire.Stack.Statistics.Ip.Drops(IpDropReason.InvalidSource));
        endpoint.Close();
    }

    [Theory, Covers("IP4-4", "IP4-5")]
    [InlineData("0.0.0.0")]
    [InlineData("127.0.0.1")]
    [InlineData("250.1.2.3")]
    public void Impossible_destinations_are_dropped_silently(string destination)
    {
        using StackOnWire wire = new();
        wire.InjectIpv4(StackOnWire.EchoRequest([1], destination: IpAddress.Parse(destination)));
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(1, wire.Stack.Statistics.Ip.Drops(IpDropReason.InvalidDestination));
    }

    [Fact, Covers("IP4-4")]
    public void Who_has_no_address_yet_may_speak_to_everybody()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Bind(new IpEndpoint(IpAddress.AnyIpv4, 67), PortSharing.Default);
        wire.Inject(PacketBuilder.Ethernet(
            MacAddress.Broadcast, StackOnWire.PeerMac, EtherType.Ipv4, StackOnWire.Udp(67, [1], IpAddress.LimitedBroadcast, IpAddress.AnyIpv4)));
        Assert.Equal(1, endpoint.QueuedDatagrams);
        endpoint.Close();
    }

    [Theory, Covers("IP4-7")]
    [InlineData("255.255.255.255")]
    [InlineData("198.18.0.255")]
    [InlineData("198.18.0.0")]
    public void Broadcasts_in_every_form_are_received(string destination)
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Bind(new IpEndpoint(IpAddress.AnyIpv4, 7), PortSharing.Default);
        wire.Inject(PacketBuilder.Ethernet(MacAddress.Broadcast, StackOnWire.PeerMac, EtherType.Ipv4, StackOnWire.Udp(7, [1], IpAddress.Parse(destination))));
        Assert.Equal(TransportError.None, endpoint.TryReceive(false, out UdpDatagram datagram));
        Assert.True(datagram.IsBroadcast);
        datagram.Payload.Buffer.Release();
        endpoint.Close();
    }

    [Fact, Covers("IP4-8")]
    public void A_31_bit_network_has_two_hosts_and_no_broadcast()
    {
        using StackOnWire wire = new(hasAddress: false);
        Assert.Equal(TransportError.None, wire.Stack.AddAddress(wire.Interface, new IpPrefix(IpAddress.FromIpv4(198, 18, 0, 1), 31), wire.Now));
        wire.Interface.Neighbors.AddStatic(IpAddress.FromIpv4(198, 18, 0, 0), StackOnWire.PeerMac);
        wire.TakeFrames();
        wire.InjectIpv4(StackOnWire.EchoRequest([1], source: IpAddress.FromIpv4(198, 18, 0, 0)));
        Assert.Equal(IpAddress.FromIpv4(198, 18, 0, 0), StackOnWire.Ipv4Of(Assert.Single(wire.TakeIpv4())).Destination);
        Assert.Equal(TransportError.None, wire.Stack.AddAddress(wire.Interface, new IpPrefix(IpAddress.FromIpv4(198, 18, 5, 255), 32), wire.Now));
    }

    [Theory, Covers("IP4-9")]
    [InlineData(0)]
    [InlineData(1)]
    public void A_time_to_live_of_nothing_is_enough_to_be_delivered_here(byte timeToLive)
    {
        using StackOnWire wire = new();
        byte[] request = StackOnWire.EchoRequest([1]);
        wire.InjectIpv4(PacketBuilder.Ipv4(StackOnWire.Peer, StackOnWire.Own, IpProtocol.Icmp, StackOnWire.Ipv4Of(request).Payload, timeToLive));
        Assert.Equal(64, StackOnWire.Ipv4Of(Assert.Single(wire.TakeIpv4())).TimeToLive);
    }

    [Fact, Covers("IP4-RT-3")]
    public void An_address_of_another_interface_is_not_served()
    {
        using StackOnWire wire = new();
        NetworkInterface second = wire.Stack.AddInterface(new LinkDeviceInfo("second", LinkMedium.Ethernet, new MacAddress(0x02_00_00_00_00_09), 1500, 1514), wire.Now);
        wire.Stack.AddAddress(second, IpPrefix.Parse("198.19.0.1/24"), wire.Now);
        wire.InjectIpv4(StackOnWire.EchoRequest([1], destination: IpAddress.Parse("198.19.0.1")));
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(1, wire.Stack.Statistics.Ip.Drops(IpDropReason.NotForUs));
    }

    [Theory, Covers("IP4-FWD-2")]
    [InlineData("10.0.0.1", "198.18.0.3")]
    [InlineData("198.18.0.2", "255.255.255.255")]
    [InlineData("198.18.0.2", "169.254.1.1")]
    [InlineData("198.18.0.2", "198.18.0.255")]
    [InlineData("0.0.0.0", "198.18.0.3")]
    public void Nothing_is_ever_forwarded(string source, string destination)
    {
        using StackOnWire wire = new();
        wire.Stack.Routes.Add(IpPrefix.Parse("0.0.0.0/0"), StackOnWire.Peer, wire.Interface.Index);
        wire.InjectIpv4(StackOnWire.Udp(7, [1], IpAddress.Parse(destination), IpAddress.Parse(source)));
        Assert.Empty(wire.TakeFrames());
    }

    [Fact]
    public void Ipv6_is_counted_and_dropped()
    {
        using StackOnWire wire = new(medium: LinkMedium.Ip);
        wire.Inject([0x60, .. new byte[59]]);
        Assert.Equal(1, wire.Stack.Statistics.Ip.Drops(IpDropReason.UnsupportedVersion));
    }
}
