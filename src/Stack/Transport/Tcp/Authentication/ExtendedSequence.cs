using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp.Authentication;

/// <summary>One direction's sequence numbers with 32 more bits in front (SNE, RFC 5925 §6.2), so that none is signed twice under one key.</summary>
internal struct ExtendedSequence(SequenceNumber initial)
{
    private ulong _highest = initial.Value;

    /// <summary>The upper half of a number, which is the one nearest to the highest so far.</summary>
    public readonly uint ExtensionOf(SequenceNumber sequence) => (uint)(Extend(sequence) >> 32);

    /// <summary>A number that was sent, or came with a valid signature.</summary>
    public void Note(SequenceNumber sequence)
    {
        ulong extended = Extend(sequence);
        if (unchecked((long)(extended - _highest)) > 0) _highest = extended;
    }

    private readonly ulong Extend(SequenceNumber sequence) => unchecked(_highest + (ulong)(long)(int)(sequence.Value - (uint)_highest));
}
