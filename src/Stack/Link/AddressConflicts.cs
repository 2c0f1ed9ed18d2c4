using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Arp;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack.Link;

/// <summary>RFC 5227: probes an address before it is used, announces it, and defends it while it is.</summary>
internal sealed class AddressConflicts(
    ArpOptions options, ArpProtocol arp, IArpPort port, LinkStatistics statistics, TimerWheel wheel, IRandomSource random)
{
    private readonly List<Guard> _guards = [];
    private int _conflictsWhileProbing;
    private Instant _lastAttempt;

    private enum Phase
    {
        /// <summary>Waiting to probe, probing, or listening after the last probe.</summary>
        Probing,
        Announcing,
        InUse,
    }

    /// <summary>Starts to guard an address.</summary>
    /// <param name="probe">Find out first whether it is free; otherwise it is announced at once.</param>
    public void Start(in IpAddress address, bool probe, Instant now)
    {
        Guard guard = new(this, address);
        guard.TimerHandle = wheel.Register(guard);
        _guards.Add(guard);
        if (!probe)
        {
            guard.Phase = Phase.Announcing;
            OnTimer(guard, now);
            return;
        }
        Instant start = now + random.Between(TimeSpan.Zero, options.ProbeWait);
        if (_conflictsWhileProbing >= options.MaximumConflicts) start = Instant.Max(start, _lastAttempt + options.RateLimitInterval);
        _lastAttempt = start;
        wheel.Schedule(guard.TimerHandle, start);
    }

    public void Stop(in IpAddress address)
    {
        for (int i = 0; i < _guards.Count; i++)
        {
            if (_guards[i].Address != address) continue;
            Remove(_guards[i]);
            return;
        }
    }

    public void Close()
    {
        foreach (Guard guard in _guards) wheel.Unregister(guard.TimerHandle);
        _guards.Clear();
    }

    /// <summary>Looks for a conflict.</summary>
    /// <returns>True: the sender uses or wants an address of ours; the packet must not be learned from.</returns>
    public bool OnPacket(in ArpPacket packet, Instant now)
    {
        if (packet.SenderHardwareAddress == port.HardwareAddress) return false;   // Our own, come back.
        foreach (Guard guard in _guards)
        {
            bool usesIt = packet.SenderProtocolAddress == guard.Address;
            bool probesIt = guard.Phase == Phase.Probing && packet.SenderProtocolAddress.IsUnspecified && packet.TargetProtocolAddress == guard.Address;
            if (!usesIt && !probesIt) continue;
            statistics.AddressConflicts++;
            OnConflict(guard, packet.SenderHardwareAddress, now);
            return true;
        }
        return false;
    }

    private void OnConflict(Guard guard, MacAddress holder, Instant now)
    {
        if (guard.Phase == Phase.Probing)
        {
            _conflictsWhileProbing++;
            Remove(guard);
            port.OnAddressLost(guard.Address, holder);
            return;
        }
        // RFC 5227 §2.4: (a), (b) with a conflict not long ago, or (b) and (c) with the right to answer.
        bool recent = guard.LastConflict is { } last && now < last + options.DefendInterval;
        if (options.Policy == ConflictPolicy.GiveUp || (options.Policy == ConflictPolicy.DefendOnce && recent))
        {
            Remove(guard);
            port.OnAddressLost(guard.Address, holder);
            return;
        }
        if (recent) return;
        guard.LastConflict = now;
        arp.Announce(guard.Address);
    }

    private void OnTimer(Guard guard, Instant now)
    {
        if (guard.Phase == Phase.Probing)
        {
            if (guard.Sent < options.ProbeCount)
            {
                guard.Sent++;
                arp.Probe(guard.Address);
                bool isLast = guard.Sent == options.ProbeCount;
                wheel.Schedule(guard.TimerHandle, now + (isLast ? options.AnnounceWait : random.Between(options.ProbeMinimum, options.ProbeMaximum)));
                return;
            }
            guard.Phase = Phase.Announcing;
            guard.Sent = 0;
            port.OnAddressUsable(guard.Address);
        }
        if (guard.Sent < options.AnnounceCount)
        {
            guard.Sent++;
            arp.Announce(guard.Address);
        }
        if (guard.Sent < options.AnnounceCount) wheel.Schedule(guard.TimerHandle, now + options.AnnounceInterval);
        else guard.Phase = Phase.InUse;
    }

    private void Remove(Guard guard)
    {
        wheel.Unregister(guard.TimerHandle);
        _guards.Remove(guard);
    }

    private sealed class Guard(AddressConflicts owner, IpAddress address) : ITimerOwner
    {
        public IpAddress Address { get; } = address;

        public Phase Phase { get; set; }

        /// <summary>Probes or announcements, in the present phase.</summary>
        public int Sent { get; set; }

        public Instant? LastConflict { get; set; }

        public int TimerHandle { get; set; }

        public void OnTimer(int handle, Instant now) => owner.OnTimer(this, now);
    }
}
