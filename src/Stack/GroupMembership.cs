using StackSharp.Stack.Network;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Udp;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack;

/// <summary>Which groups are received on which interface. A local filter: routers are not told, as IGMP is not built in.</summary>
/// <param name="siblings">Who may receive what this stack is a member for; null: nobody.</param>
internal sealed class GroupMembership(RouteResolver resolver, Func<int, NetworkInterface?> find, Siblings? siblings) : IGroupMembership
{
    public TransportError JoinGroup(in IpAddress group, int interfaceIndex, out int joinedIndex)
    {
        joinedIndex = interfaceIndex;
        if (interfaceIndex == 0) joinedIndex = ChooseInterface(group);
        if (find(joinedIndex) is not { } networkInterface) return TransportError.AddressNotAvailable;
        networkInterface.JoinGroup(group);
        siblings?.Tell(new ShardNotice(ShardNoticeKind.GroupJoined, joinedIndex, group));
        return TransportError.None;
    }

    public void LeaveGroup(in IpAddress group, int interfaceIndex)
    {
        find(interfaceIndex)?.LeaveGroup(group);
        siblings?.Tell(new ShardNotice(ShardNoticeKind.GroupLeft, interfaceIndex, group));
    }

    private int ChooseInterface(in IpAddress group)
    {
        if (resolver.Routes.TryLookup(group, 0, out Route? route)) return route!.InterfaceIndex;
        return (resolver.Links.FirstOrDefault(link => !link.IsLoopback) ?? resolver.Links[0]).Index;
    }
}
