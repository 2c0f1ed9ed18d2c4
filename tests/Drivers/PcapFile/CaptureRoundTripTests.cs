using System.Buffers.Binary;
using System.IO;
using FsCheck;
using FsCheck.Fluent;
using StackSharp.Drivers.PcapFile;
using Xunit;

namespace StackSharp.Tests.Drivers.PcapFile;

public sealed class CaptureRoundTripTests
{
    private const long Time = 1_700_000_000_123_456_789;

    [Fact]
    public void Pcapng_gives_back_what_was_written() =>
        Prop.ForAll<byte[][], int, NonNull<string>>((frames, seed, comment) =>
        {
            CaptureDirection direction = (CaptureDirection)((uint)seed % 3);
            string text = comment.Get.Trim('\0');
            using MemoryStream stream = new();
            using (PcapngWriter writer = new(stream, leaveOpen: true))
            {
                Assert.Equal(0, writer.AddInterface(new CaptureInterface(CaptureLinkType.RawIp, 77)));
                Assert.Equal(1, writer.AddInterface(new CaptureInterface(CaptureLinkType.Ethernet, 0, "eth ü", "some text")));
                foreach (byte[] frame in frames) writer.WriteFrame(1, Time, frame, frame.Length + 5, direction, [text, "second"]);
                writer.WriteStatistics(1, Time, 1, 2, 3);
            }

            stream.Position = 0;
            using CaptureReader reader = CaptureReader.Open(stream);
            foreach (byte[] frame in frames)
            {
                Assert.True(reader.TryRead(out CapturedFrame read));
                Assert.Equal(frame, read.Bytes.ToArray());
                Assert.Equal((uint)frame.Length + 5, read.OriginalLength);
                Assert.Equal(Time, read.NanosecondsSinceEpoch);
                Assert.Equal(direction, read.Direction);
                Assert.Equal(ToUtf8AndBack(text) + "\nsecond", read.Comment);
                Assert.Equal(("eth ü", "some text", CaptureLinkType.Ethernet), (read.Interface.Name, read.Interface.Description, read.Interface.LinkType));
            }

            return !reader.TryRead(out _) && reader.Interfaces.Count == 2 && reader.Interfaces[0].SnapLength == 77;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Pcap_gives_back_what_was_written(bool nanoseconds) =>
        Prop.ForAll<byte[][]>(frames =>
        {
            using MemoryStream stream = new();
            PcapWriter writer = new(stream, CaptureLinkType.Ethernet, 100, nanoseconds);
            foreach (byte[] frame in frames) writer.WriteFrame(Time, frame, frame.Length + 9);
            using CaptureReader reader = CaptureReader.Open(new MemoryStream(stream.ToArray()));
            Assert.Equal(new CaptureInterface(CaptureLinkType.Ethernet, 100), Assert.Single(reader.Interfaces));
            foreach (byte[] frame in frames)
            {
                Assert.True(reader.TryRead(out CapturedFrame read));
                Assert.Equal(frame, read.Bytes.ToArray());
                Assert.Equal((uint)frame.Length + 9, read.OriginalLength);
                Assert.Equal(nanoseconds ? Time : Time / 1000 * 1000, read.NanosecondsSinceEpoch);
            }

            return !reader.TryRead(out _);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0xA1B2C3D4, false, 5000), InlineData(0xA1B23C4D, false, 5), InlineData(0xA1B2C3D4, true, 5000), InlineData(0xA1B23C4D, true, 5)]
    public void Pcap_of_either_byte_order_and_resolution_is_read(uint magic, bool bigEndian, long nanoseconds)
    {
        byte[] file = [.. Words(bigEndian, magic), .. Halves(bigEndian, 2, 4), .. Words(bigEndian, 0, 0, 65535, 1, 7, 5, 3, 60), 1, 2, 3];
        using CaptureReader reader = CaptureReader.Open(new MemoryStream(file));
        Assert.True(reader.TryRead(out CapturedFrame frame));
        Assert.Equal([1, 2, 3], frame.Bytes.ToArray());
        Assert.Equal(60u, frame.OriginalLength);
        Assert.Equal(7_000_000_000 + nanoseconds, frame.NanosecondsSinceEpoch);
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public void Pcapng_sections_of_different_byte_orders_follow_each_other()
    {
        byte[] file = [.. Section(true), .. Interface(true, 1), .. Packet(true, 42), .. Section(false), .. Interface(false, 101), .. Packet(false, 43)];
        using CaptureReader reader = CaptureReader.Open(new MemoryStream(file));
        Assert.True(reader.TryRead(out CapturedFrame frame));
        Assert.Equal((CaptureLinkType.Ethernet, 42_000L), (frame.Interface.LinkType, frame.NanosecondsSinceEpoch));
        Assert.True(reader.TryRead(out frame));
        Assert.Equal((CaptureLinkType.RawIp, 43_000L), (frame.Interface.LinkType, frame.NanosecondsSinceEpoch));
        Assert.Single(reader.Interfaces);
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public void Blocks_that_nobody_knows_are_passed_over()
    {
        byte[] unknown = Block(false, 0x0BAD, new byte[10_000]);
        byte[] file = [.. Section(false), .. unknown, .. Interface(false, 1), .. unknown, .. Packet(false, 1), .. unknown];
        using CaptureReader reader = CaptureReader.Open(new MemoryStream(file));
        Assert.True(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public void Simple_and_obsolete_packet_blocks_are_read()
    {
        byte[] simple = Block(false, 3, [.. Words(false, 3), 7, 8, 9, 0]);
        byte[] obsolete = Block(false, 2, [.. Halves(false, 0, 0), .. Words(false, 0, 6, 2, 2), 5, 6, 0, 0]);
        using CaptureReader reader = CaptureReader.Open(new MemoryStream([.. Section(false), .. Interface(false, 1), .. simple, .. obsolete]));
        Assert.True(reader.TryRead(out CapturedFrame frame));
        Assert.Equal([7, 8, 9], frame.Bytes.ToArray());
        Assert.True(reader.TryRead(out frame));
        Assert.Equal([5, 6], frame.Bytes.ToArray());
        Assert.Equal(6000, frame.NanosecondsSinceEpoch);
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(6, 1000)]
    [InlineData(3, 1_000_000)]
    [InlineData(0, 1_000_000_000)]
    [InlineData(0x81, 500_000_000)]
    public void Time_counts_in_the_interfaces_unit(byte resolution, long nanoseconds)
    {
        byte[] option = [.. Halves(false, 9, 1), resolution, 0, 0, 0, .. Words(false, 0)];
        byte[] file = [.. Section(false), .. Interface(false, 1, option), .. Packet(false, 1)];
        using CaptureReader reader = CaptureReader.Open(new MemoryStream(file));
        Assert.True(reader.TryRead(out CapturedFrame frame));
        Assert.Equal(nanoseconds, frame.NanosecondsSinceEpoch);
    }

    internal static byte[] Section(bool bigEndian) => Block(bigEndian, 0x0A0D0D0A, [.. Words(bigEndian, 0x1A2B3C4D), .. Halves(bigEndian, 1, 0), .. Words(bigEndian, uint.MaxValue, uint.MaxValue)]);

    internal static byte[] Interface(bool bigEndian, ushort linkType, params byte[] options) =>
        Block(bigEndian, 1, [.. Halves(bigEndian, linkType, 0), .. Words(bigEndian, 0), .. options]);

    internal static byte[] Packet(bool bigEndian, uint time) => Block(bigEndian, 6, [.. Words(bigEndian, 0, 0, time, 2, 2), 1, 2, 0, 0]);

    internal static byte[] Block(bool bigEndian, uint type, byte[] body) =>
        [.. Words(bigEndian, type, (uint)body.Length + 12), .. body, .. Words(bigEndian, (uint)body.Length + 12)];

    internal static byte[] Words(bool bigEndian, params uint[] values) => [.. values.SelectMany(value =>
        BitConverter.GetBytes(bigEndian ? BinaryPrimitives.ReverseEndianness(value) : value))];

    internal static byte[] Halves(bool bigEndian, params ushort[] values) => [.. values.SelectMany(value =>
        BitConverter.GetBytes(bigEndian ? BinaryPrimitives.ReverseEndianness(value) : value))];

    private static string ToUtf8AndBack(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
