using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Stack.Wire.Udp;
using StackSharp.Tests.Drivers;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Link.Offload;

public sealed class SegmentationTests
{
    private static readonly RawStation Us = new(MacAddress.Parse("02:00:00:00:00:01"), IpAddress.Parse("198.18.0.1"));
    private static readonly RawStation Them = new(MacAddress.Parse("02:00:00:00:00:02"), IpAddress.Parse("198.18.0.2"));

    [Fact, Covers("TCP-GSO-1")]
    public void Segments_join_to_the_payload_with_valid_sums_and_rising_sequence() =>
        Prop.ForAll(Gen.Choose(0, 5000).ToArbitrary(), Gen.Choose(1, 1500).ToArbitrary(), (length, segmentBytes) =>
        {
            byte[] payload = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 3))];
            byte[] large = Us.Tcp(Them, 1, 2, uint.MaxValue - 100, 7, TcpControlBits.Ack | TcpControlBits.Psh | TcpControlBits.Fin | TcpControlBits.Cwr, payload, partial: true);
            List<byte> joined = [];
            List<TcpControlBits> bits = [];
            foreach (byte[] frame in Cut(large, segmentBytes))
            {
                EthernetHeader.TryParse(frame, out EthernetHeader ethernet);
                Assert.True(Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip));
                Assert.True(TcpHeader.TryParse(ip.Payload, out TcpHeader tcp));
                Assert.True(tcp.IsChecksumValid(ip.Source, ip.Destination));
                Assert.Equal(new SequenceNumber(uint.MaxValue - 100) + (uint)joined.Count, tcp.Sequence);
                Assert.Equal(bits.Count, ip.Identification);
                joined.AddRange(tcp.Payload);
                bits.Add(tcp.ControlBits);
            }

            Assert.All(bits.Skip(1), flags => Assert.False(flags.HasFlag(TcpControlBits.Cwr)));
            Assert.All(bits.SkipLast(1), flags => Assert.False(flags.HasFlag(TcpControlBits.Fin) || flags.HasFlag(TcpControlBits.Psh)));
            Assert.True(length == 0 || (bits[^1].HasFlag(TcpControlBits.Fin | TcpControlBits.Psh) && bits[0].HasFlag(TcpControlBits.Cwr)));
            return joined.SequenceEqual(payload) && bits.Count == (length + segmentBytes - 1) / segmentBytes;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Datagrams_are_whole_with_lengths_and_sums_of_their_own()
    {
        List<byte[]> frames = Cut(Us.Udp(Them, 1, 2, new byte[2500], partial: true), 1000);
        Assert.Equal(3, frames.Count);
        foreach ((byte[] frame, int length) in frames.Zip((int[])[1000, 1000, 500]))
        {
            EthernetHeader.TryParse(frame, out EthernetHeader ethernet);
            Assert.True(Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip));
            Assert.True(UdpHeader.TryParse(ip.Payload, out UdpHeader udp));
            Assert.Equal(length, udp.Payload.Length);
            Assert.True(udp.IsChecksumValid(ip.Source, ip.Destination));
        }
    }

    [Fact]
    public void Any_bytes_are_cut_or_refused_but_never_read_beyond() =>
        Prop.ForAll<byte[], int>((bytes, segmentBytes) =>
        {
            if (bytes.Length > 0) bytes[0] = (byte)((bytes[0] & 0xF) | (bytes.Length % 2 == 0 ? 0x40 : 0x60));
            if (!Segmentation.TryStart(bytes, LinkMedium.Ip, segmentBytes, out Segmentation segments)) return true;
            int total = 0;
            byte[] frame = new byte[bytes.Length];
            for (; segments.NextLength > 0; total++) segments.Next(frame);
            return total <= bytes.Length;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Completing_a_partial_sum_gives_the_full_one()
    {
        byte[] frame = Us.Tcp(Them, 1, 2, 3, 4, TcpControlBits.Ack, [1, 2, 3], partial: true);
        byte[] whole = Us.Tcp(Them, 1, 2, 3, 4, TcpControlBits.Ack, [1, 2, 3]);
        Assert.NotEqual(whole, frame);
        ChecksumCompletion.Complete(frame, LinkMedium.Ethernet, new(true, 34, 16, default, 0, 54));
        Assert.Equal(whole, frame);
        Assert.True(ChecksumCompletion.Recompute(frame, LinkMedium.Ethernet));
        Assert.Equal(whole, frame);
    }

    [Fact]
    public void A_sum_that_is_not_tcps_is_completed_where_the_sender_says()
    {
        byte[] frame = Us.Udp(Them, 1, 2, [9, 9], partial: true);
        byte[] whole = Us.Udp(Them, 1, 2, [9, 9]);
        frame[12] = whole[12] = 0x12;   // An EtherType that nobody knows: only the offsets tell.
        ChecksumCompletion.Complete(frame, LinkMedium.Ethernet, new(true, 34, 6, default, 0, 42));
        Assert.Equal(whole, frame);
    }

    [Fact]
    public void A_datagram_without_checksum_keeps_none()
    {
        byte[] frame = Us.Udp(Them, 1, 2, [9, 9]);
        frame[40] = frame[41] = 0;
        byte[] before = [.. frame];
        Assert.True(ChecksumCompletion.Recompute(frame, LinkMedium.Ethernet));
        Assert.Equal(before, frame);
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
}
