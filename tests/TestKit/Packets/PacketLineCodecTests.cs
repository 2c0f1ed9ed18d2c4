using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;
using Xunit;

namespace StackSharp.Tests.TestKit.Packets;

public sealed class PacketLineCodecTests
{
    private static readonly IpEndpoint Stack = IpEndpoint.Parse("198.18.0.1:80");
    private static readonly IpEndpoint Peer = IpEndpoint.Parse("198.18.0.2:40000");
    private static readonly InitialSequenceNumbers Origins = new(Stack: 0xFFFF_FF00, Peer: 0x7FFF_FFF0);

    [Fact]
    public void Every_octet_of_a_segment_is_where_the_rfc_puts_it()
    {
        PacketLine line = PacketLine.Parse("+0 < PUA. 17:20(3) ack 257 win 513 urg 2 <nop,nop,sack 1:3>");
        byte[] segment = PacketLineCodec.Encode(line, Peer, Stack, Origins, [7, 8, 9]);
        byte[] expected =
        [
            0x9C, 0x40, 0x00, 0x50,
            0x80, 0x00, 0x00, 0x01,   // 17 after the peer's ISN.
            0x00, 0x00, 0x00, 0x01,   // 257 after the stack's: around the end of sequence space.
            0x81, 0x38, 0x02, 0x01,   // 8 words; AE, URG, ACK, PSH; window.
            segment[16], segment[17], 0x00, 0x02,
            0x01, 0x01, 0x05, 0x0A, 0xFF, 0xFF, 0xFF, 0x01, 0xFF, 0xFF, 0xFF, 0x03,
            7, 8, 9,
        ];
        Assert.Equal(expected, segment);
        Assert.True(TcpHeader.TryParse(segment, out TcpHeader header) && header.IsChecksumValid(Peer.Address, Stack.Address));
    }

    [Theory]
    [InlineData("+0 < S 0:0(0) win 65535 <mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 7>")]
    [InlineData("+0 > S. 0:0(0) ack 1 win 65535 <mss 1460,nop,nop,sackOK,nop,wscale 8,FO 0123abcd,nop,nop>")]
    [InlineData("+0 > S 0:1000(1000) win 1 <mss 1460,FO,nop,eol>")]
    [InlineData("+0 < . 1:1(0) ack 1 win 257 <nop,nop,sack 1:1001 2001:3001>")]
    [InlineData("+0 > FPUEWA. 4294967295:9(10) ack 4294967295 win 0 urg 65535 <kind 253 0a0b>")]
    [InlineData("+0 > - 5:6(1) win 3")]
    [InlineData("+0 < . 1:1(0) ack 1 win 1 <mss 9,raw 02ffffff>")]
    [InlineData("+0 < . 1:1(0) ack 1 win 1 <nop,nop,raw 0200>")]
    [InlineData("+0 < . 1:1(0) ack 1 win 1 <nop,nop,nop,raw 08>")]
    public void A_line_survives_being_a_segment(string text)
    {
        PacketLine line = PacketLine.Parse(text);
        bool isInjected = line.Direction == PacketDirection.Inject;
        byte[] packet = PacketBuilder.Tcp(line, isInjected ? Peer : Stack, isInjected ? Stack : Peer, Origins);
        Assert.Equal(text.Replace("> ", "> [noecn] ", StringComparison.Ordinal).Replace("< ", "< [noecn] ", StringComparison.Ordinal),
            PacketLineCodec.DecodePacket(packet, line.Direction, Origins)?.ToString());
    }

    [Fact]
    public void Ecn_bits_stand_in_the_packet_around_it()
    {
        byte[] packet = PacketBuilder.Tcp(PacketLine.Parse("+0 < [ce] . 1:1(0) ack 1 win 1"), Peer, Stack, Origins);
        Assert.Equal(EcnCodepoint.CongestionExperienced, PacketLineCodec.DecodePacket(packet, PacketDirection.Inject, Origins)?.Ecn);
    }

    [Theory]
    [InlineData("+0 < . 1:1(0) ack 1 win 1 <...>", "leaves its options open")]
    [InlineData("+0 < . 1:1(0) ack 1", "no window")]
    [InlineData("+0 < S 0:0(0) win 1 <mss 1460,wscale 7>", "7 octets")]
    [InlineData("+0 < . 1:1(0) ack 1 win 1 <TS val 1 ecr 2,nop,nop,TS val 1 ecr 2,nop,nop,TS val 1 ecr 2,nop,nop,TS val 1 ecr 2,nop,nop>", "48 octets")]
    [InlineData("+0 < . 1:3(2) ack 1 win 1", "carries 2 octets, not 1")]
    public void What_cannot_be_sent_is_refused(string text, string problem)
    {
        FormatException error = Assert.Throws<FormatException>(() => PacketLineCodec.Encode(PacketLine.Parse(text), Peer, Stack, Origins, text.Contains("(2)", StringComparison.Ordinal) ? [1] : []));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reset_needs_no_window() =>
        Assert.Equal(0, ReadWindow(PacketLineCodec.Encode(PacketLine.Parse("+0 < R 1:1(0)"), Peer, Stack, Origins)));

    /// <summary>Two readers of options, written apart, agree on what any octets say.</summary>
    [Fact]
    public void Both_readers_of_options_see_the_same() =>
        Prop.ForAll(Gen.Choose(0, 9).Select(number => (byte)number).ArrayOf().Where(octets => octets.Length <= 40).ToArbitrary(), SeeTheSame)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    private static bool SeeTheSame(byte[] octets)
    {
        TcpSegmentOptions ours = TcpSegmentOptions.Parse(octets);
        IReadOnlyList<PacketOption> kits = PacketOptionCodec.Decode(octets, 0);
        return ours.SackPermitted == kits.OfType<PacketOption.SackPermitted>().Any()
            && ours.MaximumSegmentSize == (kits.OfType<PacketOption.MaximumSegmentSize>().LastOrDefault()?.Bytes ?? 0)
            && ours.WindowScale == Math.Min(kits.OfType<PacketOption.WindowScale>().LastOrDefault()?.Shift ?? -1, TcpSegmentOptions.MaximumWindowScale)
            && ours.HasTimestamps == kits.OfType<PacketOption.Timestamps>().Any()
            && ours.Malformed == kits.OfType<PacketOption.Raw>().Any();
    }

    private static int ReadWindow(byte[] segment) => TcpHeader.TryParse(segment, out TcpHeader header) ? header.Window : -1;
}
