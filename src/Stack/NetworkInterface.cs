using StackSharp.Stack.Buffers;
using StackSharp.Stack.Link;
using StackSharp.Stack.Network;

namespace StackSharp.Stack;

/// <summary>A device of the stack with its addresses and neighbours; or the loopback interface, which has no device.</summary>
public sealed class NetworkInterface
{
    /// <summary>1 is the loopback interface; devices follow. Never used twice.</summary>
    public int Index => throw new NotImplementedException();

    public string Name => Device.Name;

    public LinkDeviceInfo Device => throw new NotImplementedException();

    public bool IsLoopback => throw new NotImplementedException();

    /// <summary>False once the interface has been removed.</summary>
    public bool IsAttached => throw new NotImplementedException();

    /// <summary>Frames for the device, drained by the host after each entry.</summary>
    public TransmitQueue TransmitQueue => throw new NotImplementedException();

    /// <summary>The addresses, in the order in which they were added.</summary>
    public IReadOnlyList<InterfaceAddress> Addresses => throw new NotImplementedException();

    public NeighborCache Neighbors => throw new NotImplementedException();

    public LinkStatistics Statistics => throw new NotImplementedException();
}
