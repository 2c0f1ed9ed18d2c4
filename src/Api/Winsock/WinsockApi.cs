using StackSharp.Hosting;
using StackSharp.Providers;
using StackSharp.Spi;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Winsock;

/// <summary>Windows Sockets 2 for one process, or for one of several that share a process: own startup count, handles and catalog.</summary>
/// <remarks>
/// Functions have their own names, arguments and results; nothing is thrown for a Winsock failure. Where C takes a pointer and a length
/// this takes a span, and a span without memory (<c>default</c>) is the NULL pointer. The last error belongs to the thread, whichever
/// instance set it. The front end owns what WS2_32.DLL owns; the protocols are behind the service provider interface.
/// </remarks>
public sealed partial class WinsockApi : ITransportUpcalls
{
    private readonly HandleTable _handles = new();
    private readonly Lock _startupLock = new();
    private int _startups;

    /// <param name="catalog">Must not change any more.</param>
    /// <param name="hostName">What gethostname says.</param>
    public WinsockApi(ProtocolCatalog catalog, string hostName)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(hostName);
        Catalog = catalog;
        HostName = hostName;
    }

    /// <summary>On one stack.</summary>
    public WinsockApi(StackHost host)
        : this(new ProtocolCatalog(new StackProvider(host)), host?.Options.HostName!)
    {
    }

    public ProtocolCatalog Catalog { get; }

    private string HostName { get; }

    /// <summary>Starts Winsock for this instance, counted: each success needs one WSACleanup.</summary>
    /// <param name="wVersionRequested">Major in the low octet: 0x0202 is 2.2.</param>
    /// <param name="lpWSAData">Filled; null is the NULL pointer.</param>
    /// <returns>0; WSAVERNOTSUPPORTED: a major version of 0; WSAEFAULT: no data block; WSASYSNOTREADY: a provider did not start.</returns>
    /// <remarks>The error is the result; the thread's last error is left at 0 by success.</remarks>
    public int WSAStartup(ushort wVersionRequested, WSADATA? lpWSAData)
    {
        int major = wVersionRequested & 0xff;
        int minor = wVersionRequested >> 8;
        if (major == 0)
        {
            if (lpWSAData is not null) Describe(lpWSAData, 0x0202, 0x0202);
            return WSAVERNOTSUPPORTED;
        }
        if (lpWSAData is null) return WSAEFAULT;
        ushort agreed = (major, minor) switch
        {
            (1, 0) => 0x0001,
            (1, _) => 0x0101,
            (2, < 2) => wVersionRequested,
            _ => 0x0202,
        };
        lock (_startupLock)
        {
            if (_startups == 0 && StartProviders() is var error && error != 0) return error;
            _startups++;
        }
        Describe(lpWSAData, agreed, 0x0202);
        LastError.Value = 0;
        return 0;
    }

    /// <summary>Takes one start back; the last one closes every socket, and ends every call that waits.</summary>
    /// <returns>0, or SOCKET_ERROR with WSANOTINITIALISED.</returns>
    public int WSACleanup()
    {
        lock (_startupLock)
        {
            if (_startups == 0) return Fail(WSANOTINITIALISED);
            if (--_startups == 0)
            {
                foreach (ITransportProvider provider in Catalog.Providers) _ = provider.WSPCleanup(out _);
                _handles.ClearSockets();
            }
        }
        return Succeed(0);
    }

    /// <summary>The last error of the calling thread.</summary>
    public static int WSAGetLastError() => LastError.Value;

    public static void WSASetLastError(int iError) => LastError.Value = iError;

    SOCKET ITransportUpcalls.WPUCreateSocketHandle(uint catalogEntryId, object context, bool isOverlapped, out int error)
    {
        error = 0;
        if (Catalog.TryFind(catalogEntryId, out _, out ITransportProvider? provider)) return _handles.Add(provider!, context, isOverlapped);
        error = WSAEINVAL;
        return SOCKET.INVALID_SOCKET;
    }

    int ITransportUpcalls.WPUCloseSocketHandle(SOCKET s, out int error)
    {
        error = _handles.Remove(s) ? 0 : WSAENOTSOCK;
        return error == 0 ? 0 : SOCKET_ERROR;
    }

    object? ITransportUpcalls.WPUQuerySocketHandleContext(SOCKET s, out int error)
    {
        HandleTable.Entry? entry = _handles.Find(s);
        error = entry is null ? WSAENOTSOCK : 0;
        return entry?.Context;
    }

    private int StartProviders()
    {
        foreach (ITransportProvider provider in Catalog.Providers)
        {
            int error = provider.WSPStartup(0x0202, this);
            if (error != 0) return error;
        }
        return 0;
    }

    private static void Describe(WSADATA data, ushort version, ushort highest)
    {
        bool isVersion1 = (version & 0xff) == 1;
        data.wVersion = version;
        data.wHighVersion = highest;
        data.szDescription = "WinSock 2.0";
        data.szSystemStatus = "Running";
        data.iMaxSockets = isVersion1 ? (ushort)32767 : (ushort)0;
        data.iMaxUdpDg = isVersion1 ? (ushort)65467 : (ushort)0;
    }

    // The provider of a handle, or null with the error set.
    private ITransportProvider? ProviderOf(SOCKET s)
    {
        if (Volatile.Read(ref _startups) == 0)
        {
            LastError.Value = WSANOTINITIALISED;
            return null;
        }
        if (_handles.Find(s) is { } entry) return entry.Provider;
        LastError.Value = WSAENOTSOCK;
        return null;
    }

    private bool IsStarted
    {
        get
        {
            if (Volatile.Read(ref _startups) > 0) return true;
            LastError.Value = WSANOTINITIALISED;
            return false;
        }
    }

    private static int Fail(int error)
    {
        LastError.Value = error;
        return SOCKET_ERROR;
    }

    // As Fail and Succeed, for functions with a BOOL.
    private static bool Refuse(int error)
    {
        LastError.Value = error;
        return false;
    }

    private static bool Grant()
    {
        LastError.Value = 0;
        return true;
    }

    private static int Succeed(int result)
    {
        LastError.Value = 0;
        return result;
    }

    private static int Finish(int result, int error)
    {
        LastError.Value = result == SOCKET_ERROR ? error : 0;
        return result;
    }
}
