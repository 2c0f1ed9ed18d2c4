using System.Runtime.CompilerServices;
using StackSharp.Stack.Transport.Tcp.Tracing;

namespace StackSharp.Net;

/// <summary>Keeps the latest events of TCP connections until somebody reads them. When nobody does in time, the oldest give way and are counted.</summary>
/// <remarks>One log may serve any number of connections and stacks. Its memory is set aside when it is made: an event allocates nothing and wakes nobody.
/// Any thread may read; several readers share the events.</remarks>
public sealed class TcpEventLog : ITcpEventSink
{
    private const int BatchEvents = 256;
    private static readonly TimeSpan ReadInterval = TimeSpan.FromMilliseconds(20);
    private readonly Lock _lock = new();
    private readonly TcpTraceEvent[] _ring;
    private long _written;
    private long _read;
    private long _dropped;
    private volatile bool _isComplete;

    /// <param name="capacity">Events kept, at least 1. Each takes some 200 octets; a connection in bulk transfer has up to two per segment.</param>
    public TcpEventLog(int capacity = 16_384)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _ring = new TcpTraceEvent[capacity];
    }

    /// <summary>Events that gave way to later ones before they were read.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <inheritdoc/>
    public void OnEvent(in TcpTraceEvent happened)
    {
        lock (_lock)
        {
            if (_isComplete) return;
            if (_written - _read == _ring.Length)
            {
                _read++;
                _dropped++;
            }
            _ring[_written++ % _ring.Length] = happened;
        }
    }

    /// <summary>Takes the oldest events out.</summary>
    /// <returns>Events taken; fewer than there is room for: there are no more.</returns>
    public int Drain(Span<TcpTraceEvent> events)
    {
        lock (_lock)
        {
            int count = (int)Math.Min(events.Length, _written - _read);
            for (int i = 0; i < count; i++) events[i] = _ring[_read++ % _ring.Length];
            return count;
        }
    }

    /// <summary>Nothing more is taken in: <see cref="ReadAllAsync"/> ends once everything is read.</summary>
    public void Complete() => _isComplete = true;

    /// <summary>The events in the order in which they happened, until <see cref="Complete"/> or cancellation. It looks for new ones every 20 ms, so that the stack
    /// does not have to wake anybody.</summary>
    /// <exception cref="OperationCanceledException"/>
    public async IAsyncEnumerable<TcpTraceEvent> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using PeriodicTimer timer = new(ReadInterval);
        TcpTraceEvent[] batch = new TcpTraceEvent[BatchEvents];
        while (true)
        {
            // Asked first: whatever came before it is in the log.
            bool isLast = _isComplete;
            for (int count = Drain(batch); count > 0; count = Drain(batch))
                for (int i = 0; i < count; i++) yield return batch[i];
            if (isLast) yield break;
            await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
