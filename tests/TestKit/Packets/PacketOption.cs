using System.Globalization;

namespace StackSharp.Tests.TestKit.Packets;

/// <summary>One TCP option as a packet line writes it; <see cref="object.ToString"/> gives that text.</summary>
public abstract record PacketOption
{
    private PacketOption()
    {
    }

    public sealed record EndOfList : PacketOption
    {
        public override string ToString() => "eol";
    }

    public sealed record NoOperation : PacketOption
    {
        public override string ToString() => "nop";
    }

    public sealed record MaximumSegmentSize(ushort Bytes) : PacketOption
    {
        public override string ToString() => Invariant($"mss {Bytes}");
    }

    public sealed record WindowScale(byte Shift) : PacketOption
    {
        public override string ToString() => Invariant($"wscale {Shift}");
    }

    public sealed record SackPermitted : PacketOption
    {
        public override string ToString() => "sackOK";
    }

    public sealed record Timestamps(uint Value, uint EchoReply) : PacketOption
    {
        public override string ToString() => Invariant($"TS val {Value} ecr {EchoReply}");
    }

    /// <summary>Blocks count from the initial sequence number of the side whose data they acknowledge.</summary>
    public sealed record Sack(IReadOnlyList<SackRange> Ranges) : PacketOption
    {
        public bool Equals(Sack? other) => other is not null && Ranges.SequenceEqual(other.Ranges);

        public override int GetHashCode() => Ranges.Aggregate(17, HashCode.Combine);

        public override string ToString() => "sack " + string.Join(' ', Ranges);
    }

    /// <summary>An empty cookie asks for one (RFC 7413 §4.1.1).</summary>
    public sealed record FastOpen(string CookieHex) : PacketOption
    {
        public override string ToString() => CookieHex.Length == 0 ? "FO" : $"FO {CookieHex}";
    }

    /// <summary>Counts of octets by ECN mark (RFC 9768 §3.2.3), in the order of the option: <c>ECN e0b 1 ceb 0 e1b 1</c> or <c>ECN e1b 1 ceb 0 e0b 1</c>, or the
    /// first one or two of them.</summary>
    public sealed record AccurateEcn(bool IsReversed, IReadOnlyList<uint> Counts) : PacketOption
    {
        public static IReadOnlyList<string> Names(bool isReversed) => isReversed ? ["e1b", "ceb", "e0b"] : ["e0b", "ceb", "e1b"];

        public bool Equals(AccurateEcn? other) => other is not null && IsReversed == other.IsReversed && Counts.SequenceEqual(other.Counts);

        public override int GetHashCode() => Counts.Aggregate(IsReversed ? 17 : 19, HashCode.Combine);

        public override string ToString() => "ECN " + string.Join(' ', Names(IsReversed).Zip(Counts, (name, count) => Invariant($"{name} {count}")));
    }

    /// <summary>Any other kind, its value as hexadecimal digits: <c>kind 253 0a0b</c>.</summary>
    public sealed record Other(byte Kind, string ValueHex) : PacketOption
    {
        public override string ToString() =>
            ValueHex.Length == 0 ? Invariant($"kind {Kind}") : Invariant($"kind {Kind} {ValueHex}");
    }

    /// <summary>Octets as they stand, for what is no option at all: <c>raw 0200</c> is an MSS option of length 0.</summary>
    public sealed record Raw(string Hex) : PacketOption
    {
        public override string ToString() => $"raw {Hex}";
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>One SACK block: the first octet held, and the one after the last (RFC 2018 §3).</summary>
public readonly record struct SackRange(uint Left, uint Right)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Left}:{Right}");
}
