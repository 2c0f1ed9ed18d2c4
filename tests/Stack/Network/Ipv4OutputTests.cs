using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Udp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Network;

public sealed class Ipv4OutputTests
{
    [Theory, Covers("IP4-FRAG-1")]
    [InlineData(1500, 1472, 1, TransmitCapabilities.None)]
    [InlineData(1500, 1473, 2, TransmitCapabilities.None)]
    [InlineData(1500, 65507, 45, TransmitCapabilities.None)]
    [InlineData(1500, 65507, 45, TransmitCapabilities.Checksum)]
    [InlineData(68, 300, 7, TransmitCapabilities.None)]
    [InlineData(68, 60, 2, TransmitCapabilities.None)]
    [InlineData(577, 4000, 8, TransmitCapabilities.Checksum)]
    public void What_is_too_long_is_cut_into_pieces_that_make_the_datagram(int mtu, int length, int expected, TransmitCapabilities capabilities)
    {
        using StackOnWire wire = new(mtu: mtu, capabilities: capabilities);
        byte[] payload = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31))];
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        Assert.Equal(TransportError.None, endpoint.Send(payload, new IpEndpoint(StackOnWire.Peer, 9), wire.Now));
        List<byte[]> pieces = wire.TakeIpv4();
        Assert.Equal(expected, pieces.Count);
        int offset = 0;
        List<byte> datagram = [];
        for (int i = 0; i < pieces.Count; i++)
        {
            Ipv4Header header = StackOnWire.Ipv4Of(pieces[i]);
            Assert.True(header.TotalLength <= mtu);
            Assert.Equal(offset, header.FragmentOffset);
            Assert.Equal(i < pieces.Count - 1, header.MoreFragments);
            Assert.Equal(StackOnWire.Ipv4Of(pieces[0]).Identification, header.Identification);
            Assert.False(header.DontFragment);
            offset += header.Payload.Length;
            datagram.AddRange(header.Payload);
        }
        Assert.True(UdpHeader.TryParse(datagram.ToArray(), out UdpHeader udp));
        Assert.True(udp.Payload.SequenceEqual(payload));
        if (pieces.Count > 1) Assert.True(udp.IsChecksumValid(StackOnWire.Own, StackOnWire.Peer));
        endpoint.Close();
    }

    [Fact, Covers("IP4-FRAG-1")]
    public void Later_pieces_carry_only_the_options_that_are_to_be_copied()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Options = endpoint.Options with { NetworkOptions = [7, 7, 4, 0, 0, 0, 0, 148, 4, 0, 0, 0] };
        endpoint.Send(new byte[3000], new IpEndpoint(StackOnWire.Peer, 9), wire.Now);
        List<byte[]> pieces = wire.TakeIpv4();
        Assert.Equal([7, 7, 4, 0, 0, 0, 0, 148, 4, 0, 0, 0], StackOnWire.Ipv4Of(pieces[0]).Options.ToArray());
        Assert.All(pieces.Skip(1), piece => Assert.Equal([148, 4, 0, 0], StackOnWire.Ipv4Of(piece).Options.ToArray()));
        endpoint.Close();
    }

    [Fact, Covers("IP4-FRAG-2")]
    public void With_DF_too_long_is_an_error_for_the_caller()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Options = endpoint.Options with { DontFragment = true };
        Assert.Equal(TransportError.MessageSize, endpoint.Send(new byte[1473], new IpEndpoint(StackOnWire.Peer, 9), wire.Now));
        Assert.Empty(wire.TakeFrames());
        Assert.Equal(TransportError.None, endpoint.Send(new byte[1472], new IpEndpoint(StackOnWire.Peer, 9), wire.Now));
        Assert.True(StackOnWire.Ipv4Of(Assert.Single(wire.TakeIpv4())).DontFragment);
        endpoint.Close();
    }

    [Fact, Covers("IP4-ID-1", "IP4-ID-2")]
    public void Identifications_count_up_for_a_flow_and_say_nothing_of_others()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        HashSet<int> starts = [];
        for (byte host = 2; host < 40; host++)
        {
            IpAddress destination = IpAddress.FromIpv4(198, 18, 0, host);
            wire.Interface.Neighbors.AddStatic(destination, StackOnWire.PeerMac);
            for (int i = 0; i < 100; i++) endpoint.Send([1], new IpEndpoint(destination, 9), wire.Now);
            ushort[] ids = [.. wire.TakeIpv4().Select(packet => StackOnWire.Ipv4Of(packet).Identification)];
            Assert.Equal(100, ids.Distinct().Count());
            starts.Add(ids[0]);
        }
        // A common counter would make them a row of hundreds.
        int[] gaps = [.. starts.Zip(starts.Skip(1), (first, second) => (ushort)(second - first))];
        Assert.True(gaps.Count(gap => gap == 100) < 3);
        endpoint.Close();
    }

    [Fact, Covers("IP4-6", "UDP-6")]
    public void The_source_is_an_address_of_ours_and_can_be_chosen()
    {
        using StackOnWire wire = new();
        IpAddress second = IpAddress.FromIpv4(198, 18, 0, 50);
        wire.Stack.AddAddress(wire.Interface, new IpPrefix(second, 24), wire.Now);
        wire.TakeFrames();
        UdpEndpoint any = wire.Stack.Udp.Create(this), chosen = wire.Stack.Udp.Create(this), foreign = wire.Stack.Udp.Create(this);
        Assert.Equal(TransportError.None, chosen.Bind(new IpEndpoint(second, 0), PortSharing.Default));
        Assert.Equal(TransportError.AddressNotAvailable, foreign.Bind(new IpEndpoint(StackOnWire.Peer, 0), PortSharing.Default));
        any.Send([1], new IpEndpoint(StackOnWire.Peer, 9), wire.Now);
        chosen.Send([1], new IpEndpoint(StackOnWire.Peer, 9), wire.Now);
        Assert.Equal([StackOnWire.Own, second], wire.TakeIpv4().Select(packet => StackOnWire.Ipv4Of(packet).Source));
        foreach (UdpEndpoint endpoint in new[] { any, chosen, foreign }) endpoint.Close();
    }

    [Fact, Covers("IP4-6", "IP4-7")]
    public void A_broadcast_address_is_received_at_but_never_sent_from_and_the_old_form_never_sent_to()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Options = endpoint.Options with { Broadcast = true };
        Assert.Equal(TransportError.None, endpoint.Bind(new IpEndpoint(IpAddress.FromIpv4(198, 18, 0, 255), 9), PortSharing.Default));
        Assert.Equal(TransportError.None, endpoint.Send([1], new IpEndpoint(StackOnWire.Peer, 9), wire.Now));
        Assert.Equal(StackOnWire.Own, StackOnWire.Ipv4Of(Assert.Single(wire.TakeIpv4())).Source);
        Assert.Equal(TransportError.AddressNotAvailable, endpoint.Send([1], new IpEndpoint(IpAddress.FromIpv4(198, 18, 0, 0), 9), wire.Now));
        endpoint.Close();
    }

    [Theory, Covers("IP4-4", "IP4-5")]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("240.1.2.3")]
    public void Impossible_destinations_are_refused(string destination)
    {
        using StackOnWire wire = new();
        wire.Stack.Routes.Add(IpPrefix.Parse("0.0.0.0/0"), StackOnWire.Peer, wire.Interface.Index);
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        Assert.Equal(TransportError.AddressNotAvailable, endpoint.Send([1], new IpEndpoint(IpAddress.Parse(destination), 9), wire.Now));
        endpoint.Close();
    }

    [Fact, Covers("IP4-5")]
    public void Loopback_addresses_never_leave_the_host()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Bind(new IpEndpoint(IpAddress.LoopbackIpv4, 0), PortSharing.Default);
        Assert.Equal(TransportError.AddressNotAvailable, endpoint.Send([1], new IpEndpoint(StackOnWire.Peer, 9), wire.Now));
        Assert.Equal(TransportError.None, endpoint.Send([1], new IpEndpoint(IpAddress.FromIpv4(127, 1, 2, 3), 9), wire.Now));
        Assert.Empty(wire.TakeFrames());
        endpoint.Close();
    }

    [Fact, Covers("IP4-9")]
    public void The_default_time_to_live_is_64_and_can_be_set()
    {
        using StackOnWire wire = new(new NetworkStackOptions { Ipv4 = new StackSharp.Stack.Network.Ipv4.Ipv4LayerOptions { DefaultTimeToLive = 200 } });
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Send([1], new IpEndpoint(StackOnWire.Peer, 9), wire.Now);
        Assert.Equal(200, StackOnWire.Ipv4Of(Assert.Single(wire.TakeIpv4())).TimeToLive);
        Assert.Equal(64, new StackSharp.Stack.Network.Ipv4.Ipv4LayerOptions().DefaultTimeToLive);
        endpoint.Close();
    }

    [Fact]
    public void A_device_that_completes_checksums_gets_the_pseudo_header_and_where_it_is()
    {
        using StackOnWire wire = new(capabilities: TransmitCapabilities.Checksum);
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Send(new byte[100], new IpEndpoint(StackOnWire.Peer, 9), wire.Now);
        StackSharp.Stack.Buffers.TransmitFrame[] frames = new StackSharp.Stack.Buffers.TransmitFrame[1];
        Assert.Equal(1, wire.Interface.TransmitQueue.Dequeue(frames));
        StackSharp.Stack.Buffers.TransmitOffload offload = frames[0].Offload;
        Assert.Equal((true, 34, 6, 42), (offload.NeedsChecksum, offload.ChecksumStart, offload.ChecksumOffset, offload.HeaderBytes));
        byte[] bytes = new byte[frames[0].Length];
        frames[0].CopyTo(bytes);
        frames[0].Release();
        ushort checksum = InternetChecksum.FinishNonZero(InternetChecksum.Sum(bytes.AsSpan(offload.ChecksumStart)));
        UdpWriter.SetChecksum(bytes.AsSpan(34), checksum);
        Assert.True(UdpHeader.TryParse(bytes.AsSpan(34), out UdpHeader header));
        Assert.True(header.IsChecksumValid(StackOnWire.Own, StackOnWire.Peer));
        endpoint.Close();
    }
}
