using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Tests.Golden;

/// <summary>A TCP segment, copied out of its frame so that it can be kept and compared.</summary>
/// <param name="Sack">Blocks, first to last: <c>left:right</c>.</param>
internal sealed record SegmentFacts(
    IpAddress Source, ushort SourcePort, ushort DestinationPort, uint Sequence, uint Acknowledgment, TcpControlBits Bits, ushort Window, ushort UrgentPointer,
    string Text, bool HasTimestamps, uint TimestampValue, uint TimestampEcho, int WindowScale, ushort MaximumSegmentSize, bool SackPermitted, bool HasFastOpen, int CookieOctets, string Sack)
{
    public bool Has(TcpControlBits bits) => (Bits & bits) == bits;

    /// <summary>The segment in a frame; null when it holds none.</summary>
    public static SegmentFacts? From(byte[] frame)
    {
        if (!EthernetHeader.TryParse(frame, out EthernetHeader ethernet) || ethernet.EtherType != EtherType.Ipv4) return null;
        if (!Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip) || ip.Protocol != IpProtocol.Tcp) return null;
        if (!TcpHeader.TryParse(ip.Payload, out TcpHeader tcp)) return null;
        TcpSegmentOptions options = TcpSegmentOptions.Parse(tcp.Options);
        List<string> blocks = [];
        for (int i = 0; i < options.SackCount; i++) blocks.Add($"{options.Sack(i).Left.Value}:{options.Sack(i).Right.Value}");
        return new SegmentFacts(
            ip.Source, tcp.SourcePort, tcp.DestinationPort, tcp.Sequence.Value, tcp.Acknowledgment.Value, tcp.ControlBits, tcp.Window, tcp.UrgentPointer,
            System.Text.Encoding.Latin1.GetString(tcp.Payload), options.HasTimestamps, options.TimestampValue, options.TimestampEchoReply, options.WindowScale,
            options.MaximumSegmentSize, options.SackPermitted, options.HasFastOpen, options.FastOpenCookie.Length, string.Join(' ', blocks));
    }
}
