namespace StackSharp.Stack.Wire;

/// <summary>Text forms: RFC 4291 §2.2 in, RFC 5952 out, strict dotted decimal for IPv4.</summary>
public readonly partial struct IpAddress : ISpanFormattable, ISpanParsable<IpAddress>
{
    /// <summary>The longest text that <see cref="TryFormat(Span{char}, out int)"/> writes.</summary>
    public const int MaximumTextLength = 39;

    /// <summary>Reads four decimal numbers without leading zeros, or any form of RFC 4291 §2.2. No zone, no brackets.
    /// The text ::ffff:192.0.2.1 gives the IPv4 address.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpAddress address) => IpAddressText.TryParse(text, out address);

    /// <exception cref="FormatException">Not an address.</exception>
    public static IpAddress Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out IpAddress address) ? address : throw new FormatException($"Not an IP address: '{text}'.");

    public override string ToString()
    {
        Span<char> text = stackalloc char[MaximumTextLength];
        return new string(text[..IpAddressText.Format(this, text)]);
    }

    /// <returns>False if the text does not fit; nothing is then written.</returns>
    public bool TryFormat(Span<char> destination, out int charsWritten)
    {
        Span<char> text = stackalloc char[MaximumTextLength];
        int length = IpAddressText.Format(this, text);
        bool fits = text[..length].TryCopyTo(destination);
        charsWritten = fits ? length : 0;
        return fits;
    }

    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        TryFormat(destination, out charsWritten);

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    static bool ISpanParsable<IpAddress>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out IpAddress result) => TryParse(s, out result);

    static IpAddress ISpanParsable<IpAddress>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<IpAddress>.TryParse(string? s, IFormatProvider? provider, out IpAddress result) => TryParse(s, out result);

    static IpAddress IParsable<IpAddress>.Parse(string s, IFormatProvider? provider) => Parse(s);
}
