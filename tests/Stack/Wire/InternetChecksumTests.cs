using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Wire;

public sealed class InternetChecksumTests
{
    private const int LongestLength = 70_000;

    [Fact, Covers("CK-1")]
    public void The_example_of_RFC_1071_sums_to_ddf2() =>
        Assert.Equal(0xDDF2u, InternetChecksum.Sum([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]));

    [Fact, Covers("CK-1")]
    public void A_header_from_the_wire_has_the_checksum_it_carries()
    {
        byte[] header = Convert.FromHexString("450000730000400040110000C0A80001C0A800C7");
        Assert.Equal(0xB861, InternetChecksum.Finish(InternetChecksum.Sum(header)));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), 0xB861);
        Assert.Equal(0, InternetChecksum.Finish(InternetChecksum.Sum(header)));
    }

    [Fact, Covers("CK-1", "CK-3")]
    public void Every_length_up_to_70000_agrees_with_the_definition()
    {
        byte[] bytes = RandomBytes(LongestLength);
        uint evenSum = 0;
        for (int length = 0; length <= LongestLength; length++)
        {
            // The definition, carried along: the last byte stands alone, padded, if the length is odd.
            uint expected = length % 2 == 0 ? evenSum : ChecksumReference.Add(evenSum, (uint)bytes[length - 1] << 8);
            if (InternetChecksum.Sum(bytes.AsSpan(0, length)) != expected) Assert.Fail($"length {length}");
            if (length % 2 == 1 && length < LongestLength) evenSum = ChecksumReference.Add(evenSum, ((uint)bytes[length - 1] << 8) | bytes[length]);
        }
    }

    [Theory, Covers("CK-3")]
    [InlineData(0), InlineData(128), InlineData(256), InlineData(512)]
    public void Every_vector_width_agrees_with_the_definition_at_every_length_up_to_2000(int width)
    {
        byte[] bytes = RandomBytes(2000);
        for (int length = 0; length <= bytes.Length; length++)
        {
            ReadOnlySpan<byte> part = bytes.AsSpan(0, length);
            if (SumAtWidth(part, width) != ChecksumReference.Sum(part)) Assert.Fail($"width {width}, length {length}");
        }
    }

    [Theory, Covers("CK-3")]
    [InlineData(0), InlineData(128), InlineData(256), InlineData(512)]
    public void Every_vector_width_agrees_with_the_definition_at_every_alignment(int width)
    {
        int[] lengths = [0, 1, 2, 3, 7, 8, 20, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 1459, 1460, 65_535, 69_931];
        byte[] bytes = GC.AllocateUninitializedArray<byte>(LongestLength + 64, pinned: true);
        new Random(1).NextBytes(bytes);
        for (int offset = 0; offset < 64; offset++)
        {
            foreach (int length in lengths)
            {
                ReadOnlySpan<byte> part = bytes.AsSpan(offset, length);
                if (SumAtWidth(part, width) != ChecksumReference.Sum(part)) Assert.Fail($"width {width}, offset {offset}, length {length}");
            }
        }
    }

    [Theory, Covers("CK-1")]
    [InlineData(0xFF, 0xFFFF), InlineData(0x00, 0)]
    public void The_longest_input_of_one_value_keeps_all_carries(byte value, uint expected)
    {
        byte[] bytes = new byte[LongestLength];
        bytes.AsSpan().Fill(value);
        Assert.Equal(expected, InternetChecksum.Sum(bytes));
        Assert.All([0, 128, 256, 512], width => Assert.Equal(expected, SumAtWidth(bytes, width)));
    }

    [Fact, Covers("CK-3")]
    public void Random_lengths_at_random_offsets_agree_with_the_definition()
    {
        byte[] bytes = RandomBytes(LongestLength + 64);
        (from offset in Gen.Choose(0, 63)
         from length in Gen.Choose(0, LongestLength)
         select (offset, length))
            .Holds(part => InternetChecksum.Sum(bytes.AsSpan(part.offset, part.length)) == ChecksumReference.Sum(bytes.AsSpan(part.offset, part.length)))
            .QuickCheckThrowOnFailure();
    }

    [Fact, Covers("CK-1")]
    public void The_order_of_words_does_not_matter() =>
        Gen.Choose(0, 200).SelectMany(count => WireGenerators.UInt16.ArrayOf(count)).Holds(words =>
            InternetChecksum.Sum(Octets(words)) == InternetChecksum.Sum(Octets([.. words.Order()]))).Check();

    [Fact, Covers("CK-1")]
    public void Sums_of_parts_make_the_sum_of_the_whole() =>
        (from bytes in WireGenerators.Bytes(0, 400)
         from cut in Gen.Choose(0, bytes.Length)
         select (bytes, cut)).Holds(input =>
        {
            ReadOnlySpan<byte> first = input.bytes.AsSpan(0, input.cut);
            ReadOnlySpan<byte> second = input.bytes.AsSpan(input.cut);
            uint whole = InternetChecksum.Sum(input.bytes);
            uint combined = InternetChecksum.Combine(InternetChecksum.Sum(first), first.Length, InternetChecksum.Sum(second));
            return combined == whole && (input.cut % 2 != 0 || InternetChecksum.Sum(second, InternetChecksum.Sum(first)) == whole);
        }).Check();

    [Fact, Covers("CK-1")]
    public void A_pseudo_header_counts_as_the_bytes_it_stands_for() =>
        (from addresses in WireGenerators.AddressPair
         from protocol in WireGenerators.Byte
         from segment in WireGenerators.Bytes(0, 300)
         select (addresses, protocol: (IpProtocol)protocol, segment)).Holds(input =>
        {
            (IpAddress source, IpAddress destination) = input.addresses;
            uint seed = InternetChecksum.PseudoHeader(source, destination, input.protocol, input.segment.Length);
            return seed <= 0xFFFF
                && InternetChecksum.Sum(input.segment, seed) == ChecksumReference.Sum(source, destination, input.protocol, input.segment);
        }).Check();

    [Fact]
    public void A_pseudo_header_of_IPv6_has_all_32_bits_of_the_length()
    {
        uint small = InternetChecksum.PseudoHeader(IpAddress.LoopbackIpv6, IpAddress.LoopbackIpv6, IpProtocol.Tcp, 0x0002);
        uint large = InternetChecksum.PseudoHeader(IpAddress.LoopbackIpv6, IpAddress.LoopbackIpv6, IpProtocol.Tcp, 0x0001_0001);
        Assert.Equal(small, large);
        Assert.Equal(1u + 1 + 6 + 2, small);
    }

    /// <summary>RFC 1624 §4: the example in which the form of RFC 1141 gives 0xFFFF.</summary>
    [Fact, Covers("CK-2")]
    public void The_example_of_RFC_1624_updates_to_0000() =>
        Assert.Equal(0x0000, InternetChecksum.Update(0xDD2F, 0x5555, (ushort)0x3285));

    [Fact, Covers("CK-2")]
    public void Updating_gives_what_adding_up_anew_gives() =>
        (from words in Gen.Choose(1, 30).SelectMany(count => WireGenerators.UInt16.ArrayOf(count))
         from index in Gen.Choose(0, words.Length - 1)
         from value in WireGenerators.UInt16
         select (words, index, value)).Holds(input =>
        {
            // A packet of nothing but zeros has no sum that one's complement could tell from 0xFFFF; headers begin with 4 or 6.
            byte[] bytes = [0x45, 0, .. Octets(input.words)];
            ushort before = InternetChecksum.Finish(InternetChecksum.Sum(bytes));
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2 + (2 * input.index)), input.value);
            return InternetChecksum.Update(before, input.words[input.index], input.value) == InternetChecksum.Finish(InternetChecksum.Sum(bytes));
        }).Check();

    [Fact, Covers("CK-2")]
    public void Updating_two_words_gives_what_adding_up_anew_gives() =>
        (from before in WireGenerators.UInt32
         from after in WireGenerators.UInt32
         from rest in WireGenerators.Bytes(0, 20)
         select (before, after, rest)).Holds(input =>
        {
            byte[] bytes = [0x45, 0, 0, 0, 0, 0, .. input.rest];
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(2), input.before);
            ushort checksum = InternetChecksum.Finish(InternetChecksum.Sum(bytes));
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(2), input.after);
            return InternetChecksum.Update(checksum, input.before, input.after) == InternetChecksum.Finish(InternetChecksum.Sum(bytes));
        }).Check();

    [Fact]
    public void A_checksum_of_zero_is_turned_round_only_where_zero_means_none()
    {
        Assert.Equal(0, InternetChecksum.Finish(0xFFFF));
        Assert.Equal(0xFFFF, InternetChecksum.FinishNonZero(0xFFFF));
        Assert.Equal(0x0001, InternetChecksum.FinishNonZero(0xFFFE));
    }

    private static uint SumAtWidth(ReadOnlySpan<byte> bytes, int width) => InternetChecksum.ToNetworkOrder(width switch
    {
        512 => InternetChecksum.Accumulate512(bytes),
        256 => InternetChecksum.Accumulate256(bytes),
        128 => InternetChecksum.Accumulate128(bytes),
        _ => InternetChecksum.AccumulateScalar(bytes),
    });

    private static byte[] Octets(ushort[] words)
    {
        byte[] octets = new byte[words.Length * 2];
        for (int i = 0; i < words.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(2 * i), words[i]);
        return octets;
    }

    private static byte[] RandomBytes(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
