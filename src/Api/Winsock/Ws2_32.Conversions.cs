using StackSharp.Spi;

namespace StackSharp.Winsock;

/// <content>Conversions that need a started Winsock.</content>
public static partial class Ws2_32
{
    public static int WSAHtonl(SOCKET s, uint hostlong, out uint lpnetlong)
    {
        lpnetlong = 0;
        return Instance is { } api ? api.WSAHtonl(s, hostlong, out lpnetlong) : NotInitialised();
    }

    public static int WSAHtons(SOCKET s, ushort hostshort, out ushort lpnetshort)
    {
        lpnetshort = 0;
        return Instance is { } api ? api.WSAHtons(s, hostshort, out lpnetshort) : NotInitialised();
    }

    public static int WSANtohl(SOCKET s, uint netlong, out uint lphostlong)
    {
        lphostlong = 0;
        return Instance is { } api ? api.WSANtohl(s, netlong, out lphostlong) : NotInitialised();
    }

    public static int WSANtohs(SOCKET s, ushort netshort, out ushort lphostshort)
    {
        lphostshort = 0;
        return Instance is { } api ? api.WSANtohs(s, netshort, out lphostshort) : NotInitialised();
    }

    public static int WSAAddressToStringW(ReadOnlySpan<byte> lpsaAddress, WSAPROTOCOL_INFOW? lpProtocolInfo, Span<char> lpszAddressString, ref uint lpdwAddressStringLength) =>
        Instance is { } api ? api.WSAAddressToStringW(lpsaAddress, lpProtocolInfo, lpszAddressString, ref lpdwAddressStringLength) : NotInitialised();

    public static int WSAStringToAddressW(string? AddressString, int AddressFamily, WSAPROTOCOL_INFOW? lpProtocolInfo, Span<byte> lpAddress, ref int lpAddressLength) =>
        Instance is { } api ? api.WSAStringToAddressW(AddressString, AddressFamily, lpProtocolInfo, lpAddress, ref lpAddressLength) : NotInitialised();
}
