using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using StackSharp.Stack;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Wire;

namespace StackSharp.Hosting;

/// <summary>A network stack that several threads may use: one lock around it, and one receive thread for each device.</summary>
/// <remarks>
/// Whoever holds the lock does the work: a call on an application's thread runs the protocols and writes its frames itself. No system
/// call and no user code runs under the lock. Frames and completions that an entry gave rise to are seen to after leaving it.
/// </remarks>
public sealed partial class StackHost : IAsyncDisposable, IDisposable
{
    private readonly Lock _lock = new();
    private readonly NetworkStack _stack;
    private readonly int _maximumBatch;
    private CompletionBatch _completions;
    private AttachedDevice[] _devices = [];   // Replaced, never changed: read without the lock.
    private SocketCore? _sockets;
    private bool _disposing;
    private bool _stackDisposed;

    public StackHost(StackHostOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumBatch, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaximumBatch, AttachedDevice.TransmitBatch, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumBatchBytes, 1, nameof(options));
        Options = options;
        _maximumBatch = options.MaximumBatch;
        _stack = new NetworkStack(options.Stack, options.Random);
        _timer = new HostTimer(this);
    }

    public StackHost()
        : this(new StackHostOptions())
    {
    }

    public StackHostOptions Options { get; }

    /// <summary>Whether sockets of <see cref="AddressFamily.InterNetworkV6"/> can be made.</summary>
    public static bool SupportsIpv6 => false;

    /// <summary>For those who have entered already.</summary>
    internal NetworkStack StackUnderLock => _stack;

    internal ILogger Logger => Options.Logger;

    internal int MaximumBatch => _maximumBatch;

    /// <summary>Gives a device to the stack and starts its receive thread. The host disposes the device when it is detached or the host ends.</summary>
    /// <returns>The interface, without an address as yet.</returns>
    /// <exception cref="ObjectDisposedException">The host has been disposed.</exception>
    public NetworkInterface Attach(ILinkDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        using Entry entered = Enter();
        SoftwareOffload? offload = Options.SoftwareOffload
            ? new SoftwareOffload(device, Options.Stack.MaximumFrames, Options.Stack.PadShortFrames)
            : null;
        NetworkInterface networkInterface = _stack.AddInterface(offload?.Info ?? device.Info, entered.Now);
        AttachedDevice attached = new(this, device, offload, networkInterface);
        // Whoever sees the device, to stop it above all, sees it with its thread. The thread's first step is to wait for this lock.
        attached.Start();
        _devices = [.. _devices, attached];
        ChooseTimekeeper();
        return networkInterface;
    }

    /// <summary>Makes an interface for a VLAN (IEEE 802.1Q) on an attached device, named as the parent, a dot and the VID. It shares the parent's device.</summary>
    /// <param name="parent">An Ethernet interface, or a VLAN on one, which then adds a second tag.</param>
    /// <param name="vlanId">VID, 1..4094.</param>
    /// <returns>The interface, without an address as yet.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such VID.</exception>
    /// <exception cref="ArgumentException">The parent is no Ethernet interface, has been detached, or has two tags already.</exception>
    /// <exception cref="InvalidOperationException">The parent has this VLAN.</exception>
    /// <exception cref="ObjectDisposedException">The host has been disposed.</exception>
    public NetworkInterface AddVlan(NetworkInterface parent, ushort vlanId)
    {
        ArgumentNullException.ThrowIfNull(parent);
        using Entry entered = Enter();
        return _stack.AddVlanInterface(parent, vlanId, entered.Now);
    }

    /// <summary>Takes a device away: its addresses, routes and VLANs go, its thread ends, and it is disposed. Or takes a VLAN away; its parent stays.</summary>
    /// <remarks>Called by an inline continuation on the device's own receive thread, it does not wait for that thread, which disposes the device as it ends.</remarks>
    /// <exception cref="ArgumentException">The interface is not of this host, or is the loopback interface.</exception>
    public void Detach(NetworkInterface networkInterface)
    {
        ArgumentNullException.ThrowIfNull(networkInterface);
        if (networkInterface.Parent is not null && TryRemoveVlan(networkInterface)) return;
        AttachedDevice? attached = _devices.FirstOrDefault(device => device.Interface == networkInterface);
        if (attached is null) throw NoDevice(nameof(networkInterface));
        // The stack is going to empty the transmit queue: nobody else may be doing so.
        attached.Retire();
        using (Entry entered = Enter())
        {
            // Another thread may detach the same interface: one of them does it.
            if (!_devices.Contains(attached)) throw NoDevice(nameof(networkInterface));
            _devices = [.. _devices.Where(device => device != attached)];
            _stack.RemoveInterface(networkInterface, entered.Now);
            ChooseTimekeeper();
        }
        attached.Stop();
    }

    private static ArgumentException NoDevice(string parameter) => new("The interface has no device on this host.", parameter);

    private bool TryRemoveVlan(NetworkInterface vlan)
    {
        using Entry entered = Enter();
        if (!_stack.Interfaces.Contains(vlan)) return false;
        _stack.RemoveInterface(vlan, entered.Now);
        return true;
    }

    /// <summary>Gives an interface an address, usable and announced at once.</summary>
    /// <param name="address">With the host bits: 198.18.0.1/24.</param>
    /// <exception cref="SocketException">AddressAlreadyInUse: this stack has it; InvalidArgument: no address for a host.</exception>
    public void AddAddress(NetworkInterface networkInterface, IpPrefix address, bool detectConflicts = false)
    {
        using Entry entered = Enter();
        ThrowIfFailed(_stack.AddAddress(networkInterface, address, entered.Now, detectConflicts));
    }

    /// <exception cref="SocketException">AddressNotAvailable: the interface does not have it.</exception>
    public void RemoveAddress(NetworkInterface networkInterface, IpAddress address)
    {
        using Entry entered = Enter();
        ThrowIfFailed(_stack.RemoveAddress(networkInterface, address, entered.Now));
    }

    /// <summary>Enters the lock. Leaving it (<see cref="Entry.Dispose"/>) sends the frames and runs the completions.</summary>
    /// <exception cref="ObjectDisposedException">The host has been disposed.</exception>
    public Entry Enter()
    {
        Entry entered = EnterAnyway();
        if (!_disposing) return entered;
        entered.Dispose();
        throw new ObjectDisposedException(nameof(StackHost));
    }

    /// <summary>As <see cref="Enter"/>, for those whose endpoints tell them by themselves that the host is gone.</summary>
    internal Entry EnterAnyway()
    {
        Instant now = HostClock.Now;
        _lock.Enter();
        // Costs two loads and a compare; saves the receive thread a wake-up when somebody passes by anyway.
        if (!_disposing && _stack.NextDeadline <= now) RunDeadlines(now);
        return new Entry(this, now);
    }

    private void RunDeadlines(Instant now)
    {
        bool entered = false;
        try
        {
            _stack.OnDeadline(now);
            entered = true;
        }
        finally
        {
            if (!entered) _lock.Exit();
        }
    }

    internal void Register(SocketCore socket)
    {
        socket.NextSocket = _sockets;
        if (_sockets is not null) _sockets.PreviousSocket = socket;
        _sockets = socket;
    }

    internal void Unregister(SocketCore socket)
    {
        if (socket.PreviousSocket is not null) socket.PreviousSocket.NextSocket = socket.NextSocket;
        else if (_sockets == socket) _sockets = socket.NextSocket;
        if (socket.NextSocket is not null) socket.NextSocket.PreviousSocket = socket.PreviousSocket;
        socket.NextSocket = null;
        socket.PreviousSocket = null;
    }

    internal static void ThrowIfFailed(TransportError error)
    {
        if (error != TransportError.None) throw new SocketException((int)error);
    }
}
