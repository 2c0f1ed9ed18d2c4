using StackSharp.Drivers.AfPacket;
using StackSharp.Drivers.Loopback;
using StackSharp.Drivers.Pcap;
using StackSharp.Drivers.PcapFile;
using StackSharp.Drivers.Tap;
using StackSharp.Stack.Link;

namespace StackSharp.Drivers;

/// <summary>Devices by name, as on a command line: <c>KIND:NAME</c>.</summary>
public static class DeviceName
{
    /// <summary>The kinds there are, for messages and help texts.</summary>
    public const string Kinds = "tap:NAME, tun:NAME, packet:INTERFACE, pcap:INTERFACE, file:PATH, loopback";

    /// <summary>Opens a device.</summary>
    /// <param name="name">Such as <c>tap:tap0</c>; see <see cref="Kinds"/>.</param>
    /// <param name="options">What else to say of it; null: defaults.</param>
    /// <exception cref="DeviceException">An unknown kind, a name that is missing, or a device that does not open; the message says what to do.</exception>
    /// <exception cref="PlatformNotSupportedException">A TAP, TUN or packet socket elsewhere than on Linux.</exception>
    public static ILinkDevice Open(string name, DeviceOptions? options = null)
    {
        options ??= new DeviceOptions();
        int colon = name.IndexOf(':');
        string kind = colon < 0 ? name : name[..colon];
        string rest = colon < 0 ? string.Empty : name[(colon + 1)..];
        if (kind is "tap" or "tun" or "packet" or "pcap" or "file" && rest.Length == 0)
            throw new DeviceException($"'{name}' names no device: {kind}:{(kind switch { "file" => "PATH", "packet" or "pcap" => "INTERFACE", _ => "NAME" })} is needed. There are: {Kinds}.");
        return kind switch
        {
            "tap" => OpenTap(rest, LinkMedium.Ethernet, options),
            "tun" => OpenTap(rest, LinkMedium.Ip, options),
            "packet" => AfPacketDevice.Open(PacketOptionsFor(rest, options)),
            "pcap" => PcapDevice.Open(new PcapOptions
            {
                Interface = rest,
                Address = options.Address,
                Filter = options.Filter,
                MaximumTransmissionUnit = options.MaximumTransmissionUnit,
            }),
            "file" => PcapFileDevice.Open(new PcapFileOptions
            {
                Path = rest,
                Address = options.Address,
                MaximumTransmissionUnit = options.MaximumTransmissionUnit ?? 1500,
                Speed = options.ReplaySpeed,
                OutputPath = options.ReplayOutputPath,
            }),
            "loopback" when rest.Length == 0 => options.MaximumTransmissionUnit is { } mtu ? new LoopbackDevice(mtu) : new LoopbackDevice(),
            "memory" => throw new DeviceException("'memory' cannot be opened by name: its ends are made in pairs, by MemoryLink.CreatePair."),
            _ => throw new DeviceException($"'{name}' is no device. There are: {Kinds}."),
        };
    }

    /// <summary>Opens several queues of a device, each of them a device of its own.</summary>
    /// <param name="name">As for <see cref="Open"/>.</param>
    /// <param name="count">Queues, from 1; what a kind cannot do is refused.</param>
    /// <param name="options">For all of them; null: defaults.</param>
    /// <exception cref="DeviceException">As <see cref="Open"/>, or a kind that has one queue only.</exception>
    /// <exception cref="PlatformNotSupportedException">A TAP or TUN elsewhere than on Linux.</exception>
    public static IReadOnlyList<ILinkDevice> OpenQueues(string name, int count, DeviceOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (count == 1) return [Open(name, options)];
        options ??= new DeviceOptions();
        return name.Split(':', 2) switch
        {
            ["tap", { Length: > 0 } rest] => TapDevice.OpenQueues(TapOptionsFor(rest, LinkMedium.Ethernet, options), count),
            ["tun", { Length: > 0 } rest] => TapDevice.OpenQueues(TapOptionsFor(rest, LinkMedium.Ip, options), count),
            ["packet", { Length: > 0 } rest] => AfPacketDevice.OpenQueues(PacketOptionsFor(rest, options), count),
            _ => throw new DeviceException($"'{name}' has no {count} queues: only tap:NAME, tun:NAME and packet:INTERFACE can have more than one."),
        };
    }

    private static AfPacketOptions PacketOptionsFor(string name, DeviceOptions options) => new()
    {
        Interface = name,
        Address = options.Address,
        Offload = options.Offload,
        Promiscuous = options.Promiscuous ? true : null,
        MaximumTransmissionUnit = options.MaximumTransmissionUnit,
    };

    private static TapDevice OpenTap(string name, LinkMedium medium, DeviceOptions options) => TapDevice.Open(TapOptionsFor(name, medium, options));

    private static TapOptions TapOptionsFor(string name, LinkMedium medium, DeviceOptions options) => new()
    {
        Name = name,
        Medium = medium,
        Address = options.Address,
        Offload = options.Offload,
        HostAddress = options.HostAddress,
        TransmitQueueLength = options.QueueFrames,
        MaximumTransmissionUnit = options.MaximumTransmissionUnit,
    };
}
