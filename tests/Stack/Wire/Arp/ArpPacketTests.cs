using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Arp;
using StackSharp.Stack.Wire.Ethernet;
using Xunit;

namespace StackSharp.Tests.Stack.Wire.Arp;

public sealed class ArpPacketTests
{
    private sealed record Fields(ArpOperation Operation, MacAddress Sender, IpAddress SenderAddress, MacAddress Target, IpAddress TargetAddress)
    {
        public byte[] ToBytes()
        {
            byte[] bytes = new byte[ArpPacket.Size];
            ArpWriter.Write(bytes, Operation, Sender, SenderAddress, Target, TargetAddress);
            return bytes;
        }
    }

    private static Gen<Fields> AnyFields { get; } =
        from operation in WireGenerators.UInt16
        from hardware in WireGenerators.UInt64.ArrayOf(2)
        from protocol in WireGenerators.Ipv4.ArrayOf(2)
        select new Fields((ArpOperation)operation, new MacAddress(hardware[0]), protocol[0], new MacAddress(hardware[1]), protocol[1]);

    [Fact]
    public void A_request_is_written_as_RFC_826_draws_it()
    {
        byte[] bytes = new Fields(
            ArpOperation.Request, MacAddress.Parse("02:00:00:00:00:01"), IpAddress.Parse("198.18.0.1"), default, IpAddress.Parse("198.18.0.2")).ToBytes();
        Assert.Equal("0001" + "0800" + "06" + "04" + "0001" + "020000000001" + "C6120001" + "000000000000" + "C6120002", Convert.ToHexString(bytes));
    }

    [Fact]
    public void What_is_written_is_read() => AnyFields.Holds(fields =>
        ArpPacket.TryParse(fields.ToBytes(), out ArpPacket packet)
            && new Fields(packet.Operation, packet.SenderHardwareAddress, packet.SenderProtocolAddress, packet.TargetHardwareAddress, packet.TargetProtocolAddress) == fields)
        .Check();

    [Fact]
    public void Parsing_any_bytes_never_throws_nor_reads_past_the_input() =>
        WireGenerators.Hostile(AnyFields.Select(fields => fields.ToBytes())).Holds(bytes =>
        {
            bool isEthernetIpv4 = bytes.Length >= ArpPacket.Size && bytes.AsSpan(0, 6).SequenceEqual((ReadOnlySpan<byte>)[0, 1, 8, 0, 6, 4]);
            if (!ArpPacket.TryParse(bytes, out ArpPacket packet)) return !isEthernetIpv4;
            _ = (packet.SenderHardwareAddress, packet.SenderProtocolAddress, packet.TargetHardwareAddress);
            return isEthernetIpv4 && packet.TargetProtocolAddress == IpAddress.FromBytes(bytes.AsSpan(24, 4));
        }).Check();

    [Theory]
    [InlineData(1, 2), InlineData(0, 1), InlineData(2, 0x86), InlineData(3, 1), InlineData(4, 8), InlineData(5, 16)]
    public void Other_hardware_protocols_and_lengths_are_refused(int offset, byte value)
    {
        byte[] bytes = new Fields(ArpOperation.Reply, default, IpAddress.AnyIpv4, default, IpAddress.AnyIpv4).ToBytes();
        Assert.True(ArpPacket.TryParse(bytes, out _));
        bytes[offset] = value;
        Assert.False(ArpPacket.TryParse(bytes, out _));
    }
}
