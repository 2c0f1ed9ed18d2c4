using StackSharp.Stack.Link;
using StackSharp.Stack.Network;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack;

/// <summary>A network path as the transports see it.</summary>
internal sealed class StackPath(NetworkPath path, StackClock clock) : TransportPath
{
    public NetworkPath Path => path;

    public override IpAddress LocalAddress => path.Source;

    public override IpAddress RemoteAddress => path.Destination;

    public override int MaximumTransmissionUnit => path.MaximumTransmissionUnit;

    public override int InterfaceMaximumTransmissionUnit => path.Link.MaximumTransmissionUnit;

    public override int MaximumSegmentationBytes => path.Destination.IsIpv4 ? path.Link.MaximumSegmentationBytesIpv4 : 0;

    public override int UdpSegmentationBytes => path.Destination.IsIpv4 && path.Cast == Cast.Unicast ? path.Link.UdpSegmentationBytesIpv4 : 0;

    public override bool DeviceCompletesChecksum => path.Link.DeviceCompletesChecksum;

    public override bool IsValid => path.IsValid && path.Link.IsAttached;

    public override bool IsOnLink => path.IsOnLink;

    public override int InterfaceIndex => path.Link.Index;

    public override void ConfirmReachable()
    {
        if (path.LinkHint is NeighborEntry entry) entry.Cache.Confirm(entry, clock.Now);
    }

    public override void LowerMaximumTransmissionUnit(int octets)
    {
        if (octets < path.MaximumTransmissionUnit) path.Table.PathMtus.Lower(path.Destination, octets, clock.Now);
    }

    public override void SuspectUnreachable()
    {
        if (path.LinkHint is NeighborEntry entry) entry.Cache.Suspect(entry, clock.Now);
    }
}

/// <summary>The moment of the latest entry into the stack, for calls that come without one.</summary>
internal sealed class StackClock
{
    public Instant Now { get; private set; }

    /// <summary>Takes the time of an entry; it never goes back.</summary>
    public void Advance(Instant now)
    {
        if (now > Now) Now = now;
    }
}
