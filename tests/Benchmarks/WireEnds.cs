using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Benchmarks;

/// <summary>Who is on the wire: the stack, and a peer that only exists as frames.</summary>
internal static class WireEnds
{
    public static readonly IpAddress Own = IpAddress.FromIpv4(0xC612_0001);   // 198.18.0.1 (RFC 2544).

    public static readonly IpAddress Peer = IpAddress.FromIpv4(0xC612_0002);

    public static readonly MacAddress OwnMac = MacAddress.FromBytes([2, 0, 0, 0, 0, 1]);

    public static readonly MacAddress PeerMac = MacAddress.FromBytes([2, 0, 0, 0, 0, 2]);

    public const ushort OwnPort = 7;

    public const ushort PeerPort = 50_000;

    /// <param name="frameBytes">The largest frame that the device delivers: above 1514 for one that merges segments.</param>
    public static LinkDeviceInfo Device(int frameBytes) => new("wire", LinkMedium.Ethernet, OwnMac, 1500, frameBytes);
}
