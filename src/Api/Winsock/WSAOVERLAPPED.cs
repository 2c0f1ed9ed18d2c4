using StackSharp.Spi;

namespace StackSharp.Winsock;

/// <summary>One overlapped call: tells how far it is, and names it to those who wait for it or cancel it.</summary>
/// <remarks>What C programs put beside the structure goes into a class derived from this one. May be used again once the call has completed, and not before.</remarks>
public class WSAOVERLAPPED
{
    private nuint _internal;

    // Only there if a thread has ever waited.
    private object? _gate;

    /// <summary>The status (NTSTATUS): 0x103 from the call's begin until it has completed.</summary>
    public nuint Internal
    {
        get => Volatile.Read(ref _internal);
        set => Volatile.Write(ref _internal, value);
    }

    /// <summary>Octets moved, once it has completed.</summary>
    public nuint InternalHigh { get; set; }

    /// <summary>Where in a file to begin, low half: for TransmitFile.</summary>
    public uint Offset { get; set; }

    /// <summary>The same, high half.</summary>
    public uint OffsetHigh { get; set; }

    /// <summary>Signalled when the call has completed, and reset when it begins; WSA_INVALID_EVENT: none. With its lowest bit set (<see cref="Ws2_32.WithoutPacket"/>) the
    /// socket's completion port is not told.</summary>
    public WSAEVENT hEvent { get; set; }

    internal EventObject? Event { get; set; }

    /// <summary>Where it is told, settled when the call begins: what changes afterwards on the handle is for later calls.</summary>
    internal PortAssociation? Association { get; set; }

    /// <summary>The flags of a receive that has completed.</summary>
    internal uint Flags { get; set; }

    /// <summary>The Winsock error; of use once the call has completed.</summary>
    internal int Error { get; set; }

    /// <summary>What the provider keeps of the call while it is under way: to cancel it by.</summary>
    internal object? ProviderContext { get; set; }

    internal bool IsPending => Internal == OperationStatus.Pending;

    /// <summary>The call begins.</summary>
    internal void Begin(PortAssociation? association, EventObject? toSignal)
    {
        Association = association;
        Event = toSignal;
        toSignal?.Reset();
        Internal = OperationStatus.Pending;
    }

    /// <summary>The call has ended. The last that its front end does with it.</summary>
    internal void End(int error, uint transferred, uint flags)
    {
        Association = null;
        Event = null;
        (Error, Flags, InternalHigh) = (error, flags, transferred);
        Internal = OperationStatus.OfWinsock(error);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _gate) is not { } gate) return;
        lock (gate) Monitor.PulseAll(gate);
    }

    /// <summary>Sleeps until the call has ended.</summary>
    internal void WaitForEnd()
    {
        // Made before the look at the status, which is set before the look for this.
        object gate = _gate ?? Interlocked.CompareExchange(ref _gate, new object(), null) ?? _gate;
        lock (gate)
            while (IsPending) Monitor.Wait(gate);
    }
}
