using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Drivers.SharpPcap;

/// <summary>How a SharpPcap device serves a stack.</summary>
public sealed record SharpPcapOptions
{
    /// <summary>The stack's own hardware address. Null: random, locally administered.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>Largest IP packet in octets: SharpPcap does not tell it.</summary>
    public int MaximumTransmissionUnit { get; init; } = 1500;

    /// <summary>A filter in libpcap's language. Null: everything.</summary>
    public string? Filter { get; init; }

    /// <summary>Frames that may wait for the stack; more are dropped and counted.</summary>
    public int QueueFrames { get; init; } = 4096;
}
