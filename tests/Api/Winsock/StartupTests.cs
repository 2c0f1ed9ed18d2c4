using System.Runtime.CompilerServices;
using StackSharp.Hosting;
using StackSharp.Spi;
using StackSharp.Winsock;
using Xunit;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Tests.Api.Winsock;

public sealed class StartupTests
{
    [Theory]
    [InlineData(0x0000, 0x0202, WSAVERNOTSUPPORTED)]
    [InlineData(0x0100, 0x0202, WSAVERNOTSUPPORTED)]
    [InlineData(0x0001, 0x0001, 0)]
    [InlineData(0x0101, 0x0101, 0)]
    [InlineData(0x0201, 0x0101, 0)]
    [InlineData(0xff01, 0x0101, 0)]
    [InlineData(0x0002, 0x0002, 0)]
    [InlineData(0x0102, 0x0102, 0)]
    [InlineData(0x0202, 0x0202, 0)]
    [InlineData(0x0302, 0x0202, 0)]
    [InlineData(0x0003, 0x0202, 0)]
    [InlineData(0xffff, 0x0202, 0)]
    public void Versions_are_negotiated(int requested, int agreed, int result)
    {
        using StackHost host = HostPair.NewHost();
        WinsockApi api = new(host);
        WSADATA data = new();
        Assert.Equal(result, api.WSAStartup((ushort)requested, data));
        Assert.Equal((agreed, 0x0202), (data.wVersion, data.wHighVersion));
        bool isVersion1 = (agreed & 0xff) == 1;
        Assert.Equal(isVersion1 ? (32767, 65467) : (0, 0), (data.iMaxSockets, data.iMaxUdpDg));
        Assert.Equal(("WinSock 2.0", "Running"), (data.szDescription, data.szSystemStatus));
    }

    [Fact]
    public void Starts_are_counted_and_the_last_cleanup_closes_everything()
    {
        using StackHost host = HostPair.NewHost();
        WinsockApi api = new(host);
        Assert.Equal(WSAVERNOTSUPPORTED, api.WSAStartup(0, null));
        Assert.Equal(WSAEFAULT, api.WSAStartup(0x0202, null));
        WinsockPair.Fails(WSANOTINITIALISED, api.socket(AF_INET, SOCK_STREAM, 0));
        WinsockPair.Fails(WSANOTINITIALISED, api.WSACleanup());
        Assert.Equal(0, api.WSAStartup(0x0202, new WSADATA()));
        Assert.Equal(0, api.WSAStartup(0x0101, new WSADATA()));
        SOCKET s = api.socket(AF_INET, SOCK_DGRAM, 0);
        Assert.Equal(0, api.WSACleanup());
        Assert.Equal(0, api.bind(s, WinsockApi.Address(INADDR_ANY, 5000)));
        Assert.Equal(0, api.WSACleanup());
        WinsockPair.Fails(WSANOTINITIALISED, api.WSACleanup());
        Assert.Equal(0, api.WSAStartup(0x0202, new WSADATA()));
        WinsockPair.Fails(WSAENOTSOCK, api.getsockname(s, out _));
        SOCKET again = api.socket(AF_INET, SOCK_DGRAM, 0);
        Assert.Equal(0, api.bind(again, WinsockApi.Address(INADDR_ANY, 5000)));
    }

    [Theory]
    [InlineData(AF_INET, SOCK_STREAM, 0, 0)]
    [InlineData(AF_INET, SOCK_DGRAM, 0, 0)]
    [InlineData(AF_INET, 0, IPPROTO_TCP, 0)]
    [InlineData(AF_INET, 0, IPPROTO_UDP, 0)]
    [InlineData(AF_INET, 0, 0, 0)]
    [InlineData(AF_UNSPEC, 0, IPPROTO_TCP, 0)]
    [InlineData(AF_UNSPEC, SOCK_DGRAM, IPPROTO_UDP, 0)]
    [InlineData(AF_UNSPEC, SOCK_STREAM, 0, WSAEINVAL)]
    [InlineData(AF_UNSPEC, 0xdead, 0, WSAESOCKTNOSUPPORT)]
    [InlineData(AF_UNSPEC, 0, 0xdead, WSAEPROTONOSUPPORT)]
    [InlineData(AF_INET, 0xdead, 0, WSAESOCKTNOSUPPORT)]
    [InlineData(0xdead, SOCK_STREAM, 0, WSAEAFNOSUPPORT)]
    [InlineData(6, SOCK_STREAM, 0, WSAEAFNOSUPPORT)]
    [InlineData(0xdead, 0xdead, 0xdead, WSAESOCKTNOSUPPORT)]
    [InlineData(AF_INET, SOCK_STREAM, IPPROTO_UDP, WSAEPROTONOSUPPORT)]
    [InlineData(AF_INET, SOCK_DGRAM, IPPROTO_TCP, WSAEPROTONOSUPPORT)]
    [InlineData(AF_INET, SOCK_STREAM, 0xdead, WSAEPROTONOSUPPORT)]
    public void Family_type_and_protocol_are_checked_in_order(int af, int type, int protocol, int error)
    {
        using WinsockPair pair = new();
        SOCKET s = pair.First.socket(af, type, protocol);
        if (error != 0)
        {
            WinsockPair.Fails(error, s);
            return;
        }
        Assert.Equal(0, pair.First.getsockopt(s, SOL_SOCKET, SO_TYPE, out int made));
        Assert.Equal(protocol == IPPROTO_UDP || type == SOCK_DGRAM ? SOCK_DGRAM : SOCK_STREAM, made);
    }

    [Fact]
    public void The_catalog_lists_what_there_is()
    {
        using WinsockPair pair = new();
        uint length = 0;
        WinsockPair.Fails(WSAENOBUFS, pair.First.WSAEnumProtocolsW(default, null, ref length));
        Assert.Equal(2u * 628, length);
        WSAPROTOCOL_INFOW[] entries = new WSAPROTOCOL_INFOW[2];
        Assert.Equal(2, pair.First.WSAEnumProtocolsW(default, entries, ref length));
        Assert.Equal([0x66u, 0x609u], entries.Select(entry => entry.dwServiceFlags1));
        Assert.Equal(1, pair.First.WSAEnumProtocolsW([IPPROTO_UDP, 0], entries, ref length));
        Assert.Equal(0, pair.First.WSAEnumProtocolsW([999, 0], entries, ref length));
        SOCKET s = pair.First.WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, entries[0], 0, 0);
        Assert.Equal(0, pair.First.getsockopt(s, SOL_SOCKET, SO_TYPE, out int type));
        Assert.Equal(SOCK_DGRAM, type);
        SOCKET stream = pair.First.WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, entries[0], 0, 0);
        Assert.Equal(0, pair.First.getsockopt(stream, SOL_SOCKET, SO_TYPE, out type));
        Assert.Equal(SOCK_STREAM, type);
        WinsockPair.Fails(WSAEINVAL, pair.First.WSASocketW(AF_INET, SOCK_DGRAM, 0, null, 0, WSA_FLAG_MULTIPOINT_C_LEAF));
        Assert.NotEqual(SOCKET.INVALID_SOCKET, pair.First.WSASocketW(AF_INET, SOCK_DGRAM, 0, null, 0, WSA_FLAG_MULTIPOINT_C_LEAF | WSA_FLAG_MULTIPOINT_D_LEAF));
    }

    [Fact]
    public void Text_and_octet_orders_are_converted()
    {
        byte[] octets = new byte[16];
        Assert.Equal(1, inet_pton(AF_INET, "198.18.0.1", octets));
        Assert.Equal("198.18.0.1", inet_ntop(AF_INET, octets));
        Assert.Equal(1, inet_pton(AF_INET6, "2001:db8::1", octets));
        Assert.Equal("2001:db8::1", inet_ntop(AF_INET6, octets));
        Assert.Equal(0, inet_pton(AF_INET, "1.2.3", octets));
        Assert.Equal(WSAEINVAL, WSAGetLastError());
        WinsockPair.Fails(WSAEAFNOSUPPORT, inet_pton(AF_UNSPEC, "1.2.3.4", octets));
        WinsockPair.Fails(WSAEFAULT, inet_pton(AF_INET, null, octets));
        Assert.Null(inet_ntop(AF_INET, octets, 4));
        Assert.Equal(ERROR_INVALID_PARAMETER, WSAGetLastError());
        Assert.Equal([0x12, 0x34], BitConverter.GetBytes(htons(0x1234)));
        Assert.Equal(0x12345678u, ntohl(htonl(0x12345678)));
        Assert.Equal((16, 28), (Unsafe.SizeOf<sockaddr_in>(), Unsafe.SizeOf<sockaddr_in6>()));
        WSASetLastError(42);
        Assert.Equal(42, WSAGetLastError());
        Assert.Equal(0, Within.Run(WSAGetLastError));
    }

    [Fact]
    public void The_host_name_fits_or_is_refused()
    {
        using WinsockPair pair = new();
        byte[] name = new byte[64];
        Assert.Equal(0, pair.First.gethostname(name));
        Assert.Equal("stacksharp\0"u8, name.AsSpan(0, 11));
        WinsockPair.Fails(WSAEFAULT, pair.First.gethostname(name.AsSpan(0, 10)));
        WinsockPair.Fails(WSAEFAULT, pair.First.gethostname(default));
    }
}
