using System.Buffers.Binary;
using System.Diagnostics;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ipv4;

namespace StackSharp.Stack.Network.Ipv4;

/// <content>Frames for packets on their way: whole, in fragments, or cut again into the segments that a device merged.</content>
internal sealed partial class Ipv4Forwarder
{
    private const int LengthOffset = 2;
    private const int IdentificationOffset = 4;
    private const uint NotUniversalTime = 0x8000_0000;   // RFC 791 §3.1: the highest bit marks another unit or origin.
    private readonly byte[] _header = new byte[Ipv4Header.MaximumSize];

    /// <summary>The header as it leaves: one off the TTL, and this router in the route and timestamps that the sender asked for (RFC 1812 §5.3.13).</summary>
    private bool TryPrepareHeader(in IpPacket packet, in IpAddress ours, Instant now)
    {
        Span<byte> header = _header.AsSpan(0, packet.HeaderLength);
        packet.Whole[..packet.HeaderLength].CopyTo(header);
        Ipv4Writer.DecrementTimeToLive(header);
        if (packet.Options.IsEmpty) return true;
        Ipv4OptionReader reader = new(packet.Options);
        while (reader.TryRead(out Ipv4OptionType type, out ReadOnlySpan<byte> value))
        {
            Span<byte> option = header.Slice(Ipv4Header.MinimumSize + reader.Offset, value.Length + 2);
            if (type == Ipv4OptionType.RecordRoute) Ipv4RecordRoute.TryRecord(option, ours);
            else if (type == Ipv4OptionType.Timestamp && !Ipv4TimestampOption.TryRecord(option, ours, NotUniversalTime | (uint)(now.Milliseconds & 0x7FFF_FFFF)))
            {
                _statistics.InHdrErrors++;
                _statistics.CountDrop(IpDropReason.BadOptions);   // More routers than can be counted (RFC 791 §3.1).
                return false;
            }
        }
        BinaryPrimitives.WriteUInt16BigEndian(header[Ipv4Writer.ChecksumOffset..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(header[Ipv4Writer.ChecksumOffset..], InternetChecksum.Finish(InternetChecksum.Sum(header)));
        return true;
    }

    /// <summary>Sends a packet as it came.</summary>
    /// <param name="transport">Where the checksum is that the device that received it vouched for, and perhaps never made; default: it stays as it is.</param>
    /// <param name="segmentBytes">For the next device to cut it by; 0: not to be cut.</param>
    private NetworkSendResult SendOne(in IpPacket packet, NetworkPath path, TransportPart transport, int segmentBytes, Instant now)
    {
        if (_buffers.TryRentFrame() is not { } frame) return NoBuffers();
        AppendPayload(frame, packet, transport.HeaderBytes, packet.PayloadLength - transport.HeaderBytes);
        if (transport.HeaderBytes > 0)
        {
            packet.Payload[..transport.HeaderBytes].CopyTo(frame.Prepend(transport.HeaderBytes));
            LeaveChecksum(frame, packet, transport, segmentBytes);
        }
        return Emit(frame, packet, path, 0, now);
    }

    /// <summary>Cuts a packet that the receiving device merged, for a link whose device does not. What left as several packets arrives as several.</summary>
    private NetworkSendResult SendCut(in IpPacket packet, NetworkPath path, TransportPart transport, int segmentBytes, Instant now)
    {
        int payload = packet.PayloadLength - transport.HeaderBytes;
        NetworkSendResult result = NetworkSendResult.Accepted;
        int index = 0;
        for (int position = 0; position < payload && result == NetworkSendResult.Accepted; position += segmentBytes)
        {
            if (_buffers.TryRentFrame() is not { } frame) return NoBuffers();
            int count = Math.Min(segmentBytes, payload - position);
            AppendPayload(frame, packet, transport.HeaderBytes + position, count);
            Span<byte> header = frame.Prepend(transport.HeaderBytes);
            packet.Payload[..transport.HeaderBytes].CopyTo(header);
            transport.WriteSegment(header, packet.Protocol, position, count, isLast: position + count == payload);
            LeaveChecksum(frame, packet, transport, 0);
            // Identifications count up, as segmenting devices have it.
            result = Emit(frame, packet, path, index++, now);
        }
        return result;
    }

    /// <summary>Puts the IP header in front of what may still have to be cut into fragments.</summary>
    private NetworkSendResult Emit(TransmitFrame frame, in IpPacket packet, NetworkPath path, int index, Instant now)
    {
        int totalLength = packet.HeaderLength + frame.Length;
        if (frame.Offload.Segmentation == SegmentationKind.None)
        {
            if (totalLength > path.Link.MaximumTransmissionUnit) return EmitFragments(frame, packet, path, index, now);
            if (frame.Offload.NeedsChecksum && !path.Link.DeviceCompletesChecksum) Ipv4Fragmenter.CompleteChecksum(frame, FieldsOf(packet, index));
        }
        Span<byte> header = frame.Prepend(packet.HeaderLength);
        _header.AsSpan(0, packet.HeaderLength).CopyTo(header);
        Replace(header, LengthOffset, (ushort)totalLength);
        Replace(header, IdentificationOffset, unchecked((ushort)(BinaryPrimitives.ReadUInt16BigEndian(header[IdentificationOffset..]) + index)));
        TransmitOffload offload = frame.Offload;
        if (offload.NeedsChecksum) frame.Offload = offload with { ChecksumStart = (ushort)packet.HeaderLength, HeaderBytes = (ushort)frame.HeaderLength };
        return Transmit(frame, path, now);
    }

    private NetworkSendResult EmitFragments(TransmitFrame frame, in IpPacket packet, NetworkPath path, int index, Instant now)
    {
        _statistics.OutFragReqds++;
        _fragmenter.Begin(frame, path.Link.MaximumTransmissionUnit, FieldsOf(packet, index), _header.AsSpan(Ipv4Header.MinimumSize..packet.HeaderLength));
        NetworkSendResult result = NetworkSendResult.Accepted;
        while (result == NetworkSendResult.Accepted && !_fragmenter.IsAtEnd)
        {
            if (_fragmenter.Next() is not { } piece) result = NoBuffers();
            else
            {
                _statistics.OutFragCreates++;
                result = Transmit(piece, path, now);
            }
        }
        _fragmenter.End();
        frame.Release();
        if (result == NetworkSendResult.Accepted) _statistics.OutFragOKs++;
        else _statistics.OutFragFails++;
        return result;
    }

    private NetworkSendResult Transmit(TransmitFrame frame, NetworkPath path, Instant now)
    {
        _statistics.OutTransmits++;
        _statistics.OutOctets += frame.Length;
        return path.Link.Send(frame, path, now);
    }

    private NetworkSendResult NoBuffers()
    {
        _statistics.CountDrop(IpDropReason.NoBuffers);
        return NetworkSendResult.NoBuffers;
    }

    private Ipv4Fields FieldsOf(in IpPacket packet, int index)
    {
        bool isHeader = Ipv4Header.TryParseQuoted(_header.AsSpan(0, packet.HeaderLength), out Ipv4Header header);
        Debug.Assert(isHeader);   // It was one when it came in.
        return Ipv4Fields.From(header) with { Identification = unchecked((ushort)(header.Identification + index)) };
    }

    private static void AppendPayload(TransmitFrame frame, in IpPacket packet, int skipped, int count)
    {
        if (count > 0) frame.Append(new PacketSlice(packet.Buffer.AddReference(), packet.PayloadOffset + skipped, count));
    }

    /// <summary>The pseudo-header's sum in the checksum field, and the rest to whoever finishes it. A datagram without checksum stays so (RFC 768).</summary>
    private static void LeaveChecksum(TransmitFrame frame, in IpPacket packet, TransportPart transport, int segmentBytes)
    {
        Span<byte> field = frame.Header[transport.ChecksumOffset..];
        if (packet.Protocol == IpProtocol.Udp && BinaryPrimitives.ReadUInt16BigEndian(field) == 0) return;
        uint sum = InternetChecksum.PseudoHeader(packet.Source, packet.Destination, packet.Protocol, frame.Length);
        BinaryPrimitives.WriteUInt16BigEndian(field, (ushort)sum);
        frame.Offload = new TransmitOffload(
            true, 0, (ushort)transport.ChecksumOffset, segmentBytes == 0 ? SegmentationKind.None : SegmentationKind.TcpIpv4, (ushort)segmentBytes, 0);
    }

    /// <summary>Changes a word of the header, and the checksum with it (RFC 1624 §3).</summary>
    private static void Replace(Span<byte> header, int offset, ushort word)
    {
        ushort old = BinaryPrimitives.ReadUInt16BigEndian(header[offset..]);
        if (old == word) return;
        BinaryPrimitives.WriteUInt16BigEndian(header[offset..], word);
        Span<byte> checksum = header[Ipv4Writer.ChecksumOffset..];
        BinaryPrimitives.WriteUInt16BigEndian(checksum, InternetChecksum.Update(BinaryPrimitives.ReadUInt16BigEndian(checksum), old, word));
    }
}
