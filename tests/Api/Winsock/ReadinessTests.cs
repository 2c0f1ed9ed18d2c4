using StackSharp.Winsock;
using Xunit;
using static StackSharp.Tests.Api.Winsock.WinsockPair;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Tests.Api.Winsock;

/// <summary>The tables of select and WSAPoll.</summary>
public sealed class ReadinessTests
{
    private static readonly TIMEVAL Now = new() { tv_usec = 0 };
    private static readonly TIMEVAL Soon = new() { tv_sec = 10 };

    [Fact]
    public void Select_refuses_what_is_no_set_of_sockets()
    {
        using WinsockPair pair = new();
        WinsockApi api = pair.First;
        Fails(WSAEINVAL, api.select(0, null, null, null, Now));
        Fails(WSAEINVAL, api.select(0, new fd_set(), null, new fd_set(), Now));
        SOCKET good = api.socket(AF_INET, SOCK_DGRAM, 0);
        fd_set mixed = new(good, new SOCKET(4));
        Fails(WSAENOTSOCK, api.select(0, null, mixed, null, Now));
        Assert.Equal(2, mixed.fd_count);
    }

    [Fact]
    public void Select_says_what_can_be_done_without_waiting()
    {
        using WinsockPair pair = new();
        SOCKET fresh = pair.Second.socket(AF_INET, SOCK_STREAM, 0);
        SOCKET datagrams = pair.Second.socket(AF_INET, SOCK_DGRAM, 0);
        SOCKET listener = pair.Listen(out sockaddr_in at);
        Assert.Equal(("", "W", ""), (Ready(pair.Second, fresh), Ready(pair.Second, datagrams), Ready(pair.Second, listener)));
        SOCKET client = pair.First.socket(AF_INET, SOCK_STREAM, 0);
        Assert.Equal(0, pair.First.connect(client, at));
        Assert.Equal(1, pair.Second.select(0, new fd_set(listener), null, null, Soon));
        Assert.Equal("R", Ready(pair.Second, listener));
        SOCKET server = pair.Second.accept(listener);
        Assert.Equal(("W", "W"), (Ready(pair.First, client), Ready(pair.Second, server)));
        pair.First.send(client, "x"u8, 0);
        Assert.Equal(1, pair.Second.select(0, new fd_set(server), null, null, Soon));
        Assert.Equal("RW", Ready(pair.Second, server));
        Assert.Equal(1, pair.Second.recv(server, new byte[4], 0));
        Assert.Equal("W", Ready(pair.Second, server));
        Assert.Equal(0, pair.First.select(0, new fd_set(client), null, null, new TIMEVAL { tv_usec = 30_000 }));
        Assert.Equal(0, pair.First.shutdown(client, SD_SEND));
        Assert.Equal(1, pair.Second.select(0, new fd_set(server), null, null, Soon));
        Assert.Equal("RW", Ready(pair.Second, server));
        Assert.Equal(0, pair.Second.setsockopt(server, SOL_SOCKET, SO_LINGER, new LINGER { l_onoff = 1 }));
        Assert.Equal(0, pair.Second.closesocket(server));
        Assert.Equal(1, pair.First.select(0, new fd_set(client), null, null, Soon));
        Assert.Equal("RW", Ready(pair.First, client));
        SOCKET failing = pair.First.socket(AF_INET, SOCK_STREAM, 0);
        NonBlocking(pair.First, failing);
        Fails(WSAEWOULDBLOCK, pair.First.connect(failing, WinsockApi.Address(SecondAddress, 9)));
        long start = Environment.TickCount64;
        Assert.Equal(1, pair.First.select(0, null, new fd_set(failing), new fd_set(failing), Soon));
        Assert.InRange(Environment.TickCount64 - start, 0, 5_000);
        Assert.Equal("E", Ready(pair.First, failing));
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(0, pair.First.getsockopt(failing, SOL_SOCKET, SO_ERROR, out int error));
            Assert.Equal(WSAECONNREFUSED, error);
        }
    }

    [Fact]
    public void Sets_larger_than_64_and_one_set_in_two_roles_work()
    {
        using WinsockPair pair = new();
        fd_set many = new();
        for (int i = 0; i < 100; i++) many.Add(pair.First.socket(AF_INET, SOCK_DGRAM, 0));
        Assert.Equal(100, pair.First.select(0, null, many, null, null));
        Assert.Equal(100, pair.First.select(0, many, many, null, null));
        Assert.Equal(0, many.fd_count);
    }

    [Fact]
    public void Poll_refuses_events_that_cannot_be_asked_for()
    {
        using WinsockPair pair = new();
        SOCKET s = pair.First.socket(AF_INET, SOCK_DGRAM, 0);
        Fails(WSAEINVAL, pair.First.WSAPoll(default, 0));
        foreach (short bad in (short[])[POLLERR, POLLHUP, POLLNVAL, POLLPRI, POLLWRBAND, 0x1000])
        {
            Fails(WSAEINVAL, pair.First.WSAPoll([new WSAPOLLFD { fd = s, events = bad }], 0));
        }
        WSAPOLLFD[] none = [new WSAPOLLFD { fd = SOCKET.INVALID_SOCKET, events = POLLIN }, new WSAPOLLFD { fd = 4, events = POLLIN }];
        Fails(WSAENOTSOCK, pair.First.WSAPoll(none, 0));
        Assert.All(none, one => Assert.Equal(POLLNVAL, one.revents));
        WSAPOLLFD[] mixed = [new WSAPOLLFD { fd = SOCKET.INVALID_SOCKET, events = POLLERR }, new WSAPOLLFD { fd = s, events = POLLIN }];
        Assert.Equal(0, pair.First.WSAPoll(mixed, 0));
        Assert.Equal((POLLNVAL, (short)0), (mixed[0].revents, mixed[1].revents));
    }

    [Fact]
    public void Poll_tells_data_room_end_and_failure()
    {
        using WinsockPair pair = new();
        SOCKET datagrams = pair.First.socket(AF_INET, SOCK_DGRAM, 0);
        Assert.Equal(POLLWRNORM, Poll(pair.First, datagrams, POLLIN | POLLOUT));
        (SOCKET client, SOCKET server) = pair.Connect();
        Assert.Equal(POLLWRNORM, Poll(pair.Second, server, POLLIN | POLLOUT));
        pair.First.send(client, "x"u8, 0);
        Assert.Equal(1, pair.Second.WSAPoll([new WSAPOLLFD { fd = server, events = POLLIN }], 10_000));
        Assert.Equal(POLLRDNORM | POLLWRNORM, Poll(pair.Second, server, POLLIN | POLLOUT));
        Assert.Equal(0, Poll(pair.Second, server, 0));
        Assert.Equal(0, pair.First.shutdown(client, SD_SEND));
        Within.Happens(() => (Poll(pair.Second, server, 0) & POLLHUP) != 0);
        Assert.Equal(POLLRDNORM | POLLWRNORM | POLLHUP, Poll(pair.Second, server, POLLIN | POLLOUT));
        Assert.Equal(1, pair.Second.recv(server, new byte[4], 0));
        Assert.Equal(POLLWRNORM | POLLHUP, Poll(pair.Second, server, POLLIN | POLLOUT));
        Assert.Equal(0, pair.Second.setsockopt(server, SOL_SOCKET, SO_LINGER, new LINGER { l_onoff = 1 }));
        Assert.Equal(0, pair.Second.closesocket(server));
        Within.Happens(() => Poll(pair.First, client, POLLIN | POLLOUT) == (POLLERR | POLLHUP | POLLWRNORM));
        SOCKET failing = pair.First.socket(AF_INET, SOCK_STREAM, 0);
        NonBlocking(pair.First, failing);
        Fails(WSAEWOULDBLOCK, pair.First.connect(failing, WinsockApi.Address(SecondAddress, 9)));
        Assert.Equal(1, pair.First.WSAPoll([new WSAPOLLFD { fd = failing, events = POLLOUT }], 10_000));
        Assert.Equal(POLLWRNORM | POLLHUP | POLLERR, Poll(pair.First, failing, POLLOUT));
    }

    private static string Ready(WinsockApi api, SOCKET s)
    {
        fd_set read = new(s);
        fd_set write = new(s);
        fd_set except = new(s);
        int count = api.select(0, read, write, except, Now);
        string ready = (read.fd_count > 0 ? "R" : "") + (write.fd_count > 0 ? "W" : "") + (except.fd_count > 0 ? "E" : "");
        Assert.Equal(count, ready.Length);
        return ready;
    }

    private static int Poll(WinsockApi api, SOCKET s, int events)
    {
        WSAPOLLFD[] descriptors = [new WSAPOLLFD { fd = s, events = (short)events }];
        int count = api.WSAPoll(descriptors, 0);
        Assert.Equal(descriptors[0].revents == 0 ? 0 : 1, count);
        return descriptors[0].revents;
    }
}
