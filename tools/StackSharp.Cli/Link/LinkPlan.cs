using StackSharp.Drivers.Wrappers;

namespace StackSharp.Cli.Link;

/// <summary>What <c>link</c> joins and for how long.</summary>
/// <param name="Mtu">Largest IP packet in octets; null: as the devices have it.</param>
/// <param name="Offload">Large segments may pass whole, if the link is perfect.</param>
/// <param name="Time">Null: until told to end.</param>
internal sealed record LinkPlan(LinkEnd A, LinkEnd B, int? Mtu, bool Offload, ImpairedBridgeOptions Impairments, TimeSpan? Time);

/// <summary>One of the two devices.</summary>
/// <param name="Namespace">The network namespace that it is in, by iproute2's name; null: this process's own.</param>
internal sealed record LinkEnd(string Device, string? Namespace);
