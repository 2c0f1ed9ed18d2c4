using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Stack.Link;

/// <summary>What is known of a neighbour (RFC 4861 §7.3.2).</summary>
public enum NeighborState
{
    /// <summary>Asked for, not answered yet; or the questions went unanswered, see <see cref="NeighborInfo.HasFailed"/>.</summary>
    Incomplete,

    /// <summary>Confirmed lately.</summary>
    Reachable,

    /// <summary>The address is known; whether it still holds is found out with the next use.</summary>
    Stale,

    /// <summary>In use, waiting for word from above.</summary>
    Delay,

    /// <summary>Being asked, at its known address.</summary>
    Probe,
}

/// <summary>An entry of a neighbour cache as it stands now.</summary>
public readonly record struct NeighborInfo(IpAddress Address, MacAddress HardwareAddress, NeighborState State, bool IsStatic, bool HasFailed, int QueuedFrames);
