using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Icmp;
using Xunit;

namespace StackSharp.Tests.Stack.Wire.Icmp;

public sealed class Icmpv4HeaderTests
{
    private static Gen<byte[]> Messages { get; } =
        from typeAndCode in WireGenerators.UInt16
        from rest in WireGenerators.UInt32
        from payload in WireGenerators.Bytes(0, 60)
        select Message((Icmpv4Type)(typeAndCode >> 8), (byte)typeAndCode, rest, payload);

    [Fact]
    public void An_echo_request_is_written_as_RFC_792_draws_it() =>
        Assert.Equal("0800" + "9398" + "0102" + "0304" + "6061", Convert.ToHexString(
            Message(Icmpv4Type.EchoRequest, 0, Icmpv4Writer.EchoWord(0x0102, 0x0304), [0x60, 0x61])));

    [Fact]
    public void What_is_written_is_read() =>
        (from typeAndCode in WireGenerators.UInt16
         from rest in WireGenerators.UInt32
         from payload in WireGenerators.Bytes(0, 60)
         select (typeAndCode, rest, payload)).Holds(input =>
        {
            byte[] message = Message((Icmpv4Type)(input.typeAndCode >> 8), (byte)input.typeAndCode, input.rest, input.payload);
            return Icmpv4Header.TryParse(message, out Icmpv4Header header)
                && (int)header.Type == input.typeAndCode >> 8 && header.Code == (byte)input.typeAndCode && header.RestOfHeader == input.rest
                && header.Identifier == input.rest >> 16 && header.SequenceNumber == (ushort)input.rest && header.NextHopMtu == (ushort)input.rest
                && header.Pointer == input.rest >> 24 && header.GatewayAddress.Ipv4Value == input.rest
                && header.Payload.SequenceEqual(input.payload) && ChecksumReference.Sum(message) == 0xFFFF;
        }).Check();

    [Fact]
    public void A_payload_that_lies_elsewhere_counts_by_its_sum() => Messages.Holds(message =>
    {
        byte[] header = message[..Icmpv4Header.Size];
        Icmpv4Header.TryParse(message, out Icmpv4Header parsed);
        Icmpv4Writer.Write(header, parsed.Type, parsed.Code, parsed.RestOfHeader, InternetChecksum.Sum(parsed.Payload));
        return header.AsSpan().SequenceEqual(message.AsSpan(0, Icmpv4Header.Size));
    }).Check();

    [Fact]
    public void Parsing_any_bytes_never_throws_nor_reads_past_the_input() =>
        WireGenerators.Hostile(Messages).Holds(bytes =>
        {
            bool isValid = bytes.Length >= Icmpv4Header.Size && ChecksumReference.Sum(bytes) == 0xFFFF;
            bool isTrusted = Icmpv4Header.TryParse(bytes, out Icmpv4Header header, verifyChecksum: false);
            return Icmpv4Header.TryParse(bytes, out _) == isValid && isTrusted == bytes.Length >= Icmpv4Header.Size
                && (!isTrusted || header.Payload.Length == bytes.Length - Icmpv4Header.Size);
        }).Check();

    [Theory]
    [InlineData(Icmpv4Type.EchoReply, false), InlineData(Icmpv4Type.EchoRequest, false), InlineData(Icmpv4Type.TimestampRequest, false)]
    [InlineData(Icmpv4Type.DestinationUnreachable, true), InlineData(Icmpv4Type.SourceQuench, true), InlineData(Icmpv4Type.Redirect, true)]
    [InlineData(Icmpv4Type.TimeExceeded, true), InlineData(Icmpv4Type.ParameterProblem, true), InlineData((Icmpv4Type)200, false)]
    public void Errors_are_the_five_types_that_quote_a_datagram(Icmpv4Type type, bool isError)
    {
        Assert.True(Icmpv4Header.TryParse(Message(type, 0, 0, []), out Icmpv4Header header));
        Assert.Equal(isError, header.IsError);
    }

    private static byte[] Message(Icmpv4Type type, byte code, uint rest, byte[] payload)
    {
        byte[] message = new byte[Icmpv4Header.Size + payload.Length];
        message.AsSpan().Fill(0xAA);
        payload.CopyTo(message, Icmpv4Header.Size);
        Icmpv4Writer.Write(message, type, code, rest);
        return message;
    }
}
