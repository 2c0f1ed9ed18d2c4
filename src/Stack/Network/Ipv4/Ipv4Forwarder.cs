using StackSharp.Stack.Buffers;
using StackSharp.Stack.Network.Icmp;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Stack.Wire.Ipv4;

namespace StackSharp.Stack.Network.Ipv4;

/// <summary>Sends packets for others on their way (RFC 1812 §5.2, §5.3).</summary>
/// <remarks>
/// The payload goes out of the buffer in which it came in; only headers are copied. Nothing is reassembled, and path MTUs that this host
/// has learned do not count: only the next link's does. <see cref="Ipv4Input"/> has judged addresses and options.
/// </remarks>
internal sealed partial class Ipv4Forwarder
{
    private const int RememberedPaths = 256;
    private readonly Ipv4LayerOptions _options;
    private readonly INetworkBuffers _buffers;
    private readonly PathTable _table;
    private readonly Icmpv4Output _icmp;
    private readonly IpStatistics _statistics;
    private readonly ulong _secret;
    private readonly NetworkPath?[] _paths = new NetworkPath?[RememberedPaths];
    private readonly Ipv4Fragmenter _fragmenter;

    public Ipv4Forwarder(
        Ipv4LayerOptions options, INetworkBuffers buffers, PathTable table, Icmpv4Output icmp, IpStatistics statistics, ulong secret)
    {
        _options = options;
        _buffers = buffers;
        _table = table;
        _icmp = icmp;
        _statistics = statistics;
        _secret = secret;
        _fragmenter = new Ipv4Fragmenter(buffers);
        IsEnabled = options.Forwarding;
    }

    public bool IsEnabled { get; set; }

    /// <summary>Forwards a unicast packet that is not for this host, or reports to its source why not.</summary>
    public void Forward(in Ipv4Header header, in IpPacket packet, Instant now)
    {
        if (packet.Source.IsLinkLocal || packet.Destination.IsLinkLocal)
        {
            DropAddress(IpDropReason.LinkLocal);
            return;
        }
        _statistics.InForwDatagrams++;
        if (packet.HopLimit <= 1)
        {
            _statistics.InHdrErrors++;
            _statistics.CountDrop(IpDropReason.TimeToLiveExceeded);
            _icmp.SendError(packet, Icmpv4Type.TimeExceeded, (byte)Icmpv4TimeExceededCode.InTransit, 0, now);
            return;
        }
        switch (FindPath(packet.Destination, out NetworkPath? path))
        {
            case RouteError.None when path!.Cast == Cast.Broadcast && !_options.ForwardDirectedBroadcasts:
            case RouteError.RemoteImpossible:   // The old broadcast form (RFC 1812 §4.2.3.1).
                DropAddress(IpDropReason.DirectedBroadcast);
                return;
            case RouteError.None when !path!.Link.IsLoopback:
                Forward(header, packet, path, now);
                return;
            default:
                _statistics.InNoRoutes++;
                _statistics.CountDrop(IpDropReason.NoRoute);
                _icmp.SendError(packet, Icmpv4Type.DestinationUnreachable, (byte)Icmpv4UnreachableCode.Network, 0, now);
                return;
        }
    }

    /// <summary>The next hop does not answer: tells the source of a packet that waited for it (RFC 1812 §5.2.7.1).</summary>
    /// <param name="frame">Begins with the IP header; stays the caller's.</param>
    public void OnUndeliverable(INetworkLink link, TransmitFrame frame, Instant now)
    {
        if (_buffers.TryRentBuffer(frame.Length, "undeliverable") is not { } buffer) return;
        buffer.SetRange(0, frame.CopyTo(buffer.Storage));
        if (Ipv4Header.TryParse(buffer.Span, out Ipv4Header header))
        {
            IpPacket packet = new()
            {
                Link = link,
                Source = header.Source,
                Destination = header.Destination,
                Protocol = header.Protocol,
                IsForOthers = true,
                Buffer = buffer,
                HeaderLength = header.HeaderLength,
                PayloadLength = header.TotalLength - header.HeaderLength,
            };
            SendHostUnreachable(packet, now);
        }
        buffer.Release();
    }

    private void Forward(in Ipv4Header header, in IpPacket packet, NetworkPath path, Instant now)
    {
        int segmentBytes = packet.Buffer.Offload.SegmentBytes;
        bool hasTransport = TransportPart.TryFind(header, out TransportPart transport);
        bool isMerged = segmentBytes != 0 && packet.PayloadLength > transport.HeaderBytes + segmentBytes;
        if (isMerged && !(hasTransport && packet.ChecksumVerified))
        {
            _statistics.InDiscards++;
            _statistics.CountDrop(IpDropReason.NotSegmentable);
            return;
        }
        int largest = isMerged ? packet.HeaderLength + transport.HeaderBytes + segmentBytes : header.TotalLength;
        int mtu = path.Link.MaximumTransmissionUnit;
        if (largest > mtu && header.DontFragment)
        {
            _statistics.OutFragReqds++;
            _statistics.OutFragFails++;
            _statistics.CountDrop(IpDropReason.TooBig);
            _icmp.SendError(packet, Icmpv4Type.DestinationUnreachable, (byte)Icmpv4UnreachableCode.FragmentationNeeded, (uint)mtu, now);
            return;
        }
        if (!TryPrepareHeader(packet, path.Source, now)) return;
        // The error path below may look up other paths: what is needed of this one is noted first.
        IpAddress nextHop = path.NextHop;
        bool isRoundabout = _options.SendRedirects && path.Cast == Cast.Unicast && ReferenceEquals(path.Link, packet.Link) && AreOnOneNetwork(packet, nextHop);
        NetworkSendResult result = isMerged && !CanDeviceCut(path.Link, packet, header, largest)
            ? SendCut(packet, path, transport, segmentBytes, now)
            : SendOne(packet, path, hasTransport && packet.ChecksumVerified ? transport : default, isMerged ? segmentBytes : 0, now);
        if (result == NetworkSendResult.Accepted) _statistics.OutForwDatagrams++;
        else _statistics.OutDiscards++;
        if (result == NetworkSendResult.HostUnreachable) SendHostUnreachable(packet, now);
        // A source route would be a reason to be silent (RFC 1812 §5.2.7.2); such packets do not come this far.
        if (isRoundabout) _icmp.SendError(packet, Icmpv4Type.Redirect, (byte)Icmpv4RedirectCode.Host, nextHop.Ipv4Value, now);
    }

    /// <summary>Routes are looked up once for each of the destinations of late; which share a place, only the secret knows.</summary>
    private RouteError FindPath(in IpAddress destination, out NetworkPath? path)
    {
        ref NetworkPath? place = ref _paths[(int)(KeyedAddressComparer.Mix(_secret, destination) >> 32) & (RememberedPaths - 1)];
        path = place;
        if (path is not null && path.Destination == destination && path.IsValid && path.Link.IsAttached) return RouteError.None;
        RouteError error = _table.Resolver.TryResolve(IpAddress.AnyIpv4, destination, 0, out RouteDecision decision);
        if (error != RouteError.None) return error;
        path = place ??= new NetworkPath(_table);
        path.Set(decision, destination, IpAddress.AnyIpv4, 0);
        return RouteError.None;
    }

    private void SendHostUnreachable(in IpPacket packet, Instant now) =>
        _icmp.SendError(packet, Icmpv4Type.DestinationUnreachable, (byte)Icmpv4UnreachableCode.Host, 0, now);

    private void DropAddress(IpDropReason reason)
    {
        _statistics.InAddrErrors++;
        _statistics.CountDrop(reason);
    }

    private static bool AreOnOneNetwork(in IpPacket packet, in IpAddress nextHop)
    {
        foreach (InterfaceAddress own in packet.Link.AddressTable.Entries)
            if (own.Prefix.Contains(packet.Source) && own.Prefix.Contains(nextHop)) return true;
        return false;
    }

    private static bool CanDeviceCut(INetworkLink link, in IpPacket packet, in Ipv4Header header, int largest) =>
        packet.Protocol == IpProtocol.Tcp && header.TotalLength <= link.MaximumSegmentationBytesIpv4 && largest <= link.MaximumTransmissionUnit;
}
