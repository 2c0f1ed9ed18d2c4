using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack.Link;

/// <summary>An interface's neighbours, and who waits for their addresses: RFC 4861 §7.3's machine, for ARP as well as for NDP.</summary>
/// <remarks>Bounded: the entry unused longest goes when a new one is needed. REACHABLE runs out when somebody looks, not by a timer.</remarks>
public sealed class NeighborCache : ITimerOwner
{
    private readonly NeighborOptions _options;
    private readonly INeighborLink _link;
    private readonly LinkStatistics _statistics;
    private readonly TimerWheel _wheel;
    private readonly Dictionary<IpAddress, NeighborEntry> _entries;
    private readonly int _sweepTimer;
    private readonly TimeSpan _reachableTime;
    private NeighborEntry? _newest;
    private NeighborEntry? _oldest;
    private Instant _lastSeen;

    internal NeighborCache(NeighborOptions options, INeighborLink link, LinkStatistics statistics, TimerWheel wheel, IRandomSource random)
    {
        _options = options;
        _link = link;
        _statistics = statistics;
        _wheel = wheel;
        _entries = new Dictionary<IpAddress, NeighborEntry>(new KeyedAddressComparer(random.Next()));
        _sweepTimer = wheel.Register(this);
        _reachableTime = random.Between(options.ReachableTime * 0.5, options.ReachableTime * 1.5);   // RFC 4861 §6.3.2.
    }

    /// <summary>Entries, static ones included.</summary>
    public int Count => _entries.Count;

    /// <summary>Every entry as it stands now.</summary>
    public IEnumerable<NeighborInfo> Entries => _entries.Values.Select(Describe);

    /// <summary>An entry that neither times out nor is changed by what neighbours say.</summary>
    public void AddStatic(in IpAddress address, MacAddress hardwareAddress)
    {
        NeighborEntry entry = Find(address) ?? Create(address, _lastSeen);
        _wheel.Cancel(entry.TimerHandle);
        TakeOut(entry);   // Static entries stand outside the order of last use, by which others go.
        entry.IsStatic = true;
        entry.State = NeighborState.Reachable;
        entry.HasFailed = false;
        entry.HardwareAddress = hardwareAddress;
        SendWaiting(entry);
        _link.OnReachable(address);
    }

    /// <summary>Forgets an entry, static or not; frames that wait in it are dropped.</summary>
    public bool Remove(in IpAddress address)
    {
        if (Find(address) is not { } entry) return false;
        Drop(entry, LinkDropReason.NeighborEvicted);
        return true;
    }

    internal NeighborEntry? Find(in IpAddress address) => _entries.GetValueOrDefault(address);

    /// <summary>Sends a frame to a neighbour, at once or when its address is known. The frame is the cache's from here.</summary>
    /// <param name="hint">The entry used last time; renewed here.</param>
    internal LinkSendResult Send(TransmitFrame frame, in IpAddress neighbor, ref object? hint, Instant now)
    {
        _lastSeen = now;
        NeighborEntry entry = hint is NeighborEntry { IsListed: true } known && ReferenceEquals(known.Cache, this) ? known : Find(neighbor) ?? Create(neighbor, now);
        hint = entry;
        MoveToFront(entry, now);
        if (entry.State == NeighborState.Incomplete) return SendUnresolved(entry, frame, now);
        if (entry.State == NeighborState.Reachable && !entry.IsStatic && now >= entry.ReachableUntil) entry.State = NeighborState.Stale;
        if (entry.State == NeighborState.Stale)
        {
            entry.State = NeighborState.Delay;
            _wheel.Schedule(entry.TimerHandle, now + _options.DelayFirstProbeTime);
        }
        return _link.Transmit(frame, entry.HardwareAddress) ? LinkSendResult.Accepted : LinkSendResult.QueueFull;
    }

    /// <summary>A neighbour told its address.</summary>
    /// <param name="isAnswer">It was a reply to us; only then, and only if we asked, is the neighbour proven reachable (ARP-11's rule).</param>
    /// <param name="mayCreate">Make an entry if there is none (RFC 826: only if it was addressed to us).</param>
    internal void Learn(in IpAddress address, MacAddress hardwareAddress, bool isAnswer, bool mayCreate, Instant now)
    {
        _lastSeen = now;
        NeighborEntry? entry = Find(address);
        if (entry is null)
        {
            if (!mayCreate) return;
            entry = Create(address, now);
        }
        if (entry.IsStatic) return;
        bool asked = entry.Solicits > 0 && entry.State is NeighborState.Incomplete or NeighborState.Probe;
        bool changed = entry.State == NeighborState.Incomplete || entry.HardwareAddress != hardwareAddress;
        // A probe is asked of a known station: an answer from another one may be forged, or a take-over, so it is to be verified.
        bool proven = isAnswer && asked && (entry.State == NeighborState.Incomplete || !changed);
        if (!proven && !changed) return;
        bool wasUnknown = entry.State == NeighborState.Incomplete;
        entry.HardwareAddress = hardwareAddress;
        entry.HasFailed = false;
        entry.Solicits = 0;
        _wheel.Cancel(entry.TimerHandle);
        if (proven) SetReachable(entry, now);
        else entry.State = NeighborState.Stale;
        if (wasUnknown) _link.OnReachable(address);
        SendWaiting(entry);
    }

    /// <summary>A layer above has proof that the neighbour lives (RFC 4861 §7.3.1).</summary>
    internal void Confirm(NeighborEntry entry, Instant now)
    {
        if (!entry.IsListed || entry.IsStatic || entry.State == NeighborState.Incomplete) return;
        if (entry.State is NeighborState.Delay or NeighborState.Probe) _wheel.Cancel(entry.TimerHandle);
        SetReachable(entry, now);
    }

    /// <summary>A layer above gets no answers: find out whether the neighbour lives.</summary>
    internal void Suspect(NeighborEntry entry, Instant now)
    {
        if (!entry.IsListed || entry.IsStatic || entry.State is NeighborState.Incomplete or NeighborState.Probe) return;
        StartProbing(entry, now);
    }

    /// <summary>Drops the frames that wait for addresses.</summary>
    internal void DropWaiting()
    {
        foreach (NeighborEntry entry in _entries.Values) DropWaiting(entry, LinkDropReason.NeighborEvicted);
    }

    /// <summary>Drops everything; the cache is not used again.</summary>
    internal void Close()
    {
        while (_oldest is { } entry) Drop(entry, LinkDropReason.InterfaceRemoved);
        foreach (NeighborEntry entry in _entries.Values.ToArray()) Drop(entry, LinkDropReason.InterfaceRemoved);
        _wheel.Unregister(_sweepTimer);
    }

    internal void OnTimer(NeighborEntry entry, Instant now)
    {
        _lastSeen = now;
        switch (entry.State)
        {
            case NeighborState.Delay:
                StartProbing(entry, now);
                break;
            case NeighborState.Probe when entry.Solicits < _options.MaximumUnicastSolicits:
                Solicit(entry, now);
                break;
            case NeighborState.Probe:
                // The station may have a new hardware address: ask everybody before giving up (RFC 1122 §2.3.2.1).
                entry.State = NeighborState.Incomplete;
                entry.Solicits = 0;
                Solicit(entry, now);
                break;
            case NeighborState.Incomplete when entry.Solicits < _options.MaximumMulticastSolicits:
                Solicit(entry, now);
                break;
            case NeighborState.Incomplete:
                Fail(entry, now);
                break;
        }
    }

    void ITimerOwner.OnTimer(int handle, Instant now)
    {
        while (_oldest is { } entry && entry.LastUsed + _options.UnusedTime <= now) Drop(entry, LinkDropReason.NeighborEvicted);
        if (_oldest is not null) _wheel.Schedule(_sweepTimer, _oldest.LastUsed + _options.UnusedTime);
    }

    private LinkSendResult SendUnresolved(NeighborEntry entry, TransmitFrame frame, Instant now)
    {
        if (entry.HasFailed && now < entry.LastSolicited + _options.RetransmitTime)
        {
            _statistics.CountDrop(LinkDropReason.NeighborUnreachable);
            frame.Release();
            return LinkSendResult.Unreachable;
        }
        if (entry.Enqueue(frame, _options.MaximumQueuedFrames) is { } oldest)
        {
            _statistics.CountDrop(LinkDropReason.NeighborQueueFull);
            oldest.Release();
        }
        if (entry.HasFailed || entry.Solicits == 0)
        {
            entry.HasFailed = false;
            entry.Solicits = 0;
            Solicit(entry, now);
        }
        return LinkSendResult.Accepted;
    }

    private void StartProbing(NeighborEntry entry, Instant now)
    {
        entry.State = NeighborState.Probe;
        entry.Solicits = 0;
        Solicit(entry, now);
    }

    private void Solicit(NeighborEntry entry, Instant now)
    {
        entry.Solicits++;
        entry.LastSolicited = now;
        _wheel.Schedule(entry.TimerHandle, now + _options.RetransmitTime);
        _link.Solicit(entry.Address, entry.State == NeighborState.Probe ? entry.HardwareAddress : null, now);
    }

    private void SetReachable(NeighborEntry entry, Instant now)
    {
        entry.State = NeighborState.Reachable;
        entry.ReachableUntil = new Instant(now.Nanoseconds + _reachableTime.Ticks * 100);
        entry.Solicits = 0;
    }

    private void Fail(NeighborEntry entry, Instant now)
    {
        entry.HasFailed = true;
        entry.Solicits = 0;
        _statistics.ResolutionFailures++;
        TransmitFrame[] waiting = TakeWaiting(entry);
        _link.OnUnreachable(entry.Address, waiting, now);
        foreach (TransmitFrame frame in waiting)
        {
            _statistics.CountDrop(LinkDropReason.NeighborUnreachable);
            frame.Release();
        }
    }

    private static TransmitFrame[] TakeWaiting(NeighborEntry entry)
    {
        TransmitFrame[] waiting = new TransmitFrame[entry.WaitingCount];
        for (int i = 0; i < waiting.Length; i++) waiting[i] = entry.Dequeue()!;
        return waiting;
    }

    private void SendWaiting(NeighborEntry entry)
    {
        if (entry.WaitingCount == 0) return;
        if (entry is { State: NeighborState.Stale, IsStatic: false })
        {
            entry.State = NeighborState.Delay;
            _wheel.Schedule(entry.TimerHandle, _lastSeen + _options.DelayFirstProbeTime);
        }
        while (entry.Dequeue() is { } frame) _link.Transmit(frame, entry.HardwareAddress);
    }

    private NeighborEntry Create(in IpAddress address, Instant now)
    {
        if (_entries.Count >= _options.MaximumEntries && _oldest is { } unused) Drop(unused, LinkDropReason.NeighborEvicted);
        NeighborEntry entry = new(this, address) { IsListed = true, LastUsed = now };
        entry.TimerHandle = _wheel.Register(entry);
        _entries.Add(address, entry);
        PutInFront(entry);
        if (_oldest == entry) _wheel.Schedule(_sweepTimer, now + _options.UnusedTime);
        return entry;
    }

    private void DropWaiting(NeighborEntry entry, LinkDropReason reason)
    {
        while (entry.Dequeue() is { } frame)
        {
            _statistics.CountDrop(reason);
            frame.Release();
        }
    }

    private void Drop(NeighborEntry entry, LinkDropReason reason)
    {
        DropWaiting(entry, reason);
        entry.IsListed = false;
        _wheel.Unregister(entry.TimerHandle);
        _entries.Remove(entry.Address);
        TakeOut(entry);
    }

    private void MoveToFront(NeighborEntry entry, Instant now)
    {
        entry.LastUsed = now;
        if (_newest == entry || entry.IsStatic) return;
        TakeOut(entry);
        PutInFront(entry);
    }

    private void PutInFront(NeighborEntry entry)
    {
        entry.Older = _newest;
        entry.Newer = null;
        if (_newest is not null) _newest.Newer = entry;
        _newest = entry;
        _oldest ??= entry;
    }

    private void TakeOut(NeighborEntry entry)
    {
        if (entry.Newer is not null) entry.Newer.Older = entry.Older;
        else if (_newest == entry) _newest = entry.Older;
        if (entry.Older is not null) entry.Older.Newer = entry.Newer;
        else if (_oldest == entry) _oldest = entry.Newer;
        entry.Newer = null;
        entry.Older = null;
    }

    private NeighborInfo Describe(NeighborEntry entry)
    {
        NeighborState state = entry.State;
        if (state == NeighborState.Reachable && !entry.IsStatic && _lastSeen >= entry.ReachableUntil) state = NeighborState.Stale;
        return new NeighborInfo(entry.Address, entry.HardwareAddress, state, entry.IsStatic, entry.HasFailed, entry.WaitingCount);
    }
}
