using System.Runtime.InteropServices;

namespace StackSharp.Winsock;

/// <summary>An IPv4 address in network order.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct in_addr
{
    /// <summary>As in memory: network order.</summary>
    public uint s_addr;
}

/// <summary>An IPv4 socket address, 16 octets.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct sockaddr_in
{
    /// <summary>AF_INET.</summary>
    public ushort sin_family;

    /// <summary>Network order: htons(80).</summary>
    public ushort sin_port;
    public in_addr sin_addr;
    public ulong sin_zero;
}

/// <summary>An IPv6 socket address, 28 octets.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct sockaddr_in6
{
    /// <summary>AF_INET6: 23.</summary>
    public ushort sin6_family;

    /// <summary>Network order.</summary>
    public ushort sin6_port;
    public uint sin6_flowinfo;

    /// <summary>The first eight octets as they are in memory.</summary>
    public ulong sin6_addr_first;

    /// <summary>The last eight octets as they are in memory.</summary>
    public ulong sin6_addr_last;
    public uint sin6_scope_id;
}

/// <summary>SO_LINGER's value, 4 octets.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct LINGER
{
    /// <summary>Not 0: closesocket lingers.</summary>
    public ushort l_onoff;

    /// <summary>Seconds.</summary>
    public ushort l_linger;
}

/// <summary>IP_ADD_MEMBERSHIP's value, 8 octets, both in network order.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ip_mreq
{
    public in_addr imr_multiaddr;

    /// <summary>An address of the interface, or 0.0.0.x for its index; 0: the default.</summary>
    public in_addr imr_interface;
}

/// <summary>A time limit for select.</summary>
public struct TIMEVAL
{
    /// <summary>Seconds.</summary>
    public int tv_sec;

    /// <summary>Microseconds.</summary>
    public int tv_usec;
}

/// <summary>One entry of WSAPoll.</summary>
public struct WSAPOLLFD
{
    public SOCKET fd;

    /// <summary>POLLRDNORM, POLLRDBAND, POLLWRNORM.</summary>
    public short events;

    /// <summary>Those of <see cref="events"/> that are the case, and POLLERR, POLLHUP, POLLNVAL.</summary>
    public short revents;
}

/// <summary>What WSAStartup tells.</summary>
public sealed class WSADATA
{
    /// <summary>The version agreed on: major in the low octet.</summary>
    public ushort wVersion { get; internal set; }

    /// <summary>The highest version there is: 2.2.</summary>
    public ushort wHighVersion { get; internal set; }

    /// <summary>Meant for version 1 only.</summary>
    public ushort iMaxSockets { get; internal set; }

    /// <summary>Meant for version 1 only.</summary>
    public ushort iMaxUdpDg { get; internal set; }

    public string szDescription { get; internal set; } = "";

    public string szSystemStatus { get; internal set; } = "";
}

/// <summary>A set of sockets for select: a count and an array, of any size.</summary>
public sealed class fd_set
{
    private readonly List<SOCKET> _sockets = [];

    public fd_set()
    {
    }

    public fd_set(params ReadOnlySpan<SOCKET> sockets)
    {
        foreach (SOCKET socket in sockets) Add(socket);
    }

    public int fd_count => _sockets.Count;

    public IReadOnlyList<SOCKET> fd_array => _sockets;

    /// <summary>FD_SET. A socket that is in the set already is not added again.</summary>
    public void Add(SOCKET socket)
    {
        if (!_sockets.Contains(socket)) _sockets.Add(socket);
    }

    /// <summary>FD_CLR.</summary>
    public void Remove(SOCKET socket) => _sockets.Remove(socket);

    /// <summary>FD_ISSET.</summary>
    public bool Contains(SOCKET socket) => _sockets.Contains(socket);

    /// <summary>FD_ZERO.</summary>
    public void Clear() => _sockets.Clear();

    internal void Keep(Predicate<SOCKET> wanted) => _sockets.RemoveAll(socket => !wanted(socket));
}
