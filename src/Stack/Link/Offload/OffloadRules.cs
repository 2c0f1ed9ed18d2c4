using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack.Link.Offload;

/// <summary>Which frames a device can take, by what it declares.</summary>
public static class OffloadRules
{
    /// <summary>All segmentation that there is.</summary>
    public const TransmitCapabilities Everything = TransmitCapabilities.Checksum | TransmitCapabilities.TcpSegmentationIpv4
        | TransmitCapabilities.TcpSegmentationIpv6 | TransmitCapabilities.UdpSegmentation;

    /// <summary>Largest IP packet: the length fields have 16 bits.</summary>
    public const int MaximumPacketBytes = ushort.MaxValue;

    /// <summary>Octets that the link header may take, two VLAN tags included.</summary>
    public static int LinkHeaderBytes(LinkMedium medium) => medium == LinkMedium.Ethernet ? EthernetHeader.MaximumSize : 0;

    /// <summary>False when the frame is longer than the device takes, or asks for work that the device does not do.</summary>
    public static bool Accepts(LinkDeviceInfo info, TransmitFrame frame)
    {
        TransmitOffload offload = frame.Offload;
        if (frame.Length == 0 || (offload.NeedsChecksum && info.Capabilities == TransmitCapabilities.None)) return false;
        int limit = info.MaximumTransmissionUnit;
        if (offload.Segmentation != SegmentationKind.None)
        {
            if ((info.Capabilities & CapabilityFor(offload.Segmentation)) == 0 || offload.SegmentBytes == 0) return false;
            limit = info.MaximumSegmentationBytes;
        }

        return frame.Length <= limit + LinkHeaderBytes(info.Medium);
    }

    /// <summary>The capability that a kind of segmentation needs; <see cref="SegmentationKind.None"/> needs none.</summary>
    public static TransmitCapabilities CapabilityFor(SegmentationKind kind) => kind switch
    {
        SegmentationKind.None => TransmitCapabilities.None,
        SegmentationKind.TcpIpv4 => TransmitCapabilities.TcpSegmentationIpv4,
        SegmentationKind.TcpIpv6 => TransmitCapabilities.TcpSegmentationIpv6,
        _ => TransmitCapabilities.UdpSegmentation,
    };
}
