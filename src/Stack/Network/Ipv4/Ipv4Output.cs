using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire.Ipv4;

namespace StackSharp.Stack.Network.Ipv4;

/// <summary>Puts IPv4 headers in front of what transports send, and cuts what is too long (RFC 791 §3.2).</summary>
internal sealed class Ipv4Output(
    Ipv4LayerOptions options, INetworkBuffers buffers, ILoopbackQueue loopback, IdentificationSource identifications, IpStatistics statistics)
{
    private readonly Ipv4Fragmenter _fragmenter = new(buffers);

    /// <summary>Sends what is in the frame along a path. The frame is taken over.</summary>
    public NetworkSendResult Send(NetworkPath path, TransmitFrame frame, scoped in Ipv4SendOptions send, Instant now)
    {
        statistics.OutRequests++;
        if (!path.IsValid || !path.Link.IsAttached)
        {
            statistics.OutNoRoutes++;
            frame.Release();
            return NetworkSendResult.NoRoute;
        }
        int headerLength = Ipv4Writer.HeaderLength(send.Options);
        int totalLength = headerLength + frame.Length;
        bool isTooLong = totalLength > Ipv4Header.MaximumTotalLength;
        if (!isTooLong && (frame.Offload.Segmentation != SegmentationKind.None || totalLength <= path.MaximumTransmissionUnit))
            return SendWhole(path, frame, send, headerLength, now);
        if (isTooLong || send.DontFragment)
        {
            statistics.OutFragFails++;
            frame.Release();
            return NetworkSendResult.TooBig;
        }
        return SendInPieces(path, frame, send, now);
    }

    private NetworkSendResult SendWhole(NetworkPath path, TransmitFrame frame, scoped in Ipv4SendOptions send, int headerLength, Instant now)
    {
        // What cannot be cut needs no identification (RFC 6864 §4.1).
        ushort identification = send.DontFragment ? (ushort)0 : identifications.Next(path.Source, path.Destination, send.Protocol, PacketsIn(frame));
        Ipv4Fields fields = FieldsFor(path, send, identification);
        int payloadLength = frame.Length;
        Ipv4Writer.Write(frame.Prepend(headerLength), fields, payloadLength, send.Options);
        TransmitOffload offload = frame.Offload;
        if (offload.NeedsChecksum || offload.Segmentation != SegmentationKind.None)
            frame.Offload = offload with { ChecksumStart = (ushort)headerLength, HeaderBytes = (ushort)frame.HeaderLength };
        return Transmit(path, frame, send, now);
    }

    private static int PacketsIn(TransmitFrame frame)
    {
        TransmitOffload offload = frame.Offload;
        return offload.Segmentation == SegmentationKind.None ? 1 : (frame.PayloadLength + offload.SegmentBytes - 1) / offload.SegmentBytes;
    }

    private NetworkSendResult SendInPieces(NetworkPath path, TransmitFrame frame, scoped in Ipv4SendOptions send, Instant now)
    {
        statistics.OutFragReqds++;
        Ipv4Fields fields = FieldsFor(path, send, identifications.Next(path.Source, path.Destination, send.Protocol));
        _fragmenter.Begin(frame, path.MaximumTransmissionUnit, fields, send.Options);
        NetworkSendResult result = NetworkSendResult.Accepted;
        while (result == NetworkSendResult.Accepted && !_fragmenter.IsAtEnd)
        {
            TransmitFrame? piece = _fragmenter.Next();
            if (piece is null) result = NetworkSendResult.NoBuffers;
            else
            {
                statistics.OutFragCreates++;
                result = Transmit(path, piece, send, now);
            }
        }
        _fragmenter.End();
        frame.Release();
        if (result == NetworkSendResult.Accepted) statistics.OutFragOKs++;
        else statistics.OutFragFails++;
        return result;
    }

    private NetworkSendResult Transmit(NetworkPath path, TransmitFrame frame, scoped in Ipv4SendOptions send, Instant now)
    {
        if (path.Cast != Cast.Unicast && (path.Cast == Cast.Broadcast || (send.LoopMulticast && path.Link.AddressTable.IsMember(path.Destination))))
            loopback.EnqueueCopy(frame, path.Link);
        statistics.OutTransmits++;
        statistics.OutOctets += frame.Length;
        CountCast(path.Cast, frame.Length);
        NetworkSendResult result = path.Link.Send(frame, path, now);
        if (result != NetworkSendResult.Accepted) statistics.OutDiscards++;
        return result;
    }

    private void CountCast(Cast cast, int octets)
    {
        if (cast == Cast.Broadcast) statistics.OutBcastPkts++;
        if (cast != Cast.Multicast) return;
        statistics.OutMcastPkts++;
        statistics.OutMcastOctets += octets;
    }

    private Ipv4Fields FieldsFor(NetworkPath path, scoped in Ipv4SendOptions send, ushort identification) => new()
    {
        TrafficClass = send.TrafficClass,
        Identification = identification,
        DontFragment = send.DontFragment,
        TimeToLive = send.TimeToLive == 0 ? options.DefaultTimeToLive : send.TimeToLive,
        Protocol = send.Protocol,
        Source = path.Source,
        Destination = path.Destination,
    };
}
