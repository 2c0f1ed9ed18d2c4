using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Network;
using StackSharp.Stack.Network.Ipv4;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack;

/// <summary>A device of the stack with its addresses and neighbours; a VLAN on one, which shares its device and transmit queue; or the loopback
/// interface, which has no device.</summary>
public sealed partial class NetworkInterface
{
    private readonly NetworkStack _stack;
    private readonly EthernetPort _port;
    private readonly ArpProtocol? _arp;

    internal NetworkInterface(
        NetworkStack stack, int index, LinkDeviceInfo device, bool isLoopback, IRandomSource random, NetworkInterface? parent = null, ushort vlanId = 0)
    {
        _stack = stack;
        Index = index;
        Device = device;
        BufferOwner = "receive " + device.Name;
        IsLoopback = isLoopback;
        IsAttached = true;
        Parent = parent;
        _vlan = parent is null ? default : parent._vlan.With(vlanId);
        TransmitQueue = parent?.TransmitQueue ?? new TransmitQueue(isLoopback ? 1 : stack.Options.TransmitQueueFrames);
        PacketBuffer? padding = stack.Options.PadShortFrames ? stack.Buffers.Padding : null;
        _port = new EthernetPort(device.Address, TransmitQueue, Statistics, stack.Options.Promiscuous, padding, _vlan);
        Neighbors = new NeighborCache(stack.Options.Neighbors, this, Statistics, stack.Wheel, random);
        if (device.Medium != LinkMedium.Ethernet) return;
        _arp = new ArpProtocol(this, stack.Options.Arp, Statistics, stack.Wheel, random);
        _port.JoinGroup(MacAddress.FromIpv4Multicast(IpAddress.FromIpv4(0xE000_0001)));   // All hosts (RFC 1112 §4).
    }

    /// <summary>1 is the loopback interface; devices follow. Never used twice.</summary>
    public int Index { get; }

    public string Name => Device.Name;

    /// <summary>What the device is and can do; on a VLAN under the VLAN's name, and without the offload that tagged frames do not get.</summary>
    public LinkDeviceInfo Device { get; }

    public bool IsLoopback { get; }

    /// <summary>False once the interface has been removed.</summary>
    public bool IsAttached { get; private set; }

    /// <summary>Frames for the device, drained by the host after each entry. A VLAN's is its parent's.</summary>
    public TransmitQueue TransmitQueue { get; }

    /// <summary>The addresses, in the order in which they were added.</summary>
    public IReadOnlyList<InterfaceAddress> Addresses => AddressTable.Entries;

    public NeighborCache Neighbors { get; }

    /// <summary>Each frame is counted once: a VLAN's own on the VLAN, not on its parent.</summary>
    public LinkStatistics Statistics { get; } = new();

    internal InterfaceAddresses AddressTable { get; } = new();

    /// <summary>Whose the buffers are that frames are received into.</summary>
    internal string BufferOwner { get; }

    /// <summary>Takes one received frame of the device in, for this interface or a VLAN on it.</summary>
    internal void OnFrame(PacketBuffer buffer, Instant now)
    {
        if (!IsAttached || Device.Medium == LinkMedium.Ip)
        {
            CountReceived(buffer);
            if (IsAttached) OnIpPacket(buffer, buffer.Start, buffer.Length, LinkCast.Unicast, now);
            else Statistics.CountDrop(LinkDropReason.InterfaceRemoved);
            return;
        }
        ReadOnlySpan<byte> frame = buffer.Span;
        if (!_port.TryParse(frame, out EthernetHeader header))
        {
            CountReceived(buffer);
            return;
        }
        NetworkInterface? receiver = header.TagCount == 0 ? this : FindReceiver(header);
        (receiver ?? this).CountReceived(buffer);
        if (receiver is null) Statistics.CountDrop(LinkDropReason.UnknownVlan);
        else if (receiver._port.TryAccept(frame, header, out AcceptedFrame accepted)) receiver.OnAccepted(buffer, accepted, now);
    }

    /// <summary>Probes or announces an address, and defends it. Of stacks that share it one does so, and tells the others what comes of it.</summary>
    internal void StartAddress(in IpAddress address, bool probe, Instant now)
    {
        if (_stack.Siblings is null or { IsGuardian: true }) _arp?.Conflicts.Start(address, probe, now);
    }

    /// <summary>An ARP packet that a sibling received.</summary>
    internal void OnCopiedArp(ReadOnlySpan<byte> packet, Instant now) => _arp?.OnPacket(packet, Neighbors, now, isCopy: true);

    internal void StopAddress(in IpAddress address) => _arp?.Conflicts.Stop(address);

    internal bool HasConflictDetection => _arp is not null;

    internal void JoinGroup(in IpAddress group)
    {
        if (AddressTable.Join(group) && Device.Medium == LinkMedium.Ethernet) _port.JoinGroup(MulticastAddress(group));
    }

    internal void LeaveGroup(in IpAddress group)
    {
        if (AddressTable.Leave(group) && Device.Medium == LinkMedium.Ethernet) _port.LeaveGroup(MulticastAddress(group));
    }

    /// <summary>The stack ends: nothing waits for neighbours any more.</summary>
    internal void DropWaitingFrames() => Neighbors.DropWaiting();

    /// <summary>The interface goes: neighbours, guards and what waits in the transmit queue are let go.</summary>
    internal void Detach()
    {
        if (!IsAttached) return;
        IsAttached = false;
        Neighbors.Close();
        _arp?.Conflicts.Close();
        Parent?._vlans.Remove(this);
        if (Parent is not null) return;   // The queue is the device's.
        TransmitFrame[] one = new TransmitFrame[1];
        while (TransmitQueue.Dequeue(one) == 1)
        {
            Statistics.CountDrop(LinkDropReason.InterfaceRemoved);
            one[0].Release();
        }
    }

    private void CountReceived(PacketBuffer buffer)
    {
        Statistics.FramesReceived++;
        Statistics.OctetsReceived += buffer.Length;
    }

    private void OnAccepted(PacketBuffer buffer, in AcceptedFrame frame, Instant now)
    {
        int offset = buffer.Start + frame.Offset;
        switch (frame.EtherType)
        {
            case EtherType.Ipv4:
                OnIpPacket(buffer, offset, frame.Length, frame.Cast, now);
                break;
            case EtherType.Arp:
                if (_arp!.OnPacket(buffer.Storage.Slice(offset, frame.Length), Neighbors, now))
                    _stack.Siblings?.CopyArp(this, buffer, offset, frame.Length);
                break;
            default:
                Statistics.CountDrop(LinkDropReason.UnknownEtherType);
                break;
        }
    }

    private void OnIpPacket(PacketBuffer buffer, int offset, int length, LinkCast cast, Instant now)
    {
        if (cast == LinkCast.OtherStation)
        {
            Statistics.CountDrop(LinkDropReason.OtherStation);
            return;
        }
        _stack.OnIpPacket(
            this, buffer, offset, length, new ArrivalInfo(cast == LinkCast.Broadcast, cast == LinkCast.Multicast, buffer.Offload.ChecksumVerified), now);
    }

    private static MacAddress MulticastAddress(in IpAddress group) =>
        group.IsIpv4 ? MacAddress.FromIpv4Multicast(group) : MacAddress.FromIpv6Multicast(group);
}
