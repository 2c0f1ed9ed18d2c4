using FsCheck.Fluent;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Wire.Tcp;

public sealed class TcpOptionTests
{
    /// <summary>What the walk gives, as kind:value pairs, with "!" at the end if it ended at a malformed option.</summary>
    [Theory, Covers("TCP-9293-4", "TCP-9293-5", "TCP-9293-7")]
    [InlineData("", "")]
    [InlineData("00", "")]
    [InlineData("01010101", "")]
    [InlineData("020405B4", "2:05B4")]
    [InlineData("0101080A0000000100000002", "8:0000000100000002")]
    [InlineData("020405B40402080A00000001000000000103030A", "2:05B4 4: 8:0000000100000000 3:0A")]
    [InlineData("020405B400FFFFFF", "2:05B4")]   // What follows the end of the list does not count.
    [InlineData("010101020402", "!")]
    [InlineData("FD04F989020405B4", "253:F989 2:05B4")]   // An unknown kind is passed over by its length.
    [InlineData("4102020405B4", "65: 2:05B4")]
    [InlineData("02", "!")]   // No length.
    [InlineData("0200020405B4", "!")]   // Length 0.
    [InlineData("0201020405B4", "!")]   // Length 1.
    [InlineData("020405", "!")]   // Past the end.
    [InlineData("020405B403FF0A", "2:05B4 !")]
    [InlineData("0303070280", "3:07 !")]
    public void Options_are_walked_by_their_lengths(string options, string walked)
    {
        TcpOptionReader reader = new(Convert.FromHexString(options));
        List<string> found = [];
        while (reader.TryRead(out TcpOptionKind kind, out ReadOnlySpan<byte> value)) found.Add($"{(int)kind}:{Convert.ToHexString(value)}");
        if (reader.Malformed) found.Add("!");
        Assert.Equal(walked, string.Join(' ', found));
        Assert.False(reader.TryRead(out _, out _));
    }

    [Fact, Covers("TCP-9293-7")]
    public void The_walk_over_any_bytes_ends_and_stays_inside() =>
        Gen.OneOf(WireGenerators.Bytes(0, 40), Gen.Choose(0, 12).Select(value => (byte)value).ArrayOf(40)).Holds(bytes =>
        {
            TcpOptionReader reader = new(bytes);
            int consumed = 0;
            while (reader.TryRead(out TcpOptionKind kind, out ReadOnlySpan<byte> value))
            {
                if (kind is TcpOptionKind.EndOfList or TcpOptionKind.NoOperation) return false;
                if (!value.IsEmpty && !bytes.AsSpan().Overlaps(value)) return false;
                consumed += 2 + value.Length;
            }

            return consumed <= bytes.Length;
        }).Check();

    [Fact, Covers("TCP-9293-4")]
    public void A_syn_s_options_are_written_in_the_order_asked_for()
    {
        byte[] options = new byte[20];
        TcpOptionWriter writer = new(options);
        writer.MaximumSegmentSize(1460);
        writer.SackPermitted();
        writer.Timestamps(0x11223344, 0);
        writer.NoOperation();
        writer.WindowScale(10);
        Assert.Equal(20, writer.Written);
        Assert.Equal("020405B40402080A11223344000000000103030A", Convert.ToHexString(options));
    }

    /// <summary>One option of each kind with the bytes that its RFC gives it.</summary>
    [Fact, Covers("TCP-9293-4")]
    public void Options_are_written_as_their_RFCs_draw_them()
    {
        Assert.Equal("020405B4", Written((ref TcpOptionWriter writer) => writer.MaximumSegmentSize(1460)));
        Assert.Equal("03030E00", Written((ref TcpOptionWriter writer) => writer.WindowScale(14)));
        Assert.Equal("04020000", Written((ref TcpOptionWriter writer) => writer.SackPermitted()));
        Assert.Equal("080A01020304050607080000", Written((ref TcpOptionWriter writer) => writer.Timestamps(0x01020304, 0x05060708)));
        Assert.Equal("01000000", Written((ref TcpOptionWriter writer) => writer.NoOperation()));
        Assert.Equal("22020000", Written((ref TcpOptionWriter writer) => writer.FastOpen([])));
        Assert.Equal("2206AABBCCDD0000", Written((ref TcpOptionWriter writer) => writer.FastOpen([0xAA, 0xBB, 0xCC, 0xDD])));
        Assert.Equal("050A00000001000000020000", Written((ref TcpOptionWriter writer) =>
            writer.Sack([new SackBlock(new SequenceNumber(1), new SequenceNumber(2))])));
    }

    /// <summary>MUST-69: what follows the list's end is zero.</summary>
    [Fact, Covers("TCP-9293-64")]
    public void Padding_is_zero_up_to_a_whole_word()
    {
        for (int count = 0; count <= 40; count++)
        {
            byte[] options = new byte[40];
            options.AsSpan().Fill(0xAA);
            TcpOptionWriter writer = new(options);
            for (int i = 0; i < count; i++) writer.NoOperation();
            writer.PadToWord();
            Assert.Equal((count + 3) / 4 * 4, writer.Written);
            Assert.All(options[count..writer.Written], padding => Assert.Equal(0, padding));
        }
    }

    [Fact]
    public void Writing_past_the_room_given_throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TcpOptionWriter(new byte[3]).MaximumSegmentSize(1460));
        Assert.Throws<IndexOutOfRangeException>(() => new TcpOptionWriter(default).NoOperation());
    }

    private delegate void Writing(ref TcpOptionWriter writer);

    private static string Written(Writing write)
    {
        byte[] options = new byte[40];
        options.AsSpan().Fill(0xAA);
        TcpOptionWriter writer = new(options);
        write(ref writer);
        writer.PadToWord();
        return Convert.ToHexString(options.AsSpan(0, writer.Written));
    }
}
