using StackSharp.Stack;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Network.Ipv4;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;
using StackSharp.Stack.Wire.Ipv4;
using StackSharp.Tests.TestKit.Packets;
using Xunit;

namespace StackSharp.Tests.Stack.Network;

/// <summary>A stack that forwards between the near side, <see cref="StackOnWire"/>'s network, and a far side with a network of its own.</summary>
internal sealed class RouterOnWires : IDisposable
{
    public static readonly IpAddress Near = StackOnWire.Peer;
    public static readonly IpAddress Far = IpAddress.FromIpv4(198, 18, 1, 2);
    public static readonly IpAddress FarOwn = IpAddress.FromIpv4(198, 18, 1, 1);
    public static readonly MacAddress FarMac = new(0x02_00_00_00_00_04);
    private static readonly MacAddress FarOwnMac = new(0x02_00_00_00_00_03);

    public RouterOnWires(Ipv4LayerOptions? options = null, int farMtu = 1500, TransmitCapabilities far = TransmitCapabilities.None, bool knowsFar = true)
    {
        Wire = new StackOnWire(new NetworkStackOptions { Ipv4 = options ?? new Ipv4LayerOptions { Forwarding = true } });
        int segmentation = (far & TransmitCapabilities.TcpSegmentationIpv4) != 0 ? 65535 : 0;
        FarSide = Stack.AddInterface(new LinkDeviceInfo("far", LinkMedium.Ethernet, FarOwnMac, farMtu, 65536 + 14, far, segmentation), Wire.Now);
        Stack.AddAddress(FarSide, new IpPrefix(FarOwn, 24), Wire.Now);
        if (knowsFar) FarSide.Neighbors.AddStatic(Far, FarMac);
        Wire.Advance(TimeSpan.FromSeconds(5));
        Wire.TakeFrames();
        TakeFar();
    }

    public StackOnWire Wire { get; }

    public NetworkStack Stack => Wire.Stack;

    public NetworkInterface FarSide { get; }

    /// <summary>Hands in a packet from the near side, as the device describes it.</summary>
    public void Inject(byte[] packet, ReceiveOffload offload)
    {
        byte[] frame = PacketBuilder.Ethernet(StackOnWire.OwnMac, StackOnWire.PeerMac, EtherType.Ipv4, packet);
        PacketBuffer buffer = Stack.RentReceiveBuffer(Wire.Interface)!;
        frame.CopyTo(buffer.Storage);
        buffer.SetRange(0, frame.Length);
        buffer.Offload = offload;
        Stack.OnFrames(Wire.Interface, [buffer], Wire.Now);
        buffer.Release();
    }

    /// <summary>The IPv4 packets sent to the far side since the last call, with what they leave to the device.</summary>
    public List<(byte[] Packet, TransmitOffload Offload)> TakeFar()
    {
        List<(byte[], TransmitOffload)> packets = [];
        TransmitFrame[] one = new TransmitFrame[1];
        while (FarSide.TransmitQueue.Dequeue(one) == 1)
        {
            byte[] frame = new byte[one[0].Length];
            one[0].CopyTo(frame);
            TransmitOffload offload = one[0].Offload;
            one[0].Release();
            Assert.True(EthernetHeader.TryParse(frame, out EthernetHeader header));
            if (header.EtherType != EtherType.Ipv4) continue;
            Assert.True(Ipv4Header.TryParse(header.Payload, out Ipv4Header packet), "The header checksum is wrong.");
            packets.Add((packet.Packet.ToArray(), offload));
        }
        return packets;
    }

    public byte[] TakeOneFar() => Assert.Single(TakeFar()).Packet;

    public void Dispose() => Wire.Dispose();
}
