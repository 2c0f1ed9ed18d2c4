using StackSharp.Drivers.Native;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Drivers.AfPacket;

/// <summary>From options to open devices: looks at the interface, then makes socket and ring, and last lets frames in.</summary>
internal static class AfPacketOpening
{
    private const int EthernetHardware = 1;
    private const int LargestInSlot = 2048;

    // Before Linux 6.2, virtio headers know no UDP segmentation. To try it would put a frame on the wire where it works.
    private static readonly Version UdpSegmentationSince = new(6, 2);

    /// <param name="asGroup">The devices share the interface's frames.</param>
    public static List<AfPacketDevice> Open(AfPacketOptions options, int count, bool asGroup)
    {
        string device = options.DeviceName;
        if (!OperatingSystem.IsLinux()) throw AfPacketFault.NotOnThisSystem(device);
        if (!InterfaceRequest.IsUsableName(options.Interface)) throw AfPacketFault.NameIsUnusable(device, options.Interface);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RingFrames ?? 1, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ReceiveBufferBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.SendBufferBytes, 1);
        using InterfaceSettings settings = new(device, options.Interface);
        int index = settings.Index;
        if (settings.HardwareType != EthernetHardware) throw AfPacketFault.NotEthernet(device, options.Interface, settings.HardwareType);
        if (!settings.IsUp) throw AfPacketFault.IsDown(device, options.Interface);
        MacAddress own = settings.HardwareAddress;
        MacAddress address = options.Address ?? own;
        if (address.IsMulticast || address.IsZero) throw AfPacketFault.AddressIsUnusable(device, address.ToString());
        int mtu = settings.MaximumTransmissionUnit;
        if (options.MaximumTransmissionUnit is { } wanted && wanted > mtu) throw AfPacketFault.MtuIsTooLarge(device, options.Interface, wanted, mtu);
        InterfaceFacts facts = new(index, address, options.MaximumTransmissionUnit ?? mtu, options.Promiscuous ?? address != own);
        List<AfPacketDevice> devices = [];
        try
        {
            for (int? group = null; devices.Count < count;) devices.Add(OpenOne(options, facts, asGroup, ref group));
            return devices;
        }
        catch (DeviceException)
        {
            foreach (AfPacketDevice opened in devices) opened.Dispose();
            throw;
        }
    }

    private static AfPacketDevice OpenOne(AfPacketOptions options, InterfaceFacts facts, bool asGroup, ref int? group)
    {
        AfPacketSocket socket = AfPacketSocket.Open(options, facts.Index, facts.Promiscuous);
        ReceiveRing? ring = null;
        try
        {
            LinkDeviceInfo info = Describe(options, facts, socket.HasHeader);
            RingLayout layout = LayOut(options, facts, info, socket);

            // A socket has to be bound to join, and until it has joined it gets what the others get: the kernel throws that away when it makes the ring.
            if (asGroup)
            {
                socket.Bind();
                group = socket.JoinFanout(group);
            }

            ring = new ReceiveRing(socket, layout);
            if (!asGroup) socket.Bind();
            return AfPacketDevice.Create(socket, ring, info);
        }
        catch (DeviceException)
        {
            ring?.Unmap();
            socket.Close();
            throw;
        }
    }

    // A slot that takes a large segment makes the kernel copy it there, on the processor of whoever sent it, and us copy it once more. The
    // kernel's queue holds it by reference until it is read to where the stack wants it.
    private static RingLayout LayOut(AfPacketOptions options, InterfaceFacts facts, LinkDeviceInfo info, AfPacketSocket socket)
    {
        if (!socket.HasHeader) return RingLayout.For(info.MaximumFrameBytes, options.RingFrames ?? AfPacketOptions.PlainFrames);
        bool queues = options.AllowQueuedFrames && socket.TryQueueLongFrames(options.ReceiveBufferBytes);
        if (!queues) return RingLayout.For(info.MaximumFrameBytes, options.RingFrames ?? AfPacketOptions.LargeFrames);
        int slotFrame = Math.Min(facts.Mtu, LargestInSlot) + OffloadRules.LinkHeaderBytes(LinkMedium.Ethernet);
        return RingLayout.For(slotFrame, options.RingFrames ?? AfPacketOptions.SmallFrames);
    }

    private static LinkDeviceInfo Describe(AfPacketOptions options, InterfaceFacts facts, bool hasHeader)
    {
        bool offload = options.Offload && hasHeader;
        int largest = (hasHeader ? OffloadRules.MaximumPacketBytes : facts.Mtu) + OffloadRules.LinkHeaderBytes(LinkMedium.Ethernet);
        TransmitCapabilities capabilities = !offload ? TransmitCapabilities.None
            : Environment.OSVersion.Version >= UdpSegmentationSince ? OffloadRules.Everything
            : OffloadRules.Everything & ~TransmitCapabilities.UdpSegmentation;
        return new LinkDeviceInfo(
            options.DeviceName, LinkMedium.Ethernet, facts.Address, facts.Mtu, largest, capabilities, offload ? OffloadRules.MaximumPacketBytes : 0);
    }

    private readonly record struct InterfaceFacts(int Index, MacAddress Address, int Mtu, bool Promiscuous);
}
