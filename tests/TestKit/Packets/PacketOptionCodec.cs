using System.Buffers.Binary;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Tests.TestKit.Packets;

/// <summary>TCP options between packet lines and octets. Written apart from src, so that a mistake there has a witness.</summary>
internal static class PacketOptionCodec
{
    /// <summary>Octets for options, each where it stands; after <c>eol</c> zeros fill the word.</summary>
    /// <param name="sackOrigin">What SACK blocks count from: the ISN of the packet's receiver.</param>
    /// <exception cref="FormatException">They do not fill whole words, or are too long for a header.</exception>
    public static byte[] Encode(IReadOnlyList<PacketOption> options, uint sackOrigin)
    {
        List<byte> octets = [];
        foreach (PacketOption option in options) octets.AddRange(Encode(option, sackOrigin));
        if (options.Count > 0 && options[^1] is PacketOption.EndOfList)
            while (octets.Count % 4 != 0) octets.Add(0);
        if (octets.Count % 4 != 0) throw new FormatException($"<{string.Join(',', options)}> takes {octets.Count} octets: fill up the word with nop, or end with eol");
        if (octets.Count > TcpHeader.MaximumSize - TcpHeader.MinimumSize) throw new FormatException($"<{string.Join(',', options)}> takes {octets.Count} octets, and a header has room for 40");
        return [.. octets];
    }

    /// <summary>The options in octets, in order. What is malformed comes as one last <c>raw</c>.</summary>
    public static IReadOnlyList<PacketOption> Decode(ReadOnlySpan<byte> octets, uint sackOrigin)
    {
        List<PacketOption> options = [];
        while (!octets.IsEmpty)
        {
            int length = octets[0] <= (byte)TcpOptionKind.NoOperation ? 1 : octets.Length < 2 ? 0 : octets[1];
            bool isWhole = octets[0] <= (byte)TcpOptionKind.NoOperation || length >= 2;
            if (!isWhole || length > octets.Length)
            {
                options.Add(new PacketOption.Raw(Convert.ToHexStringLower(octets)));
                break;
            }
            if (octets[0] == (byte)TcpOptionKind.EndOfList)
            {
                options.Add(new PacketOption.EndOfList());
                break;
            }
            options.Add(octets[0] == (byte)TcpOptionKind.NoOperation
                ? new PacketOption.NoOperation()
                : Decode((TcpOptionKind)octets[0], octets[2..length], sackOrigin));
            octets = octets[length..];
        }
        return options;
    }

    /// <summary>Octets for one option, whatever they add up to.</summary>
    public static byte[] Encode(PacketOption option, uint sackOrigin) => option switch
    {
        PacketOption.EndOfList => [(byte)TcpOptionKind.EndOfList],
        PacketOption.NoOperation => [(byte)TcpOptionKind.NoOperation],
        PacketOption.MaximumSegmentSize mss => WithLength(TcpOptionKind.MaximumSegmentSize, [(byte)(mss.Bytes >> 8), (byte)mss.Bytes]),
        PacketOption.WindowScale scale => WithLength(TcpOptionKind.WindowScale, [scale.Shift]),
        PacketOption.SackPermitted => WithLength(TcpOptionKind.SackPermitted, []),
        PacketOption.Timestamps stamps => WithLength(TcpOptionKind.Timestamps, [.. BigEndian(stamps.Value), .. BigEndian(stamps.EchoReply)]),
        PacketOption.Sack sack => WithLength(TcpOptionKind.Sack, [.. sack.Ranges.SelectMany(range => Encode(range, sackOrigin))]),
        PacketOption.FastOpen open => WithLength(TcpOptionKind.FastOpen, Convert.FromHexString(open.CookieHex)),
        PacketOption.AccurateEcn ecn => WithLength(
            ecn.IsReversed ? TcpOptionKind.AccurateEcn1 : TcpOptionKind.AccurateEcn0, [.. ecn.Counts.SelectMany(count => BigEndian(count)[1..])]),
        PacketOption.Other other => WithLength((TcpOptionKind)other.Kind, Convert.FromHexString(other.ValueHex)),
        PacketOption.Raw raw => Convert.FromHexString(raw.Hex),
        _ => throw new ArgumentOutOfRangeException(nameof(option)),
    };

    /// <summary>One option.</summary>
    public static PacketOption Decode(TcpOptionKind kind, ReadOnlySpan<byte> value, uint sackOrigin)
    {
        switch (kind)
        {
            case TcpOptionKind.MaximumSegmentSize when value.Length == 2: return new PacketOption.MaximumSegmentSize(BinaryPrimitives.ReadUInt16BigEndian(value));
            case TcpOptionKind.WindowScale when value.Length == 1: return new PacketOption.WindowScale(value[0]);
            case TcpOptionKind.SackPermitted when value.IsEmpty: return new PacketOption.SackPermitted();
            case TcpOptionKind.Timestamps when value.Length == 8:
                return new PacketOption.Timestamps(BinaryPrimitives.ReadUInt32BigEndian(value), BinaryPrimitives.ReadUInt32BigEndian(value[4..]));
            case TcpOptionKind.FastOpen: return new PacketOption.FastOpen(Convert.ToHexStringLower(value));
            case TcpOptionKind.AccurateEcn0 or TcpOptionKind.AccurateEcn1 when value.Length is 3 or 6 or 9:
                List<uint> counts = [];
                for (; !value.IsEmpty; value = value[3..]) counts.Add((uint)(value[0] << 16 | value[1] << 8 | value[2]));
                return new PacketOption.AccurateEcn(kind == TcpOptionKind.AccurateEcn1, counts);
            case TcpOptionKind.Sack when value.Length > 0 && value.Length % SackBlock.Size == 0:
                List<SackRange> ranges = [];
                for (; !value.IsEmpty; value = value[SackBlock.Size..])
                {
                    uint left = BinaryPrimitives.ReadUInt32BigEndian(value);
                    uint right = BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
                    ranges.Add(new SackRange(unchecked(left - sackOrigin), unchecked(right - sackOrigin)));
                }
                return new PacketOption.Sack(ranges);
            default: return new PacketOption.Other((byte)kind, Convert.ToHexStringLower(value));
        }
    }

    private static byte[] Encode(SackRange range, uint origin) => [.. BigEndian(unchecked(range.Left + origin)), .. BigEndian(unchecked(range.Right + origin))];

    private static byte[] WithLength(TcpOptionKind kind, byte[] value) => [(byte)kind, (byte)(value.Length + 2), .. value];

    private static byte[] BigEndian(uint value)
    {
        byte[] octets = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(octets, value);
        return octets;
    }
}
