using System.Net.Sockets;
using StackSharp.Hosting;
using StackSharp.Spi;
using StackSharp.Stack.Wire;
using StackSharp.Winsock;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Providers;

/// <summary>An overlapped call of the stack's provider while it is under way. Stays with its <see cref="WSAOVERLAPPED"/>, and is used again by the next call of its
/// kind.</summary>
internal abstract class PendingCall(WSAOVERLAPPED overlapped) : IOperationSink
{
    private ITransportUpcalls _upcalls = null!;

    /// <summary>Whose call it is, as the program sees it.</summary>
    protected ProviderSocket Socket { get; private set; } = null!;

    /// <summary>Ends it with WSA_OPERATION_ABORTED.</summary>
    /// <returns>False: it has ended already.</returns>
    // Another thread may ask for it before the call has begun.
    public virtual bool Cancel() => Socket is { } socket && socket.Core.Cancel(this);

    public abstract void OnEnded(SocketError error, int done, in IpEndpoint source);

    /// <summary>The call object that stays with a WSAOVERLAPPED: a new one if it has none, or one of another kind.</summary>
    protected static T Of<T>(WSAOVERLAPPED overlapped, Func<WSAOVERLAPPED, T> create) where T : PendingCall
    {
        if (overlapped.ProviderContext is T known) return known;
        T call = create(overlapped);
        overlapped.ProviderContext = call;
        return call;
    }

    protected void Begin(ITransportUpcalls upcalls, ProviderSocket socket) => (_upcalls, Socket) = (upcalls, socket);

    protected void Complete(SocketError error, uint transferred) =>
        _ = _upcalls.WPUCompleteOverlappedRequest(Socket.Handle, overlapped, ErrorOf(error), transferred, 0, out _);

    /// <summary>The handle was good when the call began.</summary>
    protected static int ErrorOf(SocketError error) => error switch
    {
        SocketError.IOPending => WSA_IO_PENDING,
        SocketError.NotSocket => WSA_OPERATION_ABORTED,
        _ => (int)error,
    };
}
