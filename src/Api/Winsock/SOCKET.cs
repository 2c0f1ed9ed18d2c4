using System.Globalization;

namespace StackSharp.Winsock;

/// <summary>A socket handle: a number that means something to the <see cref="WinsockApi"/> that gave it out, and to nobody else.</summary>
public readonly record struct SOCKET(nuint Value)
{
    /// <summary>What creating and accepting return when they fail: all ones.</summary>
    public static readonly SOCKET INVALID_SOCKET = new(nuint.MaxValue);

    public static implicit operator SOCKET(nuint value) => new(value);

    public static SOCKET FromUIntPtr(nuint value) => new(value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
