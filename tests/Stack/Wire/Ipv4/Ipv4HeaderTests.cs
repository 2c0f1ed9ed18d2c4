using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Wire.Ipv4;

public sealed class Ipv4HeaderTests
{
    private sealed record Packet(Ipv4Fields Fields, byte[] Options, byte[] Payload, byte[] Padding)
    {
        public int HeaderLength => Ipv4Header.MinimumSize + ((Options.Length + 3) / 4 * 4);

        public byte[] ToBytes()
        {
            byte[] bytes = new byte[HeaderLength + Payload.Length + Padding.Length];
            bytes.AsSpan().Fill(0xAA);
            int written = Options.Length == 0 ? Ipv4Writer.Write(bytes, Fields, Payload.Length) : Ipv4Writer.Write(bytes, Fields, Payload.Length, Options);
            Assert.Equal(HeaderLength, written);
            Payload.CopyTo(bytes, HeaderLength);
            Padding.CopyTo(bytes, HeaderLength + Payload.Length);
            return bytes;
        }
    }

    private static Gen<Ipv4Fields> AnyFields { get; } =
        from octets in WireGenerators.Byte.ArrayOf(3)
        from identification in WireGenerators.UInt16
        from flags in WireGenerators.Boolean.ArrayOf(2)
        from offset in Gen.Choose(0, 0x1FFF)
        from addresses in WireGenerators.Ipv4.ArrayOf(2)
        select new Ipv4Fields
        {
            TrafficClass = new TrafficClass(octets[0]),
            Identification = identification,
            DontFragment = flags[0],
            MoreFragments = flags[1],
            FragmentOffset = offset * 8,
            TimeToLive = octets[1],
            Protocol = (IpProtocol)octets[2],
            Source = addresses[0],
            Destination = addresses[1],
        };

    private static Gen<Packet> Packets { get; } =
        from fields in AnyFields
        from options in Gen.OneOf(Gen.Constant(Array.Empty<byte>()), WireGenerators.Bytes(0, 40))
        from payload in WireGenerators.Bytes(0, 60)
        from padding in WireGenerators.Bytes(0, 20)
        select new Packet(fields, options, payload, padding);

    [Fact, Covers("IP4-1")]
    public void What_is_written_is_read() => Packets.Holds(packet =>
    {
        byte[] bytes = packet.ToBytes();
        if (!Ipv4Header.TryParse(bytes, out Ipv4Header header, out Ipv4Fault fault) || fault != Ipv4Fault.None) return false;
        return Ipv4Fields.From(header) == packet.Fields && header.HeaderLength == packet.HeaderLength
            && header.TotalLength == packet.HeaderLength + packet.Payload.Length && header.Payload.SequenceEqual(packet.Payload)
            && header.Options[..packet.Options.Length].SequenceEqual(packet.Options) && !header.Options[packet.Options.Length..].ContainsAnyExcept((byte)0)
            && header.IsFragment == (packet.Fields.MoreFragments || packet.Fields.FragmentOffset > 0)
            && header.Dscp == packet.Fields.TrafficClass.Dscp && header.Ecn == packet.Fields.TrafficClass.Ecn
            && ChecksumReference.Sum(bytes.AsSpan(0, packet.HeaderLength)) == 0xFFFF;
    }).Check();

    [Fact, Covers("IP4-1")]
    public void Parsing_any_bytes_never_throws_nor_reads_past_the_input() =>
        WireGenerators.Hostile(Packets.Select(packet => packet.ToBytes())).Holds(bytes =>
            AcceptsOnlyWhatFits(bytes, verifyChecksum: true) && AcceptsOnlyWhatFits(bytes, verifyChecksum: false) && QuotedFits(bytes)).Check();

    /// <summary>Each check on its own: a good header with one field changed and the checksum made right again.</summary>
    [Theory, Covers("IP4-1")]
    [InlineData(0, 0x65, Ipv4Fault.Version), InlineData(0, 0x05, Ipv4Fault.Version), InlineData(0, 0x55, Ipv4Fault.Version)]
    [InlineData(0, 0x44, Ipv4Fault.HeaderLength), InlineData(0, 0x40, Ipv4Fault.HeaderLength), InlineData(0, 0x4F, Ipv4Fault.Truncated)]
    [InlineData(3, 19, Ipv4Fault.TotalLength), InlineData(3, 0, Ipv4Fault.TotalLength), InlineData(3, 29, Ipv4Fault.TotalLength), InlineData(2, 0xFF, Ipv4Fault.TotalLength)]
    [InlineData(3, 20, Ipv4Fault.None), InlineData(3, 28, Ipv4Fault.None), InlineData(0, 0x46, Ipv4Fault.None), InlineData(0, 0x47, Ipv4Fault.None)]
    public void A_packet_has_version_lengths_and_checksum_right(int offset, byte value, Ipv4Fault expected)
    {
        byte[] bytes = Sample(payloadLength: 8);
        bytes[offset] = value;
        int headerLength = Math.Min(bytes.Length, (bytes[0] & 0xF) * 4);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(10), 0);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(10), (ushort)~ChecksumReference.Sum(bytes.AsSpan(0, headerLength)));
        Assert.Equal(expected == Ipv4Fault.None, Ipv4Header.TryParse(bytes, out _, out Ipv4Fault fault));
        Assert.Equal(expected, fault);
    }

    [Fact, Covers("IP4-1")]
    public void Every_flipped_bit_of_the_header_is_noticed()
    {
        for (int bit = 0; bit < 160; bit++)
        {
            byte[] bytes = Sample(payloadLength: 8);
            bytes[bit / 8] ^= (byte)(0x80 >> (bit % 8));
            Assert.False(Ipv4Header.TryParse(bytes, out _));
        }
    }

    [Fact]
    public void A_checksum_that_a_device_vouched_for_is_not_looked_at()
    {
        byte[] bytes = Sample(payloadLength: 8);
        bytes[10] ^= 0xFF;
        Assert.False(Ipv4Header.TryParse(bytes, out _, out Ipv4Fault fault));
        Assert.Equal(Ipv4Fault.Checksum, fault);
        Assert.True(Ipv4Header.TryParse(bytes, out _, verifyChecksum: false));
    }

    [Theory]
    [InlineData(28, 8), InlineData(27, 7), InlineData(20, 0), InlineData(19, -1), InlineData(0, -1)]
    public void A_quoted_header_may_have_lost_its_payload(int arrived, int payloadLength)
    {
        byte[] bytes = Sample(payloadLength: 1000)[..arrived];
        if (arrived > 10) bytes[10] ^= 0xFF;
        Assert.Equal(payloadLength >= 0, Ipv4Header.TryParseQuoted(bytes, out Ipv4Header header));
        if (payloadLength >= 0) Assert.Equal(payloadLength, header.Payload.Length);
    }

    [Fact]
    public void A_time_to_live_goes_down_with_a_checksum_that_stays_right() => Packets.Holds(packet =>
    {
        byte[] bytes = packet.ToBytes();
        if (packet.Fields.TimeToLive == 0) return true;
        Ipv4Writer.DecrementTimeToLive(bytes);
        return Ipv4Header.TryParse(bytes, out Ipv4Header header) && Ipv4Fields.From(header) == packet.Fields with { TimeToLive = (byte)(packet.Fields.TimeToLive - 1) };
    }).Check();

    private static bool AcceptsOnlyWhatFits(byte[] bytes, bool verifyChecksum)
    {
        bool parsed = Ipv4Header.TryParse(bytes, out Ipv4Header header, out Ipv4Fault fault, verifyChecksum);
        if (!parsed) return fault != Ipv4Fault.None;
        int headerLength = (bytes[0] & 0xF) * 4;
        return bytes[0] >> 4 == 4 && headerLength >= 20 && header.TotalLength >= headerLength && header.TotalLength <= bytes.Length
            && header.TotalLength == headerLength + header.Payload.Length && header.Options.Length == headerLength - 20
            && (!verifyChecksum || ChecksumReference.Sum(bytes.AsSpan(0, headerLength)) == 0xFFFF);
    }

    private static bool QuotedFits(byte[] bytes) =>
        !Ipv4Header.TryParseQuoted(bytes, out Ipv4Header header) || header.HeaderLength + header.Payload.Length <= bytes.Length;

    private static byte[] Sample(int payloadLength)
    {
        byte[] bytes = new byte[Ipv4Header.MinimumSize + payloadLength];
        Ipv4Fields fields = new()
        {
            TimeToLive = 64,
            Protocol = IpProtocol.Udp,
            Source = IpAddress.Parse("198.18.0.1"),
            Destination = IpAddress.Parse("198.18.0.2"),
        };
        Ipv4Writer.Write(bytes, fields, payloadLength);
        return bytes;
    }
}
