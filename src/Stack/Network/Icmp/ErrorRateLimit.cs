using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Network.Icmp;

/// <summary>How many ICMP errors may leave: a token bucket for all, and one per interval for each destination and type (RFC 1812 §4.3.2.8).</summary>
/// <remarks>The second is remembered in a table of fixed size that forgets when two destinations meet; which do, only the secret knows.</remarks>
internal sealed class ErrorRateLimit(IcmpOptions options, ulong secret)
{
    private const int Slots = 1024;
    private readonly ulong[] _keys = new ulong[Slots];
    private readonly Instant[] _last = new Instant[Slots];
    private double _tokens = options.ErrorBurst;
    private Instant _refilled;

    public bool TryTake(in IpAddress destination, byte type, Instant now)
    {
        ulong key = KeyedAddressComparer.Mix(secret + type, destination) | 1;
        int slot = (int)(key >> 32) & (Slots - 1);
        if (_keys[slot] == key && now < _last[slot] + options.ErrorInterval) return false;
        double elapsed = Math.Max(0, (now - _refilled).TotalSeconds);
        _tokens = Math.Min(options.ErrorBurst, _tokens + elapsed * options.ErrorsPerSecond);
        _refilled = now;
        if (_tokens < 1) return false;
        _tokens--;
        _keys[slot] = key;
        _last[slot] = now;
        return true;
    }
}
