using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Drivers;

/// <summary>What can be said of a device whose kind is only known by its name. What a kind does not know is left unused.</summary>
public sealed record DeviceOptions
{
    /// <summary>The stack's own hardware address; null: the kind's default.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>Largest IP packet in octets; null: the kind's default. Sets it on a TAP or TUN.</summary>
    public int? MaximumTransmissionUnit { get; init; }

    /// <summary>Large segments and checksums left to the device, where it can (tap, tun, packet).</summary>
    public bool Offload { get; init; } = true;

    /// <summary>Receive frames to every station, not only to ours: for a bridge (packet; the other kinds do so anyway).</summary>
    public bool Promiscuous { get; init; }

    /// <summary>Frames that the kernel queues for us; null: the kind's default (tap, tun).</summary>
    public int? QueueFrames { get; init; }

    /// <summary>Address and prefix for the kernel's side (tap, tun).</summary>
    public IpPrefix? HostAddress { get; init; }

    /// <summary>A filter in libpcap's language (pcap).</summary>
    public string? Filter { get; init; }

    /// <summary>0: as fast as possible; 1: with the capture's pauses (file).</summary>
    public double ReplaySpeed { get; init; }

    /// <summary>Where frames go that are sent to a replay; null: counted only (file).</summary>
    public string? ReplayOutputPath { get; init; }
}
