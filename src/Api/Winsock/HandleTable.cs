using System.Collections.Concurrent;
using StackSharp.Spi;

namespace StackSharp.Winsock;

/// <summary>Handles, and whose they are. A number is not used again before all others have been.</summary>
internal sealed class HandleTable
{
    private readonly ConcurrentDictionary<nuint, Entry> _entries = new();
    private ulong _next;

    public sealed record Entry(ITransportProvider Provider, object Context);

    public SOCKET Add(ITransportProvider provider, object context)
    {
        // Multiples of 4 from 0x100, as handles look on Windows; never INVALID_SOCKET.
        SOCKET handle = new((nuint)(0x100 + Interlocked.Increment(ref _next) * 4));
        _entries[handle.Value] = new Entry(provider, context);
        return handle;
    }

    public Entry? Find(SOCKET handle) => _entries.GetValueOrDefault(handle.Value);

    public bool Remove(SOCKET handle) => _entries.TryRemove(handle.Value, out _);

    public void Clear() => _entries.Clear();
}
