using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Tcp.Authentication;

/// <summary>The keys of a socket. Connections with a peer that one of them is for are signed, both ways; others are not.</summary>
/// <remarks>Never changed once it is made. On a live connection another set may take its place (<see cref="TcpSocketOptions.AuthenticationKeys"/>), which is how keys are
/// changed without a break: add the new key at both ends, then ask for it with <see cref="Requesting"/>, and when the peer signs with it, take the old one away.</remarks>
public sealed class TcpAuthenticationKeys
{
    private readonly TcpAuthenticationKey[] _keys;

    /// <param name="keys">At least one. A connection sends with the first that fits its peer, until the peer asks for another.</param>
    /// <exception cref="ArgumentException">There is none, or two for the same peer cannot be told apart.</exception>
    public TcpAuthenticationKeys(params IEnumerable<TcpAuthenticationKey> keys)
        : this([.. keys], null)
    {
    }

    private TcpAuthenticationKeys(TcpAuthenticationKey[] keys, byte? requestedId)
    {
        if (keys.Length == 0) throw new ArgumentException("Name a key at least; null means no authentication.", nameof(keys));
        for (int i = 0; i < keys.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                bool alike = keys[i].IsMd5 || keys[j].IsMd5 || keys[i].SendId == keys[j].SendId || keys[i].ReceiveId == keys[j].ReceiveId;
                if (alike && keys[i].Overlaps(keys[j]))
                {
                    throw new ArgumentException(
                        $"Two keys for {keys[i].Peers} share an ID, or one is for MD5: give each its own SendID and RecvID, or a peer one MD5 key alone.", nameof(keys));
                }
            }
        }
        _keys = keys;
        RequestedId = requestedId;
    }

    /// <summary>RecvID of the key that the peer is asked to sign with (RNextKeyID); null, the default: the first that fits.</summary>
    public byte? RequestedId { get; }

    /// <summary>The keys, in the order given.</summary>
    public IReadOnlyList<TcpAuthenticationKey> Keys => _keys;

    /// <summary>The same keys, with the peer asked to sign with one of them from now on.</summary>
    /// <param name="receiveId">Its RecvID.</param>
    /// <exception cref="ArgumentException">No key has that RecvID.</exception>
    public TcpAuthenticationKeys Requesting(byte receiveId)
    {
        if (!Array.Exists(_keys, key => !key.IsMd5 && key.ReceiveId == receiveId)) throw new ArgumentException($"No key has the RecvID {receiveId}.", nameof(receiveId));
        return new TcpAuthenticationKeys(_keys, receiveId);
    }

    internal bool Covers(in IpAddress peer)
    {
        foreach (TcpAuthenticationKey key in _keys)
            if (key.Peers.Contains(peer)) return true;
        return false;
    }

    internal TcpAuthenticationKey[] For(IpAddress peer) => Array.FindAll(_keys, key => key.Peers.Contains(peer));
}
