using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Wire.Ethernet;

public sealed class EthernetHeaderTests
{
    private const string Addresses = "020000000001" + "020000000002";

    private sealed record Frame(MacAddress Destination, MacAddress Source, VlanTag[] Tags, EtherType Type, byte[] Payload)
    {
        public int HeaderLength => EthernetWriter.Size + (Tags.Length * VlanTag.Size);

        public byte[] ToBytes()
        {
            byte[] bytes = new byte[HeaderLength + Payload.Length];
            bytes.AsSpan().Fill(0xAA);
            switch (Tags)
            {
                case []: EthernetWriter.Write(bytes, Destination, Source, Type); break;
                case [VlanTag tag]: EthernetWriter.Write(bytes, Destination, Source, tag, Type); break;
                default: EthernetWriter.Write(bytes, Destination, Source, Tags[0], Tags[1], Type); break;
            }

            Payload.CopyTo(bytes, HeaderLength);
            return bytes;
        }
    }

    private static Gen<VlanTag> Tags { get; } =
        from identifier in Gen.OneOf(Gen.Choose(0, 4094), Gen.Elements(0, 1, 4094))
        from priority in Gen.Choose(0, 7)
        from isDropEligible in WireGenerators.Boolean
        from protocol in Gen.Elements(EtherType.Vlan, EtherType.ServiceVlan)
        select VlanTag.Create(identifier, priority, isDropEligible, protocol);

    private static Gen<Frame> Frames { get; } =
        from addresses in WireGenerators.UInt64.ArrayOf(2)
        from count in Gen.Choose(0, 2)
        from tags in Tags.ArrayOf(count)
        from type in Gen.Choose(EthernetHeader.MinimumType, 0xFFFF).Where(type => !VlanTag.IsTagProtocol((EtherType)type))
        from payload in WireGenerators.Bytes(0, 80)
        select new Frame(new MacAddress(addresses[0]), new MacAddress(addresses[1]), tags, (EtherType)type, payload);

    [Fact, Covers("ETH-1")]
    public void What_is_written_is_read() => Frames.Holds(frame =>
        EthernetHeader.TryParse(frame.ToBytes(), out EthernetHeader header, out EthernetFault fault) && fault == EthernetFault.None
            && header.Destination == frame.Destination && header.Source == frame.Source && header.EtherType == frame.Type
            && header.TagCount == frame.Tags.Length
            && header.OuterTag == (frame.Tags is [VlanTag outer, ..] ? outer : default)
            && header.InnerTag == (frame.Tags is [_, VlanTag inner] ? inner : default)
            && header.Payload.SequenceEqual(frame.Payload)).Check();

    [Fact]
    public void Parsing_any_bytes_never_throws_nor_reads_past_the_input() =>
        WireGenerators.Hostile(Frames.Select(frame => frame.ToBytes())).Holds(bytes =>
        {
            bool parsed = EthernetHeader.TryParse(bytes, out EthernetHeader header, out EthernetFault fault);
            if (!parsed) return fault != EthernetFault.None;
            _ = header.Destination;
            _ = header.Source;
            return fault == EthernetFault.None && header.TagCount is >= 0 and <= 2 && (int)header.EtherType >= EthernetHeader.MinimumType
                && header.Payload.Length <= bytes.Length - EthernetHeader.Size - (header.TagCount * VlanTag.Size)
                && (header.Payload.IsEmpty || bytes.AsSpan().Overlaps(header.Payload));
        }).Check();

    [Theory, Covers("ETH-1")]
    [InlineData(0x0600, EthernetFault.None), InlineData(0xFFFF, EthernetFault.None)]
    [InlineData(1510, EthernetFault.InvalidType), InlineData(1501, EthernetFault.InvalidType), InlineData(1535, EthernetFault.InvalidType)]
    [InlineData(1500, EthernetFault.UnknownLlc), InlineData(46, EthernetFault.UnknownLlc), InlineData(0, EthernetFault.UnknownLlc)]
    public void A_type_is_0600_or_more_and_a_length_1500_or_less(int type, EthernetFault expected)
    {
        byte[] frame = new byte[1514];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), (ushort)type);
        Assert.Equal(expected == EthernetFault.None, EthernetHeader.TryParse(frame, out _, out EthernetFault fault));
        Assert.Equal(expected, fault);
    }

    [Theory, Covers("ETH-1", "ETH-2")]
    [InlineData("000C" + "AAAA03000000" + "0800" + "45000001", "0800:45000001")]
    [InlineData("0009" + "AAAA03000000" + "0806" + "77" + "0000000000", "0806:77")]   // Padding goes by the length.
    [InlineData("0008" + "AAAA03000000" + "86DD", "86DD:")]
    [InlineData("8100" + "0005" + "0009" + "AAAA03000000" + "0800" + "45", "0800:45")]   // A tag before the length.
    [InlineData("000D" + "AAAA03000000" + "0800" + "45000001", "LengthBeyondFrame")]
    [InlineData("0007" + "AAAA03000000" + "0800", "UnknownLlc")]
    [InlineData("0000", "UnknownLlc")]
    [InlineData("0008" + "AAAA0300000C" + "0800", "UnknownLlc")]   // An organisation's own protocol.
    [InlineData("0008" + "AAAA13000000" + "0800", "UnknownLlc")]
    [InlineData("0008" + "424203000000" + "0800", "UnknownLlc")]   // Spanning tree.
    [InlineData("0008" + "AAAA03000000" + "05DC", "InvalidType")]
    public void LLC_of_RFC_1042_may_stand_before_the_type(string rest, string expected)
    {
        byte[] frame = Convert.FromHexString(Addresses + rest);
        Assert.Equal(expected, EthernetHeader.TryParse(frame, out EthernetHeader header, out EthernetFault fault)
            ? $"{(int)header.EtherType:X4}:{Convert.ToHexString(header.Payload)}"
            : fault.ToString());
    }

    [Theory, Covers("ETH-9")]
    [InlineData(EtherType.Ipv4, 0x0800), InlineData(EtherType.Arp, 0x0806), InlineData(EtherType.Ipv6, 0x86DD)]
    [InlineData(EtherType.Vlan, 0x8100), InlineData(EtherType.ServiceVlan, 0x88A8)]
    public void Types_have_their_assigned_numbers(EtherType type, int number) => Assert.Equal(number, (int)type);

    [Theory, Covers("VLAN-1")]
    [InlineData("8100" + "0064" + "0800", "Vlan vid 100 pcp 0 dei False")]
    [InlineData("88A8" + "FFFE" + "0800", "ServiceVlan vid 4094 pcp 7 dei True")]
    [InlineData("8100" + "A000" + "0800", "Vlan vid 0 pcp 5 dei False")]   // A priority only.
    [InlineData("8100" + "1001" + "0800", "Vlan vid 1 pcp 0 dei True")]
    [InlineData("8100" + "0FFF" + "0800", "ReservedVlan")]
    [InlineData("8100" + "FFFF" + "0800", "ReservedVlan")]
    [InlineData("8100" + "0064", "Truncated")]
    [InlineData("8100" + "0064" + "08", "Truncated")]
    [InlineData("8100", "Truncated")]
    public void A_tag_is_four_bytes_before_the_type(string rest, string expected)
    {
        bool parsed = EthernetHeader.TryParse(Convert.FromHexString(Addresses + rest), out EthernetHeader header, out EthernetFault fault);
        VlanTag tag = header.OuterTag;
        Assert.Equal(expected, parsed ? $"{tag.Protocol} vid {tag.Identifier} pcp {tag.Priority} dei {tag.IsDropEligible}" : fault.ToString());
        if (parsed) Assert.Equal((1, EtherType.Ipv4, 0), (header.TagCount, header.EtherType, header.Payload.Length));
    }

    [Theory]
    [InlineData("88A8" + "0005" + "8100" + "0064" + "0800", "5 100")]
    [InlineData("8100" + "0005" + "8100" + "0064" + "0806", "5 100")]
    [InlineData("88A8" + "0005" + "8100" + "0FFF" + "0800", "ReservedVlan")]
    [InlineData("88A8" + "0005" + "8100" + "0064" + "8100" + "0001" + "0800", "TooManyTags")]
    [InlineData("88A8" + "0005" + "8100" + "0064", "Truncated")]
    [InlineData("88A8" + "0005" + "8100" + "0064" + "8100", "Truncated")]
    public void Tags_are_stacked_two_deep(string rest, string expected)
    {
        bool parsed = EthernetHeader.TryParse(Convert.FromHexString(Addresses + rest), out EthernetHeader header, out EthernetFault fault);
        Assert.Equal(expected, parsed ? $"{header.OuterTag.Identifier} {header.InnerTag.Identifier}" : fault.ToString());
    }

    [Fact]
    public void A_frame_shorter_than_its_header_is_truncated()
    {
        for (int length = 0; length < EthernetHeader.Size; length++)
        {
            Assert.False(EthernetHeader.TryParse(new byte[length], out _, out EthernetFault fault));
            Assert.Equal(EthernetFault.Truncated, fault);
        }
    }

    [Theory]
    [InlineData(14, 60), InlineData(42, 60), InlineData(59, 60), InlineData(60, 60), InlineData(61, 61), InlineData(1514, 1514)]
    public void Short_frames_are_padded_with_zeros_to_60_bytes(int length, int padded)
    {
        byte[] frame = new byte[1514];
        frame.AsSpan().Fill(0xAA);
        Assert.Equal(padded, EthernetWriter.Pad(frame, length));
        Assert.All(frame[..length], written => Assert.Equal(0xAA, written));
        Assert.All(frame[length..padded], padding => Assert.Equal(0, padding));
        Assert.All(frame[padded..], after => Assert.Equal(0xAA, after));
    }
}
