using System.Buffers.Binary;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Transport.Tcp.Authentication;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Stack.Transport.Tcp.Authentication;

/// <summary>The packets of RFC 9235, which sections name: IP header, TCP header with the signature, text; and the traffic key that signs them.</summary>
public sealed class AuthenticationVectorTests
{
    private const byte ClientId = 61;
    private const byte ServerId = 84;

    [Theory, Covers("AO-1", "AO-2")]
    // §4.1.1.
    [InlineData(
        "45e0004cdd0f4000ff06bf6b0a0b0c0dac1b1c1de9d700b3fbfbab5a00000000e002ffffcac40000020405b4010303080402080a00155ab700000000"
        + "1d103d542ee437c6f8ede6d7c4d602e7",
        "6d63ef1b02fe1509d4b1402707fd7b0416abb74f", 0xFBFBAB5Au, 0x00000000u, TcpAuthenticationAlgorithm.HmacSha1, true)]
    // §4.1.2.
    [InlineData(
        "45e0004c65064000ff063775ac1b1c1d0a0b0c0d00b3e9d711c14261fbfbab5be012ffff37760000020405b4010303080402080a84a50beb00155ab7"
        + "1d10543deeab0fe24c3010815116b3be",
        "d9e217e4834a80ca2f3fd8de2e41b8e6797fea96", 0x11C14261u, 0xFBFBAB5Au, TcpAuthenticationAlgorithm.HmacSha1, true)]
    // §4.1.3.
    [InlineData(
        "45e0008736a14000ff06659f0a0b0c0dac1b1c1de9d700b3fbfbab5b11c14262c0180104a16200000101080a00155ac184a50beb1d103d547064cf99"
        + "8cc6c315c2c2e2bfffffffffffffffffffffffffffffffff00430104dabf00b40a0b0c0d260206010400010001020280000202020002024200020641"
        + "040000dabf02084006006400010100",
        "d2e59c65ffc7b1a39347656463b70edc24a13d71", 0xFBFBAB5Au, 0x11C14261u, TcpAuthenticationAlgorithm.HmacSha1, true)]
    // §4.1.4.
    [InlineData(
        "45e000871fa94000ff067c97ac1b1c1d0a0b0c0d00b3e9d711c14262fbfbab9ec0180100400c00000101080a84a50bf500155ac11d10543da63f0ecb"
        + "bb2e635c954deac7ffffffffffffffffffffffffffffffff00430104dac000b4ac1b1c1d260206010400010001020280000202020002024200020641"
        + "040000dac002084006006400010100",
        "d9e217e4834a80ca2f3fd8de2e41b8e6797fea96", 0x11C14261u, 0xFBFBAB5Au, TcpAuthenticationAlgorithm.HmacSha1, true)]
    // §4.2.1.
    [InlineData(
        "45e0004c53994000ff0648e20a0b0c0dac1b1c1dff1200b3cb0efbee00000000e002ffff541f0000020405b4010303080402080a00024cce00000000"
        + "1d103d5480af3cfeb85368937b8f9ec2",
        "30eaa1560cf0be57dab5c045229fb10a423cd7ea", 0xCB0EFBEEu, 0x00000000u, TcpAuthenticationAlgorithm.HmacSha1, false)]
    // §4.2.2.
    [InlineData(
        "45e0004c32844000ff0669f7ac1b1c1d0a0b0c0d00b3ff12acd5b5e1cb0efbefe012ffff388e0000020405b4010303080402080a576772f300024cce"
        + "1d10543d09306f9acea63a8c68cb9a70",
        "b5b2896bb3664e8176b0edc6e799524101a8307f", 0xACD5B5E1u, 0xCB0EFBEEu, TcpAuthenticationAlgorithm.HmacSha1, false)]
    // §4.2.3.
    [InlineData(
        "45e00087a8f54000ff06f34a0a0b0c0dac1b1c1dff1200b3cb0efbefacd5b5e2c01801046c4500000101080a00024cce576772f31d103d54710608cc"
        + "696c03a271c93aa5ffffffffffffffffffffffffffffffff00430104dabf00b40a0b0c0d260206010400010001020280000202020002024200020641"
        + "040000dabf02084006006400010100",
        "f3db1793d7910ecd806c34f155ea1f00345953e3", 0xCB0EFBEEu, 0xACD5B5E1u, TcpAuthenticationAlgorithm.HmacSha1, false)]
    // §4.2.4.
    [InlineData(
        "45e0008754374000ff064809ac1b1c1d0a0b0c0d00b3ff12acd5b5e2cb0efc32c018010046b600000101080a576772f300024cce1d10543d97766e48"
        + "ac262de9ae61b4f9ffffffffffffffffffffffffffffffff00430104dac000b4ac1b1c1d260206010400010001020280000202020002024200020641"
        + "040000dac002084006006400010100",
        "b5b2896bb3664e8176b0edc6e799524101a8307f", 0xACD5B5E1u, 0xCB0EFBEEu, TcpAuthenticationAlgorithm.HmacSha1, false)]
    // §5.1.1.
    [InlineData(
        "45e0004c7b9f4000ff0620dc0a0b0c0dac1b1c1dc4fa00b3787a1ddf00000000e002ffff5a0f0000020405b4010303080402080a00017ed000000000"
        + "1d103d54e477e99c8040765498e55091",
        "f5b8b3d5f34fdbb6eb8d4ab9660e60e3", 0x787A1DDFu, 0x00000000u, TcpAuthenticationAlgorithm.Aes128Cmac, true)]
    // §6.1.1.
    [InlineData(
        "6e0891dc00380640fd000000000000000000000000000001fd000000000000000000000000000002f7e400b3176a833f00000000e002ffff47210000"
        + "020405a0010303080402080a0041d087000000001d103d549033ec3d7334b64c5edd039f",
        "625ec09d575836edc9b6428418bbf06989a361bb", 0x176A833Fu, 0x00000000u, TcpAuthenticationAlgorithm.HmacSha1, true)]
    // §6.1.2.
    [InlineData(
        "6e01009e00380640fd000000000000000000000000000002fd00000000000000000000000000000100b3f7e43f51994b176a8340e012ffffbfec0000"
        + "020405a0010303080402080abd33129b0041d0871d10543df1cba346c3526163f71f1f55",
        "e4a37ada2a0afca8711434913fe138c771ebcb4a", 0x3F51994Bu, 0x176A833Fu, TcpAuthenticationAlgorithm.HmacSha1, true)]
    // §6.2.2.
    [InlineData(
        "6e0a7e1f00380640fd000000000000000000000000000002fd00000000000000000000000000000100b3c6cdeba3734d020c1e6ae012ffff774d0000"
        + "020405a0010303080402080a5ec99b70009db95b1d10543d3c546bad9743f12df8b8010d",
        "405108947f996575e7bdbc26d40216a2c7fa91bd", 0xEBA3734Du, 0x020C1E69u, TcpAuthenticationAlgorithm.HmacSha1, false)]
    // §6.2.4.
    [InlineData(
        "6e0a7e1f00730640fd000000000000000000000000000002fd00000000000000000000000000000100b3c6cdeba3734e020c1eadc0180100716a0000"
        + "0101080a5ec99b7a009db9651d10543d559a819445b4fde98d9e1317ffffffffffffffffffffffffffffffff00430104fde800b40101017a26020601"
        + "0400010001020280000202020002024200020641040000fde802084006006400010100",
        "405108947f996575e7bdbc26d40216a2c7fa91bd", 0xEBA3734Du, 0x020C1E69u, TcpAuthenticationAlgorithm.HmacSha1, false)]
    // §7.1.2.
    [InlineData(
        "6e06152000380640fd000000000000000000000000000002fd00000000000000000000000000000100b3f85aa6744ecb193cccede012ffffeabb0000"
        + "020405a0010303080402080a71daabc813e4ab991d10543ddc2843a84e78a6bcfdc5ed80",
        "cf1b1e225e06a63616764a067b46f4b1", 0xA6744ECBu, 0x193CCCECu, TcpAuthenticationAlgorithm.Aes128Cmac, true)]
    // §7.1.4.
    [InlineData(
        "6e06152000730640fd000000000000000000000000000002fd00000000000000000000000000000100b3f85aa6744ecc193ccd30c018010052f40000"
        + "0101080a71daabd313e4aba31d10543dc1069b7dfd3d693a6df3f289ffffffffffffffffffffffffffffffff00430104fde800b40101017a26020601"
        + "0400010001020280000202020002024200020641040000fde802084006006400010100",
        "cf1b1e225e06a63616764a067b46f4b1", 0xA6744ECBu, 0x193CCCECu, TcpAuthenticationAlgorithm.Aes128Cmac, true)]
    public void A_packet_has_the_signature_that_the_RFC_gives_it(
        string packetHex, string trafficKeyHex, uint sourceInitial, uint destinationInitial, TcpAuthenticationAlgorithm algorithm, bool coversOptions)
    {
        byte[] packet = Convert.FromHexString(packetHex);
        bool isIpv4 = packet[0] >> 4 == 4;
        int ipBytes = isIpv4 ? 20 : 40;
        int addresses = isIpv4 ? 12 : 8;
        int size = isIpv4 ? 4 : 16;
        IpEndpoint source = new(IpAddress.FromBytes(packet.AsSpan(addresses, size)), BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(ipBytes)));
        IpEndpoint destination = new(IpAddress.FromBytes(packet.AsSpan(addresses + size, size)), BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(ipBytes + 2)));
        bool fromClient = destination.Port == 179;
        TcpAuthenticationKey key = new(
            new IpPrefix(source.Address, source.Address.BitLength), "testvector"u8, sendId: fromClient ? ServerId : ClientId,
            receiveId: fromClient ? ClientId : ServerId, algorithm, coversOptions);

        using TrafficKey traffic = TrafficKey.Derive(key, source, destination, new SequenceNumber(sourceInitial), new SequenceNumber(destinationInitial));
        Assert.Equal(trafficKeyHex, Convert.ToHexStringLower(traffic.Octets));

        using SegmentAuthentication receiver = new(new TcpAuthenticationKeys(key), destination, source, new SignedMessage());
        SequenceNumber local = new(destinationInitial);
        SequenceNumber remote = new(sourceInitial);
        receiver.Begin(local, remote);
        Assert.True(TcpHeader.TryParse(packet.AsSpan(ipBytes), out TcpHeader header));
        Assert.Null(receiver.Verify(header, local, remote));
        // A changed text, acknowledgment or window is found out; a changed option only where it is covered.
        foreach (int at in new[] { packet.Length - 1, ipBytes + 8, ipBytes + 14 }) Assert.Equal(TcpDropReason.BadAuthentication, Changed(receiver, packet, ipBytes, at, local, remote));
        int timestamps = ipBytes + (header.Has(TcpControlBits.Syn) ? 30 : 24);
        Assert.Equal(coversOptions ? TcpDropReason.BadAuthentication : null, Changed(receiver, packet, ipBytes, timestamps, local, remote));
    }

    private static TcpDropReason? Changed(SegmentAuthentication receiver, byte[] packet, int start, int at, SequenceNumber local, SequenceNumber remote)
    {
        byte[] changed = [.. packet];
        changed[at] ^= 1;
        Assert.True(TcpHeader.TryParse(changed.AsSpan(start), out TcpHeader header));
        return receiver.Verify(header, local, remote);
    }
}
