using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Tcp.Sharing;

/// <summary>What is known of peers: bounded, and forgotten when old.</summary>
internal sealed class PeerStates(TcpLayerOptions options, IRandomSource random)
{
    private readonly Dictionary<IpAddress, LinkedListNode<PeerState>> _peers = new(new KeyedAddressComparer(random.Next()));

    // The one that was updated longest ago comes first.
    private readonly LinkedList<PeerState> _byAge = new();

    public int Count => _peers.Count;

    /// <summary>What is known and not too old; null: nothing.</summary>
    public PeerState? Find(in IpAddress address, Instant now)
    {
        if (!_peers.TryGetValue(address, out LinkedListNode<PeerState>? known)) return null;
        if (now - known.Value.UpdatedAt <= options.SharedStateLifetime) return known.Value;
        Remove(known);
        return null;
    }

    /// <summary>The state that a connection which ends now adds to.</summary>
    public PeerState Update(in IpAddress address, Instant now)
    {
        _ = Find(address, now);
        if (_peers.TryGetValue(address, out LinkedListNode<PeerState>? known))
        {
            _byAge.Remove(known);
        }
        else
        {
            if (_peers.Count >= options.MaximumSharedPeers) Remove(_byAge.First!);
            known = new LinkedListNode<PeerState>(new PeerState(address));
            _peers.Add(address, known);
        }
        _byAge.AddLast(known);
        known.Value.UpdatedAt = now;
        return known.Value;
    }

    /// <summary>What is known holds no longer.</summary>
    public void Forget(in IpAddress address)
    {
        if (_peers.TryGetValue(address, out LinkedListNode<PeerState>? known)) Remove(known);
    }

    private void Remove(LinkedListNode<PeerState> peer)
    {
        _byAge.Remove(peer);
        _peers.Remove(peer.Value.Address);
    }
}
