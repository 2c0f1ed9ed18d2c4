using StackSharp.Stack.Buffers;
using StackSharp.Stack.Network;

namespace StackSharp.Stack;

/// <summary>The stack's memory: frames, and buffers of three sizes.</summary>
internal sealed class StackBuffers : INetworkBuffers, IDisposable
{
    /// <summary>2 KiB of data and room for headers: a full Ethernet frame fits.</summary>
    private const int SmallBytes = 2048 + 256;
    private const int PaddingBytes = 64;
    private const int ChunkBytes = 16 << 10;

    /// <summary>The largest IP packet with a link header, or a reassembled one with its header in front.</summary>
    private const int LargeBytes = 66 << 10;

    /// <summary>Octets of the largest frame that any device delivers.</summary>
    public const int LargestFrame = LargeBytes;

    private readonly BufferPool _small;
    private readonly BufferPool _chunks;
    private readonly BufferPool _large;
    private readonly TransmitFramePool _frames;
    private readonly BufferPool _padding = new(PaddingBytes, PaddingBytes);

    public StackBuffers(NetworkStackOptions options)
    {
        _small = new BufferPool(SmallBytes, options.SmallBufferBytes, options.DebugBuffers, options.ReservedBuffers);
        _chunks = new BufferPool(ChunkBytes, options.ChunkBufferBytes, options.DebugBuffers, options.ReservedBuffers);
        _large = new BufferPool(LargeBytes, options.LargeBufferBytes, options.DebugBuffers, options.ReservedBuffers);
        _frames = new TransmitFramePool(options.MaximumFrames);
        Padding = _padding.TryRent()!;
        Padding.Storage.Clear();
    }

    /// <summary>Zeros to fill short frames up with; never given back, and not counted as outstanding.</summary>
    public PacketBuffer Padding { get; }

    public int Outstanding => _small.Outstanding + _chunks.Outstanding + _large.Outstanding + _frames.Outstanding;

    public long AllocatedBytes => _small.AllocatedBytes + _chunks.AllocatedBytes + _large.AllocatedBytes;

    /// <summary>Of the pool that is used up most.</summary>
    public MemoryState State => (MemoryState)Math.Max((int)_large.State, Math.Max((int)_chunks.State, (int)_small.State));

    public IEnumerable<string> OutstandingOwners => _small.OutstandingOwners().Concat(_chunks.OutstandingOwners()).Concat(_large.OutstandingOwners());

    public TransmitFrame? TryRentFrame() => _frames.TryRent();

    /// <summary>For the network layer: what it holds leaves by itself, or within a budget of its own.</summary>
    public PacketBuffer? TryRentBuffer(int octets, string owner) => TryRentBuffer(octets, BufferUse.Progress, owner);

    public PacketBuffer? TryRentBuffer(int octets, BufferUse use, string owner)
    {
        BufferPool? pool = octets <= SmallBytes ? _small : octets <= ChunkBytes ? _chunks : octets <= LargeBytes ? _large : null;
        return pool?.TryRent(0, owner, use);
    }

    public void Dispose()
    {
        _frames.Dispose();
        _padding.Dispose();
        _small.Dispose();
        _chunks.Dispose();
        _large.Dispose();
    }
}
