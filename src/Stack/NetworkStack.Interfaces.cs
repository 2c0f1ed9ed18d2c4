using StackSharp.Stack.Link;
using StackSharp.Stack.Network;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack;

/// <content>Interfaces and their addresses.</content>
public sealed partial class NetworkStack
{
    private const int Ipv4LongestWithBroadcast = 30;   // RFC 3021: a /31 has no broadcast address.
    private readonly List<NetworkInterface> _interfaces = [];
    private readonly LinkStatistics _removedLinks = new();
    private int _lastIndex;

    /// <summary>The loopback interface, then those of devices, in the order of their indices.</summary>
    public IReadOnlyList<NetworkInterface> Interfaces => _interfaces;

    public NetworkInterface Loopback { get; }

    /// <summary>A new interface for a device. Its index is above all earlier ones.</summary>
    public NetworkInterface AddInterface(LinkDeviceInfo device, Instant now)
    {
        _clock.Advance(now);
        return AddInterface(device, isLoopback: false);
    }

    /// <summary>A new interface for a VLAN on another one's device: it tags what it sends, receives the frames with its VID, and has addresses and
    /// neighbours of its own. Its name is the parent's, a dot and the VID. On a VLAN it adds a second tag inside the first.</summary>
    /// <param name="parent">An Ethernet interface. Untagged frames and those with VID 0 remain its own.</param>
    /// <param name="vlanId">VID, 1..4094 (IEEE 802.1Q table 9-2).</param>
    /// <exception cref="ArgumentOutOfRangeException">No such VID.</exception>
    /// <exception cref="ArgumentException">The parent is no Ethernet interface, has been removed, or has two tags already.</exception>
    /// <exception cref="InvalidOperationException">The parent has this VLAN.</exception>
    public NetworkInterface AddVlanInterface(NetworkInterface parent, ushort vlanId, Instant now)
    {
        ArgumentOutOfRangeException.ThrowIfZero(vlanId);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(vlanId, VlanTag.ReservedIdentifier);
        if (!parent.IsAttached || parent.Device.Medium != LinkMedium.Ethernet || parent.HasDeepestTag)
            throw new ArgumentException("A VLAN needs an attached Ethernet interface with at most one tag.", nameof(parent));
        if (parent.FindVlan(vlanId) is not null) throw new InvalidOperationException($"{parent.Name} has VLAN {vlanId} already.");
        _clock.Advance(now);
        NetworkInterface vlan = new(this, ++_lastIndex, parent.VlanDevice(vlanId), isLoopback: false, _random, parent, vlanId);
        parent.AddVlan(vlan);
        Register(vlan);
        return vlan;
    }

    /// <summary>Takes an interface away, with its addresses, routes, neighbours and VLANs. What waits in its transmit queue is released, so nobody
    /// may be writing from it; what a VLAN has put there goes out.</summary>
    /// <exception cref="InvalidOperationException">The loopback interface stays.</exception>
    public void RemoveInterface(NetworkInterface networkInterface, Instant now)
    {
        if (networkInterface.IsLoopback) throw new InvalidOperationException("The loopback interface cannot be removed.");
        _clock.Advance(now);
        if (!_interfaces.Remove(networkInterface)) return;
        while (networkInterface.Vlans is [NetworkInterface vlan, ..]) RemoveInterface(vlan, now);
        _resolver.Remove(networkInterface);
        Reassembler.RemoveLink(networkInterface);
        networkInterface.Detach();
        _removedLinks.Add(networkInterface.Statistics);
    }

    /// <summary>Gives an interface an address, and a direct route to its network.</summary>
    /// <param name="detectConflicts">Probe first (RFC 5227 §2.1): usable some 4 to 7 s later. Otherwise usable, and announced, at once.</param>
    /// <returns>AddressNotAvailable: no unicast address, or an IPv6 one, which is not built in. AddressAlreadyInUse: an interface of this stack
    /// has it. NetworkDown: the interface is gone.</returns>
    public TransportError AddAddress(NetworkInterface networkInterface, IpPrefix address, Instant now, bool detectConflicts = false)
    {
        _clock.Advance(now);
        if (!networkInterface.IsAttached) return TransportError.NetworkDown;
        if (!IsHostAddress(address) || (address.Address.IsLoopback && !networkInterface.IsLoopback)) return TransportError.AddressNotAvailable;
        foreach (NetworkInterface other in _interfaces)
            if (other.AddressTable.TryFind(address.Address, out _)) return TransportError.AddressAlreadyInUse;
        bool probe = detectConflicts && networkInterface.HasConflictDetection;
        networkInterface.AddressTable.TryAdd(address, probe ? AddressState.Tentative : AddressState.Usable);
        if (!address.IsSingleAddress)
            Routes.AddRoute(new Route(new IpPrefix(address.Network, address.Length), null, networkInterface.Index, 0) { IsDirect = true });
        Routes.Invalidate();
        networkInterface.StartAddress(address.Address, probe, now);
        return TransportError.None;
    }

    /// <summary>Takes an address away.</summary>
    /// <returns>AddressNotAvailable: the interface does not have it.</returns>
    public TransportError RemoveAddress(NetworkInterface networkInterface, in IpAddress address, Instant now)
    {
        _clock.Advance(now);
        if (!networkInterface.AddressTable.TryFind(address, out InterfaceAddress found)) return TransportError.AddressNotAvailable;
        networkInterface.AddressTable.Remove(address);
        networkInterface.StopAddress(address);
        bool isNetworkLeft = false;
        foreach (InterfaceAddress other in networkInterface.Addresses)
            isNetworkLeft |= other.Prefix.Length == found.Prefix.Length && other.Prefix.Network == found.Prefix.Network;
        if (!isNetworkLeft) Routes.Remove(found.Prefix, null, networkInterface.Index);
        Routes.Invalidate();
        return TransportError.None;
    }

    internal void OnAddressState(NetworkInterface networkInterface, in IpAddress address, AddressState state)
    {
        networkInterface.AddressTable.SetState(address, state);
        Routes.Invalidate();
        Siblings?.Tell(new ShardNotice(ShardNoticeKind.AddressState, networkInterface.Index, address, state));
    }

    internal NetworkInterface? FindInterface(int index)
    {
        foreach (NetworkInterface networkInterface in _interfaces)
            if (networkInterface.Index == index) return networkInterface;
        return null;
    }

    private NetworkInterface AddInterface(LinkDeviceInfo device, bool isLoopback)
    {
        NetworkInterface networkInterface = new(this, ++_lastIndex, device, isLoopback, _random);
        Register(networkInterface);
        return networkInterface;
    }

    private void Register(NetworkInterface networkInterface)
    {
        _interfaces.Add(networkInterface);
        _resolver.Add(networkInterface);
    }

    private NetworkInterface AddLoopback()
    {
        NetworkInterface loopback = AddInterface(new LinkDeviceInfo("loopback", LinkMedium.Ip, default, Options.LoopbackMtu, Options.LoopbackMtu), isLoopback: true);
        loopback.AddressTable.TryAdd(new IpPrefix(IpAddress.LoopbackIpv4, 8), AddressState.Usable);
        return loopback;
    }

    private LinkStatistics SumOfLinks()
    {
        LinkStatistics sum = new();
        sum.Add(_removedLinks);
        foreach (NetworkInterface networkInterface in _interfaces) sum.Add(networkInterface.Statistics);
        return sum;
    }

    private static bool IsHostAddress(IpPrefix prefix)
    {
        IpAddress address = prefix.Address;
        if (!address.IsIpv4 || address.IsMulticast || address.IsClassE || address.IsLimitedBroadcast || address.Ipv4Value >> 24 == 0) return false;
        return prefix.Length > Ipv4LongestWithBroadcast || (address != prefix.Network && address != prefix.Broadcast);
    }
}
