using StackSharp.Tests.TestKit;
using StackSharp.Winsock;
using Xunit;
using static StackSharp.Tests.Api.Winsock.WinsockPair;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Tests.Api.Winsock;

public sealed class OptionTests
{
    [Theory]
    [InlineData(SOCK_STREAM, SOL_SOCKET, SO_KEEPALIVE, 0, 1, 1, 1)]
    [InlineData(SOCK_STREAM, SOL_SOCKET, SO_DEBUG, 0, 2, 1, 4)]
    [InlineData(SOCK_STREAM, SOL_SOCKET, SO_DONTROUTE, 0, 1, 1, 1)]
    [InlineData(SOCK_STREAM, SOL_SOCKET, SO_OOBINLINE, 0, 1, 1, 4)]
    [InlineData(SOCK_STREAM, SOL_SOCKET, SO_REUSEADDR, 0, 1, 1, 4)]
    [InlineData(SOCK_STREAM, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 0, 1, 1, 4)]
    [InlineData(SOCK_DGRAM, SOL_SOCKET, SO_BROADCAST, 0, 1, 1, 4)]
    [InlineData(SOCK_STREAM, SOL_SOCKET, SO_SNDBUF, 1 << 20, 4096, 4096, 4)]
    [InlineData(SOCK_DGRAM, SOL_SOCKET, SO_SNDBUF, 65536, 0, 0, 4)]
    [InlineData(SOCK_STREAM, SOL_SOCKET, SO_RCVBUF, 1 << 20, 4096, 4096, 4)]
    [InlineData(SOCK_DGRAM, SOL_SOCKET, SO_RCVBUF, 1 << 20, 4096, 4096, 4)]
    [InlineData(SOCK_STREAM, SOL_SOCKET, SO_SNDTIMEO, 0, 1500, 1500, 4)]
    [InlineData(SOCK_STREAM, SOL_SOCKET, SO_RCVTIMEO, 0, 1500, 1500, 4)]
    [InlineData(SOCK_STREAM, SOL_SOCKET, SO_DONTLINGER, 1, 0, 0, 4)]
    [InlineData(SOCK_STREAM, IPPROTO_TCP, TCP_NODELAY, 0, 1, 1, 1)]
    [InlineData(SOCK_STREAM, IPPROTO_TCP, TCP_NODELAY, 0, 0x100, 0, 1)]
    [InlineData(SOCK_STREAM, IPPROTO_TCP, TCP_FASTOPEN, 0, 1, 1, 4)]
    [InlineData(SOCK_STREAM, IPPROTO_TCP, TCP_KEEPIDLE, 7200, 60, 60, 4)]
    [InlineData(SOCK_STREAM, IPPROTO_TCP, TCP_KEEPINTVL, 1, 5, 5, 4)]
    [InlineData(SOCK_STREAM, IPPROTO_TCP, TCP_KEEPCNT, 10, 255, 255, 4)]
    [InlineData(SOCK_STREAM, IPPROTO_IP, IP_TTL, 0, 64, 64, 4)]
    [InlineData(SOCK_DGRAM, IPPROTO_IP, IP_TTL, 0, 1, 1, 4)]
    [InlineData(SOCK_DGRAM, IPPROTO_IP, IP_TOS, 0, 0x10, 0x10, 4)]
    [InlineData(SOCK_DGRAM, IPPROTO_IP, IP_DONTFRAGMENT, 0, 7, 1, 4)]
    [InlineData(SOCK_STREAM, IPPROTO_IP, IP_DONTFRAGMENT, 1, 1, 1, 4)]
    [InlineData(SOCK_DGRAM, IPPROTO_IP, IP_MULTICAST_TTL, 1, 255, 255, 4)]
    [InlineData(SOCK_DGRAM, IPPROTO_IP, IP_MULTICAST_LOOP, 1, 0, 0, 4)]
    [InlineData(SOCK_DGRAM, IPPROTO_UDP, UDP_NOCHECKSUM, 0, 1, 1, 4)]
    [InlineData(SOCK_DGRAM, IPPROTO_UDP, UDP_SEND_MSG_SIZE, 0, 1200, 1200, 4)]
    [InlineData(SOCK_STREAM, IPPROTO_IPV6, IPV6_V6ONLY, 1, 0, 0, 1)]
    public void An_option_has_its_default_and_reads_as_it_was_set(int type, int level, int name, int initially, int set, int afterwards, int reportedLength)
    {
        using WinsockPair pair = new();
        SOCKET s = pair.First.socket(AF_INET, type, 0);
        byte[] octets = new byte[4];
        int length = 4;
        Assert.Equal(0, pair.First.getsockopt(s, level, name, octets, ref length));
        Assert.Equal((initially, reportedLength), (BitConverter.ToInt32(octets), length));
        Assert.Equal(0, pair.First.setsockopt(s, level, name, set));
        Assert.Equal(0, pair.First.getsockopt(s, level, name, out int value));
        Assert.Equal(afterwards, value);
    }

    [Theory]
    [InlineData(SOCK_STREAM, -1, 1, WSAEINVAL, WSAEINVAL)]
    [InlineData(SOCK_STREAM, 0x8000, 1, WSAEINVAL, WSAEINVAL)]
    [InlineData(SOCK_STREAM, SOL_SOCKET, 0x5555, WSAENOPROTOOPT, WSAENOPROTOOPT)]
    [InlineData(SOCK_DGRAM, IPPROTO_TCP, TCP_NODELAY, WSAENOPROTOOPT, WSAENOPROTOOPT)]
    [InlineData(SOCK_DGRAM, SOL_SOCKET, SO_LINGER, WSAENOPROTOOPT, WSAENOPROTOOPT)]
    [InlineData(SOCK_STREAM, IPPROTO_UDP, UDP_SEND_MSG_SIZE, WSAENOPROTOOPT, WSAENOPROTOOPT)]
    [InlineData(SOCK_STREAM, SOL_SOCKET, SO_TYPE, 0, WSAENOPROTOOPT)]
    [InlineData(SOCK_DGRAM, SOL_SOCKET, SO_TYPE, 0, WSAEINVAL)]
    [InlineData(SOCK_STREAM, SOL_SOCKET, SO_ACCEPTCONN, 0, WSAENOPROTOOPT)]
    [InlineData(SOCK_STREAM, SOL_SOCKET, SO_RCVLOWAT, WSAEINVAL, WSAEINVAL)]
    [InlineData(SOCK_STREAM, SOL_SOCKET, SO_SNDLOWAT, WSAEINVAL, WSAEINVAL)]
    [InlineData(SOCK_STREAM, SOL_SOCKET, SO_USELOOPBACK, WSAEINVAL, WSAEINVAL)]
    [InlineData(SOCK_STREAM, IPPROTO_IP, IP_MULTICAST_TTL, WSAEINVAL, WSAEINVAL)]
    [InlineData(SOCK_STREAM, IPPROTO_IP, IP_PKTINFO, WSAEINVAL, WSAEINVAL)]
    [InlineData(SOCK_DGRAM, IPPROTO_IP, IP_HDRINCL, WSAEINVAL, WSAEINVAL)]
    [InlineData(SOCK_DGRAM, IPPROTO_IP, IP_TTL, 0, WSAEINVAL)]
    [InlineData(SOCK_STREAM, IPPROTO_IP, IP_MTU, WSAENOTCONN, WSAENOPROTOOPT)]
    public void An_option_that_does_not_fit_is_refused(int type, int level, int name, int getError, int setError)
    {
        using WinsockPair pair = new();
        SOCKET s = pair.First.socket(AF_INET, type, 0);
        int got = pair.First.getsockopt(s, level, name, out int _);
        if (getError != 0) Fails(getError, got);
        else Assert.Equal(0, got);
        Fails(setError, pair.First.setsockopt(s, level, name, 256));
    }

    [Fact]
    public void Lengths_are_taken_as_each_kind_of_option_takes_them()
    {
        using WinsockPair pair = new();
        SOCKET s = pair.First.socket(AF_INET, SOCK_STREAM, 0);
        foreach (int length in (int[])[0, 1, 2, 4]) Assert.Equal(0, pair.First.setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, new byte[length]));
        Fails(WSAEFAULT, pair.First.setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, new byte[3]));
        Fails(WSAEFAULT, pair.First.setsockopt(s, SOL_SOCKET, SO_RCVBUF, new byte[3]));
        Fails(WSAEFAULT, pair.First.setsockopt(s, IPPROTO_TCP, TCP_NODELAY, Array.Empty<byte>()));
        Assert.Equal(0, pair.First.setsockopt(s, IPPROTO_TCP, TCP_NODELAY, new byte[] { 1 }));
        Fails(WSAEFAULT, pair.First.setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, default(ReadOnlySpan<byte>)));
        int none = 4;
        Fails(WSAEFAULT, pair.First.getsockopt(s, SOL_SOCKET, SO_KEEPALIVE, default, ref none));
    }

    [Fact, Covers("UDP-6")]
    public void IPv4_options_are_sent_with_datagrams_until_they_are_cleared()
    {
        using WinsockPair pair = new();
        SOCKET s = pair.First.socket(AF_INET, SOCK_DGRAM, 0);
        byte[] octets = new byte[40];
        int length = 40;
        Assert.Equal(0, pair.First.getsockopt(s, IPPROTO_IP, IP_OPTIONS, octets, ref length));
        Assert.Equal(0, length);
        byte[] record = [7, 7, 4, 0, 0, 0, 0];   // Record route, room for one address: the sender's own goes in.
        Assert.Equal(0, pair.First.setsockopt(s, IPPROTO_IP, IP_OPTIONS, record));
        length = 40;
        Assert.Equal(0, pair.First.getsockopt(s, IPPROTO_IP, IP_OPTIONS, octets, ref length));
        Assert.Equal(record, octets[..length]);
        length = 6;
        Fails(WSAEFAULT, pair.First.getsockopt(s, IPPROTO_IP, IP_OPTIONS, octets, ref length));
        Fails(WSAEINVAL, pair.First.setsockopt(s, IPPROTO_IP, IP_OPTIONS, new byte[] { 7, 200, 4 }));
        Fails(WSAEINVAL, pair.First.setsockopt(s, IPPROTO_IP, IP_OPTIONS, new byte[41]));

        SOCKET receiver = pair.Second.socket(AF_INET, SOCK_DGRAM, 0);
        Assert.Equal(0, pair.Second.bind(receiver, WinsockApi.Address(INADDR_ANY, 7000)));
        Assert.Equal(3, pair.First.sendto(s, "abc"u8, 0, WinsockApi.Address(SecondAddress, 7000)));
        Assert.Equal(3, pair.Second.recv(receiver, octets, 0));
        Assert.Equal(0, pair.First.setsockopt(s, IPPROTO_IP, IP_OPTIONS, Array.Empty<byte>()));
        length = 40;
        Assert.Equal(0, pair.First.getsockopt(s, IPPROTO_IP, IP_OPTIONS, octets, ref length));
        Assert.Equal(0, length);
        Fails(WSAENOPROTOOPT, pair.First.setsockopt(pair.First.socket(AF_INET, SOCK_STREAM, 0), IPPROTO_IP, IP_OPTIONS, record));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void An_unreachable_port_is_reported_once_unless_the_socket_asked_for_silence(bool connected)
    {
        using WinsockPair pair = new();
        SOCKET s = pair.First.socket(AF_INET, SOCK_DGRAM, 0);
        sockaddr_in closed = WinsockApi.Address(SecondAddress, 7001);
        Assert.Equal(0, pair.First.setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, 5000));
        if (connected) Assert.Equal(0, pair.First.connect(s, closed));
        Send();
        Fails(WSAECONNRESET, pair.First.recv(s, new byte[8], 0));
        uint off = 0;
        Assert.Equal(0, pair.First.ioctlsocket(s, SIO_UDP_CONNRESET, ref off));
        Send();
        Assert.Equal(0, pair.First.setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, 200));
        Fails(WSAETIMEDOUT, pair.First.recv(s, new byte[8], 0));
        Fails(WSAEINVAL, pair.First.ioctlsocket(pair.First.socket(AF_INET, SOCK_STREAM, 0), SIO_UDP_CONNRESET, ref off));

        void Send() => Assert.Equal(1, connected ? pair.First.send(s, "x"u8, 0) : pair.First.sendto(s, "x"u8, 0, closed));
    }

    [Fact]
    public void Accepted_sockets_inherit()
    {
        using WinsockPair pair = new();
        SOCKET listener = pair.Listen(out sockaddr_in at);
        WinsockApi api = pair.Second;
        foreach ((int level, int name, int value) in (ReadOnlySpan<(int, int, int)>)
            [(SOL_SOCKET, SO_KEEPALIVE, 1), (SOL_SOCKET, SO_OOBINLINE, 1), (SOL_SOCKET, SO_SNDBUF, 5000), (SOL_SOCKET, SO_RCVBUF, 6000),
             (SOL_SOCKET, SO_SNDTIMEO, 7000), (SOL_SOCKET, SO_RCVTIMEO, 8000), (IPPROTO_TCP, TCP_NODELAY, 1)])
        {
            Assert.Equal(0, api.setsockopt(listener, level, name, value));
        }
        Assert.Equal(0, api.setsockopt(listener, SOL_SOCKET, SO_LINGER, new LINGER { l_onoff = 1, l_linger = 9 }));
        SOCKET client = pair.First.socket(AF_INET, SOCK_STREAM, 0);
        Assert.Equal(0, pair.First.connect(client, at));
        SOCKET s = api.accept(listener);
        Assert.Equal([1, 1, 5000, 6000, 7000, 8000, 1], new int[]
        {
            Get(SOL_SOCKET, SO_KEEPALIVE), Get(SOL_SOCKET, SO_OOBINLINE), Get(SOL_SOCKET, SO_SNDBUF), Get(SOL_SOCKET, SO_RCVBUF),
            Get(SOL_SOCKET, SO_SNDTIMEO), Get(SOL_SOCKET, SO_RCVTIMEO), Get(IPPROTO_TCP, TCP_NODELAY),
        });
        Assert.Equal(0, api.getsockopt(s, SOL_SOCKET, SO_LINGER, out LINGER linger));
        Assert.Equal((1, 9), (linger.l_onoff, linger.l_linger));
        Assert.Equal(0, Get(SOL_SOCKET, SO_CONNECT_TIME));
        Assert.InRange(Get(IPPROTO_IP, IP_MTU), 68, 1500);

        int Get(int level, int name)
        {
            Assert.Equal(0, api.getsockopt(s, level, name, out int value));
            return value;
        }
    }

    // Rows: who is there; columns: default, reuse, exclusive, each wildcard and specific. I: WSAEADDRINUSE, A: WSAEACCES, +: goes well.
    [Theory, Covers("TCP-SOCK-1")]
    [InlineData("default", true, "I+A+I+")]
    [InlineData("default", false, "+I+AII")]
    [InlineData("reuse", true, "I+++I+")]
    [InlineData("reuse", false, "+I++II")]
    [InlineData("exclusive", true, "IAAAIA")]
    [InlineData("exclusive", false, "+I+AII")]
    public void Addresses_are_shared_by_the_table(string first, bool isWildcard, string outcomes)
    {
        using WinsockPair pair = new();
        string[] kinds = ["default", "reuse", "exclusive"];
        foreach (int type in (int[])[SOCK_STREAM, SOCK_DGRAM])
        {
            string seen = "";
            SOCKET holder = Make(pair.First, type, first);
            Assert.Equal(0, pair.First.bind(holder, WinsockApi.Address(isWildcard ? INADDR_ANY : FirstAddress, 7000)));
            for (int column = 0; column < 6; column++)
            {
                SOCKET comer = Make(pair.First, type, kinds[column / 2]);
                bool bound = pair.First.bind(comer, WinsockApi.Address(column % 2 == 0 ? INADDR_ANY : FirstAddress, 7000)) == 0;
                seen += bound ? '+' : WSAGetLastError() == WSAEACCES ? 'A' : WSAGetLastError() == WSAEADDRINUSE ? 'I' : '?';
                Assert.Equal(0, pair.First.closesocket(comer));
            }
            Assert.Equal(0, pair.First.closesocket(holder));
            Assert.Equal((type, outcomes), (type, seen));
        }
        SOCKET both = Make(pair.First, SOCK_STREAM, "reuse");
        Fails(WSAEINVAL, pair.First.setsockopt(both, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1));
    }

    private static SOCKET Make(WinsockApi api, int type, string kind)
    {
        SOCKET s = api.socket(AF_INET, type, 0);
        if (kind == "reuse") Assert.Equal(0, api.setsockopt(s, SOL_SOCKET, SO_REUSEADDR, 1));
        if (kind == "exclusive") Assert.Equal(0, api.setsockopt(s, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1));
        return s;
    }
}
