using System.Globalization;

namespace StackSharp.Winsock;

/// <summary>A handle of an event object: a number that means something to the <see cref="WinsockApi"/> that gave it out, and to nobody else.</summary>
public readonly record struct WSAEVENT(nuint Value)
{
    /// <summary>What WSACreateEvent returns when it fails: C's NULL.</summary>
    public static readonly WSAEVENT WSA_INVALID_EVENT;

    public static implicit operator WSAEVENT(nuint value) => new(value);

    public static WSAEVENT FromUIntPtr(nuint value) => new(value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
