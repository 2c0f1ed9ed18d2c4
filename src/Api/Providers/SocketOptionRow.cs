namespace StackSharp.Providers;

/// <summary>How an option's value is laid out and how strictly its length is taken.</summary>
internal enum OptionForm
{
    /// <summary>SOL_SOCKET's booleans: 1, 2 or 4 octets; none at all is success without effect.</summary>
    Boolean,

    /// <summary>A boolean of which only the low octet counts; any length above 0.</summary>
    LowOctet,

    /// <summary>Four octets.</summary>
    Number,
}

/// <summary>One option of one level.</summary>
/// <param name="ReportedLength">What getsockopt says of the length: some booleans claim one octet.</param>
/// <param name="Get">Value, or the negated error; null: cannot be read (WSAENOPROTOOPT).</param>
/// <param name="Set">Error or 0; null: cannot be set (WSAENOPROTOOPT).</param>
internal sealed record SocketOptionRow(
    OptionForm Form, int ReportedLength, Func<ProviderSocket, OptionValue>? Get, Func<ProviderSocket, int, int>? Set);

/// <summary>A value read, or why not.</summary>
internal readonly record struct OptionValue(int Value, int Error)
{
    public static implicit operator OptionValue(int value) => new(value, 0);

    public static implicit operator OptionValue(bool value) => new(value ? 1 : 0, 0);

    public static OptionValue Failed(int error) => new(0, error);
}
