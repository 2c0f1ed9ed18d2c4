using StackSharp.Packetdrill.Wire;

namespace StackSharp.Packetdrill.Sockets;

/// <summary>The caller's memory, in one piece or several.</summary>
internal sealed unsafe class UserMemory
{
    private readonly IoVector[] _pieces;

    public UserMemory(byte* start, nuint length) => _pieces = [new IoVector { Base = start, Length = length }];

    public UserMemory(IoVector* pieces, int count) => _pieces = new ReadOnlySpan<IoVector>(pieces, Math.Max(0, count)).ToArray();

    /// <summary>Octets in all pieces.</summary>
    public int Length => (int)_pieces.Sum(piece => (long)piece.Length);

    /// <summary>Some of it is nowhere: the call is to answer EFAULT.</summary>
    public bool IsBad => _pieces.Any(piece => piece.Base == null && piece.Length > 0);

    /// <summary>What it holds.</summary>
    public byte[] Gather()
    {
        byte[] all = new byte[Length];
        int position = 0;
        foreach (IoVector piece in _pieces)
        {
            Piece(piece).CopyTo(all.AsSpan(position));
            position += (int)piece.Length;
        }
        return all;
    }

    /// <summary>Fills it from the start.</summary>
    public void Scatter(ReadOnlySpan<byte> source)
    {
        foreach (IoVector piece in _pieces)
        {
            int count = Math.Min(source.Length, (int)piece.Length);
            source[..count].CopyTo(Piece(piece));
            source = source[count..];
        }
    }

    private static Span<byte> Piece(IoVector piece) => new(piece.Base, (int)piece.Length);
}
