using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>What is known of servers from Fast Open with them before (RFC 7413 §4.1.3).</summary>
internal sealed class FastOpenPeers(TcpLayerOptions options, IRandomSource random)
{
    private const int FailuresInARow = 2;
    private const int MostDoublings = 6;
    private readonly Dictionary<IpAddress, FastOpenPeer> _peers = new(new KeyedAddressComparer(random.Next()));
    private readonly Queue<IpAddress> _order = new();

    public int Count => _peers.Count;

    public FastOpenPeer? Find(in IpAddress address) => _peers.GetValueOrDefault(address);

    /// <summary>The server gave a cookie, or took the one that it was shown.</summary>
    /// <param name="cookie">Empty: the one known stays.</param>
    /// <param name="maximumSegmentSize">What it announced, octets; 0: nothing.</param>
    public void NoteSuccess(in IpAddress address, ReadOnlySpan<byte> cookie, bool isExperimental, ushort maximumSegmentSize)
    {
        FastOpenPeer peer = FindOrAdd(address);
        if (!cookie.IsEmpty) peer.SetCookie(cookie, isExperimental);
        peer.MaximumSegmentSize = maximumSegmentSize;
        peer.Failures = 0;
        peer.DisabledUntil = default;
    }

    /// <summary>A SYN with octets was lost, or they were not taken and no new cookie came (§4.1.3.1).</summary>
    public void NoteFailure(in IpAddress address, Instant now)
    {
        FastOpenPeer peer = FindOrAdd(address);
        peer.Failures++;
        if (peer.Failures < FailuresInARow) return;
        peer.DisabledUntil = now + options.FastOpenRetryDelay * (1 << Math.Min(peer.Failures - FailuresInARow, MostDoublings));
    }

    private FastOpenPeer FindOrAdd(in IpAddress address)
    {
        if (_peers.TryGetValue(address, out FastOpenPeer? known)) return known;
        if (_peers.Count >= options.MaximumFastOpenPeers) _peers.Remove(_order.Dequeue());
        FastOpenPeer peer = new();
        _peers.Add(address, peer);
        _order.Enqueue(address);
        return peer;
    }
}
