using FsCheck;
using FsCheck.Fluent;
using StackSharp.Drivers.Wrappers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using Xunit;

namespace StackSharp.Tests.Drivers.Wrappers;

public sealed class EcnMarkTests
{
    private const int TrafficClassAt = EthernetHeader.Size + 1;
    private static readonly RawStation From = new(MacAddress.Parse("02:00:00:00:00:01"), IpAddress.Parse("198.18.0.1"));
    private static readonly RawStation To = new(MacAddress.Parse("02:00:00:00:00:02"), IpAddress.Parse("198.18.0.2"));

    [Theory]
    [InlineData(EcnCodepoint.Ect0), InlineData(EcnCodepoint.Ect1)]
    public void An_ipv4_packet_is_marked_and_keeps_a_right_checksum(EcnCodepoint codepoint)
    {
        byte[] frame = Ipv4Frame(codepoint);
        Assert.True(EcnMark.IsCapable(frame, LinkMedium.Ethernet));
        EcnMark.Set(frame, LinkMedium.Ethernet);
        Assert.True(EthernetHeader.TryParse(frame, out EthernetHeader ethernet));
        Assert.True(Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip));   // With the checksum.
        Assert.Equal(new TrafficClass(0xB8).WithEcn(EcnCodepoint.CongestionExperienced), ip.TrafficClass);
        Assert.False(EcnMark.IsCapable(frame, LinkMedium.Ethernet));
        byte[] bare = Ipv4Frame(codepoint)[EthernetHeader.Size..];
        Assert.True(EcnMark.IsCapable(bare, LinkMedium.Ip));
        EcnMark.Set(bare, LinkMedium.Ip);
        Assert.Equal(frame[EthernetHeader.Size..], bare);
    }

    [Theory]
    [InlineData(EcnCodepoint.NotEct), InlineData(EcnCodepoint.CongestionExperienced)]
    public void What_is_not_capable_or_marked_already_is_left_alone(EcnCodepoint codepoint) =>
        Assert.False(EcnMark.IsCapable(Ipv4Frame(codepoint), LinkMedium.Ethernet));

    [Fact]
    public void An_ipv6_packet_behind_a_vlan_tag_is_marked_and_nothing_else_changes()
    {
        byte[] frame = new byte[EthernetHeader.Size + VlanTag.Size + 40];
        frame[12] = 0x81;
        frame[15] = 5;
        frame[16] = 0x86;
        frame[17] = 0xDD;
        frame[18] = 0x6B;
        frame[19] = 0x8F;   // Traffic class 0xB8, then flow label 0xF....
        Assert.False(EcnMark.IsCapable(frame, LinkMedium.Ethernet));
        frame[19] |= 2 << 4;
        Assert.True(EcnMark.IsCapable(frame, LinkMedium.Ethernet));
        byte[] expected = [.. frame];
        expected[19] |= 3 << 4;
        EcnMark.Set(frame, LinkMedium.Ethernet);
        Assert.Equal(expected, frame);
    }

    [Fact]
    public void A_wrong_header_checksum_stays_wrong()
    {
        byte[] frame = Ipv4Frame(EcnCodepoint.Ect0);
        frame[EthernetHeader.Size + 10] ^= 0x40;
        EcnMark.Set(frame, LinkMedium.Ethernet);
        Assert.NotEqual(0, InternetChecksum.Finish(InternetChecksum.Sum(frame.AsSpan(EthernetHeader.Size, Ipv4Header.MinimumSize))));
    }

    [Fact]
    public void Any_bytes_can_be_looked_at_and_marked() => Prop.ForAll<byte[], bool>((bytes, isEthernet) =>
    {
        LinkMedium medium = isEthernet ? LinkMedium.Ethernet : LinkMedium.Ip;
        byte[] copy = [.. bytes];
        if (EcnMark.IsCapable(copy, medium)) EcnMark.Set(copy, medium);
        return copy.Length == bytes.Length && !EcnMark.IsCapable(copy, medium);
    }).QuickCheckThrowOnFailure();

    private static byte[] Ipv4Frame(EcnCodepoint codepoint)
    {
        byte[] frame = From.Udp(To, 1, 2, [1, 2, 3]);
        Span<byte> header = frame.AsSpan(EthernetHeader.Size, Ipv4Header.MinimumSize);
        frame[TrafficClassAt] = new TrafficClass(0xB8).WithEcn(codepoint).Value;
        header[10..12].Clear();
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(header[10..], InternetChecksum.Finish(InternetChecksum.Sum(header)));
        return frame;
    }
}
