namespace StackSharp.Stack.Wire.Tcp;

/// <summary>A run of octets that arrived (RFC 2018 §3): Left is its first octet, Right the one after its last.</summary>
/// <remarks>As the segment says it; whether it makes sense is for the sender's scoreboard to judge (RFC 6675 §3).</remarks>
public readonly record struct SackBlock(SequenceNumber Left, SequenceNumber Right)
{
    /// <summary>Bytes of a block in the option.</summary>
    public const int Size = 8;
}
