using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Network;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack;

/// <content>What the layers need of an interface: each asks through an interface of its own.</content>
public sealed partial class NetworkInterface : INetworkLink, INeighborLink, IArpPort
{
    MacAddress IArpPort.HardwareAddress => Device.Address;

    int INetworkLink.MaximumTransmissionUnit => Device.MaximumTransmissionUnit;

    bool INetworkLink.DeviceCompletesChecksum => IsLoopback || Device.Capabilities != TransmitCapabilities.None;

    int INetworkLink.MaximumSegmentationBytesIpv4 =>
        (Device.Capabilities & TransmitCapabilities.TcpSegmentationIpv4) != 0 ? Math.Min(Device.MaximumSegmentationBytes, 65535) : 0;

    int INetworkLink.UdpSegmentationBytesIpv4 =>
        (Device.Capabilities & TransmitCapabilities.UdpSegmentation) != 0 ? Math.Min(Device.MaximumSegmentationBytes, 65535) : 0;

    InterfaceAddresses INetworkLink.AddressTable => AddressTable;

    NetworkSendResult INetworkLink.Send(TransmitFrame frame, NetworkPath path, Instant now)
    {
        if (IsLoopback)
        {
            bool queued = _stack.LoopbackPackets.TryEnqueue(frame, this);
            if (queued)
            {
                Statistics.FramesSent++;
                Statistics.OctetsSent += frame.Length;
            }
            else Statistics.CountDrop(LinkDropReason.TransmitQueueFull);
            frame.Release();
            return queued ? NetworkSendResult.Accepted : NetworkSendResult.NoBuffers;
        }
        if (Device.Medium == LinkMedium.Ip) return _port.Enqueue(frame) ? NetworkSendResult.Accepted : NetworkSendResult.NoBuffers;
        if (path.Cast != Cast.Unicast)
        {
            MacAddress group = path.Cast == Cast.Broadcast ? MacAddress.Broadcast : MulticastAddress(path.Destination);
            return Transmit(frame, group) ? NetworkSendResult.Accepted : NetworkSendResult.NoBuffers;
        }
        return Neighbors.Send(frame, path.NextHop, ref path.LinkHint, now) switch
        {
            LinkSendResult.Accepted => NetworkSendResult.Accepted,
            LinkSendResult.Unreachable => NetworkSendResult.HostUnreachable,
            _ => NetworkSendResult.NoBuffers,
        };
    }

    void INeighborLink.Solicit(in IpAddress target, MacAddress? at, Instant now) => _arp?.Solicit(target, at);

    bool INeighborLink.Transmit(TransmitFrame frame, MacAddress destination) => Transmit(frame, destination);

    void INeighborLink.OnUnreachable(in IpAddress neighbor, ReadOnlySpan<TransmitFrame> waiting, Instant now) =>
        _stack.OnNeighborUnreachable(this, neighbor, waiting, now);

    void INeighborLink.OnReachable(in IpAddress neighbor) => _stack.Routes.OnReachable(Index, neighbor);

    bool IArpPort.IsUsableAddress(in IpAddress address) => AddressTable.IsUsable(address);

    bool IArpPort.IsBroadcastAddress(in IpAddress address) => AddressTable.IsBroadcast(address, orZeros: true);

    IpAddress IArpPort.ChooseSource(in IpAddress target) => AddressTable.TryChooseSource(target, out IpAddress source) ? source : IpAddress.AnyIpv4;

    TransmitFrame? IArpPort.TryRentFrame() => _stack.Buffers.TryRentFrame();

    void IArpPort.TransmitArp(TransmitFrame frame, MacAddress destination) => _port.Transmit(frame, destination, EtherType.Arp);

    void IArpPort.OnAddressUsable(in IpAddress address) => _stack.OnAddressState(this, address, AddressState.Usable);

    void IArpPort.OnAddressLost(in IpAddress address, MacAddress holder) => _stack.OnAddressState(this, address, AddressState.Conflict);

    // The first octet of an IP packet says which version it is.
    private bool Transmit(TransmitFrame frame, MacAddress destination) =>
        _port.Transmit(frame, destination, frame.Header[0] >> 4 == 4 ? EtherType.Ipv4 : EtherType.Ipv6);
}
