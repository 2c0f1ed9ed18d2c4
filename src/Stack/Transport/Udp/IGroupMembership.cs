using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Udp;

/// <summary>Multicast groups, as the network below keeps them for each interface.</summary>
internal interface IGroupMembership
{
    /// <summary>Joins a group once more.</summary>
    /// <param name="interfaceIndex">0: the interface that the route to the group leads to.</param>
    /// <param name="joinedIndex">The interface.</param>
    /// <returns>AddressNotAvailable: no such interface.</returns>
    TransportError JoinGroup(in IpAddress group, int interfaceIndex, out int joinedIndex);

    void LeaveGroup(in IpAddress group, int interfaceIndex);
}
