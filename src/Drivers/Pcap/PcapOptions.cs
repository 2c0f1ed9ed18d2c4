using StackSharp.Stack.Wire.Ethernet;

namespace StackSharp.Drivers.Pcap;

/// <summary>Which network card to use through libpcap, and how.</summary>
public sealed record PcapOptions
{
    /// <summary>The interface as libpcap names it: <c>eth0</c>, or <c>\Device\NPF_{...}</c> on Windows.</summary>
    public required string Interface { get; init; }

    /// <summary>The stack's own hardware address. Null: random, locally administered, or the card's (see <see cref="UseInterfaceAddress"/>).</summary>
    public MacAddress? Address { get; init; }

    /// <summary>Take the card's own address. The system's stack then sees and may answer (with resets) what is sent to ours: use a filter, and
    /// give the system no address on this interface.</summary>
    public bool UseInterfaceAddress { get; init; }

    /// <summary>Receive frames to other addresses than the card's too: needed for an address of our own. Most wireless cards refuse.</summary>
    public bool Promiscuous { get; init; } = true;

    /// <summary>A filter in libpcap's language, applied by the kernel to what we receive. Null: everything.</summary>
    public string? Filter { get; init; }

    /// <summary>Memory for frames that wait for us in the kernel, in octets.</summary>
    public int BufferBytes { get; init; } = 4 << 20;

    /// <summary>Largest IP packet in octets. Null: as the interface has it.</summary>
    public int? MaximumTransmissionUnit { get; init; }

    internal string DeviceName => "pcap:" + Interface;
}
