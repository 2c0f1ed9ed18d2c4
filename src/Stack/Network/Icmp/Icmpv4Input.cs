using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Stack.Wire.Ipv4;

namespace StackSharp.Stack.Network.Icmp;

/// <summary>Takes ICMP messages in: answers echo, and hands errors to the endpoint whose packet they quote (RFC 1122 §3.2.2).</summary>
internal sealed class Icmpv4Input(
    IcmpOptions options, int minimumPathMtu, Icmpv4Output output, PathTable paths, INetworkReceiver receiver, IcmpStatistics statistics)
{
    /// <summary>Octets of the quoted packet's payload that must be there: both ports of TCP and UDP, and TCP's sequence number (RFC 792).</summary>
    private const int QuotedPayloadBytes = 8;

    private int _redirects;

    public void OnMessage(in IpPacket packet, Instant now)
    {
        // What another stack hands over has been counted there.
        bool isNew = packet.AskedShards == 0;
        if (isNew) statistics.InMsgs++;
        if (!Icmpv4Header.TryParse(packet.Payload, out Icmpv4Header message, verifyChecksum: !packet.ChecksumVerified))
        {
            statistics.InErrors++;
            statistics.CountDrop(IcmpDropReason.Malformed);
            return;
        }
        if (isNew) statistics.CountIn((byte)message.Type);
        IcmpDropReason? drop = message.Type switch
        {
            Icmpv4Type.EchoRequest => OnEchoRequest(packet, now),
            Icmpv4Type.EchoReply => OnEchoReply(packet, now),
            Icmpv4Type.DestinationUnreachable or Icmpv4Type.TimeExceeded or Icmpv4Type.ParameterProblem => OnError(packet, message, now),
            Icmpv4Type.Redirect => OnRedirect(packet, message),
            // Source quench (RFC 6633), timestamps, router discovery, the types that RFC 6918 withdrew, and unknown ones.
            _ => IcmpDropReason.IgnoredType,
        };
        if (drop is { } reason) statistics.CountDrop(reason);
    }

    private IcmpDropReason? OnEchoRequest(in IpPacket packet, Instant now)
    {
        if (packet.IsBroadcast || packet.IsMulticast) return IcmpDropReason.BroadcastEcho;
        return options.AnswerEcho ? output.SendEchoReply(packet, now) : IcmpDropReason.EchoDisabled;
    }

    private IcmpDropReason? OnEchoReply(in IpPacket packet, Instant now) =>
        receiver.OnEchoReply(packet, now) ? null : IcmpDropReason.UnexpectedReply;

    private IcmpDropReason? OnError(in IpPacket packet, in Icmpv4Header message, Instant now)
    {
        if (!TryReadQuotation(packet, message, out Ipv4Header quoted)) return IcmpDropReason.BadQuotation;
        bool isTooBig = message.Type == Icmpv4Type.DestinationUnreachable && message.Code == (byte)Icmpv4UnreachableCode.FragmentationNeeded;
        QuotedProblem problem = new()
        {
            Type = message.Type,
            Code = message.Code,
            Reporter = packet.Source,
            Local = quoted.Source,
            Remote = quoted.Destination,
            Protocol = quoted.Protocol,
            MaximumTransmissionUnit = isTooBig ? NewPathMtu(message) : 0,
            TransportHeader = quoted.Payload,
        };
        return receiver.OnProblem(problem, packet, now) ? null : IcmpDropReason.NoEndpoint;
    }

    // The quoted packet must be one of ours: our address as its source (RFC 5927 §4.1), whole header, first piece.
    private bool TryReadQuotation(in IpPacket packet, in Icmpv4Header message, out Ipv4Header quoted)
    {
        if (!Ipv4Header.TryParseQuoted(message.Payload, out quoted)) return false;
        if (quoted.Payload.Length < QuotedPayloadBytes || quoted.FragmentOffset != 0) return false;
        return !packet.IsBroadcast && !packet.IsMulticast && paths.Resolver.FindOwner(quoted.Source) is not null;
    }

    /// <summary>What the router asks for, or the next plateau if it does not say (RFC 1191 §4, §7.1); never under our minimum.</summary>
    private int NewPathMtu(in Icmpv4Header message)
    {
        int quotedLength = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(message.Payload[2..]);
        int asked = message.NextHopMtu;
        // Some old routers counted the header twice: what is no reduction cannot be meant (RFC 1191 §5).
        int octets = asked != 0 && asked < quotedLength ? asked : asked == 0 ? PathMtuTable.PlateauBelow(quotedLength) : asked;
        return Math.Max(octets, minimumPathMtu);
    }

    private IcmpDropReason? OnRedirect(in IpPacket packet, in Icmpv4Header message)
    {
        if (!options.AcceptRedirects || !TryReadQuotation(packet, message, out Ipv4Header quoted)) return IcmpDropReason.RedirectRefused;
        IpAddress gateway = message.GatewayAddress;
        IpAddress destination = quoted.Destination;
        RouteError error = paths.Resolver.TryResolve(quoted.Source, destination, packet.Link.Index, out RouteDecision current);
        // RFC 1122 §3.2.2.2: only from the present first hop, to another router on the same network, and not to ourselves.
        bool isFromFirstHop = error == RouteError.None && current.Cast == Cast.Unicast && current.NextHop == packet.Source && current.NextHop != destination;
        bool isOnLink = false;
        foreach (InterfaceAddress address in packet.Link.AddressTable.Entries) isOnLink |= address.Prefix.Contains(gateway);
        bool isOk = isFromFirstHop && isOnLink && message.Code <= (byte)Icmpv4RedirectCode.HostForTypeOfService
            && paths.Resolver.FindOwner(gateway) is null && gateway != packet.Source && !packet.Link.AddressTable.IsBroadcast(gateway, orZeros: true);
        if (!isOk || _redirects >= options.MaximumRedirects) return IcmpDropReason.RedirectRefused;
        if (paths.Resolver.Routes.Add(new IpPrefix(destination, destination.BitLength), gateway, packet.Link.Index)) _redirects++;
        return null;
    }
}
