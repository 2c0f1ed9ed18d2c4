using StackSharp.Stack;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Arp;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Icmp;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Stack.Wire.Udp;
using StackSharp.Tests.TestKit.Packets;
using Xunit;

namespace StackSharp.Tests.Stack.Network;

/// <summary>A stack with one Ethernet interface whose other end is the test: frames go in and come out as bytes, on a clock of its own.</summary>
internal sealed class StackOnWire : IDisposable
{
    public static readonly MacAddress OwnMac = new(0x02_00_00_00_00_01);
    public static readonly MacAddress PeerMac = new(0x02_00_00_00_00_02);
    public static readonly IpAddress Own = IpAddress.FromIpv4(198, 18, 0, 1);
    public static readonly IpAddress Peer = IpAddress.FromIpv4(198, 18, 0, 2);

    public StackOnWire(
        NetworkStackOptions? options = null, bool knowsPeer = true, bool hasAddress = true, int mtu = 1500, LinkMedium medium = LinkMedium.Ethernet,
        TransmitCapabilities capabilities = TransmitCapabilities.None, ulong seed = 1)
    {
        Stack = new NetworkStack((options ?? new NetworkStackOptions()) with { DebugBuffers = true }, new SeededRandomSource(seed));
        int segmentation = (capabilities & TransmitCapabilities.TcpSegmentationIpv4) != 0 ? 65535 : 0;
        Interface = Stack.AddInterface(new LinkDeviceInfo("test", medium, OwnMac, mtu, 65536 + 14, capabilities, segmentation), Now);
        if (hasAddress)
        {
            Stack.AddAddress(Interface, new IpPrefix(Own, 24), Now);
            Advance(TimeSpan.FromSeconds(5));   // Both announcements are out.
        }
        if (knowsPeer && medium == LinkMedium.Ethernet) Interface.Neighbors.AddStatic(Peer, PeerMac);
        TakeFrames();
    }

    public NetworkStack Stack { get; }

    public NetworkInterface Interface { get; }

    public Instant Now { get; private set; } = Instant.FromMilliseconds(1000);

    /// <summary>Lets time pass, running each deadline at its moment.</summary>
    public void Advance(TimeSpan time)
    {
        Instant end = Now + time;
        while (Stack.NextDeadline <= end)
        {
            Now = Instant.Max(Now, Stack.NextDeadline);
            Stack.OnDeadline(Now);
        }
        Now = end;
    }

    /// <summary>Hands frames in, as one batch.</summary>
    public void Inject(params byte[][] frames)
    {
        PacketBuffer[] buffers = [.. frames.Select(frame =>
        {
            PacketBuffer buffer = Stack.RentReceiveBuffer(Interface)!;
            frame.CopyTo(buffer.Storage);
            buffer.SetRange(0, frame.Length);
            return buffer;
        })];
        Stack.OnFrames(Interface, buffers, Now);
        foreach (PacketBuffer buffer in buffers) buffer.Release();
    }

    /// <summary>Hands in IPv4 packets from the peer.</summary>
    public void InjectIpv4(params byte[][] packets) =>
        Inject([.. packets.Select(packet => Interface.Device.Medium == LinkMedium.Ip ? packet : PacketBuilder.Ethernet(OwnMac, PeerMac, EtherType.Ipv4, packet))]);

    public void InjectArp(ArpOperation operation, MacAddress senderMac, IpAddress sender, MacAddress targetMac, IpAddress target, MacAddress? to = null) =>
        Inject(PacketBuilder.Ethernet(to ?? MacAddress.Broadcast, senderMac, EtherType.Arp, PacketBuilder.Arp(operation, senderMac, sender, targetMac, target)));

    /// <summary>The frames sent since the last call.</summary>
    public List<byte[]> TakeFrames()
    {
        Stack.OnEntryEnd(Now);
        List<byte[]> frames = [];
        TransmitFrame[] batch = new TransmitFrame[16];
        for (int count; (count = Interface.TransmitQueue.Dequeue(batch)) > 0;)
        {
            foreach (TransmitFrame frame in batch.AsSpan(0, count))
            {
                byte[] bytes = new byte[frame.Length];
                frame.CopyTo(bytes);
                frame.Release();
                frames.Add(bytes);
            }
        }
        return frames;
    }

    /// <summary>The IPv4 packets sent since the last call, padding taken off; everything else is dropped.</summary>
    public List<byte[]> TakeIpv4()
    {
        if (Interface.Device.Medium == LinkMedium.Ip) return TakeFrames();
        List<byte[]> packets = [];
        foreach (byte[] frame in TakeFrames())
        {
            Assert.True(EthernetHeader.TryParse(frame, out EthernetHeader header));
            if (header.EtherType != EtherType.Ipv4) continue;
            Assert.True(Ipv4Header.TryParse(header.Payload, out Ipv4Header packet));
            packets.Add(packet.Packet.ToArray());
        }
        return packets;
    }

    /// <summary>An ICMP message from the peer.</summary>
    public static byte[] Icmp(Icmpv4Type type, byte code, uint word, ReadOnlySpan<byte> payload)
    {
        byte[] message = new byte[Icmpv4Header.Size + payload.Length];
        payload.CopyTo(message.AsSpan(Icmpv4Header.Size));
        Icmpv4Writer.Write(message, type, code, word);
        return message;
    }

    /// <summary>An echo request from the peer to the stack, as an IPv4 packet.</summary>
    public static byte[] EchoRequest(ReadOnlySpan<byte> data, ushort identifier = 7, ushort sequence = 1, IpAddress? destination = null, IpAddress? source = null) =>
        PacketBuilder.Ipv4(source ?? Peer, destination ?? Own, IpProtocol.Icmp, Icmp(Icmpv4Type.EchoRequest, 0, Icmpv4Writer.EchoWord(identifier, sequence), data));

    /// <summary>A UDP datagram to the stack, as an IPv4 packet.</summary>
    public static byte[] Udp(ushort destinationPort, ReadOnlySpan<byte> payload, IpAddress? destination = null, IpAddress? source = null, ushort sourcePort = 9999) =>
        PacketBuilder.Udp(new IpEndpoint(source ?? Peer, sourcePort), new IpEndpoint(destination ?? Own, destinationPort), payload);

    /// <summary>The stack still answers.</summary>
    public void AssertAnswersPing()
    {
        TakeFrames();
        InjectIpv4(EchoRequest([1, 2, 3]));
        byte[] reply = Assert.Single(TakeIpv4());
        Assert.True(Ipv4Header.TryParse(reply, out Ipv4Header header));
        Assert.True(Icmpv4Header.TryParse(header.Payload, out Icmpv4Header message));
        Assert.Equal(Icmpv4Type.EchoReply, message.Type);
        Assert.Equal([1, 2, 3], message.Payload.ToArray());
    }

    public static UdpHeader UdpOf(byte[] packet)
    {
        Assert.True(Ipv4Header.TryParse(packet, out Ipv4Header header));
        Assert.True(UdpHeader.TryParse(header.Payload, out UdpHeader udp));
        return udp;
    }

    public static Icmpv4Header IcmpOf(byte[] packet)
    {
        Assert.True(Ipv4Header.TryParse(packet, out Ipv4Header header));
        Assert.True(Icmpv4Header.TryParse(header.Payload, out Icmpv4Header message));
        return message;
    }

    public static Ipv4Header Ipv4Of(byte[] packet)
    {
        Assert.True(Ipv4Header.TryParse(packet, out Ipv4Header header));
        return header;
    }

    /// <summary>Ends the stack and looks for what it has not given back (INV-7).</summary>
    public void Dispose()
    {
        Stack.Dispose();
        Assert.True(Stack.OutstandingBuffers == 0, $"{Stack.OutstandingBuffers} buffers are still out: {string.Join(", ", Stack.OutstandingBufferOwners)}");
    }
}
