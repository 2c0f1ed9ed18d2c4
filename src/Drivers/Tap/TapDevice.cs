using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using StackSharp.Drivers.Native;
using StackSharp.Drivers.Offload;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Drivers.Tap;

/// <summary>One queue of a Linux TAP or TUN interface: the kernel is the other station on the link.</summary>
/// <remarks>Large segments and checksums are left to the kernel where it agrees: frames on this link never see a wire by themselves.</remarks>
public sealed unsafe class TapDevice : ILinkDevice
{
    private readonly UsageGate _gate;
    private readonly DescriptorWait _wait;
    private readonly int _descriptor;
    private readonly int _headerBytes;
    private DeviceCounters _counters;

    private TapDevice(TapQueue queue, LinkDeviceInfo info, MacAddress hostAddress)
    {
        _wait = new DescriptorWait(info.Name);
        _descriptor = queue.Descriptor;
        _headerBytes = queue.HasHeader ? VirtioHeader.Size : 0;
        InterfaceName = queue.Name;
        HostAddress = hostAddress;
        Info = info;
        _gate = new UsageGate(() =>
        {
            queue.Dispose();
            _wait.Close();
        });
    }

    public LinkDeviceInfo Info { get; }

    public LinkDeviceStatistics Statistics => _counters.Read();

    /// <summary>The interface's name in the kernel.</summary>
    public string InterfaceName { get; }

    /// <summary>Hardware address of the kernel's side; zero on a TUN.</summary>
    public MacAddress HostAddress { get; }

    /// <summary>Creates the interface or attaches to it.</summary>
    /// <exception cref="DeviceException">No /dev/net/tun, no permission, interface busy or of another kind, unusable name; the message says what to do.</exception>
    /// <exception cref="PlatformNotSupportedException">Not on Linux.</exception>
    public static TapDevice Open(TapOptions options) => OpenAll(options, 1, options.MultiQueue)[0];

    /// <summary>Opens several queues of one interface (IFF_MULTI_QUEUE): the kernel spreads flows over them, each is a device of its own.</summary>
    /// <param name="options">For all of them.</param>
    /// <param name="count">1 to 256, which is the kernel's limit.</param>
    /// <exception cref="DeviceException">As <see cref="Open"/>.</exception>
    /// <exception cref="PlatformNotSupportedException">Not on Linux.</exception>
    public static IReadOnlyList<TapDevice> OpenQueues(TapOptions options, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 256);
        return OpenAll(options, count, multiQueue: true);
    }

    public int Receive(ReadOnlySpan<PacketBuffer> buffers)
    {
        if (!_gate.TryEnter()) return -1;
        int filled = 0;
        int drops = 0;
        long octets = 0;
        bool gone = false;
        for (int reads = 0; reads < buffers.Length; reads++)
        {
            PacketBuffer buffer = buffers[filled];
            nint length = Libc.Read(_descriptor, buffer.Address, (nuint)buffer.Capacity);
            if (length <= 0)
            {
                int error = length == 0 ? ErrorNumber.BadDescriptorState : Marshal.GetLastSystemError();
                if (error == ErrorNumber.Interrupted) continue;
                gone = error is not (ErrorNumber.TryAgain or ErrorNumber.InputOutput);
                break;
            }

            // The kernel cuts what is too long without a word: a full buffer may have lost its end.
            if (length == buffer.Capacity || length <= _headerBytes)
            {
                drops++;
                continue;
            }

            buffer.SetRange(_headerBytes, (int)length - _headerBytes);
            buffer.Offload = _headerBytes == 0 ? default : ((VirtioHeader*)buffer.Address)->Received;
            octets += length - _headerBytes;
            filled++;
        }

        _gate.Exit();
        if (filled > 0) _counters.AddReceived(filled, octets);
        if (drops > 0) _counters.AddReceiveDrops(drops);
        return filled == 0 && gone ? -1 : filled;
    }

    public void WaitForFrames(TimeSpan timeout)
    {
        if (!_gate.TryEnter()) return;
        _wait.Wait(_descriptor, timeout);
        _gate.Exit();
    }

    public void Wake()
    {
        if (!_gate.TryEnter()) return;
        _wait.Wake();
        _gate.Exit();
    }

    public int Transmit(ReadOnlySpan<TransmitFrame> frames)
    {
        bool open = _gate.TryEnter();
        int sent = 0;
        long octets = 0;
        foreach (TransmitFrame frame in frames)
        {
            if (open && OffloadRules.Accepts(Info, frame) && Write(frame))
            {
                sent++;
                octets += frame.Length;
            }

            frame.Release();
        }

        if (open) _gate.Exit();
        _counters.AddSent(sent, octets);
        if (sent < frames.Length) _counters.AddTransmitDrops(frames.Length - sent);
        return sent;
    }

    public void Dispose()
    {
        if (!_gate.TryEnter()) return;
        _gate.Close();
        _wait.Wake();
        _gate.Exit();
    }

    // False: the kernel's queue is full (EAGAIN, ENOBUFS), the interface is down (EIO) or gone (EBADFD), or the frame makes no sense to it (EINVAL).
    [SkipLocalsInit]
    private bool Write(TransmitFrame frame)
    {
        VirtioHeader header = VirtioHeader.For(frame);
        Libc.IoVector* vectors = stackalloc Libc.IoVector[TransmitFrame.MaximumSlices + 2];
        int count = 0;
        if (_headerBytes > 0) vectors[count++] = new Libc.IoVector { Base = (byte*)&header, Length = VirtioHeader.Size };
        vectors[count++] = new Libc.IoVector { Base = frame.HeaderAddress, Length = (nuint)frame.HeaderLength };
        foreach (ref readonly PacketSlice slice in frame.Payload)
            vectors[count++] = new Libc.IoVector { Base = slice.Buffer.Address + slice.Offset, Length = (nuint)slice.Length };
        while (Libc.WriteVector(_descriptor, vectors, count) < 0)
            if (Marshal.GetLastSystemError() != ErrorNumber.Interrupted) return false;
        return true;
    }

    private static List<TapDevice> OpenAll(TapOptions options, int count, bool multiQueue)
    {
        string device = options.DeviceName;
        if (!OperatingSystem.IsLinux()) throw TapFault.NotOnThisSystem(device);
        if (!InterfaceRequest.IsUsableName(options.Name)) throw TapFault.NameIsUnusable(device, options.Name);
        List<TapDevice> devices = [];
        TapQueue? queue = null;
        try
        {
            LinkDeviceInfo? info = null;
            MacAddress hostAddress = default;
            for (int i = 0; i < count; i++)
            {
                queue = TapQueue.Open(options, i == 0 ? options.Name : devices[0].InterfaceName, multiQueue);
                info ??= SetUp(options, queue, out hostAddress);
                devices.Add(new TapDevice(queue, info, hostAddress));
                queue = null;
            }

            return devices;
        }
        catch (DeviceException)
        {
            queue?.Dispose();
            foreach (TapDevice opened in devices) opened.Dispose();
            throw;
        }
    }

    private static LinkDeviceInfo SetUp(TapOptions options, TapQueue queue, out MacAddress hostAddress)
    {
        string device = (options.Medium == LinkMedium.Ip ? "tun:" : "tap:") + queue.Name;
        using InterfaceSettings settings = new(device, queue.Name);
        if (options.MaximumTransmissionUnit is { } wanted) settings.MaximumTransmissionUnit = wanted;
        if (options.TransmitQueueLength is { } frames) settings.SetQueueLength(frames);
        if (options.HostAddress is { } address) settings.SetAddress(address);
        if (options.BringUp) settings.BringUp();
        int mtu = settings.MaximumTransmissionUnit;
        hostAddress = options.Medium == LinkMedium.Ip ? default : settings.HardwareAddress;
        bool segments = (queue.Capabilities & ~TransmitCapabilities.Checksum) != 0;

        // Room for the virtio header in front, and for one octet that tells a full buffer from a frame that was cut.
        int largest = (segments ? OffloadRules.MaximumPacketBytes : mtu) + OffloadRules.LinkHeaderBytes(options.Medium) + VirtioHeader.Size + 1;
        return new LinkDeviceInfo(
            device, options.Medium, AddressFor(options, hostAddress, device), mtu, largest, queue.Capabilities,
            segments ? OffloadRules.MaximumPacketBytes : 0);
    }

    private static MacAddress AddressFor(TapOptions options, MacAddress hostAddress, string device)
    {
        if (options.Medium == LinkMedium.Ip) return default;
        MacAddress address = options.Address ?? LocalAddress.Random();
        if (address == hostAddress)
            throw new DeviceException(device, 0, $"{address} is the kernel's side of the link: give the stack another hardware address.");
        if (address.IsMulticast || address.IsZero)
            throw new DeviceException(device, 0, $"{address} is no station's hardware address: the lowest bit of the first octet must be 0.");
        return address;
    }
}
