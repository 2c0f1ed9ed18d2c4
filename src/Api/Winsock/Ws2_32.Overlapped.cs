using System.Runtime.CompilerServices;

namespace StackSharp.Winsock;

/// <content>Overlapped calls and completion ports; the latter are KERNEL32's in C.</content>
public static partial class Ws2_32
{
    public static int WSASend(SOCKET s, ReadOnlySpan<WSABUF> lpBuffers, out uint lpNumberOfBytesSent, int dwFlags, WSAOVERLAPPED? lpOverlapped)
    {
        if (Instance is { } api) return api.WSASend(s, lpBuffers, out lpNumberOfBytesSent, dwFlags, lpOverlapped);
        lpNumberOfBytesSent = 0;
        return NotInitialised();
    }

    public static int WSASendTo(SOCKET s, ReadOnlySpan<WSABUF> lpBuffers, out uint lpNumberOfBytesSent, int dwFlags, ReadOnlySpan<byte> lpTo, WSAOVERLAPPED? lpOverlapped)
    {
        if (Instance is { } api) return api.WSASendTo(s, lpBuffers, out lpNumberOfBytesSent, dwFlags, lpTo, lpOverlapped);
        lpNumberOfBytesSent = 0;
        return NotInitialised();
    }

    public static int WSARecv(SOCKET s, ReadOnlySpan<WSABUF> lpBuffers, out uint lpNumberOfBytesRecvd, ref int lpFlags, WSAOVERLAPPED? lpOverlapped)
    {
        if (Instance is { } api) return api.WSARecv(s, lpBuffers, out lpNumberOfBytesRecvd, ref lpFlags, lpOverlapped);
        lpNumberOfBytesRecvd = 0;
        return NotInitialised();
    }

    public static int WSARecvFrom(
        SOCKET s, ReadOnlySpan<WSABUF> lpBuffers, out uint lpNumberOfBytesRecvd, ref int lpFlags, Memory<byte> lpFrom, StrongBox<int>? lpFromlen, WSAOVERLAPPED? lpOverlapped)
    {
        if (Instance is { } api) return api.WSARecvFrom(s, lpBuffers, out lpNumberOfBytesRecvd, ref lpFlags, lpFrom, lpFromlen, lpOverlapped);
        lpNumberOfBytesRecvd = 0;
        return NotInitialised();
    }

    public static bool WSAGetOverlappedResult(SOCKET s, WSAOVERLAPPED? lpOverlapped, out uint lpcbTransfer, bool fWait, out uint lpdwFlags)
    {
        if (Instance is { } api) return api.WSAGetOverlappedResult(s, lpOverlapped, out lpcbTransfer, fWait, out lpdwFlags);
        lpcbTransfer = lpdwFlags = 0;
        return NotInitialised() == 0;
    }

    public static bool HasOverlappedIoCompleted(WSAOVERLAPPED lpOverlapped) => lpOverlapped is { IsPending: false };

    public static bool CancelIoEx(HANDLE hFile, WSAOVERLAPPED? lpOverlapped) => Instance is { } api ? api.CancelIoEx(hFile, lpOverlapped) : NoHandle();

    public static bool AcceptEx(
        SOCKET sListenSocket, SOCKET sAcceptSocket, Memory<byte> lpOutputBuffer, uint dwReceiveDataLength, uint dwLocalAddressLength, uint dwRemoteAddressLength,
        out uint lpdwBytesReceived, WSAOVERLAPPED? lpOverlapped)
    {
        lpdwBytesReceived = 0;
        return Instance is { } api
            ? api.AcceptEx(sListenSocket, sAcceptSocket, lpOutputBuffer, dwReceiveDataLength, dwLocalAddressLength, dwRemoteAddressLength, out lpdwBytesReceived, lpOverlapped)
            : NotInitialised() == 0;
    }

    public static void GetAcceptExSockaddrs(
        Memory<byte> lpOutputBuffer, uint dwReceiveDataLength, uint dwLocalAddressLength, uint dwRemoteAddressLength,
        out ReadOnlySpan<byte> LocalSockaddr, out ReadOnlySpan<byte> RemoteSockaddr) =>
        WinsockApi.GetAcceptExSockaddrs(lpOutputBuffer, dwReceiveDataLength, dwLocalAddressLength, dwRemoteAddressLength, out LocalSockaddr, out RemoteSockaddr);

    public static bool ConnectEx(SOCKET s, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> lpSendBuffer, WSAOVERLAPPED? lpOverlapped) =>
        Instance is { } api ? api.ConnectEx(s, name, lpSendBuffer, lpOverlapped) : NotInitialised() == 0;

    public static bool DisconnectEx(SOCKET s, WSAOVERLAPPED? lpOverlapped, uint dwFlags, uint dwReserved) =>
        Instance is { } api ? api.DisconnectEx(s, lpOverlapped, dwFlags, dwReserved) : NotInitialised() == 0;

    public static HANDLE CreateIoCompletionPort(HANDLE FileHandle, HANDLE ExistingCompletionPort, nuint CompletionKey, uint NumberOfConcurrentThreads)
    {
        if (Instance is { } api) return api.CreateIoCompletionPort(FileHandle, ExistingCompletionPort, CompletionKey, NumberOfConcurrentThreads);
        NoHandle();
        return HANDLE.NULL;
    }

    public static bool GetQueuedCompletionStatus(
        HANDLE CompletionPort, out uint lpNumberOfBytesTransferred, out nuint lpCompletionKey, out WSAOVERLAPPED? lpOverlapped, uint dwMilliseconds)
    {
        if (Instance is { } api) return api.GetQueuedCompletionStatus(CompletionPort, out lpNumberOfBytesTransferred, out lpCompletionKey, out lpOverlapped, dwMilliseconds);
        (lpNumberOfBytesTransferred, lpCompletionKey, lpOverlapped) = (0, 0, null);
        return NoHandle();
    }

    public static bool GetQueuedCompletionStatusEx(HANDLE CompletionPort, Span<OVERLAPPED_ENTRY> lpCompletionPortEntries, out uint ulNumEntriesRemoved, uint dwMilliseconds)
    {
        if (Instance is { } api) return api.GetQueuedCompletionStatusEx(CompletionPort, lpCompletionPortEntries, out ulNumEntriesRemoved, dwMilliseconds);
        ulNumEntriesRemoved = 0;
        return NoHandle();
    }

    public static bool PostQueuedCompletionStatus(HANDLE CompletionPort, uint dwNumberOfBytesTransferred, nuint dwCompletionKey, WSAOVERLAPPED? lpOverlapped) =>
        Instance is { } api ? api.PostQueuedCompletionStatus(CompletionPort, dwNumberOfBytesTransferred, dwCompletionKey, lpOverlapped) : NoHandle();

    public static bool SetFileCompletionNotificationModes(HANDLE FileHandle, byte Flags) =>
        Instance is { } api ? api.SetFileCompletionNotificationModes(FileHandle, Flags) : NoHandle();

    public static bool CloseHandle(HANDLE hObject) => Instance is { } api ? api.CloseHandle(hObject) : NoHandle();

    // No instance: no handle can be one.
    private static bool NoHandle()
    {
        LastError.Value = ERROR_INVALID_HANDLE;
        return false;
    }
}
