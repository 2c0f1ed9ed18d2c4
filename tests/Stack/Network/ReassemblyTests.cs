using FsCheck;
using FsCheck.Fluent;
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

public sealed class ReassemblyTests
{
    private static readonly byte[] Payload = [.. Enumerable.Range(0, 4000).Select(i => (byte)(i * 13))];

    /// <summary>A datagram cut anywhere, arriving in any order, some pieces twice, comes out as it was; with a piece missing it does not.</summary>
    [Fact, Covers("IP4-REASM-1", "IP4-REASM-3", "IP4-11")]
    public void Any_cut_in_any_order_gives_the_datagram_once()
    {
        Gen<(int[] Cuts, int Seed, bool Lose)> cases =
            from cuts in Gen.Choose(1, (Payload.Length + 7) / 8).Select(unit => unit * 8).ListOf()
            from seed in Gen.Choose(0, int.MaxValue)
            from lose in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
            select (cuts.Where(cut => cut < Payload.Length + 8).Distinct().Order().Take(60).ToArray(), seed, lose);
        using StackOnWire wire = new();
        UdpEndpoint endpoint = Bound(wire);
        ushort identification = 0;
        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            Random random = new(one.Seed);
            List<byte[]> pieces = [.. PacketBuilder.Fragments(StackOnWire.Udp(7, Payload), ++identification, one.Cuts)];
            if (one.Lose && pieces.Count > 1) pieces.RemoveAt(random.Next(pieces.Count));
            bool isComplete = pieces.Count == one.Cuts.Length + 1;
            byte[][] shuffled = [.. pieces];
            random.Shuffle(shuffled);
            for (int i = 0; i < shuffled.Length; i++)
            {
                wire.InjectIpv4(shuffled[i]);
                // Twice, but not after the last: that would begin the datagram again.
                if (i < shuffled.Length - 1 && random.Next(4) == 0) wire.InjectIpv4(shuffled[i]);
            }
            bool arrived = endpoint.TryReceive(false, out UdpDatagram datagram) == TransportError.None;
            bool isWhole = arrived && datagram.Payload.Span.SequenceEqual(Payload);
            datagram.Payload.Buffer?.Release();
            wire.Advance(TimeSpan.FromSeconds(61));
            wire.TakeFrames();
            return arrived == isComplete && (!arrived || isWhole) && wire.Stack.Reassembler is { Count: 0, HeldBytes: 0, WaitingPieces: 0 };
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
        endpoint.Close();
    }

    [Fact, Covers("IP4-REASM-1")]
    public void Pieces_of_different_datagrams_are_kept_apart()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = Bound(wire);
        IReadOnlyList<byte[]> first = PacketBuilder.Fragments(StackOnWire.Udp(7, new byte[100]), 1, 48);
        byte[] ones = [.. Enumerable.Repeat((byte)1, 100)];
        IReadOnlyList<byte[]> otherId = PacketBuilder.Fragments(StackOnWire.Udp(7, ones), 2, 48);
        IReadOnlyList<byte[]> otherSource = PacketBuilder.Fragments(StackOnWire.Udp(7, ones, source: IpAddress.FromIpv4(198, 18, 0, 3)), 1, 48);
        wire.InjectIpv4(first[0], otherId[1], otherSource[0]);
        Assert.Equal(3, wire.Stack.Reassembler.Count);
        wire.InjectIpv4(first[1], otherId[0], otherSource[1]);
        Assert.Equal(3, endpoint.QueuedDatagrams);
        Assert.Equal(3, wire.Stack.Statistics.Ip.ReasmOKs);
        endpoint.Close();
    }

    [Theory, Covers("IP4-REASM-2")]
    [InlineData(true)]
    [InlineData(false)]
    public void After_a_minute_all_is_dropped_and_told_only_if_the_first_piece_is_here(bool hasFirst)
    {
        using StackOnWire wire = new();
        IReadOnlyList<byte[]> pieces = PacketBuilder.Fragments(StackOnWire.Udp(7, Payload), 1, 800, 1600);
        wire.InjectIpv4(pieces[hasFirst ? 0 : 1]);
        wire.Advance(TimeSpan.FromSeconds(59));
        wire.InjectIpv4(pieces[2]);   // Does not prolong.
        Assert.Empty(wire.TakeFrames());
        wire.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal(0, wire.Stack.Reassembler.Count);
        Assert.Equal(2, wire.Stack.Statistics.Ip.Drops(IpDropReason.ReassemblyTimeout));
        List<byte[]> sent = wire.TakeIpv4();
        Assert.Equal(hasFirst ? 1 : 0, sent.Count);
        if (!hasFirst) return;
        Icmpv4Header message = StackOnWire.IcmpOf(sent[0]);
        Assert.Equal((Icmpv4Type.TimeExceeded, (byte)1), (message.Type, message.Code));
        Assert.True(message.Payload[..28].SequenceEqual(pieces[0].AsSpan(0, 28)));
    }

    [Theory, Covers("IP4-REASM-3")]
    [InlineData(0, 104, 96, 200)]
    [InlineData(96, 200, 0, 104)]
    [InlineData(0, 200, 48, 96)]
    [InlineData(48, 96, 0, 200)]
    [InlineData(0, 96, 0, 48)]
    public void Overlapping_pieces_give_the_datagram_up(int firstStart, int firstEnd, int secondStart, int secondEnd)
    {
        using StackOnWire wire = new();
        wire.InjectIpv4(Piece(firstStart, firstEnd, more: true), Piece(secondStart, secondEnd, more: true));
        Assert.Equal(0, wire.Stack.Reassembler.Count);
        Assert.Equal(2, wire.Stack.Statistics.Ip.Drops(IpDropReason.FragmentOverlap));
        Assert.Empty(wire.TakeFrames());
    }

    [Fact, Covers("IP4-REASM-3")]
    public void Two_ends_or_octets_beyond_the_end_give_the_datagram_up()
    {
        using StackOnWire wire = new();
        wire.InjectIpv4(Piece(96, 200, more: false), Piece(208, 304, more: true));
        wire.InjectIpv4(Piece(208, 304, more: true), Piece(96, 200, more: false));
        wire.InjectIpv4(Piece(96, 200, more: false), Piece(304, 400, more: false));
        Assert.Equal(0, wire.Stack.Reassembler.Count);
        Assert.Equal(6, wire.Stack.Statistics.Ip.Drops(IpDropReason.FragmentOverlap));
    }

    [Fact, Covers("IP4-REASM-4")]
    public void What_would_exceed_65535_octets_is_dropped_before_it_is_stored()
    {
        using StackOnWire wire = new();
        wire.InjectIpv4(Piece(65528, 65528 + 100, more: false), Piece(65520, 65520 + 100, more: false), Piece(0, 103, more: true));
        Assert.Equal(3, wire.Stack.Statistics.Ip.Drops(IpDropReason.BadFragment));
        Assert.Equal(0, wire.Stack.Reassembler.HeldBytes);
    }

    [Fact, Covers("IP4-REASM-5")]
    public void Memory_is_bounded_and_the_oldest_go_first()
    {
        using StackOnWire wire = new();
        for (int i = 0; i < 5000; i++)
        {
            wire.InjectIpv4(Piece(1600, 1608, more: true, identification: (ushort)i, lastOctet: (byte)(i % 100 + 3)));
            Assert.True(wire.Stack.Reassembler.HeldBytes <= 4 << 20);
        }
        Assert.True(wire.Stack.Statistics.Ip.Drops(IpDropReason.ReassemblyBudget) > 0);
        Assert.True(wire.Stack.Reassembler.HeldBytes > 2 << 20);
        wire.AssertAnswersPing();
    }

    [Fact, Covers("IP4-REASM-5")]
    public void One_source_holds_a_quarter_at_most()
    {
        using StackOnWire wire = new();
        wire.InjectIpv4(Piece(8, 16, more: true, identification: 9, lastOctet: 77));
        for (int i = 0; i < 3000; i++) wire.InjectIpv4(Piece(8, 16, more: true, identification: (ushort)i, lastOctet: 3));
        Assert.InRange(wire.Stack.Reassembler.HeldBytes, 1 << 19, (1 << 20) + 4096);
        // The other source's is still here.
        wire.InjectIpv4(Piece(8, 16, more: true, identification: 9, lastOctet: 77));
        Assert.Equal(1, wire.Stack.Statistics.Ip.Drops(IpDropReason.FragmentDuplicate));
    }

    [Fact, Covers("IP4-REASM-5")]
    public void A_datagram_has_64_pieces_at_most()
    {
        using StackOnWire wire = new();
        for (int i = 0; i < 64; i++) wire.InjectIpv4(Piece(i * 8, i * 8 + 8, more: true));
        Assert.Equal(64, wire.Stack.Reassembler.WaitingPieces);
        wire.InjectIpv4(Piece(64 * 8, 64 * 8 + 8, more: true));
        Assert.Equal(0, wire.Stack.Reassembler.WaitingPieces);
        Assert.Equal(65, wire.Stack.Statistics.Ip.Drops(IpDropReason.TooManyFragments));
    }

    [Fact, Covers("IP4-REASM-6")]
    public void Pieces_that_could_hide_a_TCP_header_are_dropped()
    {
        using StackOnWire wire = new();
        wire.InjectIpv4(Piece(0, 8, more: true, protocol: IpProtocol.Tcp), Piece(8, 48, more: true, protocol: IpProtocol.Tcp));
        Assert.Equal(2, wire.Stack.Statistics.Ip.Drops(IpDropReason.TinyTcpFragment));
        wire.InjectIpv4(Piece(0, 16, more: true, protocol: IpProtocol.Tcp));
        Assert.Equal(1, wire.Stack.Reassembler.Count);
    }

    [Theory, Covers("IP4-REASM-7", "IP4-10")]
    [InlineData(EcnCodepoint.Ect0, EcnCodepoint.Ect0, (int)EcnCodepoint.Ect0)]
    [InlineData(EcnCodepoint.Ect0, EcnCodepoint.CongestionExperienced, (int)EcnCodepoint.CongestionExperienced)]
    [InlineData(EcnCodepoint.CongestionExperienced, EcnCodepoint.Ect0, (int)EcnCodepoint.CongestionExperienced)]
    [InlineData(EcnCodepoint.NotEct, EcnCodepoint.NotEct, (int)EcnCodepoint.NotEct)]
    [InlineData(EcnCodepoint.NotEct, EcnCodepoint.Ect0, -1)]
    [InlineData(EcnCodepoint.CongestionExperienced, EcnCodepoint.NotEct, -1)]
    public void Congestion_marks_survive_and_mixed_pieces_do_not(EcnCodepoint first, EcnCodepoint second, int expected)
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = Bound(wire);
        byte[] datagram = StackOnWire.Ipv4Of(StackOnWire.Udp(7, new byte[100])).Payload.ToArray();
        wire.InjectIpv4(Of(datagram, 0, 48, true, first), Of(datagram, 48, 108, false, second));
        bool arrived = endpoint.TryReceive(false, out UdpDatagram received) == TransportError.None;
        Assert.Equal(expected >= 0, arrived);
        if (!arrived) Assert.Equal(2, wire.Stack.Statistics.Ip.Drops(IpDropReason.FragmentEcnMix));
        else Assert.Equal(expected, received.TrafficClass & 3);
        received.Payload.Buffer?.Release();
        endpoint.Close();
    }

    private UdpEndpoint Bound(StackOnWire wire)
    {
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Bind(new IpEndpoint(IpAddress.AnyIpv4, 7), PortSharing.Default);
        return endpoint;
    }

    private static byte[] Of(byte[] datagram, int start, int end, bool more, EcnCodepoint ecn) => PacketBuilder.Ipv4(
        new Ipv4Fields
        {
            Source = StackOnWire.Peer,
            Destination = StackOnWire.Own,
            Protocol = IpProtocol.Udp,
            TimeToLive = 64,
            TrafficClass = TrafficClass.Default.WithEcn(ecn),
            Identification = 3,
            FragmentOffset = start,
            MoreFragments = more,
        },
        datagram.AsSpan(start, end - start));

    private static byte[] Piece(int start, int end, bool more, ushort identification = 1, IpProtocol protocol = IpProtocol.Udp, byte lastOctet = 2) => PacketBuilder.Ipv4(
        new Ipv4Fields
        {
            Source = IpAddress.FromIpv4(198, 18, 0, lastOctet),
            Destination = StackOnWire.Own,
            Protocol = protocol,
            TimeToLive = 64,
            Identification = identification,
            FragmentOffset = start,
            MoreFragments = more,
        },
        new byte[end - start]);
}
