using System.Globalization;

namespace StackSharp.Winsock;

/// <summary>A handle as the system's functions take it: of a socket or of a completion port of the <see cref="WinsockApi"/> that gave it out.</summary>
public readonly record struct HANDLE(nuint Value)
{
    /// <summary>In place of a file: CreateIoCompletionPort then makes a port and nothing else.</summary>
    public static readonly HANDLE INVALID_HANDLE_VALUE = new(nuint.MaxValue);

    /// <summary>C's NULL.</summary>
    public static readonly HANDLE NULL;

    public static implicit operator HANDLE(SOCKET socket) => new(socket.Value);

    public static HANDLE FromSOCKET(SOCKET socket) => socket;

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
