using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.Drivers;
using StackSharp.Tests.Stack.Network;
using StackSharp.Tests.TestKit;
using StackSharp.Tests.TestKit.Packets;
using Xunit;

namespace StackSharp.Tests.Stack.Link.Offload;

public sealed class SegmentCoalescerTests
{
    private const int Tcp = 34;
    private static readonly RawStation Us = new(StackOnWire.OwnMac, StackOnWire.Own);
    private static readonly RawStation Them = new(StackOnWire.PeerMac, StackOnWire.Peer);

    [Fact, Covers("TCP-GRO-1")]
    public void What_was_cut_is_merged_again_whatever_lies_between() =>
        Prop.ForAll(
            Gen.Choose(1, 4).ToArbitrary(), Gen.Choose(60, 1448).ToArbitrary(), Gen.Choose(1, 1 << 30).ToArbitrary(),
            (flows, segmentBytes, seed) =>
            {
                Random random = new(seed);
                byte[][] texts = [.. Enumerable.Range(0, flows).Select(_ => random.GetItems<byte>([1, 2, 3, 4, 5, 6, 7], random.Next(2 * segmentBytes, 15 * segmentBytes)))];
                Queue<byte[]>[] cut = [.. texts.Select((text, flow) => new Queue<byte[]>(Cut(Large(text, (ushort)(1000 + flow)), segmentBytes)))];
                List<byte[]> mixed = [];
                while (cut.Any(queue => queue.Count > 0))
                {
                    Queue<byte[]> next = random.GetItems(cut.Where(queue => queue.Count > 0).ToArray(), 1)[0];
                    mixed.Add(next.Dequeue());
                    if (random.Next(5) == 0) mixed.Add(Them.Udp(Us, 7, 7, [1, 2, 3]));
                }
                using ReceivedBatch batch = new(mixed.Take(64));
                int[] sent = new int[flows];
                foreach (byte[] frame in mixed.Take(64).Where(frame => frame[23] == 6)) sent[frame[Tcp + 1] + 256 * frame[Tcp] - 1000] += TcpOf(frame).Payload.Length;
                batch.Merge();
                PacketBuffer[] merged = [.. batch.Kept.Where(buffer => buffer.Span[23] == 6)];
                Assert.Equal(sent.Count(octets => octets > 0), merged.Length);
                foreach (PacketBuffer buffer in merged)
                {
                    TcpHeader tcp = TcpOf(buffer.Span);
                    int flow = tcp.SourcePort - 1000;
                    Assert.Equal(100u, tcp.Sequence.Value);
                    Assert.True(tcp.Payload.SequenceEqual(texts[flow].AsSpan(0, sent[flow])));
                    Assert.Equal(sent[flow] == texts[flow].Length, tcp.Has(TcpControlBits.Psh));
                    if (tcp.Payload.Length > segmentBytes) Assert.Equal(new ReceiveOffload(true, (ushort)segmentBytes), buffer.Offload);
                }
                return true;
            }).QuickCheckThrowOnFailure();

    [Fact, Covers("TCP-GSO-1")]
    public void Cutting_the_merged_one_gives_the_frames_that_came()
    {
        byte[][] frames = [.. Cut(Large(TextOf(10_000), 1000), 1448)];
        using ReceivedBatch batch = new(frames);
        Assert.Equal(1, batch.Merge());
        Assert.Equal(frames, Cut([.. batch.Kept[0].Span], 1448));
    }

    public static TheoryData<string> Differences() => new(Changes.Keys);

    /// <summary>What the second of two segments may not differ in.</summary>
    private static readonly Dictionary<string, Action<byte[]>> Changes = new()
    {
        ["destination hardware address"] = frame => frame[5]++,
        ["source hardware address"] = frame => frame[11]++,
        ["CE mark"] = frame => frame[15] |= 3,
        ["DSCP"] = frame => frame[15] |= 0x20,
        ["don't fragment"] = frame => frame[20] ^= 0x40,
        ["reserved bit"] = frame => frame[20] ^= 0x80,
        ["more fragments"] = frame => frame[20] |= 0x20,
        ["fragment offset"] = frame => frame[21] = 1,
        ["time to live"] = frame => frame[22]--,
        ["source address"] = frame => frame[29]++,
        ["destination address"] = frame => frame[33]++,
        ["source port"] = frame => frame[Tcp + 1]++,
        ["destination port"] = frame => frame[Tcp + 3]++,
        ["sequence number before"] = frame => frame[Tcp + 7]--,
        ["sequence number behind"] = frame => frame[Tcp + 7]++,
        ["acknowledgment number"] = frame => frame[Tcp + 11]++,
        ["reserved bits"] = frame => frame[Tcp + 12] |= 2,
        ["accurate ECN"] = frame => frame[Tcp + 12] |= 1,
        ["FIN"] = frame => frame[Tcp + 13] |= 1,
        ["SYN"] = frame => frame[Tcp + 13] |= 2,
        ["RST"] = frame => frame[Tcp + 13] |= 4,
        ["no ACK"] = frame => frame[Tcp + 13] &= 0xEF,
        ["URG"] = frame => frame[Tcp + 13] |= 0x20,
        ["ECE"] = frame => frame[Tcp + 13] |= 0x40,
        ["CWR"] = frame => frame[Tcp + 13] |= 0x80,
        ["window"] = frame => frame[Tcp + 15]--,
        ["urgent pointer"] = frame => frame[Tcp + 19]++,
        ["timestamp"] = frame => frame[Tcp + 27]++,
    };

    [Theory, Covers("TCP-GRO-1"), MemberData(nameof(Differences))]
    public void A_difference_keeps_two_segments_apart(string difference)
    {
        byte[][] frames = [Plain(100, 1000), Plain(1100, 1000), Plain(2100, 1000)];
        using (ReceivedBatch same = new(frames)) Assert.Equal(1, same.Merge());
        Changes[difference](frames[1]);
        Refresh(frames[1]);
        using ReceivedBatch batch = new(frames[..2]);
        Assert.Equal(2, batch.Merge());
        Assert.Equal(frames[..2], batch.Kept.Select(buffer => buffer.Span.ToArray()));
        Assert.All(batch.Kept, buffer => Assert.Equal(default, buffer.Offload));
    }

    [Theory]
    [InlineData(0, 24), InlineData(0, Tcp + 16), InlineData(0, 500), InlineData(1, 24), InlineData(1, Tcp + 16), InlineData(1, 500)]
    public void Damage_is_left_for_the_stack_to_find(int which, int where)
    {
        byte[][] frames = [Plain(100, 1000), Plain(1100, 1000)];
        frames[which][where] ^= 0x10;
        using ReceivedBatch batch = new(frames);
        Assert.Equal(2, batch.Merge());
        Assert.Equal(frames, batch.Kept.Select(buffer => buffer.Span.ToArray()));
        Assert.All(batch.Kept, buffer => Assert.False(buffer.Offload.ChecksumVerified));
    }

    [Fact]
    public void A_damaged_first_segment_does_not_hinder_those_behind_it()
    {
        byte[][] frames = [Plain(100, 1000), Plain(1100, 1000), Plain(2100, 1000)];
        frames[0][300]++;
        using ReceivedBatch batch = new(frames);
        Assert.Equal(2, batch.Merge());
        Assert.Equal(2000, TcpOf(batch.Kept[1].Span).Payload.Length);
    }

    // The fields of accurate ECN are a count, and the same for many segments; CWR does not come out of cutting as it went in.
    [Theory]
    [InlineData(0x01, 0x40, 1), InlineData(0x00, 0x40, 1), InlineData(0x01, 0x00, 1), InlineData(0x01, 0x80, 3), InlineData(0x00, 0x80, 3)]
    public void Segments_with_the_same_ECN_flags_are_merged_unless_CWR_is_one_of_them(byte accurate, byte flags, int kept)
    {
        byte[][] frames = [Plain(100, 1000), Plain(1100, 1000), Plain(2100, 1000)];
        foreach (byte[] frame in frames)
        {
            frame[Tcp + 12] |= accurate;
            frame[Tcp + 13] |= flags;
            Refresh(frame);
        }
        using ReceivedBatch batch = new(frames);
        Assert.Equal(kept, batch.Merge());
        Assert.All(batch.Kept, buffer => Assert.Equal(((int)accurate, (int)flags), (buffer.Span[Tcp + 12] & 1, buffer.Span[Tcp + 13] & 0xC0)));
    }

    [Fact, Covers("TCP-GRO-1")]
    public void PSH_and_a_short_segment_end_a_run_and_a_longer_one_begins_another()
    {
        byte[] pushed = Plain(1100, 1000);
        pushed[Tcp + 13] |= 8;
        Refresh(pushed);
        byte[][] frames = [Plain(100, 1000), pushed, Plain(2100, 1000), Plain(3100, 999), Plain(4099, 999), Plain(5098, 1000)];
        using ReceivedBatch batch = new(frames);
        Assert.Equal(4, batch.Merge());
        Assert.Equal((int[])[2000, 1999, 999, 1000], batch.Kept.Select(buffer => TcpOf(buffer.Span).Payload.Length));
        Assert.Equal((bool[])[true, false, false, false], batch.Kept.Select(buffer => TcpOf(buffer.Span).Has(TcpControlBits.Psh)));
    }

    [Fact]
    public void A_flow_keeps_its_order()
    {
        byte[] fin = Plain(2100, 0);
        fin[Tcp + 13] |= 1;
        Refresh(fin);
        byte[] withOptions = Plain(1100, 1000);
        withOptions[14] = 0x46;
        Refresh(withOptions);
        foreach (byte[] between in (byte[][])[Plain(1100, 0), fin, Plain(500, 1000), withOptions])
        {
            using ReceivedBatch batch = new([Plain(100, 1000), between, Plain(1100, 1000)]);
            Assert.Equal(3, batch.Merge());
            Assert.Equal(between, batch.Kept[1].Span.ToArray());
        }
    }

    [Fact]
    public void Identifications_count_only_where_fragments_may_be_made()
    {
        byte[][] frames = [Plain(100, 1000), Plain(1100, 1000), Plain(2100, 1000)];
        for (int i = 0; i < 3; i++) Identify(frames[i], (ushort)(7 * i), dontFragment: true);
        using (ReceivedBatch batch = new(frames)) Assert.Equal(1, batch.Merge());
        for (int i = 0; i < 3; i++) Identify(frames[i], (ushort)(0xFFFE + i), dontFragment: false);
        using (ReceivedBatch batch = new(frames)) Assert.Equal(1, batch.Merge());
        Identify(frames[2], 3, dontFragment: false);
        using (ReceivedBatch batch = new(frames)) Assert.Equal(2, batch.Merge());
    }

    [Fact]
    public void Nothing_is_written_beyond_a_buffer_or_an_IP_packet()
    {
        byte[][] frames = [.. Enumerable.Range(0, 64).Select(i => Plain((uint)(100 + 1448 * i), 1448))];
        using (ReceivedBatch batch = new(frames))
        {
            Assert.Equal(2, batch.Merge());
            Assert.Equal((int[])[45, 19], batch.Kept.Select(buffer => TcpOf(buffer.Span).Payload.Length / 1448));
            Assert.InRange(batch.Kept[0].Length, 65_000, 14 + 65_535);
        }
        using ReceivedBatch small = new(frames, bufferBytes: 66 + 3 * 1448);
        Assert.Equal(22, small.Merge());
    }

    [Fact]
    public void What_a_device_vouches_for_or_has_merged_is_believed()
    {
        byte[][] frames = [Plain(100, 1000), Plain(1100, 1000), Plain(2100, 1000)];
        foreach (byte[] frame in frames) frame[Tcp + 16] ^= 1;   // Never computed.
        using (ReceivedBatch batch = new(frames))
        {
            foreach (PacketBuffer buffer in batch.Buffers) buffer.Offload = new ReceiveOffload(true, 0);
            Assert.Equal(1, batch.Merge());
        }
        using (ReceivedBatch batch = new(frames))
        {
            foreach (PacketBuffer buffer in batch.Buffers) buffer.Offload = new ReceiveOffload(true, 500);
            Assert.Equal(3, batch.Merge());
        }
    }

    [Fact]
    public void IPv6_and_tagged_frames_are_merged_too()
    {
        using ReceivedBatch tagged = new([.. ((byte[][])[Plain(100, 1000), Plain(1100, 1000)]).Select(frame => (byte[])[.. frame[..12], 0x81, 0, 0, 7, .. frame[12..]])]);
        Assert.Equal(1, tagged.Merge());
        byte[][] frames = [Ipv6(100, 1000), Ipv6(1100, 700)];
        using ReceivedBatch batch = new(frames);
        Assert.Equal(1, batch.Merge());
        Assert.Equal(frames, Cut([.. batch.Kept[0].Span], 1000));
        frames[1][21]--;   // Hop limit.
        using ReceivedBatch apart = new(frames);
        Assert.Equal(2, apart.Merge());
    }

    /// <summary>Real segments with a few octets changed at random, checksums repaired or not: the octets of each flow are the same before and after.</summary>
    [Fact]
    public void Garbage_is_merged_into_nothing_that_was_not_there() =>
        Prop.ForAll(Gen.Choose(2, 64).ToArbitrary(), Gen.Choose(1, 1 << 30).ToArbitrary(), (count, seed) =>
        {
            Random random = new(seed);
            byte[][] frames = [.. Enumerable.Range(0, count).Select(_ => Garbled(random))];
            using ReceivedBatch batch = new(frames, bufferBytes: random.Next(2) == 0 ? 66_000 : 2200, random);
            Dictionary<(string, uint), byte> before = Octets(frames);
            int kept = batch.Merge();
            Assert.Equal(Octets(batch.Kept.Select(buffer => buffer.Span.ToArray())), before);
            Assert.InRange(kept, 1, count);
            return batch.Buffers.Distinct().Count() == count;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_are_survived() =>
        Prop.ForAll<byte[][], bool>((frames, isIp) =>
        {
            foreach (byte[] frame in frames.Where(frame => frame.Length > 14))
            {
                frame[12] = 8;
                frame[13] = 0;
                frame[14] = 0x45;
            }
            using ReceivedBatch batch = new(frames.Take(64));
            return new SegmentCoalescer(isIp ? LinkMedium.Ip : LinkMedium.Ethernet).Merge(batch.Buffers) <= frames.Length;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_router_sends_on_what_came()
    {
        byte[] large = PacketBuilder.Tcp(
            PacketLine.Parse("+0 < P. 1:10001(10000) ack 1 win 1000"), new IpEndpoint(RouterOnWires.Near, 4000), new IpEndpoint(RouterOnWires.Far, 80),
            new InitialSequenceNumbers(Stack: 9000, Peer: 5000), TextOf(10_000));
        byte[][] frames = [.. Cut(PacketBuilder.Ethernet(StackOnWire.OwnMac, StackOnWire.PeerMac, EtherType.Ipv4, large), 1460)];
        using RouterOnWires router = new();
        using ReceivedBatch batch = new(frames);
        Assert.Equal(1, batch.Merge());
        router.Stack.OnFrames(router.Wire.Interface, batch.Kept, router.Wire.Now);
        List<(byte[] Packet, TransmitOffload Offload)> sent = router.TakeFar();
        Assert.Equal(frames.Select(frame => Convert.ToHexString(frame, Tcp, frame.Length - Tcp)), sent.Select(packet => Convert.ToHexString(packet.Packet, 20, packet.Packet.Length - 20)));
        Assert.Equal(frames.Select(frame => frame[19]), sent.Select(packet => packet.Packet[5]));   // Identifications.
    }

    [Fact]
    public void Merging_allocates_nothing()
    {
        byte[][] frames = [.. Enumerable.Range(0, 40).Select(i => Plain((uint)(100 + 1000 * i), 1000))];
        using ReceivedBatch batch = new(frames);
        Allocations.MustBeNone(() =>
        {
            batch.Fill(frames);
            batch.Merge();
        });
    }

    private static Dictionary<(string Flow, uint Sequence), byte> Octets(IEnumerable<byte[]> frames)
    {
        Dictionary<(string, uint), byte> octets = [];
        foreach (byte[] frame in frames)
        {
            if (frame.Length < 54 || !EthernetHeader.TryParse(frame, out EthernetHeader ethernet) || !Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip)) continue;
            if (ip.Protocol != IpProtocol.Tcp || ip.IsFragment || !TcpHeader.TryParse(ip.Payload, out TcpHeader tcp)) continue;
            string flow = $"{ip.Source}:{tcp.SourcePort} {ip.Destination}:{tcp.DestinationPort} {ip.TrafficClass.Value} {ip.TimeToLive} {tcp.Acknowledgment} {tcp.Window} {Convert.ToHexString(tcp.Options)}";
            for (int i = 0; i < tcp.Payload.Length; i++) octets[(flow, tcp.Sequence.Value + (uint)i)] = tcp.Payload[i];
        }
        return octets;
    }

    private static byte[] Garbled(Random random)
    {
        int length = random.Next(4) == 0 ? 500 : 1000;
        byte[] frame = Plain((uint)(100 + 1000 * random.Next(6)), length);
        for (int changes = random.Next(3); changes > 0; changes--) frame[random.Next(12, 70)] = (byte)random.Next(256);
        if (random.Next(2) == 0) Refresh(frame);
        return random.Next(10) == 0 ? frame[..random.Next(frame.Length)] : frame;
    }

    private static List<byte[]> Cut(byte[] large, int segmentBytes)
    {
        List<byte[]> frames = [];
        Assert.True(Segmentation.TryStart(large, LinkMedium.Ethernet, segmentBytes, out Segmentation segments));
        for (int length = segments.NextLength; length > 0; length = segments.NextLength)
        {
            byte[] frame = new byte[length];
            segments.Next(frame);
            frames.Add(frame);
        }
        return frames;
    }

    private static byte[] Large(byte[] text, ushort port) => Them.Tcp(Us, port, 80, 100, 7, TcpControlBits.Ack | TcpControlBits.Psh, text);

    /// <summary>A frame with a timestamp option, as most of them are.</summary>
    private static byte[] Plain(uint sequence, int length)
    {
        byte[] options = [1, 1, 8, 10, 0, 0, 0, 5, 0, 0, 0, 6];
        byte[] frame = Them.Tcp(Us, 1000, 80, sequence, 7, TcpControlBits.Ack, [.. options, .. TextOf(length, sequence)]);
        frame[Tcp + 12] = 8 << 4;
        Refresh(frame);
        return frame;
    }

    private static byte[] Ipv6(uint sequence, int length)
    {
        byte[] segment = Plain(sequence, length)[Tcp..];
        byte[] packet = new byte[40 + segment.Length];
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)segment.Length);
        (packet[6], packet[7], packet[8], packet[24], packet[23], packet[39]) = (6, 64, 0xFD, 0xFD, 1, 2);
        segment.CopyTo(packet, 40);
        byte[] frame = PacketBuilder.Ethernet(StackOnWire.OwnMac, StackOnWire.PeerMac, EtherType.Ipv6, packet);
        Assert.True(ChecksumCompletion.Recompute(frame, LinkMedium.Ethernet));
        return frame;
    }

    private static byte[] TextOf(int length, uint first = 0) => [.. Enumerable.Range(0, length).Select(i => (byte)((first + i) * 31 + (first + i) / 256))];

    private static void Identify(byte[] frame, ushort identification, bool dontFragment)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(18), identification);
        frame[20] = (byte)(dontFragment ? 0x40 : 0);
        Refresh(frame);
    }

    /// <summary>Makes both checksums right.</summary>
    private static void Refresh(byte[] frame)
    {
        int headerBytes = (frame[14] & 0xF) * 4;
        if (headerBytes < 20 || 14 + headerBytes > frame.Length) return;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(24), 0);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(24), InternetChecksum.Finish(InternetChecksum.Sum(frame.AsSpan(14, headerBytes))));
        ChecksumCompletion.Recompute(frame, LinkMedium.Ethernet);
    }

    private static TcpHeader TcpOf(ReadOnlySpan<byte> frame)
    {
        Assert.True(EthernetHeader.TryParse(frame, out EthernetHeader ethernet));
        Assert.True(Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip));
        Assert.True(TcpHeader.TryParse(ip.Payload, out TcpHeader tcp));
        return tcp;
    }
}
