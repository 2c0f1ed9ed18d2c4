using System.Text;
using StackSharp.Stack.Wire;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Winsock;

/// <content>Host name and text addresses.</content>
public sealed partial class WinsockApi
{
    /// <summary>This host's name, ended by a zero octet.</summary>
    /// <returns>0; SOCKET_ERROR with WSAEFAULT: NULL or too short.</returns>
    public int gethostname(Span<byte> name)
    {
        if (!IsStarted) return SOCKET_ERROR;
        int length = Encoding.UTF8.GetByteCount(HostName);
        if (NullSpan.IsNull(name) || name.Length <= length) return Fail(WSAEFAULT);
        name[Encoding.UTF8.GetBytes(HostName, name)] = 0;
        return Succeed(0);
    }

    /// <inheritdoc cref="gethostname"/>
    public int GetHostNameW(Span<char> name)
    {
        if (!IsStarted) return SOCKET_ERROR;
        if (name.Length <= HostName.Length) return Fail(WSAEFAULT);
        HostName.CopyTo(name);
        name[HostName.Length] = '\0';
        return Succeed(0);
    }

    /// <summary>Text to address, in network order.</summary>
    /// <param name="pszAddrString">Null is the NULL pointer.</param>
    /// <param name="pAddrBuf">4 or 16 octets.</param>
    /// <returns>1; 0: no such address, with WSAEINVAL; -1 with WSAEAFNOSUPPORT or WSAEFAULT.</returns>
    public static int inet_pton(int Family, string? pszAddrString, Span<byte> pAddrBuf)
    {
        int size = Family switch { AF_INET => IpAddress.Ipv4Size, AF_INET6 => IpAddress.Ipv6Size, _ => 0 };
        if (size == 0) return Fail(WSAEAFNOSUPPORT);
        if (pszAddrString is null || pAddrBuf.Length < size) return Fail(WSAEFAULT);
        if (!IpAddress.TryParse(pszAddrString, out IpAddress address) || address.IsIpv4 != (Family == AF_INET))
        {
            LastError.Value = WSAEINVAL;
            return 0;
        }
        address.WriteTo(pAddrBuf);
        return 1;
    }

    /// <inheritdoc cref="inet_pton"/>
    public static int InetPtonW(int Family, string? pszAddrString, Span<byte> pAddrBuf) => inet_pton(Family, pszAddrString, pAddrBuf);

    /// <summary>Address to text.</summary>
    /// <param name="pAddr">4 or 16 octets in network order.</param>
    /// <param name="StringBufSize">Characters that C's buffer would have, the ending zero included.</param>
    /// <returns>Null with WSAEAFNOSUPPORT; WSAEFAULT: too short an address; ERROR_INVALID_PARAMETER: the text does not fit.</returns>
    public static string? inet_ntop(int Family, ReadOnlySpan<byte> pAddr, int StringBufSize = 46)
    {
        int size = Family switch { AF_INET => IpAddress.Ipv4Size, AF_INET6 => IpAddress.Ipv6Size, _ => 0 };
        LastError.Value = size == 0 ? WSAEAFNOSUPPORT : pAddr.Length < size ? WSAEFAULT : 0;
        if (LastError.Value != 0) return null;
        string text = IpAddress.FromBytes(pAddr[..size]).ToString();
        if (text.Length < StringBufSize) return text;
        LastError.Value = ERROR_INVALID_PARAMETER;
        return null;
    }

    /// <inheritdoc cref="inet_ntop"/>
    public static string? InetNtopW(int Family, ReadOnlySpan<byte> pAddr, int StringBufSize = 46) => inet_ntop(Family, pAddr, StringBufSize);
}
