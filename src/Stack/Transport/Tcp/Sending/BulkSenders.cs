using StackSharp.Stack.Time;

namespace StackSharp.Stack.Transport.Tcp.Sending;

/// <summary>How many connections send in bulk at a time. Counted by periods: a queue that runs dry for a moment makes nobody's share larger.</summary>
internal sealed class BulkSenders
{
    /// <summary>More octets than this in a send queue are bulk. Shares are multiples of it: as much as leaves at a time.</summary>
    public const int Bytes = 64 * 1024;

    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(100);
    private Instant _began = Instant.Never;
    private long _period;
    private int _now;
    private int _before;

    /// <summary>Those of this period or of the last one, whichever were more.</summary>
    public int Count => Math.Max(_now, _before);

    /// <summary>A connection has much to send.</summary>
    /// <param name="counted">The connection's own: the period in which it was counted last; 0: never.</param>
    public void Note(ref long counted, Instant now)
    {
        if (_began == Instant.Never || now - _began >= Length) Begin(now);
        if (counted == _period) return;
        counted = _period;
        _now++;
    }

    private void Begin(Instant now)
    {
        _before = _began != Instant.Never && now - _began < 2 * Length ? _now : 0;
        _now = 0;
        _period++;
        _began = now;
    }
}
