using System.Buffers.Binary;
using StackSharp.Winsock;
using Xunit;
using static StackSharp.Tests.Api.Winsock.WinsockPair;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Tests.Api.Winsock;

/// <summary>AcceptEx, ConnectEx, DisconnectEx.</summary>
public sealed class ExtensionTests
{
    private const uint AddressBytes = 32;

    [Fact]
    public void A_connection_is_accepted_into_a_socket_that_is_there_already()
    {
        using WinsockPair pair = new();
        SOCKET listener = pair.Listen(out sockaddr_in at);
        SOCKET acceptor = pair.Second.socket(AF_INET, SOCK_STREAM, 0);
        byte[] output = new byte[2 * AddressBytes];
        WSAOVERLAPPED overlapped = new();
        Pends(pair.Second.AcceptEx(listener, acceptor, output, 0, AddressBytes, AddressBytes, out _, overlapped));
        SOCKET client = Connected(pair, at);
        Assert.Equal(0u, Result(pair.Second, listener, overlapped));
        WinsockApi.GetAcceptExSockaddrs(output, 0, AddressBytes, AddressBytes, out ReadOnlySpan<byte> local, out ReadOnlySpan<byte> remote);
        Assert.Equal((SecondAddress, at.sin_port), (BinaryPrimitives.ReadUInt32BigEndian(local[4..]), BitConverter.ToUInt16(local[2..])));
        Assert.Equal(FirstAddress, BinaryPrimitives.ReadUInt32BigEndian(remote[4..]));
        Assert.Equal(0, pair.Second.setsockopt(acceptor, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, listener));
        Assert.Equal(3, pair.First.send(client, "abc"u8, 0));
        Assert.Equal(3, pair.Second.recv(acceptor, new byte[3], MSG_WAITALL));
    }

    [Fact]
    public void With_room_for_data_it_completes_by_the_first_of_them_or_the_end()
    {
        using WinsockPair pair = new();
        SOCKET listener = pair.Listen(out sockaddr_in at);
        byte[] output = new byte[10 + 2 * AddressBytes];
        WSAOVERLAPPED overlapped = new();
        SOCKET acceptor = pair.Second.socket(AF_INET, SOCK_STREAM, 0);
        Pends(pair.Second.AcceptEx(listener, acceptor, output, 10, AddressBytes, AddressBytes, out _, overlapped));
        SOCKET client = Connected(pair, at);
        Within.Happens(() => pair.Second.getpeername(acceptor, out _) == 0);
        Assert.False(HasOverlappedIoCompleted(overlapped));
        pair.First.send(client, "hello"u8, 0);
        Assert.Equal(5u, Result(pair.Second, listener, overlapped));
        Assert.Equal("hello"u8, output.AsSpan(0, 5));
        WinsockApi.GetAcceptExSockaddrs(output, 10, AddressBytes, AddressBytes, out _, out ReadOnlySpan<byte> remote);
        Assert.Equal(FirstAddress, BinaryPrimitives.ReadUInt32BigEndian(remote[4..]));

        Pends(pair.Second.AcceptEx(listener, pair.Second.socket(AF_INET, SOCK_STREAM, 0), output, 10, 0, AddressBytes, out _, overlapped));
        SOCKET silent = Connected(pair, at);
        pair.First.shutdown(silent, SD_SEND);
        Assert.Equal(0u, Result(pair.Second, listener, overlapped));
    }

    [Fact]
    public void A_connection_that_waits_is_accepted_at_once_and_the_listener_s_port_is_told()
    {
        using WinsockPair pair = new();
        SOCKET listener = pair.Listen(out sockaddr_in at);
        HANDLE port = pair.Second.CreateIoCompletionPort(listener, HANDLE.NULL, 7, 0);
        Connected(pair, at);
        Within.Happens(() => pair.Second.select(0, new fd_set(listener), null, null, new TIMEVAL()) == 1);
        SOCKET acceptor = pair.Second.socket(AF_INET, SOCK_STREAM, 0);
        WSAOVERLAPPED overlapped = new();
        Assert.True(pair.Second.AcceptEx(listener, acceptor, new byte[AddressBytes], 0, 0, AddressBytes, out uint received, overlapped));
        Assert.Equal(0u, received);
        Assert.True(pair.Second.GetQueuedCompletionStatus(port, out _, out nuint key, out WSAOVERLAPPED? told, 0));
        Assert.Equal(((nuint)7, overlapped), (key, told));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Closing_either_socket_ends_it_and_so_does_canceling(bool closesListener)
    {
        using WinsockPair pair = new();
        SOCKET listener = pair.Listen(out sockaddr_in at);
        SOCKET acceptor = pair.Second.socket(AF_INET, SOCK_STREAM, 0);
        byte[] output = new byte[4 + AddressBytes];
        WSAOVERLAPPED overlapped = new();
        Pends(pair.Second.AcceptEx(listener, acceptor, output, 4, 0, AddressBytes, out _, overlapped));
        Assert.True(pair.Second.CancelIoEx(listener, overlapped));
        Aborted(overlapped);
        Pends(pair.Second.AcceptEx(listener, acceptor, output, 4, 0, AddressBytes, out _, overlapped));
        Assert.Equal(0, pair.Second.closesocket(closesListener ? listener : acceptor));
        Aborted(overlapped);
        if (closesListener) return;

        acceptor = pair.Second.socket(AF_INET, SOCK_STREAM, 0);
        Pends(pair.Second.AcceptEx(listener, acceptor, output, 4, 0, AddressBytes, out _, overlapped));
        Connected(pair, at);   // Accepted, and silent.
        Within.Happens(() => pair.Second.getpeername(acceptor, out _) == 0);
        Assert.True(pair.Second.CancelIoEx(listener, overlapped));
        Aborted(overlapped);
    }

    [Fact]
    public void What_cannot_be_accepted_into_is_refused()
    {
        using WinsockPair pair = new();
        SOCKET listener = pair.Listen(out sockaddr_in at);
        SOCKET acceptor = pair.Second.socket(AF_INET, SOCK_STREAM, 0);
        SOCKET bound = pair.Second.socket(AF_INET, SOCK_STREAM, 0);
        Assert.Equal(0, pair.Second.bind(bound, WinsockApi.Address(INADDR_ANY, 0)));
        SOCKET datagrams = pair.Second.socket(AF_INET, SOCK_DGRAM, 0);
        byte[] output = new byte[2 * AddressBytes];
        WSAOVERLAPPED overlapped = new();
        Refused(ERROR_INVALID_PARAMETER, pair.Second.AcceptEx(listener, acceptor, output, 0, AddressBytes, AddressBytes, out _, null));
        Refused(WSAEFAULT, pair.Second.AcceptEx(listener, acceptor, output, 0, AddressBytes, 0, out _, overlapped));
        Refused(WSAEFAULT, pair.Second.AcceptEx(listener, acceptor, output, 1, AddressBytes, AddressBytes, out _, overlapped));
        Refused(WSAEFAULT, pair.Second.AcceptEx(listener, acceptor, output, 0, 16, AddressBytes, out _, overlapped));
        Refused(WSAENOTSOCK, pair.Second.AcceptEx(listener, 4, output, 0, AddressBytes, AddressBytes, out _, overlapped));
        Refused(WSAENOTSOCK, pair.Second.AcceptEx(4, acceptor, output, 0, AddressBytes, AddressBytes, out _, overlapped));
        Refused(WSAEINVAL, pair.Second.AcceptEx(bound, acceptor, output, 0, AddressBytes, AddressBytes, out _, overlapped));
        Refused(WSAEINVAL, pair.Second.AcceptEx(listener, bound, output, 0, AddressBytes, AddressBytes, out _, overlapped));
        Refused(WSAEINVAL, pair.Second.AcceptEx(listener, datagrams, output, 0, AddressBytes, AddressBytes, out _, overlapped));
        Pends(pair.Second.AcceptEx(listener, acceptor, output, 0, AddressBytes, AddressBytes, out _, overlapped));
        Refused(WSAEINVAL, pair.Second.AcceptEx(listener, acceptor, new byte[64], 0, AddressBytes, AddressBytes, out _, new WSAOVERLAPPED()));
        Fails(WSAENOTCONN, pair.Second.setsockopt(acceptor, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, listener));
        Connected(pair, at);
        Assert.Equal(0u, Result(pair.Second, listener, overlapped));
        Fails(WSAENOTSOCK, pair.Second.setsockopt(acceptor, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (SOCKET)4));
        Fails(WSAEINVAL, pair.Second.setsockopt(acceptor, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, bound));
        Fails(WSAEFAULT, pair.Second.setsockopt(acceptor, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, 1));
    }

    [Fact]
    public void ConnectEx_connects_and_sends_what_is_said_first()
    {
        using WinsockPair pair = new();
        SOCKET listener = pair.Listen(out sockaddr_in at);
        SOCKET client = Bound(pair);
        HANDLE port = pair.First.CreateIoCompletionPort(client, HANDLE.NULL, 3, 0);
        WSAOVERLAPPED overlapped = new();
        Pends(pair.First.ConnectEx(client, WinsockApi.AsBytes(in at), "first"u8.ToArray(), overlapped));
        SOCKET server = pair.Second.accept(listener);
        byte[] buffer = new byte[5];
        Assert.Equal(5, pair.Second.recv(server, buffer, MSG_WAITALL));
        Assert.Equal("first"u8, buffer);
        Assert.True(Within.Run(() => pair.First.GetQueuedCompletionStatus(port, out uint sent, out nuint key, out WSAOVERLAPPED? told, INFINITE) && (sent, key, told) == (5, 3, overlapped)));
        Assert.Equal(0, pair.First.setsockopt(client, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, default(ReadOnlySpan<byte>)));
        Refused(WSAEISCONN, pair.First.ConnectEx(client, WinsockApi.AsBytes(in at), default, new WSAOVERLAPPED()));
    }

    [Fact]
    public void ConnectEx_tells_of_a_refusal_and_refuses_what_it_cannot_begin()
    {
        using WinsockPair pair = new();
        sockaddr_in nobody = WinsockApi.Address(SecondAddress, 9);
        SOCKET client = Bound(pair);
        WSAOVERLAPPED overlapped = new();
        Pends(pair.First.ConnectEx(client, WinsockApi.AsBytes(in nobody), default, overlapped));
        Assert.False(Within.Run(() => pair.First.WSAGetOverlappedResult(client, overlapped, out _, true, out _)));
        Assert.Equal(0xC0000236u, (uint)overlapped.Internal);   // STATUS_CONNECTION_REFUSED
        Fails(WSAENOTCONN, pair.First.setsockopt(client, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, default(ReadOnlySpan<byte>)));
        Refused(WSAEINVAL, pair.First.ConnectEx(pair.First.socket(AF_INET, SOCK_STREAM, 0), WinsockApi.AsBytes(in nobody), default, overlapped));
        Refused(WSAEOPNOTSUPP, pair.First.ConnectEx(pair.First.socket(AF_INET, SOCK_DGRAM, 0), WinsockApi.AsBytes(in nobody), default, overlapped));
        Refused(ERROR_INVALID_PARAMETER, pair.First.ConnectEx(client, WinsockApi.AsBytes(in nobody), default, null));
        Refused(WSAEFAULT, pair.First.ConnectEx(client, new byte[4], default, overlapped));
        Refused(WSAENOTSOCK, pair.First.ConnectEx(4, WinsockApi.AsBytes(in nobody), default, overlapped));
    }

    [Fact]
    public void A_socket_that_was_disconnected_for_reuse_accepts_the_next_connection()
    {
        using WinsockPair pair = new();
        SOCKET listener = pair.Listen(out sockaddr_in at);
        SOCKET acceptor = pair.Second.socket(AF_INET, SOCK_STREAM, 0);
        byte[] output = new byte[AddressBytes];
        WSAOVERLAPPED overlapped = new();
        for (int i = 0; i < 3; i++)
        {
            Pends(pair.Second.AcceptEx(listener, acceptor, output, 0, 0, AddressBytes, out _, overlapped));
            SOCKET client = Connected(pair, at);
            Assert.Equal(0u, Result(pair.Second, listener, overlapped));
            Assert.Equal(1, pair.Second.send(acceptor, "x"u8, 0));
            Assert.True(pair.Second.DisconnectEx(acceptor, i == 0 ? null : overlapped, TF_REUSE_SOCKET, 0));
            Assert.Equal(1, pair.First.recv(client, new byte[2], MSG_WAITALL));   // And then the end.
            Assert.Equal(0, pair.First.closesocket(client));
        }
    }

    [Fact]
    public void A_plain_disconnect_ends_sending_only_and_may_be_repeated()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        Assert.True(pair.First.DisconnectEx(client, null, 0, 0));
        Assert.True(pair.First.DisconnectEx(client, null, 0, 0));
        Assert.Equal(0, pair.Second.recv(server, new byte[1], 0));
        Assert.Equal(1, pair.Second.send(server, "x"u8, 0));
        Assert.Equal(1, pair.First.recv(client, new byte[1], 0));
        Fails(WSAESHUTDOWN, pair.First.send(client, "x"u8, 0));
        Refused(WSAEINVAL, pair.First.DisconnectEx(client, null, 4, 0));
        Refused(WSAENOTSOCK, pair.First.DisconnectEx(4, null, 0, 0));
        Refused(WSAENOTCONN, pair.First.DisconnectEx(pair.First.socket(AF_INET, SOCK_STREAM, 0), null, TF_REUSE_SOCKET, 0));
        Refused(WSAEOPNOTSUPP, pair.First.DisconnectEx(pair.First.socket(AF_INET, SOCK_DGRAM, 0), null, 0, 0));
    }

    private static SOCKET Connected(WinsockPair pair, in sockaddr_in at)
    {
        SOCKET client = pair.First.socket(AF_INET, SOCK_STREAM, 0);
        Assert.Equal(0, pair.First.connect(client, at));
        return client;
    }

    private static SOCKET Bound(WinsockPair pair)
    {
        SOCKET s = pair.First.socket(AF_INET, SOCK_STREAM, 0);
        Assert.Equal(0, pair.First.bind(s, WinsockApi.Address(INADDR_ANY, 0)));
        return s;
    }

    private static void Pends(bool result) => Refused(WSA_IO_PENDING, result);

    private static void Refused(int error, bool result) => Assert.Equal((false, error), (result, WSAGetLastError()));

    private static uint Result(WinsockApi api, SOCKET s, WSAOVERLAPPED overlapped) => Within.Run(() =>
    {
        bool isGood = api.WSAGetOverlappedResult(s, overlapped, out uint transferred, fWait: true, out _);
        Assert.Equal((true, 0), (isGood, WSAGetLastError()));
        return transferred;
    });

    private static void Aborted(WSAOVERLAPPED overlapped)
    {
        Within.Happens(() => HasOverlappedIoCompleted(overlapped));
        Assert.Equal(0xC0000120u, (uint)overlapped.Internal);   // STATUS_CANCELLED
    }
}
