using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack.Link;

/// <summary>An interface's neighbours, and who waits for their addresses: RFC 4861 §7.3's machine, for ARP as well as for NDP.</summary>
public sealed class NeighborCache
{
    /// <summary>Every entry as it stands now.</summary>
    public IEnumerable<NeighborInfo> Entries => throw new NotImplementedException();

    /// <summary>An entry that neither times out nor is changed by what neighbours say.</summary>
    public void AddStatic(in IpAddress address, MacAddress hardwareAddress) => throw new NotImplementedException();

    /// <summary>Forgets an entry, static or not; frames that wait in it are dropped.</summary>
    public bool Remove(in IpAddress address) => throw new NotImplementedException();
}
