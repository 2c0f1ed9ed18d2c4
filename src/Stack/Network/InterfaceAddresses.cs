using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Network;

/// <summary>What a destination address is to an interface.</summary>
internal enum DestinationKind
{
    /// <summary>Not ours.</summary>
    Other,

    /// <summary>One of the interface's addresses, in use.</summary>
    Own,

    /// <summary>Limited or subnet-directed broadcast.</summary>
    Broadcast,

    /// <summary>A group that was joined.</summary>
    Multicast,
}

/// <summary>The addresses of one interface and the groups joined on it, of both families.</summary>
internal sealed class InterfaceAddresses
{
    private readonly List<InterfaceAddress> _addresses = [];
    private readonly Dictionary<IpAddress, int> _groups = [];

    /// <summary>In the order in which they were added.</summary>
    public IReadOnlyList<InterfaceAddress> Entries => _addresses;

    public bool TryAdd(IpPrefix prefix, AddressState state)
    {
        if (IndexOf(prefix.Address) >= 0) return false;
        _addresses.Add(new InterfaceAddress(prefix, state));
        return true;
    }

    public bool Remove(in IpAddress address)
    {
        int index = IndexOf(address);
        if (index < 0) return false;
        _addresses.RemoveAt(index);
        return true;
    }

    public void SetState(in IpAddress address, AddressState state)
    {
        int index = IndexOf(address);
        if (index >= 0) _addresses[index] = _addresses[index] with { State = state };
    }

    public bool TryFind(in IpAddress address, out InterfaceAddress found)
    {
        int index = IndexOf(address);
        found = index < 0 ? default : _addresses[index];
        return index >= 0;
    }

    public bool IsUsable(in IpAddress address)
    {
        int index = IndexOf(address);
        return index >= 0 && _addresses[index].State == AddressState.Usable;
    }

    /// <summary>Limited broadcast, or all host bits one in one of our networks (RFC 919, RFC 922). None in /31 and /32 (RFC 3021).</summary>
    /// <param name="orZeros">Also the old form with all host bits zero: to be recognised (RFC 1122 §3.3.6), never sent.</param>
    public bool IsBroadcast(in IpAddress address, bool orZeros)
    {
        if (address.IsLimitedBroadcast) return true;
        if (!address.IsIpv4) return false;
        foreach (InterfaceAddress entry in _addresses)
        {
            if (entry.Prefix.Broadcast is not { } broadcast) continue;
            if (address == broadcast || (orZeros && address == entry.Prefix.Network)) return true;
        }
        return false;
    }

    /// <summary>The old broadcast form of one of our networks.</summary>
    public bool IsZeroBroadcast(in IpAddress address)
    {
        foreach (InterfaceAddress entry in _addresses)
            if (entry.Prefix.Broadcast is not null && address == entry.Prefix.Network) return true;
        return false;
    }

    public DestinationKind Classify(in IpAddress destination)
    {
        if (destination.IsMulticast) return IsMember(destination) ? DestinationKind.Multicast : DestinationKind.Other;
        if (IsUsable(destination)) return DestinationKind.Own;
        return IsBroadcast(destination, orZeros: true) ? DestinationKind.Broadcast : DestinationKind.Other;
    }

    /// <summary>The group was joined, or is 224.0.0.1, which every host belongs to (RFC 1112 §4).</summary>
    public bool IsMember(in IpAddress group) => _groups.ContainsKey(group) || (group.IsIpv4 && group.Ipv4Value == 0xE000_0001);

    /// <returns>True: the group is new on this interface.</returns>
    public bool Join(in IpAddress group)
    {
        int members = _groups.GetValueOrDefault(group);
        _groups[group] = members + 1;
        return members == 0;
    }

    /// <returns>True: nobody is left in the group.</returns>
    public bool Leave(in IpAddress group)
    {
        if (!_groups.TryGetValue(group, out int members)) return false;
        if (members > 1)
        {
            _groups[group] = members - 1;
            return false;
        }
        _groups.Remove(group);
        return true;
    }

    /// <summary>The best source for a next hop on this link: an address in the same network, else the first; not link-local for others if there is a choice.</summary>
    public bool TryChooseSource(in IpAddress nextHop, out IpAddress source)
    {
        source = default;
        int best = 0;
        foreach (InterfaceAddress entry in _addresses)
        {
            if (entry.State != AddressState.Usable || entry.Prefix.Address.IsIpv4 != nextHop.IsIpv4) continue;
            int score = entry.Prefix.Contains(nextHop) ? 3 : entry.Prefix.Address.IsLinkLocal == nextHop.IsLinkLocal ? 2 : 1;
            if (score <= best) continue;
            best = score;
            source = entry.Prefix.Address;
        }
        return best > 0;
    }

    private int IndexOf(in IpAddress address)
    {
        for (int i = 0; i < _addresses.Count; i++)
            if (_addresses[i].Prefix.Address == address) return i;
        return -1;
    }
}
