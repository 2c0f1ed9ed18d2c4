using StackSharp.Stack.Link;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack;

/// <content>VLANs on an interface (IEEE 802.1Q).</content>
public sealed partial class NetworkInterface
{
    private readonly VlanStack _vlan;
    private readonly List<NetworkInterface> _vlans = [];

    /// <summary>The interface that this one is a VLAN on; null: none, this one has a device of its own, or is the loopback interface.</summary>
    public NetworkInterface? Parent { get; }

    /// <summary>VID, 1..4094; 0: no VLAN.</summary>
    public int VlanId => _vlan.Identifier;

    /// <summary>The VLANs on this interface.</summary>
    public IReadOnlyList<NetworkInterface> Vlans => _vlans;

    /// <summary>No tag fits inside this interface's own.</summary>
    internal bool HasDeepestTag => _vlan.Depth == VlanStack.MaximumDepth;

    /// <summary>How a VLAN's device looks. What the device does for untagged frames it does for tagged ones; the MTU stays, as a tag does not count against it.</summary>
    internal LinkDeviceInfo VlanDevice(ushort vlanId) => Device with { Name = $"{Name}.{vlanId}" };

    internal void AddVlan(NetworkInterface vlan) => _vlans.Add(vlan);

    internal NetworkInterface? FindVlan(int vlanId)
    {
        foreach (NetworkInterface vlan in _vlans)
            if (vlan.VlanId == vlanId) return vlan;
        return null;
    }

    /// <summary>For whom a tagged frame is, tag by tag from the outside; VID 0 gives a priority and names no VLAN (IEEE 802.1Q §9.6).</summary>
    /// <returns>Null: no interface stands for its VLAN.</returns>
    private NetworkInterface? FindReceiver(in EthernetHeader header)
    {
        NetworkInterface? receiver = Inside(header.OuterTag);
        return header.TagCount == 1 ? receiver : receiver?.Inside(header.InnerTag);
    }

    private NetworkInterface? Inside(VlanTag tag)
    {
        if (tag.Identifier == VlanTag.PriorityOnlyIdentifier) return this;
        // A service VLAN (802.1ad) is not the customer VLAN of the same number.
        return tag.Protocol == EtherType.Vlan ? FindVlan(tag.Identifier) : null;
    }
}
