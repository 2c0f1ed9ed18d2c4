using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Tests.Stack.Network;
using StackSharp.Tests.TestKit.Packets;
using Xunit;

namespace StackSharp.Tests.Stack.Udp;

/// <summary>Several datagrams in one send, and in one received frame.</summary>
public sealed class UdpSegmentationTests
{
    private const TransmitCapabilities AllOffload = TransmitCapabilities.Checksum | TransmitCapabilities.TcpSegmentationIpv4 | TransmitCapabilities.UdpSegmentation;
    private static readonly IpEndpoint PeerEndpoint = new(StackOnWire.Peer, 9999);

    [Fact]
    public void A_device_that_cuts_gets_64_datagrams_in_a_frame()
    {
        using StackOnWire wire = new(capabilities: AllOffload);
        UdpEndpoint endpoint = Bound(wire, 100);
        Assert.Equal(TransportError.None, endpoint.Send(TextOf(6450), PeerEndpoint, wire.Now));
        List<(byte[] Packet, TransmitOffload Offload)> sent = Take(wire);
        Assert.Equal(2, sent.Count);
        Assert.Equal(new TransmitOffload(true, 34, 6, SegmentationKind.Udp, 100, 42), sent[0].Offload);
        Assert.Equal(TextOf(6400), StackOnWire.UdpOf(sent[0].Packet).Payload.ToArray());
        // The rest is a datagram by itself.
        Assert.Equal((SegmentationKind.None, 50), (sent[1].Offload.Segmentation, StackOnWire.UdpOf(sent[1].Packet).Payload.Length));
        Assert.Equal(unchecked((ushort)(IdentificationOf(sent[0].Packet) + 64)), IdentificationOf(sent[1].Packet));
        Assert.Equal(65, wire.Stack.Statistics.Udp.OutDatagrams);
        endpoint.Close();
    }

    [Theory]
    [InlineData(TransmitCapabilities.None), InlineData(TransmitCapabilities.Checksum)]
    public void A_device_that_does_not_cut_gets_datagrams(TransmitCapabilities capabilities)
    {
        using StackOnWire wire = new(capabilities: capabilities);
        UdpEndpoint endpoint = Bound(wire, 1000);
        byte[] text = TextOf(2500);
        Assert.Equal(TransportError.None, endpoint.Send(text, PeerEndpoint, wire.Now));
        List<(byte[] Packet, TransmitOffload Offload)> sent = Take(wire);
        Assert.Equal((int[])[1000, 1000, 500], sent.Select(one => StackOnWire.UdpOf(one.Packet).Payload.Length));
        Assert.Equal(text, sent.SelectMany(one => StackOnWire.UdpOf(one.Packet).Payload.ToArray()));
        foreach ((byte[] packet, TransmitOffload offload) in sent)
        {
            Assert.Equal(SegmentationKind.None, offload.Segmentation);
            Assert.True(offload.NeedsChecksum || StackOnWire.UdpOf(packet).IsChecksumValid(StackOnWire.Own, StackOnWire.Peer));
        }
        Assert.Equal(3, sent.Select(one => IdentificationOf(one.Packet)).Distinct().Count());
        Assert.Equal(3, wire.Stack.Statistics.Udp.OutDatagrams);
        endpoint.Close();
    }

    [Fact]
    public void A_detached_payload_is_cut_too_and_given_back()
    {
        using StackOnWire wire = new(capabilities: AllOffload);
        UdpEndpoint endpoint = Bound(wire, 1000);
        PacketBuffer buffer = wire.Stack.RentReceiveBuffer()!;
        TextOf(2500).CopyTo(buffer.Storage[7..]);
        Assert.Equal(TransportError.None, endpoint.Send(new PacketSlice(buffer, 7, 2500), PeerEndpoint, wire.Now));
        Assert.Equal(TextOf(2500), StackOnWire.UdpOf(Assert.Single(Take(wire)).Packet).Payload.ToArray());
        endpoint.Close();
    }

    [Fact]
    public void What_no_device_may_cut_is_cut_here()
    {
        using StackOnWire wire = new(capabilities: AllOffload);
        UdpEndpoint endpoint = Bound(wire, 1000);
        endpoint.Options = endpoint.Options with { NoChecksum = true };
        endpoint.Send(TextOf(2000), PeerEndpoint, wire.Now);
        Assert.All(Take(wire), one => Assert.False(StackOnWire.UdpOf(one.Packet).HasChecksum));
        endpoint.Options = endpoint.Options with { NoChecksum = false, SendSegmentBytes = 2000 };   // Over the MTU: two fragments each.
        endpoint.Send(TextOf(4000), PeerEndpoint, wire.Now);
        Assert.Equal(4, Take(wire).Count);
        endpoint.Options = endpoint.Options with { DontFragment = true };
        Assert.Equal(TransportError.MessageSize, endpoint.Send(TextOf(4000), PeerEndpoint, wire.Now));
        Assert.Equal(TransportError.MessageSize, endpoint.Send(new byte[65508], PeerEndpoint, wire.Now));
        Assert.Empty(Take(wire));
        endpoint.Close();
    }

    [Fact]
    public void A_group_gets_datagrams()
    {
        using StackOnWire wire = new(capabilities: AllOffload);
        UdpEndpoint endpoint = Bound(wire, 1000);
        IpAddress group = IpAddress.Parse("239.1.2.3");
        Assert.Equal(TransportError.None, endpoint.JoinGroup(group, wire.Interface.Index));
        endpoint.Options = endpoint.Options with { MulticastInterface = wire.Interface.Index };
        Assert.Equal(TransportError.None, endpoint.Send(TextOf(2000), new IpEndpoint(group, 7), wire.Now));
        Assert.Equal(2, Take(wire).Count);
        Assert.Equal((2, 2000), (endpoint.QueuedDatagrams, endpoint.QueuedBytes));   // Its own copies.
        endpoint.Close();
    }

    [Theory]
    [InlineData(1000, 3), InlineData(2500, 1), InlineData(0, 1), InlineData(3000, 1)]
    public void Datagrams_that_a_device_merged_are_received_one_by_one(ushort segmentBytes, int expected)
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = Bound(wire, 0);
        byte[] text = TextOf(2500);
        PacketBuffer frame = wire.Stack.RentReceiveBuffer(wire.Interface)!;
        byte[] bytes = PacketBuilder.Ethernet(StackOnWire.OwnMac, StackOnWire.PeerMac, EtherType.Ipv4, StackOnWire.Udp(7, text));
        bytes.CopyTo(frame.Storage);
        frame.SetRange(0, bytes.Length);
        frame.Offload = new ReceiveOffload(true, segmentBytes);
        wire.Stack.OnFrames(wire.Interface, [frame], wire.Now);
        frame.Release();
        Assert.Equal(expected, endpoint.QueuedDatagrams);
        Assert.Equal(expected, wire.Stack.Statistics.Udp.InDatagrams);
        List<byte> joined = [];
        while (endpoint.TryReceive(false, out UdpDatagram datagram) == TransportError.None)
        {
            Assert.Equal(expected == 1 ? 2500 : Math.Min(segmentBytes, 2500 - joined.Count), datagram.Payload.Length);
            Assert.Equal(PeerEndpoint, datagram.Source);
            joined.AddRange(datagram.Payload.Span);
            datagram.Payload.Buffer.Release();
        }
        Assert.Equal(text, joined);
        endpoint.Close();
    }

    private static ushort IdentificationOf(byte[] packet) => StackOnWire.Ipv4Of(packet).Identification;

    private static byte[] TextOf(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7 + i / 256))];

    private static UdpEndpoint Bound(StackOnWire wire, ushort segmentBytes)
    {
        UdpEndpoint endpoint = wire.Stack.Udp.Create(wire);
        Assert.Equal(TransportError.None, endpoint.Bind(new IpEndpoint(IpAddress.AnyIpv4, 7), PortSharing.Default));
        endpoint.Options = endpoint.Options with { SendSegmentBytes = segmentBytes };
        return endpoint;
    }

    private static List<(byte[] Packet, TransmitOffload Offload)> Take(StackOnWire wire)
    {
        wire.Stack.OnEntryEnd(wire.Now);
        List<(byte[], TransmitOffload)> packets = [];
        TransmitFrame[] one = new TransmitFrame[1];
        while (wire.Interface.TransmitQueue.Dequeue(one) == 1)
        {
            byte[] frame = new byte[one[0].Length];
            one[0].CopyTo(frame);
            TransmitOffload offload = one[0].Offload;
            one[0].Release();
            Assert.True(EthernetHeader.TryParse(frame, out EthernetHeader header));
            if (header.EtherType != EtherType.Ipv4 || !Ipv4Header.TryParse(header.Payload, out Ipv4Header packet)) continue;
            if (packet.Protocol == IpProtocol.Udp) packets.Add((packet.Packet.ToArray(), offload));
        }
        return packets;
    }
}
