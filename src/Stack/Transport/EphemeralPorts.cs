using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport;

/// <summary>Draws local ports that an outsider cannot guess: RFC 6056 §3.3.3, algorithm 3 (simple hash-based).</summary>
internal sealed class EphemeralPorts
{
    private readonly PortRange _range;
    private readonly SipHash _hash;
    private uint _next;

    public EphemeralPorts(ushort first, ushort last, IRandomSource random, PortShare share = default)
    {
        _range = new PortRange(first, last, share);
        _hash = new SipHash(random);
        _next = (uint)random.Next();
    }

    /// <summary>How many ports there are to try.</summary>
    public int Count => _range.Count;

    /// <summary>Where to begin for this peer; each call moves on by one.</summary>
    public uint Begin(in IpAddress local, in IpEndpoint remote) =>
        (uint)_hash.Compute(local, remote.Address, remote.Port) + _next++;

    /// <summary>The port at a step from the beginning.</summary>
    public ushort At(uint begin, int step) => _range.At(begin + (uint)step);
}
