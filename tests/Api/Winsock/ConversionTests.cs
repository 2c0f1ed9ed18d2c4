using StackSharp.Winsock;
using Xunit;
using static StackSharp.Tests.Api.Winsock.WinsockPair;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Tests.Api.Winsock;

/// <summary>Octet orders, and addresses as text.</summary>
public sealed class ConversionTests
{
    [Fact]
    public void Numbers_of_every_width_go_to_network_order_and_back()
    {
        Assert.Equal([0x01, 0x02], BitConverter.GetBytes(htons(0x0102)));
        Assert.Equal([1, 2, 3, 4], BitConverter.GetBytes(htonl(0x01020304)));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], BitConverter.GetBytes(htonll(0x0102030405060708)));
        Assert.Equal([0x3F, 0x80, 0, 0], BitConverter.GetBytes(htonf(1)));
        Assert.Equal([0xBF, 0xF0, 0, 0, 0, 0, 0, 0], BitConverter.GetBytes(htond(-1)));
        Assert.Equal((0x0102, 0x01020304u, 0x0102030405060708ul), (ntohs(htons(0x0102)), ntohl(htonl(0x01020304)), ntohll(htonll(0x0102030405060708))));
        Assert.Equal((1.5f, -2.25), (ntohf(htonf(1.5f)), ntohd(htond(-2.25))));
    }

    [Fact]
    public void A_socket_s_order_is_the_network_s()
    {
        using WinsockPair pair = new();
        SOCKET s = pair.First.socket(AF_INET, SOCK_DGRAM, 0);
        Assert.Equal((0, 0), (pair.First.WSAHtonl(s, 1, out uint netLong), pair.First.WSAHtons(s, 1, out ushort netShort)));
        Assert.Equal((htonl(1), htons(1)), (netLong, netShort));
        Assert.Equal((0, 0), (pair.First.WSANtohl(s, netLong, out uint hostLong), pair.First.WSANtohs(s, netShort, out ushort hostShort)));
        Assert.Equal((1u, (ushort)1), (hostLong, hostShort));
        Fails(WSAENOTSOCK, pair.First.WSAHtonl(4, 1, out _));
        Fails(WSAENOTSOCK, pair.First.WSAHtons(4, 1, out _));
        Fails(WSAENOTSOCK, pair.First.WSANtohl(4, 1, out _));
        Fails(WSAENOTSOCK, pair.First.WSANtohs(4, 1, out _));
    }

    [Theory]
    [InlineData("198.18.0.1", 0xC6120001)]
    [InlineData("198.18.1", 0xC6120001)]
    [InlineData("198.0x120001", 0xC6120001)]
    [InlineData("0xC6120001", 0xC6120001)]
    [InlineData("0306.022.0.01", 0xC6120001)]
    [InlineData("1", 1u)]
    [InlineData("198.18.0.1 ", 0xC6120001)]
    [InlineData("1 2 3 4", 1u)]
    [InlineData(" ", 0u)]
    [InlineData("255.255.255.255", INADDR_NONE)]
    [InlineData("", INADDR_NONE)]
    [InlineData(null, INADDR_NONE)]
    [InlineData("1.2.3.4.5", INADDR_NONE)]
    [InlineData("1.2.3.256", INADDR_NONE)]
    [InlineData("1.2.65536", INADDR_NONE)]
    [InlineData("256.1", INADDR_NONE)]
    [InlineData("4294967296", INADDR_NONE)]
    [InlineData("1..2", INADDR_NONE)]
    [InlineData("1.2.", INADDR_NONE)]
    [InlineData("08", INADDR_NONE)]
    [InlineData("0x", INADDR_NONE)]
    [InlineData("-1", INADDR_NONE)]
    [InlineData("host", INADDR_NONE)]
    public void Bsd_s_loose_forms_are_read(string? text, uint expected) => Assert.Equal(expected, ntohl(inet_addr(text)));

    [Fact]
    public void An_address_is_written_in_four_parts() => Assert.Equal("198.18.0.1", inet_ntoa(new in_addr { s_addr = htonl(0xC6120001) }));

    [Theory]
    [InlineData("198.18.0.1", AF_INET)]
    [InlineData("198.18.0.1:80", AF_INET)]
    [InlineData("2001:db8::1", AF_INET6)]
    [InlineData("fe80::1%3", AF_INET6)]
    [InlineData("[2001:db8::1]:65535", AF_INET6)]
    [InlineData("[fe80::1%3]:80", AF_INET6)]
    public void Socket_addresses_are_read_and_written(string text, int family)
    {
        using WinsockPair pair = new();
        byte[] address = new byte[28];
        int length = address.Length;
        Assert.Equal(0, pair.First.WSAStringToAddressW(text, family, null, address, ref length));
        Assert.Equal((family == AF_INET ? 16 : 28, family), (length, BitConverter.ToUInt16(address)));
        char[] written = new char[64];
        uint room = 64;
        Assert.Equal(0, pair.First.WSAAddressToStringW(address.AsSpan(0, length), null, written, ref room));
        Assert.Equal((uint)text.Length + 1, room);
        Assert.Equal(text + '\0', new string(written, 0, (int)room));
        room = (uint)text.Length;
        Fails(WSAEFAULT, pair.First.WSAAddressToStringW(address.AsSpan(0, length), null, written, ref room));
        Assert.Equal((uint)text.Length + 1, room);
        length = 15;
        Fails(WSAEFAULT, pair.First.WSAStringToAddressW(text, family, null, address, ref length));
        Assert.Equal(family == AF_INET ? 16 : 28, length);
    }

    [Theory]
    [InlineData("198.18.0.1:0", AF_INET)]
    [InlineData("198.18.0.1:65536", AF_INET)]
    [InlineData("198.18.0.1:", AF_INET)]
    [InlineData("2001:db8::1", AF_INET)]
    [InlineData("198.18.0.1", AF_INET6)]
    [InlineData("[2001:db8::1]:0", AF_INET6)]
    [InlineData("[2001:db8::1", AF_INET6)]
    [InlineData("fe80::1%x", AF_INET6)]
    [InlineData("198.18.0.1", AF_UNSPEC)]
    [InlineData("host", AF_INET)]
    [InlineData(null, AF_INET)]
    public void What_is_no_socket_address_is_refused(string? text, int family)
    {
        using WinsockPair pair = new();
        int length = 28;
        Fails(WSAEINVAL, pair.First.WSAStringToAddressW(text, family, null, new byte[28], ref length));
    }

    [Fact]
    public void A_port_may_be_hexadecimal_or_octal_and_other_families_have_no_text()
    {
        using WinsockPair pair = new();
        byte[] address = new byte[16];
        int length = 16;
        Assert.Equal(0, pair.First.WSAStringToAddressW("198.18.0.1:0x50", AF_INET, null, address, ref length));
        Assert.Equal((0, 80), (address[2], address[3]));
        Assert.Equal(0, pair.First.WSAStringToAddressW("198.18.0.1:0120", AF_INET, null, address, ref length));
        Assert.Equal((0, 80), (address[2], address[3]));
        uint room = 64;
        address[0] = 99;
        Fails(WSAEINVAL, pair.First.WSAAddressToStringW(address, null, new char[64], ref room));
        Fails(WSAEFAULT, pair.First.WSAAddressToStringW(address.AsSpan(0, 1), null, new char[64], ref room));
    }
}
