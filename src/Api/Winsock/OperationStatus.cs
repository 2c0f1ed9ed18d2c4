using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Winsock;

/// <summary>The three names of an outcome: Winsock's error, the NTSTATUS in <see cref="WSAOVERLAPPED.Internal"/>, and the Win32 error that a completion port tells.</summary>
/// <remarks>Windows translates the status to both others (RtlNtStatusToDosError and WSAGetOverlappedResult); here each outcome is one row.</remarks>
internal static class OperationStatus
{
    /// <summary>STATUS_PENDING.</summary>
    public const nuint Pending = 0x103;

    private static readonly (int Winsock, uint Status, int Win32)[] Rows =
    [
        (WSA_OPERATION_ABORTED, 0xC0000120, WSA_OPERATION_ABORTED),   // STATUS_CANCELLED
        (WSAECONNRESET, 0xC000020D, 64),                              // STATUS_CONNECTION_RESET, ERROR_NETNAME_DELETED
        (WSAECONNABORTED, 0xC0000241, 1236),                          // STATUS_CONNECTION_ABORTED, ERROR_CONNECTION_ABORTED
        (WSAECONNREFUSED, 0xC0000236, 1225),                          // STATUS_CONNECTION_REFUSED, ERROR_CONNECTION_REFUSED
        (WSAETIMEDOUT, 0xC00000B5, 121),                              // STATUS_IO_TIMEOUT, ERROR_SEM_TIMEOUT
        (WSAEMSGSIZE, 0x80000005, 234),                               // STATUS_BUFFER_OVERFLOW, ERROR_MORE_DATA
        (WSAENETUNREACH, 0xC000023C, 1231),                           // STATUS_NETWORK_UNREACHABLE, ERROR_NETWORK_UNREACHABLE
        (WSAEHOSTUNREACH, 0xC000023D, 1232),                          // STATUS_HOST_UNREACHABLE, ERROR_HOST_UNREACHABLE
        (WSAENOTCONN, 0xC0000140, 1229),                              // STATUS_INVALID_CONNECTION, ERROR_CONNECTION_INVALID
        (WSAESHUTDOWN, 0xC00000B0, 233),                              // STATUS_PIPE_DISCONNECTED, ERROR_PIPE_NOT_CONNECTED
        (WSAENOBUFS, 0xC000009A, 1450),                               // STATUS_INSUFFICIENT_RESOURCES, ERROR_NO_SYSTEM_RESOURCES
        (WSAEACCES, 0xC0000022, 5),                                   // STATUS_ACCESS_DENIED, ERROR_ACCESS_DENIED
        (WSAEFAULT, 0xC0000005, 998),                                 // STATUS_ACCESS_VIOLATION, ERROR_NOACCESS
        (WSAENOTSOCK, 0xC0000008, 6),                                 // STATUS_INVALID_HANDLE, ERROR_INVALID_HANDLE
        (WSAEOPNOTSUPP, 0xC00000BB, 50),                              // STATUS_NOT_SUPPORTED, ERROR_NOT_SUPPORTED
        (WSAENETDOWN, 0xC00000BF, 54),                                // STATUS_NETWORK_BUSY, ERROR_NETWORK_BUSY
        (WSAENETRESET, 0xC000023B, 1233),                             // No status of its own: ERROR_PROTOCOL_UNREACHABLE's neighbours
        (WSAEINTR, 0xC0000240, 1235),                                 // STATUS_REQUEST_ABORTED, ERROR_REQUEST_ABORTED
    ];

    /// <summary>The NTSTATUS of a Winsock error; 0 of none, STATUS_INVALID_PARAMETER of what has no row.</summary>
    public static uint OfWinsock(int error)
    {
        if (error == 0) return 0;
        foreach ((int winsock, uint status, int _) in Rows)
            if (winsock == error) return status;
        return 0xC000000D;
    }

    /// <summary>What GetLastError says after a completion port has told of the operation.</summary>
    public static int Win32OfWinsock(int error)
    {
        if (error == 0) return 0;
        foreach ((int winsock, uint _, int win32) in Rows)
            if (winsock == error) return win32;
        return ERROR_INVALID_PARAMETER;
    }
}
