using StackSharp.Winsock;

namespace StackSharp.Spi;

/// <summary>What the front end does for providers.</summary>
public interface ITransportUpcalls
{
    /// <summary>WPUCreateSocketHandle: a new handle that the front end knows to be this provider's.</summary>
    /// <param name="context">What the provider wants back for the handle.</param>
    /// <param name="isOverlapped">Overlapped calls on it complete later; else they are carried out like those without.</param>
    SOCKET WPUCreateSocketHandle(uint catalogEntryId, object context, bool isOverlapped, out int error);

    /// <summary>WPUCloseSocketHandle: forgets a handle.</summary>
    /// <returns>0, or SOCKET_ERROR with WSAENOTSOCK.</returns>
    int WPUCloseSocketHandle(SOCKET s, out int error);

    /// <summary>WPUQuerySocketHandleContext: what was given with the handle.</summary>
    /// <returns>Null with WSAENOTSOCK: no handle of this front end, or closed.</returns>
    object? WPUQuerySocketHandleContext(SOCKET s, out int error);

    /// <summary>WPUCompleteOverlappedRequest: a call that was answered with WSA_IO_PENDING has ended. Once for each, on any thread, also before the call has returned.</summary>
    /// <param name="dwError">0, or the Winsock error.</param>
    /// <param name="cbTransferred">Octets.</param>
    /// <param name="flags">A receive's.</param>
    /// <returns>0.</returns>
    int WPUCompleteOverlappedRequest(SOCKET s, WSAOVERLAPPED overlapped, int dwError, uint cbTransferred, uint flags, out int error);

    /// <summary>WPUCreateEvent: as WSACreateEvent.</summary>
    WSAEVENT WPUCreateEvent(out int error);

    /// <summary>WPUCloseEvent: as WSACloseEvent.</summary>
    /// <returns>0, or SOCKET_ERROR with WSA_INVALID_HANDLE.</returns>
    int WPUCloseEvent(WSAEVENT hEvent, out int error);

    /// <summary>WPUSetEvent: as WSASetEvent.</summary>
    /// <returns>0, or SOCKET_ERROR with WSA_INVALID_HANDLE.</returns>
    int WPUSetEvent(WSAEVENT hEvent, out int error);

    /// <summary>WPUResetEvent: as WSAResetEvent.</summary>
    /// <returns>0, or SOCKET_ERROR with WSA_INVALID_HANDLE.</returns>
    int WPUResetEvent(WSAEVENT hEvent, out int error);

    /// <summary>What a handle stands for, to be signalled later and more than once. C has no such upcall: there the system keeps the object for
    /// those who refer to it.</summary>
    /// <returns>Null with WSA_INVALID_HANDLE.</returns>
    EventObject? WPUQueryEvent(WSAEVENT hEvent, out int error);
}
