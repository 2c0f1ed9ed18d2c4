using System.Buffers.Binary;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Benchmarks;

/// <summary>Ethernet frames with a TCP segment from the peer to the stack, as they lie in memory.</summary>
internal static class SegmentFrame
{
    public const int Ipv4Offset = EthernetHeader.Size;
    public const int TcpOffset = Ipv4Offset + Ipv4Header.MinimumSize;
    public const int HeaderBytes = TcpOffset + TcpHeader.MinimumSize;

    private const int SequenceOffset = 4;
    private const int AcknowledgmentOffset = 8;

    /// <summary>Writes headers and checksums around the text that is there.</summary>
    /// <param name="frame">As long as the frame is to be.</param>
    /// <param name="optionBytes">TCP options that stand in front of the text: a multiple of four.</param>
    public static void Write(Span<byte> frame, TcpControlBits bits, SequenceNumber sequence, SequenceNumber acknowledgment, int optionBytes = 0)
    {
        Span<byte> segment = frame[TcpOffset..];
        TcpHeaderWriter.Write(segment, WireEnds.PeerPort, WireEnds.OwnPort, sequence, acknowledgment, bits, TcpHeader.MinimumSize + optionBytes, ushort.MaxValue, 0);
        TcpHeaderWriter.FillChecksum(segment, WireEnds.Peer, WireEnds.Own);
        Ipv4Fields fields = new() { Source = WireEnds.Peer, Destination = WireEnds.Own, Protocol = IpProtocol.Tcp, TimeToLive = 64, DontFragment = true };
        Ipv4Writer.Write(frame[Ipv4Offset..], fields, segment.Length);
        EthernetWriter.Write(frame, WireEnds.OwnMac, WireEnds.PeerMac, EtherType.Ipv4);
    }

    /// <summary>Makes the next segment of the last one: other numbers, the same text, and the checksum corrected for them (RFC 1624).</summary>
    public static void Renumber(Span<byte> frame, SequenceNumber sequence, SequenceNumber acknowledgment)
    {
        Span<byte> header = frame.Slice(TcpOffset, TcpHeader.MinimumSize);
        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(header[TcpHeaderWriter.ChecksumOffset..]);
        checksum = InternetChecksum.Update(checksum, BinaryPrimitives.ReadUInt32BigEndian(header[SequenceOffset..]), sequence.Value);
        checksum = InternetChecksum.Update(checksum, BinaryPrimitives.ReadUInt32BigEndian(header[AcknowledgmentOffset..]), acknowledgment.Value);
        TcpHeaderWriter.SetChecksum(header, checksum);
        BinaryPrimitives.WriteUInt32BigEndian(header[SequenceOffset..], sequence.Value);
        BinaryPrimitives.WriteUInt32BigEndian(header[AcknowledgmentOffset..], acknowledgment.Value);
    }
}
