using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;
using Xunit;

namespace StackSharp.Tests.Stack.Wire.Tcp;

public sealed class TcpHeaderTests
{
    private sealed record Fields(
        ushort SourcePort, ushort DestinationPort, uint Sequence, uint Acknowledgment, TcpControlBits Bits, ushort Window, ushort Urgent, byte[] Options, byte[] Payload)
    {
        public byte[] ToSegment()
        {
            int headerLength = TcpHeader.MinimumSize + Options.Length;
            byte[] segment = new byte[headerLength + Payload.Length];
            segment.AsSpan().Fill(0xAA);   // The writer must not rely on zeros.
            TcpHeaderWriter.Write(
                segment, SourcePort, DestinationPort, new SequenceNumber(Sequence), new SequenceNumber(Acknowledgment), Bits, headerLength, Window, Urgent);
            Options.CopyTo(segment, TcpHeader.MinimumSize);
            Payload.CopyTo(segment, headerLength);
            return segment;
        }
    }

    private static Gen<Fields> AnyFields { get; } =
        from ports in WireGenerators.UInt16.ArrayOf(4)
        from numbers in WireGenerators.UInt32.ArrayOf(2)
        from bits in Gen.Choose(0, 0x1FF)
        from optionWords in Gen.Choose(0, 10)
        from options in WireGenerators.Byte.ArrayOf(4 * optionWords)
        from payload in WireGenerators.Bytes(0, 50)
        select new Fields(ports[0], ports[1], numbers[0], numbers[1], (TcpControlBits)bits, ports[2], ports[3], options, payload);

    [Fact]
    public void What_is_written_is_read() => AnyFields.Holds(fields =>
        TcpHeader.TryParse(fields.ToSegment(), out TcpHeader header)
            && header.SourcePort == fields.SourcePort && header.DestinationPort == fields.DestinationPort
            && header.Sequence.Value == fields.Sequence && header.Acknowledgment.Value == fields.Acknowledgment
            && header.ControlBits == fields.Bits && header.Window == fields.Window && header.UrgentPointer == fields.Urgent && header.Checksum == 0
            && header.HeaderLength == TcpHeader.MinimumSize + fields.Options.Length
            && header.Options.SequenceEqual(fields.Options) && header.Payload.SequenceEqual(fields.Payload)).Check();

    [Fact]
    public void Parsing_any_bytes_never_throws_nor_reads_past_the_input() =>
        WireGenerators.Hostile(AnyFields.Select(fields => fields.ToSegment())).Holds(bytes =>
        {
            if (!TcpHeader.TryParse(bytes, out TcpHeader header)) return bytes.Length < 20 || bytes[12] >> 4 < 5 || (bytes[12] >> 4) * 4 > bytes.Length;
            _ = header.IsChecksumValid(IpAddress.LoopbackIpv4, IpAddress.LoopbackIpv4);
            _ = TcpSegmentOptions.Parse(header.Options);
            return header.HeaderLength is >= 20 and <= 60
                && 20 + header.Options.Length + header.Payload.Length == bytes.Length
                && header.SequenceLength >= (uint)header.Payload.Length && header.SequenceLength <= (uint)header.Payload.Length + 2;
        }).Check();

    /// <summary>The checksum by hand: RFC 9293 §3.1 over a pseudo-header written out.</summary>
    [Fact]
    public void A_filled_checksum_is_the_definition_s_and_a_flipped_bit_breaks_it() =>
        (from fields in AnyFields
         from addresses in WireGenerators.AddressPair
         from bit in Gen.Choose(0, int.MaxValue)
         select (fields, addresses, bit)).Holds(input =>
        {
            (IpAddress source, IpAddress destination) = input.addresses;
            byte[] segment = input.fields.ToSegment();
            uint expected = ChecksumReference.Sum(source, destination, IpProtocol.Tcp, segment) ^ 0xFFFF;
            TcpHeaderWriter.FillChecksum(segment, source, destination);
            if (BinaryPrimitives.ReadUInt16BigEndian(segment.AsSpan(16)) != expected) return false;
            if (!TcpHeader.TryParse(segment, out TcpHeader header) || !header.IsChecksumValid(source, destination)) return false;
            int bit = input.bit % (segment.Length * 8);
            segment[bit / 8] ^= (byte)(1 << (bit % 8));
            return !TcpHeader.TryParse(segment, out TcpHeader flipped) || !flipped.IsChecksumValid(source, destination);
        }).Check();

    [Fact]
    public void Reserved_bits_are_not_control_bits()
    {
        byte[] segment = new byte[20];
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(12), 0x5FFF);
        Assert.True(TcpHeader.TryParse(segment, out TcpHeader header));
        Assert.Equal(0x1FF, (int)header.ControlBits);
        Assert.Equal(20, header.HeaderLength);
    }

    [Theory]
    [InlineData(TcpControlBits.Syn, TcpControlBits.Syn, true)]
    [InlineData(TcpControlBits.Syn | TcpControlBits.Ece | TcpControlBits.Cwr | TcpControlBits.Ae, TcpControlBits.Syn, true)]
    [InlineData(TcpControlBits.Syn, TcpControlBits.Syn | TcpControlBits.Ack, false)]
    [InlineData(TcpControlBits.Rst | TcpControlBits.Ack, TcpControlBits.Rst | TcpControlBits.Ack, true)]
    [InlineData(TcpControlBits.Rst, TcpControlBits.Syn, false)]
    public void Bits_are_asked_for_by_mask(TcpControlBits set, TcpControlBits asked, bool expected)
    {
        byte[] segment = new byte[20];
        TcpHeaderWriter.Write(segment, 1, 2, default, default, set, 20, 0, 0);
        Assert.True(TcpHeader.TryParse(segment, out TcpHeader header));
        Assert.Equal(expected, header.Has(asked));
    }

    [Theory]
    [InlineData(TcpControlBits.Ack, 5u), InlineData(TcpControlBits.Syn, 6u), InlineData(TcpControlBits.Fin | TcpControlBits.Ack, 6u)]
    [InlineData(TcpControlBits.Syn | TcpControlBits.Fin, 7u)]
    public void Syn_and_fin_take_sequence_space(TcpControlBits bits, uint length)
    {
        byte[] segment = new byte[25];
        TcpHeaderWriter.Write(segment, 1, 2, default, default, bits, 20, 0, 0);
        Assert.True(TcpHeader.TryParse(segment, out TcpHeader header));
        Assert.Equal(length, header.SequenceLength);
    }
}
