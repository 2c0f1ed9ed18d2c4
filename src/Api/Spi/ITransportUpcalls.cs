using StackSharp.Winsock;

namespace StackSharp.Spi;

/// <summary>What the front end does for providers.</summary>
public interface ITransportUpcalls
{
    /// <summary>WPUCreateSocketHandle: a new handle that the front end knows to be this provider's.</summary>
    /// <param name="context">What the provider wants back for the handle.</param>
    SOCKET WPUCreateSocketHandle(uint catalogEntryId, object context, out int error);

    /// <summary>WPUCloseSocketHandle: forgets a handle.</summary>
    /// <returns>0, or SOCKET_ERROR with WSAENOTSOCK.</returns>
    int WPUCloseSocketHandle(SOCKET s, out int error);

    /// <summary>WPUQuerySocketHandleContext: what was given with the handle.</summary>
    /// <returns>Null with WSAENOTSOCK: no handle of this front end, or closed.</returns>
    object? WPUQuerySocketHandleContext(SOCKET s, out int error);
}
