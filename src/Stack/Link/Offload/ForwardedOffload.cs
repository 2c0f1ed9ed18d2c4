using System.Buffers.Binary;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Link.Offload;

/// <summary>Turns what one device says of a received frame into what another one has to do to send it: for bridges.</summary>
public static class ForwardedOffload
{
    /// <summary>Prepares a frame for going on: where its checksum is vouched for, it may never have been there, so it is left to the next device.</summary>
    /// <param name="frame">The whole frame; its checksum field is written.</param>
    /// <param name="medium">How it begins.</param>
    /// <param name="received">What the device said that it came from.</param>
    /// <param name="transmit">For the device that it goes to. <see cref="TransmitOffload.HeaderBytes"/> is set if anything is.</param>
    /// <returns>False: it is several segments in one, but not TCP or UDP, so that it could be cut.</returns>
    public static bool TryPrepare(Span<byte> frame, LinkMedium medium, in ReceiveOffload received, out TransmitOffload transmit)
    {
        transmit = default;
        if (!received.ChecksumVerified && received.SegmentBytes == 0) return true;
        if (!TransportLocation.TryFind(frame, medium, out TransportLocation location)) return received.SegmentBytes == 0;
        Span<byte> transport = frame[location.Transport..location.End];
        int headerBytes = location.Transport + location.TransportHeaderBytes(frame);
        bool isMerged = received.SegmentBytes > 0 && location.End - headerBytes > received.SegmentBytes;
        Span<byte> field = transport[location.ChecksumOffset..];
        bool hasNoChecksum = location is { Protocol: IpProtocol.Udp, IsIpv4: true } && BinaryPrimitives.ReadUInt16BigEndian(field) == 0;
        if (hasNoChecksum && !isMerged) return true;
        BinaryPrimitives.WriteUInt16BigEndian(field, (ushort)location.PseudoHeader(frame, transport.Length));
        transmit = new TransmitOffload(
            NeedsChecksum: true, (ushort)location.Transport, (ushort)location.ChecksumOffset,
            isMerged ? KindOf(location) : SegmentationKind.None, isMerged ? received.SegmentBytes : (ushort)0, (ushort)headerBytes);
        return true;
    }

    private static SegmentationKind KindOf(in TransportLocation location) =>
        location.Protocol == IpProtocol.Udp ? SegmentationKind.Udp : location.IsIpv4 ? SegmentationKind.TcpIpv4 : SegmentationKind.TcpIpv6;
}
