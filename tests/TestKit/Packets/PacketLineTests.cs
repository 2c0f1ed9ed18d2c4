using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;
using Xunit;

namespace StackSharp.Tests.TestKit.Packets;

public sealed class PacketLineTests
{
    [Fact]
    public void Every_field_of_a_full_line_is_read()
    {
        PacketLine line = PacketLine.Parse("+.05 > [ce] PUEW. 1:1001(1000) ack 7 win 100 urg 5 <nop,nop,TS val 100 ecr 200>");
        Assert.Equal(PacketTime.After(TimeSpan.FromMilliseconds(50)), line.Time);
        Assert.Equal(PacketDirection.Expect, line.Direction);
        Assert.Equal(EcnCodepoint.CongestionExperienced, line.Ecn);
        Assert.Equal(TcpControlBits.Psh | TcpControlBits.Urg | TcpControlBits.Ece | TcpControlBits.Cwr | TcpControlBits.Ack, line.Flags);
        Assert.Equal((1u, 1001u, 1000), (line.Start, line.End, line.Length));
        Assert.Equal(7u, line.Acknowledgment);
        Assert.Equal((ushort)100, line.Window);
        Assert.Equal((ushort)5, line.Urgent);
        Assert.Equal(
            [new PacketOption.NoOperation(), new PacketOption.NoOperation(), new PacketOption.Timestamps(100, 200)],
            Assert.IsAssignableFrom<IReadOnlyList<PacketOption>>(line.Options));
    }

    [Fact]
    public void What_a_line_does_not_name_is_absent()
    {
        PacketLine line = PacketLine.Parse("+0 < S 0:0(0)");
        Assert.Equal(PacketDirection.Inject, line.Direction);
        Assert.Equal(TcpControlBits.Syn, line.Flags);
        Assert.Null(line.Ecn);
        Assert.Null(line.Acknowledgment);
        Assert.Null(line.Window);
        Assert.Null(line.Urgent);
        Assert.Equal([], Assert.IsAssignableFrom<IReadOnlyList<PacketOption>>(line.Options));
    }

    [Fact]
    public void Three_dots_stand_for_any_options() => Assert.Null(PacketLine.Parse("+0 > . 1:1(0) ack 1 <...>").Options);

    [Theory]
    [InlineData("+0.1~+0.3 > . 1:1(0) ack 1", 0.1, 0.3)]
    [InlineData("+2 > . 1:1(0) ack 1", 2.0, 2.0)]
    [InlineData("+.000001 > . 1:1(0) ack 1", 0.000001, 0.000001)]
    public void Times_are_seconds(string text, double earliest, double latest)
    {
        PacketTime time = PacketLine.Parse(text).Time;
        Assert.Equal(TimeSpan.FromSeconds(earliest), time.Earliest);
        Assert.Equal(TimeSpan.FromSeconds(latest), time.Latest);
    }

    [Fact]
    public void A_star_is_any_time() => Assert.True(PacketLine.Parse("* > R 1:1(0)").Time.IsAny);

    [Fact]
    public void Ranges_wrap_around_at_the_end_of_sequence_space()
    {
        PacketLine line = PacketLine.Parse("+0 < . 4294967290:4(10) ack 1");
        Assert.Equal(10, line.Length);
        Assert.Equal(4u, line.End);
    }

    [Theory]
    [InlineData("+0 < S 0:0(0) win 65535 <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>")]
    [InlineData("+0 > S. 0:0(0) ack 1 win 65535 <mss 1460,nop,nop,sackOK,nop,wscale 8,FO 0123abcd,nop,nop>")]
    [InlineData("+0.05 < . 1:1(0) ack 1 win 257 <nop,nop,sack 1:1001 2001:3001>")]
    [InlineData("+0.1~+0.3 > FP. 4294967295:9(10) ack 4294967295 <...>")]
    [InlineData("+0 < . 1:1(0) ack 1 win 1 <raw 0200,nop,nop>")]
    [InlineData("* > [ect0] - 0:0(0) <kind 253 0a0b,FO,kind 9,eol>")]
    public void Printing_a_line_gives_the_text_it_came_from(string text) => Assert.Equal(text, PacketLine.Parse(text).ToString());

    [Theory]
    [InlineData("", 0, "a time")]
    [InlineData("0.1 < . 1:1(0) ack 1", 0, "a time")]
    [InlineData("+ < . 1:1(0) ack 1", 1, "seconds")]
    [InlineData("+1.2.3 < . 1:1(0) ack 1", 1, "seconds")]
    [InlineData("+99999999999 < . 1:1(0) ack 1", 1, "ten years")]
    [InlineData("+0.3~+0.1 > . 1:1(0) ack 1", 5, "before its start")]
    [InlineData("+0 . 1:1(0) ack 1", 3, "'<' (inject)")]
    [InlineData("+0 < [ect3] . 1:1(0) ack 1", 5, "[noecn]")]
    [InlineData("+0 < SX 0:0(0)", 6, "a flag")]
    [InlineData("+0 < SS 0:0(0)", 6, "twice")]
    [InlineData("+0 <", 4, "flags")]
    [InlineData("+0 < S", 6, "a sequence number")]
    [InlineData("+0 < P. 1:1001(999) ack 1", 8, "1000 octets, not 999")]
    [InlineData("+0 < P. 1:1001 ack 1", 14, "'('")]
    [InlineData("+0 < S 4294967296:0(0)", 7, "at most 4294967295")]
    [InlineData("+0 < . 1:1(0)", 13, "expected 'ack'")]
    [InlineData("+0 < S 0:0(0) ack 1", 17, "needs the flag")]
    [InlineData("+0 < . 1:1(0) ack x", 18, "an acknowledgment number")]
    [InlineData("+0 < . 1:1(0) ack 1 win 65536", 24, "at most 65535")]
    [InlineData("+0 < . 1:1(0) ack 1 wins 1", 20, "nothing more")]
    [InlineData("+0 < . 1:1(0) ack 1 win 1 <mss>", 30, "a segment size")]
    [InlineData("+0 < . 1:1(0) ack 1 win 1 <wscale 256>", 34, "at most 255")]
    [InlineData("+0 < . 1:1(0) ack 1 win 1 <what 3>", 27, "an option")]
    [InlineData("+0 < . 1:1(0) ack 1 win 1 <>", 27, "an option")]
    [InlineData("+0 < . 1:1(0) ack 1 win 1 <nop", 30, "'>'")]
    [InlineData("+0 < . 1:1(0) ack 1 win 1 <TS val 1>", 35, "'ecr'")]
    [InlineData("+0 < . 1:1(0) ack 1 win 1 <sack 1>", 33, "':'")]
    [InlineData("+0 < . 1:1(0) ack 1 win 1 <FO abc>", 30, "pairs")]
    [InlineData("+0 < . 1:1(0) ack 1 win 1 <nop> again", 32, "nothing more")]
    public void A_mistake_is_named_with_its_place(string text, int column, string problem)
    {
        PacketLineException error = Assert.Throws<PacketLineException>(() => PacketLine.Parse(text));
        Assert.Equal(column, error.Column);
        Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
        Assert.EndsWith($"  {text}{Environment.NewLine}  {new string(' ', column)}^", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_is_either_read_or_refused_as_a_packet_line() =>
        Prop.ForAll(Gen.Elements("+0 ", "+.1~+2", "< ", "> ", "S", ".", " 1:2(1)", "ack", " 1", "win", "<", ">", "<...>", "nop", ",", "TS", "sack", "[ce]", "9", " ")
            .ListOf().Select(parts => string.Concat(parts)).ToArbitrary(), IsReadOrRefused).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_line_can_be_printed_and_read_again() =>
        Prop.ForAll(Lines().ToArbitrary(), line => PacketLine.Parse(line.ToString()).Equals(line)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("+0 > . 1:1(0) ack 1", "+5 > . 1:1(0) ack 1 win 9 urg 0", null)]
    [InlineData("+0 > . 1:1(0) ack 1 <...>", "+0 > . 1:1(0) ack 1 <nop,nop,TS val 1 ecr 2>", null)]
    [InlineData("+0 > . 1:1(0) ack 1", "+0 < . 1:1(0) ack 1", "the other way")]
    [InlineData("+0 > . 1:1(0) ack 1", "+0 > F. 1:1(0) ack 1", "flags are F.")]
    [InlineData("+0 > . 1:2(1) ack 1", "+0 > . 1:3(2) ack 1", "range is 1:3(2)")]
    [InlineData("+0 > . 1:1(0) ack 1", "+0 > . 1:1(0) ack 2", "ack is 2, not 1")]
    [InlineData("+0 > . 1:1(0) ack 1 win 8", "+0 > . 1:1(0) ack 1 win 9", "win is 9, not 8")]
    [InlineData("+0 > U. 1:1(0) ack 1 urg 8", "+0 > U. 1:1(0) ack 1", "urg is absent, not 8")]
    [InlineData("+0 > [ce] . 1:1(0) ack 1", "+0 > [ect0] . 1:1(0) ack 1", "ECN is Ect0")]
    [InlineData("+0 > . 1:1(0) ack 1", "+0 > . 1:1(0) ack 1 <nop>", "options are <nop>, not <>")]
    [InlineData("+0 > . 1:1(0) ack 1 <nop,eol>", "+0 > . 1:1(0) ack 1 <eol,nop>", "options are <eol,nop>")]
    public void A_packet_is_compared_with_what_the_expectation_names(string expected, string actual, string? mismatch)
    {
        string? found = PacketLine.Parse(expected).Mismatch(PacketLine.Parse(actual));
        if (mismatch is null) Assert.Null(found);
        else Assert.Contains(mismatch, found, StringComparison.Ordinal);
    }

    private static bool IsReadOrRefused(string text)
    {
        try
        {
            PacketLine line = PacketLine.Parse(text);
            return line.Equals(PacketLine.Parse(line.ToString()));
        }
        catch (PacketLineException error)
        {
            return error.Column >= 0 && error.Column <= text.Length;
        }
    }

    private static Gen<PacketLine> Lines() =>
        from ticks in Gen.Choose(0, 1_000_000_000)
        from range in Gen.Choose(0, 1)
        from flags in Gen.Choose(0, 0x1FF)
        from numbers in Gen.Choose(int.MinValue, int.MaxValue).ArrayOf(4)
        from length in Gen.Choose(0, 65535)
        from fields in Gen.Choose(-1, 65535).ArrayOf(2)
        from ecn in Gen.Elements<EcnCodepoint?>(null, EcnCodepoint.NotEct, EcnCodepoint.Ect0, EcnCodepoint.Ect1, EcnCodepoint.CongestionExperienced)
        from options in Gen.OneOf(Gen.Constant<IReadOnlyList<PacketOption>?>(null), Options().ListOf().Select(list => (IReadOnlyList<PacketOption>?)[.. list]))
        select new PacketLine
        {
            Time = new PacketTime(TimeSpan.FromTicks(ticks), TimeSpan.FromTicks((long)ticks + (range * ticks))),
            Direction = numbers[0] < 0 ? PacketDirection.Inject : PacketDirection.Expect,
            Ecn = ecn,
            Flags = (TcpControlBits)flags,
            Start = (uint)numbers[1],
            Length = length,
            Acknowledgment = (flags & (int)TcpControlBits.Ack) != 0 ? (uint)numbers[2] : null,
            Window = fields[0] < 0 ? null : (ushort)fields[0],
            Urgent = fields[1] < 0 ? null : (ushort)fields[1],
            Options = options,
        };

    private static Gen<PacketOption> Options() =>
        from numbers in Gen.Choose(int.MinValue, int.MaxValue).ArrayOf(8)
        from blocks in Gen.Choose(1, 4)
        from option in Gen.Elements<PacketOption>(
            new PacketOption.NoOperation(),
            new PacketOption.EndOfList(),
            new PacketOption.MaximumSegmentSize((ushort)numbers[0]),
            new PacketOption.WindowScale((byte)numbers[0]),
            new PacketOption.SackPermitted(),
            new PacketOption.Timestamps((uint)numbers[0], (uint)numbers[1]),
            new PacketOption.Sack([.. Enumerable.Range(0, blocks).Select(block => new SackRange((uint)numbers[2 * block], (uint)numbers[(2 * block) + 1]))]),
            new PacketOption.FastOpen(Convert.ToHexStringLower(BitConverter.GetBytes(numbers[0]))),
            new PacketOption.Other((byte)numbers[0], numbers[1] < 0 ? "" : "00ff"))
        select option;
}
