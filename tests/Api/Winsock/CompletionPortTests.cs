using System.Threading.Tasks;
using StackSharp.Tests.Drivers;
using StackSharp.Winsock;
using Xunit;
using static StackSharp.Tests.Api.Winsock.WinsockPair;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Tests.Api.Winsock;

public sealed class CompletionPortTests
{
    private const int WaitTimeout = 258;
    private const int NetnameDeleted = 64;
    private const int MoreData = 234;
    private const int AbandonedWait = 735;

    [Fact]
    public void A_call_is_told_with_its_socket_s_key_whether_it_completed_at_once_or_later()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        HANDLE port = NewPort(pair.Second);
        Assert.Equal(port, pair.Second.CreateIoCompletionPort(server, port, 77, 0));
        byte[] buffer = new byte[16];
        WSAOVERLAPPED receive = new();
        Fails(WSA_IO_PENDING, Receive(pair.Second, server, buffer, receive));
        TakesNothing(pair.Second, port);
        pair.First.send(client, "later"u8, 0);
        Assert.Equal((5u, (nuint)77, receive), Take(pair.Second, port));
        WSAOVERLAPPED send = new();
        Assert.Equal(0, pair.Second.WSASend(server, [new WSABUF("now"u8.ToArray())], out uint sent, 0, send));
        Assert.Equal(3u, sent);
        Assert.Equal((3u, (nuint)77, send), Take(pair.Second, port));
        TakesNothing(pair.Second, port);
    }

    [Fact]
    public void A_call_that_never_began_is_not_told()
    {
        using WinsockPair pair = new();
        SOCKET unconnected = pair.First.socket(AF_INET, SOCK_STREAM, 0);
        HANDLE port = pair.First.CreateIoCompletionPort(unconnected, HANDLE.NULL, 1, 0);
        Fails(WSAENOTCONN, Receive(pair.First, unconnected, new byte[4], new WSAOVERLAPPED()));
        TakesNothing(pair.First, port);
    }

    [Fact]
    public void With_success_at_once_skipped_only_what_was_pending_is_told()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        Assert.False(pair.Second.SetFileCompletionNotificationModes(server, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS));
        Assert.Equal(ERROR_INVALID_PARAMETER, WSAGetLastError());
        HANDLE port = pair.Second.CreateIoCompletionPort(server, HANDLE.NULL, 5, 0);
        Assert.True(pair.Second.SetFileCompletionNotificationModes(server, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS));
        Assert.Equal(0, pair.Second.WSASend(server, [new WSABUF(new byte[3])], out _, 0, new WSAOVERLAPPED()));
        TakesNothing(pair.Second, port);
        WSAOVERLAPPED receive = new();
        Fails(WSA_IO_PENDING, Receive(pair.Second, server, new byte[8], receive));
        pair.First.send(client, "x"u8, 0);
        Assert.Equal((1u, (nuint)5, receive), Take(pair.Second, port));
        Assert.False(pair.Second.SetFileCompletionNotificationModes(server, 0x80));
        Assert.False(pair.Second.SetFileCompletionNotificationModes(new HANDLE(4), 1));
        Assert.Equal(ERROR_INVALID_HANDLE, WSAGetLastError());
    }

    [Fact]
    public void A_failure_is_told_with_its_call_in_the_system_s_numbers()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        HANDLE port = pair.Second.CreateIoCompletionPort(server, HANDLE.NULL, 9, 0);
        WSAOVERLAPPED canceled = new();
        Fails(WSA_IO_PENDING, Receive(pair.Second, server, new byte[4], canceled));
        Assert.True(pair.Second.CancelIoEx(server, canceled));
        FailsWith(WSA_OPERATION_ABORTED, canceled);
        WSAOVERLAPPED reset = new();
        Fails(WSA_IO_PENDING, Receive(pair.Second, server, new byte[4], reset));
        Assert.Equal(0, pair.First.setsockopt(client, SOL_SOCKET, SO_LINGER, new LINGER { l_onoff = 1 }));
        pair.First.closesocket(client);
        FailsWith(NetnameDeleted, reset);

        SOCKET datagrams = pair.Second.socket(AF_INET, SOCK_DGRAM, 0);
        Assert.Equal(0, pair.Second.bind(datagrams, WinsockApi.Address(SecondAddress, 4000)));
        Assert.Equal(port, pair.Second.CreateIoCompletionPort(datagrams, port, 9, 0));
        WSAOVERLAPPED cut = new();
        Fails(WSA_IO_PENDING, Receive(pair.Second, datagrams, new byte[2], cut));
        SOCKET sender = pair.First.socket(AF_INET, SOCK_DGRAM, 0);
        Assert.Equal(3, pair.First.sendto(sender, "abc"u8, 0, WinsockApi.Address(SecondAddress, 4000)));
        FailsWith(MoreData, cut);
        WSAOVERLAPPED closed = new();
        Fails(WSA_IO_PENDING, Receive(pair.Second, datagrams, new byte[2], closed));
        pair.Second.closesocket(datagrams);
        FailsWith(WSA_OPERATION_ABORTED, closed);

        void FailsWith(int error, WSAOVERLAPPED call) => Within.Run(() =>
        {
            Assert.False(pair.Second.GetQueuedCompletionStatus(port, out _, out nuint key, out WSAOVERLAPPED? told, INFINITE));
            Assert.Equal((error, (nuint)9, call), (WSAGetLastError(), key, told));
        });
    }

    [Fact]
    public void Packets_come_in_order_and_many_at_a_time()
    {
        using WinsockPair pair = new();
        HANDLE port = NewPort(pair.First);
        for (uint i = 0; i < 200; i++) Assert.True(pair.First.PostQueuedCompletionStatus(port, i, i + 1, null));
        OVERLAPPED_ENTRY[] entries = new OVERLAPPED_ENTRY[150];
        Assert.True(pair.First.GetQueuedCompletionStatusEx(port, entries, out uint count, 0));
        Assert.Equal(150u, count);
        Assert.All(entries, (entry, i) => Assert.Equal(((uint)i, (nuint)(i + 1), (WSAOVERLAPPED?)null), (entry.dwNumberOfBytesTransferred, entry.lpCompletionKey, entry.lpOverlapped)));
        Assert.True(pair.First.GetQueuedCompletionStatusEx(port, entries, out count, 0));
        Assert.Equal((50u, 150u), (count, entries[0].dwNumberOfBytesTransferred));
        Assert.False(pair.First.GetQueuedCompletionStatusEx(port, entries, out _, 20));
        Assert.Equal(WaitTimeout, WSAGetLastError());
        Assert.False(pair.First.GetQueuedCompletionStatusEx(port, default, out _, 0));
        Assert.Equal(ERROR_INVALID_PARAMETER, WSAGetLastError());
    }

    [Fact]
    public async Task The_thread_that_began_to_wait_last_is_woken_first()
    {
        using WinsockPair pair = new();
        HANDLE port = NewPort(pair.First);
        Task<uint> first = Within.StartWaiting(() => Take(pair.First, port).Octets);
        Task<uint> second = Within.StartWaiting(() => Take(pair.First, port).Octets);
        Assert.True(pair.First.PostQueuedCompletionStatus(port, 1, 0, null));
        Assert.Equal(1u, await second.Soon());
        Assert.True(pair.First.PostQueuedCompletionStatus(port, 2, 0, null));
        Assert.Equal(2u, await first.Soon());
    }

    [Fact]
    public async Task Closing_a_port_sends_its_threads_away()
    {
        using WinsockPair pair = new();
        HANDLE port = NewPort(pair.First);
        Task<(bool, int)>[] waiting = [Waiting(), Waiting()];
        Assert.True(pair.First.CloseHandle(port));
        foreach (Task<(bool, int)> one in waiting) Assert.Equal((false, AbandonedWait), await one.Soon());
        Assert.False(pair.First.CloseHandle(port));
        Assert.False(pair.First.PostQueuedCompletionStatus(port, 0, 0, null));
        Assert.Equal(ERROR_INVALID_HANDLE, WSAGetLastError());
        Assert.False(pair.First.GetQueuedCompletionStatus(port, out _, out _, out _, 0));
        Assert.Equal(ERROR_INVALID_HANDLE, WSAGetLastError());

        Task<(bool, int)> Waiting() => Within.StartWaiting(() =>
        {
            bool taken = pair.First.GetQueuedCompletionStatus(port, out _, out _, out _, INFINITE);
            return (taken, WSAGetLastError());
        });
    }

    [Fact]
    public void A_socket_is_on_one_port_for_good()
    {
        using WinsockPair pair = new();
        SOCKET s = pair.First.socket(AF_INET, SOCK_STREAM, 0);
        HANDLE port = pair.First.CreateIoCompletionPort(s, HANDLE.NULL, 1, 0);
        Assert.NotEqual(HANDLE.NULL, port);
        Refused(ERROR_INVALID_PARAMETER, pair.First.CreateIoCompletionPort(s, port, 2, 0));
        Refused(ERROR_INVALID_HANDLE, pair.First.CreateIoCompletionPort(s, new HANDLE(4), 2, 0));
        Refused(ERROR_INVALID_HANDLE, pair.First.CreateIoCompletionPort(new HANDLE(4), port, 2, 0));
        Refused(ERROR_INVALID_PARAMETER, pair.First.CreateIoCompletionPort(HANDLE.INVALID_HANDLE_VALUE, port, 2, 0));

        static void Refused(int error, HANDLE result) => Assert.Equal((HANDLE.NULL, error), (result, WSAGetLastError()));
    }

    [Fact]
    public async Task Many_threads_take_each_packet_once()
    {
        const int Count = 20_000;
        using WinsockPair pair = new();
        HANDLE port = NewPort(pair.First);
        int[] seen = new int[Count];
        Task<int>[] takers = [.. Enumerable.Range(0, 4).Select(number => Within.Start(() => TakeAll(number)))];
        Task<int>[] posters = [.. Enumerable.Range(0, 2).Select(half => Within.Start(() => PostAll(half)))];
        foreach (Task<int> poster in posters) await poster.Soon();
        for (int i = 0; i < takers.Length; i++) Assert.True(pair.First.PostQueuedCompletionStatus(port, 0, nuint.MaxValue, null));
        foreach (Task<int> taker in takers) await taker.Soon();
        Assert.All(seen, times => Assert.Equal(1, times));

        int PostAll(int half)
        {
            for (int i = half; i < Count; i += 2) Assert.True(pair.First.PostQueuedCompletionStatus(port, 0, (nuint)i, null));
            return 0;
        }

        // Some of them give up often, so that packets meet threads that are about to leave.
        int TakeAll(int number)
        {
            while (true)
            {
                uint timeout = number % 2 == 0 ? INFINITE : 1;
                if (!pair.First.GetQueuedCompletionStatus(port, out _, out nuint key, out _, timeout))
                {
                    Assert.Equal(WaitTimeout, WSAGetLastError());
                    continue;
                }
                if (key == nuint.MaxValue) return 0;
                Interlocked.Increment(ref seen[(int)key]);
            }
        }
    }

    [Fact]
    public void An_echo_through_a_port_allocates_nothing()
    {
        using WinsockPair pair = new();
        (SOCKET client, SOCKET server) = pair.Connect();
        Assert.Equal(0, pair.First.setsockopt(client, IPPROTO_TCP, TCP_NODELAY, 1));
        HANDLE port = pair.Second.CreateIoCompletionPort(server, HANDLE.NULL, 0, 0);
        WSABUF[] request = [new WSABUF(new byte[64])];
        byte[] message = new byte[64];
        WSAOVERLAPPED receive = new();
        WSAOVERLAPPED send = new();
        Allocations.MustBeNone(() =>
        {
            int flags = 0;
            _ = pair.Second.WSARecv(server, request, out _, ref flags, receive);
            if (pair.First.send(client, message, 0) != 64) Assert.Fail("Not sent.");
            if (!pair.Second.GetQueuedCompletionStatus(port, out uint received, out _, out _, INFINITE) || received != 64) Assert.Fail("Not received.");
            if (pair.Second.WSASend(server, request, out _, 0, send) != 0) Assert.Fail("Not echoed.");
            if (!pair.Second.GetQueuedCompletionStatus(port, out _, out _, out _, INFINITE)) Assert.Fail("Not told.");
            if (pair.First.recv(client, message, MSG_WAITALL) != 64) Assert.Fail("No echo.");
        });
    }

    private static HANDLE NewPort(WinsockApi api)
    {
        HANDLE port = api.CreateIoCompletionPort(HANDLE.INVALID_HANDLE_VALUE, HANDLE.NULL, 0, 0);
        Assert.NotEqual(HANDLE.NULL, port);
        return port;
    }

    private static int Receive(WinsockApi api, SOCKET s, byte[] buffer, WSAOVERLAPPED overlapped)
    {
        int flags = 0;
        return api.WSARecv(s, [new WSABUF(buffer)], out _, ref flags, overlapped);
    }

    private static (uint Octets, nuint Key, WSAOVERLAPPED? Call) Take(WinsockApi api, HANDLE port) => Within.Run(() =>
    {
        Assert.True(api.GetQueuedCompletionStatus(port, out uint octets, out nuint key, out WSAOVERLAPPED? call, INFINITE));
        Assert.Equal(0, WSAGetLastError());
        return (octets, key, call);
    });

    private static void TakesNothing(WinsockApi api, HANDLE port)
    {
        Assert.False(api.GetQueuedCompletionStatus(port, out _, out _, out WSAOVERLAPPED? call, 10));
        Assert.Equal((WaitTimeout, null), (WSAGetLastError(), call));
    }
}
