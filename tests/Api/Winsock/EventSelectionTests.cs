using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using StackSharp.Winsock;
using Xunit;
using static StackSharp.Tests.Api.Winsock.WinsockPair;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Tests.Api.Winsock;

/// <summary>WSAEventSelect: the selection itself, its end, and taking the records.</summary>
public sealed class EventSelectionTests
{
    [Fact]
    public void Arguments_are_checked()
    {
        using WinsockPair pair = new();
        WinsockApi api = pair.First;
        SOCKET s = api.socket(AF_INET, SOCK_STREAM, 0);
        WSAEVENT good = api.WSACreateEvent();
        WSAEVENT closed = api.WSACreateEvent();
        Assert.True(api.WSACloseEvent(closed));
        WSANETWORKEVENTS taken = default;
        Fails(WSAENOTSOCK, api.WSAEventSelect(SOCKET.INVALID_SOCKET, good, FD_READ));
        Fails(WSAEINVAL, api.WSAEventSelect(s, WSAEVENT.WSA_INVALID_EVENT, FD_READ));
        Fails(WSAEINVAL, api.WSAEventSelect(s, closed, FD_READ));
        Fails(WSAEINVAL, api.WSAEventSelect(s, good, FD_READ | 1 << FD_MAX_EVENTS));
        Assert.Equal(0, api.WSAEventSelect(s, good, FD_ALL_EVENTS));
        Fails(WSAENOTSOCK, api.WSAEnumNetworkEvents(SOCKET.INVALID_SOCKET, good, ref taken));
        Fails(WSAEFAULT, api.WSAEnumNetworkEvents(s, good, ref Unsafe.NullRef<WSANETWORKEVENTS>()));
        Fails(WSAEINVAL, api.WSAEnumNetworkEvents(s, closed, ref taken));
        Assert.Equal(0, api.WSAEnumNetworkEvents(s, good, ref taken));
        Assert.Equal(0, api.WSACleanup());
        Fails(WSANOTINITIALISED, api.WSAEventSelect(s, good, FD_READ));
        Fails(WSANOTINITIALISED, api.WSAEnumNetworkEvents(s, good, ref taken));
        Assert.Equal(0, api.WSAStartup(0x0202, new WSADATA()));
        Fails(WSAENOTSOCK, api.WSAEventSelect(s, good, FD_READ));
    }

    [Fact]
    public void A_selected_socket_does_not_block_and_cannot_be_made_to()
    {
        using WinsockPair pair = new();
        (SOCKET s, SOCKET _) = pair.Connect();
        WSAEVENT one = pair.First.WSACreateEvent();
        Assert.Equal(0, pair.First.WSAEventSelect(s, one, FD_READ));
        Fails(WSAEWOULDBLOCK, pair.First.recv(s, new byte[1], 0));
        uint argument = 0;
        Fails(WSAEINVAL, pair.First.ioctlsocket(s, FIONBIO, ref argument));
        argument = 1;
        Assert.Equal(0, pair.First.ioctlsocket(s, FIONBIO, ref argument));
        Assert.Equal(0, pair.First.WSAEventSelect(s, WSAEVENT.WSA_INVALID_EVENT, 0));
        Fails(WSAEWOULDBLOCK, pair.First.recv(s, new byte[1], 0));
        argument = 0;
        Assert.Equal(0, pair.First.ioctlsocket(s, FIONBIO, ref argument));
        Assert.Equal(0, pair.First.setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, 30));
        Fails(WSAETIMEDOUT, pair.First.recv(s, new byte[1], 0));
        // Even where nothing was ever selected.
        SOCKET other = pair.First.socket(AF_INET, SOCK_DGRAM, 0);
        Assert.Equal(0, pair.First.bind(other, WinsockApi.Address(INADDR_ANY, 0)));
        Assert.Equal(0, pair.First.WSAEventSelect(other, WSAEVENT.WSA_INVALID_EVENT, 0));
        Fails(WSAEWOULDBLOCK, pair.First.recv(other, new byte[1], 0));
    }

    [Fact]
    public void A_second_selection_replaces_the_first()
    {
        using WinsockPair pair = new();
        (SOCKET sender, SOCKET socket) = pair.Connect();
        WatchedSocket server = new(pair.Second, socket, FD_READ | FD_WRITE);
        server.Tells(FD_WRITE);
        WatchedSocket again = new(pair.Second, socket, FD_READ);
        Assert.Equal(1, pair.First.send(sender, "x"u8, 0));
        again.Tells(FD_READ);
        Assert.False(server.IsSignalled);
        Assert.Equal(0, pair.Second.WSAEventSelect(socket, again.Event, FD_CLOSE));
        Assert.Equal(1, pair.First.send(sender, "y"u8, 0));
        Within.Happens(() => Available(pair.Second, socket) == 2);
        again.TellsNothing();
    }

    [Fact]
    public void What_the_mask_leaves_out_is_kept_for_a_later_one()
    {
        using WinsockPair pair = new();
        (SOCKET sender, SOCKET socket) = pair.Connect();
        WatchedSocket server = new(pair.Second, socket, FD_CLOSE);
        Assert.Equal(1, pair.First.send(sender, "x"u8, 0));
        Within.Happens(() => Available(pair.Second, socket) == 1);
        server.TellsNothing();
        Assert.Equal(0, pair.Second.WSAEventSelect(socket, server.Event, FD_READ));
        server.Tells(FD_READ);
        Assert.Equal(0, pair.Second.WSAEventSelect(socket, server.Event, FD_WRITE));
        server.Tells(FD_WRITE);
    }

    [Fact]
    public void No_events_end_the_selection_and_a_new_one_finds_what_came_meanwhile()
    {
        using WinsockPair pair = new();
        (SOCKET sender, SOCKET socket) = pair.Connect();
        WatchedSocket server = new(pair.Second, socket, FD_READ);
        Assert.Equal(0, pair.Second.WSAEventSelect(socket, server.Event, 0));
        Assert.Equal(1, pair.First.send(sender, "x"u8, 0));
        Within.Happens(() => Available(pair.Second, socket) == 1);
        server.TellsNothing();
        Assert.Equal(0, pair.Second.WSAEventSelect(socket, server.Event, FD_READ));
        server.Tells(FD_READ);
    }

    [Fact]
    public void Taking_the_records_resets_the_event_and_leaves_other_errors_alone()
    {
        using WinsockPair pair = new();
        SOCKET socket = pair.First.socket(AF_INET, SOCK_STREAM, 0);
        WatchedSocket client = new(pair.First, socket, FD_CONNECT | FD_WRITE);
        Fails(WSAEWOULDBLOCK, pair.First.connect(socket, WinsockApi.Address(SecondAddress, 9)));
        Assert.Equal(WSA_WAIT_EVENT_0, pair.First.WSAWaitForMultipleEvents([client.Event], false, 10_000, false));
        WSANETWORKEVENTS taken = default;
        for (int bit = 0; bit < FD_MAX_EVENTS; bit++) taken.iErrorCode[bit] = 7;
        Assert.Equal(0, pair.First.WSAEnumNetworkEvents(socket, WSAEVENT.WSA_INVALID_EVENT, ref taken));
        Assert.Equal(FD_CONNECT, taken.lNetworkEvents);
        for (int bit = 0; bit < FD_MAX_EVENTS; bit++) Assert.Equal(bit == FD_CONNECT_BIT ? WSAECONNREFUSED : 7, taken.iErrorCode[bit]);
        Assert.True(client.IsSignalled);
        Assert.Equal(0, pair.First.WSAEnumNetworkEvents(socket, client.Event, ref taken));
        Assert.Equal(0, taken.lNetworkEvents);
        Assert.False(client.IsSignalled);
        // Any event may be given to be reset, and any socket asked.
        pair.First.WSASetEvent(client.Event);
        Assert.Equal(0, pair.First.WSAEnumNetworkEvents(pair.First.socket(AF_INET, SOCK_DGRAM, 0), client.Event, ref taken));
        Assert.Equal((0, false), (taken.lNetworkEvents, client.IsSignalled));
    }

    [Fact]
    public void Shutting_down_and_asking_select_signal_nothing()
    {
        using WinsockPair pair = new();
        (SOCKET s, SOCKET peer) = pair.Connect();
        WatchedSocket client = new(pair.First, s, FD_READ | FD_WRITE | FD_CLOSE);
        client.Tells(FD_WRITE);
        Assert.Equal(1, pair.Second.send(peer, "x"u8, 0));
        client.Tells(FD_READ);
        Assert.Equal(2, pair.First.select(0, new fd_set(s), new fd_set(s), null, new TIMEVAL()));
        Assert.Equal(1, pair.First.WSAPoll([new WSAPOLLFD { fd = s, events = POLLIN }], 0));
        client.TellsNothing();
        Assert.Equal(0, pair.First.shutdown(s, SD_SEND));
        client.TellsNothing();
    }

    [Fact]
    public async Task Closing_the_socket_signals_nothing_and_disturbs_no_wait()
    {
        using WinsockPair pair = new();
        (SOCKET s, SOCKET peer) = pair.Connect();
        WatchedSocket client = new(pair.First, s, FD_READ | FD_CLOSE);
        Task<uint> waiting = Within.StartWaiting(() => pair.First.WSAWaitForMultipleEvents([client.Event], false, WSA_INFINITE, false));
        Assert.Equal(0, pair.First.closesocket(s));
        // The peer has heard of it, so has the socket of what the peer sent back: nothing came of that either.
        Assert.Equal(0, Within.Run(() => pair.Second.recv(peer, new byte[1], 0)));
        Assert.Equal(0, pair.Second.closesocket(peer));
        Assert.Equal(WSA_WAIT_TIMEOUT, pair.First.WSAWaitForMultipleEvents([client.Event], false, 100, false));
        Assert.False(waiting.IsCompleted);
        Assert.True(pair.First.WSASetEvent(client.Event));
        Assert.Equal(WSA_WAIT_EVENT_0, await waiting.Soon());
    }

    [Fact]
    public void Closing_the_event_leaves_the_socket_at_work()
    {
        using WinsockPair pair = new();
        (SOCKET sender, SOCKET socket) = pair.Connect();
        WatchedSocket server = new(pair.Second, socket, FD_READ);
        Assert.True(pair.Second.WSACloseEvent(server.Event));
        Assert.Equal(1, pair.First.send(sender, "x"u8, 0));
        Within.Happens(() => Available(pair.Second, socket) == 1);
        WSANETWORKEVENTS taken = default;
        Assert.Equal(0, pair.Second.WSAEnumNetworkEvents(socket, WSAEVENT.WSA_INVALID_EVENT, ref taken));
        Assert.Equal(FD_READ, taken.lNetworkEvents);
        Assert.Equal(1, pair.Second.recv(socket, new byte[4], 0));
    }

    /// <summary>Readers that go by nothing but the event: whatever is signalled once too seldom stops them.</summary>
    [Fact]
    public async Task Readers_that_follow_their_events_get_every_octet()
    {
        const int Connections = 8;
        const int Octets = 300_000;
        using WinsockPair pair = new();
        (SOCKET Client, SOCKET Server)[] connections = [.. Enumerable.Range(0, Connections).Select(_ => pair.Connect())];
        WSAEVENT[] events = [.. connections.Select(one =>
        {
            WatchedSocket watched = new(pair.Second, one.Server, FD_READ | FD_CLOSE);
            return watched.Event;
        })];
        Task<int>[] writers = [.. connections.Select((one, seed) => Within.Start(() =>
        {
            Random random = new(seed);
            for (int sent = 0; sent < Octets;) sent += pair.First.send(one.Client, new byte[Math.Min(random.Next(1, 3000), Octets - sent)], 0);
            return pair.First.closesocket(one.Client);
        }))];
        Task<int> reading = Within.Start(() =>
        {
            byte[] buffer = new byte[1000];
            int total = 0;
            int open = Connections;
            while (open > 0)
            {
                uint which = pair.Second.WSAWaitForMultipleEvents(events, false, 20_000, false) - WSA_WAIT_EVENT_0;
                if (which >= Connections) break;
                WSANETWORKEVENTS taken = default;
                _ = pair.Second.WSAEnumNetworkEvents(connections[which].Server, events[which], ref taken);
                int count = 0;
                // One call for one record, until the end: then all that is left.
                if ((taken.lNetworkEvents & FD_READ) != 0 && (count = pair.Second.recv(connections[which].Server, buffer, 0)) > 0) total += count;
                if ((taken.lNetworkEvents & FD_CLOSE) == 0) continue;
                while ((count = pair.Second.recv(connections[which].Server, buffer, 0)) > 0) total += count;
                if (count == 0) open--;
            }
            return total;
        });
        Assert.All(await Task.WhenAll(writers).Soon(), result => Assert.Equal(0, result));
        Assert.Equal(Connections * Octets, await reading.Soon());
    }

    private static uint Available(WinsockApi api, SOCKET s)
    {
        uint count = 0;
        Assert.Equal(0, api.ioctlsocket(s, FIONREAD, ref count));
        return count;
    }
}
