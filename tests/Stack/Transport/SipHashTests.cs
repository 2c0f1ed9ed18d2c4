using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Wire;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport;

public sealed class SipHashTests
{
    /// <summary>The reference implementation's outputs for the key 00 01 .. 0f and the messages 00 01 02 .. of whole words.</summary>
    [Theory]
    [InlineData(0, 0x726fdb47dd0e0e31)]
    [InlineData(1, 0x93f5f5799a932462)]
    [InlineData(2, 0x3f2acc7f57c29bdb)]
    [InlineData(3, 0xb8ad50c6f649af94)]
    public void Known_answers(int words, ulong expected)
    {
        byte[] key = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
        byte[] message = [.. Enumerable.Range(0, words * 8).Select(i => (byte)i)];
        SipHash hash = new(BitConverter.ToUInt64(key), BitConverter.ToUInt64(key, 8));
        Assert.Equal(expected, hash.Compute([.. Enumerable.Range(0, words).Select(i => BitConverter.ToUInt64(message, i * 8))]));
    }

    [Fact, Covers("TCP-ISN-1")]
    public void The_key_is_all_of_128_random_bits()
    {
        ulong[] seeds = [1, 2, 3, 4];
        IpAddress address = IpAddress.FromIpv4(198, 18, 0, 1);
        Assert.Equal(seeds.Length, seeds.Select(seed => new SipHash(new SeededRandomSource(seed)).Compute(address, address, 7)).Distinct().Count());
    }
}
