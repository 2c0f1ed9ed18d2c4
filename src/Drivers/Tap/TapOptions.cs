using StackSharp.Stack.Link;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Drivers.Tap;

/// <summary>Which TAP or TUN interface to open, and what to set on the kernel's side of it.</summary>
public sealed record TapOptions
{
    /// <summary>Interface name, 1 to 15 octets. One that exists is attached to, else it is created and vanishes with the device.
    /// <c>tap%d</c> lets the kernel number it.</summary>
    public required string Name { get; init; }

    /// <summary><see cref="LinkMedium.Ethernet"/> is a TAP, <see cref="LinkMedium.Ip"/> a TUN.</summary>
    public LinkMedium Medium { get; init; } = LinkMedium.Ethernet;

    /// <summary>Exchange large segments and unfinished checksums with the kernel (IFF_VNET_HDR). Falls back to plain frames where the kernel refuses.</summary>
    public bool Offload { get; init; } = true;

    /// <summary>The stack's own hardware address. Null: random, locally administered. The kernel's side has another one.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>Open with IFF_MULTI_QUEUE, so that more queues can be attached later. <see cref="TapDevice.OpenQueues"/> does so by itself.</summary>
    public bool MultiQueue { get; init; }

    /// <summary>Bring the interface up if it is down. Needs CAP_NET_ADMIN then.</summary>
    public bool BringUp { get; init; } = true;

    /// <summary>Address and prefix for the kernel's side. Null: leave as it is. Needs CAP_NET_ADMIN.</summary>
    public IpPrefix? HostAddress { get; init; }

    /// <summary>MTU to set, in octets. Null: leave as it is (1500 for a new interface). Needs CAP_NET_ADMIN.</summary>
    public int? MaximumTransmissionUnit { get; init; }

    /// <summary>Frames that the kernel queues for us. Null: leave as it is (the kernel's default is 500 to 1000). Needs CAP_NET_ADMIN.</summary>
    public int? TransmitQueueLength { get; init; }

    internal string DeviceName => (Medium == LinkMedium.Ip ? "tun:" : "tap:") + Name;
}
