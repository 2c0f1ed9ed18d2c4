using System.Numerics;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport;

/// <summary>SipHash-2-4 under a random key: the pseudo-random function behind sequence numbers and ports (RFC 6528 §3, RFC 6056 §3.3.3).</summary>
internal readonly struct SipHash
{
    private readonly ulong _key0;
    private readonly ulong _key1;

    public SipHash(IRandomSource random)
    {
        Span<byte> key = stackalloc byte[16];
        random.Fill(key);
        _key0 = BitConverter.ToUInt64(key);
        _key1 = BitConverter.ToUInt64(key[8..]);
    }

    internal SipHash(ulong key0, ulong key1)
    {
        _key0 = key0;
        _key1 = key1;
    }

    /// <summary>The hash of two addresses and a word that holds the ports.</summary>
    public ulong Compute(in IpAddress first, in IpAddress second, ulong word)
    {
        ReadOnlySpan<ulong> words = [first.High, first.Low, second.High, second.Low, word];
        return Compute(words);
    }

    /// <summary>The hash of whole 64-bit words, taken in little-endian order.</summary>
    public ulong Compute(ReadOnlySpan<ulong> words)
    {
        ulong v0 = _key0 ^ 0x736f6d6570736575, v1 = _key1 ^ 0x646f72616e646f6d;
        ulong v2 = _key0 ^ 0x6c7967656e657261, v3 = _key1 ^ 0x7465646279746573;
        foreach (ulong word in words)
        {
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= word;
        }
        ulong last = (ulong)(words.Length * 8) << 56;
        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;
        v2 ^= 0xff;
        for (int i = 0; i < 4; i++) Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
