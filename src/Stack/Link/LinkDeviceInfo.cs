using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack.Link;

/// <summary>How frames on a device begin.</summary>
public enum LinkMedium
{
    /// <summary>Ethernet II frames without frame check sequence.</summary>
    Ethernet,

    /// <summary>Bare IP packets (TUN, loopback): no link header, no address resolution.</summary>
    Ip,
}

/// <summary>Work that a device takes over from the stack when sending, behind up to two VLAN tags as well.</summary>
[Flags]
public enum TransmitCapabilities
{
    None = 0,

    /// <summary>Completes TCP and UDP checksums (<see cref="Buffers.TransmitOffload.NeedsChecksum"/>).</summary>
    Checksum = 1,

    /// <summary>Cuts large TCP segments over IPv4. Implies <see cref="Checksum"/>.</summary>
    TcpSegmentationIpv4 = 2,

    /// <summary>Cuts large TCP segments over IPv6. Implies <see cref="Checksum"/>.</summary>
    TcpSegmentationIpv6 = 4,

    /// <summary>Cuts large UDP sends into datagrams. Implies <see cref="Checksum"/>.</summary>
    UdpSegmentation = 8,
}

/// <summary>What a device is and can do, or can do with <see cref="Offload.SoftwareOffload"/> in front of it.</summary>
/// <param name="Name">As given by the user: <c>tap:tap0</c>.</param>
/// <param name="Medium">How frames begin.</param>
/// <param name="Address">The device's own hardware address; meaningless on <see cref="LinkMedium.Ip"/>.</param>
/// <param name="MaximumTransmissionUnit">Largest IP packet in octets, link header not counted.</param>
/// <param name="MaximumFrameBytes">Largest frame that <see cref="ILinkDevice.Receive"/> may deliver, in octets: more than the MTU where the device merges segments.</param>
/// <param name="Capabilities">What the device finishes by itself.</param>
/// <param name="MaximumSegmentationBytes">Largest IP packet that the device cuts, in octets; 0 without segmentation.</param>
public sealed record LinkDeviceInfo(
    string Name,
    LinkMedium Medium,
    MacAddress Address,
    int MaximumTransmissionUnit,
    int MaximumFrameBytes,
    TransmitCapabilities Capabilities = TransmitCapabilities.None,
    int MaximumSegmentationBytes = 0);

/// <summary>A device's own counters since it was opened: frames and octets.</summary>
public readonly record struct LinkDeviceStatistics(
    long FramesReceived, long OctetsReceived, long ReceiveDrops, long FramesSent, long OctetsSent, long TransmitDrops);
