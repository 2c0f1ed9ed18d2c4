using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Network;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Echo;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack;

/// <summary>A whole TCP/IP stack as a state machine: frames, user calls and the time go in; frames, events and the next deadline come out.</summary>
/// <remarks>Used by one thread at a time. The moments handed in never go back.</remarks>
public sealed class NetworkStack : IDisposable
{
    /// <param name="options">Every constant.</param>
    /// <param name="random">Secrets, identifiers and jitter come from here.</param>
    public NetworkStack(NetworkStackOptions options, IRandomSource random) => throw new NotImplementedException();

    public NetworkStackOptions Options => throw new NotImplementedException();

    public TcpLayer Tcp => throw new NotImplementedException();

    public UdpLayer Udp => throw new NotImplementedException();

    /// <summary>The loopback interface, then those of devices, in the order of their indices.</summary>
    public IReadOnlyList<NetworkInterface> Interfaces => throw new NotImplementedException();

    public NetworkInterface Loopback => throw new NotImplementedException();

    public RouteTable Routes => throw new NotImplementedException();

    /// <summary>Endpoints with events; drained by the host after each entry.</summary>
    public ReadyQueue Ready => throw new NotImplementedException();

    public StackStatistics Statistics => throw new NotImplementedException();

    /// <summary>When <see cref="OnDeadline"/> has something to do next; in the past while <see cref="OnEntryEnd"/> is due.</summary>
    public Instant NextDeadline => throw new NotImplementedException();

    /// <summary>Buffers and frames that somebody holds: 0 once the stack is disposed of and every transmit queue drained.</summary>
    public int OutstandingBuffers => throw new NotImplementedException();

    /// <summary>A new interface for a device. Its index is above all earlier ones.</summary>
    public NetworkInterface AddInterface(LinkDeviceInfo device, Instant now) => throw new NotImplementedException();

    /// <summary>Takes an interface away, with its addresses, routes and neighbours. What waits in its transmit queue is released.</summary>
    public void RemoveInterface(NetworkInterface networkInterface, Instant now) => throw new NotImplementedException();

    /// <summary>Gives an interface an address, and a direct route to its network.</summary>
    /// <param name="detectConflicts">Probe first (RFC 5227 §2.1): usable some 4 to 7 s later. Otherwise usable, and announced, at once.</param>
    /// <returns>AddressNotAvailable: no unicast address. AddressAlreadyInUse: an interface of this stack has it. NetworkDown: the interface is gone.</returns>
    public TransportError AddAddress(NetworkInterface networkInterface, IpPrefix address, Instant now, bool detectConflicts = false) =>
        throw new NotImplementedException();

    /// <summary>Takes an address away.</summary>
    /// <returns>AddressNotAvailable: the interface does not have it.</returns>
    public TransportError RemoveAddress(NetworkInterface networkInterface, in IpAddress address, Instant now) => throw new NotImplementedException();

    /// <summary>A new endpoint for ICMP echo (ping).</summary>
    /// <returns>NoBufferSpaceAvailable: every identifier is in use.</returns>
    public TransportError OpenEcho(object owner, out EchoEndpoint? endpoint) => throw new NotImplementedException();

    /// <summary>A buffer for <see cref="ILinkDevice.Receive"/>: large enough for any frame of the interface, or of any interface if none is named.
    /// Null when the budget is spent.</summary>
    public PacketBuffer? RentReceiveBuffer(NetworkInterface? networkInterface = null) => throw new NotImplementedException();

    /// <summary>Frames have arrived, together. The buffers stay the caller's; afterwards <see cref="PacketBuffer.IsShared"/> says that the stack kept a
    /// reference, and the buffer must then be released instead of being filled again.</summary>
    public void OnFrames(NetworkInterface networkInterface, ReadOnlySpan<PacketBuffer> frames, Instant now) => throw new NotImplementedException();

    /// <summary>Runs every timer that is due.</summary>
    public void OnDeadline(Instant now) => throw new NotImplementedException();

    /// <summary>The host is about to leave the stack: delivers what this stack has sent to itself. To be called after user calls, before
    /// the transmit queues and <see cref="Ready"/> are drained; <see cref="OnFrames"/> and <see cref="OnDeadline"/> do it themselves.</summary>
    public void OnEntryEnd(Instant now) => throw new NotImplementedException();

    /// <summary>Ends all connections and endpoints. What that sends is in the transmit queues afterwards.</summary>
    public void Shutdown(Instant now) => throw new NotImplementedException();

    /// <summary>Releases everything. Frames still in transmit queues are released too.</summary>
    public void Dispose() => throw new NotImplementedException();
}
