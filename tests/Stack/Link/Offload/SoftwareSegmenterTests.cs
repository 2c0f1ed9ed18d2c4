using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Stack.Wire.Udp;
using StackSharp.Tests.Drivers;
using Xunit;

namespace StackSharp.Tests.Stack.Link.Offload;

public sealed class SoftwareSegmenterTests
{
    private const TcpControlBits AllBits = TcpControlBits.Ack | TcpControlBits.Psh | TcpControlBits.Fin | TcpControlBits.Cwr;
    private static readonly RawStation Us = new(new MacAddress(0x02_00_00_00_00_01), IpAddress.FromIpv4(198, 18, 0, 1));
    private static readonly RawStation Them = new(new MacAddress(0x02_00_00_00_00_02), IpAddress.FromIpv4(198, 18, 0, 2));

    [Fact]
    public void Whatever_the_slices_each_frame_is_whole_and_the_text_is_the_same() =>
        Prop.ForAll(
            Gen.Choose(1, 20_000).ToArbitrary(), Gen.Choose(48, 9000).ToArbitrary(), Gen.Choose(1, 1 << 30).ToArbitrary(),
            (length, segmentBytes, seed) =>
            {
                using FrameSource source = new();
                byte[] text = TextOf(length);
                CollectingDevice device = new();
                SoftwareSegmenter segmenter = new(device, 4096, padShortFrames: true);
                segmenter.Transmit([Sliced(source, Large(text), segmentBytes, new Random(seed))]);
                List<byte> joined = [];
                for (int i = 0; i < device.Sent.Count; i++)
                {
                    (byte[] frame, TransmitOffload offload) = device.Sent[i];
                    Assert.Equal(default, offload);
                    Assert.InRange(frame.Length, 60, Math.Max(60, 54 + segmentBytes));
                    Assert.True(EthernetHeader.TryParse(frame, out EthernetHeader ethernet));
                    Assert.True(Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip));
                    Assert.True(TcpHeader.TryParse(ip.Payload, out TcpHeader tcp));
                    Assert.True(tcp.IsChecksumValid(ip.Source, ip.Destination));
                    Assert.Equal(i, ip.Identification);
                    Assert.Equal(new SequenceNumber(uint.MaxValue - 100) + (uint)joined.Count, tcp.Sequence);
                    Assert.Equal(i == device.Sent.Count - 1, tcp.Has(TcpControlBits.Fin | TcpControlBits.Psh));
                    Assert.Equal(i == 0, tcp.Has(TcpControlBits.Cwr));
                    joined.AddRange(tcp.Payload);
                }
                Assert.Equal(text, joined);
                Assert.Equal((0, 0), (source.Outstanding, segmenter.Outstanding));
                segmenter.Dispose();
                return device.Sent.Count == (length + segmentBytes - 1) / segmentBytes;
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Payload_is_referred_to_and_not_copied()
    {
        using FrameSource source = new();
        TransmitFrame large = Sliced(source, Large(TextOf(20_000)), 1448, new Random(1));
        PacketBuffer[] expected = [.. large.Payload.ToArray().Select(slice => slice.Buffer)];
        CollectingDevice device = new();
        using SoftwareSegmenter segmenter = new(device, 4096, padShortFrames: false);
        segmenter.Transmit([large]);
        Assert.Equal(expected.ToHashSet(), device.Referenced);
    }

    [Fact]
    public void Many_large_frames_reach_the_device_in_order_and_64_at_a_time()
    {
        using FrameSource source = new();
        CollectingDevice device = new();
        using SoftwareSegmenter segmenter = new(device, 4096, padShortFrames: true);
        TransmitFrame[] frames =
        [
            .. Enumerable.Range(0, 10).Select(i => i % 3 == 2
                ? source.Frame(Us.Udp(Them, 7, (ushort)i, [1, 2, 3]))
                : Sliced(source, Us.Tcp(Them, (ushort)i, 2, 0, 7, TcpControlBits.Ack, TextOf(14_480), partial: true), 1448, new Random(i))),
        ];
        segmenter.Transmit(frames);
        Assert.Equal((int[])[64, 9], device.Calls);
        int[] flows = [.. device.Sent.Select(sent => sent.Bytes[23] == (byte)IpProtocol.Udp ? sent.Bytes[37] : sent.Bytes[35])];
        Assert.Equal(flows.Order(), flows);
        Assert.Equal(0, source.Outstanding);
    }

    [Fact]
    public void A_device_that_completes_checksums_is_left_to_do_so()
    {
        using FrameSource source = new();
        CollectingDevice device = new(TransmitCapabilities.Checksum);
        using SoftwareSegmenter segmenter = new(device, 4096, padShortFrames: true);
        segmenter.Transmit([Sliced(source, Large(TextOf(3000)), 1448, new Random(3))]);
        Assert.Equal(3, device.Sent.Count);
        foreach ((byte[] frame, TransmitOffload offload) in device.Sent)
        {
            Assert.Equal(new TransmitOffload(true, 34, 16, SegmentationKind.None, 0, 54), offload);
            ChecksumCompletion.Complete(frame, LinkMedium.Ethernet, offload);
            Assert.True(IsChecksumValid(frame));
        }
    }

    [Fact]
    public void Only_what_the_device_lacks_is_done()
    {
        using FrameSource source = new();
        CollectingDevice device = new(TransmitCapabilities.Checksum | TransmitCapabilities.TcpSegmentationIpv4, segmentationBytes: 32_768);
        using SoftwareSegmenter segmenter = new(device, 4096, padShortFrames: true);
        segmenter.Transmit([Sliced(source, Large(TextOf(20_000)), 1448, new Random(4))]);
        Assert.Equal(SegmentationKind.TcpIpv4, Assert.Single(device.Sent).Offload.Segmentation);
        device.Sent.Clear();
        segmenter.Transmit([Sliced(source, Large(TextOf(40_000)), 1448, new Random(5))]);
        Assert.Equal(28, device.Sent.Count);   // More than the device cuts.
        device.Sent.Clear();
        byte[] datagrams = Us.Udp(Them, 1, 2, TextOf(2500), partial: true);
        segmenter.Transmit([source.Frame(datagrams, 42, new TransmitOffload(true, 34, 6, SegmentationKind.Udp, 1000, 42))]);
        Assert.Equal((int[])[1042, 1042, 542], device.Sent.Select(sent => sent.Bytes.Length));
    }

    [Fact]
    public void Datagrams_have_lengths_and_checksums_of_their_own()
    {
        using FrameSource source = new();
        CollectingDevice device = new();
        using SoftwareSegmenter segmenter = new(device, 4096, padShortFrames: true);
        byte[] payload = TextOf(2001);
        segmenter.Transmit([source.Frame(Us.Udp(Them, 1, 2, payload, partial: true), 42, new TransmitOffload(true, 34, 6, SegmentationKind.Udp, 1000, 42))]);
        List<byte> joined = [];
        foreach ((byte[] frame, _) in device.Sent)
        {
            Assert.True(EthernetHeader.TryParse(frame, out EthernetHeader ethernet));
            Assert.True(Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip));
            Assert.True(UdpHeader.TryParse(ip.Payload, out UdpHeader udp) && udp.IsChecksumValid(ip.Source, ip.Destination));
            joined.AddRange(udp.Payload);
        }
        Assert.Equal(payload, joined);
        Assert.Equal(60, device.Sent[^1].Bytes.Length);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(64), InlineData(1400)]
    public void A_checksum_left_to_a_device_without_any_is_completed(int length)
    {
        using FrameSource source = new();
        CollectingDevice device = new();
        using SoftwareSegmenter segmenter = new(device, 4096, padShortFrames: true);
        byte[] payload = TextOf(length);
        segmenter.Transmit(
        [
            source.Frame(Us.Tcp(Them, 1, 2, 3, 4, TcpControlBits.Ack, payload, partial: true), 54, new TransmitOffload(true, 34, 16, default, 0, 54)),
            source.Frame(Us.Udp(Them, 1, 2, payload, partial: true), 75, new TransmitOffload(true, 34, 6, default, 0, 42)),
        ]);
        Assert.Equal(Us.Tcp(Them, 1, 2, 3, 4, TcpControlBits.Ack, payload), device.Sent[0].Bytes);
        Assert.Equal(Us.Udp(Them, 1, 2, payload), device.Sent[1].Bytes);
        Assert.All(device.Sent, sent => Assert.Equal(default, sent.Offload));
    }

    [Fact]
    public void What_finds_no_frame_left_is_dropped_and_counted()
    {
        using FrameSource source = new();
        CollectingDevice device = new() { Held = [] };
        using SoftwareSegmenter segmenter = new(device, 8, padShortFrames: true);
        segmenter.Transmit([Sliced(source, Large(TextOf(14_480)), 1448, new Random(6))]);
        Assert.Equal((8, 2L), (device.Sent.Count, segmenter.Dropped));
        device.Held.ForEach(frame => frame.Release());
        device.Held = null;
        segmenter.Transmit([Sliced(source, Large(TextOf(1449)), 1448, new Random(7))]);
        Assert.Equal((10, 2L), (device.Sent.Count, segmenter.Dropped));
        Assert.Equal((0, 0), (source.Outstanding, segmenter.Outstanding));
    }

    [Fact]
    public void A_frame_that_does_not_say_where_its_headers_are_is_dropped_and_counted()
    {
        using FrameSource source = new();
        CollectingDevice device = new();
        using SoftwareSegmenter segmenter = new(device, 8, padShortFrames: true);
        TransmitOffload right = new(true, 34, 16, SegmentationKind.TcpIpv4, 1000, 54);
        TransmitOffload[] wrong = [right with { HeaderBytes = 40 }, right with { ChecksumStart = 0 }, right with { ChecksumStart = 54 }, right with { SegmentBytes = 0 }];
        foreach (TransmitOffload offload in wrong) segmenter.Transmit([source.Frame(Large(TextOf(3000)), 54, offload)]);
        Assert.Empty(device.Sent);
        Assert.Equal((4L, 0), (segmenter.Dropped, source.Outstanding));
    }

    [Fact]
    public void Cutting_allocates_nothing()
    {
        using FrameSource source = new();
        using SoftwareSegmenter segmenter = new(new CollectingDevice(copies: false), 4096, padShortFrames: true);
        byte[] large = Large(TextOf(60_000));
        TransmitFrame[] one = new TransmitFrame[1];
        Allocations.MustBeNone(() =>
        {
            one[0] = source.Frame(large, 54, new TransmitOffload(true, 34, 16, SegmentationKind.TcpIpv4, 1448, 54));
            segmenter.Transmit(one);
        });
    }

    private static byte[] Large(byte[] text) => Us.Tcp(Them, 1, 2, uint.MaxValue - 100, 7, AllBits, text, partial: true);

    private static byte[] TextOf(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31 + i / 256))];

    /// <summary>A large frame whose payload lies in pieces of random size.</summary>
    private static TransmitFrame Sliced(FrameSource source, byte[] bytes, int segmentBytes, Random random)
    {
        TransmitFrame frame = source.Frame(bytes.AsSpan(0, 54), 54, new TransmitOffload(true, 34, 16, SegmentationKind.TcpIpv4, (ushort)segmentBytes, 54));
        for (int at = 54; at < bytes.Length;)
        {
            int most = bytes.Length - at;
            int length = frame.SliceCount == TransmitFrame.MaximumSlices - 1 ? most : Math.Min(most, random.Next(1, 4000));
            PacketBuffer buffer = source.Buffer();
            bytes.AsSpan(at, length).CopyTo(buffer.Storage[1..]);
            frame.Append(new PacketSlice(buffer, 1, length));
            at += length;
        }
        return frame;
    }

    private static bool IsChecksumValid(byte[] frame)
    {
        Assert.True(EthernetHeader.TryParse(frame, out EthernetHeader ethernet));
        Assert.True(Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip));
        Assert.True(TcpHeader.TryParse(ip.Payload, out TcpHeader tcp));
        return tcp.IsChecksumValid(ip.Source, ip.Destination);
    }
}
