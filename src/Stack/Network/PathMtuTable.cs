using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Network;

/// <summary>Path MTUs below the interface's, for each destination (RFC 1191, RFC 8201): bounded, and forgotten when old.</summary>
internal sealed class PathMtuTable : ITimerOwner
{
    private readonly Dictionary<IpAddress, LinkedListNode<Entry>> _entries;
    private readonly LinkedList<Entry> _byAge = new();
    private readonly TimerWheel _wheel;
    private readonly TimeSpan _age;
    private readonly int _maximumEntries;
    private readonly int _timer;

    public PathMtuTable(TimerWheel wheel, TimeSpan age, int maximumEntries, ulong secret)
    {
        _wheel = wheel;
        _age = age;
        _maximumEntries = maximumEntries;
        _entries = new Dictionary<IpAddress, LinkedListNode<Entry>>(new KeyedAddressComparer(secret));
        _timer = wheel.Register(this);
    }

    private static ReadOnlySpan<ushort> Plateaus => [32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68];   // RFC 1191 §7.1.

    /// <summary>Rises with every change.</summary>
    public int Generation { get; private set; }

    public int Count => _entries.Count;

    /// <summary>Octets; int.MaxValue when nothing is known.</summary>
    public int Find(in IpAddress destination) => _entries.TryGetValue(destination, out LinkedListNode<Entry>? entry) ? entry.Value.Octets : int.MaxValue;

    /// <summary>Remembers a path MTU. It is never raised here (RFC 1191 §3), only by age.</summary>
    public void Lower(in IpAddress destination, int octets, Instant now)
    {
        if (_entries.TryGetValue(destination, out LinkedListNode<Entry>? known))
        {
            if (octets >= known.Value.Octets) return;
            _byAge.Remove(known);
            _entries.Remove(destination);
        }
        else if (_entries.Count >= _maximumEntries) RemoveOldest();
        _entries.Add(destination, _byAge.AddLast(new Entry(destination, octets, now + _age)));
        Generation++;
        _wheel.Schedule(_timer, _byAge.First!.Value.Expires);
    }

    /// <summary>The largest plateau below a packet's length, for routers that do not say what they want (RFC 1191 §7.1).</summary>
    public static int PlateauBelow(int octets)
    {
        foreach (ushort plateau in Plateaus)
            if (plateau < octets) return plateau;
        return Plateaus[^1];
    }

    public void OnTimer(int handle, Instant now)
    {
        while (_byAge.First is { } oldest && oldest.Value.Expires <= now) RemoveOldest();
        if (_byAge.First is not null) _wheel.Schedule(handle, _byAge.First.Value.Expires);
    }

    private void RemoveOldest()
    {
        _entries.Remove(_byAge.First!.Value.Destination);
        _byAge.RemoveFirst();
        Generation++;
    }

    private readonly record struct Entry(IpAddress Destination, int Octets, Instant Expires);
}
