using System.Diagnostics;
using System.Threading.Tasks;
using StackSharp.Hosting;
using StackSharp.Spi;
using StackSharp.Winsock;
using Xunit;
using static StackSharp.Winsock.Ws2_32;

namespace StackSharp.Tests.Api.Winsock;

/// <summary>Event objects by themselves: no socket is needed.</summary>
public sealed class EventObjectTests : IDisposable
{
    private readonly StackHost _host = HostPair.NewHost();
    private readonly WinsockApi _api;

    public EventObjectTests()
    {
        _api = new WinsockApi(_host);
        Assert.Equal(0, _api.WSAStartup(0x0202, new WSADATA()));
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public void An_event_stays_signalled_until_it_is_reset()
    {
        WSAEVENT one = _api.WSACreateEvent();
        Assert.NotEqual(WSAEVENT.WSA_INVALID_EVENT, one);
        Assert.Equal(WSA_WAIT_TIMEOUT, Look(one));
        Assert.True(_api.WSASetEvent(one));
        Assert.True(_api.WSASetEvent(one));
        Assert.Equal(WSA_WAIT_EVENT_0, Look(one));
        Assert.Equal(WSA_WAIT_EVENT_0, _api.WSAWaitForMultipleEvents([one], true, WSA_INFINITE, false));
        Assert.True(_api.WSAResetEvent(one));
        Assert.True(_api.WSAResetEvent(one));
        Assert.Equal(WSA_WAIT_TIMEOUT, Look(one));
        Assert.True(_api.WSACloseEvent(one));
    }

    [Fact]
    public async Task Waiting_for_any_tells_the_lowest_of_those_signalled()
    {
        WSAEVENT[] events = [.. Enumerable.Range(0, WSA_MAXIMUM_WAIT_EVENTS).Select(_ => _api.WSACreateEvent())];
        Assert.Equal(WSA_WAIT_TIMEOUT, Look(events));
        _api.WSASetEvent(events[63]);
        Assert.Equal(WSA_WAIT_EVENT_0 + 63, Look(events));
        _api.WSASetEvent(events[7]);
        Assert.Equal(WSA_WAIT_EVENT_0 + 7, Look(events));
        _api.WSAResetEvent(events[7]);
        _api.WSAResetEvent(events[63]);
        Task<uint> waiting = Within.StartWaiting(() => _api.WSAWaitForMultipleEvents(events, false, WSA_INFINITE, true));
        _api.WSASetEvent(events[31]);
        Assert.Equal(WSA_WAIT_EVENT_0 + 31, await waiting.Soon());
        // The same event may be named twice here.
        Assert.Equal(WSA_WAIT_EVENT_0 + 1, Look(events[0], events[31], events[31]));
    }

    [Fact]
    public async Task Waiting_for_all_ends_when_all_are_signalled_at_one_time()
    {
        WSAEVENT first = _api.WSACreateEvent();
        WSAEVENT second = _api.WSACreateEvent();
        WSAEVENT[] both = [first, second];
        Task<uint> waiting = Within.StartWaiting(() => _api.WSAWaitForMultipleEvents(both, true, WSA_INFINITE, false));
        _api.WSASetEvent(first);
        _api.WSAResetEvent(first);
        _api.WSASetEvent(second);
        Assert.Equal(WSA_WAIT_TIMEOUT, _api.WSAWaitForMultipleEvents(both, true, 30, false));
        Assert.False(waiting.IsCompleted);
        _api.WSASetEvent(first);
        Assert.Equal(WSA_WAIT_EVENT_0, await waiting.Soon());
        Assert.Equal(WSA_WAIT_EVENT_0, _api.WSAWaitForMultipleEvents(both, true, 0, false));
    }

    [Fact]
    public void A_wait_ends_with_its_time()
    {
        WSAEVENT one = _api.WSACreateEvent();
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(WSA_WAIT_TIMEOUT, _api.WSAWaitForMultipleEvents([one], false, 50, false));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 50, 10_000);
        // The thread's next wait starts afresh.
        _api.WSASetEvent(one);
        Assert.Equal(WSA_WAIT_EVENT_0, _api.WSAWaitForMultipleEvents([one], false, WSA_INFINITE, false));
    }

    [Fact]
    public void Counts_and_handles_are_checked()
    {
        WSAEVENT good = _api.WSACreateEvent();
        WSAEVENT closed = _api.WSACreateEvent();
        Assert.True(_api.WSACloseEvent(closed));
        Fails(WSA_INVALID_PARAMETER, _api.WSAWaitForMultipleEvents([], false, 0, false));
        Fails(WSA_INVALID_PARAMETER, _api.WSAWaitForMultipleEvents(Enumerable.Repeat(good, 65).ToArray(), false, 0, false));
        Fails(WSA_INVALID_PARAMETER, _api.WSAWaitForMultipleEvents([good, good], true, 0, false));
        SOCKET socket = _api.socket(AF_INET, SOCK_DGRAM, 0);
        foreach (WSAEVENT bad in (WSAEVENT[])[closed, WSAEVENT.WSA_INVALID_EVENT, new WSAEVENT(socket.Value), new WSAEVENT(nuint.MaxValue)])
        {
            Fails(WSA_INVALID_HANDLE, _api.WSAWaitForMultipleEvents([good, bad], false, 0, false));
            Fails(WSA_INVALID_HANDLE, _api.WSASetEvent(bad));
            Fails(WSA_INVALID_HANDLE, _api.WSAResetEvent(bad));
            Fails(WSA_INVALID_HANDLE, _api.WSACloseEvent(bad));
        }
        // An event is no socket either.
        WinsockPair.Fails(WSAENOTSOCK, _api.closesocket(new SOCKET(good.Value)));
        _api.WSASetEvent(good);
        Assert.Equal(WSA_WAIT_EVENT_0, Look(good));
    }

    [Fact]
    public void Nothing_works_before_startup_and_events_outlive_cleanup()
    {
        WSAEVENT one = _api.WSACreateEvent();
        Assert.Equal(0, _api.WSACleanup());
        Assert.Equal(WSAEVENT.WSA_INVALID_EVENT, _api.WSACreateEvent());
        Assert.Equal(WSANOTINITIALISED, WSAGetLastError());
        Fails(WSANOTINITIALISED, _api.WSASetEvent(one));
        Fails(WSANOTINITIALISED, _api.WSAResetEvent(one));
        Fails(WSANOTINITIALISED, _api.WSACloseEvent(one));
        Fails(WSANOTINITIALISED, _api.WSAWaitForMultipleEvents([one], false, 0, false));
        Assert.Equal(0, _api.WSAStartup(0x0202, new WSADATA()));
        Assert.True(_api.WSASetEvent(one));
        Assert.Equal(WSA_WAIT_EVENT_0, Look(one));
    }

    [Fact]
    public async Task Closing_an_event_ends_the_waits_for_it()
    {
        WSAEVENT closing = _api.WSACreateEvent();
        WSAEVENT other = _api.WSACreateEvent();
        Task<(uint, int)> any = Within.StartWaiting(() => (_api.WSAWaitForMultipleEvents([other, closing], false, WSA_INFINITE, false), WSAGetLastError()));
        Task<(uint, int)> all = Within.StartWaiting(() => (_api.WSAWaitForMultipleEvents([other, closing], true, WSA_INFINITE, false), WSAGetLastError()));
        Task<uint> unconcerned = Within.StartWaiting(() => _api.WSAWaitForMultipleEvents([other], true, WSA_INFINITE, false));
        Assert.True(_api.WSACloseEvent(closing));
        Assert.Equal((WSA_WAIT_FAILED, WSA_INVALID_HANDLE), await any.Soon());
        Assert.Equal((WSA_WAIT_FAILED, WSA_INVALID_HANDLE), await all.Soon());
        Assert.False(unconcerned.IsCompleted);
        Assert.True(_api.WSASetEvent(other));
        Assert.Equal(WSA_WAIT_EVENT_0, await unconcerned.Soon());
    }

    [Fact]
    public async Task One_signal_wakes_every_thread_that_waits()
    {
        WSAEVENT gate = _api.WSACreateEvent();
        WSAEVENT never = _api.WSACreateEvent();
        Task<uint>[] waiting = [.. Enumerable.Range(0, 16).Select(i => Within.Start(() => _api.WSAWaitForMultipleEvents([never, gate], false, 20_000, i % 2 == 0)))];
        Assert.True(_api.WSASetEvent(gate));
        Assert.All(await Task.WhenAll(waiting).Soon(), outcome => Assert.Equal(WSA_WAIT_EVENT_0 + 1, outcome));
    }

    /// <summary>Each signal lets the other thread go on once: one that was lost, or that woke the wrong wait, would stop them.</summary>
    [Theory]
    [InlineData(WSA_INFINITE)]
    [InlineData(1u)]
    public async Task Threads_that_take_turns_lose_no_signal(uint timeout)
    {
        const int Rounds = 5_000;
        const int Pairs = 4;
        List<Task<int>> players = [];
        for (int i = 0; i < Pairs; i++)
        {
            WSAEVENT ping = _api.WSACreateEvent();
            WSAEVENT pong = _api.WSACreateEvent();
            players.Add(Within.Start(() => Play(ping, pong)));
            players.Add(Within.Start(() => Play(pong, ping)));
            _api.WSASetEvent(ping);
        }
        Assert.All(await Task.WhenAll(players).Soon(), rounds => Assert.Equal(Rounds, rounds));

        int Play(WSAEVENT mine, WSAEVENT theirs)
        {
            int rounds = 0;
            while (rounds < Rounds)
            {
                uint outcome = _api.WSAWaitForMultipleEvents([mine], false, timeout, false);
                if (outcome == WSA_WAIT_TIMEOUT) continue;
                if (outcome != WSA_WAIT_EVENT_0) break;
                _api.WSAResetEvent(mine);
                _api.WSASetEvent(theirs);
                rounds++;
            }
            return rounds;
        }
    }

    [Fact]
    public void Signalling_and_waiting_allocate_nothing()
    {
        WSAEVENT[] events = [_api.WSACreateEvent(), _api.WSACreateEvent()];
        Work(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Work(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Work(int rounds)
        {
            for (int i = 0; i < rounds; i++)
            {
                _api.WSASetEvent(events[1]);
                _ = _api.WSAWaitForMultipleEvents(events, false, WSA_INFINITE, false);
                _api.WSAResetEvent(events[1]);
                if (i % 100 == 0) _ = _api.WSAWaitForMultipleEvents(events, true, 1, false);
            }
        }
    }

    [Fact]
    public void Providers_have_them_too()
    {
        ITransportUpcalls upcalls = _api;
        WSAEVENT one = upcalls.WPUCreateEvent(out int error);
        Assert.Equal(0, error);
        EventObject made = upcalls.WPUQueryEvent(one, out _)!;
        Assert.False(made.IsSet);
        Assert.Equal(0, upcalls.WPUSetEvent(one, out _));
        Assert.True(made.IsSet);
        Assert.Equal(WSA_WAIT_EVENT_0, Look(one));
        Assert.Equal(0, upcalls.WPUResetEvent(one, out _));
        Assert.False(made.IsSet);
        made.Set();
        Assert.Equal(WSA_WAIT_EVENT_0, Look(one));
        Assert.Equal(0, upcalls.WPUCloseEvent(one, out _));
        Assert.Equal((SOCKET_ERROR, WSA_INVALID_HANDLE), (upcalls.WPUCloseEvent(one, out error), error));
        Assert.Equal((SOCKET_ERROR, WSA_INVALID_HANDLE), (upcalls.WPUSetEvent(one, out error), error));
        Assert.Equal((SOCKET_ERROR, WSA_INVALID_HANDLE), (upcalls.WPUResetEvent(one, out error), error));
        Assert.Null(upcalls.WPUQueryEvent(one, out error));
        Assert.Equal(WSA_INVALID_HANDLE, error);
    }

    private uint Look(params WSAEVENT[] events) => _api.WSAWaitForMultipleEvents(events, false, 0, false);

    private static void Fails(int error, bool result)
    {
        int last = WSAGetLastError();
        Assert.Equal((false, error), (result, last));
    }

    private static void Fails(int error, uint outcome)
    {
        int last = WSAGetLastError();
        Assert.Equal((WSA_WAIT_FAILED, error), (outcome, last));
    }
}
