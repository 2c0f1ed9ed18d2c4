using System.Globalization;
using StackSharp.Providers;
using StackSharp.Spi;
using StackSharp.Stack.Wire;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Winsock;

/// <content>Addresses as text, in the forms that are looser than inet_pton's and in those that have a port.</content>
public sealed partial class WinsockApi
{
    private const int MostParts = 4;

    /// <summary>Reads an IPv4 address as BSD always did: one to four parts, each decimal, octal (0) or hexadecimal (0x), the last filling what is left; it ends at a
    /// blank.</summary>
    /// <returns>In network order. INADDR_NONE: no address, or 255.255.255.255. A lone blank is 0.</returns>
    public static uint inet_addr(string? cp)
    {
        if (string.IsNullOrEmpty(cp)) return INADDR_NONE;
        if (cp[0] == ' ') return cp.Trim(' ').Length == 0 ? 0 : INADDR_NONE;
        int end = cp.IndexOf(' ', StringComparison.Ordinal);
        string[] parts = (end < 0 ? cp : cp[..end]).Split('.');
        if (parts.Length > MostParts) return INADDR_NONE;
        uint address = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            bool isLast = i == parts.Length - 1;
            ulong most = isLast ? uint.MaxValue >> (8 * i) : byte.MaxValue;
            if (!TryReadNumber(parts[i], out ulong value) || value > most) return INADDR_NONE;
            address |= isLast ? (uint)value : (uint)value << (24 - 8 * i);
        }
        return htonl(address);
    }

    /// <summary>An IPv4 address in the dotted form.</summary>
    public static string inet_ntoa(in_addr inaddr) => IpAddress.FromBytes(AsBytes(in inaddr)).ToString();

    /// <summary>A socket address as text: the address, and its port unless that is 0.</summary>
    /// <param name="lpsaAddress">A sockaddr_in or sockaddr_in6.</param>
    /// <param name="lpProtocolInfo">Does not count: the forms are the same for all protocols here.</param>
    /// <param name="lpszAddressString">Receives the text and a zero.</param>
    /// <param name="lpdwAddressStringLength">Characters that there is room for; those that are used or needed, the zero included.</param>
    /// <returns>SOCKET_ERROR with WSAEFAULT: an address or a room that is too short; WSAEINVAL: another family.</returns>
    public int WSAAddressToStringW(ReadOnlySpan<byte> lpsaAddress, WSAPROTOCOL_INFOW? lpProtocolInfo, Span<char> lpszAddressString, ref uint lpdwAddressStringLength)
    {
        _ = lpProtocolInfo;
        if (!IsStarted) return SOCKET_ERROR;
        if (lpsaAddress.Length < sizeof(ushort)) return Fail(WSAEFAULT);
        bool isIpv6 = BitConverter.ToUInt16(lpsaAddress) == AF_INET6;
        int error = SocketAddressFormat.Read(lpsaAddress, isIpv6, out IpEndpoint endpoint);
        if (error != 0) return Fail(error == WSAEFAULT ? WSAEFAULT : WSAEINVAL);
        string text = endpoint.Address.ToString();
        uint scope = isIpv6 ? BitConverter.ToUInt32(lpsaAddress[24..]) : 0;
        if (scope != 0) text = string.Create(CultureInfo.InvariantCulture, $"{text}%{scope}");
        if (endpoint.Port != 0) text = string.Create(CultureInfo.InvariantCulture, $"{(isIpv6 ? $"[{text}]" : text)}:{endpoint.Port}");
        int room = (int)Math.Min(lpdwAddressStringLength, (uint)lpszAddressString.Length);
        lpdwAddressStringLength = (uint)text.Length + 1;
        if (room <= text.Length) return Fail(WSAEFAULT);
        text.CopyTo(lpszAddressString);
        lpszAddressString[text.Length] = '\0';
        return Succeed(0);
    }

    /// <summary>Text to a socket address; the inverse of <see cref="WSAAddressToStringW"/>.</summary>
    /// <param name="AddressString">Numbers only, with or without a port (decimal, octal or hexadecimal). Null is the NULL pointer.</param>
    /// <param name="AddressFamily">AF_INET or AF_INET6.</param>
    /// <param name="lpAddress">Receives a sockaddr_in or sockaddr_in6.</param>
    /// <param name="lpAddressLength">Octets that there is room for; those that are used or needed.</param>
    /// <returns>SOCKET_ERROR with WSAEFAULT: too little room; WSAEINVAL: no such address, a port of 0 or above 65,535, or another family.</returns>
    public int WSAStringToAddressW(string? AddressString, int AddressFamily, WSAPROTOCOL_INFOW? lpProtocolInfo, Span<byte> lpAddress, ref int lpAddressLength)
    {
        _ = lpProtocolInfo;
        if (!IsStarted) return SOCKET_ERROR;
        if (AddressString is null || AddressFamily is not (AF_INET or AF_INET6)) return Fail(WSAEINVAL);
        bool isIpv6 = AddressFamily == AF_INET6;
        int size = SocketAddressFormat.SizeOf(isIpv6);
        int room = Math.Min(lpAddressLength, lpAddress.Length);
        lpAddressLength = size;
        if (room < size) return Fail(WSAEFAULT);
        if (!TryReadEndpoint(AddressString, isIpv6, out IpEndpoint endpoint, out uint scope)) return Fail(WSAEINVAL);
        SocketAddressFormat.Write(endpoint, isIpv6, lpAddress, ref lpAddressLength);
        if (isIpv6) BitConverter.TryWriteBytes(lpAddress[24..], scope);
        return Succeed(0);
    }

    // 192.0.2.1, 192.0.2.1:80, 2001:db8::1, fe80::1%3, [fe80::1%3]:80.
    private static bool TryReadEndpoint(string text, bool isIpv6, out IpEndpoint endpoint, out uint scope)
    {
        (endpoint, scope) = (default, 0);
        string address = text;
        ulong port = 0;
        int colon = text.LastIndexOf(':');
        bool hasPort = isIpv6 ? text.StartsWith('[') && colon > 0 && text[colon - 1] == ']' : colon >= 0;
        if (hasPort)
        {
            if (!TryReadNumber(text[(colon + 1)..], out port) || port is 0 or > ushort.MaxValue) return false;
            address = text[..colon];
        }
        if (isIpv6 && address.StartsWith('[')) address = address.EndsWith(']') ? address[1..^1] : "";
        int percent = isIpv6 ? address.IndexOf('%', StringComparison.Ordinal) : -1;
        if (percent >= 0)
        {
            if (!uint.TryParse(address.AsSpan(percent + 1), NumberStyles.None, CultureInfo.InvariantCulture, out scope)) return false;
            address = address[..percent];
        }
        if (!IpAddress.TryParse(address, out IpAddress parsed) || parsed.IsIpv4 == isIpv6) return false;
        endpoint = new IpEndpoint(parsed, (ushort)port);
        return true;
    }

    // C's notation: 0x is hexadecimal, 0 octal.
    private static bool TryReadNumber(string text, out ulong value)
    {
        value = 0;
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        if (text.Length < 2 || text[0] != '0') return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        foreach (char digit in text)
        {
            if (digit is < '0' or > '7' || value > ulong.MaxValue >> 3) return false;
            value = (value << 3) | (uint)(digit - '0');
        }
        return true;
    }
}
