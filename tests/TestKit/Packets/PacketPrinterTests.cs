using FsCheck;
using FsCheck.Fluent;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Arp;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Stack.Wire.Ipv4;
using Xunit;

namespace StackSharp.Tests.TestKit.Packets;

/// <summary>The builders and the printer, each shown by the other.</summary>
public sealed class PacketPrinterTests
{
    private static readonly IpEndpoint Client = IpEndpoint.Parse("198.18.0.1:1000");
    private static readonly IpEndpoint Server = IpEndpoint.Parse("198.18.0.2:80");
    private static readonly MacAddress ClientHardware = MacAddress.Parse("02:00:00:00:00:01");
    private static readonly MacAddress ServerHardware = MacAddress.Parse("02:00:00:00:00:02");
    private static readonly InitialSequenceNumbers Origins = new(Stack: 1_000_000, Peer: 4_294_967_295);

    [Fact]
    public void Numbers_are_relative_from_the_syn_on()
    {
        PacketPrinter printer = new();
        Assert.Equal("198.18.0.1:1000 > 198.18.0.2:80 S 0:0(0) win 9 <mss 1460>", printer.Packet(ToServer("+0 < S 0:0(0) win 9 <mss 1460>")));
        Assert.Equal("198.18.0.2:80 > 198.18.0.1:1000 S. 0:0(0) ack 1 win 8", printer.Packet(ToClient("+0 > S. 0:0(0) ack 1 win 8")));
        Assert.Equal("198.18.0.1:1000 > 198.18.0.2:80 [ce] P. 1:4(3) ack 1 win 9", printer.Packet(ToServer("+0 < [ce] P. 1:4(3) ack 1 win 9")));
    }

    [Fact]
    public void Without_a_syn_numbers_are_those_of_the_packet() =>
        Assert.Equal("198.18.0.2:80 > 198.18.0.1:1000 . 1000001:1000001(0) ack 0 win 8", new PacketPrinter().Packet(ToClient("+0 > . 1:1(0) ack 1 win 8")));

    [Fact]
    public void A_wrong_checksum_is_told()
    {
        byte[] segment = ToServer("+0 < . 1:3(2) ack 1 win 9");
        segment[^1] ^= 1;
        Assert.EndsWith("win 9 (bad checksum)", new PacketPrinter().Packet(segment), StringComparison.Ordinal);
        byte[] datagram = PacketBuilder.Udp(Client, Server, [1, 2]);
        datagram[^1] ^= 1;
        Assert.EndsWith("udp (2) (bad checksum)", new PacketPrinter().Packet(datagram), StringComparison.Ordinal);
        byte[] packet = ToServer("+0 < R 1:1(0)");
        packet[8] ^= 1;
        Assert.Equal("no IPv4 packet (Checksum), 40 octets", new PacketPrinter().Packet(packet));
    }

    [Fact]
    public void Datagrams_are_printed()
    {
        Assert.Equal("198.18.0.1:1000 > 198.18.0.2:80 udp (3)", new PacketPrinter().Packet(PacketBuilder.Udp(Client, Server, [1, 2, 3])));
        Assert.EndsWith("udp (0) (no checksum)", new PacketPrinter().Packet(PacketBuilder.Udp(Client, Server, [], checksum: false)), StringComparison.Ordinal);
    }

    [Fact]
    public void Icmp_messages_are_printed()
    {
        byte[] request = PacketBuilder.Echo(Icmpv4Type.EchoRequest, Client.Address, Server.Address, 7, 1, new byte[56]);
        Assert.Equal("198.18.0.1 > 198.18.0.2 echo request 7.1 (56)", new PacketPrinter().Packet(request));
        byte[] error = PacketBuilder.Icmp(Server.Address, Client.Address, Icmpv4Type.DestinationUnreachable, (byte)Icmpv4UnreachableCode.FragmentationNeeded, 1400, request.AsSpan(0, 28));
        Assert.Equal("198.18.0.2 > 198.18.0.1 unreachable FragmentationNeeded mtu 1400 (28)", new PacketPrinter().Packet(error));
    }

    [Fact]
    public void Frames_are_printed_with_tags()
    {
        byte[] datagram = PacketBuilder.Udp(Client, Server, [1]);
        VlanTag tag = new(EtherType.Vlan, 42);
        Assert.Equal("198.18.0.1:1000 > 198.18.0.2:80 udp (1)", new PacketPrinter().Frame(PacketBuilder.Ethernet(ServerHardware, ClientHardware, EtherType.Ipv4, datagram)));
        Assert.Equal("vlan 42 198.18.0.1:1000 > 198.18.0.2:80 udp (1)", new PacketPrinter().Frame(PacketBuilder.Ethernet(ServerHardware, ClientHardware, tag, EtherType.Ipv4, datagram)));
        Assert.Equal("02:00:00:00:00:01 > 02:00:00:00:00:02 type 86dd (1)", new PacketPrinter().Frame(PacketBuilder.Ethernet(ServerHardware, ClientHardware, EtherType.Ipv6, [0])));
    }

    [Fact]
    public void Arp_is_printed()
    {
        byte[] request = PacketBuilder.Arp(ArpOperation.Request, ClientHardware, Client.Address, default, Server.Address);
        byte[] reply = PacketBuilder.Arp(ArpOperation.Reply, ServerHardware, Server.Address, ClientHardware, Client.Address);
        Assert.Equal("arp who has 198.18.0.2 tell 198.18.0.1 at 02:00:00:00:00:01", new PacketPrinter().Frame(PacketBuilder.Ethernet(MacAddress.Broadcast, ClientHardware, EtherType.Arp, request)));
        Assert.Equal("arp 198.18.0.2 is at 02:00:00:00:00:02", new PacketPrinter().Frame(PacketBuilder.Ethernet(ClientHardware, ServerHardware, EtherType.Arp, reply)));
    }

    [Fact]
    public void Fragments_hold_all_of_a_packet()
    {
        byte[] payload = [.. Enumerable.Range(0, 100).Select(number => (byte)number)];
        byte[] packet = PacketBuilder.Udp(Client, Server, payload);
        IReadOnlyList<byte[]> fragments = PacketBuilder.Fragments(packet, 99, 8, 64);
        Assert.Equal(
            [
                "198.18.0.1 > 198.18.0.2 Udp fragment 99 0(8)+",
                "198.18.0.1 > 198.18.0.2 Udp fragment 99 8(56)+",
                "198.18.0.1 > 198.18.0.2 Udp fragment 99 64(44)",
            ],
            fragments.Select(fragment => new PacketPrinter().Packet(fragment)));
        Assert.Equal(packet[Ipv4Header.MinimumSize..], fragments.SelectMany(fragment => fragment[Ipv4Header.MinimumSize..]));
    }

    [Fact]
    public void Any_octets_have_a_line() =>
        Prop.ForAll<byte[]>(octets => new PacketPrinter().Frame(octets).Length > 0 && new PacketPrinter().Packet(octets).Length > 0).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_mutation_of_a_frame_has_a_line()
    {
        byte[] frame = PacketBuilder.Ethernet(ServerHardware, ClientHardware, EtherType.Ipv4, ToServer("+0 < S 0:9(9) win 9 <mss 1460,sackOK,TS val 1 ecr 2,nop,wscale 7>"));
        Prop.ForAll<ushort, byte, ushort>((place, value, length) =>
        {
            byte[] mutated = [.. frame];
            mutated[place % mutated.Length] = value;
            return new PacketPrinter().Frame(mutated.AsSpan(0, length % (mutated.Length + 1))).Length > 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    private static byte[] ToServer(string line) => PacketBuilder.Tcp(PacketLine.Parse(line), Client, Server, Origins);

    private static byte[] ToClient(string line) => PacketBuilder.Tcp(PacketLine.Parse(line), Server, Client, Origins);
}
