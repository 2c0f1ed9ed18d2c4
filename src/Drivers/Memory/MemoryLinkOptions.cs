using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Drivers.Memory;

/// <summary>How two devices in one process are joined.</summary>
public sealed record MemoryLinkOptions
{
    /// <summary>The devices are called <c>memory:NAME-a</c> and <c>memory:NAME-b</c>.</summary>
    public string Name { get; init; } = "link";

    /// <summary>Largest IP packet in octets, 68 to 65535 (68: RFC 791 §3.2).</summary>
    public int MaximumTransmissionUnit { get; init; } = 1500;

    /// <summary>Hand large segments through whole and leave checksums out. Off: both ends see frames as they would be on a wire.</summary>
    public bool Offload { get; init; } = true;

    /// <summary>Frames that may wait in each direction; more are dropped and counted at the sender.</summary>
    public int QueueFrames { get; init; } = 4096;

    /// <summary>Octets that may wait in each direction; more are dropped and counted at the sender.</summary>
    public int QueueOctets { get; init; } = 8 << 20;

    /// <summary>Hardware address of the first end. The same in every pair, so that runs can be repeated: give your own to bridge pairs.</summary>
    public MacAddress FirstAddress { get; init; } = new(0x02_00_00_00_00_01);

    /// <summary>Hardware address of the second end.</summary>
    public MacAddress SecondAddress { get; init; } = new(0x02_00_00_00_00_02);
}
