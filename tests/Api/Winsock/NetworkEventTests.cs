using System.Runtime.CompilerServices;
using StackSharp.Winsock;
using Xunit;
using static StackSharp.Tests.Api.Winsock.WinsockPair;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Tests.Api.Winsock;

/// <summary>WSAEventSelect: when an event is recorded, and what brings it again.</summary>
public sealed class NetworkEventTests
{
    private const int StreamEvents = FD_READ | FD_WRITE | FD_OOB | FD_CONNECT | FD_CLOSE;

    [Fact]
    public void Connecting_tells_success_and_room()
    {
        using WinsockPair pair = new();
        pair.Listen(out sockaddr_in at);
        WatchedSocket client = new(pair.First, pair.First.socket(AF_INET, SOCK_STREAM, 0), StreamEvents);
        client.TellsNothing();
        Fails(WSAEWOULDBLOCK, pair.First.connect(client.Socket, at));
        client.Tells(FD_CONNECT | FD_WRITE);
        client.TellsNothing();
        Fails(WSAEISCONN, pair.First.connect(client.Socket, at));
    }

    [Fact]
    public void A_connect_that_fails_tells_why_and_may_be_tried_again()
    {
        using WinsockPair pair = new();
        pair.Listen(out sockaddr_in at);
        WatchedSocket client = new(pair.First, pair.First.socket(AF_INET, SOCK_STREAM, 0), StreamEvents);
        Fails(WSAEWOULDBLOCK, pair.First.connect(client.Socket, WinsockApi.Address(SecondAddress, 9)));
        client.Tells(FD_CONNECT, WSAECONNREFUSED);
        client.TellsNothing();
        Fails(WSAEWOULDBLOCK, pair.First.connect(client.Socket, at));
        client.Tells(FD_CONNECT | FD_WRITE);
    }

    [Fact]
    public void What_is_the_case_already_is_told_at_once_and_not_again()
    {
        using WinsockPair pair = new();
        (SOCKET connected, SOCKET accepted) = pair.Connect();
        SOCKET bound = pair.First.socket(AF_INET, SOCK_STREAM, 0);
        Assert.Equal(0, pair.First.bind(bound, WinsockApi.Address(INADDR_ANY, 0)));
        SOCKET datagrams = pair.First.socket(AF_INET, SOCK_DGRAM, 0);
        Assert.Equal(0, pair.First.bind(datagrams, WinsockApi.Address(INADDR_ANY, 0)));
        SOCKET refused = pair.First.socket(AF_INET, SOCK_STREAM, 0);
        NonBlocking(pair.First, refused);
        Fails(WSAEWOULDBLOCK, pair.First.connect(refused, WinsockApi.Address(SecondAddress, 9)));
        Assert.Equal(1, pair.First.select(0, null, null, new fd_set(refused), new TIMEVAL { tv_sec = 10 }));
        ShowsOnce(pair.First, connected, FD_CONNECT | FD_WRITE, 0);
        ShowsOnce(pair.Second, accepted, FD_WRITE, 0);
        ShowsOnce(pair.First, bound, 0, 0);
        ShowsOnce(pair.First, datagrams, FD_WRITE, 0);
        ShowsOnce(pair.First, refused, FD_CONNECT, WSAECONNREFUSED);
    }

    // Selecting once more brings nothing back.
    private static void ShowsOnce(WinsockApi api, SOCKET socket, int events, int error)
    {
        WatchedSocket watched = new(api, socket, StreamEvents);
        Assert.Equal(events != 0, watched.IsSignalled);
        watched.Tells(events, error);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(0, api.WSAEventSelect(socket, watched.Event, StreamEvents));
            watched.TellsNothing();
        }
    }

    [Fact]
    public void Data_is_told_when_it_comes_and_when_some_is_left()
    {
        using WinsockPair pair = new();
        (SOCKET sender, SOCKET socket) = pair.Connect();
        WatchedSocket server = new(pair.Second, socket, FD_READ | FD_CLOSE);
        byte[] buffer = new byte[100];
        server.TellsNothing();
        Assert.Equal(100, pair.First.send(sender, new byte[100], 0));
        server.Tells(FD_READ);
        server.TellsNothing();
        Fails(WSAEOPNOTSUPP, pair.Second.recv(socket, buffer, MSG_PARTIAL));
        server.TellsNothing();
        Assert.Equal(50, pair.Second.recv(socket, buffer.AsSpan(0, 50), 0));
        Assert.True(server.IsSignalled);
        server.Tells(FD_READ);
        Assert.Equal(10, pair.Second.recv(socket, buffer.AsSpan(0, 10), MSG_PEEK));
        server.Tells(FD_READ);
        Assert.Equal(50, pair.Second.recv(socket, buffer, 0));
        server.TellsNothing();
        Fails(WSAEWOULDBLOCK, pair.Second.recv(socket, buffer, 0));
        server.TellsNothing();
        // More is told though nothing was read in between.
        Assert.Equal(1, pair.First.send(sender, "a"u8, 0));
        server.Tells(FD_READ);
        Assert.Equal(1, pair.First.send(sender, "b"u8, 0));
        server.Tells(FD_READ);
    }

    [Fact]
    public void Data_that_waited_before_the_selection_is_told_at_once()
    {
        using WinsockPair pair = new();
        (SOCKET sender, SOCKET socket) = pair.Connect();
        Assert.Equal(1, pair.First.send(sender, "x"u8, 0));
        Assert.Equal(0, pair.First.shutdown(sender, SD_SEND));
        Within.Happens(() => pair.Second.WSAPoll([new WSAPOLLFD { fd = socket, events = POLLIN }], 0) == 1);
        WSAPOLLFD[] both = [new WSAPOLLFD { fd = socket, events = POLLIN }];
        Within.Happens(() => pair.Second.WSAPoll(both, 0) == 1 && (both[0].revents & POLLHUP) != 0);
        new WatchedSocket(pair.Second, socket, StreamEvents).Tells(FD_READ | FD_WRITE | FD_CLOSE);
    }

    [Fact]
    public void Room_is_told_after_a_refused_send_only()
    {
        using WinsockPair pair = new();
        (SOCKET socket, SOCKET reader) = pair.Connect();
        WatchedSocket client = new(pair.First, socket, FD_WRITE);
        client.Tells(FD_WRITE);
        byte[] data = new byte[256 << 10];
        for (int round = 0; round < 3; round++)
        {
            int taken = 0;
            int result;
            while ((result = pair.First.send(socket, data, 0)) > 0) taken += result;
            Fails(WSAEWOULDBLOCK, result);
            client.TellsNothing();
            Assert.Equal(taken, Within.Run(() => Drain(pair.Second, reader, taken)));
            client.Tells(FD_WRITE);
            Assert.Equal(1, pair.First.send(socket, "x"u8, 0));
            Assert.Equal(1, Within.Run(() => Drain(pair.Second, reader, 1)));
            client.TellsNothing();
        }
    }

    private static int Drain(WinsockApi api, SOCKET socket, int wanted)
    {
        byte[] buffer = new byte[64 << 10];
        int total = 0;
        while (total < wanted && api.recv(socket, buffer.AsSpan(0, Math.Min(buffer.Length, wanted - total)), 0) is > 0 and int count) total += count;
        return total;
    }

    [Fact]
    public void Connections_are_told_when_they_come_and_when_some_are_left()
    {
        using WinsockPair pair = new();
        WatchedSocket listener = new(pair.Second, pair.Listen(out sockaddr_in at), FD_ACCEPT);
        listener.TellsNothing();
        Fails(WSAEWOULDBLOCK, pair.Second.accept(listener.Socket));
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(0, pair.First.connect(pair.First.socket(AF_INET, SOCK_STREAM, 0), at));
            listener.Tells(FD_ACCEPT);
            listener.TellsNothing();
        }
        Assert.NotEqual(SOCKET.INVALID_SOCKET, pair.Second.accept(listener.Socket));
        listener.Tells(FD_ACCEPT);
        Assert.NotEqual(SOCKET.INVALID_SOCKET, pair.Second.accept(listener.Socket));
        listener.TellsNothing();
        Fails(WSAEWOULDBLOCK, pair.Second.accept(listener.Socket));
        listener.TellsNothing();
    }

    [Fact]
    public void An_accepted_socket_starts_with_its_listeners_selection()
    {
        using WinsockPair pair = new();
        WatchedSocket listener = new(pair.Second, pair.Listen(out sockaddr_in at), FD_ACCEPT | FD_READ | FD_WRITE | FD_CLOSE);
        SOCKET client = pair.First.socket(AF_INET, SOCK_STREAM, 0);
        Assert.Equal(0, pair.First.connect(client, at));
        listener.Tells(FD_ACCEPT);
        SOCKET accepted = pair.Second.accept(listener.Socket);
        Assert.True(listener.IsSignalled);
        WSANETWORKEVENTS taken = default;
        Assert.Equal(0, pair.Second.WSAEnumNetworkEvents(accepted, listener.Event, ref taken));
        Assert.Equal(FD_WRITE, taken.lNetworkEvents);
        Fails(WSAEWOULDBLOCK, pair.Second.recv(accepted, new byte[1], 0));
        listener.TellsNothing();
        Assert.Equal(1, pair.First.send(client, "x"u8, 0));
        Assert.Equal(WSA_WAIT_EVENT_0, pair.Second.WSAWaitForMultipleEvents([listener.Event], false, 10_000, false));
        Assert.Equal(0, listener.Take().lNetworkEvents);
        Assert.Equal(0, pair.Second.WSAEnumNetworkEvents(accepted, WSAEVENT.WSA_INVALID_EVENT, ref taken));
        Assert.Equal(FD_READ, taken.lNetworkEvents);
    }

    [Fact]
    public void The_peers_end_is_told_once_and_is_nothing_to_read()
    {
        using WinsockPair pair = new();
        (SOCKET sender, SOCKET socket) = pair.Connect();
        WatchedSocket server = new(pair.Second, socket, FD_READ | FD_CLOSE);
        Assert.Equal(1, pair.First.send(sender, "x"u8, 0));
        server.Tells(FD_READ);
        Assert.Equal(0, pair.First.shutdown(sender, SD_SEND));
        server.Tells(FD_CLOSE);
        Assert.Equal(1, pair.Second.recv(socket, new byte[4], 0));
        Assert.Equal(0, pair.Second.recv(socket, new byte[4], 0));
        server.TellsNothing();
        Assert.Equal(0, pair.Second.WSAEventSelect(socket, server.Event, FD_READ | FD_CLOSE));
        server.TellsNothing();
    }

    [Fact]
    public void A_reset_is_told_with_its_error()
    {
        using WinsockPair pair = new();
        (SOCKET sender, SOCKET socket) = pair.Connect();
        WatchedSocket server = new(pair.Second, socket, StreamEvents);
        server.Tells(FD_WRITE);
        Assert.Equal(0, pair.First.setsockopt(sender, SOL_SOCKET, SO_LINGER, new LINGER { l_onoff = 1 }));
        Assert.Equal(0, pair.First.closesocket(sender));
        server.Tells(FD_CLOSE, WSAECONNRESET);
        Fails(WSAECONNRESET, pair.Second.recv(socket, new byte[4], 0));
        Fails(WSAECONNRESET, pair.Second.send(socket, new byte[4], 0));
        server.TellsNothing();
    }

    [Fact]
    public void Urgent_octets_are_told_outside_the_stream_and_as_data_inside()
    {
        using WinsockPair pair = new();
        (SOCKET sender, SOCKET socket) = pair.Connect();
        WatchedSocket server = new(pair.Second, socket, FD_READ | FD_OOB);
        byte[] buffer = new byte[4];
        Assert.Equal(1, pair.First.send(sender, "1"u8, MSG_OOB));
        server.Tells(FD_OOB);
        Assert.Equal(1, pair.First.send(sender, "2"u8, MSG_OOB));
        server.Tells(FD_OOB);
        Assert.Equal(1, pair.Second.recv(socket, buffer, MSG_OOB));
        server.Tells(FD_OOB);
        Assert.Equal(1, pair.Second.recv(socket, buffer, MSG_OOB));
        server.TellsNothing();
        Assert.Equal(0, pair.Second.setsockopt(socket, SOL_SOCKET, SO_OOBINLINE, 1));
        Assert.Equal(1, pair.First.send(sender, "3"u8, MSG_OOB));
        server.Tells(FD_READ);
        server.TellsNothing();
    }

    [Fact]
    public void Datagrams_are_told_when_they_come_and_when_some_are_left()
    {
        using WinsockPair pair = new();
        SOCKET socket = pair.Second.socket(AF_INET, SOCK_DGRAM, 0);
        Assert.Equal(0, pair.Second.bind(socket, WinsockApi.Address(INADDR_ANY, 7000)));
        WatchedSocket receiver = new(pair.Second, socket, FD_READ | FD_WRITE | FD_CONNECT);
        receiver.Tells(FD_WRITE);
        SOCKET sender = pair.First.socket(AF_INET, SOCK_DGRAM, 0);
        byte[] buffer = new byte[4];
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(8, pair.First.sendto(sender, new byte[8], 0, WinsockApi.Address(SecondAddress, 7000)));
            receiver.Tells(FD_READ);
        }
        for (int left = 2; left >= 0; left--)
        {
            Fails(WSAEMSGSIZE, pair.Second.recv(socket, buffer, 0));
            Assert.Equal(left > 0, receiver.IsSignalled);
            if (left > 0) receiver.Tells(FD_READ);
        }
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(0, pair.Second.connect(socket, WinsockApi.Address(FirstAddress, 7000)));
            receiver.Tells(FD_CONNECT | FD_WRITE);
        }
    }

    /// <summary>An ICMP error on an earlier datagram is something to receive.</summary>
    [Fact]
    public void A_closed_port_is_told_to_the_sender_as_something_to_read()
    {
        using WinsockPair pair = new();
        SOCKET socket = pair.First.socket(AF_INET, SOCK_DGRAM, 0);
        Assert.Equal(0, pair.First.connect(socket, WinsockApi.Address(SecondAddress, 9)));
        WatchedSocket sender = new(pair.First, socket, FD_READ);
        Assert.Equal(1, pair.First.send(socket, "x"u8, 0));
        sender.Tells(FD_READ);
        Fails(WSAECONNRESET, pair.First.recv(socket, new byte[4], 0));
        sender.TellsNothing();
    }

    [Fact]
    public void Structures_have_the_sizes_of_c() => Assert.Equal(44, Unsafe.SizeOf<WSANETWORKEVENTS>());
}
