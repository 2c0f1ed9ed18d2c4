using System.Buffers.Binary;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Network;
using StackSharp.Stack.Network.Ipv4;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Packets;
using Xunit;

namespace StackSharp.Tests.Stack.Network;

public sealed class ForwardingTests
{
    private static readonly IpAddress Near = RouterOnWires.Near;
    private static readonly IpAddress Far = RouterOnWires.Far;

    [Fact, Covers("IP4-FWD-1")]
    public void Forwarding_is_off_until_it_is_turned_on()
    {
        using RouterOnWires router = new(new Ipv4LayerOptions());
        router.Wire.InjectIpv4(Packet(100));
        Assert.Empty(router.TakeFar());
        Assert.Empty(router.Wire.TakeIpv4());
        Assert.Equal(1, router.Stack.Statistics.Ip.Drops(IpDropReason.NotForUs));
        router.Stack.Forwarding = true;
        router.Wire.InjectIpv4(Packet(100));
        router.TakeOneFar();
        router.Stack.Forwarding = false;
        router.Wire.InjectIpv4(Packet(100));
        Assert.Empty(router.TakeFar());
    }

    [Theory, Covers("IP4-FWD-1")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1472)]
    public void Only_the_TTL_and_the_header_checksum_change_on_the_way(int length)
    {
        using RouterOnWires router = new();
        byte[] packet = Packet(length);
        router.Wire.InjectIpv4(packet);
        byte[] forwarded = router.TakeOneFar();
        Assert.Equal(packet[8] - 1, forwarded[8]);
        byte[] expected = [.. packet];
        Ipv4Writer.DecrementTimeToLive(expected);
        Assert.Equal(expected, forwarded);
        IpStatistics ip = router.Stack.Statistics.Ip;
        Assert.Equal((1, 1, 0), (ip.InForwDatagrams, ip.OutForwDatagrams, ip.InDelivers));
    }

    [Theory, Covers("IP4-FWD-1")]
    [InlineData(0)]
    [InlineData(1)]
    public void A_TTL_that_runs_out_is_reported_from_the_side_it_came_from(byte timeToLive)
    {
        using RouterOnWires router = new();
        byte[] packet = PacketBuilder.Ipv4(Near, Far, IpProtocol.Udp, new byte[8], timeToLive);
        router.Wire.InjectIpv4(packet);
        Assert.Empty(router.TakeFar());
        byte[] error = AssertError(router, Icmpv4Type.TimeExceeded, (byte)Icmpv4TimeExceededCode.InTransit);
        Assert.Equal(packet, StackOnWire.IcmpOf(error).Payload.ToArray());
        Assert.Equal(StackOnWire.Own, StackOnWire.Ipv4Of(error).Source);
        Assert.Equal(1, router.Stack.Statistics.Ip.Drops(IpDropReason.TimeToLiveExceeded));
    }

    [Fact]
    public void Without_a_route_the_network_is_unreachable()
    {
        using RouterOnWires router = new();
        router.Wire.InjectIpv4(StackOnWire.Udp(9, [1], IpAddress.FromIpv4(198, 19, 0, 1)));
        AssertError(router, Icmpv4Type.DestinationUnreachable, (byte)Icmpv4UnreachableCode.Network);
        Assert.Equal(1, router.Stack.Statistics.Ip.InNoRoutes);
    }

    [Fact]
    public void A_next_hop_that_does_not_answer_makes_the_host_unreachable()
    {
        using RouterOnWires router = new(knowsFar: false);
        byte[] packet = Packet(100);
        router.Wire.InjectIpv4(packet);
        Assert.Empty(router.TakeFar());
        router.Wire.Advance(TimeSpan.FromSeconds(10));
        byte[] error = AssertError(router, Icmpv4Type.DestinationUnreachable, (byte)Icmpv4UnreachableCode.Host);
        Assert.Equal(packet[28..], StackOnWire.IcmpOf(error).Payload[28..].ToArray());
        router.TakeFar();
    }

    [Fact]
    public void Too_big_and_not_to_be_cut_is_reported_with_the_MTU_of_the_next_link()
    {
        using RouterOnWires router = new(farMtu: 1280);
        router.Wire.InjectIpv4(Packet(1253));
        Assert.Empty(router.TakeFar());
        byte[] error = AssertError(router, Icmpv4Type.DestinationUnreachable, (byte)Icmpv4UnreachableCode.FragmentationNeeded);
        Assert.Equal(1280, StackOnWire.IcmpOf(error).NextHopMtu);
        router.Wire.InjectIpv4(Packet(1252));
        Assert.Equal(1280, router.TakeOneFar().Length);
    }

    [Fact]
    public void Too_big_is_cut_where_it_may_be_and_pieces_are_cut_once_more()
    {
        using RouterOnWires router = new(farMtu: 580);
        byte[] data = [.. Enumerable.Range(0, 2000).Select(i => (byte)(i * 13))];
        byte[] whole = PacketBuilder.Ipv4(
            new Ipv4Fields { Source = Near, Destination = Far, Protocol = IpProtocol.Udp, TimeToLive = 9, Identification = 77 }, data);
        router.Wire.InjectIpv4([.. PacketBuilder.Fragments(whole, 77, 1200)]);
        List<(byte[] Packet, TransmitOffload Offload)> pieces = router.TakeFar();
        byte[] rebuilt = new byte[data.Length];
        foreach ((byte[] piece, _) in pieces)
        {
            Ipv4Header header = StackOnWire.Ipv4Of(piece);
            Assert.InRange(piece.Length, 21, 580);
            Assert.Equal((77, 8), (header.Identification, header.TimeToLive));
            header.Payload.CopyTo(rebuilt.AsSpan(header.FragmentOffset));
            Assert.Equal(header.FragmentOffset + header.Payload.Length < data.Length, header.MoreFragments);
        }
        Assert.Equal(data, rebuilt);
        Assert.Equal(5, pieces.Count);
        Assert.Equal(2, router.Stack.Statistics.Ip.OutForwDatagrams);
    }

    [Theory, Covers("IP4-FWD-2")]
    [InlineData("198.18.0.2", "127.0.0.1")]
    [InlineData("127.0.0.1", "198.18.1.2")]
    [InlineData("198.18.0.2", "240.0.0.1")]
    [InlineData("240.0.0.1", "198.18.1.2")]
    [InlineData("198.18.0.2", "169.254.1.1")]
    [InlineData("169.254.1.1", "198.18.1.2")]
    [InlineData("0.0.0.0", "198.18.1.2")]
    [InlineData("0.1.2.3", "198.18.1.2")]
    [InlineData("198.18.0.2", "0.1.2.3")]
    [InlineData("198.18.0.2", "255.255.255.255")]
    [InlineData("198.18.0.2", "198.18.1.255")]
    [InlineData("198.18.0.2", "198.18.1.0")]
    [InlineData("198.18.0.2", "239.1.2.3")]
    [InlineData("198.18.0.255", "198.18.1.2")]
    public void What_must_not_be_forwarded_is_dropped_in_silence(string source, string destination)
    {
        using RouterOnWires router = new();
        router.Stack.Routes.Add(IpPrefix.Parse("0.0.0.0/0"), Far, router.FarSide.Index);
        router.Wire.InjectIpv4(PacketBuilder.Udp(new IpEndpoint(IpAddress.Parse(source), 1), new IpEndpoint(IpAddress.Parse(destination), 2), [1, 2, 3]));
        Assert.Empty(router.TakeFar());
        Assert.Empty(router.Wire.TakeIpv4());
        Assert.Equal(0, router.Stack.Statistics.Ip.OutForwDatagrams);
    }

    [Fact, Covers("IP4-FWD-2")]
    public void What_came_to_everybody_on_the_link_is_not_forwarded()
    {
        using RouterOnWires router = new();
        router.Wire.Inject(PacketBuilder.Ethernet(MacAddress.Broadcast, StackOnWire.PeerMac, EtherType.Ipv4, Packet(1)));
        router.Wire.Inject(PacketBuilder.Ethernet(new MacAddress(0x01_00_5E_00_00_01), StackOnWire.PeerMac, EtherType.Ipv4, Packet(1)));
        Assert.Empty(router.TakeFar());
        Assert.Equal(2, router.Stack.Statistics.Ip.Drops(IpDropReason.UnicastInLinkBroadcast));
    }

    [Fact, Covers("IP4-FWD-2")]
    public void Directed_broadcasts_are_forwarded_only_if_told_so()
    {
        using RouterOnWires router = new(new Ipv4LayerOptions { Forwarding = true, ForwardDirectedBroadcasts = true });
        router.Wire.InjectIpv4(StackOnWire.Udp(9, [1], IpAddress.FromIpv4(198, 18, 1, 255)));
        Assert.Equal(IpAddress.FromIpv4(198, 18, 1, 255), StackOnWire.Ipv4Of(router.TakeOneFar()).Destination);
    }

    [Fact]
    public void Source_routes_are_not_followed_and_recorded_routes_name_this_router()
    {
        using RouterOnWires router = new();
        Ipv4Fields fields = new() { Source = Near, Destination = Far, Protocol = IpProtocol.Udp, TimeToLive = 9, DontFragment = true };
        byte[] loose = [131, 7, 4, 198, 18, 1, 2, 0];
        router.Wire.InjectIpv4(PacketBuilder.Ipv4(fields, new byte[8], loose));
        Assert.Empty(router.TakeFar());
        Assert.Equal(1, router.Stack.Statistics.Ip.Drops(IpDropReason.SourceRoute));
        byte[] record = [7, 7, 4, 0, 0, 0, 0, 0];
        router.Wire.InjectIpv4(PacketBuilder.Ipv4(fields, new byte[8], record));
        Assert.Equal([7, 7, 8, 198, 18, 1, 1, 0], StackOnWire.Ipv4Of(router.TakeOneFar()).Options.ToArray());
    }

    [Fact]
    public void A_router_takes_what_is_for_any_of_its_addresses()
    {
        using RouterOnWires router = new();
        router.Wire.InjectIpv4(StackOnWire.EchoRequest([5], destination: RouterOnWires.FarOwn));
        Assert.Equal(RouterOnWires.FarOwn, StackOnWire.Ipv4Of(Assert.Single(router.Wire.TakeIpv4())).Source);
    }

    [Fact, Covers("IP4-FWD-3")]
    public void A_host_that_takes_a_roundabout_way_is_redirected_once_a_second()
    {
        using RouterOnWires router = new();
        IpAddress other = IpAddress.FromIpv4(198, 18, 0, 3), distant = IpAddress.FromIpv4(198, 19, 0, 1);
        router.Wire.Interface.Neighbors.AddStatic(other, new MacAddress(0x02_00_00_00_00_09));
        router.Stack.Routes.Add(IpPrefix.Parse("198.19.0.0/16"), other, router.Wire.Interface.Index);
        router.Wire.InjectIpv4(StackOnWire.Udp(9, [1], distant), StackOnWire.Udp(9, [2], distant));
        List<byte[]> sent = router.Wire.TakeIpv4();
        Assert.Equal(2, sent.Count(packet => StackOnWire.Ipv4Of(packet).Destination == distant));
        Icmpv4Header redirect = StackOnWire.IcmpOf(Assert.Single(sent, packet => StackOnWire.Ipv4Of(packet).Destination == Near));
        Assert.Equal((Icmpv4Type.Redirect, (byte)Icmpv4RedirectCode.Host, other), (redirect.Type, redirect.Code, redirect.GatewayAddress));
        router.Wire.Advance(TimeSpan.FromSeconds(2));
        router.Wire.InjectIpv4(StackOnWire.Udp(9, [1], distant));
        Assert.Equal(2, router.Wire.TakeIpv4().Count);
        // Whoever is not on the network itself cannot use the other way.
        router.Wire.InjectIpv4(StackOnWire.Udp(9, [1], distant, source: IpAddress.FromIpv4(198, 19, 9, 9)));
        Assert.Single(router.Wire.TakeIpv4());
    }

    [Fact, Covers("IP4-FWD-3")]
    public void Redirects_can_be_turned_off()
    {
        using RouterOnWires router = new(new Ipv4LayerOptions { Forwarding = true, SendRedirects = false });
        IpAddress other = IpAddress.FromIpv4(198, 18, 0, 3);
        router.Wire.Interface.Neighbors.AddStatic(other, new MacAddress(0x02_00_00_00_00_09));
        router.Wire.InjectIpv4(StackOnWire.Udp(9, [1], other));
        Assert.Equal(other, StackOnWire.Ipv4Of(Assert.Single(router.Wire.TakeIpv4())).Destination);
    }

    [Theory]
    [InlineData(TransmitCapabilities.None)]
    [InlineData(TransmitCapabilities.Checksum)]
    public void A_checksum_that_the_first_device_never_made_is_made(TransmitCapabilities far)
    {
        using RouterOnWires router = new(far: far);
        byte[] packet = Segment(100);
        byte[] expected = [.. packet[20..]];
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(36), 0x1234);
        router.Inject(packet, new ReceiveOffload(true, 0));
        (byte[] forwarded, TransmitOffload offload) = Assert.Single(router.TakeFar());
        Assert.Equal(far != TransmitCapabilities.None, offload.NeedsChecksum);
        if (offload.NeedsChecksum)
        {
            Assert.Equal((34, 16), (offload.ChecksumStart, offload.ChecksumOffset));
            Complete(forwarded);
        }
        Assert.Equal(expected, forwarded[20..]);
    }

    [Fact]
    public void Merged_segments_go_whole_to_a_device_that_cuts_them()
    {
        using RouterOnWires router = new(far: TransmitCapabilities.Checksum | TransmitCapabilities.TcpSegmentationIpv4);
        byte[] packet = Segment(10_000);
        router.Inject(packet, new ReceiveOffload(true, 1000));
        (byte[] forwarded, TransmitOffload offload) = Assert.Single(router.TakeFar());
        Assert.Equal(new TransmitOffload(true, 34, 16, SegmentationKind.TcpIpv4, 1000, 54), offload);
        Complete(forwarded);
        Assert.Equal(packet[20..], forwarded[20..]);
    }

    [Theory]
    [InlineData(TransmitCapabilities.None, 1500, 1460)]
    [InlineData(TransmitCapabilities.Checksum, 1500, 1000)]
    public void Merged_segments_are_cut_again_for_a_device_that_does_not(TransmitCapabilities far, int farMtu, ushort segmentBytes)
    {
        using RouterOnWires router = new(far: far, farMtu: farMtu);
        byte[] packet = Segment(10_000);
        router.Inject(packet, new ReceiveOffload(true, segmentBytes));
        List<byte> stream = [];
        List<(byte[] Packet, TransmitOffload Offload)> sent = router.TakeFar();
        Assert.Equal((10_000 + segmentBytes - 1) / segmentBytes, sent.Count);
        for (int i = 0; i < sent.Count; i++)
        {
            byte[] segment = sent[i].Packet;
            if (sent[i].Offload.NeedsChecksum) Complete(segment);
            Ipv4Header ip = StackOnWire.Ipv4Of(segment);
            Assert.True(TcpHeader.TryParse(ip.Payload, out TcpHeader tcp) && tcp.IsChecksumValid(ip.Source, ip.Destination));
            Assert.Equal(5001u + (uint)stream.Count, tcp.Sequence.Value);
            Assert.Equal(i == sent.Count - 1, tcp.Has(TcpControlBits.Psh));
            Assert.Equal(segment.Length, ip.TotalLength);
            stream.AddRange(tcp.Payload);
        }
        Assert.Equal(packet[40..], stream);
        Assert.Equal(1, router.Stack.Statistics.Ip.OutForwDatagrams);
    }

    [Fact]
    public void Merged_segments_too_big_for_the_next_link_are_reported_by_the_size_they_had()
    {
        using RouterOnWires router = new(farMtu: 1280, far: TransmitCapabilities.Checksum | TransmitCapabilities.TcpSegmentationIpv4);
        router.Inject(Segment(10_000), new ReceiveOffload(true, 1240));
        Assert.Single(router.TakeFar());
        router.Inject(Segment(10_000), new ReceiveOffload(true, 1241));
        Assert.Empty(router.TakeFar());
        Assert.Equal(1280, StackOnWire.IcmpOf(Assert.Single(router.Wire.TakeIpv4())).NextHopMtu);
    }

    [Fact]
    public void What_cannot_be_told_apart_again_is_dropped_and_counted()
    {
        using RouterOnWires router = new();
        router.Inject(PacketBuilder.Ipv4(Near, Far, (IpProtocol)132, new byte[5000]), new ReceiveOffload(true, 1000));
        Assert.Empty(router.TakeFar());
        Assert.Equal(1, router.Stack.Statistics.Ip.Drops(IpDropReason.NotSegmentable));
    }

    private static byte[] AssertError(RouterOnWires router, Icmpv4Type type, byte code)
    {
        byte[] error = Assert.Single(router.Wire.TakeIpv4());
        Assert.Equal((type, code), (StackOnWire.IcmpOf(error).Type, StackOnWire.IcmpOf(error).Code));
        Assert.Equal(Near, StackOnWire.Ipv4Of(error).Destination);
        return error;
    }

    private static byte[] Packet(int length) => StackOnWire.Udp(9, [.. Enumerable.Range(0, length).Select(i => (byte)i)], Far);

    private static byte[] Segment(int length)
    {
        PacketLine line = PacketLine.Parse(FormattableString.Invariant($"+0 < P. 1:{length + 1}({length}) ack 1 win 1000"));
        byte[] data = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31 + i / 256))];
        return PacketBuilder.Tcp(line, new IpEndpoint(Near, 4000), new IpEndpoint(Far, 80), new InitialSequenceNumbers(Stack: 9000, Peer: 5000), data);
    }

    /// <summary>Finishes a TCP checksum as a device does: over what is there, the pseudo-header's sum included.</summary>
    private static void Complete(byte[] packet) =>
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(36), InternetChecksum.Finish(InternetChecksum.Sum(packet.AsSpan(20))));
}
