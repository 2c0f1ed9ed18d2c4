using System.Buffers.Binary;
using StackSharp.Stack;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Network.Ipv4;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Tests.Drivers;
using StackSharp.Tests.Stack.Network;
using StackSharp.Tests.TestKit.Packets;
using Xunit;

namespace StackSharp.Tests.Stack;

public sealed class NetworkStackAllocationTests
{
    private const int Datagrams = 10_000;

    [Theory]
    [InlineData(1)]
    [InlineData(1400)]
    [InlineData(4000)]
    public void Echoing_datagrams_allocates_nothing(int length)
    {
        using NetworkStack stack = new(new NetworkStackOptions(), new SeededRandomSource(1));
        NetworkInterface networkInterface = stack.AddInterface(
            new LinkDeviceInfo("test", LinkMedium.Ethernet, StackOnWire.OwnMac, 1500, 1514), Instant.Origin);
        stack.AddAddress(networkInterface, new IpPrefix(StackOnWire.Own, 24), Instant.Origin);
        networkInterface.Neighbors.AddStatic(StackOnWire.Peer, StackOnWire.PeerMac);
        UdpEndpoint endpoint = stack.Udp.Create(this);
        endpoint.Bind(new IpEndpoint(IpAddress.AnyIpv4, 7), PortSharing.Default);
        byte[] datagram = StackOnWire.Udp(7, new byte[length]);
        IReadOnlyList<byte[]> packets = length <= 1472 ? [datagram] : PacketBuilder.Fragments(datagram, 1, 1480, 2960);
        byte[][] frames = [.. packets.Select(packet => PacketBuilder.Ethernet(StackOnWire.OwnMac, StackOnWire.PeerMac, EtherType.Ipv4, packet))];
        PacketBuffer[] buffers = new PacketBuffer[frames.Length];
        TransmitFrame[] sent = new TransmitFrame[16];
        int echoed = 0;
        void Echo(int count)
        {
            for (int i = 0; i < count; i++)
            {
                for (int f = 0; f < frames.Length; f++)
                {
                    buffers[f] = stack.RentReceiveBuffer(networkInterface)!;
                    frames[f].CopyTo(buffers[f].Storage);
                    buffers[f].SetRange(0, frames[f].Length);
                }
                stack.OnFrames(networkInterface, buffers, new Instant(i * 1000L));
                foreach (PacketBuffer buffer in buffers) buffer.Release();
                while (stack.Ready.Take() is { } ready)
                {
                    ready.TakeEvents();
                    while (((UdpEndpoint)ready).TryReceive(false, out UdpDatagram received) == TransportError.None)
                        endpoint.Send(received.Payload, received.Source, new Instant(i * 1000L));
                }
                stack.OnEntryEnd(new Instant(i * 1000L));
                for (int taken; (taken = networkInterface.TransmitQueue.Dequeue(sent)) > 0;)
                {
                    for (int f = 0; f < taken; f++) sent[f].Release();
                    echoed++;
                }
            }
        }
        Echo(2000);   // Everything is compiled and every pool filled.
        // The runtime allocates now and then for itself: one clean run is the proof, for what a datagram costs dirties all of them.
        long least = long.MaxValue;
        for (int run = 0; run < 5 && least > 0; run++)
        {
            echoed = 0;
            long before = GC.GetAllocatedBytesForCurrentThread();
            Echo(Datagrams);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(Datagrams, echoed);
        }
        Assert.Equal(0, least);
        endpoint.Close();
    }

    [Fact]
    public void Answering_pings_allocates_nothing()
    {
        using NetworkStack stack = new(new NetworkStackOptions(), new SeededRandomSource(1));
        NetworkInterface networkInterface = stack.AddInterface(
            new LinkDeviceInfo("test", LinkMedium.Ip, default, 1500, 1500), Instant.Origin);
        stack.AddAddress(networkInterface, new IpPrefix(StackOnWire.Own, 24), Instant.Origin);
        byte[] packet = StackOnWire.EchoRequest(new byte[56]);
        PacketBuffer[] buffers = [stack.RentReceiveBuffer(networkInterface)!];
        packet.CopyTo(buffers[0].Storage);
        buffers[0].SetRange(0, packet.Length);
        TransmitFrame[] sent = new TransmitFrame[1];
        int answered = 0;
        void Ping(int count)
        {
            for (int i = 0; i < count; i++)
            {
                stack.OnFrames(networkInterface, buffers, Instant.Origin);
                answered += networkInterface.TransmitQueue.Dequeue(sent);
                sent[0].Release();
            }
        }
        Ping(1000);
        int runs = Allocations.MustBeNoneInWindow(() => Ping(Datagrams));
        Assert.Equal((runs * Datagrams) + 1000, answered);
        buffers[0].Release();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1400)]
    [InlineData(4000)]
    public void Forwarding_allocates_nothing(int length)
    {
        Instant now = Instant.Origin;
        using NetworkStack stack = new(new NetworkStackOptions { Ipv4 = new Ipv4LayerOptions { Forwarding = true } }, new SeededRandomSource(1));
        NetworkInterface near = stack.AddInterface(new LinkDeviceInfo("near", LinkMedium.Ethernet, StackOnWire.OwnMac, 9000, 9014), now);
        NetworkInterface far = stack.AddInterface(new LinkDeviceInfo("far", LinkMedium.Ethernet, StackOnWire.OwnMac, 1500, 1514), now);
        stack.AddAddress(near, new IpPrefix(StackOnWire.Own, 24), now);
        stack.AddAddress(far, new IpPrefix(RouterOnWires.FarOwn, 24), now);
        far.Neighbors.AddStatic(RouterOnWires.Far, RouterOnWires.FarMac);
        byte[] packet = StackOnWire.Udp(7, new byte[length], RouterOnWires.Far);
        if (length > 1472) packet = PacketBuilder.Ipv4(Ipv4Fields.From(StackOnWire.Ipv4Of(packet)) with { DontFragment = false }, packet.AsSpan(20));
        byte[] frame = PacketBuilder.Ethernet(StackOnWire.OwnMac, StackOnWire.PeerMac, EtherType.Ipv4, packet);
        PacketBuffer[] buffer = new PacketBuffer[1];
        TransmitFrame[] sent = new TransmitFrame[1];
        void Forward(int count)
        {
            for (int i = 0; i < count; i++)
            {
                buffer[0] = stack.RentReceiveBuffer(near)!;
                frame.CopyTo(buffer[0].Storage);
                buffer[0].SetRange(0, frame.Length);
                stack.OnFrames(near, buffer, now);
                buffer[0].Release();
                while (far.TransmitQueue.Dequeue(sent) == 1) sent[0].Release();
            }
        }
        Forward(2000);   // Everything is compiled and every pool filled.
        int runs = Allocations.MustBeNoneInWindow(() => Forward(Datagrams));
        Assert.Equal(2000 + (runs * Datagrams), stack.Statistics.Ip.OutForwDatagrams);
    }

    [Fact]
    public void Refusing_strangers_allocates_nothing_and_remembers_none_of_them()
    {
        using NetworkStack stack = NewStack(out NetworkInterface networkInterface);
        PacketLine syn = PacketLine.Parse("+0 < S 0:0(0) win 65535");
        byte[] packet = PacketBuilder.Tcp(syn, new IpEndpoint(StackOnWire.Peer, 9999), new IpEndpoint(StackOnWire.Own, 7), new InitialSequenceNumbers(0, 0));
        TransmitFrame[] sent = new TransmitFrame[1];
        Refuse(stack, networkInterface, packet, sent, 2000);
        int paths = stack.Paths.Count;
        int runs = Allocations.MustBeNoneInWindow(() => Refuse(stack, networkInterface, packet, sent, Datagrams));
        Assert.Equal(paths, stack.Paths.Count);
        Assert.Equal(2000 + (runs * Datagrams), stack.Statistics.Tcp.OutRsts);
    }

    [Fact]
    public void Taking_multicast_and_broadcast_datagrams_allocates_nothing()
    {
        using NetworkStack stack = NewStack(out NetworkInterface networkInterface);
        IpAddress group = IpAddress.FromIpv4(224, 1, 2, 3);
        UdpEndpoint[] endpoints = [stack.Udp.Create(this), stack.Udp.Create(this)];
        foreach (UdpEndpoint endpoint in endpoints) Assert.Equal(TransportError.None, endpoint.Bind(new IpEndpoint(IpAddress.AnyIpv4, 7), PortSharing.ReuseAddress));
        Assert.Equal(TransportError.None, endpoints[0].JoinGroup(group, networkInterface.Index));   // The other one is a member of nothing.
        byte[][] packets = [StackOnWire.Udp(7, [1], group), StackOnWire.Udp(7, [1], IpAddress.FromIpv4(255, 255, 255, 255)), StackOnWire.Udp(8, [1], group)];
        int taken = 0;
        void Take(int count)
        {
            for (int i = 0; i < count; i++)
            {
                foreach (byte[] packet in packets) Inject(stack, networkInterface, packet);
                while (stack.Ready.Take() is { } ready)
                {
                    ready.TakeEvents();
                    for (; ((UdpEndpoint)ready).TryReceive(false, out UdpDatagram received) == TransportError.None; taken++) received.Payload.Buffer.Release();
                }
            }
        }
        Take(2000);
        taken = 0;
        int datagrams = Datagrams * Allocations.MustBeNoneInWindow(() => Take(Datagrams));
        Assert.Equal(3 * datagrams, taken);
        Assert.Equal((2 * (2000 + datagrams), 2000 + datagrams), (stack.Statistics.Ip.InMcastPkts, stack.Statistics.Ip.InBcastPkts));
        Assert.Equal((2 * (2000 + datagrams)) * 29, stack.Statistics.Ip.InMcastOctets);
    }

    [Fact]
    public void Packets_to_groups_and_to_everybody_are_counted()
    {
        using NetworkStack stack = NewStack(out _);
        UdpEndpoint endpoint = stack.Udp.Create(this);
        endpoint.Options = endpoint.Options with { Broadcast = true };
        endpoint.Bind(new IpEndpoint(StackOnWire.Own, 7), PortSharing.Default);
        endpoint.Send(new byte[100], new IpEndpoint(IpAddress.FromIpv4(224, 1, 2, 3), 9), Instant.Origin);
        endpoint.Send(new byte[50], new IpEndpoint(IpAddress.FromIpv4(255, 255, 255, 255), 9), Instant.Origin);
        endpoint.Send(new byte[50], new IpEndpoint(StackOnWire.Peer, 9), Instant.Origin);
        StackSharp.Stack.Network.IpStatistics ip = stack.Statistics.Ip;
        Assert.Equal((1, 128, 1, 3), (ip.OutMcastPkts, ip.OutMcastOctets, ip.OutBcastPkts, ip.OutTransmits));
    }

    private static NetworkStack NewStack(out NetworkInterface networkInterface)
    {
        NetworkStack stack = new(new NetworkStackOptions(), new SeededRandomSource(1));
        networkInterface = stack.AddInterface(new LinkDeviceInfo("test", LinkMedium.Ip, default, 1500, 1500), Instant.Origin);
        stack.AddAddress(networkInterface, new IpPrefix(StackOnWire.Own, 16), Instant.Origin);
        return stack;
    }

    // From a source of its own each: the checksum of the IP header is made anew, and the device vouches for TCP's.
    private static void Refuse(NetworkStack stack, NetworkInterface networkInterface, byte[] packet, TransmitFrame[] sent, int count)
    {
        for (int i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(14), (ushort)(256 + i));
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), 0);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), InternetChecksum.Finish(InternetChecksum.Sum(packet.AsSpan(0, 20))));
            Inject(stack, networkInterface, packet);
            while (networkInterface.TransmitQueue.Dequeue(sent) == 1) sent[0].Release();
        }
    }

    private static void Inject(NetworkStack stack, NetworkInterface networkInterface, byte[] packet)
    {
        PacketBuffer buffer = stack.RentReceiveBuffer(networkInterface)!;
        packet.CopyTo(buffer.Storage);
        buffer.SetRange(0, packet.Length);
        buffer.Offload = new ReceiveOffload(true, 0);
        stack.OnFrames(networkInterface, new ReadOnlySpan<PacketBuffer>(in buffer), Instant.Origin);
        buffer.Release();
    }
}
