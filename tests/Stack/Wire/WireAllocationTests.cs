using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Tcp;
using Xunit;

namespace StackSharp.Tests.Stack.Wire;

public sealed class WireAllocationTests
{
    private const int HeadersLength = EthernetHeader.Size + Ipv4Header.MinimumSize + TcpHeader.MinimumSize + 12;

    [Fact]
    public void Writing_and_reading_a_segment_allocates_nothing()
    {
        byte[] frame = new byte[HeadersLength + 1448];
        bool read = WriteAndRead(frame);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) read &= WriteAndRead(frame);
        long after = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(read);
        Assert.Equal(0, after - before);
    }

    private static bool WriteAndRead(Span<byte> frame)
    {
        IpAddress source = IpAddress.FromIpv4(198, 18, 0, 1);
        IpAddress destination = IpAddress.FromIpv4(198, 18, 0, 2);
        EthernetWriter.Write(frame, new MacAddress(2), new MacAddress(4), EtherType.Ipv4);
        Span<byte> packet = frame[EthernetHeader.Size..];
        Ipv4Fields fields = new() { TimeToLive = 64, Protocol = IpProtocol.Tcp, Source = source, Destination = destination };
        Span<byte> segment = packet[Ipv4Writer.Write(packet, fields, packet.Length - Ipv4Header.MinimumSize)..];
        TcpHeaderWriter.Write(segment, 1, 2, new SequenceNumber(3), new SequenceNumber(4), TcpControlBits.Ack, TcpHeader.MinimumSize + 12, 5, 0);
        TcpOptionWriter options = new(segment[TcpHeader.MinimumSize..]);
        options.NoOperation();
        options.NoOperation();
        options.Timestamps(6, 7);
        TcpHeaderWriter.FillChecksum(segment, source, destination);
        return EthernetHeader.TryParse(frame, out EthernetHeader ethernet)
            && Ipv4Header.TryParse(ethernet.Payload, out Ipv4Header ip)
            && TcpHeader.TryParse(ip.Payload, out TcpHeader tcp)
            && tcp.IsChecksumValid(ip.Source, ip.Destination)
            && TcpSegmentOptions.Parse(tcp.Options).TimestampEchoReply == 7;
    }
}
