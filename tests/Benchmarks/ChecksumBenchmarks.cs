using BenchmarkDotNet.Attributes;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Benchmarks;

/// <summary>The Internet checksum over what a TCP segment may hold.</summary>
public class ChecksumBenchmarks
{
    private const int MemoryBytes = 4 << 20;
    private readonly byte[] _memory = new byte[MemoryBytes];
    private int _offset;

    [Params(64, 1460, 64 << 10)]
    public int Octets { get; set; }

    [GlobalSetup]
    public void Fill() => new SeededRandomSource(1).Fill(_memory);

    /// <summary>The same octets again: they stay in the first caches that hold them.</summary>
    [Benchmark]
    public long InCache() => InternetChecksum.Sum(_memory.AsSpan(0, Octets));

    /// <summary>Other octets each time, until 4 MiB are through: they come from farther away.</summary>
    [Benchmark]
    public long Over4MiB()
    {
        int offset = _offset;
        _offset = offset + (2 * Octets) > MemoryBytes ? 0 : offset + Octets;
        return InternetChecksum.Sum(_memory.AsSpan(offset, Octets));
    }
}
