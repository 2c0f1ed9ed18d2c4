using System.IO;
using FsCheck;
using FsCheck.Fluent;
using StackSharp.Drivers.PcapFile;
using Xunit;
using static StackSharp.Tests.Drivers.PcapFile.CaptureRoundTripTests;

namespace StackSharp.Tests.Drivers.PcapFile;

/// <summary>A damaged file is an error that says where, after the frames before it were read.</summary>
public sealed class DamagedCaptureTests
{
    private static readonly byte[] Good = [.. Section(false), .. Interface(false, 1), .. Packet(false, 1), .. Packet(false, 2)];

    public static TheoryData<string, byte[], long, string> Damages => new()
    {
        { "empty", [], 0, "empty" },
        { "text", "hello, world"u8.ToArray(), 0, "neither pcap nor pcapng" },
        { "short magic", [0xD4, 0xC3], 0, "ends in the middle" },
        { "pcap header cut", [.. Words(false, 0xA1B2C3D4), 2, 0], 0, "ends in the middle" },
        { "pcap version", [.. Words(false, 0xA1B2C3D4), .. Halves(false, 9, 0), .. Words(false, 0, 0, 0, 1)], 0, "version 9" },
        { "record of 4 GiB", [.. Words(false, 0xA1B2C3D4), .. Halves(false, 2, 4), .. Words(false, 0, 0, 0, 1, 0, 0, uint.MaxValue, 0)], 24, "a length of 4294967295" },
        { "no byte-order magic", [.. Words(false, 0x0A0D0D0A, 28), .. new byte[20]], 0, "byte-order magic" },
        { "block length 0", [.. Section(false), .. Words(false, 6, 0, 0)], 28, "a block length of 0" },
        { "block length odd", [.. Section(false), .. Words(false, 6, 33, 0)], 28, "a block length of 33" },
        { "block cut", Good[..^1], Good.Length - 36, "ends in the middle" },
        { "lengths differ", [.. Good[..^4], 1, 0, 0, 0], Good.Length - 36, "at its start and 1 at its end" },
        { "unknown interface", [.. Section(false), .. Packet(false, 1)], 28, "interface 0, of which there are 0" },
        { "frame beyond block", [.. Section(false), .. Interface(false, 1), .. Block(false, 6, Words(false, 0, 0, 0, 50, 50))], 48, "a packet of 50 octets" },
        { "option beyond block", [.. Section(false), .. Interface(false, 1, [.. Halves(false, 2, 60)])], 28, "option 2 of 60 octets" },
        { "resolution", [.. Section(false), .. Interface(false, 1, [.. Halves(false, 9, 1), 0xFF, 0, 0, 0])], 28, "time resolution of 0xff" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damage_is_named_with_its_place(string what, byte[] file, long offset, string words)
    {
        CaptureFormatException exception = Assert.Throws<CaptureFormatException>(() => ReadAll(file));
        Assert.True(exception.Message.Contains(words, StringComparison.Ordinal), $"{what}: {exception.Message}");
        Assert.Equal(offset, exception.Offset);
        Assert.StartsWith($"at offset {offset}: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_end_with_frames_or_with_that_error() =>
        Prop.ForAll<byte[], int>((bytes, choice) =>
        {
            byte[] start = (choice & 3) switch { 0 => Good, 1 => Section(true), 2 => [.. Words(false, 0xA1B23C4D), .. new byte[20]], _ => [] };
            return Ends([.. start, .. bytes]);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_flipped_byte_ends_with_frames_or_with_that_error()
    {
        for (int position = 0; position < Good.Length; position++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] damaged = [.. Good];
                damaged[position] ^= (byte)(1 << bit);
                Assert.True(Ends(damaged));
            }
        }
    }

    private static bool Ends(byte[] file)
    {
        try
        {
            return ReadAll(file) <= file.Length;
        }
        catch (CaptureFormatException exception)
        {
            return exception.Offset <= file.Length;
        }
    }

    private static int ReadAll(byte[] file)
    {
        using CaptureReader reader = CaptureReader.Open(new MemoryStream(file));
        int frames = 0;
        while (reader.TryRead(out CapturedFrame frame)) frames += frame.Bytes.Length >= 0 ? 1 : 0;
        return frames;
    }
}
