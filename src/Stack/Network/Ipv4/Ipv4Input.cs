using System.Buffers.Binary;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Stack.Wire.Ipv4;

namespace StackSharp.Stack.Network.Ipv4;

/// <summary>How the link layer delivered a packet (RFC 1122 §3.3.6).</summary>
internal readonly record struct ArrivalInfo(bool LinkBroadcast, bool LinkMulticast, bool ChecksumVerified, bool FromThisHost = false);

/// <summary>Judges received IPv4 packets, puts pieces together, and hands on what is for this host (RFC 791, RFC 1122 §3.2.1).</summary>
/// <remarks>Strong host model: the destination must belong to the arrival interface (RFC 1122 §3.3.4.2). A router takes what is for any of its
/// addresses (RFC 1812 §5.2.3), and hands the rest to <see cref="Ipv4Forwarder"/>.</remarks>
internal sealed class Ipv4Input : IReassemblyObserver
{
    private readonly IpStatistics _statistics;
    private readonly RouteResolver _resolver;
    private readonly INetworkReceiver _receiver;
    private readonly Icmp.Icmpv4Output _icmp;
    private readonly Ipv4Forwarder _forwarder;

    public Ipv4Input(
        Ipv4LayerOptions options, INetworkBuffers buffers, RouteResolver resolver, INetworkReceiver receiver, Icmp.Icmpv4Output icmp, Ipv4Forwarder forwarder,
        IpStatistics statistics, TimerWheel wheel, IRandomSource random)
    {
        _statistics = statistics;
        _resolver = resolver;
        _receiver = receiver;
        _icmp = icmp;
        _forwarder = forwarder;
        ReassemblyLimits limits = new(
            options.ReassemblyTimeout, options.ReassemblyHighBytes, options.ReassemblyLowBytes,
            Math.Clamp(options.ReassemblyMaximumFragments, 2, PartialDatagram.MaximumPieces),
            (int)((long)options.ReassemblyHighBytes * options.ReassemblySourceSharePercent / 100));
        Reassembler = new Reassembler(limits, buffers, this, statistics, wheel, random.Next());
    }

    public Reassembler Reassembler { get; }

    /// <summary>Takes a packet in.</summary>
    /// <param name="offset">First octet of the IP header in the buffer's storage.</param>
    /// <param name="length">Octets there, padding included.</param>
    public void OnPacket(INetworkLink link, PacketBuffer buffer, int offset, int length, ArrivalInfo arrival, Instant now)
    {
        _statistics.InReceives++;
        _statistics.InOctets += length;
        if (!Ipv4Header.TryParse(buffer.Storage.Slice(offset, length), out Ipv4Header header, out Ipv4Fault fault))
        {
            CountFault(fault);
            return;
        }
        if (!IsSourcePossible(link, header, arrival) || !TryClassify(link, header, arrival, out DestinationKind kind)) return;
        IpPacket packet = new()
        {
            Link = link,
            Source = header.Source,
            Destination = header.Destination,
            Protocol = header.Protocol,
            HopLimit = header.TimeToLive,
            TrafficClass = header.TrafficClass,
            IsBroadcast = kind == DestinationKind.Broadcast || arrival.LinkBroadcast,
            IsMulticast = kind == DestinationKind.Multicast || arrival.LinkMulticast,
            ChecksumVerified = arrival.ChecksumVerified,
            IsForOthers = kind == DestinationKind.Other,
            Buffer = buffer,
            HeaderOffset = offset,
            HeaderLength = header.HeaderLength,
            PayloadLength = header.TotalLength - header.HeaderLength,
            Options = header.Options,
        };
        if (!header.Options.IsEmpty && !AreOptionsAcceptable(header, packet, now)) return;
        if (kind == DestinationKind.Other) _forwarder.Forward(header, packet, now);
        else if (header.IsFragment) OnFragment(header, packet, now);
        else Deliver(packet, now);
    }

    /// <summary>Takes a packet in that another stack with the same addresses received, judged, and found no use for.</summary>
    /// <param name="offset">First octet of the IP header in the buffer's storage.</param>
    /// <param name="length">Octets of the packet.</param>
    /// <param name="arrival">Broadcast and multicast: of the link or of the packet.</param>
    /// <param name="askedShards">Who has been asked before this one.</param>
    public void OnHandedOver(INetworkLink link, PacketBuffer buffer, int offset, int length, ArrivalInfo arrival, ulong askedShards, Instant now)
    {
        if (!Ipv4Header.TryParse(buffer.Storage.Slice(offset, length), out Ipv4Header header)) return;   // It parsed over there.
        IpPacket packet = new()
        {
            Link = link,
            Source = header.Source,
            Destination = header.Destination,
            Protocol = header.Protocol,
            HopLimit = header.TimeToLive,
            TrafficClass = header.TrafficClass,
            IsBroadcast = arrival.LinkBroadcast,
            IsMulticast = arrival.LinkMulticast,
            ChecksumVerified = arrival.ChecksumVerified,
            AskedShards = askedShards,
            Buffer = buffer,
            HeaderOffset = offset,
            HeaderLength = header.HeaderLength,
            PayloadLength = header.TotalLength - header.HeaderLength,
            Options = header.Options,
        };
        Answer(packet, _receiver.OnPacket(packet, now), now);
    }

    void IReassemblyObserver.OnReassemblyTimeout(PartialDatagram datagram, Instant now)
    {
        if (datagram.AnyBroadcast || datagram.AnyMulticast) return;
        int headerOffset = PartialDatagram.PayloadStart - datagram.HeaderLength;
        int payload = Math.Min(datagram.ReceivedLength, datagram.HighestEnd);
        IpPacket first = PacketOf(datagram, headerOffset, payload);
        _icmp.SendError(first, Icmpv4Type.TimeExceeded, (byte)Icmpv4TimeExceededCode.Reassembly, 0, now);
    }

    private void Deliver(in IpPacket packet, Instant now)
    {
        _statistics.InDelivers++;
        Answer(packet, _receiver.OnPacket(packet, now), now);
    }

    private void Answer(in IpPacket packet, PacketVerdict verdict, Instant now)
    {
        switch (verdict)
        {
            case PacketVerdict.UnknownProtocol:
                _statistics.InDelivers--;
                _statistics.InUnknownProtos++;
                _statistics.CountDrop(IpDropReason.UnknownProtocol);
                _icmp.SendError(packet, Icmpv4Type.DestinationUnreachable, (byte)Icmpv4UnreachableCode.Protocol, 0, now);
                break;
            case PacketVerdict.NoPort:
                _icmp.SendError(packet, Icmpv4Type.DestinationUnreachable, (byte)Icmpv4UnreachableCode.Port, 0, now);
                break;
        }
    }

    private bool IsSourcePossible(INetworkLink link, in Ipv4Header header, ArrivalInfo arrival)
    {
        IpAddress source = header.Source;
        if (source.IsMulticast || source.IsClassE || link.AddressTable.IsBroadcast(source, orZeros: true)) return DropAddress(IpDropReason.InvalidSource);
        // Who has no address yet may only speak to everybody (RFC 1122 §3.2.1.3 a).
        if (source.Ipv4Value >> 24 == 0 && !(source.IsUnspecified && header.Destination.IsLimitedBroadcast)) return DropAddress(IpDropReason.InvalidSource);
        if (link.IsLoopback) return true;
        if (source.IsLoopback || header.Destination.IsLoopback)
            return DropAddress(source.IsLoopback ? IpDropReason.InvalidSource : IpDropReason.InvalidDestination);
        // A stranger who speaks in our name would have this host answer itself without end.
        return arrival.FromThisHost || _resolver.FindOwner(source) is null || DropAddress(IpDropReason.InvalidSource);
    }

    private bool TryClassify(INetworkLink link, in Ipv4Header header, ArrivalInfo arrival, out DestinationKind kind)
    {
        IpAddress destination = header.Destination;
        kind = link.AddressTable.Classify(destination);
        bool isForwarding = _forwarder.IsEnabled && !link.IsLoopback && !arrival.FromThisHost;
        if (kind == DestinationKind.Other && (link.IsLoopback || isForwarding) && _resolver.FindOwner(destination) is not null) kind = DestinationKind.Own;
        switch (kind)
        {
            case DestinationKind.Own when arrival.LinkBroadcast || arrival.LinkMulticast:
                return DropAddress(IpDropReason.UnicastInLinkBroadcast);
            case DestinationKind.Broadcast:
                _statistics.InBcastPkts++;
                return true;
            case DestinationKind.Multicast:
                _statistics.InMcastPkts++;
                _statistics.InMcastOctets += header.TotalLength;
                return true;
            case DestinationKind.Own:
                return true;
        }
        if (destination.IsMulticast) return DropAddress(IpDropReason.GroupNotJoined);
        bool isImpossible = destination.IsClassE || destination.Ipv4Value >> 24 == 0;
        if (isImpossible || !isForwarding) return DropAddress(isImpossible ? IpDropReason.InvalidDestination : IpDropReason.NotForUs);
        // What everybody on the link heard is not to be sent on (RFC 1812 §5.3.4).
        return !(arrival.LinkBroadcast || arrival.LinkMulticast) || DropAddress(IpDropReason.UnicastInLinkBroadcast);
    }

    private bool AreOptionsAcceptable(in Ipv4Header header, in IpPacket packet, Instant now)
    {
        if (!Ipv4Options.TryParse(header.Options, out Ipv4Options options, out int faultOffset))
        {
            _statistics.InHdrErrors++;
            _statistics.CountDrop(IpDropReason.BadOptions);
            if (header.FragmentOffset == 0)
            {
                uint pointer = (uint)(Ipv4Header.MinimumSize + faultOffset) << 24;
                _icmp.SendError(packet, Icmpv4Type.ParameterProblem, (byte)Icmpv4ParameterProblemCode.PointerIndicatesError, pointer, now);
            }
            return false;
        }
        if (!options.HasSourceRoute) return true;
        _statistics.InDiscards++;
        _statistics.CountDrop(IpDropReason.SourceRoute);
        return false;
    }

    private void OnFragment(in Ipv4Header header, in IpPacket packet, Instant now)
    {
        if (header.Protocol == IpProtocol.Tcp && IsTinyTcp(header))
        {
            _statistics.ReasmReqds++;
            _statistics.CountDrop(IpDropReason.TinyTcpFragment);
            return;
        }
        Fragment fragment = new()
        {
            Key = new FragmentKey(header.Source, header.Destination, header.Identification, (byte)header.Protocol),
            Link = packet.Link,
            Offset = header.FragmentOffset,
            MoreFragments = header.MoreFragments,
            Ecn = header.Ecn,
            IsBroadcast = packet.IsBroadcast,
            IsMulticast = packet.IsMulticast,
            Header = header.Packet[..header.HeaderLength],
            Payload = header.Payload,
        };
        PartialDatagram? datagram = Reassembler.Add(fragment, now);
        if (datagram is null) return;
        int headerOffset = PartialDatagram.PayloadStart - datagram.HeaderLength;
        RepairHeader(datagram, datagram.Buffer!.Storage.Slice(headerOffset, datagram.HeaderLength));
        Deliver(PacketOf(datagram, headerOffset, datagram.TotalLength), now);
        Reassembler.Recycle(datagram);
    }

    // RFC 1858, RFC 3128: a first piece that leaves the flags for the second, or a piece written over them.
    private static bool IsTinyTcp(in Ipv4Header header) =>
        header.FragmentOffset == 8 || (header.FragmentOffset == 0 && header.Payload.Length < 16);

    /// <summary>The header of the first piece becomes that of the datagram: length, no fragment, ECN of all pieces together (RFC 3168 §5.3).</summary>
    private static void RepairHeader(PartialDatagram datagram, Span<byte> header)
    {
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(datagram.HeaderLength + datagram.TotalLength));
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], 0);
        if (datagram.SawCongestion) header[1] = new TrafficClass(header[1]).WithEcn(EcnCodepoint.CongestionExperienced).Value;
        BinaryPrimitives.WriteUInt16BigEndian(header[Ipv4Writer.ChecksumOffset..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(header[Ipv4Writer.ChecksumOffset..], InternetChecksum.Finish(InternetChecksum.Sum(header)));
    }

    private static IpPacket PacketOf(PartialDatagram datagram, int headerOffset, int payloadLength)
    {
        ReadOnlySpan<byte> header = datagram.Buffer!.Storage.Slice(headerOffset, datagram.HeaderLength);
        return new IpPacket
        {
            Link = datagram.Link,
            Source = datagram.Key.Source,
            Destination = datagram.Key.Destination,
            Protocol = (IpProtocol)datagram.Key.Protocol,
            HopLimit = header[8],
            TrafficClass = new TrafficClass(header[1]),
            IsBroadcast = datagram.AnyBroadcast,
            IsMulticast = datagram.AnyMulticast,
            Buffer = datagram.Buffer,
            HeaderOffset = headerOffset,
            HeaderLength = datagram.HeaderLength,
            PayloadLength = payloadLength,
            Options = header[Ipv4Header.MinimumSize..],
        };
    }

    private void CountFault(Ipv4Fault fault)
    {
        _statistics.InHdrErrors++;
        if (fault == Ipv4Fault.Truncated) _statistics.InTruncatedPkts++;
        _statistics.CountDrop(fault switch
        {
            Ipv4Fault.Version => IpDropReason.BadVersion,
            Ipv4Fault.HeaderLength => IpDropReason.BadHeaderLength,
            Ipv4Fault.TotalLength => IpDropReason.BadTotalLength,
            Ipv4Fault.Checksum => IpDropReason.BadHeaderChecksum,
            _ => IpDropReason.Truncated,
        });
    }

    private bool DropAddress(IpDropReason reason)
    {
        _statistics.InAddrErrors++;
        _statistics.CountDrop(reason);
        return false;
    }
}
