namespace StackSharp.Stack.Buffers;

/// <summary>A run of octets inside a buffer. Who holds the slice holds one reference to the buffer.</summary>
/// <param name="Buffer">The memory.</param>
/// <param name="Offset">First octet, counted from the start of the buffer's storage.</param>
/// <param name="Length">Octets.</param>
public readonly record struct PacketSlice(PacketBuffer Buffer, int Offset, int Length)
{
    /// <summary>The octets.</summary>
    public Span<byte> Span => Buffer.Storage.Slice(Offset, Length);

    /// <summary>Whether octets that have to wait may do so where they are: always while memory is plentiful, else only if they fill half of their buffer, so
    /// that a few of them do not hold all memory there is.</summary>
    internal bool MayBeKept(BufferUse use) => Buffer.Pool.IsPlentiful || (Length >= Buffer.Capacity / 2 && Buffer.Pool.MayHold(use));
}
