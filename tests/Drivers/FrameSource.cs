using StackSharp.Stack.Buffers;

namespace StackSharp.Tests.Drivers;

/// <summary>Makes frames as a stack would, and receive buffers; says at the end that all of them came back.</summary>
internal sealed class FrameSource(int bufferBytes = 66 * 1024, int maximumFrames = 8192) : IDisposable
{
    private const int PieceBytes = 4096;

    public BufferPool Buffers { get; } = new(bufferBytes, 64L << 20);

    public BufferPool Pieces { get; } = new(PieceBytes, 64L << 20);

    public TransmitFramePool Frames { get; } = new(maximumFrames);

    /// <summary>A frame of these bytes: the first as headers, the rest as slices of up to 4 KiB.</summary>
    public TransmitFrame Frame(ReadOnlySpan<byte> bytes, int headerBytes = 54, TransmitOffload offload = default)
    {
        TransmitFrame frame = Frames.TryRent() ?? throw new InvalidOperationException("The pool of frames is empty.");
        headerBytes = Math.Min(headerBytes, bytes.Length);
        bytes[..headerBytes].CopyTo(frame.Prepend(headerBytes));
        for (ReadOnlySpan<byte> rest = bytes[headerBytes..]; !rest.IsEmpty;)
        {
            PacketBuffer piece = Pieces.TryRent() ?? throw new InvalidOperationException("The pool of pieces is empty.");
            int length = Math.Min(PieceBytes, rest.Length);
            rest[..length].CopyTo(piece.Storage);
            frame.Append(new PacketSlice(piece, 0, length));
            rest = rest[length..];
        }

        frame.Offload = offload;
        return frame;
    }

    public PacketBuffer Buffer() => Buffers.TryRent() ?? throw new InvalidOperationException("The pool of buffers is empty.");

    public PacketBuffer[] BufferBatch(int count) => [.. Enumerable.Range(0, count).Select(_ => Buffer())];

    /// <summary>Frames and buffers that somebody still holds.</summary>
    public int Outstanding => Buffers.Outstanding + Pieces.Outstanding + Frames.Outstanding;

    public void Dispose()
    {
        Buffers.Dispose();
        Pieces.Dispose();
        Frames.Dispose();
    }
}
