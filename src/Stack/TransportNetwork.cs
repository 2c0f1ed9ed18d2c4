using StackSharp.Stack.Buffers;
using StackSharp.Stack.Network;
using StackSharp.Stack.Network.Ipv4;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack;

/// <summary>The network as the transports see it.</summary>
internal sealed class TransportNetwork(PathTable paths, Ipv4Output output, StackBuffers buffers, StackClock clock) : ITransportNetwork
{
    public TransportError TryGetPath(in IpAddress local, in IpAddress remote, int interfaceIndex, out TransportPath? path)
    {
        RouteError error = paths.TryGet(local, remote, interfaceIndex, out NetworkPath? found);
        return View(error, found, out path);
    }

    public TransportError TryGetPathForOnce(in IpAddress local, in IpAddress remote, out TransportPath? path)
    {
        RouteError error = paths.TryGetForOnce(local, remote, 0, out NetworkPath? found);
        return View(error, found, out path);
    }

    public MemoryState Memory => buffers.State;

    public TransmitFrame? TryRentFrame() => buffers.TryRentFrame();

    public PacketBuffer? TryRentBuffer(int octets, BufferUse use, string owner) => buffers.TryRentBuffer(octets, use, owner);

    public TransportError Send(TransportPath path, TransmitFrame frame, in NetworkSendOptions options, Instant now)
    {
        clock.Advance(now);
        Ipv4SendOptions send = new()
        {
            Protocol = (IpProtocol)options.Protocol,
            TimeToLive = options.HopLimit,
            TrafficClass = new TrafficClass(options.TrafficClass),
            DontFragment = options.DontFragment,
            LoopMulticast = options.LoopMulticast,
            Options = options.NetworkOptions,
        };
        return output.Send(((StackPath)path).Path, frame, send, now) switch
        {
            NetworkSendResult.Accepted => TransportError.None,
            NetworkSendResult.TooBig => TransportError.MessageSize,
            NetworkSendResult.NoRoute => TransportError.NetworkUnreachable,
            NetworkSendResult.HostUnreachable => TransportError.HostUnreachable,
            _ => TransportError.NoBufferSpaceAvailable,
        };
    }

    public bool IsLocalAddress(in IpAddress address) => paths.Resolver.FindOwner(address) is not null;

    public bool IsBroadcastAddress(in IpAddress address) => paths.Resolver.IsBroadcast(address);

    private TransportError View(RouteError error, NetworkPath? found, out TransportPath? path)
    {
        path = null;
        switch (error)
        {
            case RouteError.NoRoute:
                return TransportError.NetworkUnreachable;
            case RouteError.LocalNotOurs or RouteError.RemoteImpossible:
                return TransportError.AddressNotAvailable;
        }
        path = (TransportPath)(found!.View ??= new StackPath(found, clock));
        return TransportError.None;
    }
}
