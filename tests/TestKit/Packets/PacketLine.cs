using System.Globalization;
using System.Text;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Tests.TestKit.Packets;

/// <summary>
/// One TCP packet of a scenario, in the notation of packetdrill:
/// <c>+.05 &lt; P. 1:1001(1000) ack 1 win 100 &lt;nop,nop,TS val 100 ecr 200&gt;</c>.
/// </summary>
/// <remarks>
/// Sequence numbers count from the initial sequence number of the packet's sender, acknowledgments and SACK blocks from the
/// receiver's; so a SYN stands at 0 and the first octet of data at 1. In a packet that is expected, what the line does not
/// name is not compared, except options: none written means that there are none, <c>&lt;...&gt;</c> means any.
/// </remarks>
public sealed record PacketLine
{
    public required PacketTime Time { get; init; }

    public required PacketDirection Direction { get; init; }

    /// <summary>The ECN bits of the IP header, written <c>[ect0]</c>; null when the line does not say.</summary>
    public EcnCodepoint? Ecn { get; init; }

    public required TcpControlBits Flags { get; init; }

    /// <summary>Sequence number of the first octet, or of the SYN.</summary>
    public required uint Start { get; init; }

    /// <summary>Octets of data. SYN and FIN are not counted.</summary>
    public required int Length { get; init; }

    /// <summary>The sequence number after the last octet of data, modulo 2^32.</summary>
    public uint End => unchecked(Start + (uint)Length);

    /// <summary>Null exactly when the ACK bit is not set.</summary>
    public uint? Acknowledgment { get; init; }

    /// <summary>The window field as on the wire, before any scaling; null when the line does not say.</summary>
    public ushort? Window { get; init; }

    /// <summary>The urgent pointer field; null when the line does not say.</summary>
    public ushort? Urgent { get; init; }

    /// <summary>The options in their order; null for <c>&lt;...&gt;</c>, which stands for any.</summary>
    public IReadOnlyList<PacketOption>? Options { get; init; } = [];

    public bool Has(TcpControlBits flag) => (Flags & flag) == flag;

    /// <exception cref="PacketLineException">The text is not a packet line.</exception>
    public static PacketLine Parse(string text) => new PacketLineParser(text).Parse();

    /// <summary>Two lines are equal when they say the same, which the text shows: it has one form for each meaning.</summary>
    public bool Equals(PacketLine? other) => other is not null && ToString() == other.ToString();

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    public override string ToString() => $"{Time} {(Direction == PacketDirection.Inject ? '<' : '>')} {Segment}";

    /// <summary>The line without time and direction: what the packet holds.</summary>
    public string Segment
    {
        get
        {
            CultureInfo invariant = CultureInfo.InvariantCulture;
            StringBuilder text = new();
            if (Ecn is { } ecn) text.Append(invariant, $"[{PacketNotation.Of(ecn)}] ");
            text.Append(invariant, $"{PacketNotation.Of(Flags)} {Start}:{End}({Length})");
            if (Acknowledgment is { } acknowledgment) text.Append(invariant, $" ack {acknowledgment}");
            if (Window is { } window) text.Append(invariant, $" win {window}");
            if (Urgent is { } urgent) text.Append(invariant, $" urg {urgent}");
            if (Options is null) text.Append(" <...>");
            else if (Options.Count > 0) text.Append(invariant, $" <{string.Join(',', Options)}>");
            return text.ToString();
        }
    }

    /// <summary>What of this expectation a packet does not meet, in words; null when it meets all. Time is not looked at.</summary>
    public string? Mismatch(PacketLine actual)
    {
        if (Direction != actual.Direction) return $"goes the other way: {actual.Direction}";
        if (Flags != actual.Flags) return $"flags are {PacketNotation.Of(actual.Flags)}, not {PacketNotation.Of(Flags)}";
        if (Start != actual.Start || Length != actual.Length)
            return string.Create(CultureInfo.InvariantCulture, $"range is {actual.Start}:{actual.End}({actual.Length}), not {Start}:{End}({Length})");
        return Difference("ack", Acknowledgment, actual.Acknowledgment)
            ?? (Window is null ? null : Difference("win", Window, actual.Window))
            ?? (Urgent is null ? null : Difference("urg", Urgent, actual.Urgent))
            ?? (Ecn is null || Ecn == actual.Ecn ? null : $"ECN is {actual.Ecn}, not {Ecn}")
            ?? OptionsMismatch(actual);
    }

    private string? OptionsMismatch(PacketLine actual)
    {
        if (Options is null) return null;
        string expectedText = string.Join(',', Options);
        string actualText = actual.Options is null ? "..." : string.Join(',', actual.Options);
        return expectedText == actualText ? null : $"options are <{actualText}>, not <{expectedText}>";
    }

    private static string? Difference(string field, uint? expected, uint? actual) =>
        expected == actual ? null : $"{field} is {Number(actual)}, not {Number(expected)}";

    private static string Number(uint? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "absent";
}
