using System.Runtime.InteropServices;
using StackSharp.Drivers.Native;
using StackSharp.Drivers.Offload;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;

namespace StackSharp.Drivers.Tap;

/// <summary>One descriptor on a TAP or TUN interface, and what the kernel agreed to on it (Documentation/networking/tuntap.rst).</summary>
internal sealed unsafe class TapQueue : IDisposable
{
    private const int ReadWrite = 2;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const nuint SetInterface = 0x4004_54CA;
    private const nuint GetFeatures = 0x8004_54CF;
    private const nuint SetOffload = 0x4004_54D0;
    private const nuint SetHeaderSize = 0x4004_54D8;
    private const short Tun = 1;
    private const short Tap = 2;
    private const short MultiQueue = 0x100;
    private const short NoPacketInformation = 0x1000;
    private const short VirtioHeaders = 0x4000;
    private const uint OffloadChecksum = 1;
    private const uint OffloadTcp = 2 | 4 | 8;   // TSO4, TSO6, and both with ECN.
    private const uint OffloadUdp = 0x20 | 0x40;   // USO4 and USO6: Linux 6.2.

    private TapQueue(int descriptor) => Descriptor = descriptor;

    public int Descriptor { get; }

    /// <summary>The interface's name: the kernel's choice where it was asked for one.</summary>
    public string Name { get; private set; } = string.Empty;

    /// <summary>A virtio header stands before each frame, in both directions.</summary>
    public bool HasHeader { get; private set; }

    public TransmitCapabilities Capabilities { get; private set; }

    /// <exception cref="DeviceException">The interface cannot be created or attached.</exception>
    public static TapQueue Open(TapOptions options, string name, bool multiQueue)
    {
        string device = options.DeviceName;
        int descriptor = Libc.Open("/dev/net/tun", ReadWrite | NonBlocking | CloseOnExec);
        if (descriptor < 0) throw TapFault.Open(device, Marshal.GetLastSystemError());
        TapQueue queue = new(descriptor);
        try
        {
            queue.Attach(options, name, multiQueue);
            if (queue.HasHeader) queue.NegotiateOffload(device);
            else queue.TryOffload(0);   // An interface that stays remembers what its last user agreed to: unfinished checksums, of which nobody would tell us.
            return queue;
        }
        catch (DeviceException)
        {
            queue.Dispose();
            throw;
        }
    }

    public void Dispose() => Libc.Close(Descriptor);

    private void Attach(TapOptions options, string name, bool multiQueue)
    {
        uint features = 0;
        HasHeader = options.Offload && Libc.Ioctl(Descriptor, GetFeatures, &features) == 0 && (features & VirtioHeaders) != 0;
        int flags = (options.Medium == LinkMedium.Ip ? Tun : Tap) | NoPacketInformation | (HasHeader ? VirtioHeaders : 0) | (multiQueue ? MultiQueue : 0);
        InterfaceRequest request = new(name) { Flags = (short)flags };
        if (Libc.Ioctl(Descriptor, SetInterface, &request) < 0) throw TapFault.Attach(options.DeviceName, options, Marshal.GetLastSystemError());
        Name = request.Name;
    }

    // The size of the header belongs to the interface, not to the descriptor: its last user may have left another one.
    private void NegotiateOffload(string device)
    {
        int size = VirtioHeader.Size;
        if (Libc.Ioctl(Descriptor, SetHeaderSize, &size) < 0)
            throw TapFault.HeaderSize(device, Marshal.GetLastSystemError());
        if (TryOffload(OffloadChecksum | OffloadTcp | OffloadUdp))
            Capabilities = OffloadRules.Everything;
        else if (TryOffload(OffloadChecksum | OffloadTcp))
            Capabilities = OffloadRules.Everything & ~TransmitCapabilities.UdpSegmentation;
        else if (TryOffload(OffloadChecksum))
            Capabilities = TransmitCapabilities.Checksum;
        else
            TryOffload(0);   // Plain frames behind an empty header.
    }

    private bool TryOffload(uint flags) => Libc.Ioctl(Descriptor, SetOffload, (nuint)flags) == 0;
}
