using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Arp;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack.Link;

/// <summary>ARP of one interface: answers, learns, asks (RFC 826), and hands conflicts to <see cref="AddressConflicts"/> (RFC 5227).</summary>
internal sealed class ArpProtocol
{
    private readonly IArpPort _port;
    private readonly LinkStatistics _statistics;

    public ArpProtocol(IArpPort port, ArpOptions options, LinkStatistics statistics, TimerWheel wheel, IRandomSource random)
    {
        _port = port;
        _statistics = statistics;
        Conflicts = new AddressConflicts(options, this, port, statistics, wheel, random);
    }

    public AddressConflicts Conflicts { get; }

    /// <summary>Takes an ARP packet in, in RFC 826's order: merge first, look at the opcode last.</summary>
    /// <param name="isCopy">Another stack with the same addresses received it, counted it, and answers it: to be learned from only.</param>
    /// <returns>False: it makes no sense to anybody; counted.</returns>
    public bool OnPacket(ReadOnlySpan<byte> payload, NeighborCache cache, Instant now, bool isCopy = false)
    {
        if (!ArpPacket.TryParse(payload, out ArpPacket packet))
        {
            _statistics.CountDrop(LinkDropReason.MalformedArp);
            return false;
        }
        if (!IsSenderPossible(packet))
        {
            _statistics.CountDrop(LinkDropReason.InvalidArpSender);
            return false;
        }
        if (!isCopy) Count(packet.Operation);

        // Who uses our address is not one to learn from or to answer, whichever stack it is that guards the address.
        if (Conflicts.OnPacket(packet, now) || _port.IsUsableAddress(packet.SenderProtocolAddress)) return true;
        bool isForUs = _port.IsUsableAddress(packet.TargetProtocolAddress);
        if (!packet.SenderProtocolAddress.IsUnspecified)
        {
            bool isAnswer = isForUs && packet.Operation == ArpOperation.Reply;
            cache.Learn(packet.SenderProtocolAddress, packet.SenderHardwareAddress, isAnswer, mayCreate: isForUs, now);
        }
        if (isForUs && packet.Operation == ArpOperation.Request && !isCopy) Reply(packet);
        return true;
    }

    /// <summary>Asks who has an address: everybody, or the station that had it last (RFC 1122 §2.3.2.1).</summary>
    public void Solicit(in IpAddress target, MacAddress? at)
    {
        _statistics.ArpRequestsSent++;
        Send(ArpOperation.Request, _port.ChooseSource(target), default, target, at ?? MacAddress.Broadcast);
    }

    /// <summary>Asks whether anybody has the address that we want (RFC 5227 §2.1.1).</summary>
    public void Probe(in IpAddress candidate)
    {
        _statistics.ArpRequestsSent++;
        Send(ArpOperation.Request, IpAddress.AnyIpv4, default, candidate, MacAddress.Broadcast);
    }

    /// <summary>Tells everybody that the address is ours (RFC 5227 §2.3).</summary>
    public void Announce(in IpAddress address)
    {
        _statistics.ArpRequestsSent++;
        Send(ArpOperation.Request, address, default, address, MacAddress.Broadcast);
    }

    private void Count(ArpOperation operation)
    {
        if (operation == ArpOperation.Request) _statistics.ArpRequestsReceived++;
        else if (operation == ArpOperation.Reply) _statistics.ArpRepliesReceived++;
        else _statistics.ArpOthersReceived++;
    }

    private void Reply(in ArpPacket request)
    {
        _statistics.ArpRepliesSent++;
        Send(ArpOperation.Reply, request.TargetProtocolAddress, request.SenderHardwareAddress, request.SenderProtocolAddress, request.SenderHardwareAddress);
    }

    private void Send(ArpOperation operation, in IpAddress sender, MacAddress targetHardware, in IpAddress target, MacAddress destination)
    {
        if (_port.TryRentFrame() is not { } frame)
        {
            _statistics.CountDrop(LinkDropReason.NoFrames);
            return;
        }
        ArpWriter.Write(frame.Prepend(ArpPacket.Size), operation, _port.HardwareAddress, sender, targetHardware, target);
        _port.TransmitArp(frame, destination);
    }

    private bool IsSenderPossible(in ArpPacket packet)
    {
        IpAddress sender = packet.SenderProtocolAddress;
        MacAddress hardware = packet.SenderHardwareAddress;
        if (hardware.IsMulticast || hardware.IsZero) return false;
        if (sender.IsMulticast || sender.IsLoopback || sender.IsClassE || sender.IsLimitedBroadcast) return false;
        if (sender.IsUnspecified) return packet.Operation == ArpOperation.Request;   // A probe.
        return sender.Ipv4Value >> 24 != 0 && !_port.IsBroadcastAddress(sender);
    }
}
