using System.Buffers.Binary;
using System.Security.Cryptography;
using StackSharp.Stack.Time;

namespace StackSharp.Cli.Demo;

/// <summary>Content that cannot be told from random and needs no memory: the same seed gives the same octets again.</summary>
internal sealed class DemoContent
{
    /// <summary>Octets made at a time.</summary>
    public const int BlockBytes = 64 << 10;

    private readonly byte[] _base = new byte[BlockBytes];

    public DemoContent(ulong seed, long octets)
    {
        new SeededRandomSource(seed).Fill(_base);
        Octets = octets;
    }

    public long Octets { get; }

    /// <summary>Writes a block; no two blocks are alike.</summary>
    /// <returns>Octets written: fewer than a block at the end, 0 beyond it.</returns>
    public int Fill(long block, Span<byte> destination)
    {
        int octets = (int)Math.Clamp(Octets - (block * BlockBytes), 0, BlockBytes);
        _base.AsSpan(0, octets).CopyTo(destination);
        if (octets >= sizeof(long)) BinaryPrimitives.WriteInt64LittleEndian(destination, block);
        return octets;
    }

    public byte[] ComputeSha256()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BlockBytes];
        for (long block = 0; Fill(block, buffer) is > 0 and int octets; block++) hash.AppendData(buffer, 0, octets);
        return hash.GetCurrentHash();
    }
}
