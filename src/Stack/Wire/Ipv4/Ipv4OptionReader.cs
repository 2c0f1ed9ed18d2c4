namespace StackSharp.Stack.Wire.Ipv4;

/// <summary>Walks IPv4 options: every step advances or stops (RFC 791 §3.1).</summary>
public ref struct Ipv4OptionReader(ReadOnlySpan<byte> options)
{
    private readonly ReadOnlySpan<byte> _options = options;
    private int _next;

    /// <summary>Where the option last read begins, counted from the first option octet. After a malformed one: where that begins.</summary>
    public int Offset { get; private set; }

    /// <summary>True once a length of 0 or 1, or one past the end, ended the walk: a Parameter Problem (RFC 1122 §3.2.1.8).</summary>
    public bool Malformed { get; private set; }

    /// <summary>The octets are a list of options that a header has room for: 40 at most, every length right.</summary>
    public static bool IsList(ReadOnlySpan<byte> options)
    {
        if (options.Length > Ipv4Header.MaximumSize - Ipv4Header.MinimumSize) return false;
        Ipv4OptionReader reader = new(options);
        while (reader.TryRead(out _, out _)) { }
        return !reader.Malformed;
    }

    /// <summary>Gives the next option that is not padding; false at the end of the list.</summary>
    /// <param name="value">What follows type and length.</param>
    public bool TryRead(out Ipv4OptionType type, out ReadOnlySpan<byte> value)
    {
        type = Ipv4OptionType.EndOfList;
        value = default;
        while (_next < _options.Length && _options[_next] == (byte)Ipv4OptionType.NoOperation) _next++;
        ReadOnlySpan<byte> rest = _options[_next..];
        Offset = _next;
        if (rest.IsEmpty || rest[0] == (byte)Ipv4OptionType.EndOfList) return false;
        int length = rest.Length < 2 ? 0 : rest[1];   // Counts type and length too: under 2 the walk would never advance.
        if (length < 2 || length > rest.Length)
        {
            Malformed = true;
            return false;
        }

        type = (Ipv4OptionType)rest[0];
        value = rest[2..length];
        _next += length;
        return true;
    }
}
