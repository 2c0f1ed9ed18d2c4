using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ipv4;

namespace StackSharp.Stack.Network.Icmp;

/// <summary>Options of an echo reply: the request's recorded route and timestamps, with our own added (RFC 1122 §3.2.2.6, §3.2.1.8).</summary>
internal static class ReplyOptions
{
    private const uint NotUniversalTime = 0x8000_0000;   // RFC 791 §3.1: the highest bit marks another unit or origin.

    /// <param name="received">Well-formed options.</param>
    /// <param name="ours">The address that answers.</param>
    /// <param name="destination">Room for 40 octets.</param>
    /// <returns>Octets written, a multiple of 4.</returns>
    public static int Write(ReadOnlySpan<byte> received, in IpAddress ours, Instant now, Span<byte> destination)
    {
        int written = 0;
        Ipv4OptionReader reader = new(received);
        while (reader.TryRead(out Ipv4OptionType type, out ReadOnlySpan<byte> value))
        {
            if (type is not (Ipv4OptionType.RecordRoute or Ipv4OptionType.Timestamp)) continue;
            Span<byte> option = destination.Slice(written, value.Length + 2);
            received.Slice(reader.Offset, option.Length).CopyTo(option);
            if (type == Ipv4OptionType.RecordRoute) Ipv4RecordRoute.TryRecord(option, ours);
            else Ipv4TimestampOption.TryRecord(option, ours, NotUniversalTime | (uint)(now.Milliseconds & 0x7FFF_FFFF));
            written += option.Length;
        }
        int padded = (written + 3) & ~3;
        destination[written..padded].Clear();
        return padded;
    }
}
