using System.Collections.Concurrent;
using StackSharp.Spi;

namespace StackSharp.Winsock;

/// <summary>Handles, and whose they are. A number is not used again before all others have been.</summary>
internal sealed class HandleTable
{
    private readonly ConcurrentDictionary<nuint, Entry> _entries = new();
    private readonly ConcurrentDictionary<nuint, CompletionPort> _ports = new();
    private readonly ConcurrentDictionary<nuint, EventObject> _events = new();
    private ulong _next;

    public sealed class Entry(ITransportProvider provider, object context, bool isOverlapped)
    {
        private PortAssociation? _association;

        public ITransportProvider Provider { get; } = provider;

        public object Context { get; } = context;

        /// <summary>Made with WSA_FLAG_OVERLAPPED, or accepted from a listener that was.</summary>
        public bool IsOverlapped { get; } = isOverlapped;

        /// <summary>The completion port that is told of the socket's overlapped calls.</summary>
        public PortAssociation? Association => Volatile.Read(ref _association);

        /// <returns>False: it has one already.</returns>
        public bool TryAssociate(PortAssociation association) => Interlocked.CompareExchange(ref _association, association, null) is null;

        /// <returns>False: it has no port.</returns>
        public bool TrySkipOnSuccess()
        {
            if (Association is not { } association) return false;
            Volatile.Write(ref _association, association with { SkipsOnSuccess = true });
            return true;
        }
    }

    public SOCKET Add(ITransportProvider provider, object context, bool isOverlapped)
    {
        SOCKET handle = new(NextNumber());
        _entries[handle.Value] = new Entry(provider, context, isOverlapped);
        return handle;
    }

    public HANDLE Add(CompletionPort port)
    {
        HANDLE handle = new(NextNumber());
        _ports[handle.Value] = port;
        return handle;
    }

    public WSAEVENT Add(EventObject one)
    {
        WSAEVENT handle = new(NextNumber());
        _events[handle.Value] = one;
        return handle;
    }

    public CompletionPort? Find(HANDLE port) => _ports.GetValueOrDefault(port.Value);

    /// <returns>What it stood for; null: nothing.</returns>
    public CompletionPort? Remove(HANDLE port) => _ports.TryRemove(port.Value, out CompletionPort? one) ? one : null;

    public Entry? Find(SOCKET handle) => _entries.GetValueOrDefault(handle.Value);

    public EventObject? Find(WSAEVENT handle) => _events.GetValueOrDefault(handle.Value);

    public bool Remove(SOCKET handle) => _entries.TryRemove(handle.Value, out _);

    /// <returns>What it stood for; null: nothing.</returns>
    public EventObject? Remove(WSAEVENT handle) => _events.TryRemove(handle.Value, out EventObject? one) ? one : null;

    /// <summary>Forgets the sockets. Event objects stay: they are not Winsock's to close.</summary>
    public void ClearSockets() => _entries.Clear();

    // Multiples of 4 from 0x100, as handles look on Windows; never INVALID_SOCKET nor WSA_INVALID_EVENT.
    private nuint NextNumber() => (nuint)(0x100 + Interlocked.Increment(ref _next) * 4);
}
