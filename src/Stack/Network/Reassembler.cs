using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Network;

/// <summary>Limits of reassembly.</summary>
internal readonly record struct ReassemblyLimits(TimeSpan Timeout, int HighBytes, int LowBytes, int MaximumFragments, int SourceShareBytes);

/// <summary>A piece of a datagram, of either family.</summary>
internal readonly ref struct Fragment
{
    public FragmentKey Key { get; init; }

    public INetworkLink Link { get; init; }

    /// <summary>Octets.</summary>
    public int Offset { get; init; }

    public bool MoreFragments { get; init; }

    public EcnCodepoint Ecn { get; init; }

    public bool IsBroadcast { get; init; }

    public bool IsMulticast { get; init; }

    /// <summary>The header of this piece, which is kept if it is the first.</summary>
    public ReadOnlySpan<byte> Header { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }
}

/// <summary>Is told of datagrams that were given up for their age, with the first piece here (RFC 1122 §3.3.2).</summary>
internal interface IReassemblyObserver
{
    void OnReassemblyTimeout(PartialDatagram datagram, Instant now);
}

/// <summary>Puts pieces together (RFC 791 §3.2, RFC 815), for both families.</summary>
/// <remarks>
/// Bounded by memory, by pieces and by source; a datagram with overlapping pieces is given up, so that nobody can have one host
/// read it differently from another (RFC 1858, RFC 5722). Every piece that leads nowhere is counted under one reason.
/// </remarks>
internal sealed class Reassembler : ITimerOwner
{
    /// <summary>Longest datagram, header included.</summary>
    private const int MaximumDatagram = 65535;

    private readonly ReassemblyLimits _limits;
    private readonly INetworkBuffers _buffers;
    private readonly IReassemblyObserver _observer;
    private readonly IpStatistics _statistics;
    private readonly TimerWheel _wheel;
    private readonly Dictionary<FragmentKey, PartialDatagram> _datagrams;
    private readonly Stack<PartialDatagram> _free = new();
    private readonly int _timer;
    private PartialDatagram? _oldest;
    private PartialDatagram? _newest;

    public Reassembler(ReassemblyLimits limits, INetworkBuffers buffers, IReassemblyObserver observer, IpStatistics statistics, TimerWheel wheel, ulong secret)
    {
        _limits = limits;
        _buffers = buffers;
        _observer = observer;
        _statistics = statistics;
        _wheel = wheel;
        _datagrams = new Dictionary<FragmentKey, PartialDatagram>(new FragmentKeyComparer(secret));
        _timer = wheel.Register(this);
    }

    /// <summary>Memory in use, in octets.</summary>
    public int HeldBytes { get; private set; }

    public int Count => _datagrams.Count;

    /// <summary>Pieces that wait for others.</summary>
    public int WaitingPieces { get; private set; }

    /// <summary>Takes a piece in.</summary>
    /// <returns>The datagram, complete, to be handed to <see cref="Recycle"/> after use; null otherwise.</returns>
    public PartialDatagram? Add(in Fragment fragment, Instant now)
    {
        _statistics.ReasmReqds++;
        int end = fragment.Offset + fragment.Payload.Length;
        if (end + fragment.Header.Length > MaximumDatagram || (fragment.MoreFragments && fragment.Payload.Length % 8 != 0) || fragment.Payload.IsEmpty)
        {
            _statistics.CountDrop(IpDropReason.BadFragment);
            return null;
        }
        if (!_datagrams.TryGetValue(fragment.Key, out PartialDatagram? datagram)) datagram = Begin(fragment, now);
        if (!TryStore(datagram, fragment, end)) return null;
        if (!datagram.IsComplete) return null;
        return Complete(datagram);
    }

    /// <summary>Releases the buffer of a completed datagram.</summary>
    public void Recycle(PartialDatagram datagram)
    {
        datagram.Buffer!.Release();
        datagram.Buffer = null;
        _free.Push(datagram);
    }

    public void Close()
    {
        while (_oldest is not null) GiveUp(_oldest, IpDropReason.Shutdown);
    }

    /// <summary>An interface has gone: what came in on it cannot be completed.</summary>
    public void RemoveLink(INetworkLink link)
    {
        for (PartialDatagram? datagram = _oldest, next; datagram is not null; datagram = next)
        {
            next = datagram.Newer;
            if (ReferenceEquals(datagram.Link, link)) GiveUp(datagram, IpDropReason.Shutdown);
        }
    }

    public void OnTimer(int handle, Instant now)
    {
        while (_oldest is { } datagram && datagram.Expires <= now)
        {
            if (datagram.HeaderLength > 0) _observer.OnReassemblyTimeout(datagram, now);
            GiveUp(datagram, IpDropReason.ReassemblyTimeout);
        }
        if (_oldest is not null) _wheel.Schedule(handle, _oldest.Expires);
    }

    private PartialDatagram Begin(in Fragment fragment, Instant now)
    {
        if (!_free.TryPop(out PartialDatagram? datagram)) datagram = new PartialDatagram();
        datagram.Begin(fragment.Key, fragment.Link, now + _limits.Timeout);
        _datagrams.Add(fragment.Key, datagram);
        datagram.Older = _newest;
        if (_newest is not null) _newest.Newer = datagram;
        else _wheel.Schedule(_timer, datagram.Expires);
        _newest = datagram;
        _oldest ??= datagram;
        return datagram;
    }

    private bool TryStore(PartialDatagram datagram, in Fragment fragment, int end)
    {
        PieceFit fit = datagram.Fit(fragment.Offset, end, out int position);
        if (fit == PieceFit.Duplicate)
        {
            _statistics.CountDrop(IpDropReason.FragmentDuplicate);
            return false;
        }
        bool endsTwice = !fragment.MoreFragments && (datagram.TotalLength >= 0 || datagram.HighestEnd > end);
        if (fit == PieceFit.Overlap || endsTwice) return Refuse(datagram, IpDropReason.FragmentOverlap);
        if (datagram.PieceCount >= _limits.MaximumFragments) return Refuse(datagram, IpDropReason.TooManyFragments);
        if (!TryMakeRoom(datagram, end)) return Refuse(datagram, IpDropReason.NoBuffers);
        fragment.Payload.CopyTo(datagram.Buffer!.Storage[(PartialDatagram.PayloadStart + fragment.Offset)..]);
        if (fragment.Offset == 0)
        {
            datagram.HeaderLength = fragment.Header.Length;
            fragment.Header.CopyTo(datagram.Buffer.Storage[(PartialDatagram.PayloadStart - fragment.Header.Length)..]);
        }
        if (!fragment.MoreFragments) datagram.TotalLength = end;
        datagram.Insert(position, fragment.Offset, end);
        WaitingPieces++;
        datagram.AnyBroadcast |= fragment.IsBroadcast;
        datagram.AnyMulticast |= fragment.IsMulticast;
        datagram.NoteEcn(fragment.Ecn);
        KeepBudget(datagram);
        return datagram.Buffer is not null;
    }

    private PartialDatagram? Complete(PartialDatagram datagram)
    {
        if (datagram.HeaderLength + datagram.TotalLength > MaximumDatagram)
        {
            GiveUp(datagram, IpDropReason.BadFragment);
            return null;
        }
        // RFC 3168 §5.3: some say that the flow does not do ECN, others that it does.
        if (datagram.SawNotEct && (datagram.SawEct || datagram.SawCongestion))
        {
            GiveUp(datagram, IpDropReason.FragmentEcnMix);
            return null;
        }
        _statistics.ReasmOKs++;
        TakeOut(datagram);
        return datagram;
    }

    // The piece that showed the fault is counted like those that it takes along.
    private bool Refuse(PartialDatagram datagram, IpDropReason reason)
    {
        _statistics.CountDrop(reason);
        GiveUp(datagram, reason);
        return false;
    }

    private void GiveUp(PartialDatagram datagram, IpDropReason reason)
    {
        _statistics.ReasmFails++;
        for (int i = 0; i < datagram.PieceCount; i++) _statistics.CountDrop(reason);
        TakeOut(datagram);
        datagram.Buffer?.Release();
        datagram.Buffer = null;
        _free.Push(datagram);
    }

    private void TakeOut(PartialDatagram datagram)
    {
        WaitingPieces -= datagram.PieceCount;
        HeldBytes -= datagram.Buffer?.Capacity ?? 0;
        _datagrams.Remove(datagram.Key);
        if (datagram.Older is not null) datagram.Older.Newer = datagram.Newer;
        else _oldest = datagram.Newer;
        if (datagram.Newer is not null) datagram.Newer.Older = datagram.Older;
        else _newest = datagram.Older;
    }

    /// <summary>Sees to it that the buffer reaches up to an octet of payload: small datagrams take small buffers.</summary>
    private bool TryMakeRoom(PartialDatagram datagram, int end)
    {
        int octets = PartialDatagram.PayloadStart + end;
        if (datagram.Buffer is { } present && present.Capacity >= octets) return true;
        PacketBuffer? larger = _buffers.TryRentBuffer(octets, "reassembly");
        if (larger is null) return false;
        if (datagram.Buffer is { } smaller)
        {
            smaller.Storage.CopyTo(larger.Storage);
            HeldBytes -= smaller.Capacity;
            smaller.Release();
        }
        datagram.Buffer = larger;
        HeldBytes += larger.Capacity;
        return true;
    }

    private void KeepBudget(PartialDatagram added)
    {
        if (HeldBytes > _limits.HighBytes)
        {
            while (HeldBytes > _limits.LowBytes && _oldest is not null) GiveUp(_oldest, IpDropReason.ReassemblyBudget);
            return;
        }
        while (HeldBy(added.Key.Source, out PartialDatagram? oldest) > _limits.SourceShareBytes) GiveUp(oldest!, IpDropReason.ReassemblyBudget);
    }

    // At most a few hundred datagrams fit into the budget, and only a second one of the same source makes this worth a look.
    private int HeldBy(in IpAddress source, out PartialDatagram? oldest)
    {
        oldest = null;
        if (HeldBytes <= _limits.SourceShareBytes) return 0;
        int held = 0;
        for (PartialDatagram? datagram = _newest; datagram is not null; datagram = datagram.Older)
        {
            if (datagram.Key.Source != source) continue;
            held += datagram.Buffer!.Capacity;
            oldest = datagram;
        }
        return held;
    }
}
