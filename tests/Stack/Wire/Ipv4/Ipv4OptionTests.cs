using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Wire.Ipv4;

public sealed class Ipv4OptionTests
{
    private static Gen<byte[]> OptionBytes { get; } = Gen.OneOf(
        WireGenerators.Bytes(0, 40),
        Gen.Elements<byte>(0, 1, 1, 3, 4, 5, 7, 7, 8, 11, 12, 68, 131, 137, 148).ArrayOf(40));

    /// <summary>What the walk gives, as offset:type:value, with "!" and an offset if it ended at a malformed option.</summary>
    [Theory, Covers("IP4-OPT-1")]
    [InlineData("", "")]
    [InlineData("00070704", "")]
    [InlineData("01010100", "")]
    [InlineData("94040000", "0:148:0000")]
    [InlineData("0107070400000000" + "00", "1:7:0400000000")]
    [InlineData("830704C612000101" + "94040000", "0:131:04C6120001 8:148:0000")]
    [InlineData("99030094040000", "0:153:00 3:148:0000")]   // Unknown: passed over.
    [InlineData("0700", "!0")]
    [InlineData("9404000007010101", "0:148:0000 !4")]
    [InlineData("0107080000", "!1")]
    [InlineData("01010107", "!3")]
    public void Options_are_walked_by_their_lengths(string options, string walked)
    {
        Ipv4OptionReader reader = new(Convert.FromHexString(options));
        List<string> found = [];
        while (reader.TryRead(out Ipv4OptionType type, out ReadOnlySpan<byte> value)) found.Add($"{reader.Offset}:{(int)type}:{Convert.ToHexString(value)}");
        if (reader.Malformed) found.Add($"!{reader.Offset}");
        Assert.Equal(walked, string.Join(' ', found));
        Assert.False(reader.TryRead(out _, out _));
    }

    /// <summary>Where the options are, or which octet is at fault.</summary>
    [Theory, Covers("IP4-OPT-1", "IP4-OPT-3")]
    [InlineData("", "")]
    [InlineData("94040000", "ra")]
    [InlineData("01070B040000000000000000", "rr1")]
    [InlineData("440C05000000000000000000", "ts0")]
    [InlineData("440C0D030000000000000000", "ts0")]
    [InlineData("830704C612000101", "sr0")]
    [InlineData("01890704C6120001", "sr1")]
    [InlineData("1E0301", "")]
    [InlineData("830704C6120001" + "890704C6120001", "fault 7")]   // A second source route.
    [InlineData("9403000101010101", "fault 1")]
    [InlineData("9405000000", "fault 1")]
    [InlineData("0702", "fault 1")]
    [InlineData("070604000000", "fault 1")]   // Room for three quarters of an address.
    [InlineData("07070300000000", "fault 2")]   // The pointer points at itself.
    [InlineData("07070500000000", "fault 2")]
    [InlineData("440300", "fault 1")]
    [InlineData("44080402" + "00000000", "fault 3")]   // Mode 2 is none.
    [InlineData("44080501" + "00000000", "fault 1")]   // Half a slot with an address.
    [InlineData("44080400" + "00000000", "fault 2")]
    [InlineData("44080600" + "00000000", "fault 2")]
    [InlineData("0101070100", "fault 3")]
    [InlineData("9404000007", "fault 5")]
    public void Options_are_checked_before_any_is_used(string options, string expected)
    {
        bool parsed = Ipv4Options.TryParse(Convert.FromHexString(options), out Ipv4Options found, out int faultOffset);
        List<string> words = [];
        if (!parsed) words.Add($"fault {faultOffset}");
        if (parsed && found.HasRouterAlert) words.Add("ra");
        if (parsed && found.RecordRouteOffset >= 0) words.Add($"rr{found.RecordRouteOffset}");
        if (parsed && found.TimestampOffset >= 0) words.Add($"ts{found.TimestampOffset}");
        if (parsed && found.HasSourceRoute) words.Add($"sr{found.SourceRouteOffset}");
        Assert.Equal(expected, string.Join(' ', words));
        Assert.Equal(parsed, faultOffset < 0);
    }

    [Fact, Covers("IP4-OPT-1")]
    public void Any_bytes_are_walked_checked_and_copied_without_a_step_outside() => OptionBytes.Holds(bytes =>
    {
        Ipv4OptionReader reader = new(bytes);
        int last = -1;
        while (reader.TryRead(out _, out ReadOnlySpan<byte> value))
        {
            if (reader.Offset <= last || reader.Offset + 2 + value.Length > bytes.Length) return false;
            last = reader.Offset;
        }

        byte[] whole = [.. bytes, .. new byte[-bytes.Length & 3]];
        bool parsed = Ipv4Options.TryParse(whole, out Ipv4Options options, out int faultOffset);
        if (!parsed && (faultOffset < 0 || faultOffset > whole.Length)) return false;
        if (parsed) RecordInto(whole, options);
        int copied = Ipv4OptionWriter.CopyForLaterFragments(whole, new byte[whole.Length]);
        return copied % 4 == 0 && copied <= whole.Length;
    }).Check();

    [Fact]
    public void Options_are_written_as_their_RFCs_draw_them()
    {
        byte[] bytes = new byte[40];
        bytes.AsSpan().Fill(0xAA);
        Ipv4OptionWriter writer = new(bytes);
        writer.RouterAlert();
        writer.NoOperation();
        writer.RecordRoute(1);
        writer.Timestamp(Ipv4TimestampMode.WithAddresses, 1);
        writer.PadToWord();
        Assert.Equal("94040000" + "01" + "07070400000000" + "440C05010000000000000000", Convert.ToHexString(bytes.AsSpan(0, writer.Written)));
        Assert.True(Ipv4Options.TryParse(bytes.AsSpan(0, writer.Written), out Ipv4Options options, out _));
        Assert.Equal((true, 5, 12), (options.HasRouterAlert, options.RecordRouteOffset, options.TimestampOffset));
    }

    [Fact]
    public void A_route_is_recorded_while_room_remains()
    {
        byte[] option = new byte[Ipv4RecordRoute.Size(2)];
        new Ipv4OptionWriter(option).RecordRoute(2);
        Assert.True(Ipv4RecordRoute.TryRecord(option, IpAddress.Parse("198.18.0.1")));
        Assert.True(Ipv4RecordRoute.TryRecord(option, IpAddress.Parse("198.18.0.2")));
        byte[] full = [.. option];
        Assert.Equal("070B0CC6120001C6120002", Convert.ToHexString(full));
        Assert.False(Ipv4RecordRoute.TryRecord(option, IpAddress.Parse("198.18.0.3")));
        Assert.Equal(full, option);
        Assert.Equal(39, Ipv4RecordRoute.Size(Ipv4RecordRoute.MaximumSlots));
    }

    [Theory]
    [InlineData(Ipv4TimestampMode.TimestampsOnly, "44080900" + "00000007")]
    [InlineData(Ipv4TimestampMode.WithAddresses, "440C0D01" + "C6120001" + "00000007")]
    public void A_timestamp_takes_a_slot_and_then_counts_as_overflow(Ipv4TimestampMode mode, string recorded)
    {
        byte[] option = new byte[Ipv4TimestampOption.Size(mode, 1)];
        new Ipv4OptionWriter(option).Timestamp(mode, 1);
        Assert.True(Ipv4TimestampOption.TryRecord(option, IpAddress.Parse("198.18.0.1"), 7));
        Assert.Equal(recorded, Convert.ToHexString(option));
        for (int overflow = 1; overflow <= 15; overflow++)
        {
            Assert.True(Ipv4TimestampOption.TryRecord(option, IpAddress.Parse("198.18.0.9"), 8));
            Assert.Equal((overflow << 4) | (int)mode, option[3]);
        }

        Assert.False(Ipv4TimestampOption.TryRecord(option, IpAddress.Parse("198.18.0.9"), 8));
        Assert.Equal(recorded[8..], Convert.ToHexString(option)[8..]);
    }

    [Fact]
    public void A_prespecified_timestamp_waits_for_the_address_named()
    {
        byte[] option = Convert.FromHexString("440C0503" + "C6120001" + "00000000");
        Assert.True(Ipv4TimestampOption.TryRecord(option, IpAddress.Parse("198.18.0.2"), 7));
        Assert.Equal("440C0503C612000100000000", Convert.ToHexString(option));
        Assert.True(Ipv4TimestampOption.TryRecord(option, IpAddress.Parse("198.18.0.1"), 7));
        Assert.Equal("440C0D03C612000100000007", Convert.ToHexString(option));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("94040000", "94040000")]
    [InlineData("07070400000000" + "94040000" + "00", "94040000")]
    [InlineData("01830704C612000101010100", "830704C612000100")]
    [InlineData("07070400000000" + "01", "")]
    [InlineData("94040000" + "07000000", "94040000")]   // The walk ends at what is malformed.
    public void Later_fragments_carry_the_options_with_the_copied_bit(string options, string copied)
    {
        byte[] destination = new byte[options.Length / 2];
        destination.AsSpan().Fill(0xAA);
        int length = Ipv4OptionWriter.CopyForLaterFragments(Convert.FromHexString(options), destination);
        Assert.Equal(copied, Convert.ToHexString(destination.AsSpan(0, length)));
    }

    private static void RecordInto(byte[] bytes, Ipv4Options options)
    {
        if (options.RecordRouteOffset >= 0) Ipv4RecordRoute.TryRecord(OptionAt(bytes, options.RecordRouteOffset), IpAddress.LoopbackIpv4);
        if (options.TimestampOffset >= 0) Ipv4TimestampOption.TryRecord(OptionAt(bytes, options.TimestampOffset), IpAddress.LoopbackIpv4, 1);
    }

    private static Span<byte> OptionAt(byte[] bytes, int offset) => bytes.AsSpan(offset, bytes[offset + 1]);
}
