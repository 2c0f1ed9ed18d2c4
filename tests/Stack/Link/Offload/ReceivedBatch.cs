using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;

namespace StackSharp.Tests.Stack.Link.Offload;

/// <summary>Received frames in buffers, somewhere in them.</summary>
internal sealed class ReceivedBatch : IDisposable
{
    private readonly BufferPool _pool;
    private readonly SegmentCoalescer _coalescer = new(LinkMedium.Ethernet);
    private readonly int _start;
    private int _kept;

    public ReceivedBatch(IEnumerable<byte[]> frames, int bufferBytes = 66 << 10, Random? random = null)
    {
        byte[][] all = [.. frames];
        _pool = new BufferPool(bufferBytes, 64L * 70_000, debug: true);
        _start = random?.Next(10) ?? 0;
        Buffers = [.. all.Select(_ => _pool.TryRent()!)];
        Fill(all);
    }

    public PacketBuffer[] Buffers { get; }

    public PacketBuffer[] Kept => Buffers[.._kept];

    public void Fill(byte[][] frames)
    {
        for (int i = 0; i < frames.Length; i++)
        {
            Buffers[i].SetRange(_start, frames[i].Length);
            Buffers[i].Offload = default;
            frames[i].CopyTo(Buffers[i].Span);
        }
    }

    public int Merge() => _kept = _coalescer.Merge(Buffers);

    public void Dispose()
    {
        foreach (PacketBuffer buffer in Buffers) buffer.Release();
        _pool.Dispose();
    }
}
