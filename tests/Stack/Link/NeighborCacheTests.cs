using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Link;

public sealed class NeighborCacheTests : IDisposable
{
    private static readonly IpAddress Neighbor = IpAddress.FromIpv4(198, 18, 0, 2);
    private static readonly MacAddress Mac = new(2), NewMac = new(4);
    private readonly TimerWheel _wheel = new();
    private readonly TransmitFramePool _frames = new(4096);
    private readonly LinkStatistics _statistics = new();
    private readonly RecordingLink _link = new();
    private readonly NeighborCache _cache;
    private Instant _now = Instant.FromMilliseconds(1000);
    private object? _hint;

    public NeighborCacheTests() => _cache = Create(new NeighborOptions());

    public void Dispose()
    {
        _link.ReleaseAll();
        _cache.Close();
        Assert.Equal(0, _frames.Outstanding);
        Assert.Equal(0, _wheel.Count);
        _frames.Dispose();
    }

    private NeighborState State => _cache.Entries.Single(entry => entry.Address == Neighbor).State;

    [Fact, Covers("ARP-10")]
    public void An_entry_goes_through_all_five_states()
    {
        Send();
        Assert.Equal(NeighborState.Incomplete, State);
        Answer(Mac);
        Assert.Equal(NeighborState.Reachable, State);
        Wait(46);
        Send();
        Assert.Equal(NeighborState.Delay, State);
        Assert.Equal(2, _link.Sent.Count);
        Wait(5.1);
        Assert.Equal(NeighborState.Probe, State);
        Answer(Mac);
        Assert.Equal(NeighborState.Reachable, State);
        Wait(46);
        Assert.Equal(NeighborState.Stale, LookAt());
    }

    [Fact, Covers("ARP-9")]
    public void An_entry_in_use_is_verified_by_unicast_and_then_by_broadcast()
    {
        Resolve();
        Wait(46);
        Send();
        _link.Asked.Clear();
        Wait(5.1);
        Wait(6);
        Assert.Equal([Mac, Mac, Mac, null, null, null], _link.Asked.Select(asked => asked.At));
        Wait(2);
        Assert.Equal([Neighbor], _link.Unreachable);
    }

    [Fact, Covers("ARP-10")]
    public void Word_from_above_keeps_an_entry_reachable_without_questions()
    {
        Resolve();
        _link.Asked.Clear();
        for (int i = 0; i < 10; i++)
        {
            Wait(46);
            Send();
            Assert.Equal(NeighborState.Delay, State);
            _cache.Confirm((NeighborEntry)_hint!, _now);
            Assert.Equal(NeighborState.Reachable, State);
        }
        Assert.Empty(_link.Asked);
    }

    [Fact]
    public void Suspicion_from_above_probes_at_once()
    {
        Resolve();
        _link.Asked.Clear();
        _cache.Suspect((NeighborEntry)_hint!, _now);
        Assert.Equal((Neighbor, (MacAddress?)Mac), Assert.Single(_link.Asked));
        Assert.Equal(NeighborState.Probe, State);
    }

    [Fact, Covers("ARP-11")]
    public void An_unsolicited_reply_makes_an_entry_stale_at_most()
    {
        _cache.Learn(Neighbor, Mac, isAnswer: true, mayCreate: true, _now);
        Assert.Equal(NeighborState.Stale, State);
        Send();
        Assert.Equal(NeighborState.Delay, State);
        _cache.Learn(Neighbor, Mac, isAnswer: true, mayCreate: true, _now);
        Assert.Equal(NeighborState.Delay, State);
        _cache.Learn(Neighbor, NewMac, isAnswer: true, mayCreate: true, _now);
        Assert.Equal(NeighborState.Stale, State);
        _cache.Confirm(_cache.Find(Neighbor)!, _now);
        _cache.Learn(Neighbor, Mac, isAnswer: true, mayCreate: false, _now);
        Assert.Equal(NeighborState.Stale, State);
    }

    [Fact]
    public void A_request_from_the_neighbour_ends_the_wait_too()
    {
        Send();
        _cache.Learn(Neighbor, Mac, isAnswer: false, mayCreate: false, _now);
        Assert.Single(_link.Sent);
        Assert.Equal(NeighborState.Delay, State);   // Used, and not proven.
    }

    [Fact]
    public void Static_entries_do_not_age_change_or_go()
    {
        NeighborCache cache = Create(new NeighborOptions { MaximumEntries = 4 });
        cache.AddStatic(Neighbor, Mac);
        for (uint i = 0; i < 20; i++) cache.Learn(IpAddress.FromIpv4(0xC612_0100 + i), NewMac, false, true, _now);
        cache.Learn(Neighbor, NewMac, isAnswer: true, mayCreate: true, _now);
        Advance(TimeSpan.FromHours(2));
        NeighborInfo entry = Assert.Single(cache.Entries);
        Assert.Equal((Neighbor, Mac, true), (entry.Address, entry.HardwareAddress, entry.IsStatic));
        cache.Close();
    }

    [Fact, Covers("ARP-4")]
    public void Unused_entries_are_forgotten()
    {
        Resolve();
        Wait(700);
        Assert.Empty(_cache.Entries);
        Send();
        Assert.Equal(2, _link.Asked.Count(asked => asked.At is null));
    }

    [Fact, Covers("ARP-4")]
    public void The_timeout_can_be_set()
    {
        NeighborCache cache = Create(new NeighborOptions { UnusedTime = TimeSpan.FromSeconds(3) });
        cache.Learn(Neighbor, Mac, false, true, _now);
        Advance(TimeSpan.FromSeconds(2));
        Assert.Single(cache.Entries);
        Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(cache.Entries);
        cache.Close();
    }

    [Fact]
    public void The_table_is_bounded_and_the_one_unused_longest_goes()
    {
        NeighborCache cache = Create(new NeighborOptions { MaximumEntries = 100 });
        object? hint = null;
        cache.Learn(Neighbor, Mac, false, true, _now);
        for (uint i = 0; i < 10_000; i++)
        {
            cache.Learn(IpAddress.FromIpv4(0xC613_0000 + i), NewMac, false, true, _now);
            if (i % 50 == 0) cache.Send(_frames.TryRent()!, Neighbor, ref hint, _now);
        }
        Assert.Equal(100, cache.Count);
        Assert.NotNull(cache.Find(Neighbor));
        _link.ReleaseAll();
        cache.Close();
    }

    [Fact]
    public void Frames_that_wait_in_an_evicted_entry_are_released_and_its_hint_is_not_trusted()
    {
        Send();
        Assert.True(_cache.Remove(Neighbor));
        Assert.Equal(1, _statistics.Drops(LinkDropReason.NeighborEvicted));
        Send();
        Assert.Equal(1, _cache.Entries.Single().QueuedFrames);
    }

    [Fact, Covers("ARP-5")]
    public void A_failed_neighbour_is_asked_again_at_most_once_a_second()
    {
        Send();
        Wait(3.05);
        Assert.Equal(LinkSendResult.Accepted, Send());
        for (int i = 0; i < 200; i++)
        {
            Wait(0.01);
            Send();
        }
        IEnumerable<TimeSpan> gaps = _link.AskedAt.Zip(_link.AskedAt.Skip(1), (first, second) => second - first);
        Assert.All(gaps, gap => Assert.True(gap >= TimeSpan.FromSeconds(1), $"Asked twice within {gap}."));
    }

    private NeighborCache Create(NeighborOptions options) => new(options, _link, _statistics, _wheel, new SeededRandomSource(3));

    private LinkSendResult Send() => _cache.Send(_frames.TryRent()!, Neighbor, ref _hint, _now);

    private void Answer(MacAddress mac) => _cache.Learn(Neighbor, mac, isAnswer: true, mayCreate: true, _now);

    private void Resolve()
    {
        Send();
        Answer(Mac);
    }

    private NeighborState LookAt()
    {
        _cache.Learn(IpAddress.FromIpv4(198, 18, 0, 99), Mac, false, false, _now);   // Time is told only by calls.
        return State;
    }

    private void Wait(double seconds) => Advance(TimeSpan.FromSeconds(seconds));

    private void Advance(TimeSpan time)
    {
        Instant end = _now + time;
        while (_wheel.NextDeadline <= end)
        {
            _now = Instant.Max(_now, _wheel.NextDeadline);
            _wheel.Advance(_now);
        }
        _now = end;
    }

    private sealed class RecordingLink : INeighborLink
    {
        public List<(IpAddress Target, MacAddress? At)> Asked { get; } = [];

        public List<Instant> AskedAt { get; } = [];

        public List<(TransmitFrame Frame, MacAddress To)> Sent { get; } = [];

        public List<IpAddress> Unreachable { get; } = [];

        public void Solicit(in IpAddress target, MacAddress? at, Instant now)
        {
            Asked.Add((target, at));
            AskedAt.Add(now);
        }

        public bool Transmit(TransmitFrame frame, MacAddress destination)
        {
            Sent.Add((frame, destination));
            return true;
        }

        public void OnUnreachable(in IpAddress neighbor, ReadOnlySpan<TransmitFrame> waiting, Instant now) => Unreachable.Add(neighbor);

        public void OnReachable(in IpAddress neighbor) => Unreachable.Remove(neighbor);

        public void ReleaseAll()
        {
            foreach ((TransmitFrame frame, _) in Sent) frame.Release();
            Sent.Clear();
        }
    }
}
