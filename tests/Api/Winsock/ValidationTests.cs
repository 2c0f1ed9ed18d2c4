using StackSharp.Winsock;
using Xunit;
using static StackSharp.Tests.Api.Winsock.WinsockPair;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Tests.Api.Winsock;

/// <summary>Arguments and states that calls refuse, and with which code.</summary>
public sealed class ValidationTests
{
    [Fact]
    public void No_call_takes_a_handle_that_is_none()
    {
        using WinsockPair pair = new();
        WinsockApi api = pair.First;
        SOCKET closed = api.socket(AF_INET, SOCK_STREAM, 0);
        Assert.Equal(0, api.closesocket(closed));
        foreach (SOCKET s in (SOCKET[])[closed, SOCKET.INVALID_SOCKET, new SOCKET(0), pair.Second.socket(AF_INET, SOCK_STREAM, 0).Value + 400])
        {
            uint argument = 0;
            int length = 16;
            byte[] octets = new byte[16];
            Fails(WSAENOTSOCK, api.closesocket(s));
            Fails(WSAENOTSOCK, api.bind(s, default));
            Fails(WSAENOTSOCK, api.listen(s, 1));
            Fails(WSAENOTSOCK, api.accept(s));
            Fails(WSAENOTSOCK, api.connect(s, default));
            Fails(WSAENOTSOCK, api.send(s, octets, 0));
            Fails(WSAENOTSOCK, api.sendto(s, octets, 0, default));
            Fails(WSAENOTSOCK, api.recv(s, octets, 0));
            Fails(WSAENOTSOCK, api.recvfrom(s, octets, 0, default, ref length));
            Fails(WSAENOTSOCK, api.shutdown(s, 99));
            Fails(WSAENOTSOCK, api.getsockname(s, octets, ref length));
            Fails(WSAENOTSOCK, api.getpeername(s, octets, ref length));
            Fails(WSAENOTSOCK, api.ioctlsocket(s, FIONBIO, ref argument));
            Fails(WSAENOTSOCK, api.getsockopt(s, SOL_SOCKET, SO_TYPE, out int _));
            Fails(WSAENOTSOCK, api.setsockopt(s, SOL_SOCKET, SO_REUSEADDR, 1));
            Assert.Equal(0, api.getsockopt(s, SOL_SOCKET, SO_OPENTYPE, out int _));
        }
    }

    [Fact]
    public void Bind_checks_address_family_place_and_repetition()
    {
        using WinsockPair pair = new();
        WinsockApi api = pair.First;
        SOCKET s = api.socket(AF_INET, SOCK_STREAM, 0);
        Fails(WSAEINVAL, api.getsockname(s, out _));
        Fails(WSAEFAULT, api.bind(s, default));
        sockaddr_in address = WinsockApi.Address(INADDR_ANY, 0);
        Fails(WSAEFAULT, api.bind(s, WinsockApi.AsBytes(in address)[..15]));
        sockaddr_in other = address with { sin_family = AF_INET6 };
        Fails(WSAEAFNOSUPPORT, api.bind(s, other));
        Fails(WSAEADDRNOTAVAIL, api.bind(s, WinsockApi.Address(SecondAddress, 0)));
        Fails(WSAEINVAL, api.listen(s, 0));
        Assert.Equal(0, api.bind(s, address));
        Fails(WSAEINVAL, api.bind(s, address));
        Assert.Equal(0, api.getsockname(s, out sockaddr_in bound));
        Assert.InRange(ntohs(bound.sin_port), 49152, 65535);
        Assert.Equal(INADDR_ANY, bound.sin_addr.s_addr);
        byte[] octets = new byte[16];
        int length = 15;
        Fails(WSAEFAULT, api.getsockname(s, octets, ref length));
        Assert.Equal(15, length);
    }

    [Fact]
    public void Listening_and_accepting_check_type_and_state()
    {
        using WinsockPair pair = new();
        WinsockApi api = pair.Second;
        SOCKET datagrams = api.socket(AF_INET, SOCK_DGRAM, 0);
        Assert.Equal(0, api.bind(datagrams, WinsockApi.Address(INADDR_ANY, 0)));
        Fails(WSAEOPNOTSUPP, api.listen(datagrams, 1));
        Fails(WSAEOPNOTSUPP, api.accept(datagrams));
        SOCKET stream = api.socket(AF_INET, SOCK_STREAM, 0);
        Fails(WSAEINVAL, api.accept(stream));
        SOCKET listener = pair.Listen(out sockaddr_in at);
        Assert.Equal(0, api.listen(listener, 0));
        Assert.Equal(0, api.listen(listener, -300));
        Assert.Equal(0, api.getsockopt(listener, SOL_SOCKET, SO_ACCEPTCONN, out int listens));
        Assert.Equal(1, listens);
        Fails(WSAEINVAL, api.connect(listener, at));
        Fails(WSAENOTCONN, api.shutdown(listener, SD_BOTH));
        NonBlocking(api, listener);
        Fails(WSAEWOULDBLOCK, api.accept(listener));
        SOCKET client = pair.First.socket(AF_INET, SOCK_STREAM, 0);
        Assert.Equal(0, pair.First.connect(client, at));
        Fails(WSAEISCONN, pair.First.connect(client, at));
        Fails(WSAEISCONN, pair.First.listen(client, 1));
        // The client is through once it has the SYN-ACK; the listener waits for the answer to that.
        Assert.Equal(1, api.select(0, new fd_set(listener), null, null, new TIMEVAL { tv_sec = 10 }));
        byte[] octets = new byte[32];
        int length = 15;
        Fails(WSAEFAULT, api.accept(listener, octets, ref length));
        Assert.Equal(15, length);
        length = 32;
        SOCKET accepted = api.accept(listener, octets, ref length);
        Assert.NotEqual(SOCKET.INVALID_SOCKET, accepted);
        Assert.Equal(16, length);
        Fails(WSAEWOULDBLOCK, api.recv(accepted, octets, 0));
    }

    [Fact]
    public void Connecting_checks_address_and_state()
    {
        using WinsockPair pair = new();
        WinsockApi api = pair.First;
        SOCKET s = api.socket(AF_INET, SOCK_STREAM, 0);
        Fails(WSAENOTCONN, api.getpeername(s, out _));
        Fails(WSAENOTCONN, api.send(s, [1], 0));
        Fails(WSAENOTCONN, api.recv(s, new byte[1], 0));
        Fails(WSAENOTCONN, api.shutdown(s, SD_SEND));
        Fails(WSAEINVAL, api.shutdown(s, 3));
        Fails(WSAEFAULT, api.connect(s, default));
        sockaddr_in other = WinsockApi.Address(SecondAddress, 9) with { sin_family = AF_INET6 };
        Fails(WSAEAFNOSUPPORT, api.connect(s, other));
        Fails(WSAEADDRNOTAVAIL, api.connect(s, WinsockApi.Address(INADDR_ANY, 9)));
        Fails(WSAENETUNREACH, api.connect(s, WinsockApi.Address(0xCB007101, 9)));
        Fails(WSAECONNREFUSED, api.connect(s, WinsockApi.Address(SecondAddress, 9)));
        Assert.Equal(0, api.getsockopt(s, SOL_SOCKET, SO_ERROR, out int error));
        Assert.Equal(0, error);
        pair.Listen(out sockaddr_in at);
        Assert.Equal(0, api.connect(s, at));
    }

    [Fact]
    public void A_connect_under_way_says_so()
    {
        using WinsockPair pair = new();
        WinsockApi api = pair.First;
        SOCKET s = api.socket(AF_INET, SOCK_STREAM, 0);
        NonBlocking(api, s);
        sockaddr_in nobody = WinsockApi.Address(0xC6120063, 80);
        Fails(WSAEWOULDBLOCK, api.connect(s, nobody));
        Fails(WSAEALREADY, api.connect(s, nobody));
        Fails(WSAENOTCONN, api.send(s, [1], 0));
        Fails(WSAENOTCONN, api.recv(s, new byte[1], 0));
        Assert.Equal(0, api.getsockname(s, out sockaddr_in local));
        Assert.NotEqual(0, local.sin_port);
        Assert.Equal(0, api.getpeername(s, out _));
        Assert.Equal(0, api.closesocket(s));
    }

    [Fact]
    public void Flags_that_do_not_fit_are_refused()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET _) = pair.Connect();
        WinsockApi api = pair.First;
        byte[] buffer = new byte[4];
        Fails(WSAEOPNOTSUPP, api.recv(client, buffer, MSG_WAITALL | MSG_PEEK));
        Fails(WSAEOPNOTSUPP, api.recv(client, buffer, MSG_WAITALL | MSG_OOB));
        Fails(WSAEOPNOTSUPP, api.recv(client, buffer, MSG_PARTIAL));
        Fails(WSAEOPNOTSUPP, api.send(client, buffer, MSG_PARTIAL));
        SOCKET datagrams = api.socket(AF_INET, SOCK_DGRAM, 0);
        Fails(WSAEINVAL, api.recv(datagrams, buffer, 0));
        Fails(WSAENOTCONN, api.send(datagrams, buffer, 0));
        Fails(WSAEDESTADDRREQ, api.sendto(datagrams, buffer, 0, default));
        Fails(WSAEFAULT, api.sendto(datagrams, buffer, 0, new byte[8]));
        Fails(WSAEOPNOTSUPP, api.sendto(datagrams, buffer, MSG_OOB, WinsockApi.Address(SecondAddress, 9)));
        Fails(WSAEACCES, api.sendto(datagrams, buffer, 0, WinsockApi.Address(INADDR_BROADCAST, 9)));
        Assert.Equal(4, api.sendto(datagrams, buffer, 0, WinsockApi.Address(SecondAddress, 0)));
        Assert.Equal(0, api.recv(client, default, 0));
        Fails(WSAENOTCONN, api.getpeername(datagrams, out _));
        Assert.Equal(0, api.shutdown(datagrams, SD_SEND));
        Fails(WSAESHUTDOWN, api.sendto(datagrams, buffer, 0, WinsockApi.Address(SecondAddress, 9)));
        uint argument = 0;
        Fails(WSAEINVAL, api.ioctlsocket(client, 0x12345678, ref argument));
    }
}
