namespace StackSharp.Winsock;

/// <content>Overlapped calls and completion ports.</content>
public static partial class Ws2_32
{
    public const int ERROR_INVALID_HANDLE = 6;
    public const int ERROR_NOT_FOUND = 1168;

    public const uint INFINITE = 0xFFFFFFFF;

    public const byte FILE_SKIP_COMPLETION_PORT_ON_SUCCESS = 1;
    public const byte FILE_SKIP_SET_EVENT_ON_HANDLE = 2;

    /// <summary>An event for <see cref="WSAOVERLAPPED.hEvent"/> that keeps the call from its socket's completion port. C programs set the bit by hand.</summary>
    public static WSAEVENT WithoutPacket(WSAEVENT hEvent) => hEvent.Value | 1;
}
