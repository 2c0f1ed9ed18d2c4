using FsCheck.Fluent;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Wire.Tcp;

public sealed class TcpSegmentOptionsTests
{
    /// <summary>What the options say, in packetdrill's words.</summary>
    [Theory, Covers("TCP-9293-4", "TCP-9293-5")]
    [InlineData("", "")]
    [InlineData("020405B4", "mss 1460")]
    [InlineData("020405B40402080A11223344000000000103030A", "mss 1460 sackOK TS 287454020:0 wscale 10")]
    [InlineData("0101080A0000000100000002", "TS 1:2")]
    [InlineData("01080A000000010000000201", "TS 1:2")]
    [InlineData("080A00000001000000020101", "TS 1:2")]
    [InlineData("0101080A00000001000000020101050A0000000100000002", "TS 1:2 sack 1:2")]
    [InlineData("0101050A0000000100000002", "sack 1:2")]
    [InlineData("0101051A000000010000000200000003000000040000000500000006", "sack 1:2 3:4 5:6")]
    [InlineData("05220000000100000002000000030000000400000005000000060000000700000008", "sack 1:2 3:4 5:6 7:8")]
    [InlineData("AC020101", "ECN -1 -1 -1")]
    [InlineData("AC0B0000010003E8FFFFFF01", "ECN 1 1000 16777215")]
    [InlineData("AE0B0000010003E8FFFFFF01", "ECN 16777215 1000 1")]
    [InlineData("AE08000001000002", "ECN -1 2 1")]
    [InlineData("AC05000001010101", "ECN 1 -1 -1")]
    [InlineData("AC0700000100000101", "ECN 1 -1 -1")]   // A field that is cut off is none.
    [InlineData("22020000", "FO -")]
    [InlineData("2206AABBCCDD0101", "FO AABBCCDD")]
    [InlineData("2212000102030405060708090A0B0C0D0E0F0101", "FO 000102030405060708090A0B0C0D0E0F")]
    [InlineData("020405B402040200", "mss 512")]   // Of two the later counts.
    [InlineData("020405B4030200", "mss 1460")]   // A window scale without its shift, then the end.
    [InlineData("0303070200", "wscale 7 malformed")]
    [InlineData("0203050302030307", "wscale 7")]   // MSS of length 3 and window scale of length 2.
    [InlineData("020505B4010403000809000000000000010502220300FD03000303 07", "wscale 7")]   // Every known kind with a wrong length, one unknown.
    [InlineData("2205AABBCC22040102 2207AABBCCDDEE 2214000102030405060708090A0B0C0D0E0F1011", "")]   // Cookies of 3, 2, 5 and 18 bytes.
    [InlineData("050900000001000000", "")]
    [InlineData("052A" + "0000000100000002000000030000000400000005000000060000000700000008000000090000", "malformed")]   // Five blocks, cut off.
    public void Options_say_what_they_hold(string options, string said) => Assert.Equal(said, Describe(Convert.FromHexString(options.Replace(" ", ""))));

    [Theory, Covers("TCP-WS-1")]
    [InlineData(0, 0), InlineData(7, 7), InlineData(14, 14), InlineData(15, 14), InlineData(255, 14)]
    public void A_shift_over_14_is_taken_as_14(byte shift, int expected)
    {
        TcpOptionWriter writer = new(new byte[4]);
        writer.WindowScale(shift);
        Assert.Equal(expected, TcpSegmentOptions.Parse([3, 3, shift, 0]).WindowScale);
    }

    /// <summary>MUST-64: no option need begin at a word, so padding before them changes nothing.</summary>
    [Fact, Covers("TCP-9293-64")]
    public void Options_are_read_at_any_alignment()
    {
        byte[] options = Convert.FromHexString("020405B4040203030A080A0102030405060708");
        string expected = Describe(options);
        for (int padding = 0; padding <= 21; padding++)
        {
            byte[] shifted = [.. Enumerable.Repeat((byte)1, padding), .. options];
            Assert.Equal(expected, Describe(shifted));
        }
    }

    [Fact]
    public void What_is_written_is_read() =>
        (from mss in WireGenerators.UInt16
         from shift in Gen.Choose(0, 14)
         from stamps in WireGenerators.UInt32.ArrayOf(2)
         from edges in WireGenerators.UInt32.ArrayOf(2)
         select (mss, shift, stamps, edges)).Holds(input =>
        {
            SackBlock block = new(new SequenceNumber(input.edges[0]), new SequenceNumber(input.edges[1]));
            Span<byte> bytes = stackalloc byte[TcpOptionWriter.MaximumSize];
            TcpOptionWriter writer = new(bytes);
            writer.MaximumSegmentSize(input.mss);
            writer.WindowScale((byte)input.shift);
            writer.SackPermitted();
            writer.Timestamps(input.stamps[0], input.stamps[1]);
            writer.Sack([block]);
            writer.FastOpen([1, 2, 3, 4]);
            writer.PadToWord();
            TcpSegmentOptions read = TcpSegmentOptions.Parse(bytes[..writer.Written]);
            return read.MaximumSegmentSize == input.mss && read.WindowScale == input.shift && read.SackPermitted
                && read.HasTimestamps && read.TimestampValue == input.stamps[0] && read.TimestampEchoReply == input.stamps[1]
                && read.SackCount == 1 && read.Sack(0) == block
                && read.HasFastOpen && read.FastOpenCookie.SequenceEqual((ReadOnlySpan<byte>)[1, 2, 3, 4]) && !read.Malformed;
        }).Check();

    [Fact, Covers("ACC-11")]
    public void Counts_of_marks_are_read_as_they_are_written() =>
        (from counts in Gen.Choose(0, (1 << 24) - 1).ArrayOf(3)
         from fields in Gen.Choose(0, 3)
         from isReversed in Gen.Elements(false, true)
         select (counts, fields, isReversed)).Holds(input =>
        {
            Span<byte> bytes = stackalloc byte[TcpOptionWriter.MaximumSize];
            TcpOptionWriter writer = new(bytes);
            writer.AccurateEcn((uint)input.counts[0], (uint)input.counts[1], (uint)input.counts[2], input.fields, input.isReversed);
            TcpSegmentOptions read = TcpSegmentOptions.Parse(bytes[..writer.Written]);
            int Field(int index, int value) => input.fields > index ? value : -1;
            return writer.Written == TcpOptionWriter.AccurateEcnBytes(input.fields) && read.HasAccurateEcn
                && read.EchoedEct0Bytes == Field(input.isReversed ? 2 : 0, input.counts[0])
                && read.EchoedCeBytes == Field(1, input.counts[1])
                && read.EchoedEct1Bytes == Field(input.isReversed ? 0 : 2, input.counts[2]);
        }).Check();

    [Fact, Covers("TCP-9293-7")]
    public void Parsing_any_bytes_never_throws_nor_reads_past_the_input() =>
        Gen.OneOf(WireGenerators.Bytes(0, 40), Gen.Choose(0, 12).Select(value => (byte)value).ArrayOf(40)).Holds(bytes =>
        {
            TcpSegmentOptions options = TcpSegmentOptions.Parse(bytes);
            for (int i = 0; i < options.SackCount; i++) _ = options.Sack(i);
            return options.SackCount <= 4 && options.WindowScale is >= -1 and <= 14 && options.FastOpenCookie.Length is 0 or (>= 4 and <= 16);
        }).Check();

    [Theory, Covers("TFO-1")]
    [InlineData("fe04f989", true, "")]
    [InlineData("fe0cf9890102030405060708", true, "0102030405060708")]
    [InlineData("fe06f9890102", false, "")]
    [InlineData("fe09f9890102030405", false, "")]
    [InlineData("fe16f989000102030405060708090a0b0c0d0e0f1011", false, "")]
    [InlineData("fe08f98a01020304", false, "")]
    [InlineData("fe03f9", false, "")]
    [InlineData("fe02", false, "")]
    public void Of_all_experiments_Fast_Open_is_known(string hex, bool known, string cookie)
    {
        TcpSegmentOptions options = TcpSegmentOptions.Parse(Convert.FromHexString(hex));
        Assert.Equal((known, known, cookie), (options.HasFastOpen, options.FastOpenIsExperimental, Convert.ToHexString(options.FastOpenCookie)));
        if (!known) return;
        byte[] written = new byte[TcpOptionWriter.MaximumSize];
        TcpOptionWriter writer = new(written);
        writer.FastOpenExperiment(Convert.FromHexString(cookie));
        Assert.Equal(hex, Convert.ToHexStringLower(written.AsSpan(0, writer.Written)));
    }

    /// <summary>The short cut for aligned timestamps gives what the walk gives.</summary>
    [Fact]
    public void Aligned_timestamps_are_read_alike_with_and_without_the_short_cut() =>
        WireGenerators.Bytes(8, 8).Holds(stamps =>
            Describe([1, 1, 8, 10, .. stamps]) == Describe([1, 8, 10, .. stamps]) && Describe([1, 1, 8, 10, .. stamps]).StartsWith("TS ", StringComparison.Ordinal)).Check();

    private static string Describe(ReadOnlySpan<byte> bytes)
    {
        TcpSegmentOptions options = TcpSegmentOptions.Parse(bytes);
        List<string> words = [];
        if (options.MaximumSegmentSize != 0) words.Add($"mss {options.MaximumSegmentSize}");
        if (options.SackPermitted) words.Add("sackOK");
        if (options.HasTimestamps) words.Add($"TS {options.TimestampValue}:{options.TimestampEchoReply}");
        if (options.WindowScale >= 0) words.Add($"wscale {options.WindowScale}");
        if (options.SackCount > 0) words.Add("sack");
        for (int i = 0; i < options.SackCount; i++) words.Add($"{options.Sack(i).Left}:{options.Sack(i).Right}");
        if (options.HasAccurateEcn) words.Add($"ECN {options.EchoedEct0Bytes} {options.EchoedCeBytes} {options.EchoedEct1Bytes}");
        if (options.HasFastOpen) words.Add(options.FastOpenCookie.IsEmpty ? "FO -" : $"FO {Convert.ToHexString(options.FastOpenCookie)}");
        if (options.Malformed) words.Add("malformed");
        return string.Join(' ', words);
    }
}
