using System.Runtime.CompilerServices;
using StackSharp.Spi;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Winsock;

/// <content>Calls that complete later, and calls with several buffers.</content>
public sealed partial class WinsockApi
{
    /// <summary>Sends the buffers in their order.</summary>
    /// <param name="lpNumberOfBytesSent">Of use when the call completes at once.</param>
    /// <param name="dwFlags">MSG_OOB, MSG_DONTROUTE.</param>
    /// <param name="lpOverlapped">Null, or a socket without WSA_FLAG_OVERLAPPED: as <see cref="send"/>.</param>
    /// <returns>0: done, and told as any completion; SOCKET_ERROR with WSA_IO_PENDING: the memory belongs to the stack until it has completed. With another
    /// error nothing was begun: WSAEINVAL: no buffers, or the overlapped structure is in use; WSA_INVALID_HANDLE: its hEvent is none; WSAEFAULT: a buffer shorter than it says; and those of send.</returns>
    public int WSASend(SOCKET s, ReadOnlySpan<WSABUF> lpBuffers, out uint lpNumberOfBytesSent, int dwFlags, WSAOVERLAPPED? lpOverlapped)
    {
        lpNumberOfBytesSent = 0;
        if (EntryOf(s) is not { } entry) return SOCKET_ERROR;
        if (lpBuffers.IsEmpty) return Fail(WSAEINVAL);
        if (lpOverlapped is not null && !TryBegin(lpOverlapped, entry)) return SOCKET_ERROR;
        if (lpOverlapped is null || !entry.IsOverlapped) return SendNow(s, lpBuffers, out lpNumberOfBytesSent, dwFlags, lpOverlapped);
        int result = entry.Provider.WSPSend(s, lpBuffers, out lpNumberOfBytesSent, dwFlags, lpOverlapped, out int error);
        return Begun(lpOverlapped, result, error, lpNumberOfBytesSent, 0);
    }

    /// <summary>As <see cref="WSASend"/>, with a destination.</summary>
    /// <param name="lpTo">NULL: the connected peer. On a stream it does not count.</param>
    /// <returns>As WSASend, and those of <see cref="sendto(SOCKET, ReadOnlySpan{byte}, int, ReadOnlySpan{byte})"/>.</returns>
    public int WSASendTo(SOCKET s, ReadOnlySpan<WSABUF> lpBuffers, out uint lpNumberOfBytesSent, int dwFlags, ReadOnlySpan<byte> lpTo, WSAOVERLAPPED? lpOverlapped)
    {
        lpNumberOfBytesSent = 0;
        if (EntryOf(s) is not { } entry) return SOCKET_ERROR;
        if (lpBuffers.IsEmpty) return Fail(WSAEINVAL);
        if (lpOverlapped is not null && !TryBegin(lpOverlapped, entry)) return SOCKET_ERROR;
        if (lpOverlapped is null || !entry.IsOverlapped)
        {
            int failure = GatheredBuffers.TryJoin(lpBuffers, out GatheredBuffers joined);
            using (joined) return Done(failure != 0 ? Fail(failure) : sendto(s, joined.Octets, dwFlags, lpTo), out lpNumberOfBytesSent, lpOverlapped);
        }
        int result = entry.Provider.WSPSendTo(s, lpBuffers, out lpNumberOfBytesSent, dwFlags, lpTo, lpOverlapped, out int error);
        return Begun(lpOverlapped, result, error, lpNumberOfBytesSent, 0);
    }

    /// <summary>Receives into the buffers in their order. Calls that wait are served in the order in which they were made.</summary>
    /// <param name="lpNumberOfBytesRecvd">Of use when the call completes at once; 0: the peer has finished, or the buffers are empty and there is something to read.</param>
    /// <param name="lpFlags">In: MSG_PEEK, MSG_OOB, MSG_WAITALL, ... Out, when the call completes at once: 0.</param>
    /// <param name="lpOverlapped">Null, or a socket without WSA_FLAG_OVERLAPPED: as <see cref="recv"/>.</param>
    /// <returns>As <see cref="WSASend"/>, and those of recv.</returns>
    public int WSARecv(SOCKET s, ReadOnlySpan<WSABUF> lpBuffers, out uint lpNumberOfBytesRecvd, ref int lpFlags, WSAOVERLAPPED? lpOverlapped)
    {
        lpNumberOfBytesRecvd = 0;
        if (EntryOf(s) is not { } entry) return SOCKET_ERROR;
        if (lpBuffers.IsEmpty) return Fail(WSAEINVAL);
        if (lpOverlapped is not null && !TryBegin(lpOverlapped, entry)) return SOCKET_ERROR;
        if (lpOverlapped is null || !entry.IsOverlapped) return ReceiveNow(s, lpBuffers, out lpNumberOfBytesRecvd, ref lpFlags, default, null, lpOverlapped);
        int result = entry.Provider.WSPRecv(s, lpBuffers, out lpNumberOfBytesRecvd, ref lpFlags, lpOverlapped, out int error);
        return Begun(lpOverlapped, result, error, lpNumberOfBytesRecvd, (uint)lpFlags);
    }

    /// <summary>As <see cref="WSARecv"/>, with the sender.</summary>
    /// <param name="lpFrom">Receives the sender when the call completes; belongs to the stack until then. Empty: nobody wants it.</param>
    /// <param name="lpFromlen">Its size; set to the address's true size when the call completes.</param>
    /// <returns>As WSARecv; WSAEFAULT also with too short an address.</returns>
    public int WSARecvFrom(
        SOCKET s, ReadOnlySpan<WSABUF> lpBuffers, out uint lpNumberOfBytesRecvd, ref int lpFlags, Memory<byte> lpFrom, StrongBox<int>? lpFromlen, WSAOVERLAPPED? lpOverlapped)
    {
        lpNumberOfBytesRecvd = 0;
        if (EntryOf(s) is not { } entry) return SOCKET_ERROR;
        if (lpBuffers.IsEmpty) return Fail(WSAEINVAL);
        if (lpOverlapped is not null && !TryBegin(lpOverlapped, entry)) return SOCKET_ERROR;
        if (lpOverlapped is null || !entry.IsOverlapped) return ReceiveNow(s, lpBuffers, out lpNumberOfBytesRecvd, ref lpFlags, lpFrom, lpFromlen, lpOverlapped);
        int result = entry.Provider.WSPRecvFrom(s, lpBuffers, out lpNumberOfBytesRecvd, ref lpFlags, lpFrom, lpFromlen, lpOverlapped, out int error);
        return Begun(lpOverlapped, result, error, lpNumberOfBytesRecvd, (uint)lpFlags);
    }

    /// <summary>What became of an overlapped call.</summary>
    /// <param name="fWait">Sleep until it has completed.</param>
    /// <returns>False with WSA_IO_INCOMPLETE: not yet; WSAENOTSOCK; WSA_INVALID_PARAMETER: no structure; or the call's own error.</returns>
    public bool WSAGetOverlappedResult(SOCKET s, WSAOVERLAPPED? lpOverlapped, out uint lpcbTransfer, bool fWait, out uint lpdwFlags)
    {
        lpcbTransfer = lpdwFlags = 0;
        if (EntryOf(s) is null) return false;
        if (lpOverlapped is null) return Refuse(WSA_INVALID_PARAMETER);
        if (lpOverlapped.IsPending && !fWait) return Refuse(WSA_IO_INCOMPLETE);
        lpOverlapped.WaitForEnd();
        lpcbTransfer = (uint)lpOverlapped.InternalHigh;
        lpdwFlags = lpOverlapped.Flags;
        LastError.Value = lpOverlapped.Error;
        return lpOverlapped.Error == 0;
    }

    /// <summary>Ends a socket's overlapped calls with WSA_OPERATION_ABORTED, whichever thread made them.</summary>
    /// <param name="lpOverlapped">Only this one; null: all.</param>
    /// <returns>False with ERROR_INVALID_HANDLE: no socket; ERROR_NOT_FOUND: none is under way.</returns>
    public bool CancelIoEx(HANDLE hFile, WSAOVERLAPPED? lpOverlapped)
    {
        SOCKET socket = hFile.Value;
        if (_handles.Find(socket) is not { } entry) return Refuse(ERROR_INVALID_HANDLE);
        return Finish(entry.Provider.WSPCancelIo(socket, lpOverlapped, out int error), error) == 0;
    }

    int ITransportUpcalls.WPUCompleteOverlappedRequest(SOCKET s, WSAOVERLAPPED overlapped, int dwError, uint cbTransferred, uint flags, out int error)
    {
        error = 0;
        End(overlapped, dwError, cbTransferred, flags, wasPending: true);
        return 0;
    }

    private HandleTable.Entry? EntryOf(SOCKET s)
    {
        if (!IsStarted) return null;
        if (_handles.Find(s) is { } entry) return entry;
        LastError.Value = WSAENOTSOCK;
        return null;
    }

    private bool TryBegin(WSAOVERLAPPED overlapped, HandleTable.Entry entry)
    {
        if (overlapped.IsPending) return Refuse(WSAEINVAL);
        EventObject? toSignal = null;
        bool tellsPort = true;
        if (overlapped.hEvent != WSAEVENT.WSA_INVALID_EVENT)
        {
            // Handles are multiples of four: the lowest bit is the caller's to say that the port is not to know.
            tellsPort = (overlapped.hEvent.Value & 1) == 0;
            toSignal = _handles.Find((WSAEVENT)(overlapped.hEvent.Value & ~(nuint)1));
            if (toSignal is null) return Refuse(WSA_INVALID_HANDLE);
        }
        overlapped.Begin(tellsPort ? entry.Association : null, toSignal);
        return true;
    }

    // What the provider said of a call that has just been begun. A call that ends at once is told like any other.
    private static int Begun(WSAOVERLAPPED overlapped, int result, int error, uint transferred, uint flags)
    {
        if (result == 0) End(overlapped, 0, transferred, flags, wasPending: false);
        else if (error != WSA_IO_PENDING) overlapped.End(error, 0, 0);   // Never begun: nobody is told.
        return Finish(result, error);
    }

    private static void End(WSAOVERLAPPED overlapped, int error, uint transferred, uint flags, bool wasPending)
    {
        (PortAssociation? association, EventObject? toSignal) = (overlapped.Association, overlapped.Event);
        overlapped.End(error, transferred, flags);
        toSignal?.Set();
        if (association is null || (association.SkipsOnSuccess && !wasPending)) return;
        association.Port.Post(new OVERLAPPED_ENTRY
        {
            lpCompletionKey = association.Key,
            lpOverlapped = overlapped,
            Internal = OperationStatus.OfWinsock(error),
            dwNumberOfBytesTransferred = transferred,
            Error = error,
        });
    }

    private int SendNow(SOCKET s, ReadOnlySpan<WSABUF> buffers, out uint sent, int flags, WSAOVERLAPPED? overlapped)
    {
        int failure = GatheredBuffers.TryJoin(buffers, out GatheredBuffers joined);
        using (joined) return Done(failure != 0 ? Fail(failure) : send(s, joined.Octets, flags), out sent, overlapped);
    }

    private int ReceiveNow(
        SOCKET s, ReadOnlySpan<WSABUF> buffers, out uint received, ref int flags, Memory<byte> from, StrongBox<int>? fromLength, WSAOVERLAPPED? overlapped)
    {
        int failure = GatheredBuffers.TryMakeRoom(buffers, out GatheredBuffers room);
        using (room)
        {
            if (failure != 0) return Done(Fail(failure), out received, overlapped);
            int none = 0;
            int result = recvfrom(s, room.Octets, flags, from.Span, ref fromLength is null ? ref none : ref fromLength.Value);
            // A datagram that is longer has filled what there was.
            int count = result == SOCKET_ERROR && LastError.Value == WSAEMSGSIZE ? room.Octets.Length : result;
            if (count > 0) room.ScatterTo(buffers, count);
            if (result != SOCKET_ERROR) flags = 0;
            return Done(result, out received, overlapped);
        }
    }

    // The outcome of a call that has waited for itself. With an overlapped structure it is told as well.
    private static int Done(int result, out uint transferred, WSAOVERLAPPED? overlapped)
    {
        int error = result == SOCKET_ERROR ? LastError.Value : 0;
        transferred = result == SOCKET_ERROR ? 0 : (uint)result;
        result = Math.Min(result, 0);
        return overlapped is null ? Finish(result, error) : Begun(overlapped, result, error, transferred, 0);
    }
}
