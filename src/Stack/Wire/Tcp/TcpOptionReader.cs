namespace StackSharp.Stack.Wire.Tcp;

/// <summary>Walks TCP options; a malformed length ends the walk (RFC 9293 §3.1, MUST-7).</summary>
public ref struct TcpOptionReader(ReadOnlySpan<byte> options)
{
    private ReadOnlySpan<byte> _rest = options;

    /// <summary>True once a length of 0 or 1, or one past the end, ended the walk.</summary>
    public bool Malformed { get; private set; }

    /// <summary>Gives the next option that is not padding; false at the end of the list.</summary>
    /// <param name="value">What follows kind and length.</param>
    public bool TryRead(out TcpOptionKind kind, out ReadOnlySpan<byte> value)
    {
        kind = TcpOptionKind.EndOfList;
        value = default;
        while (!_rest.IsEmpty && _rest[0] == (byte)TcpOptionKind.NoOperation) _rest = _rest[1..];
        if (_rest.IsEmpty || _rest[0] == (byte)TcpOptionKind.EndOfList) return false;
        int length = _rest.Length < 2 ? 0 : _rest[1];   // Counts kind and length too: under 2 the walk would never advance.
        if (length < 2 || length > _rest.Length)
        {
            Malformed = true;
            _rest = default;
            return false;
        }

        kind = (TcpOptionKind)_rest[0];
        value = _rest[2..length];
        _rest = _rest[length..];
        return true;
    }
}
