using StackSharp.Spi;

namespace StackSharp.Winsock;

/// <summary>Winsock as C programs know it: <c>using static StackSharp.Winsock.Ws2_32;</c>. One instance stands behind it at a time.</summary>
/// <remarks>What each function returns is said at <see cref="WinsockApi"/>.</remarks>
public static partial class Ws2_32
{
    private static WinsockApi? _instance;

    /// <summary>What the functions here call. To be set before WSAStartup; not to be changed while sockets are open.</summary>
    public static WinsockApi? Instance
    {
        get => Volatile.Read(ref _instance);
        set => Volatile.Write(ref _instance, value);
    }

    /// <returns>As <see cref="WinsockApi.WSAStartup"/>; WSASYSNOTREADY: no <see cref="Instance"/>.</returns>
    public static int WSAStartup(ushort wVersionRequested, WSADATA? lpWSAData) =>
        Instance is { } api ? api.WSAStartup(wVersionRequested, lpWSAData) : WSASYSNOTREADY;

    public static int WSACleanup() => Instance is { } api ? api.WSACleanup() : NotInitialised();

    public static int WSAGetLastError() => WinsockApi.WSAGetLastError();

    public static void WSASetLastError(int iError) => WinsockApi.WSASetLastError(iError);

    public static SOCKET socket(int af, int type, int protocol) => Instance is { } api ? api.socket(af, type, protocol) : NoSocket();

    public static SOCKET WSASocketW(int af, int type, int protocol, WSAPROTOCOL_INFOW? lpProtocolInfo, uint g, uint dwFlags) =>
        Instance is { } api ? api.WSASocketW(af, type, protocol, lpProtocolInfo, g, dwFlags) : NoSocket();

    public static int closesocket(SOCKET s) => Instance is { } api ? api.closesocket(s) : NotInitialised();

    public static int bind(SOCKET s, ReadOnlySpan<byte> name) => Instance is { } api ? api.bind(s, name) : NotInitialised();

    public static int bind(SOCKET s, in sockaddr_in name) => Instance is { } api ? api.bind(s, name) : NotInitialised();

    public static int listen(SOCKET s, int backlog) => Instance is { } api ? api.listen(s, backlog) : NotInitialised();

    public static SOCKET accept(SOCKET s, Span<byte> addr, ref int addrlen) => Instance is { } api ? api.accept(s, addr, ref addrlen) : NoSocket();

    public static SOCKET accept(SOCKET s) => Instance is { } api ? api.accept(s) : NoSocket();

    public static int connect(SOCKET s, ReadOnlySpan<byte> name) => Instance is { } api ? api.connect(s, name) : NotInitialised();

    public static int connect(SOCKET s, in sockaddr_in name) => Instance is { } api ? api.connect(s, name) : NotInitialised();

    public static int send(SOCKET s, ReadOnlySpan<byte> buf, int flags) => Instance is { } api ? api.send(s, buf, flags) : NotInitialised();

    public static int sendto(SOCKET s, ReadOnlySpan<byte> buf, int flags, ReadOnlySpan<byte> to) =>
        Instance is { } api ? api.sendto(s, buf, flags, to) : NotInitialised();

    public static int sendto(SOCKET s, ReadOnlySpan<byte> buf, int flags, in sockaddr_in to) =>
        Instance is { } api ? api.sendto(s, buf, flags, to) : NotInitialised();

    public static int recv(SOCKET s, Span<byte> buf, int flags) => Instance is { } api ? api.recv(s, buf, flags) : NotInitialised();

    public static int recvfrom(SOCKET s, Span<byte> buf, int flags, Span<byte> from, ref int fromlen) =>
        Instance is { } api ? api.recvfrom(s, buf, flags, from, ref fromlen) : NotInitialised();

    public static int shutdown(SOCKET s, int how) => Instance is { } api ? api.shutdown(s, how) : NotInitialised();

    public static int select(int nfds, fd_set? readfds, fd_set? writefds, fd_set? exceptfds, TIMEVAL? timeout) =>
        Instance is { } api ? api.select(nfds, readfds, writefds, exceptfds, timeout) : NotInitialised();

    public static int WSAPoll(Span<WSAPOLLFD> fdArray, int timeout) => Instance is { } api ? api.WSAPoll(fdArray, timeout) : NotInitialised();

    public static WSAEVENT WSACreateEvent() => Instance is { } api ? api.WSACreateEvent() : NoEvent();

    public static bool WSACloseEvent(WSAEVENT hEvent) => Instance is { } api ? api.WSACloseEvent(hEvent) : NotInitialised() == 0;

    public static bool WSASetEvent(WSAEVENT hEvent) => Instance is { } api ? api.WSASetEvent(hEvent) : NotInitialised() == 0;

    public static bool WSAResetEvent(WSAEVENT hEvent) => Instance is { } api ? api.WSAResetEvent(hEvent) : NotInitialised() == 0;

    public static uint WSAWaitForMultipleEvents(ReadOnlySpan<WSAEVENT> lphEvents, bool fWaitAll, uint dwTimeout, bool fAlertable) =>
        Instance is { } api ? api.WSAWaitForMultipleEvents(lphEvents, fWaitAll, dwTimeout, fAlertable) : unchecked((uint)NotInitialised());

    public static int WSAEventSelect(SOCKET s, WSAEVENT hEventObject, int lNetworkEvents) =>
        Instance is { } api ? api.WSAEventSelect(s, hEventObject, lNetworkEvents) : NotInitialised();

    public static int WSAEnumNetworkEvents(SOCKET s, WSAEVENT hEventObject, ref WSANETWORKEVENTS lpNetworkEvents) =>
        Instance is { } api ? api.WSAEnumNetworkEvents(s, hEventObject, ref lpNetworkEvents) : NotInitialised();

    public static int ioctlsocket(SOCKET s, uint cmd, ref uint argp) => Instance is { } api ? api.ioctlsocket(s, cmd, ref argp) : NotInitialised();

    public static int getsockopt(SOCKET s, int level, int optname, Span<byte> optval, ref int optlen) =>
        Instance is { } api ? api.getsockopt(s, level, optname, optval, ref optlen) : NotInitialised();

    public static int setsockopt(SOCKET s, int level, int optname, ReadOnlySpan<byte> optval) =>
        Instance is { } api ? api.setsockopt(s, level, optname, optval) : NotInitialised();

    public static int setsockopt(SOCKET s, int level, int optname, int optval) =>
        Instance is { } api ? api.setsockopt(s, level, optname, optval) : NotInitialised();

    public static int getsockname(SOCKET s, Span<byte> name, ref int namelen) =>
        Instance is { } api ? api.getsockname(s, name, ref namelen) : NotInitialised();

    public static int getpeername(SOCKET s, Span<byte> name, ref int namelen) =>
        Instance is { } api ? api.getpeername(s, name, ref namelen) : NotInitialised();

    public static int WSAEnumProtocolsW(ReadOnlySpan<int> lpiProtocols, WSAPROTOCOL_INFOW[]? lpProtocolBuffer, ref uint lpdwBufferLength) =>
        Instance is { } api ? api.WSAEnumProtocolsW(lpiProtocols, lpProtocolBuffer, ref lpdwBufferLength) : NotInitialised();

    public static int gethostname(Span<byte> name) => Instance is { } api ? api.gethostname(name) : NotInitialised();

    public static int inet_pton(int Family, string? pszAddrString, Span<byte> pAddrBuf) => WinsockApi.inet_pton(Family, pszAddrString, pAddrBuf);

    public static string? inet_ntop(int Family, ReadOnlySpan<byte> pAddr, int StringBufSize = 46) => WinsockApi.inet_ntop(Family, pAddr, StringBufSize);

    public static ushort htons(ushort hostshort) => WinsockApi.htons(hostshort);

    public static uint htonl(uint hostlong) => WinsockApi.htonl(hostlong);

    public static ulong htonll(ulong Value) => WinsockApi.htonll(Value);

    public static uint htonf(float Value) => WinsockApi.htonf(Value);

    public static ulong htond(double Value) => WinsockApi.htond(Value);

    public static ushort ntohs(ushort netshort) => WinsockApi.ntohs(netshort);

    public static ulong ntohll(ulong Value) => WinsockApi.ntohll(Value);

    public static float ntohf(uint Value) => WinsockApi.ntohf(Value);

    public static double ntohd(ulong Value) => WinsockApi.ntohd(Value);

    public static uint inet_addr(string? cp) => WinsockApi.inet_addr(cp);

    public static string inet_ntoa(in_addr inaddr) => WinsockApi.inet_ntoa(inaddr);

    public static uint ntohl(uint netlong) => WinsockApi.ntohl(netlong);

    private static int NotInitialised()
    {
        LastError.Value = WSANOTINITIALISED;
        return SOCKET_ERROR;
    }

    private static SOCKET NoSocket()
    {
        LastError.Value = WSANOTINITIALISED;
        return SOCKET.INVALID_SOCKET;
    }

    private static WSAEVENT NoEvent()
    {
        LastError.Value = WSANOTINITIALISED;
        return WSAEVENT.WSA_INVALID_EVENT;
    }
}
