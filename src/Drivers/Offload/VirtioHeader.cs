using System.Runtime.InteropServices;
using StackSharp.Stack.Buffers;

namespace StackSharp.Drivers.Offload;

/// <summary>struct virtio_net_hdr: what stands before each frame with IFF_VNET_HDR or PACKET_VNET_HDR (virtio 1.2 §5.1.6). Host byte order.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal struct VirtioHeader
{
    /// <summary>Octets.</summary>
    public const int Size = 10;

    private const byte NeedsChecksum = 1;
    private const byte ChecksumIsValid = 2;
    private const byte TcpIpv4 = 1;
    private const byte TcpIpv6 = 4;
    private const byte UdpDatagrams = 5;
    private const byte EcnBit = 0x80;
    private const byte CongestionWindowReduced = 0x80;
    private const int TcpFlagsOffset = 13;

    private byte _flags;
    private byte _segmentation;
    private ushort _headerBytes;
    private ushort _segmentBytes;
    private ushort _checksumStart;
    private ushort _checksumOffset;

    /// <summary>What the kernel says of a frame. A checksum that it left out never crossed a wire: nothing can have damaged it.</summary>
    public readonly ReceiveOffload Received => new(
        (_flags & (NeedsChecksum | ChecksumIsValid)) != 0, (_segmentation & ~EcnBit) == 0 ? (ushort)0 : _segmentBytes);

    /// <summary>What the kernel is to finish in a frame.</summary>
    public static VirtioHeader For(TransmitFrame frame)
    {
        TransmitOffload offload = frame.Offload;
        VirtioHeader header = default;
        if (offload.NeedsChecksum)
        {
            header._flags = NeedsChecksum;
            header._checksumStart = offload.ChecksumStart;
            header._checksumOffset = offload.ChecksumOffset;
        }

        if (offload.Segmentation == SegmentationKind.None) return header;
        header._segmentation = offload.Segmentation switch
        {
            SegmentationKind.TcpIpv4 => TcpIpv4,
            SegmentationKind.TcpIpv6 => TcpIpv6,
            _ => UdpDatagrams,
        };
        header._segmentBytes = offload.SegmentBytes;
        header._headerBytes = offload.HeaderBytes;

        // CWR belongs on the first segment only (RFC 3168 §6.1.2): the kernel must know that it is there.
        int flags = offload.ChecksumStart + TcpFlagsOffset;
        if (offload.Segmentation != SegmentationKind.Udp && flags < frame.HeaderLength && (frame.Header[flags] & CongestionWindowReduced) != 0)
            header._segmentation |= EcnBit;
        return header;
    }
}
