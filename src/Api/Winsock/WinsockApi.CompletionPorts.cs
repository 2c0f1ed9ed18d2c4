using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Winsock;

/// <content>Completion ports. Their functions are the system's and not Winsock's, so they work before WSAStartup too.</content>
public sealed partial class WinsockApi
{
    private const int WAIT_TIMEOUT = 258;
    private const int ERROR_ABANDONED_WAIT_0 = 735;

    /// <summary>Makes a port, or has a port told of a socket's overlapped calls, or both.</summary>
    /// <param name="FileHandle">A socket, or INVALID_HANDLE_VALUE for a port alone.</param>
    /// <param name="ExistingCompletionPort">NULL: a new one.</param>
    /// <param name="CompletionKey">Comes with each call that completes on the socket.</param>
    /// <param name="NumberOfConcurrentThreads">Taken, and of no effect: a port cannot see here whether a thread that it has woken sleeps elsewhere.</param>
    /// <returns>The port; NULL with ERROR_INVALID_HANDLE: no such socket or port; ERROR_INVALID_PARAMETER: the socket is on a port already, which stays so, or a
    /// port was given and no socket.</returns>
    public HANDLE CreateIoCompletionPort(HANDLE FileHandle, HANDLE ExistingCompletionPort, nuint CompletionKey, uint NumberOfConcurrentThreads)
    {
        _ = NumberOfConcurrentThreads;
        HandleTable.Entry? entry = null;
        if (FileHandle == HANDLE.INVALID_HANDLE_VALUE)
        {
            if (ExistingCompletionPort != HANDLE.NULL) return NoPort(ERROR_INVALID_PARAMETER);
        }
        else if ((entry = _handles.Find((SOCKET)FileHandle.Value)) is null) return NoPort(ERROR_INVALID_HANDLE);
        CompletionPort? port = ExistingCompletionPort == HANDLE.NULL ? new CompletionPort() : _handles.Find(ExistingCompletionPort);
        if (port is null) return NoPort(ERROR_INVALID_HANDLE);
        if (entry is not null && !entry.TryAssociate(new PortAssociation(port, CompletionKey))) return NoPort(ERROR_INVALID_PARAMETER);
        LastError.Value = 0;
        return ExistingCompletionPort == HANDLE.NULL ? _handles.Add(port) : ExistingCompletionPort;
    }

    /// <summary>Waits for a call to complete.</summary>
    /// <param name="lpOverlapped">The call, also one that has failed; null: none was taken, or one was posted without.</param>
    /// <param name="dwMilliseconds">INFINITE: no limit.</param>
    /// <returns>True: a call that succeeded, or a posted packet. False with a call: it failed, and GetLastError says why in the system's numbers (ERROR_NETNAME_DELETED:
    /// reset; ERROR_OPERATION_ABORTED: canceled or closed; ERROR_MORE_DATA: the datagram was longer). False without: WAIT_TIMEOUT; ERROR_INVALID_HANDLE: no port;
    /// ERROR_ABANDONED_WAIT_0: closed meanwhile.</returns>
    public bool GetQueuedCompletionStatus(
        HANDLE CompletionPort, out uint lpNumberOfBytesTransferred, out nuint lpCompletionKey, out WSAOVERLAPPED? lpOverlapped, uint dwMilliseconds)
    {
        OVERLAPPED_ENTRY entry = default;
        bool taken = TryTake(CompletionPort, new Span<OVERLAPPED_ENTRY>(ref entry), dwMilliseconds, out _);
        (lpNumberOfBytesTransferred, lpCompletionKey, lpOverlapped) = (entry.dwNumberOfBytesTransferred, entry.lpCompletionKey, entry.lpOverlapped);
        if (!taken || entry.Error == 0) return taken;
        LastError.Value = OperationStatus.Win32OfWinsock(entry.Error);
        return false;
    }

    /// <summary>Waits for calls to complete and takes all that have, as many as fit. What became of each stands in its <see cref="OVERLAPPED_ENTRY.Internal"/>.</summary>
    /// <param name="lpCompletionPortEntries">Empty: ERROR_INVALID_PARAMETER.</param>
    /// <param name="ulNumEntriesRemoved">At least 1 with true.</param>
    /// <returns>False with WAIT_TIMEOUT, ERROR_INVALID_HANDLE, ERROR_ABANDONED_WAIT_0, ERROR_INVALID_PARAMETER.</returns>
    public bool GetQueuedCompletionStatusEx(HANDLE CompletionPort, Span<OVERLAPPED_ENTRY> lpCompletionPortEntries, out uint ulNumEntriesRemoved, uint dwMilliseconds)
    {
        ulNumEntriesRemoved = 0;
        return lpCompletionPortEntries.IsEmpty ? Refuse(ERROR_INVALID_PARAMETER) : TryTake(CompletionPort, lpCompletionPortEntries, dwMilliseconds, out ulNumEntriesRemoved);
    }

    /// <summary>Puts a packet into a port's queue: for a program's own messages to the threads there.</summary>
    /// <returns>False with ERROR_INVALID_HANDLE.</returns>
    public bool PostQueuedCompletionStatus(HANDLE CompletionPort, uint dwNumberOfBytesTransferred, nuint dwCompletionKey, WSAOVERLAPPED? lpOverlapped)
    {
        OVERLAPPED_ENTRY packet = new() { dwNumberOfBytesTransferred = dwNumberOfBytesTransferred, lpCompletionKey = dwCompletionKey, lpOverlapped = lpOverlapped };
        bool posted = _handles.Find(CompletionPort) is { } port && port.Post(packet);
        LastError.Value = posted ? 0 : ERROR_INVALID_HANDLE;
        return posted;
    }

    /// <summary>What a socket's port need not be told.</summary>
    /// <param name="Flags">FILE_SKIP_COMPLETION_PORT_ON_SUCCESS: no packet for calls that succeed at once; FILE_SKIP_SET_EVENT_ON_HANDLE: taken, as handles have no
    /// event of their own here.</param>
    /// <returns>False with ERROR_INVALID_HANDLE; ERROR_INVALID_PARAMETER: another flag, or the socket is on no port.</returns>
    public bool SetFileCompletionNotificationModes(HANDLE FileHandle, byte Flags)
    {
        if (_handles.Find((SOCKET)FileHandle.Value) is not { } entry) return Refuse(ERROR_INVALID_HANDLE);
        if ((Flags & ~(FILE_SKIP_COMPLETION_PORT_ON_SUCCESS | FILE_SKIP_SET_EVENT_ON_HANDLE)) != 0) return Refuse(ERROR_INVALID_PARAMETER);
        if ((Flags & FILE_SKIP_COMPLETION_PORT_ON_SUCCESS) == 0) return Grant();
        return entry.TrySkipOnSuccess() ? Grant() : Refuse(ERROR_INVALID_PARAMETER);
    }

    /// <summary>Closes a port: who waits there is sent away, and what is in its queue is lost. Sockets are closed by <see cref="closesocket"/>.</summary>
    /// <returns>False with ERROR_INVALID_HANDLE.</returns>
    public bool CloseHandle(HANDLE hObject) => _handles.Remove(hObject) is { } port && port.Close() ? Grant() : Refuse(ERROR_INVALID_HANDLE);

    private bool TryTake(HANDLE handle, Span<OVERLAPPED_ENTRY> entries, uint milliseconds, out uint taken)
    {
        taken = 0;
        if (_handles.Find(handle) is not { } port) return Refuse(ERROR_INVALID_HANDLE);
        taken = (uint)port.Take(entries, milliseconds > int.MaxValue ? Timeout.Infinite : (int)milliseconds, out bool isClosed);
        LastError.Value = taken > 0 ? 0 : isClosed ? ERROR_ABANDONED_WAIT_0 : WAIT_TIMEOUT;
        return taken > 0;
    }

    private static HANDLE NoPort(int error)
    {
        LastError.Value = error;
        return HANDLE.NULL;
    }
}
