using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using StackSharp.Drivers.Native;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Link.Offload;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Drivers.Pcap;

/// <summary>A network card of this machine, used beside the system's own stack through libpcap: frames in by capture, frames out by injection.</summary>
/// <remarks>Turn the card's own merging off (ethtool -K IF gro off lro off): frames longer than the MTU cannot be told from damage.</remarks>
public sealed unsafe class PcapDevice : ILinkDevice
{
    private const int LargestFrameBytes = 1 << 16;
    private readonly UsageGate _gate;
    private readonly PcapHandle _pcap;
    private readonly int _descriptor;
    private readonly DescriptorWait? _wait;
    private readonly WaitSignal _signal = new();
    private readonly byte* _outgoing;
    private DeviceCounters _counters;
    private long _kernelDrops;
    private uint _kernelDropsSeen;
    private bool _gone;

    private PcapDevice(PcapOptions options, PcapHandle pcap, LinkDeviceInfo info)
    {
        _pcap = pcap;
        Info = info;
        HidesOwnFrames = pcap.HidesOwnFrames;
        Warning = pcap.Warning;
        Filter = options.Filter;
        _outgoing = (byte*)NativeMemory.Alloc(LargestFrameBytes);
        _descriptor = OperatingSystem.IsWindows() ? -1 : PcapNative.SelectableDescriptor(pcap.Handle);
        _wait = OperatingSystem.IsLinux() && _descriptor >= 0 ? new DescriptorWait(info.Name) : null;
        _gate = new UsageGate(() =>
        {
            PcapNative.Close(pcap.Handle);
            _wait?.Close();
            NativeMemory.Free(_outgoing);
        });
    }

    public LinkDeviceInfo Info { get; }

    /// <summary>Counters; drops include those of the kernel's capture buffer and of the card.</summary>
    public LinkDeviceStatistics Statistics
    {
        get
        {
            LinkDeviceStatistics own = _counters.Read();
            return own with { ReceiveDrops = own.ReceiveDrops + KernelDrops() };
        }
    }

    /// <summary>What libpcap remarked while it opened the interface; empty if nothing.</summary>
    public string Warning { get; }

    /// <summary>The filter in use; null if there is none.</summary>
    public string? Filter { get; }

    /// <summary>The kernel leaves out frames that we send; otherwise those with our address as their source are dropped here.</summary>
    public bool HidesOwnFrames { get; }

    /// <summary>Opens an interface.</summary>
    /// <exception cref="DeviceException">No libpcap, no such interface, no permission, not Ethernet, wrong filter; the message says what to do.</exception>
    public static PcapDevice Open(PcapOptions options)
    {
        NetworkInterface? card = NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(
            candidate => candidate.Name == options.Interface || options.Interface.Contains(candidate.Id, StringComparison.OrdinalIgnoreCase));
        int mtu = options.MaximumTransmissionUnit ?? MtuOf(card, options.DeviceName);
        MacAddress cardAddress = AddressOf(card);
        MacAddress address = options.Address ?? (options.UseInterfaceAddress ? cardAddress : LocalAddress.Random());
        if (address.IsZero || address.IsMulticast)
            throw new DeviceException(options.DeviceName, 0, $"{address} is no station's hardware address: give the stack one of its own.");
        int frameBytes = mtu + OffloadRules.LinkHeaderBytes(LinkMedium.Ethernet);
        PcapHandle pcap = PcapHandle.Open(options, Math.Max(frameBytes, LargestFrameBytes));
        return new PcapDevice(options, pcap, new LinkDeviceInfo(options.DeviceName, LinkMedium.Ethernet, address, mtu, frameBytes));
    }

    public int Receive(ReadOnlySpan<PacketBuffer> buffers)
    {
        if (!_gate.TryEnter()) return -1;
        int filled = 0;
        int drops = 0;
        long octets = 0;
        for (int reads = 0; reads < buffers.Length && !_gone; reads++)
        {
            byte* header;
            byte* data;
            int result = PcapNative.Next(_pcap.Handle, &header, &data);
            if (result == 0) break;
            if (result < 0)
            {
                _gone = true;   // The interface is down for good or was removed.
                break;
            }

            (int captured, int length) = PcapNative.ReadHeader(header);
            ReadOnlySpan<byte> frame = new(data, captured);
            if (!HidesOwnFrames && IsOwn(frame)) continue;
            PacketBuffer buffer = buffers[filled];
            if (captured < length || captured > Math.Min(buffer.Capacity, Info.MaximumFrameBytes) || captured == 0)
            {
                drops++;
                continue;
            }

            buffer.SetRange(0, captured);
            frame.CopyTo(buffer.Span);
            buffer.Offload = default;
            octets += captured;
            filled++;
        }

        _gate.Exit();
        if (filled > 0) _counters.AddReceived(filled, octets);
        if (drops > 0) _counters.AddReceiveDrops(drops);
        return filled == 0 && _gone ? -1 : filled;
    }

    public void WaitForFrames(TimeSpan timeout)
    {
        if (!_gate.TryEnter()) return;
        if (_wait is not null)
        {
            if (!_gone) _wait.Wait(_descriptor, timeout);
        }
        else
        {
            // Without a descriptor to wait for (Windows, some macOS devices): look again soon.
            TimeSpan pause = TimeSpan.FromMilliseconds(1);
            _signal.Wait(timeout < TimeSpan.Zero || timeout > pause ? pause : timeout);
        }

        _gate.Exit();
    }

    public void Wake()
    {
        if (!_gate.TryEnter()) return;
        _wait?.Wake();
        _signal.Set();
        _gate.Exit();
    }

    public int Transmit(ReadOnlySpan<TransmitFrame> frames)
    {
        bool open = _gate.TryEnter();
        int sent = 0;
        long octets = 0;
        foreach (TransmitFrame frame in frames)
        {
            if (open && OffloadRules.Accepts(Info, frame) && Inject(frame))
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
        KernelDrops();   // The last look: afterwards there is nobody to ask.
        if (!_gate.TryEnter()) return;
        _gate.Close();
        _wait?.Wake();
        _signal.Set();
        _gate.Exit();
    }

    private bool Inject(TransmitFrame frame)
    {
        Span<byte> copy = new(_outgoing, LargestFrameBytes);
        if (frame.Length > copy.Length) return false;
        int length = frame.CopyTo(copy);
        return PcapNative.Inject(_pcap.Handle, _outgoing, (nuint)length) == length;
    }

    private bool IsOwn(ReadOnlySpan<byte> frame) => frame.Length >= 12 && MacAddress.FromBytes(frame[6..]) == Info.Address;

    // libpcap counts in 32 bits, which wrap: what is added is the difference since the last look.
    private long KernelDrops()
    {
        if (!_gate.TryEnter()) return Interlocked.Read(ref _kernelDrops);
        PcapNative.CaptureStatistics statistics = default;
        lock (_signal)
        {
            if (PcapNative.Statistics(_pcap.Handle, &statistics) == 0)
            {
                uint drops = unchecked(statistics.Dropped + statistics.DroppedByInterface);
                Interlocked.Add(ref _kernelDrops, unchecked(drops - _kernelDropsSeen));
                _kernelDropsSeen = drops;
            }
        }

        _gate.Exit();
        return Interlocked.Read(ref _kernelDrops);
    }

    private static int MtuOf(NetworkInterface? card, string device)
    {
        const int EthernetMtu = 1500;
        if (card is null) return EthernetMtu;   // Opening it will say what is wrong, if something is.
        if (!OperatingSystem.IsLinux()) return card.GetIPProperties().GetIPv4Properties()?.Mtu ?? EthernetMtu;
        using InterfaceSettings settings = new(device, card.Name);
        return settings.MaximumTransmissionUnit;
    }

    private static MacAddress AddressOf(NetworkInterface? card)
    {
        byte[] bytes = card?.GetPhysicalAddress().GetAddressBytes() ?? [];
        return bytes.Length == MacAddress.Size ? MacAddress.FromBytes(bytes) : default;
    }
}
