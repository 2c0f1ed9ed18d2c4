using StackSharp.Stack.Buffers;
using StackSharp.Stack.Network;
using StackSharp.Stack.Network.Ipv4;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Stack.Wire.Ipv4;

namespace StackSharp.Stack;

/// <content>From link to network, and from network to transports.</content>
public sealed partial class NetworkStack : INetworkReceiver
{
    private const int TransportHeaderBytes = 8;

    internal void OnIpPacket(
        NetworkInterface networkInterface, PacketBuffer buffer, int offset, int length, ArrivalInfo arrival, Instant now)
    {
        bool isIpv6 = length > 0 && buffer.Storage[offset] >> 4 == 6;
        if (!isIpv6)
        {
            _ipv4.OnPacket(networkInterface, buffer, offset, length, arrival, now);
            return;
        }
        Statistics.Ip.InReceives++;
        Statistics.Ip.InOctets += length;
        Statistics.Ip.InDiscards++;
        Statistics.Ip.CountDrop(IpDropReason.UnsupportedVersion);
    }

    PacketVerdict INetworkReceiver.OnPacket(in IpPacket packet, Instant now)
    {
        switch (packet.Protocol)
        {
            case IpProtocol.Icmp:
                _icmp.OnMessage(packet, now);
                return PacketVerdict.Taken;
            case IpProtocol.Udp:
                UdpVerdict verdict = Udp.OnDatagram(DatagramOf(packet), packet.ChecksumVerified);
                return verdict == UdpVerdict.Taken ? PacketVerdict.Taken : OnUnclaimedDatagram(packet, verdict);
            case IpProtocol.Tcp:
                if (!Tcp.OnSegment(DatagramOf(packet), packet.ChecksumVerified, now, answerStray: Siblings is null)) OnStraySegment(packet, now);
                return PacketVerdict.Taken;
            default:
                return PacketVerdict.UnknownProtocol;
        }
    }

    bool INetworkReceiver.OnEchoReply(in IpPacket packet, Instant now) =>
        _echo.OnReply(packet.Payload, packet.Source, packet.HopLimit, now) || OfferEchoReply(packet);

    bool INetworkReceiver.OnProblem(in QuotedProblem problem, in IpPacket packet, Instant now)
    {
        if (ProblemKinds.Of(problem.Type, problem.Code) is not { } kind) return false;
        return Report(new NetworkProblem
        {
            Kind = kind,
            Local = problem.Local,
            Remote = problem.Remote,
            Reporter = problem.Reporter,
            Protocol = (byte)problem.Protocol,
            MaximumTransmissionUnit = problem.MaximumTransmissionUnit,
            TransportHeader = problem.TransportHeader,
        }, now) || OfferProblem(problem, packet);
    }

    /// <summary>A neighbour does not answer: other gateways are preferred, and who sent what waited is told.</summary>
    internal void OnNeighborUnreachable(NetworkInterface networkInterface, in IpAddress neighbor, ReadOnlySpan<TransmitFrame> waiting, Instant now)
    {
        Routes.OnUnreachable(networkInterface.Index, neighbor, now);
        foreach (TransmitFrame frame in waiting)
        {
            if (!Ipv4Header.TryParseQuoted(frame.Header, out Ipv4Header header) || header.FragmentOffset != 0) continue;
            if (_resolver.FindOwner(header.Source) is null)
            {
                _forwarder.OnUndeliverable(networkInterface, frame, now);
                continue;
            }
            if (header.Payload.Length < TransportHeaderBytes) continue;
            // With another gateway to turn to the host is not out of reach yet.
            bool hasOtherWay = _resolver.TryResolve(header.Source, header.Destination, 0, out RouteDecision decision) == RouteError.None
                && decision.NextHop != neighbor;
            if (hasOtherWay) continue;
            Report(new NetworkProblem
            {
                Kind = NetworkProblemKind.HostUnreachable,
                Local = header.Source,
                Remote = header.Destination,
                Reporter = IpAddress.AnyIpv4,   // Our own finding.
                Protocol = (byte)header.Protocol,
                TransportHeader = header.Payload,
            }, now);
        }
    }

    private bool Report(in NetworkProblem problem, Instant now)
    {
        switch ((IpProtocol)problem.Protocol)
        {
            case IpProtocol.Tcp:
                return Tcp.OnNetworkProblem(problem, now);
            case IpProtocol.Udp:
                return Udp.OnNetworkProblem(problem);
            case IpProtocol.Icmp:
                return _echo.OnNetworkProblem(problem, now);
            default:
                return false;
        }
    }

    private void OnLoopbackPacket(NetworkInterface networkInterface, PacketBuffer packet, Instant now)
    {
        if (networkInterface.IsLoopback)
        {
            networkInterface.Statistics.FramesReceived++;
            networkInterface.Statistics.OctetsReceived += packet.Length;
        }
        // Never left this machine's memory: no checksum to doubt. What came back from a link of ours is a group's or a broadcast's copy.
        OnIpPacket(networkInterface, packet, packet.Start, packet.Length, new ArrivalInfo(false, false, ChecksumVerified: true, FromThisHost: true), now);
    }

    private static TransportDatagram DatagramOf(in IpPacket packet) => new()
    {
        Source = packet.Source,
        Destination = packet.Destination,
        InterfaceIndex = packet.Link.Index,
        HopLimit = packet.HopLimit,
        TrafficClass = packet.TrafficClass.Value,
        IsBroadcast = packet.IsBroadcast,
        IsMulticast = packet.IsMulticast,
        NetworkOptions = packet.Options,
        Buffer = packet.Buffer,
        Offset = packet.PayloadOffset,
        Length = packet.PayloadLength,
    };
}

/// <summary>What ICMP's types and codes mean to a transport (RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1).</summary>
internal static class ProblemKinds
{
    /// <returns>Null: no such code.</returns>
    public static NetworkProblemKind? Of(Icmpv4Type type, byte code) => type switch
    {
        Icmpv4Type.TimeExceeded => code == (byte)Icmpv4TimeExceededCode.Reassembly
            ? NetworkProblemKind.ReassemblyTimeExceeded
            : NetworkProblemKind.HopLimitExceeded,
        Icmpv4Type.ParameterProblem => NetworkProblemKind.ParameterProblem,
        Icmpv4Type.DestinationUnreachable => (Icmpv4UnreachableCode)code switch
        {
            Icmpv4UnreachableCode.Network or Icmpv4UnreachableCode.NetworkUnknown or Icmpv4UnreachableCode.NetworkForTypeOfService =>
                NetworkProblemKind.NetworkUnreachable,
            Icmpv4UnreachableCode.Host or Icmpv4UnreachableCode.HostUnknown or Icmpv4UnreachableCode.SourceHostIsolated
                or Icmpv4UnreachableCode.HostForTypeOfService => NetworkProblemKind.HostUnreachable,
            Icmpv4UnreachableCode.Protocol => NetworkProblemKind.ProtocolUnreachable,
            Icmpv4UnreachableCode.Port => NetworkProblemKind.PortUnreachable,
            Icmpv4UnreachableCode.FragmentationNeeded => NetworkProblemKind.PacketTooBig,
            Icmpv4UnreachableCode.SourceRouteFailed => NetworkProblemKind.SourceRouteFailed,
            Icmpv4UnreachableCode.NetworkProhibited or Icmpv4UnreachableCode.HostProhibited or Icmpv4UnreachableCode.CommunicationProhibited
                or Icmpv4UnreachableCode.HostPrecedenceViolation or Icmpv4UnreachableCode.PrecedenceCutoff =>
                NetworkProblemKind.AdministrativelyProhibited,
            _ => null,
        },
        _ => null,
    };
}
