using FsCheck;
using FsCheck.Fluent;
using StackSharp.Cli.Iperf3;
using Xunit;

namespace StackSharp.Tests.Cli.Iperf3;

/// <summary>What datagrams carry, and what their numbers and times add up to.</summary>
public sealed class DatagramTests
{
    [Theory]
    [InlineData(false, 12)]
    [InlineData(true, 16)]
    public void A_header_comes_back_as_it_was(bool wide, int size)
    {
        byte[] datagram = new byte[size];
        DatagramHeader header = new(3229 * 1_000_000L + 181_763, 0x1_0000);
        header.Write(datagram, wide);
        Assert.Equal([0x00, 0x00, 0x0C, 0x9D, 0x00, 0x02, 0xC6, 0x03], datagram[..8]);
        Assert.True(DatagramHeader.TryRead(datagram, wide, out DatagramHeader read));
        Assert.Equal(header, read);
        Assert.False(DatagramHeader.TryRead(datagram.AsSpan(1), wide, out _));
    }

    [Fact]
    public void Any_octets_make_a_sensible_header_or_none() =>
        Prop.ForAll<byte[], bool>((octets, wide) =>
            !DatagramHeader.TryRead(octets, wide, out DatagramHeader header) || (header.Number > 0 && header.SentMicroseconds >= 0))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_number_beyond_all_tests_is_refused()
    {
        byte[] datagram = new byte[16];
        datagram.AsSpan(8).Fill(0xFF);
        Assert.False(DatagramHeader.TryRead(datagram, wide: true, out _));
        datagram.AsSpan(8).Clear();
        Assert.False(DatagramHeader.TryRead(datagram, wide: true, out _));
    }

    [Fact]
    public void Gaps_are_losses_until_what_was_missing_comes_late()
    {
        DatagramStatistics statistics = new();
        foreach (long number in (long[])[1, 2, 5, 3, 8]) statistics.Add(new DatagramHeader(0, number), 0);
        Assert.Equal(8, statistics.Highest);
        Assert.Equal(3, statistics.Lost);   // 4, 6, 7.
        Assert.Equal(1, statistics.OutOfOrder);
    }

    [Fact]
    public void Jitter_is_the_sixteenth_of_each_deviation()
    {
        DatagramStatistics statistics = new();
        // Transit times of 100, 100, 260 and 260 microseconds, by clocks that have nothing to do with each other.
        const long Offset = 77_000_000;
        long[] transits = [100, 100, 260, 260];
        for (int i = 0; i < transits.Length; i++)
        {
            long sent = i * 1000;
            statistics.Add(new DatagramHeader(sent, i + 1), sent + Offset + transits[i]);
        }

        Assert.Equal(160e-6 / 16 * 15 / 16, statistics.Jitter, 1e-12);
    }

    [Fact]
    public void Both_openings_are_answered_in_kind_and_nothing_else_is()
    {
        Assert.Equal("6789"u8, Answer("9876"u8));
        Assert.Equal([0xB1, 0x68, 0xDE, 0x3A], Answer([0x15, 0xCD, 0x5B, 0x07]));
        Assert.False(DatagramHandshake.TryAnswer("987"u8, out _));
        Assert.False(DatagramHandshake.TryAnswer("98765"u8, out _));
        Assert.False(DatagramHandshake.TryAnswer([], out _));
        Assert.True(DatagramHandshake.IsAnswer(Answer(DatagramHandshake.Request.Span)));

        static byte[] Answer(ReadOnlySpan<byte> request)
        {
            Assert.True(DatagramHandshake.TryAnswer(request, out ReadOnlyMemory<byte> answer));
            return answer.ToArray();
        }
    }

    [Theory]
    [InlineData(1000, 300, new[] { 300, 300, 300, 100, 0, 0 })]
    [InlineData(600, 300, new[] { 300, 300, 0 })]
    [InlineData(0, 300, new[] { 300, 300, 300, 300 })]
    public void A_quota_is_handed_out_to_the_octet(long octets, int block, int[] expected)
    {
        SendQuota quota = new(octets);
        Assert.Equal(expected, expected.Select(_ => quota.Take(block)));
    }
}
