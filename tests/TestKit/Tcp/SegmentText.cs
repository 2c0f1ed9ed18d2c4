using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.TestKit.Packets;

namespace StackSharp.Tests.TestKit.Tcp;

/// <summary>TCP segments as packet lines, and packet lines as TCP segments.</summary>
internal static class SegmentText
{
    /// <summary>What a segment holds, its numbers counted from the initial sequence numbers.</summary>
    /// <param name="own">ISN of the segment's sender.</param>
    /// <param name="other">ISN of its receiver.</param>
    public static PacketLine Describe(ReadOnlySpan<byte> segment, TimeSpan since, PacketDirection direction, uint own, uint other)
    {
        if (!TcpHeader.TryParse(segment, out TcpHeader header)) throw new InvalidOperationException("The stack sent a malformed TCP header.");
        bool isReset = header.Has(TcpControlBits.Rst);
        bool absolute = isReset && header.Sequence.Value == 0;
        return new PacketLine
        {
            Time = PacketTime.After(since),
            Direction = direction,
            Flags = header.ControlBits,
            Start = absolute ? 0 : unchecked(header.Sequence.Value - own),
            Length = header.Payload.Length,
            Acknowledgment = header.Has(TcpControlBits.Ack) ? unchecked(header.Acknowledgment.Value - other) : null,
            Window = header.Window,
            Urgent = header.Has(TcpControlBits.Urg) ? header.UrgentPointer : null,
            Options = DescribeOptions(header.Options, other),
        };
    }

    /// <summary>The bytes of an injected line, checksum zero. The payload octet at sequence number n is <see cref="PayloadOctet"/>(n).</summary>
    public static byte[] Build(PacketLine line, ushort sourcePort, ushort destinationPort, uint own, uint other)
    {
        byte[] options = [.. (line.Options ?? []).SelectMany(option => Bytes(option, other))];
        int size = TcpHeader.MinimumSize + ((options.Length + 3) & ~3);
        byte[] segment = new byte[size + line.Length];
        TcpHeaderWriter.Write(
            segment, sourcePort, destinationPort, new SequenceNumber(unchecked(own + line.Start)),
            new SequenceNumber(line.Acknowledgment is { } ack ? unchecked(other + ack) : 0), line.Flags, size, line.Window ?? 65535, line.Urgent ?? 0);
        options.CopyTo(segment.AsSpan(TcpHeader.MinimumSize));
        uint text = TextStart(line);
        for (int i = 0; i < line.Length; i++) segment[size + i] = PayloadOctet(text + (uint)i);
        return segment;
    }

    /// <summary>Where a packet's text begins: a SYN takes a number itself.</summary>
    public static uint TextStart(PacketLine line) => line.Start + (line.Flags.HasFlag(TcpControlBits.Syn) ? 1u : 0u);

    /// <summary>What stands at a place of the stream: enough to find it out of order or lost.</summary>
    public static byte PayloadOctet(uint relativeSequence) => (byte)(relativeSequence * 31 + (relativeSequence >> 8) * 7);

    private static byte[] Bytes(PacketOption option, uint other)
    {
        byte[] bytes = new byte[TcpOptionWriter.MaximumSize];
        TcpOptionWriter writer = new(bytes);
        switch (option)
        {
            case PacketOption.NoOperation: writer.NoOperation(); break;
            case PacketOption.EndOfList: return [0];
            case PacketOption.Other unknown: return [unknown.Kind, (byte)(2 + unknown.ValueHex.Length / 2), .. Convert.FromHexString(unknown.ValueHex)];
            case PacketOption.MaximumSegmentSize mss: writer.MaximumSegmentSize(mss.Bytes); break;
            case PacketOption.WindowScale scale: writer.WindowScale(scale.Shift); break;
            case PacketOption.SackPermitted: writer.SackPermitted(); break;
            case PacketOption.Timestamps timestamps: writer.Timestamps(timestamps.Value, timestamps.EchoReply); break;
            case PacketOption.Sack sack:
                writer.Sack([.. sack.Ranges.Select(range =>
                    new SackBlock(new SequenceNumber(unchecked(range.Left + other)), new SequenceNumber(unchecked(range.Right + other))))]);
                break;
            case PacketOption.AccurateEcn: return PacketOptionCodec.Encode(option, other);
            case PacketOption.FastOpen cookie: writer.FastOpen(Convert.FromHexString(cookie.CookieHex)); break;
            default: throw new NotSupportedException($"A scenario cannot inject the option {option}.");
        }
        return bytes[..writer.Written];
    }

    private static List<PacketOption> DescribeOptions(ReadOnlySpan<byte> options, uint other)
    {
        List<PacketOption> described = [];
        for (int at = 0; at < options.Length;)
        {
            if (options[at] == (byte)TcpOptionKind.NoOperation)
            {
                described.Add(new PacketOption.NoOperation());
                at++;
                continue;
            }
            TcpOptionReader reader = new(options[at..]);
            if (!reader.TryRead(out TcpOptionKind kind, out ReadOnlySpan<byte> value)) break;
            described.Add(Describe(kind, value, TcpSegmentOptions.Parse(options.Slice(at, value.Length + 2)), other));
            at += value.Length + 2;
        }
        return described;
    }

    private static PacketOption Describe(TcpOptionKind kind, ReadOnlySpan<byte> value, in TcpSegmentOptions parsed, uint other)
    {
        switch (kind)
        {
            case TcpOptionKind.MaximumSegmentSize: return new PacketOption.MaximumSegmentSize(parsed.MaximumSegmentSize);
            case TcpOptionKind.WindowScale: return new PacketOption.WindowScale((byte)parsed.WindowScale);
            case TcpOptionKind.SackPermitted: return new PacketOption.SackPermitted();
            case TcpOptionKind.Timestamps: return new PacketOption.Timestamps(parsed.TimestampValue, parsed.TimestampEchoReply);
            case TcpOptionKind.FastOpen: return new PacketOption.FastOpen(Convert.ToHexStringLower(parsed.FastOpenCookie));
            case TcpOptionKind.Sack:
                List<SackRange> ranges = [];
                for (int i = 0; i < parsed.SackCount; i++)
                    ranges.Add(new SackRange(unchecked(parsed.Sack(i).Left.Value - other), unchecked(parsed.Sack(i).Right.Value - other)));
                return new PacketOption.Sack(ranges);
            default: return PacketOptionCodec.Decode(kind, value, other);
        }
    }
}
