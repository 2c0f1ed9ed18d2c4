using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Tests.TestKit.Packets;

/// <summary>Packet lines between text and TCP segments.</summary>
public static class PacketLineCodec
{
    /// <summary>The segment that a line describes: header, options and data, with its checksum.</summary>
    /// <param name="line">A line without <c>&lt;...&gt;</c>, and with a window unless it is a reset.</param>
    /// <param name="data">The octets it carries, as many as the line says; none given: zeros.</param>
    /// <exception cref="FormatException">The line leaves something open, or its options do not make a header.</exception>
    public static byte[] Encode(PacketLine line, IpEndpoint source, IpEndpoint destination, InitialSequenceNumbers origins, ReadOnlySpan<byte> data = default)
    {
        if (line.Options is null) throw new FormatException($"'{line}' leaves its options open: they cannot be sent");
        if (line.Window is null && !line.Has(TcpControlBits.Rst)) throw new FormatException($"'{line}' names no window: it cannot be sent");
        if (!data.IsEmpty && data.Length != line.Length) throw new FormatException($"'{line}' carries {line.Length} octets, not {data.Length}");
        uint own = origins.OfSender(line.Direction);
        uint other = origins.OfReceiver(line.Direction);
        byte[] options = PacketOptionCodec.Encode(line.Options, other);
        byte[] segment = new byte[TcpHeader.MinimumSize + options.Length + line.Length];
        TcpHeaderWriter.Write(
            segment,
            source.Port,
            destination.Port,
            new SequenceNumber(unchecked(line.Start + own)),
            new SequenceNumber(line.Acknowledgment is { } acknowledgment ? unchecked(acknowledgment + other) : 0),
            line.Flags,
            TcpHeader.MinimumSize + options.Length,
            line.Window ?? 0,
            line.Urgent ?? 0);
        options.CopyTo(segment, TcpHeader.MinimumSize);
        data.CopyTo(segment.AsSpan(TcpHeader.MinimumSize + options.Length));
        TcpHeaderWriter.FillChecksum(segment, source.Address, destination.Address);
        return segment;
    }

    /// <summary>The line that describes a segment.</summary>
    /// <param name="time">Since the event before it.</param>
    /// <param name="ecn">From the packet around it; null: not known.</param>
    public static PacketLine Decode(
        in TcpHeader segment, PacketDirection direction, InitialSequenceNumbers origins, TimeSpan time = default, EcnCodepoint? ecn = null)
    {
        uint own = origins.OfSender(direction);
        uint other = origins.OfReceiver(direction);
        return new PacketLine
        {
            Time = PacketTime.After(time),
            Direction = direction,
            Ecn = ecn,
            Flags = segment.ControlBits,
            Start = unchecked(segment.Sequence.Value - own),
            Length = segment.Payload.Length,
            Acknowledgment = segment.Has(TcpControlBits.Ack) ? unchecked(segment.Acknowledgment.Value - other) : null,
            Window = segment.Window,
            Urgent = segment.Has(TcpControlBits.Urg) ? segment.UrgentPointer : null,
            Options = PacketOptionCodec.Decode(segment.Options, other),
        };
    }

    /// <summary>The line that describes the segment in an IPv4 packet; null when there is no whole segment in it.</summary>
    public static PacketLine? DecodePacket(ReadOnlySpan<byte> packet, PacketDirection direction, InitialSequenceNumbers origins, TimeSpan time = default) =>
        Ipv4Header.TryParse(packet, out Ipv4Header ip) && ip is { Protocol: IpProtocol.Tcp, IsFragment: false } && TcpHeader.TryParse(ip.Payload, out TcpHeader segment)
            ? Decode(segment, direction, origins, time, ip.Ecn)
            : null;
}
