using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Udp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Wire.Udp;

public sealed class UdpHeaderTests
{
    private static Gen<byte[]> Datagrams { get; } =
        from ports in WireGenerators.UInt16.ArrayOf(3)
        from payload in WireGenerators.Bytes(0, 60)
        select Datagram(ports[0], ports[1], ports[2], payload);

    [Fact]
    public void What_is_written_is_read() =>
        (from ports in WireGenerators.UInt16.ArrayOf(3)
         from payload in WireGenerators.Bytes(0, 60)
         select (ports, payload)).Holds(input =>
            UdpHeader.TryParse(Datagram(input.ports[0], input.ports[1], input.ports[2], input.payload), out UdpHeader header)
                && header.SourcePort == input.ports[0] && header.DestinationPort == input.ports[1] && header.Checksum == input.ports[2]
                && header.HasChecksum == (input.ports[2] != 0) && header.Length == 8 + input.payload.Length
                && header.Payload.SequenceEqual(input.payload)).Check();

    [Fact, Covers("UDP-1")]
    public void Parsing_any_bytes_never_throws_nor_reads_past_the_input() =>
        WireGenerators.Hostile(Datagrams).Holds(bytes =>
        {
            if (!UdpHeader.TryParse(bytes, out UdpHeader udp)) return true;
            _ = udp.IsChecksumValid(IpAddress.LoopbackIpv4, IpAddress.LoopbackIpv4);
            return udp.Payload.Length == udp.Length - UdpHeader.Size && udp.Length <= bytes.Length && udp.Datagram.SequenceEqual(bytes.AsSpan(0, udp.Length));
        }).Check();

    [Theory, Covers("UDP-1")]
    [InlineData(8, 8, 0), InlineData(8, 20, 0), InlineData(12, 20, 4), InlineData(20, 20, 12)]
    [InlineData(0, 20, -1), InlineData(7, 20, -1), InlineData(21, 20, -1), InlineData(65535, 20, -1), InlineData(8, 7, -1), InlineData(0, 0, -1)]
    public void The_length_field_is_at_least_8_and_at_most_what_arrived(int length, int arrived, int payload)
    {
        byte[] bytes = new byte[arrived];
        if (arrived >= 6) (bytes[4], bytes[5]) = ((byte)(length >> 8), (byte)length);
        Assert.Equal(payload >= 0, UdpHeader.TryParse(bytes, out UdpHeader header));
        if (payload >= 0) Assert.Equal(payload, header.Payload.Length);
    }

    [Fact]
    public void A_filled_checksum_is_the_definition_s_and_never_zero() =>
        (from datagram in Datagrams
         from addresses in WireGenerators.AddressPair
         select (datagram, addresses)).Holds(input =>
        {
            (IpAddress source, IpAddress destination) = input.addresses;
            UdpWriter.SetChecksum(input.datagram, 0);
            uint expected = ChecksumReference.Sum(source, destination, IpProtocol.Udp, input.datagram) ^ 0xFFFF;
            ReadOnlySpan<byte> payload = input.datagram.AsSpan(UdpHeader.Size);
            UdpWriter.FillChecksum(input.datagram, source, destination, InternetChecksum.Sum(payload), payload.Length);
            return UdpHeader.TryParse(input.datagram, out UdpHeader header)
                && header.Checksum == (expected == 0 ? 0xFFFF : expected) && header.IsChecksumValid(source, destination);
        }).Check();

    /// <summary>Ports chosen so that everything adds up to 0xFFFF, which would give the checksum 0 (RFC 768).</summary>
    [Fact]
    public void A_checksum_of_zero_is_sent_as_ffff()
    {
        byte[] datagram = Datagram(0, 0, 0, []);
        uint rest = InternetChecksum.Sum(datagram, InternetChecksum.PseudoHeader(IpAddress.LoopbackIpv4, IpAddress.LoopbackIpv4, IpProtocol.Udp, 8));
        UdpWriter.Write(datagram, (ushort)(0xFFFF - rest), 0, 0);
        UdpWriter.FillChecksum(datagram, IpAddress.LoopbackIpv4, IpAddress.LoopbackIpv4, 0, 0);
        Assert.True(UdpHeader.TryParse(datagram, out UdpHeader header));
        Assert.Equal(0xFFFF, header.Checksum);
        Assert.True(header.IsChecksumValid(IpAddress.LoopbackIpv4, IpAddress.LoopbackIpv4));
    }

    [Fact]
    public void Without_a_checksum_there_is_none_to_be_valid()
    {
        Assert.True(UdpHeader.TryParse(Datagram(1, 2, 0, [3]), out UdpHeader header));
        Assert.False(header.HasChecksum);
        Assert.False(header.IsChecksumValid(IpAddress.LoopbackIpv4, IpAddress.LoopbackIpv4));
    }

    private static byte[] Datagram(ushort sourcePort, ushort destinationPort, ushort checksum, byte[] payload)
    {
        byte[] datagram = new byte[UdpHeader.Size + payload.Length];
        UdpWriter.Write(datagram, sourcePort, destinationPort, payload.Length, checksum);
        payload.CopyTo(datagram, UdpHeader.Size);
        return datagram;
    }
}
