using System.Threading.Tasks;
using StackSharp.Tests.TestKit;
using StackSharp.Winsock;
using Xunit;
using static StackSharp.Tests.Api.Winsock.WinsockPair;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Tests.Api.Winsock;

public sealed class TransferTests
{
    [Fact]
    public void Octets_go_both_ways_and_half_closing_ends_one_of_them()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        byte[] buffer = new byte[16];
        Assert.Equal(5, pair.First.send(client, "hello"u8, 0));
        Assert.Equal(3, pair.Second.recv(server, buffer.AsSpan(0, 3), 0));
        uint left = 0;
        Assert.Equal(0, pair.Second.ioctlsocket(server, FIONREAD, ref left));
        Assert.Equal(2u, left);
        Assert.Equal(2, pair.Second.recv(server, buffer, MSG_PEEK));
        Assert.Equal(2, pair.Second.recv(server, buffer, 0));
        Assert.Equal(0, pair.First.shutdown(client, SD_SEND));
        Assert.Equal(0, pair.First.shutdown(client, SD_SEND));
        Fails(WSAESHUTDOWN, pair.First.send(client, buffer, 0));
        Assert.Equal(0, pair.Second.recv(server, buffer, 0));
        Assert.Equal(4, pair.Second.send(server, "late"u8, 0));
        Assert.Equal(4, pair.First.recv(client, buffer.AsSpan(0, 4), MSG_WAITALL));
        Assert.Equal(0, pair.First.getpeername(client, out sockaddr_in peer));
        Assert.Equal(SecondAddress, ntohl(peer.sin_addr.s_addr));
        Assert.Equal(0, pair.First.shutdown(client, SD_RECEIVE));
        Fails(WSAESHUTDOWN, pair.First.recv(client, buffer, 0));
    }

    [Fact]
    public async Task Waiting_for_all_collects_pieces_and_ends_with_the_stream()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        Task<int> all = Within.StartWaiting(() => pair.Second.recv(server, new byte[6], MSG_WAITALL));
        pair.First.send(client, "abc"u8, 0);
        Thread.Sleep(20);
        pair.First.send(client, "def"u8, 0);
        Assert.Equal(6, await all.Soon());
        Task<int> cut = Within.StartWaiting(() => pair.Second.recv(server, new byte[6], MSG_WAITALL));
        pair.First.send(client, "xy"u8, 0);
        pair.First.closesocket(client);
        Assert.Equal(2, await cut.Soon());
    }

    [Fact]
    public async Task A_non_blocking_send_takes_all_or_nothing_and_delivers_it_after_close()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        NonBlocking(pair.First, client);
        byte[] data = new byte[5 << 20];
        new Random(7).NextBytes(data);
        int accepted = 0;
        int result;
        while ((result = pair.First.send(client, data, 0)) != SOCKET_ERROR)
        {
            Assert.Equal(data.Length, result);
            accepted++;
        }
        Assert.Equal(WSAEWOULDBLOCK, WSAGetLastError());
        Assert.InRange(accepted, 1, 10);
        Assert.Equal(0, pair.First.closesocket(client));
        Fails(WSAENOTSOCK, pair.First.send(client, data, 0));
        Task<int> reading = Within.Start(() =>
        {
            byte[] buffer = new byte[100_000];
            int total = 0;
            for (int read; (read = pair.Second.recv(server, buffer, 0)) > 0; total += read)
            {
                for (int i = 0; i < read; i++) if (buffer[i] != data[(total + i) % data.Length]) return -1;
            }
            return total;
        });
        Assert.Equal(accepted * data.Length, await reading.Soon());
    }

    [Fact]
    public async Task Records_of_threads_that_do_not_wait_do_not_mix()
    {
        const int Threads = 3;
        const int Records = 20;
        const int Octets = 700_000;   // Hardly ever is there room for one.
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        NonBlocking(pair.First, client);
        Task<int>[] writers = [.. Enumerable.Range(1, Threads).Select(writer => Within.Start(() =>
        {
            byte[] record = new byte[Octets];
            Array.Fill(record, (byte)writer);
            for (int sent = 0; sent < Records;)
            {
                if (pair.First.send(client, record, 0) == Octets) sent++;
                else if (WSAGetLastError() != WSAEWOULDBLOCK) return WSAGetLastError();
                else Thread.Yield();
            }
            return 0;
        }))];
        Task<int> mixed = Within.Start(() =>
        {
            byte[] record = new byte[Octets];
            int others = 0;
            for (int i = 0; i < Threads * Records; i++)
            {
                if (pair.Second.recv(server, record, MSG_WAITALL) != Octets) return -1;
                others += record.AsSpan().IndexOfAnyExcept(record[0]) >= 0 ? 1 : 0;
            }
            return others;
        });
        Assert.Equal(0, await mixed.Soon());
        Assert.All(await Task.WhenAll(writers).Soon(), error => Assert.Equal(0, error));
    }

    [Fact]
    public void In_the_stream_an_urgent_octet_marks_nothing()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        Assert.Equal(0, pair.Second.setsockopt(server, SOL_SOCKET, SO_OOBINLINE, 1));
        pair.First.send(client, "ab"u8, 0);
        pair.First.send(client, "!"u8, MSG_OOB);
        Within.Happens(() => FionRead(pair, server) == 3);
        uint atMark = 0;
        Assert.Equal(0, pair.Second.ioctlsocket(server, SIOCATMARK, ref atMark));
        Assert.Equal(1u, atMark);
    }

    [Fact]
    public void Urgent_octets_stay_outside_the_stream()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        byte[] buffer = new byte[16];
        NonBlocking(pair.Second, server);
        Fails(WSAEWOULDBLOCK, pair.Second.recv(server, buffer, MSG_OOB));
        pair.First.send(client, "ab"u8, 0);
        pair.First.send(client, "!"u8, MSG_OOB);
        pair.First.send(client, "cd"u8, 0);
        fd_set urgent = new(server);
        Assert.Equal(1, pair.Second.select(0, null, null, urgent, new TIMEVAL { tv_sec = 10 }));
        Within.Happens(() => FionRead(pair, server) == 4);
        Assert.Equal(2, pair.Second.recv(server, buffer, 0));
        Assert.Equal(1, pair.Second.recv(server, buffer, MSG_OOB));
        Assert.Equal((byte)'!', buffer[0]);
        Assert.Equal(2, pair.Second.recv(server, buffer, 0));
        uint atMark = 0;
        Assert.Equal(0, pair.Second.ioctlsocket(server, SIOCATMARK, ref atMark));
        Assert.Equal(1u, atMark);
        Assert.Equal(0, pair.Second.setsockopt(server, SOL_SOCKET, SO_OOBINLINE, 1));
        Fails(WSAEINVAL, pair.Second.recv(server, buffer, MSG_OOB));
    }

    [Fact]
    public void Time_limits_end_blocking_calls()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET _) = pair.Connect();
        Assert.Equal(0, pair.First.setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, 40));
        Assert.Equal(0, pair.First.setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, 40));
        Fails(WSAETIMEDOUT, pair.First.recv(client, new byte[1], 0));
        Fails(WSAETIMEDOUT, pair.First.send(client, new byte[64 << 20], 0));
    }

    [Fact, Covers("INV-12")]
    public async Task Closesocket_wakes_blocked_calls()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET _) = pair.Connect();
        SOCKET listener = pair.Listen(out _);
        SOCKET datagrams = pair.First.socket(AF_INET, SOCK_DGRAM, 0);
        Assert.Equal(0, pair.First.bind(datagrams, WinsockApi.Address(INADDR_ANY, 0)));
        Task<int> receive = Within.StartWaiting(() => pair.First.recv(client, new byte[4], 0) == SOCKET_ERROR ? WSAGetLastError() : 0);
        Task<int> accept = Within.StartWaiting(() => pair.Second.accept(listener) == SOCKET.INVALID_SOCKET ? WSAGetLastError() : 0);
        Task<int> receiveFrom = Within.StartWaiting(() => pair.First.recv(datagrams, new byte[4], 0) == SOCKET_ERROR ? WSAGetLastError() : 0);
        fd_set readable = new(client);
        Task<int> selectRead = Within.StartWaiting(() => pair.First.select(0, readable, null, null, null));
        Task<int> selectExcept = Within.StartWaiting(() =>
            pair.First.select(0, null, null, new fd_set(client), null) == SOCKET_ERROR ? WSAGetLastError() : 0);
        WSAPOLLFD[] descriptors = [new WSAPOLLFD { fd = client, events = POLLIN }];
        Task<int> poll = Within.StartWaiting(() => pair.First.WSAPoll(descriptors, -1));
        Assert.Equal(0, pair.First.closesocket(client));
        Assert.Equal(0, pair.Second.closesocket(listener));
        Assert.Equal(0, pair.First.closesocket(datagrams));
        Assert.Equal(WSAECONNABORTED, await receive.Soon());
        Assert.Equal(WSAEINTR, await accept.Soon());
        Assert.Equal(WSAEINTR, await receiveFrom.Soon());
        Assert.Equal(1, await selectRead.Soon());
        Assert.True(readable.Contains(client));
        Assert.Equal(WSAENOTSOCK, await selectExcept.Soon());
        Assert.Equal(1, await poll.Soon());
        Assert.Equal(POLLNVAL, descriptors[0].revents);
    }

    [Fact]
    public async Task Closing_by_the_linger_table()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        Assert.Equal(0, pair.First.setsockopt(client, SOL_SOCKET, SO_LINGER, new LINGER { l_onoff = 1, l_linger = 0 }));
        Assert.Equal(0, pair.First.closesocket(client));
        Within.Happens(() => pair.Second.recv(server, new byte[1], 0) == SOCKET_ERROR);
        Assert.Equal(WSAECONNRESET, WSAGetLastErrorAfter(() => pair.Second.recv(server, new byte[1], 0)));

        (client, server) = pair.Connect();
        NonBlocking(pair.First, client);
        Assert.Equal(0, pair.First.setsockopt(client, SOL_SOCKET, SO_LINGER, new LINGER { l_onoff = 1, l_linger = 5 }));
        while (pair.First.send(client, new byte[100_000], 0) != SOCKET_ERROR)
        {
        }
        Fails(WSAEWOULDBLOCK, pair.First.closesocket(client));
        Assert.Equal(0, pair.First.getpeername(client, out _));
        Task<int> reading = Within.Start(() =>
        {
            int read;
            byte[] buffer = new byte[100_000];
            while ((read = pair.Second.recv(server, buffer, 0)) > 0)
            {
            }
            return read;
        });
        Within.Happens(() => pair.First.closesocket(client) == 0);
        Assert.Equal(0, await reading.Soon());
    }

    private static uint FionRead(WinsockPair pair, SOCKET s)
    {
        uint count = 0;
        Assert.Equal(0, pair.Second.ioctlsocket(s, FIONREAD, ref count));
        return count;
    }

    private static int WSAGetLastErrorAfter(Func<int> call)
    {
        Assert.Equal(SOCKET_ERROR, call());
        return WSAGetLastError();
    }
}
