namespace StackSharp.Stack.Buffers;

/// <summary>Which kind of large segment a frame carries.</summary>
public enum SegmentationKind : byte
{
    /// <summary>A frame to be sent as it is.</summary>
    None,

    /// <summary>TCP over IPv4, to be cut into segments by the device (TSO).</summary>
    TcpIpv4,

    /// <summary>TCP over IPv6, to be cut into segments by the device (TSO).</summary>
    TcpIpv6,

    /// <summary>UDP, to be cut into datagrams by the device (USO).</summary>
    Udp,
}

/// <summary>What a device is to finish in a frame.</summary>
/// <param name="NeedsChecksum">
/// The transport checksum field holds the sum of the pseudo-header only (not complemented); the device adds the rest: from
/// <paramref name="ChecksumStart"/> to the end, into <paramref name="ChecksumStart"/> + <paramref name="ChecksumOffset"/>.
/// </param>
/// <param name="ChecksumStart">Octets from the start of the frame to the transport header.</param>
/// <param name="ChecksumOffset">Octets from the transport header to its checksum field.</param>
/// <param name="Segmentation">How the device cuts the frame, if it does.</param>
/// <param name="SegmentBytes">Payload octets per cut segment.</param>
/// <param name="HeaderBytes">Octets of link, network and transport header together.</param>
public readonly record struct TransmitOffload(
    bool NeedsChecksum, ushort ChecksumStart, ushort ChecksumOffset, SegmentationKind Segmentation, ushort SegmentBytes, ushort HeaderBytes);
