using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Network;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Arp;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Tests.Stack.Network;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Packets;
using Xunit;

namespace StackSharp.Tests.Stack;

public sealed class NetworkStackFuzzTests
{
    private const int Frames = 100_000;

    [Theory, Covers("INV-1", "INV-7")]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Random_and_mutated_frames_do_no_harm(int seed, bool mutated)
    {
        NetworkStackOptions options = new() { DebugBuffers = false, SmallBufferBytes = 8 << 20, LargeBufferBytes = 8 << 20, ChunkBufferBytes = 8 << 20 };
        using StackOnWire wire = new(options, seed: (ulong)seed);
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Bind(new IpEndpoint(IpAddress.AnyIpv4, 7), PortSharing.Default);
        Random random = new(seed);
        byte[][] corpus = Corpus();
        byte[] noise = new byte[2000];
        for (int i = 0; i < Frames; i++)
        {
            byte[] frame = mutated ? Mutate(corpus[random.Next(corpus.Length)], random) : Noise(noise, random);
            wire.Inject(frame);
            if (i % 64 == 0) wire.TakeFrames();
            if (i % 1000 == 0) wire.Advance(TimeSpan.FromMilliseconds(random.Next(3000)));
            while (endpoint.QueuedDatagrams > 100 && endpoint.TryReceive(false, out UdpDatagram datagram) == TransportError.None) datagram.Payload.Buffer?.Release();
        }
        Assert.True(wire.Stack.BufferBytes <= 24 << 20);
        Assert.True(wire.Interface.Neighbors.Count <= 4097);
        wire.AssertAnswersPing();
        endpoint.Close();
    }

    /// <summary>Every frame is delivered, waits for other pieces, or raised exactly one drop counter.</summary>
    [Fact, Covers("INV-8")]
    public void Sums_of_counters_match_the_frames_received()
    {
        using StackOnWire wire = new();
        UdpEndpoint endpoint = wire.Stack.Udp.Create(this);
        endpoint.Bind(new IpEndpoint(IpAddress.AnyIpv4, 7), PortSharing.Default);
        Random random = new(5);
        byte[][] corpus = [.. Corpus().Where(frame => !IsTcp(frame))];
        for (int i = 0; i < 50_000; i++)
        {
            long before = Accounted(wire, endpoint);
            byte[] frame = Mutate(corpus[random.Next(corpus.Length)], random);
            if (IsTcp(frame)) continue;
            wire.Inject(frame);
            long after = Accounted(wire, endpoint);
            Assert.True(after == before + 1, $"Frame {i} was counted {after - before} times: {Convert.ToHexString(frame)}");
            wire.TakeFrames();
            if (i % 500 == 0) wire.Advance(TimeSpan.FromSeconds(1));
        }
        endpoint.Close();
    }

    [Fact, Covers("INV-10")]
    public void Answers_to_a_flood_are_no_longer_than_what_asked_for_them()
    {
        using StackOnWire wire = new(new NetworkStackOptions { PadShortFrames = true });
        Random random = new(9);
        long inOctets = 0, outOctets = 0;
        byte[][] corpus = Corpus();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] frame = corpus[random.Next(corpus.Length)];
            inOctets += Math.Max(60, frame.Length);
            wire.Inject(frame);
            outOctets += wire.TakeFrames().Sum(sent => sent.Length);
            Assert.True(outOctets <= inOctets + 3 * 590, $"{outOctets} octets sent for {inOctets}.");
            if (i % 2000 == 0) wire.Advance(TimeSpan.FromMilliseconds(10));
        }
        Assert.True(outOctets <= inOctets);
    }

    private static long Accounted(StackOnWire wire, UdpEndpoint endpoint)
    {
        StackStatistics all = wire.Stack.Statistics;
        long sum = Enum.GetValues<LinkDropReason>().Where(reason => reason < LinkDropReason.NeighborQueueFull).Sum(all.Link.Drops);
        sum += all.Link.ArpRequestsReceived + all.Link.ArpRepliesReceived + all.Link.ArpOthersReceived;
        sum += Enum.GetValues<IpDropReason>().Sum(all.Ip.Drops);
        // Pieces: those that wait, and those that have become a datagram, which is counted once as such.
        sum += wire.Stack.Reassembler.WaitingPieces + (all.Ip.ReasmReqds - PiecesDropped(all.Ip) - wire.Stack.Reassembler.WaitingPieces);
        sum -= all.Ip.ReasmOKs;
        sum += all.Udp.InDatagrams + all.Udp.NoPorts + all.Udp.InErrors + all.Icmp.InMsgs;
        Assert.Equal(all.Udp.NoPorts + all.Udp.InErrors, Enum.GetValues<UdpDropReason>().Sum(all.Udp.Drops));
        while (endpoint.TryReceive(false, out UdpDatagram datagram) != TransportError.WouldBlock) datagram.Payload.Buffer?.Release();
        return sum;
    }

    private static long PiecesDropped(IpStatistics ip) => new[]
    {
        IpDropReason.BadFragment, IpDropReason.FragmentOverlap, IpDropReason.FragmentDuplicate, IpDropReason.TooManyFragments,
        IpDropReason.TinyTcpFragment, IpDropReason.FragmentEcnMix, IpDropReason.ReassemblyTimeout, IpDropReason.ReassemblyBudget,
        IpDropReason.NoBuffers, IpDropReason.Shutdown,
    }.Sum(ip.Drops);

    private static bool IsTcp(byte[] frame) => frame.Length > 23 && frame[12] == 8 && frame[13] == 0 && frame[23] == 6;

    private static byte[] Noise(byte[] buffer, Random random)
    {
        byte[] frame = buffer[..random.Next(buffer.Length)];
        random.NextBytes(frame);
        return frame;
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        byte[] frame = [.. original];
        int changes = random.Next(5);
        for (int i = 0; i < changes && frame.Length > 0; i++)
        {
            switch (random.Next(4))
            {
                case 0: frame[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8)); break;
                case 1: frame[random.Next(frame.Length)] = (byte)random.Next(256); break;
                case 2: frame = frame[..random.Next(frame.Length + 1)]; break;
                default: frame = [.. frame, .. new byte[random.Next(50)]]; break;
            }
        }
        // A header that passes its checksum gets further in.
        if (random.Next(2) == 0 && frame.Length >= 34 && frame[14] >> 4 == 4)
        {
            int length = (frame[14] & 15) * 4;
            if (length < 20 || 14 + length > frame.Length) return frame;
            frame[24] = frame[25] = 0;
            ushort checksum = InternetChecksum.Finish(InternetChecksum.Sum(frame.AsSpan(14, length)));
            frame[24] = (byte)(checksum >> 8);
            frame[25] = (byte)checksum;
        }
        return frame;
    }

    private static byte[][] Corpus()
    {
        List<byte[]> packets =
        [
            StackOnWire.EchoRequest([1, 2, 3]),
            StackOnWire.EchoRequest(new byte[1400]),
            StackOnWire.Udp(7, [1, 2, 3]),
            StackOnWire.Udp(8, new byte[500]),
            .. PacketBuilder.Fragments(StackOnWire.Udp(7, new byte[3000]), 77, 1480, 2960),
            PacketBuilder.Ipv4(StackOnWire.Peer, StackOnWire.Own, IpProtocol.Sctp, new byte[300]),
            PacketBuilder.Ipv4(StackOnWire.Peer, StackOnWire.Own, IpProtocol.Tcp, new byte[40]),
            PacketBuilder.Ipv4(
                StackOnWire.Peer, StackOnWire.Own, IpProtocol.Icmp,
                StackOnWire.Icmp(Icmpv4Type.DestinationUnreachable, 3, 0, StackOnWire.Udp(7, [1], StackOnWire.Peer, StackOnWire.Own))),
            PacketBuilder.Ipv4(
                new StackSharp.Stack.Wire.Ipv4.Ipv4Fields { Source = StackOnWire.Peer, Destination = StackOnWire.Own, Protocol = IpProtocol.Udp, TimeToLive = 1 },
                new byte[40], [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ];
        return
        [
            .. packets.Select(packet => PacketBuilder.Ethernet(StackOnWire.OwnMac, StackOnWire.PeerMac, EtherType.Ipv4, packet)),
            PacketBuilder.Ethernet(
                MacAddress.Broadcast, StackOnWire.PeerMac, EtherType.Arp,
                PacketBuilder.Arp(ArpOperation.Request, StackOnWire.PeerMac, StackOnWire.Peer, default, StackOnWire.Own)),
            PacketBuilder.Ethernet(StackOnWire.OwnMac, StackOnWire.PeerMac, VlanTag.Create(0), EtherType.Ipv4, packets[0]),
        ];
    }
}
